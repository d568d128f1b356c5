"""Work beside a service's own goes on after a time at which the database did not take it; the log has that."""

from __future__ import annotations

import asyncio
from datetime import datetime

from structlog.testing import capture_logs

from guywire.database import Connection, open_pool
from guywire.rhythm import keep_doing


async def test_work_that_the_database_refused_is_tried_the_next_time(database_url: str) -> None:
    times: list[datetime] = []
    done = asyncio.Event()

    async def work(connection: Connection, now: datetime) -> None:
        times.append(now)
        await connection.execute("SELECT 1" if len(times) > 1 else "SELECT FROM nowhere")
        done.set()

    pool = await open_pool(database_url)
    with capture_logs() as logs:
        task = asyncio.create_task(keep_doing(pool, 0.01, work, "work.missed"))
        async with asyncio.timeout(10):
            await done.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await pool.close()
    assert [one["event"] for one in logs] == ["work.missed"]
    assert times == sorted(times)
