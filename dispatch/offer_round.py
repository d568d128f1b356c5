"""Visits that are decided together: who goes to which, what waits, and which order moves to somebody better placed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

import msgspec

from dispatch.board import Board
from dispatch.calls import asked_all, calls_for, trips_to_call
from dispatch.centre.switch import Switch
from dispatch.choice import explain
from dispatch.choice.assign import Choice, assign
from dispatch.crews import mates_for
from dispatch.generators.reserve import is_free
from dispatch.give import give
from dispatch.jobs import candidates
from dispatch.model import Candidate, Job, Trip
from dispatch.records import DISPATCH, Need, WaitingNeed, WorkOrder
from guywire.model import WorkOrderState

_NO_MATE = (
    "no_mate",
    "Nobody does this alone, and nobody is free to go along: an order goes out as soon as two are free.",
)


class OfferRound:
    """Decides on visits, by the id of their jobs; `again` are those to be decided with whoever is left.

    These are: what lost its lead to a crew of two, the needs one by one of a visit that nobody could make as a whole,
    what nobody was left for where a lead found no mate and is free again, and what its holder was taken off.

    `moving` are orders not under way yet, by the same ids: each stays where it is, unless its holder is worth more
    elsewhere or somebody else is worth more there by the policy's gain.
    """

    def __init__(
        self,
        board: Board,
        switch: Switch,
        visits: Mapping[str, Sequence[Need]],
        moving: Mapping[str, WorkOrder] | None = None,
    ) -> None:
        self._board, self._switch, self._visits = board, switch, visits
        self._moving = dict(moving or {})
        self._by_holder = {order.technician_id: key for key, order in self._moving.items()}
        self._taken: set[str] = set()
        self._lead_is_left = False
        self.again: dict[str, Sequence[Need]] = {}

    def decide(self) -> list[Choice]:
        """Gives what can be given, says why the rest waits, and returns the choices that stand."""
        chosen = [(choice, people) for of_zone, people in self._by_zone() for choice in self._assign(of_zone, people)]
        chosen.sort(key=lambda one: one[0].job.urgency)
        new = [(choice, people) for choice, people in chosen if choice.job.job_id not in self._moving]
        held = [(choice, people) for choice, people in chosen if choice.job.job_id in self._moving]
        made = [choice for choice, people in new if choice.trip and self._give(choice, choice.trip, people)]
        made += [choice for choice, people in held if self._move(choice, people)]
        return made + [choice for choice, people in new if choice.trip is None and self._wait(choice, people)]

    def _by_zone(self) -> Iterator[tuple[list[Job], list[Candidate]]]:
        """The jobs of each zone, as shifts are read in it, with whom to look at."""
        jobs: dict[tzinfo, list[Job]] = {}
        for key, needs in self._visits.items():
            job = self._switch.job_of(self._board, needs)
            holder = self._moving[key].technician_id if key in self._moving else ""
            jobs.setdefault(job.zone, []).append(replace(job, held_by=holder))
        # who is busy matters as a reason only, and only for what must be told now why it waits
        due = any(is_due(self._board, needs) for key, needs in self._visits.items() if key not in self._moving)
        for zone, of_zone in jobs.items():
            people = [self._let_go(one) for one in candidates(self._board, zone)]
            yield of_zone, [one for one in people if due or not one.holds]

    def _let_go(self, candidate: Candidate) -> Candidate:
        """Whoever holds nothing but an order that may move is free for another one."""
        return replace(candidate, holds="") if candidate.technician_id in self._by_holder else candidate

    def _assign(self, jobs: list[Job], people: list[Candidate]) -> list[Choice]:
        policy = msgspec.structs.replace(self._board.policy, widen=self._switch.widen)
        return assign(jobs, people, self._board.now, policy, self._board.road)

    def _give(self, choice: Choice, trip: Trip, people: Sequence[Candidate], instead_of: str = "") -> bool:
        """Gives the order, if its lead is still free and a mate is found where one is wanted."""
        board, needs, lead = self._board, self._visits[choice.job.job_id], trip.candidate.technician_id
        if lead in self._taken or (trip.fetch and not is_free(board, trip.fetch)):
            self.again[choice.job.job_id] = needs
            return False
        mates = mates_for(board, choice.job, people, self._taken | self._by_holder.keys() | {lead})
        if mates is None:
            self._lead_is_left = True
            for need in needs:
                board.wait(WaitingNeed(need.need_id, *_NO_MATE, board.now, _later(board), {}))
            return True
        if lead in self._by_holder:
            self._take_off(self._by_holder[lead], f"{_site(needs)} is more urgent")
        why = explain.explanation(choice, people, board.now, board.policy.explain_at_most)
        give(board, needs, trip, why, DISPATCH, mates=mates, instead_of=instead_of)
        self._taken |= {lead, *mates}
        return True

    def _move(self, choice: Choice, people: Sequence[Candidate]) -> bool:
        """Gives an order to whoever is better placed, or to somebody at all where its holder was taken off it."""
        key = choice.job.job_id
        order, is_off = self._moving[key], choice.job.held_by in self._taken
        trip = choice.trip if choice.trip and choice.trip.candidate.technician_id not in self._taken else None
        if trip and trip.candidate.technician_id != order.technician_id:
            if not is_off:
                self._take_off(key, f"{trip.candidate.name or trip.candidate.technician_id} is better placed")
            return self._give(choice, trip, people, instead_of=order.work_order_id)
        if is_off:
            self.again[key] = self._visits[key]
        else:
            self._taken.add(order.technician_id)
        return False

    def _take_off(self, key: str, reason: str) -> None:
        order = self._moving[key]
        if order.technician_id in self._by_holder:
            del self._by_holder[order.technician_id]
            self._board.end(replace(order, reason=reason), WorkOrderState.WITHDRAWN, DISPATCH, note=reason)

    def _wait(self, choice: Choice, people: Sequence[Candidate]) -> bool:
        """Says why nobody can be sent, or asks everybody who can come; False where it is decided once more."""
        board, needs = self._board, self._visits[choice.job.job_id]
        if len(needs) > 1 and not choice.awaited:
            self.again |= {need.need_id: [need] for need in needs}
        elif self._lead_is_left:
            self.again[choice.job.job_id] = needs
        elif is_due(board, needs):
            _wait_for_people(board, choice, needs, people)
        return choice.job.job_id not in self.again


def is_due(board: Board, needs: Sequence[Need]) -> bool:
    """Whether it must be decided now: one of them is new, or its time has come."""
    rows = [board.waiting.get(need.need_id) for need in needs]
    return any(row is None or row.next_try_at <= board.now for row in rows)


def _wait_for_people(board: Board, choice: Choice, needs: Sequence[Need], people: Sequence[Candidate]) -> None:
    calls = calls_for(board, needs)
    for trip in [] if calls or choice.awaited else trips_to_call(board, choice.job, needs):
        why = explain.asked(trip, board.now)
        calls.append(give(board, needs, trip, why, DISPATCH, note="who can come?", called=True))
    why = explain.explanation(choice, people, board.now, board.policy.explain_waiting_at_most)
    said = explain.waiting(choice.refused.values(), board.now, board.policy.retry_seconds)
    for need in needs:
        row = WaitingNeed(need.need_id, said.code, said.hint, board.now, said.next_try_at, why)
        board.wait(asked_all(board, need, calls) if calls else row)


def _later(board: Board) -> datetime:
    return board.now + timedelta(seconds=board.policy.retry_seconds)


def _site(needs: Sequence[Need]) -> str:
    return needs[0].site_name or needs[0].site_id
