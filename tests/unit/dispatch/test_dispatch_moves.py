"""A work order moves only along its table, at a credible time, and with the words that the next one needs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.board import Board
from dispatch.moves import move, settle_time
from dispatch.policy import default_policy
from dispatch.records import WorkOrder
from dispatch.states import TRANSITIONS, followers, is_end
from guywire.commands import MoveWorkOrder
from guywire.errors import Refused
from guywire.model import WorkOrderState

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
POLICY = default_policy()
STATES = st.sampled_from(list(WorkOrderState))


def board(**columns: Any) -> Board:
    """A board with one order W1 of technician T1, offered ten minutes ago."""
    row: dict[str, Any] = {
        "work_order_id": "W1",
        "technician_id": "T1",
        "manager_id": "",
        "ticket_id": "K1",
        "site_id": "S1",
        "domain": "",
        "need_ids": ("N1",),
        "state": WorkOrderState.OFFERED,
        "priority": 2,
        "summary": "",
        "offered_at": NOW - 10 * MINUTE,
        "offer_expires_at": NOW,
        "travel_minutes": 1,
        "distance_km": 1,
        "planned_arrival_at": NOW,
        "version": 1,
        **columns,
    }
    order = WorkOrder(**row)
    return Board(now=NOW, policy=POLICY, orders={"W1": order})


def command(to: str, **fields: Any) -> MoveWorkOrder:
    said = {"at": NOW, "technician": "T1", "reason": "because", "cause": "blown fuse", "result": "replaced fuse F3"}
    return MoveWorkOrder(work_order="W1", to=to, **{**said, **fields})


def refusal(on: Board, asked: MoveWorkOrder) -> Refused:
    with pytest.raises(Refused) as caught:
        move(on, asked, "li")
    return caught.value


@given(STATES, STATES, st.booleans())
def test_a_technician_moves_along_the_table_and_no_other_way(
    state: WorkOrderState, to: WorkOrderState, asked: bool
) -> None:
    on = board(state=state, asked_to_return_at=NOW if asked else None)
    by_dispatch = {WorkOrderState.EXPIRED, WorkOrderState.WITHDRAWN}
    if to in followers(state, asked) - by_dispatch:
        move(on, command(to), "li")
        assert on.orders["W1"].state is to
        assert (on.orders["W1"].ended_at is not None) is is_end(to)
        assert [(step.state, step.version) for step in on.new_steps] == [(to, 2)]
    else:
        refusal(on, command(to))
        assert (on.orders["W1"].version, on.changed, on.new_steps) == (1, set(), [])


def test_every_state_is_reached_from_the_offer() -> None:
    reached, todo = {WorkOrderState.OFFERED}, [WorkOrderState.OFFERED]
    while todo:
        new = TRANSITIONS.get(todo.pop(), frozenset()) - reached
        reached |= new
        todo += new
    assert reached == set(WorkOrderState)


def test_only_the_response_centre_withdraws_and_nobody_lets_expire() -> None:
    assert refusal(board(), command("withdrawn")).reason == "no_such_move"
    assert refusal(board(), command("expired", technician="")).reason == "no_such_move"
    assert refusal(board(), command("lost")).reason == "no_such_move"
    on = board()
    move(on, command("withdrawn", technician=""), "ann")
    assert (on.orders["W1"].state, on.orders["W1"].ended_by) == ("withdrawn", "ann")


def test_another_technicians_order_and_one_that_is_not_there_are_refused() -> None:
    assert refusal(board(), command("accepted", technician="T2")).code == "forbidden"
    assert refusal(Board(now=NOW, policy=POLICY), command("accepted")).code == "not_found"


@pytest.mark.parametrize(("to", "state"), [("declined", "offered"), ("failed", "on_site")])
def test_who_does_not_do_it_says_why(to: str, state: str) -> None:
    on = board(state=WorkOrderState(state))
    assert refusal(on, command(to, reason=" ")).reason == "reason_missing"
    assert refusal(on, command(to, reason="x" * 2001)).reason == "reason_too_long"
    move(on, command(to), "li")
    assert [(past.technician, past.how, past.reason) for past in on.past["N1"]] == [("T1", to, "because")]


def test_done_takes_a_cause_and_a_result_that_says_something() -> None:
    on = board(state=WorkOrderState.ON_SITE)
    assert refusal(on, command("done", cause="")).reason == "cause_missing"
    vague = refusal(on, command("done", result="Fixed!"))
    assert (vague.reason, POLICY.result_example in vague.message) == ("result_is_vague", True)
    move(on, command("done"), "li")
    assert (on.orders["W1"].cause, on.orders["W1"].result) == ("blown fuse", "replaced fuse F3")


def test_who_turned_back_on_request_need_not_explain_a_repair() -> None:
    on = board(state=WorkOrderState.EN_ROUTE, asked_to_return_at=NOW)
    move(on, command("done", cause="", result=""), "li")
    assert on.orders["W1"].result == "turned back on request"
    assert refusal(board(state=WorkOrderState.EN_ROUTE), command("done")).reason == "wrong_state"


def test_the_phones_time_is_kept_and_a_wrong_clock_is_noted() -> None:
    on = board()
    move(on, command("accepted", at=NOW - 4 * MINUTE, reason="", latitude=31.0, longitude=121.0), "li")
    assert on.orders["W1"].accepted_at == NOW - 4 * MINUTE
    step = on.new_steps[0]
    assert (step.at, step.recorded_at, step.actor, step.version) == (NOW - 4 * MINUTE, NOW, "li", 2)
    assert (step.state.value, step.latitude, step.longitude, step.note) == ("accepted", 31.0, 121.0, "")
    move(on, command("en_route", at=NOW + 60 * MINUTE, reason=""), "li")
    assert on.orders["W1"].en_route_at == NOW
    assert on.new_steps[1].note == "the phone's clock was 60 min ahead"


@given(st.integers(-10_000, 10_000))
def test_a_settled_time_is_never_before_the_last_step_nor_after_now(seconds: int) -> None:
    at, note = settle_time(NOW + timedelta(seconds=seconds), NOW - 10 * MINUTE, NOW, 180)
    assert NOW - 10 * MINUTE <= at <= NOW
    assert bool(note) is (seconds > 180 or seconds < -780)


@pytest.mark.parametrize("place", [(91.0, 0.0), (-90.1, 0.0), (0.0, 180.5), (float("nan"), 0.0)])
def test_a_place_off_the_map_is_refused(place: tuple[float, float]) -> None:
    asked = command("accepted", latitude=place[0], longitude=place[1])
    assert refusal(board(), asked).reason == "no_such_place"


def test_a_move_on_an_old_version_hears_what_happened_meanwhile() -> None:
    on = board()
    move(on, command("accepted", reason="", version=1), "li")
    refused = refusal(on, command("en_route", version=1))
    assert (refused.code, refused.reason) == ("conflict", "version_is_old")
    assert "version 1: accepted at 2026-11-21 08:00 UTC by li. It is version 2 now" in refused.message
    assert refusal(on, command("en_route", version=9)).reason == "version_is_old"


def test_a_time_without_a_zone_is_refused() -> None:
    assert refusal(board(), command("accepted", at=NOW.replace(tzinfo=None))).reason == "time_without_zone"


def test_a_withdrawn_order_says_why_and_what_to_do_before_anything_else() -> None:
    on = board(state=WorkOrderState.WITHDRAWN, ended_at=NOW, reason="the fault cleared by itself", version=3)
    refused = refusal(on, command("en_route", version=1))
    assert (refused.code, refused.reason) == ("conflict", "withdrawn")
    assert refused.message == (
        "W1 was withdrawn at 2026-11-21 08:00 UTC: the fault cleared by itself. There is nothing left to do; if you are"
        " under way, call the response centre."
    )


def test_an_ended_order_says_when_and_why_it_ended() -> None:
    on = board(state=WorkOrderState.EXPIRED, ended_at=NOW)
    assert "is expired and cannot become accepted. It ended at 2026-11-21 08:00 UTC" in str(
        refusal(on, command("accepted"))
    )
