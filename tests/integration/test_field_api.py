"""The field API beside the real dispatch service: own orders only, news at once, steps that count once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.integration.dispatch_world import World
from tests.integration.field_phone import HERE, REPORT, offered, step
from tests.integration.running_field import Field


async def test_an_order_is_worked_from_offer_to_done(
    world: World, near: httpx.AsyncClient, far: httpx.AsyncClient
) -> None:
    order = (await offered(world, near))["id"]
    for to, more in (("accepted", {}), ("en_route", {}), ("on_site", HERE), ("done", REPORT)):
        answer = await step(near, order, to, at=datetime.now(UTC).isoformat(), **more)
        assert (answer.status_code, answer.json()["state"]) == (200, to)
    assert await world.orders() == [(order, "B", "done")]
    assert (await far.get("/api/v1/me/work-orders")).json()["items"] == []


async def test_somebody_else_s_order_is_neither_shown_nor_moved(
    world: World, near: httpx.AsyncClient, far: httpx.AsyncClient
) -> None:
    order = (await offered(world, near))["id"]
    shown = await far.get(f"/api/v1/work-orders/{order}")
    moved = await step(far, order, "accepted")
    assert (shown.status_code, shown.json()["reason"]) == (404, "work_order_not_found")
    assert (moved.status_code, moved.json()["reason"]) == (403, "not_your_order")
    assert await world.orders() == [(order, "B", "offered")]


async def test_a_phone_is_told_why_oneself_was_chosen_and_nothing_of_the_others(
    world: World, near: httpx.AsyncClient
) -> None:
    order = await offered(world, near)
    stored = (await world.order(order["id"]))["explanation"]
    assert {other["technician"] for other in stored["others"]} >= {"C"}
    accepted = (await step(near, order["id"], "accepted")).json()
    detail = (await near.get(f"/api/v1/work-orders/{order['id']}")).json()
    for shown in (order, accepted, detail):
        assert shown["explanation"] == {"why": stored["why"]}


async def test_a_step_sent_again_with_its_key_counts_once(world: World, near: httpx.AsyncClient) -> None:
    order = (await offered(world, near))["id"]
    answers = await asyncio.gather(*(step(near, order, "accepted", key="k1") for _ in range(5)))
    assert {(answer.status_code, answer.json()["version"]) for answer in answers} == {(200, 2)}
    other = await step(near, order, "declined", key="k1", reason="flat tyre")
    assert (other.status_code, other.json()["reason"]) == (409, "key_reused")


async def test_of_two_steps_with_keys_of_their_own_the_second_is_told_what_happened(
    world: World, near: httpx.AsyncClient
) -> None:
    order = await offered(world, near)
    version = order["version"]
    answers = await asyncio.gather(
        *(step(near, order["id"], "accepted", key=key, version=version) for key in ("one", "two"))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    refused = next(answer.json() for answer in answers if answer.status_code == 409)
    assert refused["reason"] == "version_is_old"
    assert "accepted" in refused["message"]


async def test_phones_that_wait_hold_no_connection_and_are_told_at_once(
    field: Field, world: World, near: httpx.AsyncClient
) -> None:
    seen = (await near.get("/api/v1/me/work-orders")).json()["seen"]
    waiting = [
        asyncio.create_task(near.get("/api/v1/me/work-orders", params={"seen": seen, "wait": 25})) for _ in range(50)
    ]
    for _ in range(20):  # more than the pool has: were they held, this would be refused
        assert (await near.get("/api/v1/me/work-orders")).status_code == 200
    assert field.service.pool.get_stats().get("requests_waiting", 0) == 0
    assert not any(task.done() for task in waiting)
    await world.need("N1")
    answers = [task.result().json() for task in (await asyncio.wait(waiting, timeout=20))[0]]
    assert [len(answer["items"]) for answer in answers] == [1] * 50


async def test_positions_are_kept_within_bounds(world: World, near: httpx.AsyncClient) -> None:
    now = datetime.now(UTC)
    fixes = [{"at": (now - timedelta(minutes=age)).isoformat(), "accuracy": 5, **HERE} for age in range(3)]
    many = await near.post("/api/v1/me/positions", json={"positions": fixes})
    ahead = await near.post("/api/v1/me/positions", json={**fixes[0], "at": (now + timedelta(days=1)).isoformat()})
    assert (many.json()["taken"], ahead.json()["taken"]) == (3, 0)
    assert len(await world.rows("SELECT at FROM dispatch.position WHERE technician_id = 'B'")) == 3


BAD_FIX: list[tuple[str, str]] = [
    ('{"at": "2026-11-21T08:00:00Z", "latitude": 91, "longitude": 0}', "one.latitude"),
    ('{"at": "2026-11-21T08:00:00Z", "latitude": NaN, "longitude": 0}', "one.latitude"),
    ('{"at": "2026-11-21T08:00:00Z", "latitude": 0, "longitude": 0, "accuracy": Infinity}', "one.accuracy"),
    ('{"at": "2026-11-21T08:00:00", "latitude": 0, "longitude": 0}', "one.at"),
    ('{"at": "9999-12-31T23:59:59-12:00", "latitude": 0, "longitude": 0}', "positions.0.at"),
    ('{"positions": []}', "many.positions"),
    ('{"positions": [{"latitude": 0}]}', "many.positions.0.at"),
    ("[" * 100_000, "body"),
    ('{"at": "\\ud800"}', "one.at"),
]


@pytest.mark.parametrize(("body", "named"), BAD_FIX, ids=[named for _, named in BAD_FIX])
async def test_a_position_that_cannot_be_is_refused_by_its_name(near: httpx.AsyncClient, body: str, named: str) -> None:
    answer = await near.post("/api/v1/me/positions", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert set(answer.json()) == {"code", "reason", "message"}
    assert answer.json()["code"] == "invalid"
    assert named in answer.json()["message"]


async def test_a_report_with_a_letter_that_cannot_be_kept_is_refused_and_dispatch_goes_on(
    world: World, near: httpx.AsyncClient
) -> None:
    order = (await offered(world, near))["id"]
    refused = await step(near, order, "declined", reason="no\0thing")
    assert (refused.status_code, refused.json()["reason"]) == (422, "unfit_value")
    assert "reason" in refused.json()["message"]
    assert (await step(near, order, "accepted")).status_code == 200


async def test_a_change_that_cannot_be_taken_in_does_not_end_the_news(world: World, near: httpx.AsyncClient) -> None:
    await world.connection.execute(
        "WITH head AS (INSERT INTO core.feed_head AS h (publisher, seq) VALUES ('dispatch', 1)"
        " ON CONFLICT (publisher) DO UPDATE SET seq = h.seq + 1 RETURNING seq)"
        " INSERT INTO core.feed (publisher, seq, topic, id, body)"
        """ SELECT 'dispatch', seq, 'work_order', 'W0', '{"technician": "B"}' FROM head"""
    )
    assert (await offered(world, near))["state"] == "offered"


async def test_the_field_port_outlives_its_database_connections(
    field: Field, world: World, near: httpx.AsyncClient
) -> None:
    await near.get("/api/v1/me/work-orders")
    await world.connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    assert (await offered(world, near))["state"] == "offered"
    assert (await near.get("/health")).json() == {"status": "ok", "checks": {"news": "ok"}}


async def test_who_left_the_inventory_ends_what_is_begun_and_is_a_technician_no_longer(
    world: World, near: httpx.AsyncClient
) -> None:
    order = (await offered(world, near))["id"]
    for to in ("accepted", "en_route"):
        assert (await step(near, order, to)).status_code == 200
    await world.connection.execute("UPDATE core.technician SET retired_at = now() WHERE technician_id = 'B'")
    for to, more in (("on_site", HERE), ("done", REPORT)):
        assert (await step(near, order, to, **more)).status_code == 200
    for path in ("/api/v1/me/day", "/api/v1/me/work-orders", f"/api/v1/work-orders/{order}", "/api/v1/push-key"):
        answer = await near.get(path)
        assert (answer.status_code, answer.json()["reason"]) == (403, "technician_gone")
