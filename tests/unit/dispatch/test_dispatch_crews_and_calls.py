"""Crews of two, calls to everybody, what is given ahead, and what one visit leaves to the next."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from dispatch.model import Place
from dispatch.policy import default_policy
from guywire.commands import MoveWorkOrder
from guywire.commands.centre import PauseDispatch, ResumeDispatch
from guywire.commands.orders import HandOver, StepBack
from guywire.errors import Refused
from guywire.model import NeedState, WorkOrderState
from tests.unit.dispatch.dispatch_story import NOW, Story, need_at, person_at

TOWER = frozenset({"tower"})
MINUTE = timedelta(minutes=1)


def refused(said: object) -> Refused:
    assert isinstance(said, Refused)
    return said


def test_nobody_climbs_alone_and_the_nearest_who_can_climb_goes_along() -> None:
    people = [person_at("A"), person_at("B", 31.3, skills=TOWER), person_at("C", 31.25, skills=frozenset({"power"}))]
    story = Story([need_at("N1", skills=frozenset({"power", "tower"}))], people)
    story.batch()
    order = story.orders["W1"]
    assert (order.technician_id, order.mates) == ("A", ("B",))
    assert story.told["W1/mate/B"].urgent
    story.needs["N2"] = need_at("N2", skills=TOWER)
    story.batch(minutes=1)
    assert story.waiting["N2"].code == "all_busy"  # B goes along, so B is busy


def test_work_for_two_waits_while_only_one_is_free_who_then_does_something_else() -> None:
    story = Story([need_at("N1", skills=TOWER, priority=1), need_at("N2", 31.9)], [person_at("A")])
    story.batch()
    assert story.waiting["N1"].code == "no_mate"
    assert [order.need_ids for order in story.open_orders] == [("N2",)]


def test_a_mate_may_step_back_with_a_reason_and_another_is_found() -> None:
    people = [person_at("A"), person_at("B", 31.3), person_at("C", 31.4)]
    story = Story([need_at("N1", skills=TOWER)], people)
    story.batch()
    assert story.orders["W1"].mates == ("B",)
    assert refused(story.ask(StepBack(work_order="W1", technician="B", reason=" "), "B")).reason == "reason_missing"
    assert refused(story.ask(StepBack(work_order="W1", technician="C", reason="ill"), "C")).reason == "not_a_mate"
    story.ask(StepBack(work_order="W1", technician="B", reason="ill"), "B")
    assert story.orders["W1"].mates == ("C",)
    assert {key: story.told[key].words["en"] for key in story.told if "back" in key and "M1" in key} == {
        "W1/stepped_back/M1/3": "Mr B steps back from S-N1: ill"
    }


def test_without_another_mate_an_order_that_is_not_under_way_goes_back() -> None:
    story = Story([need_at("N1", skills=TOWER)], [person_at("A"), person_at("B", 31.3)])
    story.batch()
    story.ask(StepBack(work_order="W1", technician="B", reason="ill"), "B")
    assert (story.orders["W1"].state, story.orders["W1"].reason) == ("withdrawn", "nobody is left to go along")
    assert story.waiting["N1"].code == "no_mate"


def test_a_mate_does_not_move_the_order_and_is_told_who_does() -> None:
    story = Story([need_at("N1", skills=TOWER)], [person_at("A"), person_at("B", 31.3)])
    story.batch()
    said = refused(story.move("W1", "accepted", technician="B"))
    assert (said.reason, "Mr A leads" in said.message) == ("not_the_lead", True)


def test_nobody_sets_off_while_the_mate_is_still_elsewhere() -> None:
    story = Story([need_at("N1", skills=TOWER)], [person_at("A"), person_at("B", 31.3), person_at("C", 31.9)])
    story.batch()
    story.orders["W1"] = replace(story.orders["W1"], mates=("B",))
    story.move("W1", "accepted")
    on_site = WorkOrderState.ON_SITE
    elsewhere = replace(
        story.orders["W1"], work_order_id="W9", technician_id="B", mates=(), need_ids=("N9",), state=on_site
    )
    story.needs["N9"] = need_at("N9")
    story.orders["W9"] = elsewhere
    said = refused(story.move("W1", "en_route"))
    assert (said.code, said.reason) == ("conflict", "under_way_elsewhere")
    assert "B is on_site with W9" in said.message


def _called() -> Story:
    """A need that waited long while everybody is off shift: A, B and C are asked who can come."""
    people = [person_at(name, 31.2 + 0.1 * at, shift="01:00-02:00") for at, name in enumerate("ABC")]
    story = Story([need_at("N1")], [*people, person_at("D", 33.0, shift="01:00-02:00")])
    story.batch()
    assert story.waiting["N1"].code == "nobody_on_shift"
    story.batch(minutes=default_policy().call.after_minutes)
    return story


def test_when_nobody_fits_everybody_in_reach_is_asked_and_the_need_says_so() -> None:
    story = _called()
    assert [(order.technician_id, order.called) for order in story.open_orders] == [
        ("A", True),
        ("B", True),
        ("C", True),  # and not D, who is too far away
    ]
    row = story.waiting["N1"]
    assert (row.code, row.next_try_at) == ("asked_all", story.now + timedelta(seconds=600))
    assert "3 were asked" in row.hint
    assert {notice.kind for notice in story.told.values()} == {"called"}


def test_the_first_who_accepts_a_call_gets_it_and_the_others_are_told_who() -> None:
    story = _called()
    story.move("W2", "accepted", minutes=1)
    assert [order.work_order_id for order in story.open_orders] == ["W2"]
    assert story.orders["W1"].reason == "Mr B has it"
    assert "N1" not in story.waiting
    said = refused(story.move("W3", "accepted"))
    assert (said.reason, "Mr B has it" in said.message) == ("withdrawn", True)
    assert not [key for key in story.told if "called" in key]


def test_two_who_accept_in_the_same_batch_do_not_both_get_it() -> None:
    story = _called()
    said = story.batch(
        ("A", MoveWorkOrder(work_order="W1", to="accepted", technician="A")),
        ("C", MoveWorkOrder(work_order="W3", to="accepted", technician="C")),
    )
    assert not isinstance(said[0], Refused)
    assert refused(said[1]).reason == "withdrawn"
    assert [order.work_order_id for order in story.holders("N1")] == ["W1"]


def test_a_call_that_nobody_answers_is_not_repeated_at_once() -> None:
    story = _called()
    story.batch(minutes=10)
    assert story.open_orders == []
    assert story.waiting["N1"].code != "asked_all"
    story.batch(minutes=20)
    assert story.open_orders == []
    story.batch(minutes=20)
    assert [order.called for order in story.open_orders] == [True, True, True]


def test_who_is_nearly_through_on_site_is_given_what_is_next() -> None:
    people = [person_at("A"), person_at("B", 31.9, region="p/c/a")]
    story = Story([need_at("N1", 31.2, service_minutes=30)], people)
    story.batch()
    for to in ("accepted", "en_route", "on_site"):
        story.move("W1", to)
    far = need_at("N2", 31.21)
    story.batch(minutes=11)
    story.needs["N2"] = far
    story.batch(minutes=0)
    order = story.orders["W2"]
    assert order.technician_id == "A"
    assert order.planned_arrival_at > NOW + 30 * MINUTE  # when he is through, and has driven there
    story.move("W2", "accepted")
    assert refused(story.move("W2", "en_route")).reason == "under_way_elsewhere"
    story.move("W1", "done")
    assert not isinstance(story.move("W2", "en_route"), Refused)


def test_who_just_arrived_is_not_given_what_is_next() -> None:
    story = Story([need_at("N1", 31.2, service_minutes=90)], [person_at("A")])
    story.batch()
    for to in ("accepted", "en_route", "on_site"):
        story.move("W1", to)
    story.needs["N2"] = need_at("N2", 31.21)
    story.batch(minutes=1)
    assert story.waiting["N2"].code == "all_busy"


def test_what_a_failed_visit_hands_over_is_looked_for_and_shown_to_the_next() -> None:
    people = [person_at("A"), person_at("B", 31.3), person_at("C", 31.4, skills=frozenset({"power", "radio"}))]
    story = Story([need_at("N1")], people)
    story.batch()
    for to in ("accepted", "en_route", "on_site"):
        story.move("W1", to)
    handed = HandOver(skills=("radio", "witchcraft"), parts=("RRU 3",), text="the RRU is dead, ladder is wet")
    assert refused(story.move("W1", "done", hand_over=handed)).reason == "hand_over_too_early"
    story.move("W1", "failed", hand_over=handed)
    order = story.orders["W2"]
    assert order.technician_id == "C"  # B is nearer, but has no radio; nobody has witchcraft, so nobody waits for it
    assert [(said["by"], said["parts"], said["text"]) for said in order.handed_over] == [
        ("A", ["RRU 3"], "the RRU is dead, ladder is wet")
    ]


def test_a_call_ends_when_the_fault_heals() -> None:
    story = _called()
    story.becomes("N1", NeedState.HEALED)
    story.batch(minutes=1)
    assert story.open_orders == []
    assert story.waiting == {}


def test_what_is_not_urgent_calls_nobody() -> None:
    calm = need_at("N1", priority=4)
    story = Story([calm], [person_at("A", shift="01:00-02:00")])
    story.batch()
    story.batch(minutes=30)
    assert story.open_orders == []


def test_only_so_many_calls_are_open_at_once_and_nobody_is_rung_for_two_things() -> None:
    people = [person_at(f"T{at}", 31.2 + at / 100, shift="01:00-02:00") for at in range(9)]
    usual = default_policy()
    call = msgspec.structs.replace(usual.call, at_most=2, at_once=3)
    story = Story([need_at(f"N{at}") for at in range(6)], people, msgspec.structs.replace(usual, call=call))
    story.batch()
    story.batch(minutes=10)
    rung = [order.technician_id for order in story.open_orders]
    assert len(rung) == len(set(rung)) == 6
    story.batch(minutes=10)
    rung_later = [order.technician_id for order in story.open_orders]
    assert sorted(rung_later) == ["T6", "T7", "T8"]  # who was rung a while ago is left in peace


def test_a_call_goes_to_the_nearest_only() -> None:
    usual = default_policy()
    few = msgspec.structs.replace(usual, call=msgspec.structs.replace(usual.call, at_most=2))
    people = [person_at(name, 31.2 + at / 10, shift="01:00-02:00") for at, name in enumerate("ABCD")]
    story = Story([need_at("N1")], people, few)
    story.batch()
    story.batch(minutes=10)
    assert [order.technician_id for order in story.open_orders] == ["A", "B"]


def test_an_estimate_follows_the_position_without_a_new_version() -> None:
    story = Story([need_at("N1", 31.2)], [person_at("A", 31.4)])
    story.batch()
    for to in ("accepted", "en_route"):
        story.move("W1", to)
    promised, version = story.orders["W1"].planned_arrival_at, story.orders["W1"].version
    lost = replace(story.people["A"], position=Place(31.6, 121.0), position_at=story.now + 20 * MINUTE)
    story.people["A"] = lost
    story.batch(minutes=20)
    order = story.orders["W1"]
    assert order.planned_arrival_at > promised + 30 * MINUTE
    assert (order.version, order.estimated_at) == (version, story.now)
    assert story.last is not None
    assert min(story.last.look_again_at) <= story.now + MINUTE


def test_a_call_that_a_pause_came_across_does_not_keep_dispatch_busy() -> None:
    story = _called()
    story.ask(PauseDispatch(region="p/c/a", reason="drill"))
    assert story.waiting["N1"].code == "paused"
    story.ask(ResumeDispatch(region="p/c/a"), minutes=1)
    story.batch(minutes=story.policy.retry_seconds / 60)
    row, called = story.waiting["N1"], story.orders["W1"]
    assert (row.code, row.next_try_at) == ("asked_all", called.offer_expires_at)
    assert row.called_at == called.offered_at


@pytest.mark.parametrize("how", ["declined", "expired"])
def test_a_mate_hears_that_the_lead_does_not_go(how: str) -> None:
    story = Story([need_at("N1", skills=TOWER)], [person_at("A"), person_at("B", 31.3)])
    story.batch()
    assert "W1/mate/B" in story.told
    if how == "declined":
        story.move("W1", "declined")
    else:
        story.batch(minutes=10)
    assert "W1/mate/B" not in story.told
    assert story.told["W1/off/B"].urgent


def test_an_arrival_is_never_expected_in_the_past() -> None:
    story = Story([need_at("N1", 31.2)], [person_at("A", 31.4)])
    story.batch()
    for to in ("accepted", "en_route"):
        story.move("W1", to)
    story.people["A"] = replace(story.people["A"], position=Place(31.21, 121.0), position_at=story.now)
    story.batch(minutes=20)  # nearly there twenty minutes ago, and silent since
    assert story.orders["W1"].planned_arrival_at == story.now


def test_what_joined_after_the_crew_was_through_is_still_to_be_done() -> None:
    """Done is said at the site without coverage; until it arrives, a later fault there has joined the order."""
    story = Story([need_at("N1")], [person_at("A")])
    story.batch()
    for to in ("accepted", "en_route", "on_site"):
        story.move("W1", to, minutes=10)
    through = story.now + 20 * MINUTE
    story.needs["N2"] = replace(need_at("N2"), ticket_id="K-N1", site_id="S-N1", opened_at=through + 5 * MINUTE)
    story.batch(minutes=25)
    needs = [story.orders["W1"].need_ids]
    story.move("W1", "done", minutes=10, at=through)
    needs.append(story.orders["W1"].need_ids)
    assert needs == [("N1", "N2"), ("N1",)]
    assert [order.need_ids for order in story.open_orders] == [("N2",)]


def test_orders_of_who_left_the_inventory_go_to_others_unless_under_way() -> None:
    story = Story([need_at("N1"), need_at("N2", 31.25)], [person_at("A"), person_at("B", 31.25), person_at("C", 31.4)])
    story.batch()
    story.move("W1", "accepted")
    story.move("W2", "accepted")
    story.move("W2", "en_route")
    gone = {story.orders["W1"].technician_id, story.orders["W2"].technician_id}
    for person in gone:
        del story.people[person]
    story.batch(minutes=1)
    assert story.orders["W1"].reason == "A is no longer in the inventory"
    assert {order.work_order_id: order.technician_id for order in story.open_orders} == {"W2": "B", "W3": "C"}


def test_a_mate_who_left_the_inventory_is_replaced() -> None:
    story = Story([need_at("N1", skills=TOWER)], [person_at("A"), person_at("B", 31.3), person_at("C", 31.4)])
    story.batch()
    del story.people["B"]
    story.batch(minutes=1)
    assert story.orders["W1"].crew == ("A", "C")
