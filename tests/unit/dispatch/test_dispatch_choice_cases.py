"""Golden choices: each folder of tests/cases/dispatch is a problem, who is sent, and why the others are not."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dispatch.board import Board
from dispatch.decide import decide
from dispatch.model import PastOrder, Place
from dispatch.policy import default_policy
from dispatch.records import Need, Person, WorkOrder
from guywire.model import NeedKind, WorkOrderState

CASES = sorted(found.parent for found in (Path(__file__).parents[2] / "cases" / "dispatch").glob("*/problem.json"))


def read(case: Path, name: str) -> dict[str, Any]:
    content: dict[str, Any] = msgspec.json.decode((case / name).read_bytes())
    return content


def board_of(problem: dict[str, Any]) -> Board:
    now = datetime.fromisoformat(problem["now"])
    needs = [need_of(given, now) for given in problem["needs"]]
    held = {given["holds"]: given["id"] for given in problem["technicians"] if "holds" in given}
    return Board(
        now=now,
        policy=default_policy(),
        needs={need.need_id: need for need in needs} | {f"of {order}": elsewhere(order, now) for order in held},
        people={given["id"]: person_of(given) for given in problem["technicians"]},
        orders={order: order_of(order, technician, now) for order, technician in held.items()},
        past={given["id"]: [past_of(one) for one in given.get("past", [])] for given in problem["needs"]},
    )


def need_of(given: dict[str, Any], now: datetime) -> Need:
    deadline = given.get("deadline")
    return Need(
        need_id=given["id"],
        ticket_id=given["ticket"],
        site_id=given["site"],
        domain="",
        kind=NeedKind(given.get("kind", "repair")),
        summary=given["id"],
        priority=given.get("priority", 2),
        weight=given.get("weight", 1.0),
        opened_at=now,
        skills=frozenset(given["skills"]),
        service_minutes=given.get("service_minutes", 45),
        deadline=datetime.fromisoformat(deadline) if deadline else None,
        place=Place(given["latitude"], given["longitude"]),
        region=given["region"],
        time_zone="Asia/Shanghai",
    )


def elsewhere(order: str, now: datetime) -> Need:
    """What somebody who is busy is busy with."""
    return Need(
        need_id=f"of {order}",
        ticket_id=f"of {order}",
        site_id="",
        domain="",
        kind=NeedKind.REPAIR,
        summary="",
        priority=1,
        opened_at=now,
    )


def person_of(given: dict[str, Any]) -> Person:
    position = given.get("position")
    return Person(
        technician_id=given["id"],
        name=given["id"],
        region=given["region"],
        home=Place(given["latitude"], given["longitude"]),
        role=given.get("role", "technician"),
        skills=frozenset(given["skills"]),
        shift=given.get("shift", ""),
        generators=given.get("generators", 0),
        position=Place(position["latitude"], position["longitude"]) if position else None,
        position_at=datetime.fromisoformat(position["at"]) if position else None,
    )


def past_of(given: dict[str, str]) -> PastOrder:
    return PastOrder(given["technician"], given["how"], datetime.fromisoformat(given["at"]))


def order_of(order: str, technician: str, now: datetime) -> WorkOrder:
    return WorkOrder(
        work_order_id=order,
        technician_id=technician,
        manager_id="",
        ticket_id=f"of {order}",
        site_id="",
        domain="",
        need_ids=(f"of {order}",),
        state=WorkOrderState.ACCEPTED,
        priority=1,
        summary="",
        offered_at=now,
        offer_expires_at=None,
        travel_minutes=0,
        distance_km=0,
        planned_arrival_at=now,
    )


def why_not(board: Board, need: str) -> dict[str, str]:
    order = board.holder_of(need)
    explanation = order.explanation if order else board.waiting[need].explanation
    assert explanation is not None
    return {other["technician"]: other["words"] for other in explanation["others"]}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_choice_is_the_expected_one(case: Path) -> None:
    board, expected = board_of(read(case, "problem.json")), read(case, "expected.json")
    before = set(board.orders)
    decide(board, [])
    given = {
        need: order.technician_id
        for order in board.open_orders()
        if order.work_order_id not in before
        for need in order.need_ids
    }
    assert given == expected["orders"]
    assert {need: row.code for need, row in board.waiting.items()} == expected["waiting"]
    assert {need: why_not(board, need) for need in expected["why_not"]} == expected["why_not"]
    for need, width in expected.get("width", {}).items():
        assert board.orders["W1"].explanation["why"]["width"] == width, need
    for need, at in expected.get("next_try_at", {}).items():
        assert board.waiting[need].next_try_at == datetime.fromisoformat(at)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_choice_does_not_depend_on_the_order_of_what_is_read(case: Path) -> None:
    problem = read(case, "problem.json")
    boards = [board_of(problem), board_of({**problem, **{k: problem[k][::-1] for k in ("needs", "technicians")}})]
    for board in boards:
        decide(board, [])
    assert boards[0].orders == boards[1].orders
    assert boards[0].waiting == boards[1].waiting
