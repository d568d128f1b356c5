"""Who is turned round for what: an order that is not under way may move, for a gain, once, and with a reason."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guywire.commands import GiveWorkOrder
from tests.unit.dispatch.dispatch_story import NOW, Story, need_at, person_at

SOON = NOW + timedelta(minutes=70)


def a_trifle_at_a(other: float = 31.5) -> Story:
    """A was offered a trifle next door; B stands far away, at that latitude."""
    story = Story([need_at("N1", 31.2, priority=4)], [person_at("A"), person_at("B", other)])
    story.batch()
    assert story.orders["W1"].technician_id == "A"
    return story


def holders(story: Story) -> dict[str, str]:
    return {need: order.technician_id for order in story.open_orders for need in order.need_ids}


@pytest.mark.parametrize("accepts", [False, True])
def test_who_is_not_under_way_yet_is_turned_round_for_what_is_urgent(*, accepts: bool) -> None:
    story = a_trifle_at_a()
    if accepts:
        story.move("W1", "accepted")
    story.needs["N2"] = need_at("N2", 31.21, priority=1, deadline=SOON)
    story.batch(minutes=1)
    assert holders(story) == {"N1": "B", "N2": "A"}
    assert story.orders["W1"].reason == "S-N2 is more urgent"
    assert [notice.words["en"] for notice in story.told.values() if notice.kind == "withdrawn"] == [
        "S-N1 is taken back: S-N2 is more urgent"
    ]


def test_nobody_is_turned_round_who_is_under_way() -> None:
    story = a_trifle_at_a(other=31.35)
    story.move("W1", "accepted")
    story.move("W1", "en_route")
    story.needs["N2"] = need_at("N2", 31.21, priority=1, deadline=SOON)
    story.batch(minutes=1)
    assert holders(story) == {"N1": "A", "N2": "B"}


def test_what_is_urgent_waits_for_somebody_under_way_who_is_through_before_anybody_else_is_there() -> None:
    story = a_trifle_at_a(other=31.7)
    story.move("W1", "accepted")
    story.move("W1", "en_route")
    story.needs["N2"] = need_at("N2", 31.21, priority=1, deadline=SOON)
    story.batch(minutes=1)
    assert (holders(story), story.waiting["N2"].code) == ({"N1": "A"}, "awaited")


def test_nobody_is_turned_round_for_a_trifle() -> None:
    story = a_trifle_at_a()
    story.needs["N2"] = need_at("N2", 31.205, priority=4)
    story.batch(minutes=1)
    assert holders(story) == {"N1": "A", "N2": "B"}


def test_what_a_person_gave_stays_with_whom_they_gave_it_to() -> None:
    story = Story([need_at("N1", 31.2, priority=4)], [person_at("A"), person_at("B", 31.5)])
    story.batch(("ann", GiveWorkOrder(need="N1", technician="A")))
    story.needs["N2"] = need_at("N2", 31.21, priority=1, deadline=SOON)
    story.batch(minutes=1)
    assert holders(story) == {"N1": "A", "N2": "B"}


def test_an_order_moves_once_only() -> None:
    story = a_trifle_at_a()
    story.needs["N2"] = need_at("N2", 31.21, priority=1, deadline=SOON)
    story.batch(minutes=1)
    moved = story.holders("N1")[0].work_order_id
    story.needs["N3"] = need_at("N3", 31.5, priority=1, deadline=SOON)
    story.people["C"] = person_at("C", 31.9)
    story.batch(minutes=1)
    assert story.holders("N1")[0].work_order_id == moved
    assert story.holders("N3")[0].technician_id == "C"


def test_with_nobody_else_the_trifle_waits_and_says_for_whom() -> None:
    story = Story([need_at("N1", 31.2, priority=4)], [person_at("A")])
    story.batch()
    story.needs["N2"] = need_at("N2", 31.21, priority=1, deadline=SOON)
    story.batch(minutes=1)
    assert holders(story) == {"N2": "A"}
    assert story.waiting["N1"].code == "all_busy"
    story.move("W2", "declined")
    assert holders(story)["N1"] == "A"  # taken off it by dispatch: that counts against nobody


def test_what_waits_for_somebody_nearly_through_says_so() -> None:
    people = [person_at("A"), person_at("B", 31.85)]
    story = Story([need_at("N1", 31.2, service_minutes=30)], people)
    story.batch()
    for to in ("accepted", "en_route", "on_site"):
        story.move("W1", to)
    story.needs["N2"] = need_at("N2", 31.21)
    story.batch(minutes=1)
    assert story.waiting["N2"].code == "awaited"  # A is through in 29 minutes; B would take an hour and a half
    story.batch(minutes=11)
    assert holders(story)["N2"] == "A"
