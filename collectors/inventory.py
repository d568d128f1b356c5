"""The inventory at a collector: read from the database when it changes, kept in a file for when that is away."""

from __future__ import annotations

from pathlib import Path

import msgspec
import structlog

from collectors.places import AdoptedTrap, Equipment, Snapshot
from guywire.database import Connection

_log = structlog.get_logger(__name__)


async def read_version(connection: Connection) -> int:
    row = await (await connection.execute("SELECT version FROM views.inventory")).fetchone()
    return int(row["version"]) if row else 0


async def read_snapshot(connection: Connection) -> Snapshot:
    """Sites and resources as they stand, from one moment."""
    async with connection.transaction():
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        version = await read_version(connection)
        sites = await (await connection.execute("SELECT id, domain FROM views.site")).fetchall()
        resources = await (
            await connection.execute(
                "SELECT r.site, r.resource, r.kind, r.address, r.profile, r.realm, r.monitored_by,"
                " coalesce(c.credential, '') AS credential"
                " FROM views.resource r LEFT JOIN views.resource_credential c USING (id) ORDER BY id"
            )
        ).fetchall()
        adopted = await (
            await connection.execute(
                "SELECT id AS trap_oid, clear_oid, alarm_type, severity FROM views.adopted_trap ORDER BY id"
            )
        ).fetchall()
        links = await (await connection.execute("SELECT upstream_site, downstream_site FROM views.link")).fetchall()
    return Snapshot(
        version=version,
        domains={row["id"]: row["domain"] for row in sites},
        equipment=[Equipment(**row) for row in resources],
        links=[(row["upstream_site"], row["downstream_site"]) for row in links],
        adopted=[AdoptedTrap(**row) for row in adopted],
    )


def load_cache(path: Path) -> Snapshot:
    """The snapshot of the last run; an empty one when there is none that can be read."""
    try:
        snapshot = msgspec.json.decode(path.read_bytes(), type=Snapshot)
    except FileNotFoundError:
        return Snapshot()
    except (OSError, msgspec.MsgspecError) as error:
        _log.warning("inventory.cache_unreadable", path=str(path), error=str(error))
        return Snapshot()
    return msgspec.structs.replace(snapshot, version=-1)  # whatever the database says is newer


def save_cache(path: Path, snapshot: Snapshot) -> None:
    """Replaces the file as a whole, so that a crash leaves the old one or the new one."""
    fresh = path.with_suffix(".new")
    try:
        fresh.write_bytes(msgspec.json.encode(snapshot))
        fresh.replace(path)
    except OSError as error:  # the collector can go on without
        _log.warning("inventory.cache_not_written", path=str(path), error=str(error))
