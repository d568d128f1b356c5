"""Behind the map: every site that one may see as columns, zipped once for each version of the inventory.

A hundred thousand sites are a hundred pages as objects; as columns they are one answer of about a megabyte.
"""

from __future__ import annotations

import asyncio
import gzip
from typing import LiteralString, NamedTuple

from psycopg import sql

from guywire.database import Connection
from guywire.identity import User
from guywire.web.listing import within

KEPT = 16
"""Answers held: one for each region that somebody looks from."""

_VERSION = "SELECT version FROM views.inventory"

# Words that repeat stand once, sorted, and each site says which by its place: dense_rank counts in the same order.
_REPEATED: tuple[tuple[LiteralString, LiteralString], ...] = (
    ("regions", "region"),
    ("domains", "domain"),
    ("time_zones", "time_zone"),
    ("power_feeds", "power_feed"),
    ("tenant_lists", "tenants"),
)

_COLUMNS = """
WITH s AS MATERIALIZED (
    SELECT v.id, v.name, round(v.latitude::numeric, 6)::float8 AS latitude,
           round(v.longitude::numeric, 6)::float8 AS longitude,
           v.site_class, v.battery_hours, v.gateway, v.region, v.domain, v.time_zone, v.power_feed, v.tenants,
           (row_number() OVER (ORDER BY v.id) - 1)::int AS place, {ranks}
    FROM views.site v WHERE {inside}
), l AS MATERIALIZED (
    SELECT u.place AS upstream, d.place AS downstream
    FROM views.link v JOIN s u ON u.id = v.upstream_site JOIN s d ON d.id = v.downstream_site
)
SELECT json_build_object('version', {version}, {lists},
    'upstreams', (SELECT coalesce(json_agg(upstream ORDER BY upstream, downstream), '[]') FROM l),
    'downstreams', (SELECT coalesce(json_agg(downstream ORDER BY upstream, downstream), '[]') FROM l))::text AS body
FROM s
"""
_PLAIN: tuple[tuple[LiteralString, LiteralString], ...] = (
    ("ids", "id"),
    ("names", "name"),
    ("latitudes", "latitude"),
    ("longitudes", "longitude"),
    ("classes", "site_class"),
    ("battery_hours", "battery_hours"),
    ("gateways", "gateway::int"),
)


class Columns(NamedTuple):
    """An answer as it goes out: gzip of JSON, and what tells it from the one before."""

    etag: str
    zipped: bytes


class SiteColumns:
    """The columns for each region that is looked from; made by the first who asks, while the others wait for it."""

    def __init__(self) -> None:
        self._made: dict[str, Columns] = {}
        self._making = asyncio.Lock()

    async def of(self, connection: Connection, user: User) -> Columns:
        """The sites that the user may see, and the links among them, as the inventory has them now."""
        async with self._making:
            etag = await version_for(connection, user)
            made = self._made.get(user.region)
            if made is None or made.etag != etag:
                made = Columns(etag, await _make(connection, user))
                self._made.pop(user.region, None)
                self._made[user.region] = made
                while len(self._made) > KEPT:
                    del self._made[next(iter(self._made))]
            return made


async def version_for(connection: Connection, user: User) -> str:
    """The ETag of what the user would be given: the inventory's version, and the region that is looked from."""
    row = await (await connection.execute(_VERSION)).fetchone()
    assert row is not None
    return f'"{row["version"]}-{user.region.encode().hex()}"'


async def _make(connection: Connection, user: User) -> bytes:
    filters = within(user, "site")
    query = sql.SQL(_COLUMNS).format(
        ranks=sql.SQL(", ").join(
            sql.SQL("(dense_rank() OVER (ORDER BY {0}) - 1)::int AS {1}").format(
                sql.Identifier("v", column), sql.Identifier(f"{column}_place")
            )
            for _, column in _REPEATED
        ),
        inside=sql.SQL(" AND ").join([sql.SQL("true"), *(sql.SQL(one.clause) for one in filters)]),
        version=sql.SQL("({})").format(sql.SQL(_VERSION)),
        lists=sql.SQL(", ").join(
            [*map(_plain, *zip(*_PLAIN, strict=True)), *map(_repeated, *zip(*_REPEATED, strict=True))]
        ),
    )
    values = [value for one in filters for value in one.values]
    row = await (await connection.execute(query, values)).fetchone()
    assert row is not None
    return await asyncio.to_thread(gzip.compress, row["body"].encode(), 6)


def _plain(name: LiteralString, column: LiteralString) -> sql.Composable:
    return sql.SQL("{name}, coalesce(json_agg({column} ORDER BY place), '[]')").format(
        name=sql.Literal(name), column=sql.SQL(column)
    )


def _repeated(name: LiteralString, column: LiteralString) -> sql.Composable:
    """The words that occur, and for each site the place of its own among them."""
    return sql.SQL(
        "{name}, (SELECT coalesce(json_agg({column} ORDER BY {column}), '[]') FROM (SELECT DISTINCT {column}"
        " FROM s) d), {places}, coalesce(json_agg({place} ORDER BY place), '[]')"
    ).format(
        name=sql.Literal(name),
        column=sql.Identifier(column),
        places=sql.Literal(f"{column}_of"),
        place=sql.Identifier(f"{column}_place"),
    )
