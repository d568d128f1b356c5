"""What the response centre does by hand: pauses, needs in hand, undo; and mass outages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.board import Board
from dispatch.centre.crews_needed import crews_needed
from dispatch.centre.state import Dark
from dispatch.model import Place
from dispatch.policy import default_policy
from guywire.commands import GiveWorkOrder, MoveWorkOrder, ReassignWorkOrder, WithdrawWorkOrder
from guywire.commands.centre import (
    DeclareEmergency,
    EndEmergency,
    HoldNeed,
    PauseDispatch,
    ReleaseNeed,
    ResumeDispatch,
)
from guywire.commands.orders import UndoWorkOrder
from guywire.errors import Refused
from guywire.model import NeedKind, NeedState
from tests.unit.dispatch.dispatch_story import NOW, Story, need_at, person_at

MINUTE = timedelta(minutes=1)


@pytest.fixture
def story() -> Story:
    return Story([need_at("N1")], [person_at("A"), person_at("B", 31.3), person_at("C", 31.4)])


def reason_of(said: object) -> str:
    assert isinstance(said, Refused), said
    return said.reason


def states(story: Story) -> list[tuple[str, str, str]]:
    return [(order.work_order_id, order.technician_id, order.state.value) for order in story.orders.values()]


def test_in_a_paused_region_needs_wait_and_say_who_paused_it_until_when(story: Story) -> None:
    story.ask(PauseDispatch(region="p/c", reason="typhoon, roads closed", until=NOW + 60 * MINUTE), "li")
    row = story.waiting["N1"]
    assert (row.code, story.orders) == ("paused", {})
    assert row.hint.startswith("li paused dispatch in p/c until 2026-11-21 09:00 UTC: typhoon, roads closed.")
    story.batch(minutes=59)
    assert story.orders == {}
    story.batch(minutes=1)
    assert states(story) == [("W1", "A", "offered")]


def test_by_hand_still_works_in_a_paused_region_and_resuming_ends_it(story: Story) -> None:
    story.ask(PauseDispatch(region="p/c/a", reason="drill"))
    story.ask(GiveWorkOrder(need="N1", technician="C"))
    assert states(story) == [("W1", "C", "offered")]
    story.needs["N2"] = need_at("N2")
    story.ask(ResumeDispatch(region="p/c/a"))
    assert states(story)[1] == ("W2", "A", "offered")


def test_a_pause_wants_a_reason_a_known_region_and_a_time_to_come(story: Story) -> None:
    assert reason_of(story.ask(PauseDispatch(region="p/c", reason=" "))) == "reason_missing"
    assert reason_of(story.ask(PauseDispatch(region="p/x", reason="r"))) == "no_such_region"
    assert reason_of(story.ask(PauseDispatch(region="p/c", reason="r", until=NOW))) == "until_is_past"
    assert reason_of(story.ask(ResumeDispatch(region="p/c"))) == "pause_not_found"
    story.ask(PauseDispatch(region="p/c", reason="r"))
    assert reason_of(story.ask(ResumeDispatch(region="p/c/a"))) == "paused_around"


def test_who_takes_a_need_in_hand_gets_the_offer_out_of_the_way(story: Story) -> None:
    story.batch()
    story.ask(HoldNeed(need="N1", reason="I know the landlord"), "li", minutes=1)
    assert states(story) == [("W1", "A", "withdrawn")]
    row = story.waiting["N1"]
    assert (row.code, row.hint.split(".")[0]) == ("in_hand", "li has it in hand: I know the landlord")
    assert reason_of(story.ask(HoldNeed(need="N1"), "ann")) == "already_in_hand"
    story.batch(minutes=60)
    assert len(story.orders) == 1
    story.ask(ReleaseNeed(need="N1"), "ann")
    assert states(story)[1] == ("W2", "A", "offered")  # the offer that was in the way counts against nobody


def test_a_need_in_hand_comes_back_at_the_time_that_was_said(story: Story) -> None:
    story.ask(HoldNeed(need="N1", until=NOW + 30 * MINUTE), "li")
    assert story.last is not None
    assert NOW + 30 * MINUTE in story.last.look_again_at
    story.batch(minutes=30)
    assert states(story) == [("W1", "A", "offered")]


def test_what_somebody_accepted_is_not_taken_in_hand(story: Story) -> None:
    story.batch()
    story.move("W1", "accepted")
    assert reason_of(story.ask(HoldNeed(need="N1"))) == "already_given"


def test_an_undone_reassignment_gives_the_order_back_where_it_was(story: Story) -> None:
    story.batch()
    story.move("W1", "accepted")
    story.move("W1", "en_route")
    story.ask(ReassignWorkOrder(work_order="W1", technician="C"))
    assert states(story) == [("W1", "A", "withdrawn"), ("W2", "C", "offered")]
    story.ask(UndoWorkOrder(work_order="W2"), minutes=1)
    assert states(story) == [("W1", "A", "en_route"), ("W2", "C", "withdrawn")]
    assert story.orders["W1"].ended_at is None
    assert [notice.person_id for notice in story.told.values() if notice.kind == "goes_on"] == ["A"]
    assert reason_of(story.ask(UndoWorkOrder(work_order="W2"))) == "nothing_to_undo"


def test_an_undone_withdrawal_takes_back_the_offer_made_meanwhile(story: Story) -> None:
    story.batch()
    story.move("W1", "accepted")
    story.ask(WithdrawWorkOrder(work_order="W1", reason="wrong site"))
    assert states(story) == [("W1", "A", "withdrawn"), ("W2", "B", "offered")]
    story.ask(UndoWorkOrder(work_order="W1"))
    assert states(story) == [("W1", "A", "accepted"), ("W2", "B", "withdrawn")]


def test_an_undone_gift_leaves_the_need_to_dispatch(story: Story) -> None:
    story.ask(PauseDispatch(region="p/c", reason="drill"))
    story.ask(GiveWorkOrder(need="N1", technician="A"))
    story.ask(UndoWorkOrder(work_order="W1"))
    story.ask(ResumeDispatch(region="p/c"))
    assert states(story) == [("W1", "A", "withdrawn"), ("W2", "A", "offered")]  # as if it had never been given


def test_nothing_is_undone_of_which_something_came(story: Story) -> None:
    story.batch()
    assert reason_of(story.ask(UndoWorkOrder(work_order="W1"))) == "nothing_to_undo"  # dispatch's own
    story.ask(ReassignWorkOrder(work_order="W1", technician="C"))
    assert reason_of(story.ask(UndoWorkOrder(work_order="W1"))) == "reassigned"
    story.move("W2", "accepted")
    assert reason_of(story.ask(UndoWorkOrder(work_order="W2"))) == "something_came_of_it"
    story.ask(WithdrawWorkOrder(work_order="W2", reason="wrong"))
    story.move("W3", "accepted")  # B, who was left
    assert reason_of(story.ask(UndoWorkOrder(work_order="W2"))) == "something_came_of_it"


def test_a_withdrawal_is_not_undone_when_the_work_was_done_meanwhile(story: Story) -> None:
    story.batch()
    story.ask(WithdrawWorkOrder(work_order="W1", reason="wrong site"))
    for to in ("accepted", "en_route", "on_site", "done"):
        story.move("W2", to)
    assert reason_of(story.ask(UndoWorkOrder(work_order="W1"))) == "need_is_ended"
    assert story.open_orders == []


def test_an_undo_says_why_the_one_before_cannot_have_it_back(story: Story) -> None:
    story.batch()
    story.ask(ReassignWorkOrder(work_order="W1", technician="C"))
    story.needs["N2"] = need_at("N2")
    story.batch(minutes=1)
    assert story.holders("N2")[0].technician_id == "A"
    assert reason_of(story.ask(UndoWorkOrder(work_order="W2"))) == "technician_busy"
    story.becomes("N1", NeedState.HEALED)
    assert reason_of(story.ask(UndoWorkOrder(work_order="W2"))) == "need_is_ended"


def test_on_site_far_from_the_site_wants_a_reason_and_keeps_it(story: Story) -> None:
    story.batch()
    story.move("W1", "accepted")
    story.move("W1", "en_route")
    away = {"latitude": 31.21, "longitude": 121.0, "accuracy": 50.0}
    said = story.move("W1", "on_site", **away)
    assert reason_of(said) == "away_from_site"
    assert isinstance(said, Refused)
    assert (said.code, "You are 1.1 km from the site" in said.message) == ("conflict", True)
    assert reason_of(story.move("W1", "on_site", latitude=None)) == "away_from_site"
    story.move("W1", "on_site", position_reason="the gate is at the road", **away)
    step = story.steps["W1"][-1]
    assert (step.position_reason, round(step.away_metres or 0), step.accuracy) == ("the gate is at the road", 1112, 50)


@pytest.mark.parametrize(
    ("latitude", "accuracy", "fine"), [(31.2026, 0, True), (31.203, 0, False), (31.206, 400, True)]
)
def test_the_fence_is_as_wide_as_the_policy_and_the_accuracy_say(
    story: Story, latitude: float, accuracy: float, *, fine: bool
) -> None:
    story.batch()
    story.move("W1", "accepted")
    story.move("W1", "en_route")
    said = story.move("W1", "on_site", latitude=latitude, accuracy=accuracy)
    assert isinstance(said, Refused) is not fine
    assert story.steps["W1"][-1].away_metres is None


def test_the_response_centre_says_on_site_for_somebody_without_a_position(story: Story) -> None:
    story.batch()
    story.move("W1", "accepted")
    story.move("W1", "en_route")
    assert not isinstance(story.ask(MoveWorkOrder(work_order="W1", to="on_site")), Refused)


def test_managers_and_crews_are_told_once_and_what_is_over_is_taken_back(story: Story) -> None:
    story.batch()
    assert set(story.told) == {"W1/offered/A", "W1/copied/M1"}
    assert (story.told["W1/offered/A"].urgent, story.told["W1/copied/M1"].urgent) == (True, False)
    assert "Mr A, who answers by 08:10" in story.told["W1/copied/M1"].words["en"]
    story.move("W1", "declined", reason="no car")
    assert set(story.told) == {"W1/declined/M1", "W2/offered/B", "W2/copied/M1"}
    assert story.told["W1/declined/M1"].words["en"] == "Mr A declined S-N1: no car"
    story.batch(minutes=10)
    assert "W2/expired/M1" in story.told
    story.move("W3", "accepted")
    story.ask(WithdrawWorkOrder(work_order="W3", reason="wrong site"))
    assert "S-N1 is taken back: wrong site" in [notice.words["en"] for notice in story.told.values()]


def _dark(count: int, **more: object) -> list[Dark]:
    return [Dark(site_id=f"S-N{number}", region="p/c/a", **more) for number in range(count)]  # type: ignore[arg-type]


def _outage(count: int) -> Story:
    """An area where that many sites want a generator, and crews with one in the next area of the city."""
    needs = [
        need_at(
            f"N{number}",
            31.2 + number / 100,
            kind=NeedKind.GENERATOR,
            deadline=NOW + timedelta(minutes=90 + 30 * number),
        )
        for number in range(count)
    ]
    people = [person_at("X", 31.25, region="p/c/b", generators=1), person_at("M1", role="area_manager")]
    story = Story(needs, people)
    story.centre.dark = [
        Dark(site_id=need.site_id, region="p/c/a", ends_at=need.deadline) for need in story.needs.values()
    ]
    return story


def test_ten_sites_without_mains_are_an_emergency_that_managers_hear_of() -> None:
    story = _outage(9)
    story.batch()
    assert story.centre.emergencies == {}
    story = _outage(10)
    story.batch()
    emergency = story.centre.emergencies["p/c/a"]
    assert (emergency.declared_by, emergency.reason) == ("dispatch", "10 sites without mains")
    plan = emergency.areas[0]
    assert (plan["sites_without_mains"], plan["sites_down"], plan["crews_there"]) == (10, 0, 0)
    assert plan["crews_needed"] >= 1
    assert plan["first_down_at"] == (NOW + 90 * MINUTE).isoformat()
    assert [notice.kind for notice in story.told.values() if notice.person_id == "M1" and notice.urgent] == [
        "emergency"
    ]


def test_only_a_person_ends_an_emergency_and_policy_does_not_declare_it_again_at_once() -> None:
    story = _outage(10)
    story.batch()
    story.centre.dark = _dark(2)
    story.batch(minutes=5)
    story.batch(minutes=29)
    assert story.centre.emergencies["p/c/a"].end_proposed_at is None
    story.batch(minutes=1)
    assert story.centre.emergencies["p/c/a"].end_proposed_at == story.now
    story.batch(minutes=600)
    assert "p/c/a" in story.centre.emergencies
    assert reason_of(story.ask(EndEmergency(emergency="E1", reason=""))) == "reason_missing"
    story.ask(EndEmergency(emergency="E1", reason="mains are back"))
    assert story.centre.emergencies == {}
    assert reason_of(story.ask(EndEmergency(emergency="E1", reason="mains are back"))) == "already_over"
    story.centre.dark = _dark(12)
    story.batch(minutes=1)
    assert story.centre.emergencies == {}


def test_a_person_declares_one_for_a_city_and_not_twice() -> None:
    story = Story([need_at("N1")], [person_at("A")])
    story.ask(DeclareEmergency(region="p/c", reason="typhoon"), "li")
    assert story.centre.emergencies["p/c"].declared_by == "li"
    assert reason_of(story.ask(DeclareEmergency(region="p/c/a", reason="typhoon"))) == "emergency_stands"


def test_in_an_emergency_hubs_and_short_batteries_go_first_whatever_their_priority() -> None:
    late = NOW + timedelta(hours=9)
    needs = [
        need_at("N1", priority=1, deadline=late),
        need_at("N2", priority=4, deadline=NOW + timedelta(minutes=100)),
    ]
    story = Story(needs, [person_at("A")])
    story.ask(DeclareEmergency(region="p/c/a", reason="ice"))
    assert story.holders("N2")
    assert story.orders["W1"].priority == 1


def test_crews_are_pooled_across_areas_in_an_emergency() -> None:
    people = [person_at("A", 31.6), person_at("B", 31.21, region="p/c/b")]
    usual = Story([need_at("N1")], people)
    usual.batch()
    assert usual.orders["W1"].technician_id == "A"  # the own area, although farther away
    pooled = Story([need_at("N1")], people)
    pooled.ask(DeclareEmergency(region="p/c", reason="ice"))
    assert pooled.orders["W1"].technician_id == "B"


def test_crews_needed_grows_with_how_little_time_there_is() -> None:
    needs = [need_at(f"N{number}", 31.2 + number / 100) for number in range(6)]
    board = Board(now=NOW, policy=default_policy(), needs={need.need_id: need for need in needs})

    def needed(minutes: float) -> tuple[int, int]:
        ends = NOW + minutes * MINUTE
        return crews_needed(board, [Dark(site_id=n.site_id, region="p/c/a", ends_at=ends) for n in needs])

    assert needed(30) == (6, 0)  # no crew can be at two of them within half an hour
    assert needed(24 * 60) == (1, 0)
    assert 1 < needed(120)[0] < 6
    assert needed(0.1) == (0, 6)
    down = [Dark(site_id="S-N0", region="p/c/a", down=True)]
    assert crews_needed(board, down) == (0, 1)
    assert crews_needed(board, []) == (0, 0)


def test_places_tell_the_drive_between_sites() -> None:
    near = {f"N{n}": need_at(f"N{n}", 31.2 + n / 1000) for n in range(4)}
    far = {key: replace(need, place=Place(30.0 + 0.7 * at, 121.0)) for at, (key, need) in enumerate(near.items())}
    dark = [Dark(site_id=f"S-N{n}", region="p/c/a", ends_at=NOW + 240 * MINUTE) for n in range(4)]
    counts = [crews_needed(Board(now=NOW, policy=default_policy(), needs=needs), dark)[0] for needs in (near, far)]
    assert counts[0] < counts[1]
