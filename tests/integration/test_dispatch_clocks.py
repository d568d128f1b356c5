"""Clocks on a real database: they start with a need, stop with its order, pause, climb by themselves, are published."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dispatch.clocks.read import ROUND
from guywire.commands.clocks import (
    AnswerClimb,
    ExemptClock,
    PauseClock,
    ResumeClock,
)
from guywire.database import Connection
from tests.integration.dispatch_world import NOW, World, minutes, small_area

# what sla.toml says of a major fault at a site of class A
ACCEPT, ARRIVE, RESTORE = 15, 90, 240


@pytest.fixture
async def world(connection: Connection) -> World:
    world = await small_area(connection)
    await world.technician("C1", 31.20, role="area_manager", region="p/c")
    await world.need("N1")
    await world.batch()
    return world


async def clock(world: World, clock_id: str) -> dict[str, Any]:
    return (await world.rows("SELECT * FROM views.clock WHERE id = %s", clock_id))[0]


async def climbs(world: World) -> list[tuple[str, str, str, str]]:
    rows = await world.rows(
        "SELECT kind, level, coalesce(person, '-') AS person, state FROM views.climb ORDER BY at, id"
    )
    return [tuple(row.values()) for row in rows]


async def notices(world: World, kind: str) -> list[tuple[str, bool]]:
    rows = await world.rows("SELECT person, void_at FROM views.notice WHERE kind = %s ORDER BY at, id", kind)
    return [(row["person"], row["void_at"] is not None) for row in rows]


async def test_a_need_starts_clocks_that_its_order_stops(world: World) -> None:
    started = {row["id"]: row["due_at"] for row in await world.rows("SELECT id, due_at FROM views.clock")}
    assert started == {
        "N1-accept": minutes(ACCEPT),
        "N1-arrive": minutes(ARRIVE),
        "T1-restore": minutes(RESTORE),
    }
    await world.move("W1", "accepted", minutes(3))
    await world.move("W1", "en_route", minutes(4))
    await world.move("W1", "on_site", minutes(30))
    accept, arrive = await clock(world, "N1-accept"), await clock(world, "N1-arrive")
    assert (accept["stopped_at"], accept["stop_reason"], accept["elapsed_seconds"]) == (minutes(3), "accepted", 180)
    assert (arrive["stopped_at"], arrive["stop_reason"]) == (minutes(30), "on_site")
    assert (await clock(world, "T1-restore"))["state"] == "running"
    await world.ticket_becomes("T1", "resolved")
    await world.connection.execute("UPDATE correlation.ticket SET resolved_at = %s", (minutes(50),))
    await world.batch(minutes(51))
    restore = await clock(world, "T1-restore")
    assert (restore["stopped_at"], restore["stop_reason"]) == (minutes(50), "resolved")


async def test_what_changed_is_published_and_a_second_look_publishes_nothing(world: World) -> None:
    assert {body["id"] for body in await world.published("clock")} == {"N1-accept", "N1-arrive", "T1-restore"}
    await world.told(need=["N1"])
    await world.batch(minutes(1))
    await world.batch(minutes(ACCEPT))
    await world.batch(minutes(ACCEPT + 0.5))
    bodies = [body for body in await world.published("clock") if body["id"] == "N1-accept"]
    assert [body["breached_at"] is not None for body in bodies if body["breached_at"]] == [True]
    shown = await world.rows("SELECT to_jsonb(v) AS body FROM views.clock v WHERE id = 'N1-accept'")
    assert bodies[-1] == shown[0]["body"]


async def test_dispatch_wakes_for_the_next_rung_by_itself(world: World) -> None:
    outcome = await world.batch(minutes(1))
    assert outcome.next_at <= minutes(0.8 * ACCEPT)
    outcome = await world.batch(minutes(0.8 * ACCEPT))
    assert outcome.next_at <= minutes(ACCEPT)


async def test_the_contract_of_a_tenant_is_the_strictest(world: World) -> None:
    await world.connection.execute("UPDATE core.site SET tenants = '{Blue,Red}' WHERE site_id = 'S1'")
    for tenant, region, restore, calendar in (
        ("Red", "", 100, ""),
        ("Red", "p/c", 120, "always"),
        ("Blue", "", 90, "Mon-Fri 08:00-18:00"),  # the ticket is opened on a Saturday
    ):
        await world.connection.execute(
            "INSERT INTO core.contract (tenant, region, severity, restore_minutes, calendar)"
            " VALUES (%s, %s, '', %s, %s)",
            (tenant, region, restore, calendar),
        )
    await world.told(ticket=["T1"])
    await world.batch(minutes(1))
    restore_clock = await clock(world, "T1-restore")
    assert (restore_clock["tenant"], restore_clock["due_at"]) == ("Red", minutes(120))
    await world.connection.execute("UPDATE core.contract SET restore_minutes = 200 WHERE region = 'p/c'")
    await world.told(ticket=["T1"])
    await world.batch(minutes(2))
    assert (await clock(world, "T1-restore"))["due_at"] == minutes(120)  # what was promised stands


async def test_a_need_that_goes_to_another_ticket_takes_its_clocks_along(world: World) -> None:
    await world.ticket("T2")
    await world.need("N2", "T2", skills=["none at all"])
    await world.move("W1", "accepted", minutes(3))
    await world.ticket_becomes("T1", "cancelled")
    await world.connection.execute("UPDATE correlation.need SET ticket_id = 'T2'")
    await world.told(need=["N1"])
    await world.batch(minutes(4))
    rows = await world.rows("SELECT id, ticket, state, version FROM views.clock ORDER BY id")
    assert [(row["id"], row["ticket"], row["state"]) for row in rows] == [
        ("N1-accept", "T2", "stopped"),
        ("N1-arrive", "T2", "running"),
        ("N2-accept", "T2", "running"),
        ("N2-arrive", "T2", "running"),
        ("T1-restore", "T1", "stopped"),
        ("T2-restore", "T2", "running"),
    ]
    assert rows[0]["version"] == 3


async def test_between_two_rounds_only_what_is_spoken_of_is_looked_at(world: World) -> None:
    await world.ticket_becomes("T1", "resolved")
    await world.connection.execute("UPDATE correlation.ticket SET resolved_at = %s", (NOW + timedelta(seconds=1),))
    outcome = await world.batch(NOW + timedelta(seconds=2))
    assert (await clock(world, "T1-restore"))["state"] == "running"
    assert outcome.next_at <= NOW + ROUND
    await world.batch(NOW + ROUND)
    restore = await clock(world, "T1-restore")
    assert (restore["state"], restore["stopped_at"]) == ("stopped", NOW + timedelta(seconds=1))


async def test_an_order_that_is_moved_stops_its_clock_at_once(world: World) -> None:
    await world.move("W1", "accepted", NOW + timedelta(seconds=1))
    assert (await clock(world, "N1-accept"))["state"] == "stopped"


async def test_what_is_planned_has_no_clocks(world: World) -> None:
    await world.ticket("T2")
    await world.connection.execute("UPDATE correlation.ticket SET origin = 'round:R1:2026-11' WHERE ticket_id = 'T2'")
    await world.need("N2", "T2")
    await world.batch(minutes(1))
    assert {row["ticket"] for row in await world.rows("SELECT ticket FROM views.clock")} == {"T1"}


async def test_a_pause_moves_what_is_due_and_ends_by_itself(world: World) -> None:
    await world.move("W1", "accepted", minutes(3))
    pause = PauseClock(ticket="T1", kind="arrive", reason="landlord", until=minutes(60), note="gate is locked")
    paused = await world.ask(pause, minutes(30))
    assert (paused["id"], paused["state"], at(paused["due_at"])) == ("N1-arrive", "paused", minutes(ARRIVE + 30))
    assert [one["reason"] for one in paused["pauses"]] == ["landlord"]
    outcome = await world.batch(minutes(31))
    assert outcome.next_at <= minutes(60)
    await world.batch(minutes(60))
    assert (await clock(world, "N1-arrive"))["state"] == "running"
    assert at((await clock(world, "N1-arrive"))["pauses"][0]["ended_at"]) == minutes(60)


async def test_resuming_early_counts_only_what_was_paused(world: World) -> None:
    await world.move("W1", "accepted", minutes(3))
    await world.ask(PauseClock(ticket="T1", kind="arrive", reason="access", until=minutes(60)), minutes(10))
    resumed = await world.ask(ResumeClock(ticket="T1", kind="arrive"), minutes(25))
    assert (resumed["state"], at(resumed["due_at"])) == ("running", minutes(ARRIVE + 15))


async def test_a_held_ticket_pauses_all_that_runs(world: World) -> None:
    await world.connection.execute(
        "INSERT INTO correlation.ticket_note (ticket_id, at, actor, kind, text) VALUES ('T1', %s, 'ann', 'moved', '')",
        (minutes(4),),
    )
    await world.ticket_becomes("T1", "held", "flood")
    await world.batch(minutes(5))
    rows = await world.rows("SELECT id, state, due_at, pauses FROM views.clock ORDER BY id")
    assert {row["state"] for row in rows} == {"paused"}
    assert {row["due_at"] for row in rows} == {None}
    assert {(one["how"], one["reason"], at(one["since"])) for row in rows for one in row["pauses"]} == {
        ("ticket", "flood", minutes(4))
    }
    await world.batch(minutes(200))
    assert await climbs(world) == []
    await world.connection.execute("UPDATE correlation.ticket_note SET at = %s", (minutes(204),))
    await world.ticket_becomes("T1", "acknowledged")
    await world.batch(minutes(205))
    assert (await clock(world, "N1-accept"))["due_at"] == minutes(ACCEPT + 200)


async def test_time_is_taken_off_afterwards_and_a_breach_with_it(world: World) -> None:
    await world.move("W1", "accepted", minutes(20))
    assert (await clock(world, "N1-accept"))["breached_at"] == minutes(ACCEPT)
    exempt = ExemptClock(ticket="T1", kind="accept", since=minutes(1), until=minutes(7), reason="storm over the county")
    answer = await world.ask(exempt, minutes(60), actor="lee")
    assert (answer["breached_at"], at(answer["due_at"]), answer["elapsed_seconds"]) == (None, minutes(21), 14 * 60)
    trail = await world.rows("SELECT actor, action, object_id FROM core.audit WHERE action = 'ExemptClock'")
    assert trail == [{"actor": "lee", "action": "ExemptClock", "object_id": "N1-accept"}]


async def test_who_does_not_answer_is_passed_over_and_nobody_is_told_of_what_is_over(world: World) -> None:
    await world.batch(minutes(12))
    assert await climbs(world) == [("accept", "area", "M1", "asked")]
    await world.batch(minutes(22))
    assert (await climbs(world))[0] == ("accept", "area", "M1", "unreachable")
    assert ("accept", "city", "C1", "asked") in await climbs(world)
    assert await notices(world, "climb") == [("M1", False), ("C1", False)]
    words = (await world.rows("SELECT words FROM views.notice WHERE person = 'C1'"))[0]["words"]
    assert "T1" in words["zh"]
    assert "T1" in words["en"]
    await world.batch(minutes(27))
    await world.move((await world.orders())[-1][0], "accepted", minutes(28))
    assert [state for *_, state in await climbs(world)] == ["over", "over"]
    assert await notices(world, "climb") == [("M1", True), ("C1", True)]


async def test_who_has_seen_the_notice_is_not_passed_over(world: World) -> None:
    await world.batch(minutes(12))
    await world.connection.execute(
        "UPDATE dispatch.notice SET seen_at = %s WHERE person_id = 'M1' AND kind = 'climb'", (minutes(15),)
    )
    await world.batch(minutes(22))
    assert (await climbs(world))[:1] == [("accept", "area", "M1", "answered")]


async def test_a_climb_is_answered_by_its_own_person_or_for_them(world: World) -> None:
    await world.batch(minutes(12))
    wrong = await world.ask(AnswerClimb(climb="T1-C1", person="C1"), minutes(13))
    assert (wrong["code"], wrong["reason"]) == ("forbidden", "not_your_climb")
    answer = await world.ask(AnswerClimb(climb="T1-C1", person="M1", note="I drive there myself"), minutes(13))
    assert (answer["state"], answer["answer"], answer["note"]) == ("answered", "answered", "I drive there myself")
    assert [body["state"] for body in await world.published("climb")] == ["asked", "answered"]


async def dark(world: World, latitude: float) -> None:
    """S1 is down, and B, who has the offer, was last seen at that latitude."""
    await world.connection.execute(
        "INSERT INTO correlation.incident (incident_id, state, domain, title, severity, opened_at, root_kind,"
        " root_site_id, root_resource, root_alarm_type) VALUES ('I1', 'open', 'p/c', 't', 'major', %s, 'alarm', 'S1',"
        " 'r', 'mains-failure')",
        (NOW,),
    )
    await world.connection.execute(
        "INSERT INTO correlation.outage (incident_id, site_id, started_at) VALUES ('I1', 'S1', %s)", (NOW,)
    )
    await world.connection.execute("UPDATE correlation.ticket SET incident_id = 'I1'")
    await world.connection.execute(
        "INSERT INTO dispatch.technician_state (technician_id, latitude, longitude, position_at)"
        " VALUES ('B', %s, 121, %s)",
        (latitude, minutes(-300)),
    )


async def test_silence_inside_the_outage_is_no_refusal_and_the_manager_calls(world: World) -> None:
    await dark(world, 31.21)
    await world.batch(minutes(10))
    assert await world.orders() == [("W1", "B", "expired"), ("W2", "C", "offered")]
    others = (await world.order("W2"))["explanation"]["others"]
    assert [other["code"] for other in others if other["technician"] == "B"] == ["no_coverage_lately"]
    told = (await world.rows("SELECT state, person, no_coverage, words FROM views.climb"))[0]
    assert (told["person"], told["no_coverage"]) == ("M1", ["B"])
    assert "Mr B may have no coverage" in told["words"]["en"]
    await world.move("W2", "declined", minutes(11), reason="no car")
    assert (await world.rows("SELECT code FROM views.waiting_need"))[0]["code"] == "no_coverage"
    await world.batch(minutes(15))  # sooner than who was heard and said nothing
    assert (await world.orders())[-1] == ("W3", "B", "offered")


async def test_silence_where_there_is_coverage_is_as_before(world: World) -> None:
    await dark(world, 31.25)
    await world.batch(minutes(10))
    others = (await world.order("W2"))["explanation"]["others"]
    assert [other["code"] for other in others if other["technician"] == "B"] == ["expired_lately"]
    assert await climbs(world) == []


async def test_restoring_is_over_when_every_outage_is(world: World) -> None:
    await dark(world, 31.25)
    await world.connection.execute(
        "INSERT INTO correlation.outage (incident_id, site_id, predicted_at) VALUES ('I1', 'S2', %s)", (minutes(90),)
    )
    await world.connection.execute("UPDATE correlation.outage SET ended_at = %s WHERE site_id = 'S1'", (minutes(5),))
    await world.told(ticket=["T1"])
    await world.batch(minutes(6))
    assert (await clock(world, "T1-restore"))["state"] == "running"
    await world.connection.execute("UPDATE correlation.outage SET ended_at = %s WHERE site_id = 'S2'", (minutes(7),))
    await world.told(ticket=["T1"])
    await world.batch(minutes(8))
    restore = await clock(world, "T1-restore")
    assert (restore["state"], restore["stopped_at"], restore["stop_reason"]) == ("stopped", minutes(7), "restored")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
