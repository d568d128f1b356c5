"""Tables of standing alarms as the traps that they stand for, and which profile suits a device."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.profile.classify import Classifier
from collectors.profile.compile import SHIPPED, Profile, load, parse
from collectors.profile.sensor import Value
from collectors.profile.sensors import Wanted, date_and_time, matching, standing, wanted_probe, wanted_tables
from guywire.model import Severity
from tests.unit.collectors.a_vendor import EVERY_NAME, HEAD

VOLTS = "1.3.6.1.4.1.5.1.0"
TITLE, LEVEL, DIGITS = (f"1.3.6.1.4.1.5.3.1.{column}" for column in (2, 3, 5))

ACTIVE = """
[[alarms]]
alarm_type = "door-open"
raise = "state unit=1"
qualifier = "{title}"
[[alarms]]
alarm_type = "smoke"
raise = "state unit=2"
qualifier = "{title}"
[[tables]]
trap = "state"
columns = ["title", "unit=level"]
when = ["digits!=0"]
time = "limit"
"""


def test_a_row_of_an_active_alarm_table_is_the_alarm_that_its_trap_would_have_raised() -> None:
    profile = parse(HEAD + ACTIVE, "vendor.toml")
    assert wanted_tables(profile) == Wanted((), (TITLE, LEVEL))
    assert profile.tables[0].alarm_types == {"door-open", "smoke"}
    values: dict[str, Value] = {
        f"{TITLE}.1": b"front", f"{LEVEL}.1": 1, "1.3.6.1.4.1.5.2.1": bytes.fromhex("07ea0b1508000000"),
        f"{TITLE}.2": b"roof", f"{LEVEL}.2": 2,
        f"{TITLE}.3": b"gone", f"{LEVEL}.3": 1, f"{DIGITS}.3": 0,
    }  # fmt: skip
    rows = standing(profile, values)
    verdicts = [Classifier([profile]).classify(row.trap, "vendor") for row in rows]
    assert [(verdict.alarm_type, verdict.qualifier) for verdict in verdicts] == [
        ("door-open", "front"),
        ("smoke", "roof"),
    ]
    assert [row.at for row in rows] == [datetime(2026, 11, 21, 8, tzinfo=UTC), None]


def test_a_row_whose_index_is_too_long_for_a_name_is_read_like_the_others() -> None:
    profile = parse(HEAD + ACTIVE, "vendor.toml")
    rows = [".".join(["7"] * 125), str(2**40), "3"]
    values: dict[str, Value] = {}
    for row in rows:
        values |= {f"{TITLE}.{row}": b"front", f"{LEVEL}.{row}": 1}
    verdicts = [Classifier([profile]).classify(row.trap, "vendor") for row in standing(profile, values)]
    assert [verdict.alarm_type for verdict in verdicts] == ["door-open"] * 3


def test_the_generic_alarm_table_tells_model_resource_and_time_of_the_raise() -> None:
    profile = load(SHIPPED / "alarm-mib.toml")
    at = "8.7.234.11.21.8.30.5.0"  # 2026-11-21 08:30:05, behind its length
    row = f"3.97.98.99.{at}.7"  # the list `abc`, the time, the seventh
    entry = "1.3.6.1.2.1.118.1.2.2.1"
    (found,) = standing(
        profile,
        {
            f"{entry}.10.{row}": "1.3.6.1.2.1.2.2.1.1.5",
            f"{entry}.11.{row}": b"loss of frame",
            f"{entry}.13.{row}": "1.3.6.1.2.1.118.1.1.2.1.3.3.97.98.99.4.5",
        },
    )
    verdict = Classifier([profile]).classify(found.trap, "alarm-mib")
    assert (verdict.alarm_type, verdict.severity, verdict.text) == ("unidentified", Severity.MAJOR, "loss of frame")
    assert verdict.qualifier == "1.3.6.1.2.1.2.2.1.1.5 1.3.6.1.2.1.118.1.1.2.1.3.3.97.98.99.4"
    assert found.at == datetime(2026, 11, 21, 8, 30, 5, tzinfo=UTC)


def test_the_alarm_table_of_a_ups_is_read_as_its_traps_are() -> None:
    profile = load(SHIPPED / "ups-mib.toml")
    well_known = "1.3.6.1.2.1.33.1.6.3"
    values: dict[str, Value] = {
        f"1.3.6.1.2.1.33.1.6.2.1.2.{row}": f"{well_known}.{alarm}" for row, alarm in ((1, 2), (2, 16), (3, 24))
    }
    verdicts = [Classifier([profile]).classify(row.trap, "ups-mib") for row in standing(profile, values)]
    assert [verdict.alarm_type for verdict in verdicts] == ["mains-failure", "fan-failure", ""], "a test is no alarm"


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("07ea0b1508000000", datetime(2026, 11, 21, 8, tzinfo=UTC)),
        ("07ea0b15081e05052b0800", datetime(2026, 11, 21, 0, 30, 5, 500_000, tzinfo=UTC)),
        ("07ea0b15081e05002d0330", datetime(2026, 11, 21, 12, 18, 5, tzinfo=UTC)),
        ("07ea0b15173b3c00", datetime(2026, 11, 21, 23, 59, 59, tzinfo=UTC)),  # a leap second
        ("07ea0d1508000000", None),
        ("000101010000000" + "02b0e00", None),  # a day before the first one
        ("270f0c1f173b00002d0e00", None),  # a day behind the last one
        ("07ea", None),
        ("", None),
    ],
)
def test_a_date_and_time_is_read_in_its_zone(raw: str, moment: datetime | None) -> None:
    assert date_and_time(bytes.fromhex(raw)) == moment


@given(st.binary(max_size=12))
def test_any_octets_are_a_date_and_time_or_are_not(raw: bytes) -> None:
    moment = date_and_time(raw)
    assert moment is None or moment.tzinfo is not None


MATCH = '[match]\nobject_id = ".1.3.6.1.4.1.5"\ndescription = "Power[0-9]+"\npresent = ["volts.0=^5", "title"]\n'
DESCR, OBJECT_ID = "1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.2.0"
DEVICE: dict[str, Value] = {
    DESCR: b"Power48 controller",
    OBJECT_ID: ".1.3.6.1.4.1.5.7",
    VOLTS: 53,
    f"{TITLE}.1": b"x",
}


@pytest.mark.parametrize(
    "difference",
    [
        {OBJECT_ID: "1.3.6.1.4.1.55"},
        {OBJECT_ID: "0.0"},
        {DESCR: b"Power"},
        {VOLTS: 43},
        {VOLTS: None},
        {f"{TITLE}.1": None},
    ],
)
def test_a_profile_suits_a_device_of_which_all_holds_that_it_states(difference: dict[str, Value]) -> None:
    profile = parse(HEAD.replace("[names]", MATCH + "[names]") + EVERY_NAME, "vendor.toml")
    assert [found.name for _, found in matching([profile], DEVICE)] == ["vendor"]
    assert matching([profile], DEVICE | difference) == []
    assert wanted_probe([profile]) == Wanted((DESCR, OBJECT_ID, VOLTS), (TITLE,))


def test_of_profiles_that_suit_the_one_that_states_most_comes_first_and_the_standard_ones_last() -> None:
    def profile(name: str, match: str, standard: bool = False) -> Profile:
        head = HEAD.replace('"vendor"', f'"{name}"').replace("[names]", f"[match]\n{match}\n[names]")
        return parse(f"standard = {str(standard).lower()}\n{head}{EVERY_NAME}", name)

    profiles = [
        profile("standard", 'present = ["volts.0", "title"]', standard=True),
        profile("vendor", 'object_id = "1.3.6.1.4.1.5"'),
        profile("model", 'object_id = "1.3.6.1.4.1.5.7"'),
        profile("other", 'object_id = "1.3.6.1.4.1.6"'),
    ]
    assert [found.name for _, found in matching(profiles, DEVICE)] == ["model", "vendor", "standard"]
