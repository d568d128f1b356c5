"""Rounds take quiet time: what a visit waits for, what does not hold it up, and that it gives way to what is urgent."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from dispatch.board import Board
from dispatch.centre.state import Emergency
from dispatch.decide import decide
from dispatch.model import Place
from dispatch.policy import default_policy
from dispatch.records import Need
from dispatch.rounds.model import RoundVisit
from dispatch.rounds.quiet import find_urgent, waits_for_quiet
from dispatch.shifts import zone_of
from guywire.model import NeedKind
from tests.unit.dispatch.dispatch_story import need_at, person_at

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=zone_of("UTC"))  # a Monday, 12:00 in Shanghai


def board(*others: Need, now: datetime = NOON, due_in_days: float = -1.0, near: bool = True, **need: Any) -> Board:
    """A battery test (Mon-Fri 09:00-16:00) whose day lies so far ahead, and a crew near or far."""
    due = now + timedelta(days=due_in_days)
    made = Board(now=now, policy=default_policy())
    made.people = {"A": person_at("A", 32.0, position=Place(31.25 if near else 31.9, 121.0), position_at=now)}
    made.needs = {one.need_id: one for one in (need_at("R", **{**_row(), **need}), *others)}
    made.rounds.know(
        RoundVisit(
            visit_id="round:battery_test:S-R:x",
            plan="battery_test",
            kind="battery_test",
            site_id="S-R",
            domain="p/c",
            due_on=date(2026, 11, 23),
            release_at=due - timedelta(days=9),
            due_at=due,
            deadline=due + timedelta(days=9),
            asked_at=due,
            ticket_id="K-R",
        )
    )
    find_urgent(made)
    return made


def _row() -> dict[str, Any]:
    return {"kind": NeedKind.INSPECT, "priority": 4, "time_zone": "Asia/Shanghai", "opened_at": NOON}


def why(made: Board) -> str:
    row = waits_for_quiet(made, made.needs["R"])
    return row.code if row else ""


def test_in_quiet_time_on_its_day_nothing_holds_it_up() -> None:
    assert why(board()) == ""
    assert why(board(near=False)) == ""
    assert waits_for_quiet(board(need_at("N")), need_at("N")) is None


@pytest.mark.parametrize(("near", "said"), [(True, ""), (False, "round_no_crew_near")])
def test_before_its_day_it_is_made_on_the_way(near: bool, said: str) -> None:
    assert why(board(due_in_days=3, near=near)) == said


def test_a_position_of_yesterday_says_nothing() -> None:
    made = board(due_in_days=3)
    made.people["A"] = person_at("A", 32.0, position=Place(31.2, 121.0), position_at=NOON - timedelta(days=1))
    assert why(made) == "round_no_crew_near"


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"priority": 2}, "round_urgent_first"),
        ({"priority": 3}, ""),
        ({"priority": 1, "region": "p/c/b"}, ""),
        ({"priority": 1, "ticket_state": "held"}, ""),
    ],
)
def test_only_what_is_urgent_and_waits_in_its_own_area_goes_first(other: dict[str, Any], said: str) -> None:
    assert why(board(need_at("N", **other))) == said


def test_it_does_not_wait_for_itself_when_somebody_makes_it_urgent() -> None:
    assert why(board(priority=1)) == ""


def test_in_an_emergency_of_its_city_it_waits() -> None:
    made = board()
    made.centre.put_emergency(
        Emergency(emergency_id="E1", region="p/c", reason="ice", declared_at=NOON, declared_by="li")
    )
    assert why(made) == "round_emergency"


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (NOON + timedelta(hours=3, minutes=59), None),
        (NOON + timedelta(hours=4), NOON + timedelta(hours=21)),
        (NOON + timedelta(days=4, hours=5), NOON + timedelta(days=6, hours=21)),  # Friday afternoon: on Monday
    ],
)
def test_out_of_the_hours_of_its_plan_it_waits_for_them(now: datetime, opens: datetime | None) -> None:
    made = board(now=now)
    assert why(made) == ("round_hours" if opens else "")
    row = waits_for_quiet(made, made.needs["R"])
    assert row is None or row.next_try_at <= (opens or now)


def test_one_crew_and_two_needs_the_fault_is_offered_and_the_round_is_not() -> None:
    made = board(need_at("N", 31.9, priority=3, opened_at=NOON), near=True)
    made.try_all = True
    decide(made, [])
    assert [(order.need_ids, order.technician_id) for order in made.open_orders()] == [(("N",), "A")]
