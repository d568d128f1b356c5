"""Inbox and feed lose nothing and repeat nothing, whichever side is killed, and at whichever step."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import psycopg
import pytest

from guywire import feed, inbox
from guywire.commands import CommentAlarm
from guywire.database import Connection, Pool, Wakeups, connect, open_pool
from guywire.errors import Refused
from tests.integration.crashing_worker import CONSUMER, DECISIONS, PUBLISHER, ROLES, Reach, work, work_on

COMMANDS = 5
END = "SELECT pg_terminate_backend(%s, 5000)"


def _live_on(step: str) -> None:
    """A worker's way past every step."""


@pytest.fixture
async def effects(connection: Connection) -> Connection:
    await connection.execute("CREATE TABLE public.effect (n bigint GENERATED ALWAYS AS IDENTITY, what text NOT NULL)")
    return connection


async def killed_at(role: str, step: str, database_url: str) -> None:
    """Runs a worker that must die at the step."""
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.integration.crashing_worker", role, step, database_url)
    )
    assert await worker.wait() == -signal.SIGKILL


def cutting(killer: psycopg.Connection[tuple[object, ...]], worker: Connection, step: str) -> Reach:
    """Breaks the worker's connection, from the server's side, at the step."""

    def reach(now: str) -> None:
        if now == step:
            killer.execute(END, (worker.info.backend_pid,))

    return reach


async def what_was_done(connection: Connection) -> list[str]:
    rows = await (await connection.execute("SELECT what FROM public.effect ORDER BY n")).fetchall()
    return [row["what"] for row in rows]


async def put_commands(connection: Connection) -> list[str]:
    return [
        str(await inbox.put(connection, CommentAlarm(alarm="A1", comment=str(n)), "ann", key=f"k{n}"))
        for n in range(COMMANDS)
    ]


@asynccontextmanager
async def asking(database_url: str) -> AsyncIterator[tuple[Pool, Wakeups]]:
    wakeups = Wakeups(database_url, [inbox.ANSWERED])
    listening = asyncio.create_task(wakeups.run())
    pool = await open_pool(database_url, max_size=2)
    yield pool, wakeups
    await pool.close()
    listening.cancel()


@pytest.mark.parametrize("step", ROLES["owner"][1])
async def test_an_owner_killed_at_any_step_applies_each_command_once_in_order_and_answers_it(
    effects: Connection, database_url: str, step: str
) -> None:
    asked = await put_commands(effects)
    await killed_at("owner", step, database_url)
    await work("owner", database_url, _live_on)
    assert await what_was_done(effects) == asked
    rows = await (
        await effects.execute("SELECT state, answer ->> 'id' AS id, applied_seq FROM core.command ORDER BY command_id")
    ).fetchall()
    assert [(row["state"], row["id"]) for row in rows] == [("done", command) for command in asked]
    assert [row["applied_seq"] for row in rows] == sorted(row["applied_seq"] for row in rows)


@pytest.mark.parametrize("step", ROLES["consumer"][1])
async def test_a_consumer_killed_at_any_step_takes_in_each_change_once_in_order(
    effects: Connection, database_url: str, step: str
) -> None:
    for n in range(5):
        await feed.publish(effects, PUBLISHER, {"inventory": [str(n)]})
    await killed_at("consumer", step, database_url)
    await work("consumer", database_url, _live_on)
    assert await what_was_done(effects) == ["1", "2", "3", "4", "5"]
    assert await feed.position(effects, CONSUMER, PUBLISHER) == 5


@pytest.mark.parametrize("step", ROLES["publisher"][1])
async def test_a_publisher_killed_at_any_step_publishes_what_it_decided_and_nothing_else(
    effects: Connection, database_url: str, step: str
) -> None:
    await killed_at("publisher", step, database_url)
    await work("publisher", database_url, _live_on)
    changes = await feed.read(effects, CONSUMER, PUBLISHER)
    assert [(change.seq, change.id) for change in changes] == [(n + 1, str(n)) for n in range(DECISIONS)]
    assert await what_was_done(effects) == [change.id for change in changes]


@pytest.mark.parametrize("role", ["owner", "consumer"])
@pytest.mark.parametrize("step", ["applied", "committed"])
async def test_a_connection_that_breaks_at_a_step_undoes_the_whole_step(
    effects: Connection, database_url: str, role: str, step: str
) -> None:
    asked = await put_commands(effects)
    await feed.publish(effects, PUBLISHER, {"inventory": asked})
    with psycopg.connect(database_url, autocommit=True) as killer:
        async with await connect(database_url) as worker:
            with pytest.raises(psycopg.OperationalError):
                await work_on(worker, role, cutting(killer, worker, step))
    await work(role, database_url, _live_on)
    assert await what_was_done(effects) == [str(n + 1) for n in range(COMMANDS)]


async def test_an_asker_that_dies_before_its_commit_has_asked_nothing(effects: Connection, database_url: str) -> None:
    async with await connect(database_url) as dying:
        with suppress(psycopg.OperationalError):  # its commit is refused
            async with dying.transaction():
                await inbox.put(dying, CommentAlarm(alarm="A1", comment="x"), "ann", key="k")
                await effects.execute(END, (dying.info.backend_pid,))
        assert dying.closed
    await work("owner", database_url, _live_on)
    assert await what_was_done(effects) == []


async def test_an_asker_that_died_waiting_gets_the_first_answer_when_it_asks_again(
    effects: Connection, database_url: str
) -> None:
    command = CommentAlarm(alarm="A1", comment="x")
    asked = await inbox.put(effects, command, "ann", key="k")  # and then it died
    await work("owner", database_url, _live_on)
    async with asking(database_url) as (pool, wakeups):
        assert await inbox.ask(pool, wakeups, command, "ann", key="k") == {"id": str(asked)}
    await work("owner", database_url, _live_on)
    assert await what_was_done(effects) == [str(asked)]


async def test_an_asker_whose_owner_is_away_is_told_so_and_the_command_is_kept(
    effects: Connection, database_url: str
) -> None:
    command = CommentAlarm(alarm="A1", comment="x")
    async with asking(database_url) as (pool, wakeups):
        with pytest.raises(Refused, match="has not answered yet") as told:
            await inbox.ask(pool, wakeups, command, "ann", key="k", seconds=0.05)
        assert told.value.code == "unavailable"
        await work("owner", database_url, _live_on)
        assert (await inbox.ask(pool, wakeups, command, "ann", key="k"))["id"]
    assert len(await what_was_done(effects)) == 1


async def test_two_owners_at_once_apply_each_command_once(effects: Connection, database_url: str) -> None:
    asked = await put_commands(effects)
    await asyncio.gather(*(work("owner", database_url, _live_on) for _ in range(2)))
    assert await what_was_done(effects) == asked


async def test_two_publishers_at_once_leave_no_gap_and_readers_never_see_one(
    effects: Connection, database_url: str
) -> None:
    seen: list[int] = []

    async def publish_many() -> None:
        async with await connect(database_url) as connection:
            for n in range(25):
                async with connection.transaction():
                    await feed.publish(connection, PUBLISHER, {"inventory": [f"{n}a", f"{n}b"]})

    async def read_on() -> None:
        while len(seen) < 100:
            seen.extend(change.seq for change in await feed.read_after(effects, PUBLISHER, len(seen), 7))

    async with asyncio.timeout(30):
        await asyncio.gather(publish_many(), publish_many(), read_on())
    assert seen == list(range(1, 101))


async def test_a_consumer_that_was_away_for_too_long_is_told_so(effects: Connection) -> None:
    for n in range(4):
        await feed.publish(effects, PUBLISHER, {"inventory": [str(n)]})
    await effects.execute("UPDATE core.feed SET at = at - interval '8 days' WHERE seq <= 2")
    row = await (await effects.execute("SELECT now() - interval '7 days' AS week_ago")).fetchone()
    assert row is not None
    await feed.prune(effects, row["week_ago"])
    with pytest.raises(feed.FeedGap):
        await feed.read(effects, CONSUMER, PUBLISHER)
    await feed.advance(effects, CONSUMER, PUBLISHER, 2)
    assert [change.seq for change in await feed.read(effects, CONSUMER, PUBLISHER)] == [3, 4]


async def test_a_wake_up_rings_whoever_expects_it_and_survives_a_broken_connection(
    effects: Connection, database_url: str
) -> None:
    wakeups = Wakeups(database_url, [feed.channel_of(PUBLISHER)])
    listening = asyncio.create_task(wakeups.run())
    async with asyncio.timeout(30):
        for _ in range(2):
            with wakeups.expect(feed.channel_of(PUBLISHER)) as first:
                await first.wait()  # it rings once it listens, and again whenever it listens anew
            with wakeups.expect(feed.channel_of(PUBLISHER)) as rung:
                await feed.publish(effects, PUBLISHER, {"inventory": ["0"]})
                await rung.wait()
            with wakeups.expect(feed.channel_of(PUBLISHER)):
                await effects.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND query LIKE 'LISTEN%'"
                )
    listening.cancel()
