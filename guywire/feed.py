"""The change feed: how what one service decided reaches the next, exactly once in effect (design, section 2).

Publishing is the last statement of the deciding transaction: it numbers the changes from the publisher's head, whose
row lock is held until the commit, so the sequence has no gaps and commits in order. A consumer moves its cursor in the
transaction of its own effect. NOTIFY only wakes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from psycopg import sql

from guywire.database import Connection, Row, row_of, rows_of
from guywire.errors import GuywireError

TOPICS = (
    "alarm",
    "incident",
    "outage",
    "ticket",
    "need",
    "silence",
    "waiting_need",
    "work_order",
    "technician",
    "notice",
    "record",
    "place",
    "question",
    "sos",
    "watch",
    "pause",
    "emergency",
    "depot",
    "generator",
    "generator_run",
    "day_plan",
    "clock",
    "extension",
    "climb",
    "urge",
    "round_visit",
    "finding",
    "inspection",
    "problem",
    "rota_entry",
    "swap",
    "certificate",
    "rota_source",
    "consent",
    "agreement",
    "complaint",
    "claim",
    "announcement",
    "handover",
    "situation_report",
    "procedure",
    "inventory",
)
"""Each topic is the view of the same name: a change's body is that view's row as JSON, the very object of the APIs."""


_shapes: dict[str, frozenset[str]] = {}  # each topic's columns; they change by migration only, before a start


class FeedGap(GuywireError):
    """What comes next is lost to the consumer: it was pruned while it was away, another version wrote it in another
    shape, or the database is an older one that was restored. It must rebuild from the views and start at the head."""


class Change(msgspec.Struct, frozen=True):
    """One published change: `body` is the object as the API shows it, or `{"id": ..., "gone": true}`."""

    publisher: str
    seq: int
    at: datetime
    topic: str
    id: str
    domain: str
    body: dict[str, Any]


def channel_of(publisher: str) -> str:
    """The NOTIFY channel on which a publisher's feed wakes its consumers."""
    return f"feed_{publisher}"


async def publish(connection: Connection, publisher: str, changed: Mapping[str, Collection[str]]) -> None:
    """Publishes the named objects as they stand now. Must be the last statement of the deciding transaction."""
    named = {topic: sorted(set(ids)) for topic, ids in changed.items() if ids}
    if not named:
        return
    await connection.execute(
        _publish_statement(tuple(named)),
        {"publisher": publisher, "channel": channel_of(publisher), **named},
    )


async def read(connection: Connection, consumer: str, publisher: str, limit: int = 500) -> Sequence[Change]:
    """The next changes behind the consumer's cursor, oldest first. Raises `FeedGap` (see there)."""
    cursor = await position(connection, consumer, publisher)
    return await read_after(connection, publisher, cursor, limit)


async def read_after(
    connection: Connection, publisher: str, seq: int, limit: int = 500, *, at: datetime | None = None
) -> Sequence[Change]:
    """Changes after `seq`, for readers that keep their cursor themselves (the live feed of a face).

    A cursor that is kept outside of the database does not go back with it when a backup is restored: such a reader says
    when `seq` was published (`published_at`), and gets a `FeedGap` once that is no longer so.
    """
    rows = await rows_of(
        connection,
        "SELECT publisher, seq, at, topic, id, domain, body FROM core.feed"
        " WHERE publisher = %s AND seq >= %s ORDER BY seq LIMIT %s",
        (publisher, seq if at else seq + 1, limit + 1 if at else limit),
    )
    if at:
        if not rows or (rows[0]["seq"], rows[0]["at"]) != (seq, at):
            raise FeedGap(f"The feed of {publisher} no longer holds {seq} of {at}; rebuild from the views.")
        rows = rows[1:]
    if rows and rows[0]["seq"] != seq + 1:
        raise FeedGap(f"The feed of {publisher} was pruned past {seq}; rebuild from the views.")
    if rows:
        await _refuse_other_shapes(connection, publisher, rows)
    return [Change(**row) for row in rows]


async def position(connection: Connection, consumer: str, publisher: str) -> int:
    """The consumer's cursor; 0 when it has never read."""
    query = "SELECT seq FROM core.feed_cursor WHERE consumer = %s AND publisher = %s"
    row = await row_of(connection, query, (consumer, publisher))
    return int(row["seq"]) if row else 0


async def head(connection: Connection, publisher: str) -> int:
    """The last sequence number published; take it *before* a snapshot of the views to follow on from it."""
    row = await row_of(connection, "SELECT seq FROM core.feed_head WHERE publisher = %s", (publisher,))
    return int(row["seq"]) if row else 0


async def published_at(connection: Connection, publisher: str, seq: int) -> datetime | None:
    """When a change was published; None when the feed does not hold it."""
    query = "SELECT at FROM core.feed WHERE publisher = %s AND seq = %s"
    row = await row_of(connection, query, (publisher, seq))
    return row["at"] if row else None


async def advance(connection: Connection, consumer: str, publisher: str, seq: int) -> None:
    """Moves the consumer's cursor; belongs into the transaction of the effect."""
    await connection.execute(
        "INSERT INTO core.feed_cursor (consumer, publisher, seq) VALUES (%s, %s, %s)"
        " ON CONFLICT (consumer, publisher) DO UPDATE SET seq = excluded.seq",
        (consumer, publisher, seq),
    )


async def prune(connection: Connection, before: datetime) -> None:
    """Forgets changes older than `before`, always keeping each publisher's last one."""
    await connection.execute(
        "DELETE FROM core.feed f USING core.feed_head h"
        " WHERE f.publisher = h.publisher AND f.at < %s AND f.seq < h.seq",
        (before,),
    )


async def _refuse_other_shapes(connection: Connection, publisher: str, rows: Sequence[Row]) -> None:
    """Raises `FeedGap` for a body without a column that its view has now: consumers rely on each."""
    if not _shapes:
        views = await connection.execute(
            "SELECT c.relname AS topic, array_agg(a.attname::text) AS columns FROM pg_class c"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"
            " WHERE c.relnamespace = 'views'::regnamespace GROUP BY c.relname"
        )
        _shapes.update({row["topic"]: frozenset(row["columns"]) for row in await views.fetchall()})
    for row in rows:
        body = row["body"]
        if not isinstance(body, dict) or not ("gone" in body or body.keys() >= _shapes.get(row["topic"], {"?"})):
            raise FeedGap(f"The feed of {publisher} holds another version's {row['topic']} as {row['seq']}; rebuild.")


@cache
def _publish_statement(topics: tuple[str, ...]) -> str:
    """Composed once for each set of topics: composing costs a publisher more than many a publication."""
    unknown = set(topics) - set(TOPICS)
    if unknown:
        raise ValueError(f"no such topic: {', '.join(sorted(unknown))}")
    selects = sql.SQL(" UNION ALL ").join(
        sql.SQL(
            "SELECT {name} AS topic, named.id,"
            " coalesce(to_jsonb(v), jsonb_build_object('id', named.id, 'gone', true)) AS body"
            " FROM unnest({ids}::text[]) AS named (id) LEFT JOIN {view} v ON v.id = named.id"
        ).format(name=sql.Literal(topic), ids=sql.Placeholder(topic), view=sql.Identifier("views", topic))
        for topic in topics
    )
    statement = sql.SQL(
        "WITH changed AS MATERIALIZED ({selects}),"
        " numbered AS (SELECT row_number() OVER () AS n, * FROM changed),"
        " head AS (INSERT INTO core.feed_head AS h (publisher, seq) SELECT %(publisher)s, count(*) FROM changed"
        "   ON CONFLICT (publisher) DO UPDATE SET seq = h.seq + excluded.seq RETURNING seq),"
        " written AS (INSERT INTO core.feed (publisher, seq, topic, id, domain, body)"
        "   SELECT %(publisher)s, head.seq - (SELECT count(*) FROM changed) + n, topic, id,"
        "          coalesce(body ->> 'domain', ''), body FROM numbered, head)"
        " SELECT pg_notify(%(channel)s, '')"
    )
    return statement.format(selects=selects).as_string()
