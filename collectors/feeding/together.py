"""Several endless works as one: they run until a stop, or until one of them ends; then all are brought to an end."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


async def run_until(stop: asyncio.Event, *works: Coroutine[Any, Any, None]) -> None:
    """Each may clean up when it is cancelled: that is waited for. Raises what the first one raised that ended."""
    stopping = asyncio.create_task(stop.wait())
    tasks = [asyncio.create_task(work) for work in works]
    try:
        await asyncio.wait([stopping, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task.done():
                task.result()
    finally:
        for one in (stopping, *tasks):
            one.cancel()
        await asyncio.gather(stopping, *tasks, return_exceptions=True)
