"""Calendars in and out: a file becomes one command for dispatch, and a person's days become a file."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

from icalendar import Calendar, Event

from dispatch.rota.calendar_file import read_calendar
from dispatch.rota.policy import CalendarPolicy
from dispatch.shifts import zone_of
from guywire.commands.rota import ImportRota
from guywire.database import Connection
from guywire.errors import not_found

_ZONES = """
SELECT t.id, z.zone FROM views.technician t JOIN (
    SELECT r.region, core.zone_of(r.region) AS zone FROM (SELECT DISTINCT region FROM views.technician) r) z
USING (region)
"""
_TITLES = {"duty": "值班 On duty", "standby": "备班 Stand-by", "away": "请假 Away"}


class Whose(NamedTuple):
    """Whose calendar it is (none: each event's organiser's), and what events mean that do not say so.

    `source` names the calendar, so that its next version takes the place of this one; else the technician does.
    """

    technician: str = ""
    kind: str = ""
    source: str = ""


async def calendar_command(
    connection: Connection,
    text: bytes,
    now: datetime,
    policy: CalendarPolicy,
    whose: Whose,
    within: str = "",
) -> ImportRota:
    """The import that a calendar file means from now on; see `read_calendar`. Raises `Refused`."""
    rows = await (await connection.execute(_ZONES)).fetchall()
    zones: dict[str, tzinfo] = {row["id"]: zone_of(row["zone"]) for row in rows}
    if whose.technician and whose.technician not in zones:
        raise not_found("technician", whose.technician)

    def zone_of_person(person: str) -> tzinfo:
        return zones.get(person) or zone_of(None)

    lines = await asyncio.to_thread(read_calendar, text, now, policy, zone_of_person, whose.technician, whose.kind)
    until = now + policy.horizon
    source = whose.source or whose.technician or "organisers"
    return ImportRota(source=source, since=now, until=until, lines=lines, within=within)


def calendar_of(person: Mapping[str, Any], now: datetime) -> bytes:
    """The days of a person (an object of `duties`) as a calendar file, for a phone's own calendar."""
    calendar = Calendar()
    calendar.add("prodid", "-//Guywire//rota//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"Guywire {person['name'] or person['id']}")
    for name, title in _TITLES.items():
        for stretch in person[name]:
            event = Event()
            event.add("uid", f"{person['id']}-{name}-{stretch['since']:%Y%m%dT%H%M%SZ}@guywire")
            event.add("dtstamp", now)
            event.add("dtstart", stretch["since"])
            event.add("dtend", stretch["until"])
            event.add("summary", title)
            calendar.add_component(event)
    return bytes(calendar.to_ical())
