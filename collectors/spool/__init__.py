"""The durable spool: what a collector has heard, on disk until the correlator has committed it."""

from collectors.spool.files import SpoolError, SpoolFull
from collectors.spool.informs import REMEMBER_INFORMS_SECONDS
from collectors.spool.store import Spool

__all__ = ["REMEMBER_INFORMS_SECONDS", "Spool", "SpoolError", "SpoolFull"]
