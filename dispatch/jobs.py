"""From what is on the board to what the core decides on: needs become jobs, people become candidates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta, tzinfo

from dispatch.board import Board
from dispatch.model import Candidate, Job, PastOrder, Place
from dispatch.records import Need, Person
from dispatch.shifts import ShiftError, duty, zone_of
from guywire.model import NeedKind


def groups(needs: Iterable[Need]) -> list[list[Need]]:
    """Needs that one crew could serve in one visit: those of one ticket at one site."""
    groups: dict[tuple[str, str], list[Need]] = {}
    for need in needs:
        groups.setdefault((need.ticket_id, need.site_id), []).append(need)
    return list(groups.values())


def job_of(board: Board, needs: Sequence[Need]) -> Job:
    """One visit that serves all of these needs, which share ticket and site."""
    first = needs[0]
    assert first.place is not None
    deadlines = [need.deadline for need in needs if need.deadline]
    past: list[PastOrder] = [order for need in needs for order in board.past.get(need.need_id, ())]
    return Job(
        job_id=first.need_id,
        place=first.place,
        release=board.now,
        skills=frozenset[str]().union(*(need.skills for need in needs)),
        priority=min(need.priority for need in needs),
        weight=max(need.weight for need in needs),
        service_minutes=max(need.service_minutes for need in needs),
        deadline=min(deadlines, default=None),
        needs_generator=any(need.kind is NeedKind.GENERATOR for need in needs),
        region=first.region,
        zone=zone_of(first.time_zone),
        past=past,
    )


def candidates(board: Board, zone: tzinfo) -> list[Candidate]:
    """Everybody as a candidate for a job in that zone, by id."""
    if zone not in board.candidates:
        people = sorted(board.people.values(), key=lambda person: person.technician_id)
        board.candidates[zone] = [candidate_of(board, person, zone) for person in people]
    holds = {order.technician_id: order.work_order_id for order in board.open_orders()}
    known = board.candidates[zone]
    return [replace(one, holds=holds[one.technician_id]) if one.technician_id in holds else one for one in known]


def candidate_of(board: Board, person: Person, zone: tzinfo, holds: str = "") -> Candidate:
    """One person as a candidate: stands at his last position while it is fresh, else at home."""
    place, place_from = _place_of(board, person)
    problem = ""
    try:
        on_duty = duty(person.shift, zone, board.now)
    except ShiftError as error:
        on_duty, problem = (), str(error)
    return Candidate(
        technician_id=person.technician_id,
        name=person.name,
        place=place,
        place_from=place_from,
        duty=on_duty,
        shift_problem=problem,
        skills=person.skills,
        region=person.region,
        role=person.role,
        manager_id=person.manager_id,
        generators=person.generators,
        holds=holds,
    )


def _place_of(board: Board, person: Person) -> tuple[Place, str]:
    oldest = board.now - timedelta(minutes=board.policy.position_max_age_minutes)
    if person.position and person.position_at and person.position_at >= oldest:
        return person.position, "position"
    return person.home, "home"
