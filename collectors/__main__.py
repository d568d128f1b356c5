"""`python -m collectors`: one collector process."""

from __future__ import annotations

from collectors.service import CHANNEL, collect
from guywire.service import run_service

run_service("collectors", collect, [CHANNEL], needs_database=False)
