"""Whether an alarm is heard: what of windows, shelves and its own shelving silences it, and since when it speaks.

Only the notification is silent: alarms, incidents and outages are what they are. Whether an alarm asks for a person is
read off the windows themselves (`asks_at`), so that no order of events and no restart changes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from alarm_correlation import silences
from alarm_correlation.policy import speaks_at
from alarm_correlation.records import Alarm, Silence
from alarm_correlation.silences import EVERYWHERE, FOREVER
from alarm_correlation.state import State


class Quiet(NamedTuple):
    """Why an alarm does not speak, and until when as far as that is known."""

    by: str = ""
    until: datetime | None = None


SPEAKS = Quiet()
DELAY = "delay"


def asks_at(state: State, alarm: Alarm, hold: timedelta) -> datetime | None:
    """When it asks for a person, having stood unsilenced for its raise delay and `hold` on end; none if it does not.

    Counted from when it was first heard, or anew from the end of what silenced it.
    """
    if _is_shelved(alarm, state.now):
        return None
    told, delay = alarm.occurrence, state.rules.policy.raise_delay(alarm.alarm_type)
    lasts = max(hold, delay)
    counted = msgspec.structs.replace(told, raised_at=told.stands_since) if delay else told
    begin = silences.spoken_from(matching(state, alarm), counted, lasts, state.now)
    if begin is None:
        return None
    return (told.received_at if begin == told.raised_at else max(begin, told.received_at)) + lasts


def silenced(state: State, alarm: Alarm) -> Quiet:
    """By its own shelving, a shelf, a window or its raise delay, in this order; of one that is clear, as it cleared."""
    at = alarm.cleared_at or state.now
    if _is_shelved(alarm, state.now):
        return Quiet("shelved", alarm.shelved_until if alarm.stands else None)
    for silence in silences.in_order(matching(state, alarm)) if state.silences else ():
        if (stretch := silences.held_at(silence, at)) is not None:
            known = alarm.stands and stretch.end != FOREVER
            return Quiet(f"{silence.kind}:{silence.silence_id}", stretch.end if known else None)
    if (begins := speaks_at(alarm, state.rules.policy)) > at:
        return Quiet(DELAY, begins if alarm.stands else None)
    return SPEAKS


def _is_shelved(alarm: Alarm, now: datetime) -> bool:
    """Its state, not its history: what was shelved when it cleared stays so, what no longer is leaves no trace."""
    return alarm.shelved_until is not None and alarm.shelved_until > (alarm.cleared_at or now)


def matching(state: State, alarm: Alarm) -> list[Silence]:
    """The silences that mean this alarm, those that are over too; in no order."""
    if not state.silences:
        return []
    region = region_of(state, alarm.site)
    found = {key for heading in silences.headings_of(alarm.site, region) for key in state.silences_of.get(heading, ())}
    held = (state.silences[key] for key in found)
    return [silence for silence in held if silences.matches(silence, alarm.identity, region)]


def meant(state: State, silence: Silence) -> Iterator[Alarm]:
    """The alarms that a silence means, clear ones too: by its sites, else by going through what there is once."""
    for alarm in _in_place(state, silence):
        if silences.matches(silence, alarm.identity, region_of(state, alarm.site)):
            yield alarm


def _in_place(state: State, silence: Silence) -> Iterable[Alarm]:
    if EVERYWHERE in silences.headings(silence):
        return state.alarms.values()
    sites = {
        site for site in state.at_site if any(silences.is_below(region_of(state, site), one) for one in silence.regions)
    }
    return (
        state.alarms[alarm_id]
        for site in sites.union(silence.sites) & state.at_site.keys()
        for ids in state.at_site[site].values()
        for alarm_id in ids
    )


def region_of(state: State, site_id: str) -> str:
    site = state.rules.topology.site(site_id)
    return site.region if site else ""
