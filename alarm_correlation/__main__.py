"""`python -m alarm_correlation`: the correlator as a process."""

from __future__ import annotations

from alarm_correlation.correlator import NAME
from alarm_correlation.service import CHANNELS, run
from guywire.service import run_service

if __name__ == "__main__":
    run_service(NAME, run, CHANNELS)
