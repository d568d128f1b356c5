"""Whom a level of the ladder is: the area managers of that part of the region tree, those on duty first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo

from dispatch.clocks.kinds import Level, region_at
from dispatch.records import Person
from dispatch.rota.state import Rota
from dispatch.shifts import ShiftError
from guywire.model import Role


def persons_for(
    people: Iterable[Person], level: Level, region: str, now: datetime, zone: tzinfo, rota: Rota
) -> list[Person]:
    """Who answers for a level where a region path lies, the first to be told in front, then who stands in.

    Those on duty; where nobody of the level is, all of them: at night somebody is woken, but not beside one on duty.
    In the place of who is away stands the deputy; where none was named, nobody.
    """
    everybody = list(people)
    path = region_at(region, level)
    found = sorted(
        (person for person in everybody if person.role == Role.AREA_MANAGER and person.region == path),
        key=lambda person: person.technician_id,
    )
    present = _present(found, everybody, now, rota)
    return [person for person in present if _on_duty(person, now, zone, rota)] or present


def _present(found: Sequence[Person], everybody: Iterable[Person], now: datetime, rota: Rota) -> list[Person]:
    away = [person for person in found if rota.is_away(person.technician_id, now)]
    if not away:
        return list(found)
    named = {rota.deputy_of(person.technician_id, now) for person in away}
    deputies = [one for one in everybody if one.technician_id in named and not rota.is_away(one.technician_id, now)]
    there = [person for person in found if person not in away]
    return there + sorted((one for one in deputies if one not in there), key=lambda one: one.technician_id)


def _on_duty(person: Person, now: datetime, zone: tzinfo, rota: Rota) -> bool:
    try:
        return any(start <= now < end for start, end in rota.hours(person, zone, now).duty)
    except ShiftError:
        return True  # better once too often than nobody
