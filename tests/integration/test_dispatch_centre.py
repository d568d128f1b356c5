"""What the response centre and crews do, on a real database: kept, published, undone, read back by the next batch."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dispatch.forecast import make_day_plan
from dispatch.policy import default_policy
from guywire.commands import ReassignWorkOrder
from guywire.commands.centre import (
    DeclareEmergency,
    EndEmergency,
    HoldNeed,
    PauseDispatch,
    ReleaseNeed,
    ResumeDispatch,
)
from guywire.commands.orders import HandOver, StepBack, UndoWorkOrder
from tests.integration.dispatch_world import NOW, World, minutes


async def test_a_pause_is_kept_and_published_until_it_runs_out(world: World) -> None:
    await world.need("N1")
    said = await world.ask(PauseDispatch(region="p/c", reason="typhoon", until=minutes(30)), actor="li")
    assert (said["id"], said["region"], said["domain"], said["made_by"]) == ("P1", "p/c", "p/c", "li")
    waiting = (await world.rows("SELECT * FROM views.waiting_need"))[0]
    assert (waiting["code"], waiting["next_try_at"]) == ("paused", minutes(2))
    await world.batch(minutes(29))
    assert await world.orders() == []
    await world.batch(minutes(30))
    assert await world.orders() == [("W1", "B", "offered")]
    assert [body["ended_by"] for body in await world.published("pause")] == ["", "dispatch"]
    assert (await world.ask(ResumeDispatch(region="p/c")))["code"] == "not_found"
    again = await world.ask(PauseDispatch(region="p/c", reason="again"))
    assert again["id"] == "P2"
    record = await world.rows("SELECT actor, action, object_id FROM core.audit ORDER BY audit_id LIMIT 1")
    assert record == [{"actor": "li", "action": "PauseDispatch", "object_id": "P1"}]


async def test_a_need_in_hand_is_left_alone_by_every_batch_until_it_is_released(world: World) -> None:
    await world.need("N1")
    await world.batch()
    held = await world.ask(HoldNeed(need="N1", reason="I call the landlord"), minutes(1), actor="li")
    assert held["id"] == "N1"
    assert await world.orders() == [("W1", "B", "withdrawn")]
    await world.batch(minutes(20))
    rows = await world.rows("SELECT code, hint FROM views.waiting_need")
    assert (rows[0]["code"], "li has it in hand" in rows[0]["hint"]) == ("in_hand", True)
    await world.ask(ReleaseNeed(need="N1"), minutes(21))
    assert (await world.orders())[-1] == ("W2", "B", "offered")
    assert await world.rows("SELECT * FROM dispatch.need_in_hand") == []


async def test_a_crew_of_two_is_kept_and_a_mate_who_steps_back_is_not_asked_again(world: World) -> None:
    await world.technician("D", 31.26, skills=["power", "tower"])
    await world.technician("E", 31.28, skills=["tower"])
    await world.technician("F", 31.35, skills=["tower"])
    await world.need("N1", skills=["power", "tower"])
    await world.batch()
    order = await world.order("W1")
    assert (order["technician"], order["mates"]) == ("D", ["E"])
    await world.ask(StepBack(work_order="W1", technician="E", reason="ill"), minutes(1))
    await world.batch(minutes(2))
    assert (await world.order("W1"))["mates"] == ["F"]
    told = await world.rows("SELECT id FROM views.notice WHERE kind = 'mate' AND void_at IS NULL")
    assert [row["id"] for row in told] == ["W1/mate/F"]


async def test_what_a_failed_visit_hands_over_stands_on_the_next_order(world: World) -> None:
    await world.need("N1")
    await world.batch()
    for to in ("accepted", "en_route", "on_site"):
        await world.move("W1", to)
    handed = HandOver(parts=("rectifier 3 kW",), text="the slot is burnt")
    await world.move("W1", "failed", reason="wrong part", hand_over=handed)
    order = await world.order("W2")
    assert [(one["by"], one["parts"], one["text"]) for one in order["handed_over"]] == [
        ("B", ["rectifier 3 kW"], "the slot is burnt")
    ]
    assert (await world.order("W1"))["hand_over"]["text"] == "the slot is burnt"


async def test_on_site_from_afar_wants_a_reason_which_the_step_keeps(world: World) -> None:
    await world.need("N1")
    await world.batch()
    await world.move("W1", "accepted")
    await world.move("W1", "en_route")
    afar = {"latitude": 31.3, "longitude": 121.0, "accuracy": 20.0}
    refused = await world.move("W1", "on_site", minutes(20), **afar)
    assert (refused["code"], refused["reason"]) == ("conflict", "away_from_site")
    await world.move("W1", "on_site", minutes(21), position_reason="the site was moved", **afar)
    step = (await world.rows("SELECT * FROM views.work_order_step WHERE state = 'on_site'"))[0]
    assert (step["position_reason"], step["accuracy"]) == ("the site was moved", 20)
    assert step["away_metres"] == pytest.approx(11_120, rel=0.01)


async def test_an_undone_reassignment_survives_on_disk_with_its_explanation(world: World) -> None:
    await world.need("N1")
    await world.batch()
    await world.move("W1", "accepted")
    why = (await world.order("W1"))["explanation"]
    await world.ask(ReassignWorkOrder(work_order="W1", technician="C"), minutes(1))
    undone = await world.ask(UndoWorkOrder(work_order="W2"), minutes(2))
    assert (undone["id"], undone["state"], undone["ended_at"]) == ("W1", "accepted", None)
    assert await world.orders() == [("W1", "B", "accepted"), ("W2", "C", "withdrawn")]
    assert (await world.order("W1"))["explanation"] == why
    assert why["others"]
    await world.batch(minutes(3))
    assert await world.rows("SELECT need_id, work_order_id FROM dispatch.held_need") == [
        {"need_id": "N1", "work_order_id": "W1"}
    ]


async def test_a_call_holds_no_need_until_somebody_accepts(world: World) -> None:
    """Everybody who fits is off shift: after a while all are asked, and the first one gets it."""
    await world.rows("UPDATE core.technician SET shift = 'Mon 01:00-02:00' RETURNING 1")
    await world.need("N1")
    await world.batch()
    await world.batch(minutes(10))
    assert [(order[1], order[2]) for order in await world.orders()] == [("B", "offered"), ("C", "offered")]
    assert await world.rows("SELECT * FROM dispatch.held_need") == []
    assert (await world.rows("SELECT code FROM views.waiting_need"))[0]["code"] == "asked_all"
    assert (await world.move("W2", "accepted", minutes(11)))["state"] == "accepted"
    refused = await world.move("W1", "accepted", minutes(11))
    assert (refused["reason"], "Mr C has it" in refused["message"]) == ("withdrawn", True)
    assert len(await world.rows("SELECT * FROM dispatch.held_need")) == 1


async def test_ten_dark_sites_of_an_area_are_an_emergency_that_a_person_ends(world: World) -> None:
    await world.rows("UPDATE core.technician SET generators = 1 WHERE technician_id IN ('B', 'C') RETURNING 1")
    for number in range(10):
        site = f"X{number}"
        await world.site(site, 31.2 + number / 100)
        await world.ticket(f"TX{number}", site)
        await world.need(f"NX{number}", f"TX{number}", site, kind="generator")
    await world.batch()
    emergency = (await world.rows("SELECT * FROM views.emergency"))[0]
    assert (emergency["id"], emergency["region"], emergency["declared_by"]) == ("E1", "p/c/a", "dispatch")
    area = emergency["areas"][0]
    assert (area["region"], area["sites_without_mains"], area["crews_there"]) == ("p/c/a", 10, 3)
    assert [body["id"] for body in await world.published("emergency")] == ["E1"]
    managers = await world.rows("SELECT person, urgent FROM views.notice WHERE kind = 'emergency'")
    assert managers == [{"person": "M1", "urgent": True}]
    refused = await world.ask(DeclareEmergency(region="p/c/a", reason="mine"))
    assert refused["reason"] == "emergency_stands"
    ended = await world.ask(EndEmergency(emergency="E1", reason="only a drill"), minutes(1), actor="li")
    assert (ended["ended_by"], ended["ended_at"] is not None) == ("li", True)
    await world.batch(minutes(2))  # still ten of them: a person has said what it is
    assert len(await world.rows("SELECT * FROM views.emergency WHERE ended_at IS NULL")) == 0


async def test_a_mains_alarm_alone_counts_as_a_dark_site(world: World) -> None:
    for number in range(10):
        await world.site(f"X{number}", 31.2 + number / 100)
        await world.rows(
            "INSERT INTO correlation.alarm (alarm_id, site_id, resource, alarm_type, qualifier, domain, severity,"
            " raised_at, received_at, changed_at)"
            " VALUES (%s, %s, 'mains', 'mains-failure', '', 'p/c', 'major', %s, %s, %s) RETURNING 1",
            f"A{number}",
            f"X{number}",
            NOW,
            NOW,
            NOW,
        )
    await world.need("N1")
    await world.batch()
    assert [row["region"] for row in await world.rows("SELECT region FROM views.emergency")] == ["p/c/a"]


async def test_the_day_plan_says_who_is_expected_where_and_is_told_only_when_it_differs(world: World) -> None:
    await world.site("S2", 31.22)
    await world.ticket("T2", "S2")
    await world.site("S3", 31.21)
    await world.ticket("T3", "S3")
    await world.need("N1")
    await world.need("N2", "T2", "S2")
    await world.need("N3", "T3", "S3")
    await world.batch()
    policy = default_policy()
    changed = await make_day_plan(world.connection, NOW, policy)
    plans = {row["id"]: row for row in await world.rows("SELECT * FROM views.day_plan")}
    assert changed == set(plans)
    stops = [stop for plan in plans.values() for stop in plan["stops"]]
    assert sorted(stop["need"] for stop in stops) == ["N1", "N2", "N3"]
    for plan in plans.values():
        assert plan["stops"][0]["order"]  # what is in hand stands first
        assert [stop["arrive"] for stop in plan["stops"]] == sorted(stop["arrive"] for stop in plan["stops"])
    assert await make_day_plan(world.connection, NOW + timedelta(minutes=1), policy) == set()
    await world.need_becomes("N3", "healed")
    await world.batch(minutes(2))
    assert await make_day_plan(world.connection, minutes(2), policy)
    left = [stop["need"] for row in await world.rows("SELECT * FROM views.day_plan") for stop in row["stops"]]
    assert sorted(left) == ["N1", "N2"]
