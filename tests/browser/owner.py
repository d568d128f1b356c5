"""Stands in for an owning service in a browser test: answers the command inbox with effects written here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from guywire import inbox
from guywire.commands import Command
from guywire.database import Connection, connect
from guywire.database.wake import Wakeups, ring_or_timeout
from guywire.errors import Refused
from tests.beside import beside

Effect = Callable[[Connection, Command, str], Awaitable[dict[str, Any] | Refused]]


@asynccontextmanager
async def owning(database_url: str, owner: str, effect: Effect) -> AsyncIterator[list[Command]]:
    """While it lasts, each command to `owner` is answered by `effect(connection, command, actor)`; yields them."""
    taken: list[Command] = []
    wakeups = Wakeups(database_url, [inbox.channel_of(owner)])
    async with beside(wakeups.run(), _answer(database_url, owner, effect, wakeups, taken)):
        yield taken


async def _answer(database_url: str, owner: str, effect: Effect, wakeups: Wakeups, taken: list[Command]) -> None:
    async with await connect(database_url) as connection:
        with wakeups.expect(inbox.channel_of(owner)) as rung:
            while True:
                async with connection.transaction():
                    for asked in await inbox.take(connection, owner):
                        taken.append(asked.command)
                        await inbox.answer(connection, asked, await effect(connection, asked.command, asked.actor))
                await ring_or_timeout(rung, 1.0)
