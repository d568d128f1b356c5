"""A choice in words: why this one, why not each of the others, and what a job without anybody waits for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from dispatch.choose import Choice
from dispatch.model import Candidate, Refusal, Trip

_WAITS: dict[str, tuple[str, str]] = {
    "busy": ("all_busy", "Everybody who fits is busy: an order goes out as soon as one is free, or give it by hand."),
    "declined_lately": ("all_refused", "Everybody who fits has refused: call one of them and give it by hand."),
    "expired_lately": ("all_refused", "Nobody who fits has answered: call one of them and give it by hand."),
    "failed_lately": ("all_refused", "Whoever fits has failed there: see why before somebody is sent again."),
    "withdrawn_lately": ("all_refused", "Whoever fits was taken off it: give it by hand to send one of them."),
    "shift_ends": ("no_time_left", "Every shift ends before the work would: allow overtime or give it by hand."),
    "off_shift": ("nobody_on_shift", "Nobody who fits is on shift: call somebody in and give it by hand."),
    "shift_unreadable": ("nobody_on_shift", "The shift of whoever fits cannot be read: mend technicians.csv."),
    "no_generator": ("no_generator_left", "Nobody with the skills has a generator: bring one in from another area."),
    "lacks_skill": ("nobody_has_skill", "Nobody in reach has the skills: ask a contractor or another province."),
    "other_region": ("nobody_in_region", "No technician serves this region: check the regions in technicians.csv."),
    "not_a_technician": ("no_technicians", "There are no technicians: load technicians.csv."),
}
"""Who came closest says what is missing: the first of these that anybody was refused for."""


class Waiting(NamedTuple):
    """Why a job has nobody, what to do about it, and when it is looked at again."""

    code: str
    hint: str
    next_try_at: datetime


def waiting(refusals: Iterable[Refusal], now: datetime, retry_seconds: int) -> Waiting:
    """What a job waits for, from why each was refused. `next_try_at` is the earliest that one of them may fit."""
    refusals = list(refusals)
    codes = {refusal.code for refusal in refusals}
    code, hint = next((said for known, said in _WAITS.items() if known in codes), _WAITS["not_a_technician"])
    ends = [refusal.until for refusal in refusals if refusal.until and refusal.until > now]
    return Waiting(code, hint, min([now + timedelta(seconds=retry_seconds), *ends]))


def explanation(choice: Choice, candidates: Sequence[Candidate], at: datetime, at_most: int) -> dict[str, Any]:
    """`{"at", "why": {...} or null, "others": [{technician, name, code, words, values}], "more": {code: count}}`.

    Who could have gone stands first; when there are more than `at_most`, the rest is counted by code under `more`.
    """
    others = _farther(choice) | dict(choice.refused)
    names = {candidate.technician_id: candidate.name for candidate in candidates}
    listed = list(others.items())
    return {
        "at": at.isoformat(),
        "why": _why(choice.trip, choice) if choice.trip else None,
        "others": [_said(technician, names[technician], refusal) for technician, refusal in listed[:at_most]],
        "more": dict(Counter(refusal.code for _, refusal in listed[at_most:])),
    }


def by_hand(trip: Trip, actor: str, reason: str, although: Sequence[Refusal], at: datetime) -> dict[str, Any]:
    """The explanation of an order that a person gave: what dispatch would have said against it is kept."""
    words = f"given by {actor}" + (f": {reason}" if reason else "")
    why = {**_person(trip), "code": "by_hand", "words": words}
    return {
        "at": at.isoformat(),
        "why": {**why, "although": [{"code": refusal.code, "words": refusal.words} for refusal in although]},
        "others": [],
        "more": {},
    }


def _why(trip: Trip, choice: Choice) -> dict[str, Any]:
    count = len(choice.ranked)
    among = "the only one who fits" if count == 1 else f"the soonest of {count} who fit"
    words = f"{trip.leg.minutes:.0f} min away ({trip.leg.km:.1f} km from {trip.candidate.place_from}), {among}"
    return {**_person(trip), "code": "soonest", "words": words, "rank": 1, "of": count, "width": choice.width}


def _person(trip: Trip) -> dict[str, Any]:
    return {
        "technician": trip.candidate.technician_id,
        "name": trip.candidate.name,
        "minutes": round(trip.leg.minutes, 1),
        "km": round(trip.leg.km, 2),
        "from": trip.candidate.place_from,
    }


def _farther(choice: Choice) -> dict[str, Refusal]:
    """The others who could have gone, in the order of their drives."""
    if choice.trip is None:
        return {}
    best = choice.trip.leg.minutes
    return {trip.candidate.technician_id: _behind(trip.leg.minutes - best) for trip in choice.ranked[1:]}


def _behind(minutes: float) -> Refusal:
    if minutes < 0.5:
        return Refusal("as_near", "as near, but later by id")
    return Refusal("farther", f"{minutes:.0f} min farther", {"minutes": f"{minutes:.0f}"})


def _said(technician: str, name: str, refusal: Refusal) -> Mapping[str, Any]:
    values = dict(refusal.values)
    return {"technician": technician, "name": name, "code": refusal.code, "words": refusal.words, "values": values}
