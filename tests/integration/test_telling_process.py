"""Telling in the real dispatch process: killed in the middle of a push, and stopped in the middle of the next one."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

from guywire.database import Connection
from tests.integration.push_service import Browser, let_loopback, push_service, subscribed
from tests.integration.test_dispatch_process import add_needs, metrics_port, running

__all__ = ["metrics_port"]  # a fixture

_PATIENCE = 20.0


async def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it never came to that"
        await asyncio.sleep(0.01)


async def test_killed_in_a_push_it_pushes_again_and_stopped_in_one_it_waits_for_the_answer(
    connection: Connection, database_url: str, metrics_port: int, tmp_path: Path
) -> None:
    let_loopback(tmp_path)
    await add_needs(connection, 1, 1)
    answer = threading.Event()
    with push_service() as service:
        service.hold = lambda _: answer.wait(_PATIENCE)
        browser = Browser(f"{service.url}/T1")
        await subscribed(connection, browser, "T1")
        with running(database_url, metrics_port, tmp_path) as process:
            await until(lambda: service.arriving == 1)
            process.send_signal(signal.SIGKILL)
            process.wait()
        with running(database_url, metrics_port, tmp_path) as process:
            await until(lambda: service.arriving == 2)
            process.send_signal(signal.SIGTERM)
            answer.set()
            assert await asyncio.to_thread(process.wait, _PATIENCE) == 0
        first, again = (browser.opened(one) for one in service.pushed)
        assert first == again  # the same tag: a phone shows it once
        assert len({one.headers["topic"] for one in service.pushed}) == 1
    query = "SELECT person, state, tries FROM views.notice_delivery"
    rows = await (await connection.execute(query)).fetchall()
    assert rows == [{"person": "T1", "state": "delivered", "tries": 1}]
