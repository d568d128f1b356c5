"""Reads a calendar (iCalendar, RFC 5545) as entries of the rota: bounded, repeated events followed, a bad one refused.

A calendar comes from anybody's program. So nothing that could run for long is followed: no more than policy's bytes and
entries, no events that come again within a day, none that began before this century.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

import recurring_ical_events  # type: ignore[import-untyped]
from icalendar import Calendar

from dispatch.rota.policy import CalendarPolicy
from guywire.commands.rota import RotaLine
from guywire.errors import Refused, invalid

_SEVERAL_A_DAY = ("BYHOUR", "BYMINUTE", "BYSECOND", "BYSETPOS")
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_ONCE = ("UID", "DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "STATUS", "SUMMARY", "ORGANIZER")  # RFC 5545, 3.6.1
_SINCE = date(2000, 1, 1)
_LONGEST = timedelta(days=366)
_LONGEST_INTERVAL = 1000
_MOST_REPEATED = 100
_SHOWN = 80
_MOST_TEXT = 500

Event = Any
"""A component of icalendar, whose properties may each be of thirty types."""


def read_calendar(
    text: bytes,
    since: datetime,
    policy: CalendarPolicy,
    zone_of_person: Callable[[str], tzinfo],
    technician: str = "",
    kind: str = "",
) -> tuple[RotaLine, ...]:
    """What the calendar means from `since` to as many days later as policy says, by start.

    The person is `technician`, or else the part before the @ of an event's organiser; `kind` is what an event means
    that does not say so itself. Days and times without a zone are read in the person's. Raises `Refused`, with the
    component that is wrong.
    """
    if len(text) > policy.most_bytes:
        raise invalid("calendar_too_large", f"The calendar has {len(text)} bytes; {policy.most_bytes} are the most.")
    calendar = _parsed(text)
    events = calendar.walk("VEVENT")
    if len(events) > policy.most_entries:
        raise invalid("too_many_entries", f"The calendar has {len(events)} events; {policy.most_entries} are the most.")
    if sum("RRULE" in event for event in events) > _MOST_REPEATED:
        raise invalid("too_many_entries", f"More than {_MOST_REPEATED} events repeat. Make several calendars of it.")
    for number, event in enumerate(events, 1):
        _check(event, f"event {number} ({_name(event)})")
    lines: list[RotaLine] = []
    for event in _occurrences(calendar, since, since + policy.horizon):
        if len(lines) == policy.most_entries:
            raise invalid("too_many_entries", f"The calendar means more than {policy.most_entries} entries.")
        if str(event.get("STATUS", "")).upper() != "CANCELLED":
            lines.append(_line(event, policy, zone_of_person, technician, kind))
    return tuple(sorted(lines, key=lambda line: (line.since, line.uid)))


def _parsed(text: bytes) -> Event:
    try:
        found = Calendar.from_ical(text.decode("utf-8-sig"))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise invalid("not_a_calendar", f"This is no calendar (RFC 5545): {_short(error)}. Export it anew.") from None
    if found.name != "VCALENDAR":
        raise invalid("not_a_calendar", f"This is a {found.name}, no VCALENDAR. Export the whole calendar.")
    return found


def _check(event: Event, where: str) -> None:
    """Refuses what cannot be read or could be followed for ever."""
    for name, trouble in event.errors:
        raise invalid("bad_event", f"{where}: {name} cannot be read: {_short(trouble)}.")
    for name in _ONCE:
        if isinstance(event.get(name), list):
            raise invalid("bad_event", f"{where}: it has several {name}.")
    _check_times(event, where)
    rules = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        known = {str(name).upper() for name in rule}
        if [str(one).upper() for one in rule.get("FREQ", [])] not in [[name] for name in _FREQUENCIES]:
            raise invalid("bad_event", f"{where}: only what repeats daily, weekly, monthly or yearly is followed.")
        if several := sorted(known & set(_SEVERAL_A_DAY)):
            raise invalid("bad_event", f"{where}: {several[0]} is not followed. Make several events of it.")
        if not all(0 < one <= _LONGEST_INTERVAL for one in rule.get("INTERVAL", [])):
            raise invalid("bad_event", f"{where}: its INTERVAL is not between 1 and {_LONGEST_INTERVAL}.")


def _check_times(event: Event, where: str) -> None:
    if "UID" not in event or "DTSTART" not in event:
        missing = "UID" if "UID" not in event else "DTSTART"
        raise invalid("bad_event", f"{where}: it has no {missing}.")
    for name in ("DTSTART", "DTEND", "RECURRENCE-ID"):
        if name in event and not isinstance(event[name].dt, date):  # but a time of no day, or a period
            raise invalid("bad_event", f"{where}: {name} is neither a day nor a moment.")
    if _day(event["DTSTART"].dt) < _SINCE:
        raise invalid("bad_event", f"{where}: it begins before {_SINCE.year}.")
    for lasts in _lengths(event):
        if lasts < timedelta(0):
            raise invalid("bad_event", f"{where}: it ends before it begins.")
        if lasts > _LONGEST:
            raise invalid("bad_event", f"{where}: it lasts for more than a year.")


def _lengths(event: Event) -> Iterator[timedelta]:
    """How long it lasts, as it says in either way."""
    if "DTEND" in event:
        yield _moment(event["DTEND"].dt, UTC) - _moment(event["DTSTART"].dt, UTC)
    if "DURATION" in event:
        yield event["DURATION"].dt


def _occurrences(calendar: Event, since: datetime, until: datetime) -> Iterator[Event]:
    """Each time that an event takes place, in order, one after the other."""
    try:
        query = recurring_ical_events.of(calendar, keep_recurrence_attributes=True)
        for event in query.after(since):
            if _moment(event["DTSTART"].dt, UTC) >= until:
                return
            yield event
    except Refused:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise invalid("bad_event", f"The calendar cannot be followed: {_short(error)}. Export it anew.") from None


def _line(
    event: Event, policy: CalendarPolicy, zone_of_person: Callable[[str], tzinfo], technician: str, kind: str
) -> RotaLine:
    where = f"event {_name(event)} of {_day(event['DTSTART'].dt).isoformat()}"
    person = technician or _organiser(event, where)
    zone = zone_of_person(person)
    return RotaLine(
        uid=_uid(event),
        technician=person,
        kind=_kind(event, policy) or kind or _unknown(where),
        since=_moment(event.start, zone),
        until=_moment(event.end, zone),
        note=str(event.get("SUMMARY", ""))[:_MOST_TEXT],
        where=where,
    )


def _uid(event: Event) -> str:
    """The same in every export: the event's own, and which of its times it is where it has several."""
    uid = str(event["UID"])[:_MOST_TEXT]
    again = event.get("RECURRENCE-ID")
    repeated = any(name in event for name in ("RRULE", "RDATE")) or getattr(again, "dt", None) != event["DTSTART"].dt
    return f"{uid} {again.dt.isoformat()}" if again is not None and repeated else uid


def _organiser(event: Event, where: str) -> str:
    address = str(event.get("ORGANIZER", ""))
    person = address.partition(":")[2].partition("@")[0] if ":" in address else address.partition("@")[0]
    if not person:
        raise invalid("no_organiser", f"{where}: it has no organiser. Name the technician whose calendar this is.")
    return person


def _kind(event: Event, policy: CalendarPolicy) -> str:
    """By the longest of policy's words that its categories or else its summary hold."""
    categories: Any = event.get("CATEGORIES", "")
    for said in (_text(categories), str(event.get("SUMMARY", ""))):
        held = [
            (len(word), kind) for kind, words in policy.words.items() for word in words if word.lower() in said.lower()
        ]
        if held:
            return max(held)[1]
    return ""


def _text(categories: Any) -> str:
    several = categories if isinstance(categories, list) else [categories]
    return ", ".join(str(one) for group in several for one in getattr(group, "cats", [group]))


def _unknown(where: str) -> str:
    raise invalid("kind_unknown", f"{where}: nothing says whether it is leave, stand-by or else. Name the kind of all.")


def _moment(at: date, zone: tzinfo) -> datetime:
    """A day's first moment, or the moment itself; without a zone in the person's."""
    if not isinstance(at, datetime):
        at = datetime(at.year, at.month, at.day)  # noqa: DTZ001 - its zone comes next
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


def _day(at: date) -> date:
    return at.date() if isinstance(at, datetime) else at


def _name(event: Event) -> str:
    return _short(event.get("SUMMARY") or event.get("UID") or "without a name")


def _short(text: object) -> str:
    words = " ".join(str(text).split())
    return words if len(words) <= _SHOWN else words[: _SHOWN - 1] + "…"
