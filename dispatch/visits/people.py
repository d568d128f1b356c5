"""Who is near whom: managers, team mates and experts, for questions and calls for help."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from dispatch.board import Board
from dispatch.jobs import candidate_of
from dispatch.model import Place
from dispatch.records import Person, WorkOrder
from dispatch.shifts import zone_of
from dispatch.states import UNDER_WAY
from dispatch.travel import crow_km
from guywire.errors import not_found
from guywire.model import Role, is_below


def known_person(board: Board, person_id: str) -> Person:
    """The person of the inventory. Raises `Refused`."""
    person = board.people.get(person_id)
    if person is None:
        raise not_found("technician", person_id)
    return person


def managers_of(board: Board, person: Person) -> set[str]:
    """The person's own manager; without one in the inventory, the area managers of the smallest region around."""
    if person.manager_id in board.people:
        return {person.manager_id}
    around = [
        one for one in board.people.values() if one.role == Role.AREA_MANAGER and is_below(person.region, one.region)
    ]
    closest = max((len(one.region) for one in around), default=0)
    return {one.technician_id for one in around if len(one.region) == closest} - {person.technician_id}


def mates_near(board: Board, place: Place, but: str) -> list[str]:
    """Who is on duty within policy's kilometres of the place, by a position that is fresh enough; the nearest first."""
    policy = board.visits.policy.sos
    oldest = board.now - timedelta(minutes=policy.position_minutes)
    near = [
        (crow_km(place, one.position), one.technician_id)
        for one in board.people.values()
        if one.technician_id != but and one.position and one.position_at and one.position_at >= oldest
    ]
    on_duty = [mate for km, mate in sorted(near) if km <= policy.mates_km and is_on_duty(board, board.people[mate])]
    return on_duty[: policy.mates_at_most]


def experts_for(board: Board, skills: frozenset[str], near: str, but: Iterable[str]) -> tuple[str, ...]:
    """Who may know: whoever has a skill that policy counts for one of these, the nearest to the region first; then the
    area managers. Nobody of `but`."""
    policy = board.visits.policy.questions
    wanted = frozenset[str]().union(*(policy.expert_skills.get(skill, {skill}) for skill in skills))
    others = [one for one in board.people.values() if one.technician_id not in set(but)]
    known = [one for one in others if one.role == Role.TECHNICIAN and one.skills & wanted]
    managers = [one for one in others if one.role == Role.AREA_MANAGER and is_below(near, one.region)]
    ranked = sorted(known, key=lambda one: (-_shared(one.region, near), not is_on_duty(board, one), one.technician_id))[
        : policy.experts_at_most
    ]
    return tuple(one.technician_id for one in [*ranked, *sorted(managers, key=lambda one: -len(one.region))])


def is_on_duty(board: Board, person: Person, at: datetime | None = None) -> bool:
    """Whether the shift says so; one that cannot be read says no."""
    zone = zone_of(board.visits.zones.get(person.region))
    return candidate_of(board, person, zone).duty_at(at or board.now) is not None


def order_in_hand(board: Board, person_id: str) -> WorkOrder | None:
    """The order on which the person is, the one furthest on."""
    own = [order for order in board.open_orders() if person_id in order.crew and not order.is_call]
    return max(own, key=lambda order: (order.state in UNDER_WAY, order.last_at), default=None)


def _shared(one: str, other: str) -> int:
    """How many steps of their paths two regions share."""
    steps = list(zip(one.split("/"), other.split("/"), strict=False))
    return next((count for count, (left, right) in enumerate(steps) if left != right), len(steps))
