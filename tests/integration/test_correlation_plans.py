"""How the database goes about what each cycle asks of it: by keys, however much has been heard and how long ago."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from psycopg import sql

from tests.integration.correlation_world import World, event, new_world


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    world = await new_world(database_url)
    yield world
    await world.connection.close()


@pytest.mark.parametrize("topic", ["alarm", "incident", "outage", "ticket", "need"])
async def test_publishing_reads_no_more_of_any_table_than_what_is_published(world: World, topic: str) -> None:
    await world.hear(event(0, "H", "base-station-down"), event(1, "M", "mains-failure"))
    await world.tick(120)
    statement = sql.SQL(
        "EXPLAIN (FORMAT JSON) SELECT to_jsonb(v)"
        " FROM unnest(%s::text[]) AS named (id) LEFT JOIN views.{} v ON v.id = named.id"
    ).format(sql.Identifier(topic))
    (row,) = await (await world.connection.execute(statement, ([f"X{n}" for n in range(50)],))).fetchall()
    reading = [node for node in _nodes(row["QUERY PLAN"][0]["Plan"]) if "Relation Name" in node]
    assert reading
    assert [node for node in reading if not {"Index Cond", "Recheck Cond"} & node.keys()] == []


async def test_a_tickets_open_needs_are_found_by_the_ticket_alone(world: World) -> None:
    """Of two indexes that would do a planner without statistics takes either: there must be no other."""
    rows = await world.connection.execute(
        "SELECT pg_get_indexdef(indexrelid) AS index FROM pg_index"
        " WHERE indrelid = 'correlation.need'::regclass AND pg_get_expr(indpred, indrelid) LIKE '%open%'"
    )
    assert ["(ticket_id) INCLUDE (site_down_at)" in row["index"] for row in await rows.fetchall()] == [True]


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)
