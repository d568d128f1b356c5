"""Stand-by: what is urgent and nobody on duty fits for goes to whoever is on call, with more time to answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta, tzinfo

from dispatch.board import Board
from dispatch.calls import is_called
from dispatch.choice import explain
from dispatch.choice.assign import Choice, assign
from dispatch.crews import mates_for
from dispatch.give import give
from dispatch.jobs import candidates, groups, job_of
from dispatch.model import Candidate, Trip
from dispatch.records import DISPATCH, Need
from dispatch.rota.intervals import joined

_NOT_FOR_STANDBY = frozenset({"awaited", "in_hand", "paused", "site_unknown", "asked_all"})
"""Why a need waits for something else than people on duty."""
_WORDS = "on stand-by: nobody on duty fits"


def call_standby(board: Board) -> list[Choice]:
    """Offers what has just been found to fit nobody on duty; returns the choices made."""
    waiting = [board.needs[need_id] for need_id in sorted(board.waiting_changed) if _is_urgent(board, need_id)]
    visits = {needs[0].need_id: needs for needs in groups(waiting) if not is_called(board, needs)}
    zones: dict[tzinfo, list[Sequence[Need]]] = {}
    for needs in visits.values():
        zones.setdefault(job_of(board, needs).zone, []).append(needs)
    return [choice for zone, of_zone in zones.items() for choice in _call(board, zone, of_zone)]


def _call(board: Board, zone: tzinfo, visits: Sequence[Sequence[Need]]) -> list[Choice]:
    people = [_on_call(board, one) for one in candidates(board, zone) if not one.holds]
    if not any(one.standby for one in people):
        return []
    by_job = {needs[0].need_id: needs for needs in visits}
    jobs = [job_of(board, needs) for needs in visits]
    taken: set[str] = set()
    made = [
        choice
        for choice in assign(jobs, people, board.now, board.policy)
        if choice.trip and _give(board, choice, choice.trip, by_job[choice.job.job_id], people, taken)
    ]
    one_by_one = [[need] for needs in visits if len(needs) > 1 and not _is_held(board, needs) for need in needs]
    return made + (_call(board, zone, one_by_one) if one_by_one else [])


def _give(
    board: Board, choice: Choice, trip: Trip, needs: Sequence[Need], people: Sequence[Candidate], taken: set[str]
) -> bool:
    """Gives the order, if its lead is still free and a mate is found where one is wanted."""
    lead = trip.candidate.technician_id
    mates = mates_for(board, choice.job, people, taken | {lead}) if lead not in taken else None
    if mates is None:
        return False
    why = explain.explanation(choice, people, board.now, board.policy.explain_at_most)
    taken |= {lead, *mates}
    if not trip.candidate.standby:  # who is on duty lacked a mate, who is on call
        give(board, needs, trip, why, DISPATCH, mates=mates)
        return True
    why["why"] = {**why["why"], "standby": True, "words": f"{_WORDS}; {why['why']['words']}"}
    order = give(board, needs, trip, why, DISPATCH, note=_WORDS, mates=mates)
    answer_by = board.now + timedelta(minutes=board.rota.policy.standby.answer_minutes)
    board.revise(replace(order, offer_expires_at=answer_by))
    return True


def _is_held(board: Board, needs: Sequence[Need]) -> bool:
    return board.holder_of(needs[0].need_id) is not None


def _is_urgent(board: Board, need_id: str) -> bool:
    """Whether it waits for people, and is urgent enough to ring somebody at home."""
    row, need = board.waiting.get(need_id), board.needs.get(need_id)
    if row is None or need is None or need.place is None or row.code in _NOT_FOR_STANDBY:
        return False
    return need.priority <= board.rota.policy.standby.priority and board.holder_of(need_id) is None


def _on_call(board: Board, one: Candidate) -> Candidate:
    """Who is on call now, as if on duty while that lasts."""
    on_call = any(stretch.start <= board.now < stretch.end for stretch in one.standby)
    return replace(one, duty=joined((*one.duty, *one.standby))) if on_call else replace(one, standby=())
