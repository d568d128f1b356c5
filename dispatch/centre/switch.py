"""What an emergency switches in the choice: crews are pooled across areas, and other things come first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from dispatch import jobs
from dispatch.board import Board
from dispatch.centre.policy import EmergencyPolicy
from dispatch.model import Job, Place
from dispatch.records import Need, WorkOrder
from dispatch.travel import Nearest, estimate
from guywire.model import NeedKind, Role

_FIRST_CLASS = "A"  # hubs and VIPs


@dataclass(frozen=True, slots=True)
class Switch:
    """Visits that are chosen for together, how far people are sent for them, and what goes first among them."""

    visits: Sequence[Sequence[Need]]
    widen: tuple[str, ...]
    first: frozenset[str] = frozenset()
    """By the job's id: what an emergency puts first."""
    weight: float = 1.0
    pooled: bool = False

    def concerns(self, board: Board, order: WorkOrder) -> bool:
        """Whether an order that is given already belongs with these visits."""
        regions = (need.region for key in order.need_ids if (need := board.needs.get(key)))
        return any((board.centre.emergency_of(region) is not None) == self.pooled for region in regions)

    def job_of(self, board: Board, needs: Sequence[Need]) -> Job:
        job = jobs.job_of(board, needs)
        if needs[0].need_id not in self.first:
            return job
        return replace(job, priority=1, weight=job.weight * self.weight)


def switches(board: Board, visits: Sequence[Sequence[Need]]) -> list[Switch]:
    """The visits of regions in an emergency, with pooled crews; then all others, with whoever is left."""
    pooled = [needs for needs in visits if board.centre.emergency_of(needs[0].region)]
    ids = {needs[0].need_id for needs in pooled}
    usual = [needs for needs in visits if needs[0].need_id not in ids]
    both = (_emergency(board, pooled) if pooled else None, Switch(usual, board.policy.widen) if usual else None)
    return [switch for switch in both if switch]


def _emergency(board: Board, visits: Sequence[Sequence[Need]]) -> Switch:
    policy = board.centre.policy.emergency
    far = _Far(board, policy)
    first = frozenset(needs[0].need_id for needs in visits if _goes_first(board, needs, policy, far))
    return Switch(visits, policy.widen, first, policy.weight, pooled=True)


def _goes_first(board: Board, needs: Sequence[Need], policy: EmergencyPolicy, far: _Far) -> bool:
    """A hub or VIP, a battery that ends soon, or a place so far that whoever goes must set off now."""
    soon = board.now + timedelta(minutes=policy.battery_minutes)
    if any(need.site_class == _FIRST_CLASS or (need.deadline and need.deadline <= soon) for need in needs):
        return True
    powers = any(need.kind is NeedKind.GENERATOR for need in needs)
    place = needs[0].place
    return powers and place is not None and far.is_far(place)


class _Far:
    """Whether a place is far from every technician, as the crow flies times the detour."""

    def __init__(self, board: Board, policy: EmergencyPolicy) -> None:
        self._board, self._policy = board, policy
        people = [person for person in board.people.values() if person.role == Role.TECHNICIAN]
        self._places = [person.position or person.home for person in people]
        self._nearest = Nearest(self._places) if people else None

    def is_far(self, place: Place) -> bool:
        if self._nearest is None:
            return True
        leg = estimate(self._places[self._nearest.to(place)], place, "", self._board.policy)
        return leg.km > self._policy.far_km or leg.minutes > self._policy.far_minutes
