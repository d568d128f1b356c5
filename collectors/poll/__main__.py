"""`python -m collectors.poll`: the poller, a feeder process. The keeper starts it."""

from __future__ import annotations

from collectors.feeding.feeder import run_feeder
from collectors.poll.service import poll

run_feeder("poll", poll)
