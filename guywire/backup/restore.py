"""`guywire restore`: a backup becomes a stopped system in an empty data folder, whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from guywire.backup import files, manifest
from guywire.backup.dump import server_of, some_table, undump
from guywire.backup.manifest import Manifest
from guywire.backup.numbers import skip_numbers
from guywire.database import connect
from guywire.database.migrate import migrations
from guywire.errors import GuywireError
from guywire.identity import audit
from guywire.owner import Owner, own
from guywire.postgres import embedded
from guywire.settings import Settings

_GROWING = "restoring"
_OWN_LOCK = "owner.lock"


async def restore(settings: Settings, folder: Path) -> Manifest:
    """Restores the folder's backup into an empty data folder, and an empty database where one is named.

    Raises `GuywireError` for what does not fit or is not empty; then nothing was changed.
    """
    saved = manifest.read(folder)
    with own(settings.data_dir) as owner, _growing(owner) as growing:
        files.copy_in(folder / manifest.FILES, growing)
        async with _database(settings, growing) as url:
            await _fill(url, folder, saved)
    return saved


async def _fill(url: str, folder: Path, saved: Manifest) -> None:
    async with await connect(url) as connection:
        server = await server_of(connection)
        if why := manifest.refusal(saved, len(migrations()), server):
            raise GuywireError(why)
        if table := await some_table(connection):
            raise GuywireError(f"The database is not empty ({table}), and nothing is written over. Name an empty one.")
        await undump(connection, url, folder / manifest.DATABASE, server, saved.dumped_by)
        async with connection.transaction():
            await skip_numbers(connection)
            await audit(
                connection, "command line", "restore", "system", folder.name, {"made_at": saved.made_at.isoformat()}
            )


@contextmanager
def _growing(owner: Owner) -> Iterator[Path]:
    """A folder inside the data folder, on its disk, whose contents move up into it at the end of a context that
    succeeds: a start on what was only half restored finds an empty system and not half a one."""
    there = [path.name for path in files.ours(owner.data_dir) if path.name != _OWN_LOCK]
    if there:
        raise GuywireError(
            f"{owner.data_dir} is not empty ({', '.join(there[:3])}), and nothing is written over."
            " Name a new --data-dir."
        )
    growing = owner.data_dir / _GROWING
    try:
        growing.mkdir(mode=0o700)
        yield growing
        (growing / _OWN_LOCK).unlink(missing_ok=True)
        for path in sorted(growing.iterdir()):
            path.rename(owner.data_dir / path.name)
    except (OSError, shutil.Error) as error:
        raise GuywireError(
            f"The backup cannot be restored to {owner.data_dir}: {error}. Mend that, and do it again."
        ) from error
    finally:
        shutil.rmtree(growing, ignore_errors=True)


@asynccontextmanager
async def _database(settings: Settings, data_dir: Path) -> AsyncIterator[str]:
    if settings.database_url:
        yield settings.database_url
    else:
        async with embedded(data_dir) as url:
            yield url
