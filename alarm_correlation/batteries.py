"""The memory of batteries: what was read of each site's, what is foretold of it, and what its earlier outages gave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from alarm_correlation.readings import MAINS, Held, Key, Series, fetch_readings, take_in
from alarm_correlation.records import Alarm, Outage
from guywire.database import Connection


class Forecast(msgspec.Struct, frozen=True, gc=False):
    """When a battery is empty, between earliest and latest eight times of ten; what that rests on, and as of when."""

    expected: datetime
    earliest: datetime
    latest: datetime
    basis: str
    as_of: datetime


class Discharge(msgspec.Struct, kw_only=True, frozen=True, gc=False):
    """A time in which a site ran on its battery, remembered for the next one: until it was `emptied`, or mains came.

    `used_hours` are hours at the load for which `stated_hours` hold; charges are shares of the full battery.
    `over_at` is when something carried the site again, none while nothing does; `load_kw` none where none was measured.
    """

    site_id: str
    began_at: datetime
    ended_at: datetime
    emptied: bool
    used_hours: float
    stated_hours: float
    charge_before: float
    charge_left: float
    load_kw: float | None = None
    over_at: datetime | None = None


class Readings(msgspec.Struct, gc=False):
    """A series with its place, as it is saved."""

    site: str
    key: Key
    series: Series


@dataclass(slots=True)
class Batteries:
    """What is known of batteries, by site: readings, what is foretold, history, when to look again, when last read."""

    readings: dict[str, Held] = field(default_factory=dict)
    forecasts: dict[str, Forecast] = field(default_factory=dict)
    history: dict[str, tuple[Discharge, ...]] = field(default_factory=dict)
    due: dict[str, datetime] = field(default_factory=dict)
    read_at: dict[str, datetime] = field(default_factory=dict)

    @classmethod
    def restored(
        cls,
        readings: Iterable[Readings],
        history: Iterable[Discharge],
        outages: Iterable[Outage],
    ) -> Batteries:
        """`history` oldest first; what was foretold stands in the outages."""
        held: dict[str, Held] = defaultdict(dict)
        for one in readings:
            held[one.site][one.key] = one.series
        past: dict[str, list[Discharge]] = defaultdict(list)
        for discharge in history:
            past[discharge.site_id].append(discharge)
        told = {outage.site_id: forecast for outage in outages if (forecast := _told(outage)) is not None}
        return cls(dict(held), told, {site: tuple(discharges) for site, discharges in past.items()})

    def saved_readings(self) -> list[Readings]:
        return [Readings(site, key, held[key]) for site, held in sorted(self.readings.items()) for key in sorted(held)]

    def saved_history(self) -> list[Discharge]:
        return [discharge for _, discharges in sorted(self.history.items()) for discharge in discharges]


def _told(outage: Outage) -> Forecast | None:
    """What an outage says of its beginning; none where that has come, or has no interval."""
    expected, earliest, latest = outage.predicted_at, outage.predicted_earliest, outage.predicted_latest
    if expected is None or earliest is None or latest is None or outage.predicted_from is None:
        return None
    return Forecast(expected, earliest, latest, outage.prediction_basis, outage.predicted_from)


async def load_readings(connection: Connection, alarms: Iterable[Alarm], now: datetime) -> list[Readings]:
    """What was measured since mains failed at each site of which that is still in hand."""
    since: dict[str, datetime] = {}
    for alarm in alarms:
        if alarm.alarm_type == MAINS and alarm.site:
            since[alarm.site] = min(alarm.raised_at, since.get(alarm.site, alarm.raised_at))
    held: dict[str, Held] = defaultdict(dict)
    for reading in await fetch_readings(connection, since, now):
        take_in(held[reading.site], reading)
    return Batteries(dict(held)).saved_readings()
