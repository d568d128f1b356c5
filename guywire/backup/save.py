"""`guywire backup`: the files first, then the database as of one moment; whole under its name, or not there at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from guywire import __version__
from guywire.backup import files, manifest
from guywire.backup.dump import dump, server_of
from guywire.backup.manifest import Manifest
from guywire.database import Connection, connect
from guywire.database.rows import row_of
from guywire.errors import GuywireError
from guywire.identity import audit
from guywire.owner import running_url
from guywire.postgres import embedded
from guywire.postgres.home import Home
from guywire.settings import Settings

_MIGRATIONS = "SELECT count(*) AS applied FROM public.guywire_migration"


async def save(settings: Settings, folder: Path) -> Manifest:
    """Saves the system of these settings, running or stopped, into the folder, which must not be there.

    A poller that remembers less than the database looks at a device anew; one that remembers more would take for new
    what it has seen: therefore files first. Raises `GuywireError`; then the folder is not there.
    """
    _refuse(settings.data_dir, folder)
    with _growing(folder) as growing:
        async with _database(settings) as url, await connect(url) as connection:
            return await _save(connection, url, settings.data_dir, growing, folder.name)


async def _save(connection: Connection, url: str, data_dir: Path, folder: Path, name: str) -> Manifest:
    now = datetime.now(UTC)
    migrations = await _applied(connection)
    server = await server_of(connection)
    async with connection.transaction():
        await audit(connection, "command line", "backup", "system", name)
    left_out = files.copy_out(data_dir, folder / manifest.FILES)
    dumped_by = await dump(url, folder / manifest.DATABASE, server)
    made = Manifest(manifest.FORMAT, now, __version__, migrations, server, dumped_by, left_out)
    manifest.write(folder, made)
    return made


async def _applied(connection: Connection) -> int:
    try:
        row = await row_of(connection, _MIGRATIONS)
    except psycopg.errors.UndefinedTable:
        raise GuywireError("This database holds no Guywire: check --database-url and --data-dir.") from None
    return int(row["applied"]) if row else 0


@contextmanager
def _growing(folder: Path) -> Iterator[Path]:
    """A folder beside it, for this user alone, that takes its name at the end of a context that succeeds."""
    growing = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        growing = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        yield growing
        os.sync()  # a name that outlives a power cut stands for whole files
        growing.rename(folder)
    except (OSError, shutil.Error) as error:
        raise GuywireError(
            f"The backup cannot be written to {folder}: {error}. Make room, or choose another."
        ) from error
    finally:
        if growing is not None:
            shutil.rmtree(growing, ignore_errors=True)


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[str]:
    """The URL of the system's database; of a stopped one the embedded database runs for as long as it takes."""
    if url := settings.database_url or running_url(settings.data_dir):
        yield url
    elif Home(settings.data_dir).cluster.exists():
        async with embedded(settings.data_dir) as url:
            yield url
    else:
        raise GuywireError(
            f"There is no database in {settings.data_dir}: name the folder of the system with --data-dir."
        )


def _refuse(data_dir: Path, folder: Path) -> None:
    if folder.exists():
        raise GuywireError(f"{folder} is there already, and nothing is written over. Name a new folder.")
    if folder.absolute().is_relative_to(data_dir.absolute()):
        raise GuywireError(
            f"{folder} lies in the data folder that it would save. Name one elsewhere, best on another disk."
        )
