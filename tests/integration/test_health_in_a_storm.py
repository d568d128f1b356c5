"""Health says whether the database answers, however many requests wait for a connection to it; busy is not sick."""

from __future__ import annotations

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from field_app_api import __main__ as field
from field_app_api.news import CHANNELS, News
from guywire import service
from guywire.database import Pool, Wakeups
from guywire.database.pulse import Pulse
from guywire.service import Service
from guywire.settings import Settings
from tests.beside import beside
from tests.integration.dispatch_world import World
from tests.integration.fake_system import eventually
from tests.integration.running_field import running_service, until_healthy
from tests.ports import free_metrics_port, free_port

PATIENCE_SECONDS = 15
GONE = "the database does not answer"


class Wire:
    """A TCP line to the database that can be cut, or go dead: what is sent then arrives nowhere."""

    def __init__(self, database_url: str) -> None:
        known = conninfo_to_dict(database_url)
        self._socket = f"{known['host']}/.s.PGSQL.{known.get('port', 5432)}"
        self._database_url = database_url
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._flows = asyncio.Event()
        self._flows.set()
        self.port = 0

    @property
    def url(self) -> str:
        return make_conninfo(self._database_url, host="127.0.0.1", port=self.port)

    async def mend(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        assert self._server is not None
        self._server.close()
        for end in self._ends:
            end.transport.abort()

    def deaden(self) -> None:
        self._flows.clear()

    def enliven(self) -> None:
        self._flows.set()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_unix_connection(self._socket)
        self._ends |= {writer, far_writer}
        with suppress(OSError):
            await asyncio.gather(self._one_way(reader, far_writer), self._one_way(far_reader, writer))

    async def _one_way(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while said := await reader.read(65536):
            await self._flows.wait()
            writer.write(said)
        writer.close()


@pytest.fixture
async def wire(database_url: str) -> AsyncIterator[Wire]:
    if not str(conninfo_to_dict(database_url).get("host", "")).startswith("/"):
        pytest.skip("this server is not reached over a socket file")
    wire = Wire(database_url)
    await wire.mend()
    yield wire
    wire.enliven()
    wire.cut()


@asynccontextmanager
async def pulse_of(url: str, seconds: float = PATIENCE_SECONDS) -> AsyncIterator[Pulse]:
    pulse = Pulse(url, seconds)
    yield pulse
    await pulse.close()


async def test_a_service_all_of_whose_connections_are_taken_is_well_and_says_that_it_is_busy(
    database_url: str, tmp_path: Path
) -> None:
    settings = Settings(database_url=database_url, data_dir=tmp_path, metrics_port=free_metrics_port())
    told: list[tuple[int, Any]] = []

    async def crowded(running: Service) -> None:
        port = settings.metrics_port_of("dispatch")
        told.append(await asyncio.to_thread(_health, port))
        async with AsyncExitStack() as taken:
            for _ in range(running.pool.max_size):
                await taken.enter_async_context(running.pool.connection())
            async with beside(_one_more(running)):
                await eventually(lambda: running.pool.get_stats()["requests_waiting"], "one waits")
                told.append(await asyncio.to_thread(_health, port))

    await service._run("dispatch", settings, crowded, [], True, PATIENCE_SECONDS)
    idle = {"database": "ok", "connections": "ok"}
    assert told == [
        (200, {"status": "ok", "checks": idle}),
        (200, {"status": "ok", "checks": idle | {"connections": "busy: all are taken, and requests wait"}}),
    ]


async def _one_more(running: Service) -> None:
    async with running.pool.connection():
        pass


def _health(port: int) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=PATIENCE_SECONDS) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, json.load(refused)


async def test_a_database_that_is_gone_is_told_and_told_again_when_it_is_back(wire: Wire) -> None:
    async with pulse_of(wire.url) as pulse:
        said = [await pulse.check()]
        wire.cut()
        said += [await pulse.check(), await pulse.check()]
        await wire.mend()
        said.append(await pulse.check())
    assert said == [None, GONE, GONE, None]


async def test_a_database_that_has_started_anew_between_two_looks_is_well(wire: Wire) -> None:
    async with pulse_of(wire.url) as pulse:
        said = [await pulse.check()]
        wire.cut()
        await wire.mend()
        said.append(await pulse.check())
    assert said == [None, None]


async def test_a_database_that_is_there_but_says_nothing_is_not_waited_for(wire: Wire) -> None:
    async with pulse_of(wire.url, seconds=0.05) as pulse:
        wire.deaden()
        said = {await pulse.check(), await pulse.check()}
        wire.enliven()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await pulse.check():
                pass
    assert said == {GONE}


async def test_many_who_ask_at_once_are_one_question_over_one_connection(database_url: str) -> None:
    name = "pulse of many"
    async with pulse_of(make_conninfo(database_url, application_name=name)) as pulse:
        assert set(await asyncio.gather(*(pulse.check() for _ in range(50)))) == {None}
        async with await psycopg.AsyncConnection.connect(database_url) as looking:
            count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s"
            assert await (await looking.execute(count, (name,))).fetchone() == (1,)


async def test_news_for_phones_are_read_while_every_connection_of_their_requests_is_taken(
    world: World, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[News] = []

    def news(pool: Pool, wakeups: Wakeups) -> News:
        made.append(News(pool, wakeups))
        return made[-1]

    monkeypatch.setattr(field, "News", news)
    settings = Settings(database_url=database_url, data_dir=tmp_path, field_port=free_port())
    async with running_service("field_app_api", settings, field.run, CHANNELS) as running:
        await until_healthy(f"http://127.0.0.1:{settings.field_port}")
        async with AsyncExitStack() as taken:
            for _ in range(running.pool.max_size):
                await taken.enter_async_context(running.pool.connection())
            before = made[0].mark("B")
            await world.need("N1")
            await world.batch()
            await eventually(lambda: made[0].mark("B") != before, "there are news for B")
