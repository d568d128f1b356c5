"""What each technician is expected to do next: the orders in hand first, then what is open, city by city."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from dispatch.board import Board, turn
from dispatch.centre.leave import leaves_alone
from dispatch.jobs import candidate_of, groups, job_of
from dispatch.model import Candidate, Interval, Job
from dispatch.offers import loose_needs
from dispatch.planning.problem import Commitment, Plan, Problem
from dispatch.records import Need, WorkOrder
from dispatch.shifts import zone_of
from guywire.model import Role

_LONGEST_SHIFT = timedelta(hours=12)


class DayStop(NamedTuple):
    """A row of dispatch.day_plan; `work_order_id` is empty where no order is given yet."""

    technician_id: str
    place: int
    need_id: str
    work_order_id: str
    arrive_at: datetime
    leave_at: datetime
    made_at: datetime


class DayProblem(NamedTuple):
    """One city's problem, and what each of its jobs stands for: the need, and the order where there is one."""

    problem: Problem
    meant: Mapping[str, tuple[str, str]]


def problems_of(board: Board) -> Iterator[DayProblem]:
    """One for each city in which there is something to do and somebody to do it."""
    held = [order for order in sorted(board.open_orders(), key=turn) if not order.is_call]
    open_visits = groups(need for need in loose_needs(board) if need.place and not leaves_alone(board, need))
    cities = {_city(person.region) for person in board.people.values() if person.role == Role.TECHNICIAN}
    for city in sorted(cities):
        people = {one.technician_id for one in board.people.values() if _city(one.region) == city}
        orders = [order for order in held if people & set(order.crew)]
        visits = [needs for needs in open_visits if _city(needs[0].region) == city]
        if orders or visits:
            yield problem_for(board, people, orders, visits)


def stops_of(board: Board, day: DayProblem, plan: Plan) -> list[DayStop]:
    """The plan as rows, each technician's in order."""
    return [
        DayStop(route.technician, place, *day.meant[stop.job], stop.arrive, stop.leave, board.now)
        for route in plan.routes
        for place, stop in enumerate(route.stops)
    ]


def differs(before: Sequence[DayStop], now: Sequence[DayStop], minutes: float) -> bool:
    """Whether the plan of one technician says something else: other stops, or a time that moved by more than this."""
    if [stop[1:4] for stop in before] != [stop[1:4] for stop in now]:
        return True
    moved = (abs(one.arrive_at - other.arrive_at) for one, other in zip(before, now, strict=True))
    return any(span > timedelta(minutes=minutes) for span in moved)


def problem_for(
    board: Board, people: set[str], orders: Sequence[WorkOrder], visits: Sequence[Sequence[Need]]
) -> DayProblem:
    """The problem of these people: they are bound to these orders (in this order), and could go on these visits."""
    zone = zone_of(next((needs[0].time_zone for needs in visits), _zone_of(board, orders)))
    jobs, committed, meant = list[Job](), list[Commitment](), dict[str, tuple[str, str]]()
    for order in orders:
        for job, commitment in _committed(board, order, people):
            jobs.append(job)
            committed.append(commitment)
            meant[job.job_id] = (order.need_ids[0], order.work_order_id)
    for needs in visits:
        jobs.append(job_of(board, needs))
        meant[needs[0].need_id] = (needs[0].need_id, "")
    busy = {commitment.technician_id for commitment in committed}
    candidates = [
        _available(candidate_of(board, person, zone), board.now, busy)
        for key, person in sorted(board.people.items())
        if key in people and person.role == Role.TECHNICIAN
    ]
    policy = board.policy
    return DayProblem(Problem(board.now, candidates, jobs, policy, tuple(committed)), meant)


def _committed(board: Board, order: WorkOrder, people: set[str]) -> Iterator[tuple[Job, Commitment]]:
    """What is left of an order, once for each of its crew: who goes along is bound for just as long."""
    needs = [need for need_id in order.need_ids if (need := board.needs.get(need_id)) and need.place]
    if not needs:
        return
    whole = replace(job_of(board, needs), crew_size=1, skills=frozenset(), needs_generator=False, windows=(), past=())
    for person in order.crew:
        if person in people:
            job = replace(whole, job_id=f"{order.work_order_id}/{person}", release=_begins(board, order))
            yield job, Commitment(person, job.job_id, order.on_site_at)


def _begins(board: Board, order: WorkOrder) -> datetime:
    return order.on_site_at or board.now


def _available(candidate: Candidate, now: datetime, busy: set[str]) -> Candidate:
    """Who holds an order works on it, on shift or not."""
    if candidate.technician_id in busy and not candidate.duty_at(now):
        return replace(candidate, duty=(Interval(now, now + _LONGEST_SHIFT),))
    return candidate


def _zone_of(board: Board, orders: Sequence[WorkOrder]) -> str:
    ids = (need_id for order in orders for need_id in order.need_ids)
    return next((board.needs[need_id].time_zone for need_id in ids if need_id in board.needs), "")


def _city(region: str) -> str:
    return "/".join(region.split("/")[:2])
