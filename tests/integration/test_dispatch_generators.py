"""Generators on a real database: reserved with an order, run, proved, contradicted, refuelled, fetched back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dispatch.generators.policy import shipped_policy
from dispatch.generators.wanted import generator_needs
from dispatch.part_policies import SHIPPED
from guywire.commands.generators import MoveGenerator, PutDepot, PutGenerator, RecordRun
from guywire.database import Connection
from tests.integration.dispatch_world import POLICY, World, minutes, small_area

_PHOTO = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
async def world(connection: Connection) -> World:
    """B and C stand north of S1 without a generator; a depot with two machines lies between B and S1."""
    world = await small_area(connection)
    await world.rows("UPDATE core.site SET tenants = '{CMCC,CUCC}', load_kw = 4.0 RETURNING 1")
    await world.rows("UPDATE core.technician SET company = 'Ltd' RETURNING 1")
    await world.ask(PutDepot(depot="D1", name="North", region="p/c/a", latitude=31.22, longitude=121.0))
    for key, kva in (("G5", 5.0), ("G10", 10.0)):
        await world.ask(PutGenerator(generator=key, kva=kva, depot="D1", tank_litres=20, litres_per_hour=4))
    return world


async def mains_off(world: World, start: float, end: float | None = None) -> None:
    await world.connection.execute(
        "INSERT INTO correlation.alarm (alarm_id, site_id, resource, alarm_type, qualifier, domain, severity,"
        " raised_at, received_at, changed_at, cleared_at)"
        " VALUES ('A1', 'S1', 'rectifier-1', 'mains-failure', '', 'p/c', 'major', %s, %s, %s, %s)",
        (minutes(start), minutes(start), minutes(start), None if end is None else minutes(end)),
    )


async def run(world: World, step: str, at: float, **more: Any) -> dict[str, Any]:
    heard = more.pop("heard", at)
    command = RecordRun(work_order="W1", technician="B", step=step, at=minutes(at), **more)
    return await world.ask(command, minutes(heard))


async def machine(world: World, key: str = "G10") -> dict[str, Any]:
    return (await world.rows("SELECT * FROM views.generator WHERE id = %s", key))[0]


async def at_work(world: World) -> None:
    """B is on site with the machine that he fetched."""
    await world.need("N1", kind="generator")
    await world.batch()
    for at, to in enumerate(("accepted", "en_route", "on_site"), 1):
        await world.move("W1", to, minutes(at))


async def test_who_carries_none_fetches_one_that_is_large_enough_and_nobody_else_gets_it(world: World) -> None:
    await world.need("N1", kind="generator")
    await world.batch()
    order = await world.order("W1")
    assert order["technician"] == "B"
    straight = 5.56 * POLICY.detour / POLICY.speed_kmh * 60
    assert order["travel_minutes"] == pytest.approx(straight + shipped_policy().load_minutes, rel=0.01)
    # 4 kW / 0.8 x 1.2 is 6 kVA: the small one will not do
    assert (await machine(world))["state"] == "reserved"
    assert (await machine(world))["work_order"] == "W1"
    assert (await machine(world, "G5"))["state"] == "free"
    await world.ticket("T2")
    await world.need("N2", ticket="T2", kind="generator")
    await world.batch()
    assert await world.orders() == [("W1", "B", "offered")]  # C is free, and there is nothing left that would do
    refused = (await world.rows("SELECT explanation FROM views.waiting_need WHERE id = 'N2'"))[0]["explanation"]
    assert {one["technician"]: one["code"] for one in refused["others"]}["C"] == "no_generator"
    await world.move("W1", "declined", minutes(1), reason="ill")
    assert [state for _, _, state in await world.orders()] == ["declined", "offered"]  # it does for one of the two
    assert [row["work_order"] for row in await world.rows("SELECT * FROM views.generator WHERE id = 'G10'")] == ["W2"]


async def test_a_run_is_kept_with_its_fuel_and_hours_and_nothing_said_against_it(world: World) -> None:
    await at_work(world)
    await mains_off(world, -60)
    started = await run(world, "start", 10, hours=100.0, litres=20.0)
    assert (started["state"], started["generator"], started["company"]) == ("running", "G10", "Ltd")
    assert started["tenants"] == ["CMCC", "CUCC"]
    assert ((await machine(world))["state"], (await machine(world))["site"]) == ("running", "S1")
    assert (await machine(world))["fuel_ends_at"] == minutes(10) + timedelta(hours=5)
    filled = await run(world, "fuel", 100, litres=5.0)
    assert filled["filled_litres"] == 5.0
    stopped = await run(world, "stop", 190, hours=103.0, litres=12.0, kwh=11.5, photo=_PHOTO)
    assert (stopped["id"], stopped["state"], stopped["flags"]) == (started["id"], "stopped", [])
    assert (stopped["clock_hours"], stopped["hours"], stopped["fuel_litres"]) == (3.0, 3.0, 12.0)
    assert (stopped["photos"], stopped["kwh"]) == ([_PHOTO], 11.5)
    assert (await machine(world))["state"] == "at_site"
    months = await world.rows("SELECT * FROM views.generator_month ORDER BY tenant")
    assert [(row["month"], row["tenant"], row["hours"], row["fuel_litres"]) for row in months] == [
        ("2026-11", "CMCC", 1.5, 6.0),
        ("2026-11", "CUCC", 1.5, 6.0),
    ]
    assert [body["id"] for body in await world.published("generator_run")] == [started["id"]] * 3


async def test_what_is_said_again_is_the_same_and_what_cannot_be_costs_nothing(world: World) -> None:
    await at_work(world)
    assert (await run(world, "stop", 5))["reason"] == "nothing_runs"
    first = await run(world, "start", 10)
    again = await run(world, "start", 10, heard=30)
    assert again["id"] == first["id"]
    assert (await run(world, "start", 11))["reason"] == "runs_already"
    assert (await run(world, "fuel", 12))["reason"] == "litres_missing"
    assert (await run(world, "fuel", 12, litres=-1.0))["reason"] == "litres_malformed"
    assert (await run(world, "swim", 12))["reason"] == "unknown_step"
    stranger = RecordRun(work_order="W1", technician="C", step="stop", at=minutes(12))
    assert (await world.ask(stranger, minutes(12)))["reason"] == "not_your_order"
    ahead = await run(world, "stop", 500, heard=70)
    assert ahead["stopped_at"] == minutes(70).isoformat()
    assert ahead["notes"] == ["the phone's clock was 430 min ahead"]
    assert len(await world.rows("SELECT * FROM dispatch.generator_run_step")) == 2


async def test_what_contradicts_a_run_is_marked_even_when_it_is_known_only_later(world: World) -> None:
    await at_work(world)
    await mains_off(world, -60)
    await run(world, "start", 10, hours=50.0)
    stopped = await run(world, "stop", 190, hours=58.0, litres=40.0)
    assert [flag["code"] for flag in stopped["flags"]] == ["meter_differs", "fuel_beyond"]
    await world.rows("UPDATE correlation.alarm SET cleared_at = %s RETURNING 1", minutes(100))
    await world.batch(minutes(200))
    row = (await world.rows("SELECT flags FROM views.generator_run"))[0]
    assert [flag["code"] for flag in row["flags"]] == ["longer_than_mains_off", "meter_differs", "fuel_beyond"]
    assert "90 min" in row["flags"][0]["en"]


async def test_one_machine_at_two_places_at_once_is_kept_and_marked_on_both(world: World) -> None:
    await at_work(world)
    await mains_off(world, -60)
    await run(world, "start", 10)
    await world.site("S2", 31.2)
    await world.ticket("T2", site="S2")
    await world.need("N2", ticket="T2", site="S2")
    await world.move("W1", "done", minutes(20), cause="mains failure", result="generator carries the load of the site")
    await world.batch(minutes(21))
    await world.move("W2", "accepted", minutes(22), technician="B")
    there = RecordRun(work_order="W2", technician="B", step="start", at=minutes(30), generator="G10")
    second = await world.ask(there, minutes(30))
    assert (second["site"], second["flags"]) == ("S2", [])  # nothing is known against it yet
    await world.batch(minutes(60))
    rows = await world.rows("SELECT site, flags FROM views.generator_run ORDER BY site")
    assert all("overlaps" in [flag["code"] for flag in row["flags"]] for row in rows)
    assert [row["site"] for row in rows] == ["S1", "S2"]


async def test_who_must_refuel_is_told_before_the_tank_is_empty_and_who_could_fetch_when_mains_is_back(
    world: World,
) -> None:
    await at_work(world)
    await mains_off(world, -60)
    await run(world, "start", 10, litres=8.0)  # two hours
    await world.batch(minutes(60))
    assert await world.rows("SELECT * FROM dispatch.notice WHERE kind = 'refuel'") == []
    outcome = await world.batch(minutes(70))
    assert outcome.next_at <= minutes(72)
    told = await world.rows("SELECT person_id, urgent FROM dispatch.notice WHERE kind = 'refuel' ORDER BY person_id")
    assert [(row["person_id"], row["urgent"]) for row in told] == [("B", True), ("M1", True)]
    await run(world, "stop", 100)
    await world.need_becomes("N1", "met")
    await world.batch(minutes(110))
    assert (await machine(world))["fetch_since"] is None  # mains is still off
    await world.rows("UPDATE correlation.alarm SET cleared_at = %s RETURNING 1", minutes(120))
    await world.batch(minutes(121))
    assert (await machine(world))["fetch_since"] == minutes(121)
    fetch = await world.rows("SELECT DISTINCT person_id FROM dispatch.notice WHERE kind = 'fetch_generator'")
    assert {row["person_id"] for row in fetch} == {"B", "M1"}
    taken = await run(world, "fetch", 130)
    assert (taken["state"], taken["technician"], taken["depot"], taken["fetch_since"]) == ("free", "B", "", None)


async def test_an_order_that_is_done_without_a_word_of_a_run_leaves_its_machine_at_the_site(world: World) -> None:
    await at_work(world)
    await world.move("W1", "done", minutes(30), cause="mains failure", result="generator carries the load of the site")
    assert ((await machine(world))["state"], (await machine(world))["site"]) == ("at_site", "S1")
    back = await world.ask(MoveGenerator(generator="G10", to="free", reason="brought home"), minutes(40))
    assert (back["state"], back["site"], back["depot"]) == ("free", "", "D1")
    broken = await world.ask(MoveGenerator(generator="G10", to="out_of_order"), minutes(41))
    assert broken["reason"] == "reason_missing"
    stale = await world.ask(MoveGenerator(generator="G10", to="free", version=1), minutes(42))
    assert (stale["code"], stale["reason"]) == ("conflict", "version_is_old")


async def test_which_site_wants_which_generator_by_when_and_what_is_missing(world: World) -> None:
    await world.need("N1", kind="generator")
    await world.connection.execute("UPDATE correlation.need SET deadline = %s", (minutes(45),))
    found = await generator_needs(world.connection, minutes(0), POLICY, SHIPPED)
    assert [(one["id"], one["kva"], one["in_time"], one["missing"]) for one in found] == [("N1", 7.5, 2, None)]
    options = found[0]["options"]
    assert [(one["technician"], one["generator"], one["depot"]) for one in options] == [
        ("B", "G10", "D1"),
        ("C", "G10", "D1"),
        ("A", "G10", "D1"),
    ]
    assert [one["why_not"] and one["why_not"]["code"] for one in options] == [None, None, "lacks_skill"]
    late = await generator_needs(world.connection, minutes(40), POLICY, SHIPPED)
    assert (late[0]["in_time"], late[0]["missing"]["code"]) == (0, "too_late")
    await world.ask(MoveGenerator(generator="G10", to="out_of_order", reason="no spark"))
    await world.rows("DELETE FROM dispatch.held_need RETURNING 1")
    await world.rows("UPDATE dispatch.work_order SET state = 'withdrawn', ended_at = now() RETURNING 1")
    small = await generator_needs(world.connection, minutes(0), POLICY, SHIPPED)
    assert (small[0]["options"], small[0]["missing"]["code"]) == ([], "too_small")
