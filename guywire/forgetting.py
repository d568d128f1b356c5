"""What is kept for a set time only is deleted once an hour, beside a service's own work."""

from __future__ import annotations

from guywire.database import Pool
from guywire.rhythm import Work, keep_doing

_PAUSE_SECONDS = 3600.0


async def keep_forgetting(pool: Pool, forget: Work) -> None:
    """Forgets, at once and then each hour, until cancelled; while the database is away it is tried the next hour."""
    await keep_doing(pool, _PAUSE_SECONDS, forget, "forgetting.failed")
