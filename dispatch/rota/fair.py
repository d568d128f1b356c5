"""Whether two could change duty with each other: each has what is given, is free for what is taken, and has rest."""

from __future__ import annotations

from datetime import timedelta, tzinfo

from dispatch.board import Board
from dispatch.model import Interval
from dispatch.records import Person
from dispatch.rota.intervals import covers, minus, overlap, spell_around
from dispatch.rota.model import Entry, Swap
from dispatch.shifts import ShiftError, zone_of
from dispatch.visits.people import known_person
from guywire.errors import conflict


def check_fair(board: Board, swap: Swap) -> None:
    """Raises `Refused` with what stands against the swap, as the rota is now."""
    entries = swap.entries(board.now, "")
    _check_side(board, swap.technician_id, swap.gives, swap.takes, entries)
    _check_side(board, swap.other_id, swap.takes, swap.gives, entries)


def _check_side(board: Board, person_id: str, gives: Interval, takes: Interval, entries: list[Entry]) -> None:
    person = known_person(board, person_id)
    zone = zone_of(board.rota.zones.get(person.region))
    name = person.name or person_id
    try:
        given, before = (board.rota.hours(person, zone, span.start) for span in (gives, takes))
        own = [one for one in entries if one.technician_id == person_id]
        after = board.rota.hours(person, zone, takes.start, own)
    except ShiftError as error:
        raise conflict("shift_unreadable", f"Nobody can tell when {name} works: {error}.") from None
    if not covers(given.duty, gives):
        raise conflict("not_on_duty", f"{name} is not on duty for all of {_said(gives, zone)}: name a stretch of duty.")
    if overlap(before.away, takes):
        raise conflict("away_then", f"{name} is away during {_said(takes, zone)}.")
    if overlap(minus(before.duty, [gives]), takes):
        raise conflict("on_duty_already", f"{name} is on duty during {_said(takes, zone)} already.")
    _check_rest(board, person, after.duty, takes, zone)


def _check_rest(board: Board, person: Person, duty: tuple[Interval, ...], takes: Interval, zone: tzinfo) -> None:
    policy = board.rota.policy.swaps
    worked = spell_around(duty, takes, timedelta(hours=policy.rest_hours))
    if worked > timedelta(hours=policy.most_hours):
        hours = worked / timedelta(hours=1)
        raise conflict(
            "too_little_rest",
            f"With {_said(takes, zone)}, {person.name or person.technician_id} would work {hours:g} h without"
            f" {policy.rest_hours} h of rest; {policy.most_hours} h are the most.",
        )


def _said(span: Interval, zone: tzinfo) -> str:
    start, end = (at.astimezone(zone) for at in span)
    ends = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%Y-%m-%d %H:%M}"
    return f"{start:%Y-%m-%d %H:%M} to {ends}"
