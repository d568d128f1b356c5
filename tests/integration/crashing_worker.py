"""A worker of the inbox, the feed, or both ends of it, that kills itself at a named step: `ROLE STEP DATABASE_URL`.

It works until there is nothing left to do, or until the step comes in its second transaction. Its effect is a row in
`public.effect`, which would take a repeat; `decide` stops after three decisions.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable

from guywire import feed, inbox
from guywire.database import Connection, connect

OWNER = "alarm_correlation"
PUBLISHER = "guywire"
CONSUMER = "counter"
DECISIONS = 3
BATCH = 2

Reach = Callable[[str], None]


async def apply_commands(connection: Connection, reach: Reach) -> bool:
    """One batch of the owner's inbox; false when it was empty."""
    async with connection.transaction():
        taken = await inbox.take(connection, OWNER, BATCH)
        reach("taken")
        for asked in taken:
            await _effect(connection, str(asked.command_id))
            reach("applied")
            await inbox.answer(connection, asked, {"id": str(asked.command_id)})
        reach("answered")
    reach("committed")
    return bool(taken)


async def follow_feed(connection: Connection, reach: Reach) -> bool:
    """One batch of the feed; false when it was empty."""
    async with connection.transaction():
        changes = await feed.read(connection, CONSUMER, PUBLISHER, BATCH)
        reach("read")
        for change in changes:
            await _effect(connection, str(change.seq))
        reach("applied")
        if changes:
            await feed.advance(connection, CONSUMER, PUBLISHER, changes[-1].seq)
        reach("advanced")
    reach("committed")
    return bool(changes)


async def decide(connection: Connection, reach: Reach) -> bool:
    """One decision and its publication; false once there were enough."""
    async with connection.transaction():
        row = await (await connection.execute("SELECT count(*) AS n FROM public.effect")).fetchone()
        assert row is not None
        if row["n"] >= DECISIONS:
            return False
        await _effect(connection, str(row["n"]))
        reach("decided")
        await feed.publish(connection, PUBLISHER, {"inventory": [str(row["n"])]})
        reach("published")
    reach("committed")
    return True


ROLES: dict[str, tuple[Callable[[Connection, Reach], Awaitable[bool]], tuple[str, ...]]] = {
    "owner": (apply_commands, ("taken", "applied", "answered", "committed")),
    "consumer": (follow_feed, ("read", "applied", "advanced", "committed")),
    "publisher": (decide, ("decided", "published", "committed")),
}


async def _effect(connection: Connection, what: str) -> None:
    await connection.execute("INSERT INTO public.effect (what) VALUES (%s)", (what,))


async def work(role: str, database_url: str, reach: Reach) -> None:
    """Works until there is nothing left to do."""
    async with await connect(database_url) as connection:
        await work_on(connection, role, reach)


async def work_on(connection: Connection, role: str, reach: Reach) -> None:
    """The same on a connection that is there."""
    while await ROLES[role][0](connection, reach):
        pass


def _dying_at(step: str) -> Reach:
    reached = 0

    def reach(now: str) -> None:
        nonlocal reached
        reached += now == step
        if now == step and reached > 1:
            os.kill(os.getpid(), signal.SIGKILL)

    return reach


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], sys.argv[3], _dying_at(sys.argv[2])))
