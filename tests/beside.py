"""What works beside a test for as long as the test lasts: services without a process, listeners, players of parts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager


@asynccontextmanager
async def beside(*work: Awaitable[object]) -> AsyncIterator[None]:
    """Works until the block ends, then stops it. What broke in it breaks the test: it must not wait for it in vain."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        if broken := [end for end in ends if isinstance(end, Exception)]:
            raise ExceptionGroup("what worked beside the test broke", broken)
