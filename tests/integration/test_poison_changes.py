"""A change that another version wrote in another shape sends its reader to the views; it stops nobody."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from psycopg.types.json import Jsonb

from complaints.batch import run_batch as complaints_batch
from complaints.policy import shipped_policy
from guywire import feed
from guywire.database import Connection

SHAPES: list[object] = [[1], None, "text", {}, {"id": "X1", "technician": "K1"}, {"id": "X1", "regions": 5}]


async def _write(connection: Connection, publisher: str, topic: str, body: object) -> None:
    await connection.execute(
        "WITH head AS (INSERT INTO core.feed_head AS h (publisher, seq) VALUES (%(publisher)s, 1)"
        " ON CONFLICT (publisher) DO UPDATE SET seq = h.seq + 1 RETURNING seq)"
        " INSERT INTO core.feed (publisher, seq, topic, id, body) SELECT %(publisher)s, seq, %(topic)s, 'X1', %(body)s"
        " FROM head",
        {"publisher": publisher, "topic": topic, "body": Jsonb(body)},
    )


@pytest.mark.parametrize("body", SHAPES, ids=json.dumps)
async def test_a_change_of_another_shape_is_a_gap(connection: Connection, body: object) -> None:
    await _write(connection, "dispatch", "work_order", body)
    with pytest.raises(feed.FeedGap):
        await feed.read_after(connection, "dispatch", 0)


async def test_a_change_of_a_topic_that_is_not_known_is_a_gap(connection: Connection) -> None:
    await _write(connection, "dispatch", "forecast", {"id": "X1"})
    with pytest.raises(feed.FeedGap):
        await feed.read_after(connection, "dispatch", 0)


async def test_what_a_newer_version_adds_and_what_is_gone_is_no_gap(connection: Connection) -> None:
    async with connection.transaction():
        await feed.publish(connection, "dispatch", {"work_order": ["W404"]})
    await _write(connection, "guywire", "inventory", {"id": "1", "version": 1, "loaded_at": None, "added": True})
    assert [change.body for change in await feed.read_after(connection, "dispatch", 0)] == [
        {"id": "W404", "gone": True}
    ]
    assert len(await feed.read_after(connection, "guywire", 0)) == 1


@pytest.mark.parametrize("topic", ["incident", "need", "alarm"])
async def test_complaints_goes_on_behind_changes_of_another_shape(connection: Connection, topic: str) -> None:
    for body in SHAPES:
        await _write(connection, "alarm_correlation", topic, body)
        await _write(connection, "dispatch", "work_order", body)
    await complaints_batch(connection, datetime.now(UTC), shipped_policy())
    for publisher in ("alarm_correlation", "dispatch"):
        assert await feed.position(connection, "complaints", publisher) == len(SHAPES)
