"""Sensors of a profile: what is asked for, and what the answers mean."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.profile.compile import Profile, parse
from collectors.profile.sensor import Health, Reading, Value
from collectors.profile.sensors import (
    Wanted,
    readings,
    wanted,
    wanted_tables,
)
from guywire.model import Severity
from tests.unit.collectors.a_vendor import EVERY_NAME, HEAD

VOLTS, LIMIT = "1.3.6.1.4.1.5.1.0", "1.3.6.1.4.1.5.2.0"
STATE, TITLE, LEVEL, UNIT, DIGITS = (f"1.3.6.1.4.1.5.3.1.{column}" for column in range(1, 6))


def _profile(text: str) -> Profile:
    return parse(HEAD + EVERY_NAME + text, "vendor.toml")


def _read(text: str, values: Mapping[str, Value]) -> list[Reading]:
    return readings(_profile("[[sensors]]\n" + text), values)


def _one(text: str, values: Mapping[str, Value]) -> Reading:
    (reading,) = _read(text, values)
    return reading


SCALAR = 'metric = "dc-output-voltage"\noid = "volts.0"\n'
COLUMN = 'metric = "temperature"\noid = "level"\n'


def test_what_is_wanted_are_the_values_and_all_that_is_told_beside_them() -> None:
    profile = parse(
        HEAD
        + """[[sensors]]
metric = "temperature"
oid = "level"
label = ["{title}", "sensor {index}"]
when = ["unit!=0", "state=1"]
scale = [{ from = "digits", values = { 1 = 0.1 } }]
limits = { high = "limit.0" }
alarms = [{ alarm_type = "high-temperature", above = "high", text = "{title} by {volts.0} V" }]
""",
        "vendor.toml",
    )
    asked = wanted(profile)
    assert {VOLTS, LIMIT} == set(asked.gets)
    assert {STATE, TITLE, LEVEL, UNIT, DIGITS} == set(asked.walks)
    assert len(asked.walks) == len(set(asked.walks)), "nothing is asked for twice"
    assert wanted_tables(profile) == Wanted((), ())


@pytest.mark.parametrize(
    ("more", "value", "is_read_as"),
    [
        ("", 54, 54.0),
        ("divisor = 10", 534, 53.4),
        ("multiplier = 1000", 54, 54_000.0),
        ("multiplier = 5\ndivisor = 9\noffset = -17.777778", 212, 100.0),
        ("", b"53.4 V", 53.4),
        ("", b"-5.28V", -5.28),
        ("", "53", 53.0),
        ("", b"+1", 1.0),
        ("pattern = 'Tx=([\\d.]+)MHz'", b"Tx=7777.333MHz", 7777.333),
        ("mask = 12", 0b10110, 4.0),
        ("", 53.25, 53.25),
        ("valid = [40, 60]", 40, 40.0),
    ],
)
def test_a_number_is_brought_into_the_unit_of_its_metric(more: str, value: Value, is_read_as: float) -> None:
    reading = _one(SCALAR + more, {VOLTS: value})
    assert (reading.value, reading.unit, reading.oid) == (is_read_as, "V", VOLTS)


@pytest.mark.parametrize(
    ("more", "value"),
    [
        ("", None),
        ("", b"\0"),
        ("", b"n/a"),
        ("", b""),
        ("", b"9" * 400),
        ("", 10**400),
        ("skip = [2147483647]", 2147483647),
        ("skip = [-32768, 'off']", b"off"),
        ("valid = [40, 60]", 2360),
        ("pattern = '([.]+)'", b"..."),
    ],
)
def test_what_says_nothing_gives_no_reading(more: str, value: Value) -> None:
    assert _read(SCALAR + more, {VOLTS: value}) == []


def test_a_number_that_is_none_any_more_once_it_is_scaled_gives_no_reading() -> None:
    assert _read(SCALAR + "divisor = 0.001\n", {VOLTS: b"9" * 307}) == []


def test_a_column_gives_a_reading_for_each_row_in_the_order_of_their_numbers() -> None:
    found = _read(COLUMN, {f"{LEVEL}.{index}": index for index in (10, 9, 1)} | {f"{LEVEL}0.5": 7})
    assert [(reading.qualifier, reading.value) for reading in found] == [("1", 1.0), ("9", 9.0), ("10", 10.0)]
    assert [reading.label for reading in found] == ["temperature 1", "temperature 9", "temperature 10"]


def test_rows_are_told_apart_by_what_stands_beside_them() -> None:
    values: dict[str, Value] = {
        f"{LEVEL}.1": 235, f"{UNIT}.1": b"C", f"{TITLE}.1": "室温".encode(),
        f"{LEVEL}.2": 410, f"{UNIT}.2": b"%", f"{TITLE}.2": b"Humid",
        f"{LEVEL}.3": 240, f"{UNIT}.3": b"C",
    }  # fmt: skip
    text = COLUMN + 'when = ["unit=C"]\nlabel = ["{title}", "sensor {index}"]\ndivisor = 10'
    assert [(reading.label, reading.value) for reading in _read(text, values)] == [("室温", 23.5), ("sensor 3", 24.0)]
    denied = _read(text.replace("unit=C", "unit!=C"), values)
    assert [reading.label for reading in denied] == ["Humid"]


def test_another_cell_may_tell_the_factor_and_one_that_is_not_listed_gives_no_reading() -> None:
    text = COLUMN + 'scale = [{ from = "digits", values = { 0 = 1, 2 = 0.01 } }]'
    values: dict[str, Value] = {f"{LEVEL}.{n}": 2350 for n in (1, 2, 3)}
    values |= {f"{DIGITS}.1": 0, f"{DIGITS}.2": 2, f"{DIGITS}.3": 9}
    assert [(reading.qualifier, reading.value) for reading in _read(text, values)] == [("1", 2350.0), ("2", 23.5)]


STATES = """metric = "rectifier-state"
oid = "state"
states.ok = { 1 = "normal", on = "switched on" }
states.warning = { 3 = "asleep" }
states.critical = { 2 = "fault" }
"""


@pytest.mark.parametrize(
    ("said", "number", "state", "health"),
    [
        (1, 1.0, "normal", Health.OK),
        (2, 2.0, "fault", Health.CRITICAL),
        (3, 3.0, "asleep", Health.WARNING),
        (b"on", 1.0, "switched on", Health.OK),
        (77, 77.0, "77", Health.UNKNOWN),
        (b"new", -1.0, "new", Health.UNKNOWN),
        ("²", -1.0, "²", Health.UNKNOWN),
    ],
)
def test_a_state_has_a_name_and_a_meaning(said: Value, number: float, state: str, health: Health) -> None:
    reading = _one(STATES, {f"{STATE}.4": said})
    assert (reading.value, reading.state, reading.health) == (number, state, health)


def test_bits_of_one_value_are_several_sensors() -> None:
    def sensor(metric: str, mask: int, set_: str) -> str:
        states = f'states.ok = {{ 0 = "off" }}\nstates.critical = {{ {mask} = "{set_}" }}'
        return f'[[sensors]]\nmetric = "{metric}"\noid = "volts.0"\nmask = {mask}\n{states}\n'

    profile = _profile(sensor("genset-state", 1, "running") + sensor("genset-alarm-state", 128, "alarm"))
    found = {reading.metric: reading.state for reading in readings(profile, {VOLTS: 0b1000_0110})}
    assert found == {"genset-state": "off", "genset-alarm-state": "alarm"}


LIMITS = SCALAR + "divisor = 10\nlimits = { low = 43.2, low_warning = 46, high_warning = 56, high = 'limit.0' }\n"


@pytest.mark.parametrize(
    ("raw", "health"),
    [(431, Health.CRITICAL), (432, Health.WARNING), (460, Health.OK), (560, Health.OK), (561, Health.WARNING)],
)
def test_a_number_stands_between_its_limits(raw: int, health: Health) -> None:
    assert _one(LIMITS, {VOLTS: raw, LIMIT: 580}).health is health


def test_a_limit_that_the_device_holds_is_scaled_as_the_value_is_or_by_its_own_divisor() -> None:
    assert _one(LIMITS, {VOLTS: 590, LIMIT: 580}).health is Health.CRITICAL
    own = LIMITS.replace("'limit.0'", "'limit.0', divisor = 1")
    assert _one(own, {VOLTS: 590, LIMIT: 58}).limits.high == 58.0
    assert _one(LIMITS, {VOLTS: 590}).limits.high is None, "a limit that is not there limits nothing"


def test_a_threshold_once_crossed_holds_until_its_hysteresis_has_passed() -> None:
    text = LIMITS + 'alarms = [{ alarm_type = "dc-output-low", below = "low_warning", above = 57, hysteresis = 0.5 }]'

    def crosses(raw: int, standing: bool) -> bool:
        reading = _one(text, {VOLTS: raw, LIMIT: 580})
        return reading.crosses(reading.sensor.alarms[0], standing)

    assert [crosses(raw, False) for raw in (459, 460, 570, 571)] == [True, False, False, True]
    assert [crosses(raw, True) for raw in (464, 465, 565, 566)] == [True, False, False, True]


def test_a_state_is_an_alarm_by_its_name_or_by_its_meaning() -> None:
    text = (
        STATES
        + """[[sensors.alarms]]
alarm_type = "rectifier-failure"
states = ["critical"]
[[sensors.alarms]]
alarm_type = "rectifier-failure"
states = ["asleep"]
severity = "warning"
qualifier = "asleep {index}"
"""
    )
    fault, asleep = (_one(text, {f"{STATE}.4": said}) for said in (2, 3))
    assert [fault.crosses(alarm) for alarm in fault.sensor.alarms] == [True, False]
    assert [asleep.crosses(alarm) for alarm in asleep.sensor.alarms] == [False, True]
    first, second = fault.sensor.alarms
    assert (fault.render(first.qualifier), fault.render(first.text)) == ("4", "rectifier 4: fault")
    assert (asleep.render(second.qualifier), second.severity) == ("asleep 4", Severity.WARNING)


def test_the_text_of_an_alarm_takes_the_reading_and_what_stands_beside_it() -> None:
    text = COLUMN + (
        'divisor = 10\nlabel = "{title}"\n'
        'alarms = [{ alarm_type = "high-temperature", above = 45, text = "{label}: {value} {unit} at {index}" }]'
    )
    reading = _one(text, {f"{LEVEL}.7": 512, f"{TITLE}.7": b"Shelter"})
    assert reading.render(reading.sensor.alarms[0].text) == "Shelter: 51.2 °C at 7"


def test_what_a_device_calls_itself_is_bounded() -> None:
    reading = _one(
        STATES + 'label = "{title}"\nqualifier = "{title}"', {f"{STATE}.4": b"x" * 9999, f"{TITLE}.4": b"y" * 9999}
    )
    assert (len(reading.label), len(reading.qualifier), len(reading.state)) == (256, 256, 256)


@given(
    st.dictionaries(
        st.sampled_from([VOLTS, LIMIT, f"{LEVEL}.1", f"{STATE}.1"]),
        st.none() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text() | st.binary(),
    )
)
def test_whatever_a_device_answers_is_read_or_left_out(values: dict[str, Value]) -> None:
    profile = _profile("".join("[[sensors]]\n" + text for text in (LIMITS, COLUMN, STATES)))
    assert all(isfinite(reading.value) and reading.label for reading in readings(profile, values))
