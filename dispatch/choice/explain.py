"""A choice in words: why this one, why not each of the others, and what a job without anybody waits for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from dispatch.choice.assign import Choice
from dispatch.model import Candidate, Job, Refusal, Trip

_WAITS: dict[str, tuple[str, str]] = {
    "awaited": ("awaited", "Somebody will be through soon and is there first then: the order goes out at that moment."),
    "goes_elsewhere": (
        "all_busy",
        "Whoever fits goes to what is worth more: an order goes out as soon as one is free.",
    ),
    "busy": ("all_busy", "Everybody who fits is busy: an order goes out as soon as one is free, or give it by hand."),
    "no_coverage_lately": ("no_coverage", "Whoever fits may have no coverage: call by voice and give it by hand."),
    "declined_lately": ("all_refused", "Everybody who fits has refused: call one of them and give it by hand."),
    "expired_lately": ("all_refused", "Nobody who fits has answered: call one of them and give it by hand."),
    "failed_lately": ("all_refused", "Whoever fits has failed there: see why before somebody is sent again."),
    "withdrawn_lately": ("all_refused", "Whoever fits was taken off it: give it by hand to send one of them."),
    "shift_ends": ("no_time_left", "Every shift ends before the work would: allow overtime or give it by hand."),
    "off_shift": ("nobody_on_shift", "Nobody who fits is on shift: call somebody in and give it by hand."),
    "away": ("nobody_on_shift", "Whoever fits is away: call somebody else in and give it by hand."),
    "shift_unreadable": ("nobody_on_shift", "The shift of whoever fits cannot be read: mend technicians.csv."),
    "works_in_break": ("on_break", "Whoever fits has a break: an order goes out after it, or give it by hand."),
    "access_closed": ("access_closed", "The site cannot be entered yet: an order goes out in time for when it opens."),
    "no_open_window": ("no_access", "No hours of access are left: arrange others with the landlord."),
    "generator_too_small": (
        "no_generator_left",
        "No generator in reach is large enough: bring one in from another area.",
    ),
    "no_generator": ("no_generator_left", "Nobody with the skills has a generator: bring one in from another area."),
    "certificate_expired": ("nobody_certified", "Whoever fits has a certificate that has run out: renew it."),
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
    """Why this one, why not the others, and who waits for it.

    `{"at", "why": {...} or null, "others": [{technician, name, code, words, values}], "more": {code: count},
    "waits": [{job, deadline}]}`. Who could have gone stands first; when there are more than `at_most`, the rest is
    counted by code under `more`. `waits` names jobs that have nobody and that whoever goes could have served.
    """
    others = _could_have_gone(choice) | dict(choice.refused)
    names = {candidate.technician_id: candidate.name for candidate in candidates}
    listed = list(others.items())
    more = Counter(refusal.code for _, refusal in listed[at_most:])
    if choice.trip:
        more["farther"] += choice.fitting - len(choice.ranked)  # those too far down to be measured
    return {
        "at": at.isoformat(),
        "why": _why(choice.trip, choice) if choice.trip else None,
        "others": [_said(technician, names[technician], refusal) for technician, refusal in listed[:at_most]],
        "more": {code: count for code, count in more.items() if count > 0},
        "waits": [_waits(job) for job in choice.waits_for_it] if choice.trip else [],
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


def asked(trip: Trip, at: datetime) -> dict[str, Any]:
    """The explanation of an order that is one of many: whoever accepts first gets it."""
    words = f"asked who can come: {_distance(trip)}"
    return {"at": at.isoformat(), "why": {**_person(trip), "code": "asked", "words": words}, "others": [], "more": {}}


def _why(trip: Trip, choice: Choice) -> dict[str, Any]:
    rank = 1 + next(at for at, one in enumerate(choice.ranked) if one is trip)
    said = {**_person(trip), "rank": rank, "of": choice.fitting, "width": choice.width}
    if rank > 1:
        among = f"the best of {choice.fitting} who fit, with what else they are wanted for"
        return {**said, "code": "best_together", "words": f"{_distance(trip)}, {among}"}
    among = "the only one who fits" if choice.fitting == 1 else f"the soonest of {choice.fitting} who fit"
    return {**said, "code": "soonest", "words": f"{_distance(trip)}, {among}"}


def _waits(job: Job) -> dict[str, Any]:
    return {"job": job.job_id, "deadline": job.deadline.isoformat() if job.deadline else None}


def _person(trip: Trip) -> dict[str, Any]:
    return {
        "technician": trip.candidate.technician_id,
        "name": trip.candidate.name,
        "minutes": round(trip.leg.minutes, 1),
        "km": round(trip.leg.km, 2),
        "from": trip.candidate.place_from,
        **({"fetches": trip.fetch.generator_id, "depot": trip.fetch.depot_id} if trip.fetch else {}),
    }


def _distance(trip: Trip) -> str:
    return f"{trip.leg.minutes:.0f} min away ({trip.leg.km:.1f} km from {trip.candidate.place_from})"


def _could_have_gone(choice: Choice) -> dict[str, Refusal]:
    """The others who could have gone, in the order of their arrival."""
    if choice.trip is None:
        return {}
    return {
        trip.candidate.technician_id: _not_sent(choice, choice.trip, trip)
        for trip in choice.ranked
        if trip is not choice.trip
    }


def _not_sent(choice: Choice, sent: Trip, other: Trip) -> Refusal:
    minutes = (other.leave - sent.leave) / timedelta(minutes=1) + other.leg.minutes - sent.leg.minutes
    instead = choice.instead(other)
    if instead is None:
        return _behind(minutes)
    where = f"{abs(minutes):.0f} min {'farther' if minutes > 0 else 'nearer'}, but goes to {instead.job.job_id}"
    values = {"minutes": f"{minutes:.0f}", "job": instead.job.job_id, "longer": f"{max(0, instead.minutes):.0f}"}
    if instead.misses_deadline:
        return Refusal("goes_elsewhere", f"{where}, which would miss its deadline without him", values)
    if instead.minutes >= 0.5:
        return Refusal("goes_elsewhere", f"{where}, which would wait {instead.minutes:.0f} min longer", values)
    return Refusal("goes_elsewhere", where, values)


def _behind(minutes: float) -> Refusal:
    if minutes < 0.5:
        return Refusal("as_near", "as near, but later by id")
    return Refusal("farther", f"{minutes:.0f} min farther", {"minutes": f"{minutes:.0f}"})


def _said(technician: str, name: str, refusal: Refusal) -> Mapping[str, Any]:
    values = dict(refusal.values)
    return {"technician": technician, "name": name, "code": refusal.code, "words": refusal.words, "values": values}
