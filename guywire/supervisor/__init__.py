"""Everything beside one database, as one command: started, watched, started again, and stopped in order."""

from guywire.supervisor.program import Program
from guywire.supervisor.run import Prepare, run, supervise

__all__ = ["Prepare", "Program", "run", "supervise"]
