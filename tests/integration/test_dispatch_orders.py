"""From a need to an order's end on a real database: who gets it, who gets it next, and what ends it."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from dispatch.batch import run_batch
from guywire import feed
from guywire.commands import (
    GiveWorkOrder,
    MoveWorkOrder,
    Position,
    ReassignWorkOrder,
    ReportPositions,
    WithdrawWorkOrder,
)
from guywire.database import connect
from tests.integration.dispatch_world import NOW, POLICY, World, minutes


async def test_the_nearer_fitting_technician_gets_the_offer_and_each_other_a_reason(world: World) -> None:
    await world.need("N1")
    await world.batch()
    order = await world.order("W1")
    assert (order["technician"], order["state"], order["manager"]) == ("B", "offered", "M1")
    assert order["explanation"]["why"]["words"].endswith("the soonest of 2 who fit")
    whys = {other["technician"]: other["code"] for other in order["explanation"]["others"]}
    assert whys == {"C": "farther", "A": "lacks_skill", "M1": "not_a_technician"}
    assert order["offer_expires_at"] == NOW + timedelta(seconds=POLICY.offer_seconds)
    assert await feed.position(world.connection, "dispatch", "alarm_correlation") == 2
    assert [body["id"] for body in await world.published("work_order")] == ["W1"]


async def test_a_second_look_offers_nothing_twice(world: World) -> None:
    await world.need("N1")
    await world.batch()
    await world.told(need=["N1"])
    await world.batch(minutes(1))
    assert await world.orders() == [("W1", "B", "offered")]


async def test_a_refusal_goes_to_the_next_and_says_who_refused(world: World) -> None:
    await world.need("N1")
    await world.batch()
    assert (await world.move("W1", "declined"))["reason"] == "reason_missing"
    assert (await world.move("W1", "declined", reason="on another island"))["state"] == "declined"
    assert await world.orders() == [("W1", "B", "declined"), ("W2", "C", "offered")]
    others = (await world.order("W2"))["explanation"]["others"]
    assert {"declined_lately"} == {other["code"] for other in others if other["technician"] == "B"}


async def test_an_offer_that_nobody_answers_goes_to_the_next(world: World) -> None:
    await world.need("N1")
    outcome = await world.batch()
    await world.batch(minutes(9))
    assert await world.orders() == [("W1", "B", "offered")]
    assert outcome.next_at <= minutes(10)
    await world.batch(minutes(10))
    assert await world.orders() == [("W1", "B", "expired"), ("W2", "C", "offered")]


async def test_a_failed_visit_goes_to_the_next(world: World) -> None:
    await world.need("N1")
    await world.batch()
    for to in ("accepted", "en_route", "on_site"):
        assert (await world.move("W1", to))["state"] == to
    assert (await world.move("W1", "failed", reason="door is locked"))["state"] == "failed"
    assert await world.orders() == [("W1", "B", "failed"), ("W2", "C", "offered")]


async def test_when_everybody_has_refused_the_need_waits_until_one_may_be_asked_again(world: World) -> None:
    await world.need("N1")
    await world.batch()
    await world.move("W1", "declined", reason="no car")
    await world.move("W2", "declined", minutes(1), reason="no car")
    waiting = (await world.rows("SELECT * FROM views.waiting_need"))[0]
    assert (waiting["id"], waiting["code"]) == ("N1", "all_refused")
    assert [body["code"] for body in await world.published("waiting_need")] == ["all_refused"]
    await world.batch(minutes(POLICY.ask_again_minutes.declined))
    assert (await world.orders())[-1] == ("W3", "B", "offered")
    assert (await world.published("waiting_need"))[-1] == {"id": "N1", "gone": True}


async def test_a_waiting_need_is_served_as_soon_as_somebody_is_free(world: World) -> None:
    await world.site("S2", 31.2)
    await world.site("S3", 31.2)
    for number, site in enumerate(("S1", "S2", "S3"), 1):
        await world.need(f"N{number}", site=site)
    await world.batch()
    assert [row["code"] for row in await world.rows("SELECT code FROM views.waiting_need")] == ["all_busy"]
    for to in ("accepted", "en_route", "on_site"):
        await world.move("W1", to)
    await world.move("W1", "done", cause="fuse blown", result="replaced the 32 A fuse of rectifier 2")
    assert (await world.orders())[-1] == ("W3", "B", "offered")
    assert await world.rows("SELECT * FROM views.waiting_need") == []


async def test_done_is_not_offered_again_while_its_owner_has_not_marked_it_met(world: World) -> None:
    await world.need("N1")
    await world.batch()
    for to in ("accepted", "en_route", "on_site"):
        await world.move("W1", to)
    assert (await world.move("W1", "done", cause="fuse", result="已修复"))["reason"] == "result_is_vague"
    assert (await world.move("W1", "done", cause="fuse", result="换了2号整流模块"))["state"] == "done"
    await world.told(need=["N1"])
    await world.batch(minutes(5))
    assert await world.orders() == [("W1", "B", "done")]


async def test_what_heals_before_anybody_drives_is_withdrawn(world: World) -> None:
    await world.need("N1")
    await world.batch()
    await world.move("W1", "accepted")
    await world.need_becomes("N1", "healed")
    await world.batch(minutes(2))
    order = await world.order("W1")
    assert (order["state"], order["reason"]) == ("withdrawn", "the fault cleared by itself")
    refusal = await world.move("W1", "en_route", minutes(3))
    assert (refusal["code"], refusal["reason"]) == ("conflict", "withdrawn")
    assert "the fault cleared by itself" in refusal["message"]


async def test_what_heals_under_way_asks_the_technician_who_then_ends_it(world: World) -> None:
    await world.need("N1")
    await world.batch()
    await world.move("W1", "accepted")
    await world.move("W1", "en_route")
    await world.need_becomes("N1", "healed")
    await world.batch(minutes(2))
    order = await world.order("W1")
    assert (order["state"], order["asked_to_return_at"]) == ("en_route", minutes(2))
    assert (await world.move("W1", "done", minutes(4)))["result"] == "turned back on request"


@pytest.mark.parametrize("state", ["held", "resolved", "closed", "rejected", "cancelled"])
async def test_a_ticket_that_wants_nobody_takes_its_orders_back(world: World, state: str) -> None:
    await world.need("N1")
    await world.batch()
    await world.ticket_becomes("T1", state, "landlord away")
    await world.batch(minutes(1))
    order = await world.order("W1")
    assert order["state"] == "withdrawn"
    assert order["reason"] == f"ticket T1 is {state}" + (": landlord away" if state == "held" else "")


async def test_a_ticket_taken_up_again_may_go_to_the_same_technician(world: World) -> None:
    await world.need("N1")
    await world.batch()
    await world.ticket_becomes("T1", "held")
    await world.batch(minutes(1))
    await world.ticket_becomes("T1", "acknowledged")
    await world.batch(minutes(2))
    assert await world.orders() == [("W1", "B", "withdrawn"), ("W2", "B", "offered")]


async def test_an_order_follows_its_need_to_another_ticket(world: World) -> None:
    await world.need("N1")
    await world.batch()
    await world.ticket("T2")
    await world.rows("UPDATE correlation.need SET ticket_id = 'T2' RETURNING 1")
    await world.ticket_becomes("T1", "cancelled")
    await world.batch(minutes(1))
    order = await world.order("W1")
    assert (order["ticket"], order["state"], order["version"]) == ("T2", "offered", 2)


async def test_needs_of_one_place_share_a_crew_and_a_late_one_goes_along(world: World) -> None:
    await world.need("N1")
    await world.need("N2", skills=[])
    await world.batch()
    await world.need("N3")
    await world.need("N4", skills=["transmission"])
    await world.batch(minutes(1))
    assert (await world.order("W1"))["needs"] == ["N1", "N2", "N3"]
    assert (await world.order("W2"))["needs"] == ["N4"]
    assert await world.orders() == [("W1", "B", "offered"), ("W2", "A", "offered")]


async def test_another_technician_cannot_move_it_and_an_old_version_hears_what_happened(world: World) -> None:
    await world.need("N1")
    await world.batch()
    assert (await world.move("W1", "accepted", technician="C"))["code"] == "forbidden"
    await world.move("W1", "accepted", version=1)
    refusal = await world.ask(WithdrawWorkOrder(work_order="W1", reason="wrong site", version=1), actor="bob")
    assert (refusal["code"], refusal["reason"]) == ("conflict", "version_is_old")
    assert "accepted at 2026-11-21 08:00 UTC by ann" in refusal["message"]


async def test_the_same_request_twice_is_one_move(world: World) -> None:
    await world.need("N1")
    await world.batch()
    command = MoveWorkOrder(work_order="W1", to="accepted", at=NOW, technician="B")
    first = await world.ask(command, key="k")
    again = await world.ask(command, minutes(1), key="k")
    assert first == again
    assert first["version"] == (await world.order("W1"))["version"] == 2


async def test_the_response_centre_gives_reassigns_and_withdraws_and_leaves_a_record(world: World) -> None:
    await world.technician("D", 31.9, region="p/other", shift="Mon 08:00-09:00", skills=[])
    await world.need("N1")
    await world.batch()
    given = await world.ask(ReassignWorkOrder(work_order="W1", technician="D", reason="has the key", version=1))
    assert (given["id"], given["technician"], given["given_by"]) == ("W2", "D", "ann")
    although = {refusal["code"] for refusal in given["explanation"]["why"]["although"]}
    assert although == {"lacks_skill", "off_shift"}
    taken = await world.ask(WithdrawWorkOrder(work_order="W2", reason="key found"))
    assert taken["state"] == "withdrawn"
    assert (await world.orders())[-1] == ("W3", "C", "offered")  # neither B nor D: both were taken off it
    busy = await world.ask(GiveWorkOrder(need="N1", technician="A"))
    assert busy["reason"] == "already_given"
    record = await world.rows("SELECT actor, action, object_id FROM core.audit ORDER BY audit_id")
    assert [(row["actor"], row["action"], row["object_id"]) for row in record] == [
        ("ann", "ReassignWorkOrder", "W2"),
        ("ann", "WithdrawWorkOrder", "W2"),
    ]


async def test_a_place_that_the_inventory_lacks_waits_until_it_is_loaded(world: World) -> None:
    await world.ticket("T9", "S9")
    await world.need("N9", "T9", "S9")
    await world.batch()
    assert [row["code"] for row in await world.rows("SELECT code FROM views.waiting_need")] == ["site_unknown"]
    await world.site("S9", 31.2)
    async with world.connection.transaction():
        await feed.publish(world.connection, "guywire", {"inventory": ["0"]})
    await world.batch(minutes(1))
    assert await world.orders() == [("W1", "B", "offered")]


async def test_a_fresh_position_counts_and_an_older_one_never_overwrites_it(world: World) -> None:
    at_site = Position(at=minutes(-1), latitude=31.201, longitude=121.0)
    before = Position(at=minutes(-9), latitude=31.9, longitude=121.0)
    ahead = Position(at=minutes(90), latitude=31.9, longitude=121.0)
    said = await world.ask(ReportPositions(technician="C", positions=(at_site, ahead)))
    assert said == {"id": "C", "taken": 1, "left_out": 1}
    await world.ask(ReportPositions(technician="C", positions=(before,)))
    assert (await world.rows("SELECT latitude FROM views.technician WHERE id = 'C'"))[0]["latitude"] == 31.201
    assert len(await world.rows("SELECT * FROM dispatch.position")) == 2
    assert [body["id"] for body in await world.published("technician")] == ["C", "C"]
    nowhere = Position(at=NOW, latitude=91.0, longitude=0.0)
    refused = await world.ask(ReportPositions(technician="C", positions=(nowhere,)))
    assert refused["reason"] == "no_such_place"
    assert (await world.ask(ReportPositions(technician="X", positions=(at_site,))))["code"] == "not_found"
    await world.need("N1")
    await world.batch()
    assert (await world.order("W1"))["technician"] == "C"


async def test_killed_before_the_commit_nothing_is_lost_and_nothing_offered_twice(
    world: World, database_url: str
) -> None:
    await world.need("N1")
    doomed = await connect(database_url)
    await doomed.execute("BEGIN")
    await run_batch(doomed, NOW, POLICY)  # decided, written and published, but not committed
    await world.rows("SELECT pg_terminate_backend(%s)", doomed.info.backend_pid)
    await doomed.close()
    assert await world.orders() == []
    assert await feed.head(world.connection, "dispatch") == 0
    await world.batch(minutes(1))
    await world.batch(minutes(2))
    assert await world.orders() == [("W1", "B", "offered")]


async def test_the_database_itself_refuses_a_second_open_order_for_a_need(world: World) -> None:
    await world.need("N1")
    await world.batch()
    with pytest.raises(psycopg.errors.UniqueViolation):
        await world.rows("INSERT INTO dispatch.held_need VALUES ('N1', 'W1')")


async def test_a_shadow_plans_but_gives_no_orders(world: World) -> None:
    await world.need("N1")
    outcome = await run_batch(world.connection, NOW, POLICY, shadow=True)
    assert [choice.trip.candidate.technician_id for choice in outcome.choices if choice.trip] == ["B"]
    assert await world.orders() == []
    assert await feed.head(world.connection, "dispatch") == 0


async def test_a_notice_is_published_when_it_is_told_and_when_it_is_over_and_not_again(world: World) -> None:
    await world.need("N1")
    await world.batch()
    for to in ("accepted", "en_route", "on_site"):
        await world.move("W1", to)
    heard = [(body["id"], body["void_at"] is not None) for body in await world.published("notice")]
    assert sorted(heard) == [
        ("W1/copied/M1", False),
        ("W1/copied/M1", True),
        ("W1/offered/B", False),
        ("W1/offered/B", True),
    ]
