"""How long a battery lasts: what is believed of it before, times what is measured in this discharge. Pure.

The unknown is the autonomy T: the hours that the full battery gives at the stated load. Before the discharge T is
lognormal about the stated hours, corrected by the site's earlier outages. What was taken out (coulomb counting, with
Peukert's law for the load) is a lower bound, and each measurement of what is left (voltage curve, voltage trend, the
device's own charge and time) weighs the possible remainders. So the interval narrows by itself as evidence comes in.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import erfc, exp, hypot, log, pi, sqrt
from statistics import NormalDist, fmean
from typing import NamedTuple

import msgspec

from alarm_correlation.battery_policy import BatteryPolicy

_NORMAL = NormalDist()
_SHARES = (0.5, 0.1, 0.9)
_POINTS = 48
_RANGE = 500.0
_LEAST_HOURS = 0.01
_MOST_HOURS = 14 * 24.0
SETTLED_HOURS = 1 / 6
"""Lead-acid dips and recovers in the first minutes of a discharge (coup de fouet), and falls from its float voltage."""

_STRAY_WEIGHT, _STRAY_WIDTH = 0.05, 4.0
"""One battery in twenty is nothing like its plan: a dead cell, a string that was taken out."""

_CHARGE_ERROR = 0.2
_RUNTIME_ERROR = 0.35
_TREND_ERROR, _DROP_ERROR = 0.45, 0.15
_VOLT_ERROR = 0.35
_CURVE_ERROR = 0.1
_PIN_ERROR = 0.03
_MOST_VAGUE, _VAGUE_TREND = 0.3, 0.16
"""A voltage that leaves the charge more open than this (a lithium plateau) says nothing, and its trend even sooner."""

_COLDEST, _WARMEST = 0.6, 1.0
_LEAST_CHARGE = 0.05
_BEYOND_BELIEF = 3


class Seen(NamedTuple):
    """A measured value, and how much had been taken out by then (hours at the stated load)."""

    value: float
    used: float


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured of a discharge up to now, `hours` after it began.

    `used`: hours at the stated load taken out by now; `rate`: such hours an hour. `load_known`: both rest on a measured
    load of which the stated value is known. `charge` is the device's, a share of 1, `charge_at_first` its first word;
    `runtime` hours at the present load; `volts` pairs (hours since it began, volts of a 48 V string) of the last while,
    `settled_volts` the highest once settled. `low_used`: what had been taken out when battery-low-voltage came.
    """

    hours: float
    used: float
    rate: float = 1.0
    load_known: bool = False
    load_kw: float | None = None
    volts: tuple[tuple[float, float], ...] = ()
    volts_used: float = 0.0
    settled_volts: float | None = None
    disconnect_volts: float | None = None
    charge: Seen | None = None
    charge_at_first: float = 1.0
    runtime: Seen | None = None
    temperature: float | None = None
    low_used: float | None = None


class Past(NamedTuple):
    """An earlier discharge: the share of the stated hours that the battery gave, `emptied` or at the least so much."""

    share: float
    emptied: bool
    years: float


class Left(NamedTuple):
    """Hours until the battery is empty, at the present load: the middle, and what nine of ten exceed and stay under."""

    expected: float
    earliest: float
    latest: float
    basis: str


class Belief(NamedTuple):
    """A lognormal belief about the autonomy: the mean and the standard deviation of the logarithm of hours."""

    mean: float
    spread: float


def belief(
    stated_hours: float, pasts: Sequence[Past], policy: BatteryPolicy, *, load_known: bool = False, warmth: float = 1.0
) -> Belief:
    """What is believed of a full battery. Each emptying counts as a measurement, the older the less sure.

    Where mains came back first the battery would have given more: its bound moves the belief up where it is higher, and
    hardly at all where it is not (the moments of a normal cut off below, as in expectation propagation).
    """
    mean, variance = log(policy.usual_share), policy.capacity_spread**2
    for past in pasts:
        noise = policy.outage_spread**2 + (policy.fade_per_year * past.years) ** 2
        if past.emptied:
            gain = variance / (variance + noise)
            mean, variance = mean + gain * (log(past.share) - mean), variance * (1 - gain)
        else:
            mean, variance = _bounded(mean, variance, log(past.share), noise)
    spread = sqrt(variance + (policy.outage_spread**2 if pasts else 0))
    return Belief(mean + log(stated_hours * warmth), spread if load_known else hypot(spread, policy.load_spread))


def _bounded(mean: float, variance: float, bound: float, noise: float) -> tuple[float, float]:
    width = sqrt(variance + noise)
    z = (mean - bound) / width
    if z < -6:
        return bound, variance
    pull = exp(-z * z / 2) / sqrt(2 * pi) / (0.5 * erfc(-z / sqrt(2)))
    return mean + variance / width * pull, variance * (1 - variance / width**2 * pull * (pull + z))


def warmth(temperature: float | None, policy: BatteryPolicy) -> float:
    """The share of its capacity at 25 °C that a battery gives at this temperature, in °C (IEEE 485, about)."""
    if temperature is None:
        return 1.0
    return min(_WARMEST, max(_COLDEST, 1 - policy.cold_share_per_degree * (25 - temperature)))


def left(
    stated_hours: float, charge: float, pasts: Sequence[Past], course: Course, policy: BatteryPolicy
) -> Left | None:
    """What is left of a battery that began with this share of its charge, `course.hours` ago.

    None when nothing is measured and it lasts beyond belief: then something else carries the site.
    """
    charge = max(_LEAST_CHARGE, min(charge, course.charge_at_first))
    warm = warmth(course.temperature, policy)
    believed = belief(stated_hours, pasts, policy, load_known=course.load_known, warmth=warm)
    evidence = _evidence(charge, course, policy)
    basis = _basis(evidence, course, believed, policy)
    lasts_too_long = course.used > charge * exp(believed.mean + _BEYOND_BELIEF * believed.spread)
    if lasts_too_long and not evidence and course.load_kw is None:
        return None
    if evidence or lasts_too_long:
        hours = _weighed(charge, course.used, believed, evidence)
    else:
        hours = _planned(charge, course.used, believed)
    expected, earliest, latest = (min(_MOST_HOURS, one / course.rate) for one in hours)
    return Left(expected, earliest, latest, basis)


class Evidence(NamedTuple):
    """A measurement of what is left. `kind`: charge (a share of the full battery), runtime (hours at the stated load)
    or pin (the charge was no more than this); `used`: what had been taken out by then."""

    kind: str
    value: float
    used: float
    error: float
    source: str


def _evidence(charge: float, course: Course, policy: BatteryPolicy) -> list[Evidence]:
    found = list(_voltage(charge, course, policy))
    if course.charge is not None:
        found.append(Evidence("charge", course.charge.value, course.charge.used, _CHARGE_ERROR, "load"))
    if course.runtime is not None:
        hours = max(_LEAST_HOURS, course.runtime.value * course.rate)
        found.append(Evidence("runtime", hours, course.runtime.used, _RUNTIME_ERROR, "load"))
    if course.low_used is not None:
        most, _, _ = charge_at(policy.low_volts, course, policy)
        found.append(Evidence("pin", most, course.low_used, _PIN_ERROR, "voltage"))
    return found


def charge_at(volts: float, course: Course, policy: BatteryPolicy) -> tuple[float, float, float]:
    """The charge that a voltage stands for, its error, and by how much it rises per volt.

    A string's own settled voltage says where its curve begins, within bounds: a heavy load presses all of it down, but
    a string that is far too low from the start is no heavy load.
    """
    bottom = course.disconnect_volts or policy.disconnect_volts
    settled = course.settled_volts
    curve = policy.curve_of(volts if settled is None else settled)
    top = curve.full_volts if settled is None else min(max(settled, curve.full_volts - 0.7), curve.full_volts + 0.7)
    charge, slope = curve.charge((volts - bottom) / (top - bottom))
    per_volt = slope / (top - bottom)
    return charge, hypot(_CURVE_ERROR, _VOLT_ERROR * per_volt), per_volt


def _voltage(charge: float, course: Course, policy: BatteryPolicy) -> list[Evidence]:
    settled = [one for one in course.volts if one[0] >= SETTLED_HOURS]
    if not settled:
        return []
    value, error, per_volt = charge_at(settled[-1][1], course, policy)
    if error > _MOST_VAGUE:
        return []
    found = [Evidence("charge", min(value, charge), course.volts_used, error, "voltage")]
    falling = -per_volt * _slope(settled)  # charge an hour
    if error < _VAGUE_TREND and 0.01 < value < 0.95 and falling > 0.01:
        vague = hypot(_TREND_ERROR, _DROP_ERROR / (1 - value))  # while little has gone, its speed is anybody's guess
        found.append(Evidence("runtime", value / falling * course.rate, course.volts_used, vague, "voltage"))
    return found


def _slope(points: Sequence[tuple[float, float]]) -> float:
    """Volts an hour of the line through the points (least squares); none where they are few or close together."""
    if len(points) < 3 or points[-1][0] - points[0][0] < 1 / 3:
        return 0.0
    at, volts = fmean(one[0] for one in points), fmean(one[1] for one in points)
    spread = sum((one[0] - at) ** 2 for one in points)
    return sum((one[0] - at) * (one[1] - volts) for one in points) / spread


def _basis(evidence: Sequence[Evidence], course: Course, believed: Belief, policy: BatteryPolicy) -> str:
    """The strongest thing that was used."""
    sources = {one.source for one in evidence if one.kind != "charge" or one.value < 0.9}
    if "voltage" in sources:
        return "voltage"
    if "load" in sources or course.load_known:
        return "load"
    alone = hypot(policy.capacity_spread, policy.load_spread)
    return "history" if believed.spread < 0.95 * alone else "stated"


def _planned(charge: float, used: float, believed: Belief) -> list[float]:
    """Middle, first and ninth decile of what is left, in hours at the stated load, knowing only how much was taken."""
    gone = _NORMAL.cdf((log(used / charge) - believed.mean) / believed.spread) if used > 0 else 0.0
    shares = [gone + share * (1 - gone) for share in _SHARES]
    return [charge * exp(believed.mean + believed.spread * _NORMAL.inv_cdf(share)) - used for share in shares]


def _weighed(charge: float, used: float, believed: Belief, evidence: Sequence[Evidence]) -> list[float]:
    """The same, knowing what was measured, too: Bayes' rule on a grid."""
    most = max(charge * exp(believed.mean + 4 * believed.spread) - used, 0.25 * used, 1.0)
    least = max(_LEAST_HOURS, most / _RANGE)
    step = log(most / least) / (_POINTS - 1)
    grid = [least * exp(place * step) for place in range(_POINTS)]
    logs = [_log_weight(hours, charge, used, believed, evidence) for hours in grid]
    peak = max(logs)
    return _quantiles(grid, [exp(one - peak) for one in logs], _SHARES)


def _log_weight(hours: float, charge: float, used: float, believed: Belief, evidence: Sequence[Evidence]) -> float:
    """Up to a constant, the logarithm of how probable it is that so much is left (a density over its logarithm)."""
    full = (hours + used) / charge
    z = (log(full) - believed.mean) / believed.spread
    stray = _STRAY_WEIGHT / _STRAY_WIDTH * exp(-((z / _STRAY_WIDTH) ** 2) / 2)
    weight = log((1 - _STRAY_WEIGHT) * exp(-z * z / 2) + stray + 1e-300) + log(hours / (hours + used))
    return weight + sum(_log_likelihood(one, hours + used - one.used, full) for one in evidence)


def _log_likelihood(one: Evidence, hours: float, full: float) -> float:
    """Student's t of three degrees: a measurement that contradicts all others is one that is wrong."""
    if one.kind == "runtime":
        off = log(max(hours, _LEAST_HOURS) / one.value)
    elif one.kind == "pin":
        off = max(0.0, hours / full - one.value)
        return -((off / one.error) ** 2) / 2
    else:
        off = hours / full - one.value
    return -2 * log(1 + (off / one.error) ** 2 / 3)


def _quantiles(grid: Sequence[float], weights: Sequence[float], shares: Sequence[float]) -> list[float]:
    """Where the weights up to there are these shares of all; between the points by the logarithm."""
    total, sums = 0.0, []
    for weight in weights:
        sums.append(total + weight / 2)
        total += weight
    found = []
    for share in shares:
        place = next((at for at, below in enumerate(sums) if below >= share * total), len(grid) - 1)
        if place == 0:
            found.append(grid[0])
            continue
        low, high = sums[place - 1], sums[place]
        part = (share * total - low) / (high - low) if high > low else 0.0
        found.append(grid[place - 1] * exp(log(grid[place] / grid[place - 1]) * min(1.0, max(0.0, part))))
    return found
