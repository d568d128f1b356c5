"""The inventory in the database: loaded as a whole or not at all, fetched as a whole by every service that needs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from psycopg import sql

from guywire import feed
from guywire.database import Connection
from guywire.identity.audit import audit
from guywire.inventory.merge import KINDS, Count, Kind, fetch, joined, merge
from guywire.inventory.model import Inventory
from guywire.inventory.problems import InventoryError
from guywire.inventory.references import References, address_at_two_sites, check_references


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did, by kind (the fields of `Inventory`), and the version that now stands."""

    counts: Mapping[str, Count]
    version: int

    @property
    def changed_anything(self) -> bool:
        return any(count.added or count.changed or count.retired for count in self.counts.values())


_COUNT_CUSTOMERS = """
WITH counted AS (
    SELECT serving_sites[1] AS site_id, count(*) AS customers FROM core.customer
    WHERE retired_at IS NULL AND serving_sites <> '{}' GROUP BY serving_sites[1]),
gone AS (DELETE FROM core.site_customers s WHERE NOT EXISTS (SELECT FROM counted c WHERE c.site_id = s.site_id))
INSERT INTO core.site_customers (site_id, customers) SELECT site_id, customers FROM counted
ON CONFLICT (site_id) DO UPDATE SET customers = excluded.customers
"""
_LEANING_ON_SITES = ("resource", "link")


async def load_inventory(
    connection: Connection, inventory: Inventory, prune: bool, now: datetime, actor: str = "guywire load"
) -> Loaded:
    """Adds and updates in one transaction, all or nothing; a new version is published when anything changed.

    What is absent stays, or with `prune` is retired: within the kinds of which `inventory` holds at least one record,
    together with the equipment and links of retired sites. Raises `InventoryError` for what points nowhere.
    """
    async with connection.transaction():
        await connection.execute("SELECT version FROM core.inventory_version FOR UPDATE")  # one load at a time
        await _refuse_dangling(connection, inventory, prune)
        counts = {kind.kind: await merge(connection, kind, inventory, prune, now) for kind in KINDS}
        await _retire_leaning(connection, now)
        await _refuse_shared_addresses(connection)
        loaded = Loaded(counts, await _version(connection))
        if any((counts["customers"].added, counts["customers"].changed, counts["customers"].retired)):
            await connection.execute(_COUNT_CUSTOMERS)
        if loaded.changed_anything:
            loaded = Loaded(counts, await _publish(connection, now, actor, counts))
    return loaded


async def fetch_inventory(connection: Connection) -> Inventory:
    """The whole inventory as it stands, without what is retired; one consistent version of it."""
    async with connection.transaction():
        return await _fetch(connection, KINDS)


async def fetch_network(connection: Connection) -> Inventory:
    """The same without its customers, of whom there may be ten million: only how many each site serves."""
    async with connection.transaction():
        inventory = await _fetch(connection, [kind for kind in KINDS if kind.kind != "customers"])
        rows = await (await connection.execute("SELECT site_id, customers FROM core.site_customers")).fetchall()
    return replace(inventory, served={row["site_id"]: row["customers"] for row in rows})


async def _fetch(connection: Connection, kinds: Sequence[Kind]) -> Inventory:
    # Shares the row that a load locks: nothing is loaded while we read.
    row = await (await connection.execute("SELECT version FROM core.inventory_version FOR SHARE")).fetchone()
    assert row is not None
    held: dict[str, Any] = {kind.kind: await fetch(connection, kind) for kind in kinds}
    return Inventory(**{**held, "contracts": tuple(held["contracts"].values())}, version=row["version"])


async def publish_version(connection: Connection, now: datetime) -> int:
    """Gives what stands a new version and tells everybody who reads it; the last statement of a transaction."""
    await connection.execute("UPDATE core.inventory_version SET version = version + 1, loaded_at = %s", (now,))
    version = await _version(connection)
    await feed.publish(connection, "guywire", {"inventory": [str(version)]})
    return version


async def fetch_references(connection: Connection) -> References:
    """The ids that a partial load may lean on."""
    return References(
        sites=await _ids(connection, "site", "site_id"),
        technicians=await _ids(connection, "technician", "technician_id"),
        power_feeds=await _ids(connection, "power_feed", "feed_id"),
    )


async def _refuse_dangling(connection: Connection, inventory: Inventory, prune: bool) -> None:
    there = await fetch_references(connection)
    known = References(
        sites=frozenset() if prune and inventory.sites else there.sites,
        technicians=frozenset() if prune and inventory.technicians else there.technicians,
        power_feeds=frozenset() if prune and inventory.power_feeds else there.power_feeds,
    )
    if problems := check_references(inventory, known, lambda _file, _key: 0):
        raise InventoryError(problems)


async def _retire_leaning(connection: Connection, now: datetime) -> None:
    """Equipment and links of a retired site go with it; they are not counted, the site is."""
    for table in _LEANING_ON_SITES:
        ends = ("site_id",) if table == "resource" else ("upstream_site_id", "downstream_site_id")
        await connection.execute(
            sql.SQL(
                "UPDATE {table} t SET retired_at = %s FROM core.site s"
                " WHERE t.retired_at IS NULL AND s.retired_at IS NOT NULL AND s.site_id IN ({ends})"
            ).format(table=sql.Identifier("core", table), ends=joined(", ", "t.{0}", ends)),
            (now,),
        )


async def _refuse_shared_addresses(connection: Connection) -> None:
    """Over files and database together: an address of a realm belongs to one site."""
    rows = await (
        await connection.execute(
            "SELECT address, min(site_id) AS one, max(site_id) AS other FROM core.resource"
            " WHERE address <> '' AND retired_at IS NULL GROUP BY realm, address HAVING min(site_id) <> max(site_id)"
            " ORDER BY address LIMIT 100"
        )
    ).fetchall()
    if rows:
        raise InventoryError([address_at_two_sites(row["address"], row["one"], row["other"]) for row in rows])


async def _publish(connection: Connection, now: datetime, actor: str, counts: Mapping[str, Count]) -> int:
    version = await _version(connection) + 1
    did = {kind: f"+{count.added} ~{count.changed} -{count.retired}" for kind, count in counts.items()}
    await audit(connection, actor, "load_inventory", "inventory", str(version), did)
    return await publish_version(connection, now)


async def _version(connection: Connection) -> int:
    row = await (await connection.execute("SELECT version FROM core.inventory_version")).fetchone()
    assert row is not None
    return int(row["version"])


async def _ids(connection: Connection, table: str, column: str) -> frozenset[str]:
    rows = await (
        await connection.execute(
            sql.SQL("SELECT {column} AS id FROM {table} WHERE retired_at IS NULL").format(
                column=sql.Identifier(column), table=sql.Identifier("core", table)
            )
        )
    ).fetchall()
    return frozenset(row["id"] for row in rows)
