"""A command that breaks its owner for a reason nobody foresaw is refused alone; those before and behind it apply."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from alarm_correlation import engine, operators
from alarm_correlation import service as correlation
from dispatch import decide
from dispatch import service as dispatch
from dispatch.said import Handler, Said
from guywire import inbox
from guywire.commands import Command, CommentAlarm, OpenTicket, WithdrawWorkOrder
from guywire.database import Pool, Wakeups, connect, open_pool
from guywire.errors import Refused
from guywire.service import Service
from guywire.settings import Settings
from guywire.telemetry import Health
from tests.ports import free_port

EXPLODES = "explodes"


@asynccontextmanager
async def running(
    name: str, body: Callable[[Service], Awaitable[None]], channels: tuple[str, ...], url: str, folder: Path
) -> AsyncIterator[Service]:
    """One service in this very process, so that the test can put a fault into it."""
    pool = await open_pool(url, max_size=4)
    settings = Settings(data_dir=folder, database_url=url, stream_url=f"tcp://127.0.0.1:{free_port()}")
    service = Service(name, settings, pool, Wakeups(url, [*channels, inbox.ANSWERED]), Health(), asyncio.Event())
    async with asyncio.TaskGroup() as tasks:
        listening = tasks.create_task(service.wakeups.run())
        tasks.create_task(_run(body, service))
        yield service
        service.stop.set()
        listening.cancel()
    await pool.close()


async def _run(body: Callable[[Service], Awaitable[None]], service: Service) -> None:
    await body(service)


async def _said(pool: Pool, wakeups: Wakeups, command: Command) -> str:
    try:
        await inbox.ask(pool, wakeups, command, "ann", seconds=20)
    except Refused as refused:
        return refused.reason
    return "done"


async def test_the_correlator_refuses_it_alone(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    healthy = operators.take_commands

    def breaking(state: Any, work: Any) -> None:
        if any(getattr(one.command, "comment", "") == EXPLODES for one in work.inputs.commands):
            raise ZeroDivisionError
        healthy(state, work)

    monkeypatch.setattr(engine, "PIPELINE", _replaced(healthy, breaking))
    await _site(database_url)
    async with running("alarm_correlation", correlation.run, correlation.CHANNELS, database_url, tmp_path) as service:
        asked = [
            OpenTicket(origin="before", site="S1", title="before"),
            CommentAlarm(alarm="A1", comment=EXPLODES),
            OpenTicket(origin="behind", site="S1", title="behind"),
        ]
        said = await asyncio.gather(*(_said(service.pool, service.wakeups, command) for command in asked))
    assert said == ["done", "internal_error", "done"]


async def test_dispatch_refuses_it_alone(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    healthy = decide.HANDLERS[WithdrawWorkOrder]

    def breaking(board: Any, command: WithdrawWorkOrder, actor: str) -> Said:
        if command.reason == EXPLODES:
            raise ZeroDivisionError
        return healthy(board, command, actor)

    with_fault: dict[type[Command], Handler] = {**decide.HANDLERS, WithdrawWorkOrder: breaking}
    monkeypatch.setattr(decide, "HANDLERS", with_fault)
    async with running("dispatch", dispatch.run, dispatch.CHANNELS, database_url, tmp_path) as service:
        asked = [WithdrawWorkOrder(work_order="W1", reason=reason) for reason in ("before", EXPLODES, "behind")]
        said = await asyncio.gather(*(_said(service.pool, service.wakeups, command) for command in asked))
    assert said == ["work_order_not_found", "internal_error", "work_order_not_found"]


def _replaced(one: Any, by: Any) -> tuple[Any, ...]:
    return tuple(by if stage is one else stage for stage in engine.PIPELINE)


async def _site(database_url: str) -> None:
    async with await connect(database_url) as connection:
        await connection.execute(
            "INSERT INTO core.site (site_id, name, latitude, longitude, region, domain, site_class, time_zone)"
            " VALUES ('S1', 'n', 31, 121, 'p/c/a', 'p/c', 'A', 'Asia/Shanghai')"
        )
