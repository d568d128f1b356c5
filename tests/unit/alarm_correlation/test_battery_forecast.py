"""How long a battery lasts: the forecast is never silly, and near what batteries of another make really do."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import exp, sin

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alarm_correlation.battery import Course, Left, Past, Seen, belief, charge_at, left
from alarm_correlation.policy import shipped_policy
from alarm_correlation.readings import Held, Reading, course_of, take_in

POLICY = shipped_policy().battery
START = datetime(2026, 11, 21, 8, tzinfo=UTC)


def foretold(stated: float, course: Course, charge: float = 1.0, *pasts: Past) -> Left:
    found = left(stated, charge, pasts, course, POLICY)
    assert found is not None
    return found


def test_with_nothing_but_the_stated_hours_these_are_expected_within_a_wide_interval() -> None:
    found = foretold(4, Course(hours=1, used=1))
    assert found.expected == pytest.approx(3, abs=0.001)
    assert found.earliest < 2 < 4 < found.latest
    assert found.basis == "stated"


def test_what_outlasts_its_plan_has_little_left_but_not_nothing() -> None:
    found = foretold(4, Course(hours=5, used=5))
    assert 0 < found.earliest < found.expected < 2


def test_what_lasts_beyond_belief_is_carried_by_something_else() -> None:
    assert left(4, 1, [], Course(hours=40, used=40), POLICY) is None


pasts = st.lists(st.builds(Past, st.floats(0.2, 2), st.booleans(), st.floats(0, 3)), max_size=8)
seen = st.none() | st.builds(Seen, st.floats(0, 1), st.just(0.0))
courses = st.builds(
    lambda hours, rate, volts, charge, minutes, low: Course(
        hours=hours,
        used=hours * rate,
        rate=rate,
        load_known=rate != 1,
        volts=tuple((hours * part, volt) for part, volt in zip((0.3, 0.5, 0.7, 1), sorted(volts)[::-1], strict=True)),
        volts_used=hours * rate,
        settled_volts=max(volts),
        charge=charge,
        runtime=Seen(minutes, 0.0) if minutes is not None else None,
        low_used=hours * rate * 0.9 if low else None,
    ),
    st.floats(0, 30),
    st.sampled_from([0.05, 0.5, 1.0, 2.0, 8.0]),
    st.lists(st.floats(40, 56), min_size=4, max_size=4),
    seen,
    st.none() | st.floats(0, 1000),
    st.booleans(),
)


@settings(deadline=None)
@given(st.floats(0.5, 48), st.floats(0, 1), courses, pasts)
def test_an_interval_is_in_order_and_in_the_future(
    stated: float, charge: float, course: Course, earlier: list[Past]
) -> None:
    found = left(stated, charge, earlier, course, POLICY)
    if found is not None:
        assert 0 < found.earliest <= found.expected <= found.latest <= 14 * 24


@settings(deadline=None)
@given(st.floats(1, 24), st.floats(0.3, 2), st.floats(1, 2), st.floats(0.1, 0.8))
def test_more_load_is_never_later(stated: float, load: float, more: float, share: float) -> None:
    def at(kilowatts: float) -> Left:
        held: Held = {}
        for minute in range(0, int(stated * share * 20), 5):
            take_in(held, reading(minute, "dc-output-power", kilowatts * 1000))
        until = START + timedelta(hours=stated * share / 3)
        return foretold(stated, course_of(held, START, until, None, 1.0, POLICY))

    heavy, light = at(load * more), at(load)
    assert heavy.expected <= light.expected * 1.001
    assert heavy.earliest <= light.earliest * 1.001


@given(st.floats(0.3, 1.5), st.integers(1, 8))
def test_history_pulls_to_what_the_battery_gave_and_narrows(share: float, times: int) -> None:
    alone, told = belief(8, [], POLICY), belief(8, [Past(share, True, 0.1)] * times, POLICY)
    full = exp(told.mean) / 8
    assert min(share, 1) - 1e-9 <= full <= max(share, 1) + 1e-9
    assert abs(full - share) <= abs(1 - share) + 1e-9
    assert told.spread < alone.spread


@given(st.floats(0.05, 3), st.floats(0.3, 3))
def test_mains_that_came_back_first_only_bounds_from_below(share: float, more: float) -> None:
    alone, told = belief(8, [], POLICY), belief(8, [Past(share, False, 0)], POLICY)
    assert told.mean >= alone.mean
    higher = belief(8, [Past(share + more, False, 0)], POLICY)
    assert higher.mean >= told.mean
    if share < 0.4:
        assert told.mean - alone.mean < 0.05


def test_what_was_long_ago_counts_less() -> None:
    new, old = (belief(8, [Past(0.5, True, years)], POLICY).mean for years in (0.1, 6))
    assert new < old < belief(8, [], POLICY).mean


def test_a_cold_battery_gives_less() -> None:
    warm, cold = (foretold(8, Course(hours=1, used=1, temperature=temperature)) for temperature in (25, -10))
    assert cold.expected < warm.expected * 0.85


def test_low_voltage_leaves_at_most_what_the_curve_says() -> None:
    most, _, _ = charge_at(POLICY.low_volts, Course(hours=3, used=3), POLICY)
    found = foretold(10, Course(hours=3, used=3, low_used=3))
    assert found.latest < 1.5 * most / (1 - most) * 3
    assert found.basis == "voltage"
    assert found.latest < foretold(10, Course(hours=3, used=3)).earliest


def test_a_voltage_that_falls_faster_than_planned_brings_the_forecast_forward() -> None:
    fine = tuple((hour, 49.6 - 0.2 * hour) for hour in (0.3, 0.5, 0.7, 0.9, 1.1))
    bad = tuple((hour, 49.6 - 2.0 * hour) for hour in (0.3, 0.5, 0.7, 0.9, 1.1))
    course = Course(hours=1.1, used=1.1, volts=fine, volts_used=1.1, settled_volts=49.5)
    planned, failing = foretold(8, course), foretold(8, msgspec.structs.replace(course, volts=bad))
    assert failing.expected < planned.expected / 3
    assert failing.latest < planned.expected
    assert failing.basis == "voltage"


def test_the_devices_own_estimate_counts() -> None:
    shorter = foretold(4, Course(hours=0.2, used=0.2, runtime=Seen(1.5, 0.2)))
    assert shorter.expected < 2.8
    assert shorter.basis == "load"
    contradicted = foretold(4, Course(hours=0.2, used=0.2, runtime=Seen(0.5, 0.2)))
    assert contradicted.earliest < 0.6
    half = foretold(4, Course(hours=0.1, used=0.1, charge=Seen(0.5, 0.1), charge_at_first=0.5))
    assert half.expected < 2.5


@settings(deadline=None)
@given(st.permutations(list(range(0, 600, 3))), st.integers(0, 199))
def test_what_is_kept_of_readings_does_not_depend_on_their_order_or_repeats(order: list[int], repeated: int) -> None:
    def kept(minutes: list[int]) -> Held:
        held: Held = {}
        for minute in minutes:
            take_in(held, reading(minute, "battery-voltage", 50 - minute / 300))
        return held

    assert kept([*order, *order[:repeated]]) == kept(sorted(order))
    (series,) = kept(order).values()
    assert len(series.points) <= 32
    assert series.points[-1][1] == 50 - 597 / 300


def test_several_strings_are_added_up_and_a_whole_is_not_added_to_its_parts() -> None:
    held: Held = {}
    for resource, qualifier, amps in (
        ("r1", "", -60),
        ("r1", "1", -30),
        ("r1", "2", -30),
        ("r2", "a", 10),
        ("r2", "b", 10),
    ):
        take_in(held, reading(5, "battery-current", amps, resource, qualifier))
    take_in(held, reading(5, "battery-voltage", 50))
    course = course_of(held, START, START + timedelta(hours=1), None, 4.0, POLICY)
    assert course.load_kw == pytest.approx(4.0)
    assert course.used == pytest.approx(1.0)


def test_a_heavier_load_takes_more_than_its_share() -> None:
    held: Held = {}
    for minute in (0, 30, 60):
        take_in(held, reading(minute, "dc-output-power", 4000))
    course = course_of(held, START, START + timedelta(hours=1), None, 2.0, POLICY)
    assert course.used == pytest.approx(2**POLICY.peukert)


def reading(minute: float, metric: str, value: float, resource: str = "r", qualifier: str = "") -> Reading:
    return Reading(START + timedelta(minutes=minute), "S", resource, metric, value, qualifier)


# batteries drawn from another model --------------------------------------------------------------------------------


def discharge(chance: random.Random) -> Iterator[tuple[float, float, Left]]:
    """One lead-acid discharge: share of the stated hours gone, hours left in truth, and the forecast, every 10 min.

    Its capacity, load, temperature, exponent, resistance, voltage and sensors differ from what the forecast assumes.
    """
    stated, kilowatts = chance.choice([3.0, 6.0, 10.0]), chance.uniform(1, 4)
    stated_amps = kilowatts * 1000 / 48
    cold = chance.uniform(0, 0.15)
    capacity = stated * stated_amps * exp(chance.gauss(-0.02, 0.25)) * (1 - cold)
    load, exponent, swing = exp(chance.gauss(0, 0.15)), chance.uniform(1.05, 1.25), chance.uniform(0, 0.15)
    offset, resistance = chance.gauss(0, 0.2), chance.uniform(0, 0.4) / stated_amps
    held: Held = {}
    told: list[tuple[float, Left]] = []
    taken = hours = 0.0
    while True:
        amps = stated_amps * load * (1 + swing * sin(hours / 4))
        taken += amps * (amps / stated_amps) ** (exponent - 1) / 6
        hours += 1 / 6
        volts = 50 - 3.2 * taken / capacity - 0.8 * exp(9 * (taken / capacity - 1))
        volts += offset - resistance * (amps - stated_amps)
        if volts < 46 or taken > capacity:
            break
        take_in(held, reading(hours * 60, "battery-voltage", volts + chance.gauss(0, 0.05)))
        take_in(held, reading(hours * 60, "battery-current", -amps * chance.gauss(1, 0.02)))
        take_in(held, reading(hours * 60, "battery-temperature", 25 - cold * 100 + chance.gauss(0, 3)))
        course = course_of(held, START, START + timedelta(hours=hours), None, kilowatts, POLICY)
        told.append((hours, foretold(stated, course)))
    yield from ((at / stated, hours - at, one) for at, one in told)


def test_four_of_five_discharges_end_in_their_interval_and_the_error_shrinks() -> None:
    chance = random.Random(20261121)
    told = [one for _ in range(150) for one in discharge(chance)]
    early = [(left_hours, one) for gone, left_hours, one in told if gone < 0.15]
    late = [(left_hours, one) for gone, left_hours, one in told if 0.5 < gone < 0.9]
    for some in (early, late):
        within = sum(one.earliest <= hours <= one.latest for hours, one in some) / len(some)
        assert 0.65 < within < 0.95
    assert _error(late) < 0.6 * _error(early)
    assert _width(late) < 0.6 * _width(early)


def _error(some: list[tuple[float, Left]]) -> float:
    return sum(abs(one.expected - hours) for hours, one in some) / len(some)


def _width(some: list[tuple[float, Left]]) -> float:
    return sum(one.latest - one.earliest for _, one in some) / len(some)
