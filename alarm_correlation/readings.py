"""What batteries show while mains is away: readings, thinned out as they grow old, and a discharge's course from them.

What is kept depends on the set of readings alone, not on how often or in which order they came: the newest of each
slot of time, in slots that widen, all at once, when a series has too many.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from statistics import fmean

import msgspec

from alarm_correlation.battery import SETTLED_HOURS, Course, Seen
from alarm_correlation.battery_policy import BatteryPolicy
from guywire.database import Connection

MAINS = "mains-failure"
METRICS = (
    "battery-voltage",
    "battery-current",
    "battery-charge",
    "battery-capacity",
    "battery-capacity-used",
    "battery-runtime",
    "battery-temperature",
    "dc-output-voltage",
    "dc-output-current",
    "dc-output-power",
    "disconnect-voltage",
)
"""What a forecast reads; units as in the collectors' vocabulary: V, A, %, Ah, Ah, min, °C, V, A, W, V."""

_SLOT = 300
"""Seconds; wider slots are this times a power of two, so that each is made of whole narrower ones."""

_MOST = 32
_TREND_POINTS = 8
_FIRST_HOURS = 0.5
"""A charge told so soon after the beginning is what the battery began with."""

_LEAST_KW = 0.01
_RATES = (0.05, 8.0)
"""Bounds of load over stated load: what is outside is a sensor that is wrong, or a sun that carries the site."""

_FETCH = """
SELECT w.site, v.resource, v.metric, v.qualifier, v.at, v.value
FROM unnest(%(sites)s::text[], %(since)s::timestamptz[]) AS w (site, since)
CROSS JOIN LATERAL (
    SELECT DISTINCT ON (s.resource, s.metric, s.qualifier, date_bin('5 minutes', s.at, 'epoch')) s.*
    FROM views.sample s
    WHERE s.site = w.site AND s.metric = ANY(%(metrics)s) AND s.at >= w.since AND s.at <= %(now)s
      AND s.value NOT IN ('NaN', 'Infinity', '-Infinity')
    ORDER BY s.resource, s.metric, s.qualifier, date_bin('5 minutes', s.at, 'epoch'), s.at DESC, s.value DESC
) v
"""
"""The newest reading of each slot (`_SLOT`) of each series of each site since its time."""

Key = tuple[str, str, str]
"""Metric, resource, qualifier."""


class Reading(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One measured value; `at` by the clock of whoever asked the device."""

    at: datetime
    site: str
    resource: str
    metric: str
    value: float
    qualifier: str = ""


class Series(msgspec.Struct, gc=False):
    """One sensor's readings by time: (second, value), each the newest of its slot of `width` seconds."""

    width: int = _SLOT
    points: list[tuple[int, float]] = []

    def take(self, second: int, value: float) -> bool:
        """Takes a reading in; false when a newer one of its slot is there."""
        slot = second // self.width
        place = bisect_right(self.points, slot, key=lambda point: point[0] // self.width)
        if place and self.points[place - 1][0] // self.width == slot:
            if self.points[place - 1] >= (second, value):
                return False
            self.points[place - 1] = (second, value)
            return True
        self.points.insert(place, (second, value))
        while len(self.points) > _MOST:
            self.width *= 2
            self.points = list({second // self.width: (second, value) for second, value in self.points}.values())
        return True

    def forget_before(self, second: int) -> None:
        self.points = [point for point in self.points if point[0] >= second]
        if not self.points:
            self.width = _SLOT


Held = dict[Key, Series]


def take_in(held: Held, reading: Reading) -> bool:
    """Puts a reading to its series; false when that changed nothing."""
    if reading.metric not in METRICS:
        return False
    key = (reading.metric, reading.resource, reading.qualifier)
    return held.setdefault(key, Series()).take(int(reading.at.timestamp()), reading.value)


def newest(held: Held) -> int:
    """The second of the newest reading, 0 where there is none."""
    return max((series.points[-1][0] for series in held.values() if series.points), default=0)


def course_of(
    held: Held, begins: datetime, until: datetime, low_at: datetime | None, load_kw: float | None, policy: BatteryPolicy
) -> Course:
    """What was measured of a discharge that begins then, up to `until`.

    `low_at` is when battery-low-voltage came, `load_kw` the load for which the site's hours are stated; where nobody
    knows it, it is the load with which this discharge began.
    """
    start, end = begins.timestamp(), until.timestamp()
    if not held:  # most sites are not read: what goes on at the stated load takes its time
        gone, low = max(0.0, (end - start) / 3600), low_at if low_at is not None and low_at <= until else None
        low_used = max(0.0, (low.timestamp() - start) / 3600) if low is not None else None
        return Course(hours=(end - start) / 3600, used=gone, low_used=low_used)
    columns = _Columns(held, start, end)
    loads = columns.load()
    used = _Used(loads, start, load_kw or (loads[0][1] if loads else 0.0), policy)
    volts = columns.string_volts()
    charge = columns.charge()
    runtime = columns.of("battery-runtime", min)
    settled = [one for one in volts if one[0] - start >= SETTLED_HOURS * 3600]
    return Course(
        hours=(end - start) / 3600,
        used=used.by(end),
        rate=used.rate,
        load_known=bool(loads and load_kw),
        load_kw=fmean(load for _, load in loads) if loads else None,
        volts=tuple(((at - start) / 3600, value) for at, value in volts[-_TREND_POINTS:]),
        volts_used=used.by(volts[-1][0]) if volts else 0.0,
        settled_volts=max((value for _, value in settled), default=None),
        disconnect_volts=columns.last_string_volts("disconnect-voltage"),
        charge=Seen(charge[-1][1], used.by(charge[-1][0])) if charge else None,
        charge_at_first=charge[0][1] if charge and charge[0][0] - start < _FIRST_HOURS * 3600 else 1.0,
        runtime=Seen(max(0.0, runtime[-1][1]) / 60, used.by(runtime[-1][0])) if runtime else None,
        temperature=columns.last("battery-temperature", fmean),
        low_used=used.by(low_at.timestamp()) if low_at is not None and low_at <= until else None,
    )


Points = list[tuple[float, float]]


class _Columns:
    """The readings of a stretch of time by metric, several sensors of one metric made one."""

    def __init__(self, held: Held, start: float, end: float) -> None:
        self._held = {key: [p for p in one.points if start <= p[0] <= end] for key, one in held.items()}

    def of(self, metric: str, how: Callable[[Sequence[float]], float]) -> Points:
        """At each time at which any sensor of the metric was read, what all of them together said last.

        Of a resource that tells both a whole (no qualifier) and its parts the whole counts.
        """
        keys = [key for key, points in self._held.items() if key[0] == metric and points]
        whole = {key[1] for key in keys if not key[2]}
        found = [self._held[key] for key in keys if not key[2] or key[1] not in whole]
        if len(found) == 1:
            return [(at, how([value])) for at, value in found[0]]
        return [(at, how(list(_as_of(found, at)))) for at in sorted({at for points in found for at, _ in points})]

    def last(self, metric: str, how: Callable[[Sequence[float]], float]) -> float | None:
        points = self.of(metric, how)
        return points[-1][1] if points else None

    def load(self) -> Points:
        """Load in kW: what the battery gives, or what the plant puts out."""
        for amps, volts in (("battery-current", "battery-voltage"), ("dc-output-current", "dc-output-voltage")):
            by_time, given = self.of(volts, fmean), self.of(amps, _sum_of_sizes)
            if by_time and given:
                return [(at, amps * next(_as_of([by_time], at), by_time[0][1]) / 1000) for at, amps in given]
            if volts == "battery-voltage" and (watts := self.of("dc-output-power", _sum_of_sizes)):
                return [(at, value / 1000) for at, value in watts]
        return []

    def charge(self) -> Points:
        """The device's own idea of what is left, as a share of 1: told as such, or in ampere-hours left and used."""
        if told := self.of("battery-charge", fmean):
            return [(at, min(1.0, max(0.0, value / 100))) for at, value in told]
        left, taken = self.of("battery-capacity", sum), self.of("battery-capacity-used", sum)
        pairs = [(at, value, next(_as_of([taken], at), 0.0)) for at, value in left] if taken else []
        return [(at, max(0.0, have) / (have + gone)) for at, have, gone in pairs if gone >= 0 and have + gone > 0]

    def string_volts(self) -> Points:
        """Volts of a 48 V string; those of a 24 V string are doubled, others say nothing here."""
        points = self.of("battery-voltage", fmean) or self.of("dc-output-voltage", fmean)
        return [(at, volts) for at, value in points if (volts := _of_48(value)) is not None]

    def last_string_volts(self, metric: str) -> float | None:
        value = self.last(metric, max)
        volts = _of_48(value) if value is not None else None
        return volts if volts is not None and 40 <= volts <= 50 else None


def _as_of(series: Iterable[Sequence[tuple[float, float]]], at: float) -> Iterator[float]:
    """What each of the series said last by then."""
    for points in series:
        if place := bisect_right(points, at, key=lambda point: point[0]):
            yield points[place - 1][1]


def _sum_of_sizes(values: Sequence[float]) -> float:
    return sum(abs(value) for value in values)  # makes differ in the sign of a discharge


def _of_48(volts: float) -> float | None:
    if 36 <= volts <= 60:
        return volts
    return 2 * volts if 18 <= volts <= 30 else None


class _Used:
    """Coulomb counting: hours at the stated load, by the load measured and Peukert's law, straight between readings."""

    def __init__(self, loads: Points, start: float, stated_kw: float, policy: BatteryPolicy) -> None:
        rates = [(at, _rate(load / max(stated_kw, _LEAST_KW), policy.peukert)) for at, load in loads]
        self.rate = rates[-1][1] if rates else 1.0
        first = rates[0][1] if rates else 1.0
        self._steps = [(start, 0.0, first)]  # when, how much until then, at which rate
        for at, rate in rates:
            before, used, last = self._steps[-1]
            self._steps.append((at, used + (at - before) / 3600 * (last + rate) / 2, rate))

    def by(self, at: float) -> float:
        """How much has been taken out by then."""
        place = max(1, bisect_right(self._steps, at, key=lambda step: step[0]))
        before, used, rate = self._steps[place - 1]
        following = self._steps[place][2] if place < len(self._steps) else rate
        return max(0.0, used + (at - before) / 3600 * (rate + following) / 2)


def _rate(load: float, peukert: float) -> float:
    return float(min(_RATES[1], max(_RATES[0], load)) ** peukert)


async def fetch_readings(connection: Connection, since: Mapping[str, datetime], now: datetime) -> tuple[Reading, ...]:
    """What was measured at these sites since their times, thinned as it is kept."""
    if not since:
        return ()
    values = {"sites": list(since), "since": list(since.values()), "metrics": list(METRICS), "now": now}
    rows = await (await connection.execute(_FETCH, values)).fetchall()
    return tuple(Reading(**row) for row in rows)
