"""The embedded server as its users see it: a URL that stays good for as long as the context lasts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from guywire.owner import Owner, own
from guywire.postgres.binaries import installed_binaries
from guywire.postgres.home import Home, runtime_folder
from guywire.postgres.server import Server
from guywire.process import Say, kept
from guywire.process.account import unprivileged


def _quiet(name: str, what: str) -> None:
    """Says nothing."""


@asynccontextmanager
async def embedded(data_dir: Path, *, durable: bool = True, say: Say = _quiet) -> AsyncIterator[str]:
    """Owns the folder and serves from it; yields the URL and makes it known to `running_url`."""
    with own(data_dir) as owner:
        async with served(owner, durable=durable, say=say) as url:
            owner.announce(url)
            yield url


@asynccontextmanager
async def served(
    owner: Owner, *, durable: bool = True, say: Say = _quiet, binaries: Path | None = None
) -> AsyncIterator[str]:
    """Serves from the owner's folder; yields the URL of the database `guywire`, reachable by this user alone.

    A server that dies is started again under the same URL. Without `durable` a crash of the machine may lose data:
    for tests. Raises `GuywireError` when the server cannot be made or started.
    """
    home = Home(owner.data_dir)
    account = unprivileged()
    with runtime_folder(home, account) as runtime:
        server = Server(home, runtime, account, binaries or installed_binaries(), durable)
        try:
            say(server.name, await server.start())
        except BaseException:
            await server.stop()
            raise
        async with kept(server, say, started=True):
            yield server.url
