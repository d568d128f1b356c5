"""Everything that a page follows in one answer, column by column: what it starts from before the feed goes on.

One read of the database serves every page of a region that asks while it goes on, and for half as long afterwards:
fifty consoles that begin anew in a storm cost a few reads, and never all of the database's time. What came since, the
feed tells. The most urgent rows come first, in a piece of their own.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, LiteralString, NamedTuple

import msgspec
from prometheus_client import Counter
from psycopg import IsolationLevel, sql

from dashboards import incident_cut
from dashboards.live.client import topics_of
from dashboards.live.hub import PUBLISHERS
from guywire import feed
from guywire.database import Connection, Pool, Row
from guywire.identity import User
from guywire.web.listing import Filter, within

MOST_FRESH_SECONDS = 1.0
_LEVEL = 5
_GZIP = 31

READS = Counter("guywire_live_snapshots_total", "Snapshots read from the database; each may serve many pages")


class Collection(NamedTuple):
    """What of a view a page follows, and which of its rows come first."""

    view: str
    topic: str
    where: LiteralString = "true"
    first: LiteralString = "v.id"


_MOST_URGENT: LiteralString = (
    "array_position(ARRAY['critical', 'major', 'minor', 'warning', 'indeterminate'], v.severity), v.raised_at DESC"
)
COLLECTIONS = {
    "alarm": Collection("alarm", "alarm", "v.cleared_at IS NULL", _MOST_URGENT),
    "incident": Collection("incident", "incident", "v.state = 'open'"),
    "ticket": Collection("ticket", "ticket", "v.state NOT IN ('closed', 'cancelled', 'rejected')"),
    "need": Collection("need", "need", "v.state = 'open'"),
    "waiting_need": Collection("waiting_need", "waiting_need"),
    "work_order": Collection("work_order", "work_order", "v.ended_at IS NULL"),
    "silence": Collection("silence", "silence", "v.ended_at IS NULL AND (v.ends_at IS NULL OR v.ends_at > now())"),
    "technician": Collection("technician", "technician"),
    "site": Collection("site", "inventory"),
    "link": Collection("link", "inventory"),
}
"""What `GET /api/v1/live/snapshot` knows: the lists of docs/api.md as they are without any parameter."""

_PIECES: LiteralString = """
    SELECT count(*) AS count_, {columns}
    FROM (SELECT v.*, row_number() OVER (ORDER BY {first}) - 1 AS place_ FROM views.{view} v WHERE {where}) v
    GROUP BY CASE WHEN place_ < 200 THEN 0 ELSE 1 + (place_ - 200) / 4000 END
    ORDER BY min(place_)
"""


class Snapshots:
    """Makes and shares snapshots; `epoch` tells which one their numbers belong to (see `Recent`)."""

    def __init__(self, pool: Pool, epoch: Callable[[], str]) -> None:
        self._pool = pool
        self._epoch = epoch
        self._kept: dict[tuple[str, str, frozenset[str], tuple[str, ...]], _Making] = {}

    async def of(self, user: User, names: Sequence[str]) -> AsyncIterator[bytes]:
        """The pieces of a gzip stream of JSON lines: `{"epoch", "seq", "now", "topics"}`, then pieces of each
        collection (`{"collection", "count", "same": {column: value}, "columns": {column: [values]}}`), then
        `{"end": true}`.

        Only collections that the user may see, of those only what lies in the user's region. Raises what the
        database raised, which cuts the stream off before its end.
        """
        allowed = topics_of(user)
        chosen = tuple(sorted(name for name in names if COLLECTIONS[name].topic in allowed))
        making = self._fresh(user, chosen)
        place = 0
        while await making.has(place):
            yield making.pieces[place]
            place += 1

    def _fresh(self, user: User, names: tuple[str, ...]) -> _Making:
        now = asyncio.get_running_loop().time()
        self._kept = {key: kept for key, kept in self._kept.items() if kept.is_fresh(now)}
        epoch = self._epoch()
        key = (epoch, user.region, topics_of(user), names)
        if key not in self._kept:
            READS.inc()
            self._kept[key] = _Making(self._pool, user, names, epoch)
        return self._kept[key]


class _Making:
    """One snapshot while it is read and for half as long after; many may read along."""

    def __init__(self, pool: Pool, user: User, names: tuple[str, ...], epoch: str) -> None:
        self.pieces: list[bytes] = []
        self._more = asyncio.Event()
        self._began_at = asyncio.get_running_loop().time()
        self._ended_at: float | None = None
        self._task = asyncio.create_task(self._make(_lines(pool, user, names, epoch)))

    def is_fresh(self, now: float) -> bool:
        if self._ended_at is None:
            return True
        return now - self._ended_at < min(MOST_FRESH_SECONDS, (self._ended_at - self._began_at) / 2)

    async def has(self, place: int) -> bool:
        """Waits for the piece at that place; false when there is none. Raises what broke the making."""
        while place >= len(self.pieces) and not self._task.done():
            await self._more.wait()
        if place >= len(self.pieces):
            self._task.result()
        return place < len(self.pieces)

    async def _make(self, lines: AsyncIterator[tuple[str, Row]]) -> None:
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
        try:
            async for line in lines:
                self._add(await asyncio.to_thread(_packed, packer, line))
            self._add(packer.compress(b'{"end":true}\n') + packer.flush())
        finally:
            self._ended_at = asyncio.get_running_loop().time()
            self._more.set()

    def _add(self, piece: bytes) -> None:
        self.pieces.append(piece)
        rung, self._more = self._more, asyncio.Event()
        rung.set()


def unzipped(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same for who does not take gzip."""

    async def plain() -> AsyncIterator[bytes]:
        unpacker = zlib.decompressobj(_GZIP)
        async for piece in pieces:
            yield unpacker.decompress(piece)

    return plain()


async def _lines(pool: Pool, user: User, names: tuple[str, ...], epoch: str) -> AsyncIterator[tuple[str, Row]]:
    """What the lines are made of, each with its collection's name; the first has the feeds' numbers as of this read."""
    async with pool.connection() as connection:
        await connection.set_isolation_level(IsolationLevel.REPEATABLE_READ)
        try:
            async with connection.transaction():
                yield "", {"epoch": epoch} | await _beginning(connection, user)
                for name in names:
                    async for row in _pieces(connection, COLLECTIONS[name], user):
                        yield name, row
        finally:
            await connection.set_isolation_level(None)


async def _beginning(connection: Connection, user: User) -> Row:
    heads = {publisher: await feed.head(connection, publisher) for publisher in PUBLISHERS}
    (moment,) = await (await connection.execute("SELECT now() AS now")).fetchall()
    return {"seq": heads, "now": moment["now"], "topics": sorted(topics_of(user))}


async def _pieces(connection: Connection, one: Collection, user: User) -> AsyncIterator[Row]:
    view = sql.Identifier("views", one.view)
    described = await connection.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(view))
    cut = incident_cut.COLUMNS if one.view == "incident" and user.region else {}
    names = dict.fromkeys([*(column.name for column in described.description or ()), *cut])
    filters = [Filter(one.where), *within(user, one.view)]
    values = [
        *(incident_cut.values_of(user.region) if cut else ()),
        *(value for each in filters for value in each.values),
    ]
    query = sql.SQL(_PIECES).format(
        columns=sql.SQL(", ").join(_column(name, cut.get(name)) for name in names),
        first=sql.SQL(one.first),
        view=sql.Identifier(one.view),
        where=sql.SQL(" AND ").join(sql.SQL(each.clause) for each in filters),
    )
    async with connection.cursor() as cursor:
        async for row in cursor.stream(query, values or None):
            yield row


def _column(name: str, other: LiteralString | None) -> sql.Composed:
    """All values of a column, of another expression in its place where one is given."""
    value = sql.SQL(other) if other else sql.SQL("v.{}").format(sql.Identifier(name))
    return sql.SQL("json_agg({})::text AS {}").format(value, sql.Identifier(name))


def _packed(packer: Any, line: tuple[str, Row]) -> bytes:
    """A line in its compressed form, flushed so that it can be read as soon as it has come."""
    name, row = line
    text = _piece(name, row) if name else msgspec.json.encode(row)
    return bytes(packer.compress(text + b"\n") + packer.flush(zlib.Z_SYNC_FLUSH))


def _piece(name: str, row: Row) -> bytes:
    """One piece of a collection as JSON; a column whose values are all the same is said once."""
    count = row.pop("count_")
    same: list[str] = []
    columns: list[str] = []
    for column, text in row.items():
        values = text.replace("\n", "")  # between values that are lists or objects; within one it would be escaped
        folded = _folded(values, count)
        (columns if folded is None else same).append(f'"{column}":{values if folded is None else folded}')
    return (
        f'{{"collection":"{name}","count":{count},"same":{{{",".join(same)}}},"columns":{{{",".join(columns)}}}}}'
    ).encode()


def _folded(values: str, count: int) -> str | None:
    """The value that a JSON array of `count` holds over and over, else None: `[a, a]` is `a`."""
    each, rest = divmod(len(values), count)
    if rest:
        return None
    value = values[1 : each - 1]
    return value if values == f"[{', '.join([value] * count)}]" else None
