"""`python -m dispatch`: the dispatch service as a process."""

from __future__ import annotations

from dispatch.records import DISPATCH
from dispatch.service import CHANNELS, run
from guywire.service import run_service

if __name__ == "__main__":
    run_service(DISPATCH, run, CHANNELS)
