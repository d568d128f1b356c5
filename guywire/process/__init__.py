"""Child processes: started so that they die with us, ended in order, kept running, their logs bounded."""

from guywire.process.child import Child, end, run_to_end, spawn
from guywire.process.keep import Say, Unit, kept

__all__ = ["Child", "Say", "Unit", "end", "kept", "run_to_end", "spawn"]
