"""Thresholds: delays, hysteresis, severity steps, several sensors of one alarm, and what is not known."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from collectors.poll.thresholds import SERIES_AT_MOST, Judgement, Subject, Watch
from collectors.profile.compile import parse
from collectors.profile.sensors import readings
from guywire.model import Severity

PROFILE = parse(
    """
name = "plant"
description = "a power plant"
[names]
voltage = "1.3.6.1.4.1.9.1"
phase = "1.3.6.1.4.1.9.2"

[[sensors]]
metric = "battery-voltage"
oid = "voltage"
qualifier = "{index}"
divisor = 10
[[sensors.alarms]]
alarm_type = "battery-low-voltage"
below = 47.0
severity = "major"
hysteresis = 1.0
raise_after = 60
clear_after = 120
qualifier = "{index}"
text = "battery {index} has {value} V"
[[sensors.alarms]]
alarm_type = "battery-low-voltage"
below = 44.0
severity = "critical"
hysteresis = 1.0
qualifier = "{index}"
text = "battery {index} has only {value} V"

[[sensors]]
metric = "mains-voltage"
oid = "phase"
qualifier = "{index}"
[[sensors.alarms]]
alarm_type = "mains-failure"
below = 200
severity = "minor"
qualifier = "mains"
[[sensors.alarms]]
alarm_type = "mains-failure"
below = 100
severity = "major"
qualifier = "mains"
""",
    "plant.toml",
)
LOW = Subject("battery-low-voltage", "", "1")
MAINS = Subject("mains-failure", "", "mains")
WELL = 540


def values(battery: int | None = WELL, first: int | None = 230, second: int | None = 230) -> dict[str, int]:
    told = {"1.3.6.1.4.1.9.1.1": battery, "1.3.6.1.4.1.9.2.1": first, "1.3.6.1.4.1.9.2.2": second}
    return {name: value for name, value in told.items() if value is not None}


class Judge:
    """A watch that is shown one poll after the other, a minute apart."""

    def __init__(self, *stands: Subject) -> None:
        self.watch, self.now, self.stands = Watch(lost_after=600), 0.0, set(stands)

    def sees(self, told: dict[str, int], *, whole: bool = True, first: bool = False) -> dict[Subject, Judgement]:
        self.now += 60
        found = readings(PROFILE, told)
        judged = self.watch.judge(found, self.now, self.stands.__contains__, whole=whole, first=first)
        return {one.subject: one for one in judged}

    def severities(self, subject: Subject, batteries: Sequence[int | None]) -> list[str | None]:
        out: list[str | None] = []
        for battery in batteries:
            judgement = self.sees(values(battery)).get(subject)
            out.append(judgement.severity if judgement else "unknown")
        return out


def test_an_alarm_comes_after_its_delay_and_goes_past_its_hysteresis_after_another() -> None:
    batteries = (540, 465, 465, 475, 475, 481, 481, 481, 481)
    assert Judge().severities(LOW, batteries) == [
        None, None, "major", "major", "major", "major", "major", None, None,
    ]  # fmt: skip


def test_a_dip_shorter_than_the_delay_is_no_alarm() -> None:
    assert Judge().severities(LOW, (540, 465, 540, 465, 540)) == [None] * 5


def test_a_rise_shorter_than_the_delay_clears_nothing() -> None:
    assert Judge().severities(LOW, (465, 465, 540, 465, 540, 465))[1:] == ["major"] * 5


def test_severity_steps_up_at_once_and_down_past_its_own_hysteresis() -> None:
    assert Judge().severities(LOW, (465, 465, 435, 445, 451, 465)) == [
        None, "major", "critical", "critical", "major", "major",
    ]  # fmt: skip


def test_several_rows_tell_one_alarm_and_the_worst_of_them_counts() -> None:
    judge = Judge()
    assert judge.sees(values(first=150))[MAINS].severity is Severity.MINOR
    assert judge.sees(values(first=150, second=0))[MAINS].severity is Severity.MAJOR
    assert judge.sees(values(first=230, second=0))[MAINS].severity is Severity.MAJOR
    assert judge.sees(values())[MAINS].severity is None


def test_no_reading_is_not_well() -> None:
    judge = Judge()
    judge.sees(values(first=0))
    without = judge.sees(values(first=None))
    assert without[MAINS].severity is Severity.MAJOR, "the one that raised it says nothing"
    assert MAINS not in judge.sees(values(first=None, second=None)), "nobody says anything"
    assert judge.sees(values())[MAINS].severity is None


def test_a_gap_in_the_readings_begins_a_delay_anew() -> None:
    assert Judge().severities(LOW, (540, 465, None, 465, 465)) == [None, None, "unknown", None, "major"]


def test_after_a_restart_nothing_gets_better_before_the_delays_have_passed_again() -> None:
    judge = Judge(LOW)
    first = judge.sees(values(475))[LOW]
    assert (first.severity, first.settled) == (None, False)
    assert judge.sees(values(475))[LOW].severity is Severity.MAJOR, "475 is inside the hysteresis of what stands"
    fresh = Judge(LOW)
    settled = [fresh.sees(values(540))[LOW].settled for _ in range(4)]
    assert settled == [False, False, True, True]


def test_what_was_so_at_the_first_look_is_baseline_and_what_comes_later_is_not() -> None:
    judge = Judge()
    assert judge.sees(values(465, 0), first=True)[MAINS].baseline
    low = judge.sees(values(465, 0))[LOW]
    assert (low.severity, low.baseline) == (Severity.MAJOR, True), "it was low from the first look on"
    judge.sees(values(465))
    assert not judge.sees(values(465, 0))[MAINS].baseline


def test_a_sensor_that_is_gone_for_too_long_has_failed_once_until_it_is_back() -> None:
    judge = Judge()
    lost = Subject("sensor-failure", "", "battery-voltage 1")
    assert judge.sees(values())[lost].severity is None
    silent = [judge.sees(values(battery=None)).get(lost) for _ in range(12)]
    assert [one.severity.value for one in silent if one and one.severity] == ["minor"]
    assert silent[9] is not None, "after ten minutes"
    assert judge.sees(values())[lost].severity is None


def test_what_was_not_read_to_the_end_is_not_missing() -> None:
    judge = Judge()
    judge.sees(values())
    for _ in range(20):
        judged = judge.sees(values(battery=None), whole=False)
        assert not any(one.severity for one in judged.values())


def test_texts_carry_the_values_of_the_worst_reading() -> None:
    judge = Judge()
    judge.sees(values(465))
    assert judge.sees(values(464))[LOW].text == "battery 1 has 46.4 V"
    found = judge.sees(values(430))[LOW]
    assert found.text == "battery 1 has only 43 V"
    assert found.reading is not None
    assert found.reading.value == 43


@given(st.lists(st.one_of(st.none(), st.integers(400, 560)), min_size=1, max_size=40))
def test_whatever_the_voltage_does_an_alarm_follows_it_in_the_end(batteries: list[int | None]) -> None:
    judge = Judge()
    judge.severities(LOW, batteries)
    assert judge.severities(LOW, [430] * 4)[-1] is Severity.CRITICAL
    assert judge.severities(LOW, [WELL] * 4)[-1] is None


def test_a_device_that_numbers_its_rows_anew_at_every_poll_brings_no_alarms_without_end() -> None:
    watch, told = Watch(600.0), set[Subject]()
    for poll in range(200):
        values = {f"1.3.6.1.4.1.9.1.{poll * 100 + row}": 400 for row in range(100)}
        found = watch.known(readings(PROFILE, values))
        said = watch.judge(found, poll * 60.0, lambda _: False)
        told |= {judgement.subject for judgement in said if judgement.severity}
    assert len(watch._clauses) <= 2 * SERIES_AT_MOST
    assert 0 < len(told) <= 2 * SERIES_AT_MOST


def test_a_sensor_that_was_heard_before_always_has_room() -> None:
    watch = Watch(600.0)
    many = readings(PROFILE, {f"1.3.6.1.4.1.9.1.{row}": 530 for row in range(SERIES_AT_MOST + 10)})
    first = watch.known(many)
    assert first == many[:SERIES_AT_MOST]
    watch.judge(first, 0.0, lambda _: False)
    assert watch.known(many[::-1]) == many[:SERIES_AT_MOST][::-1]
