"""From what is on the board to what the core decides on: needs become jobs, people become candidates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import Any

from dispatch.board import Board
from dispatch.generators.model import Machine, MachineState
from dispatch.model import Candidate, Job, PastOrder, Place
from dispatch.records import Need, Person, WorkOrder
from dispatch.rota.hours import Hours
from dispatch.rounds.hours import hours_of
from dispatch.shifts import ShiftError, zone_of
from dispatch.states import RECALLED
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
    skills = frozenset[str]().union(*(need.skills for need in needs), handed_over_skills(board, needs))
    return Job(
        job_id=first.need_id,
        place=first.place,
        release=board.now,
        skills=skills,
        priority=min(need.priority for need in needs),
        weight=max(need.weight for need in needs),
        service_minutes=max(need.service_minutes for need in needs),
        windows=hours_of(board, first),
        deadline=min(deadlines, default=None),
        needs_generator=any(need.kind is NeedKind.GENERATOR for need in needs),
        generator_kva=max((kva_wanted(board, need) for need in needs), default=0.0),
        crew_size=2 if skills & board.policy.two_person_skills else 1,
        region=first.region,
        zone=zone_of(first.time_zone),
        past=past,
    )


def kva_wanted(board: Board, need: Need) -> float:
    """The size of generator that a need takes; 0 for other needs."""
    if need.kind is not NeedKind.GENERATOR:
        return 0.0
    return board.generators.policy.kva_wanted(need.load_kw, need.tenants)


def handed_over_skills(board: Board, needs: Sequence[Need]) -> frozenset[str]:
    """What whoever failed there says that it takes; a skill that nobody has is read, but not waited for."""
    said = {
        skill
        for need in needs
        for handed in board.handed_over.get(need.need_id, ())
        for skill in handed.get("skills", ())
    }
    return frozenset(said & board.known_skills) if said else frozenset()


def candidates(board: Board, zone: tzinfo) -> list[Candidate]:
    """Everybody as a candidate for a job in that zone, by id; who is nearly through is free from then on."""
    if zone not in board.candidates:
        people = sorted(board.people.values(), key=lambda person: person.technician_id)
        board.candidates[zone] = [candidate_of(board, person, zone) for person in people]
    held = board.held_by()
    known = board.candidates[zone]
    return [occupied(board, one, held[one.technician_id]) if one.technician_id in held else one for one in known]


def occupied(board: Board, candidate: Candidate, held: Sequence[WorkOrder]) -> Candidate:
    """The candidate with the orders in hand: free again, there, when the only one is about to end; else busy."""
    through = through_at(board, held[0])
    looked_ahead = board.now + timedelta(minutes=board.policy.choice.look_ahead_minutes)
    if len(held) > 1 or through is None or through > looked_ahead:
        return replace(candidate, holds=held[0].work_order_id)
    place = place_of(board, held[0]) or candidate.place
    return replace(candidate, free_from=through, place=place, place_from=held[0].work_order_id)


def through_at(board: Board, order: WorkOrder) -> datetime | None:
    """When the work there should be over, as far as anybody can tell; None before he sets off."""
    arrived = order.on_site_at or (order.estimated_at or order.planned_arrival_at if order.en_route_at else None)
    if arrived is None:
        return None
    begins = arrived if order.on_site_at else max(arrived, board.now)
    needs = [need for need_id in order.need_ids if (need := board.needs.get(need_id))]
    minutes = max((need.service_minutes for need in needs), default=0.0)
    return max(begins + timedelta(minutes=minutes), board.now)


def place_of(board: Board, order: WorkOrder) -> Place | None:
    """Where the order's site is; None for a site that the inventory lacks."""
    return next((need.place for need_id in order.need_ids if (need := board.needs.get(need_id)) and need.place), None)


def candidate_of(board: Board, person: Person, zone: tzinfo, holds: str = "") -> Candidate:
    """One person as a candidate: stands at his last position while it is fresh, else at home."""
    place, place_from = _place_of(board, person)
    problem = ""
    try:
        hours = board.rota.hours(person, zone, board.now)
    except ShiftError as error:
        hours, problem = Hours(()), str(error)
    return Candidate(
        technician_id=person.technician_id,
        name=person.name,
        place=place,
        place_from=place_from,
        duty=hours.duty,
        standby=hours.standby,
        away=hours.away,
        shift_problem=problem,
        skills=person.skills,
        certificates=board.rota.certified_until(person, zone),
        region=person.region,
        role=person.role,
        manager_id=person.manager_id,
        **_generators(board, person),
        holds=holds,
    )


def _generators(board: Board, person: Person) -> dict[str, Any]:
    """What somebody has with him and could fetch. Who has machines on the list has no others."""
    generators = board.generators
    listed = generators.of_technician(person.technician_id)
    ready = [one for one in listed if one.state is MachineState.FREE or _may_move(board, one)]
    return {
        "generators": len(ready) if listed else person.generators,
        "generator_kva": max((one.kva for one in ready), default=0.0 if listed else person.generator_kva),
        "fetchable": generators.fetchable(person.region),
    }


def _may_move(board: Board, machine: Machine) -> bool:
    """Whether it is promised to an order that may still go to somebody else: what is under way stays at its site."""
    order = board.orders.get(machine.work_order_id)
    return machine.state is MachineState.RESERVED and order is not None and order.state in RECALLED


def _place_of(board: Board, person: Person) -> tuple[Place, str]:
    oldest = board.now - timedelta(minutes=board.policy.position_max_age_minutes)
    if person.position and person.position_at and person.position_at >= oldest:
        return person.position, "position"
    return person.home, "home"
