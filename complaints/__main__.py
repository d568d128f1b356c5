"""`python -m complaints`: customers' complaints, linked to the outages that explain them."""

from __future__ import annotations

from complaints.care.model import COMPLAINTS
from complaints.service import CHANNELS, run
from guywire.service import run_service

if __name__ == "__main__":
    run_service(COMPLAINTS, run, CHANNELS)
