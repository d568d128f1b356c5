"""The faults that cost most, told for whoever wants to know why: what happened, what was heard, what was made of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from benchmarks.correlation.scores import FaultScore, StormScore
from benchmarks.correlation.storm import Storm
from benchmarks.correlation.truth import Fault, Occurrence, RootName, right_names
from benchmarks.correlation.verdict import Group, Verdict

_MOST_LINES = 16


class Story(NamedTuple):
    """`cost` orders them: a wrong root, a missing or surplus ticket, and the shares of strays and guests."""

    cost: float
    text: str


def stories(storm: Storm, verdict: Verdict, score: StormScore, kind: str = "") -> list[Story]:
    """The faults of a storm that cost anything (of one kind, if named), the costliest first."""
    chosen = [one for one in score.faults if not kind or one.fault.kind == kind]
    found = [Story(cost(one), _tell(storm, verdict, one)) for one in chosen if cost(one) > 0]
    return sorted(found, key=lambda one: -one.cost)


def cost(one: FaultScore) -> float:
    missed = abs(one.tickets - int(one.deserves))
    return (not one.right) + missed + one.strays / one.heard + one.guests / (one.heard + one.guests)


def clock(seconds: float) -> str:
    """A time of the storm: 0:00:00 is its beginning."""
    whole = round(seconds)
    return f"{'-' if whole < 0 else ''}{abs(whole) // 3600}:{abs(whole) // 60 % 60:02}:{abs(whole) % 60:02}"


def _tell(storm: Storm, verdict: Verdict, one: FaultScore) -> str:
    return "\n".join(_paragraphs(storm, verdict, one))


def _paragraphs(storm: Storm, verdict: Verdict, one: FaultScore) -> Iterator[str]:
    fault, heard = one.fault, storm.truth.heard()
    own = [alarm for alarm in heard if alarm.fault == fault.number]
    right = ", ".join(_name(name) for name in right_names(fault, own)[:4])
    yield (
        f"### seed {storm.seed}, fault {fault.number}: {fault.kind} at {fault.place}, {clock(fault.start)} to "
        f"{clock(fault.end)} (root {one.root}, {one.heard} alarms heard)"
    )
    yield f"right roots: {right}"
    main = verdict.groups[one.group]
    yield (
        f"{'right' if one.right else 'WRONG'}: incident {main.name}, root {_name(main.root)}; tickets {one.tickets} "
        f"for {int(one.deserves)}; {one.strays} astray, {one.guests} of other faults in it"
    )
    if lost := [alarm for alarm in storm.truth.occurrences if alarm.fault == fault.number and not alarm.heard]:
        roots = [f"  {clock(alarm.start)} | never | {_what(alarm)}" for alarm in lost if alarm.is_root]
        yield f"never heard: {len(lost)}, of these roots: {len(roots)}"
        yield from _some(sorted(roots))
    group_of = {place: group for group in verdict.groups for place in group.alarms}
    places = sorted(range(len(heard)), key=lambda place: (heard[place].first_heard, heard[place].identity))
    mine = [place for place in places if heard[place].fault == fault.number]
    yield from _listed("astray", heard, [place for place in mine if group_of[place] is not main], group_of)
    yield from _listed("in its incident", heard, [place for place in mine if group_of[place] is main], group_of)
    guests = [place for place in places if place in main.alarms and heard[place].fault != fault.number]
    yield from _listed("of others in its incident", heard, guests, group_of, storm.truth.faults)


def _listed(
    title: str,
    heard: list[Occurrence],
    places: list[int],
    group_of: dict[int, Group],
    faults: dict[int, Fault] | None = None,
) -> Iterator[str]:
    """Alarms in the order in which they were heard; with `faults`, whose they are."""
    if not places:
        return
    yield f"{title}: {len(places)} (true time | said time, heard after | alarm | incident, its root | because)"
    lines = []
    for place in places:
        whose = f"  <- {_whose(faults[heard[place].fault])}" if faults else ""
        lines.append(_line(heard[place], group_of[place], place) + whose)
    yield from _some(lines)


def _line(alarm: Occurrence, group: Group, place: int) -> str:
    until = clock(alarm.end) if alarm.end is not None else "no clear"
    said = f"{clock(min(alarm.raises))}, {(alarm.first_heard or 0.0) - alarm.start:+.0f} s"
    because = (group.reasons or {}).get(place, "")
    name = f"{group.name} {_name(group.root)}"
    return f"  {clock(alarm.start)} to {until} | {said} | {_what(alarm)} | {name} | {because}"


def _what(alarm: Occurrence) -> str:
    site, resource, alarm_type, qualifier = alarm.identity
    return f"{site} {resource} {alarm_type}{' ' + qualifier if qualifier else ''}{' (root)' if alarm.is_root else ''}"


def _whose(fault: Fault) -> str:
    return f"fault {fault.number}, {fault.kind} at {fault.place}"


def _some(lines: list[str]) -> Iterator[str]:
    yield from lines[:_MOST_LINES]
    if len(lines) > _MOST_LINES:
        yield f"  ... and {len(lines) - _MOST_LINES} more"


def _name(name: RootName) -> str:
    return "/".join(part for part in name if part) or "?"
