"""The alarm load against ISA-18.2: floods begin and end by operator, and the last hour is shared among who is there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dashboards.centre.alarm_load import WINDOWS, alarm_load, floods
from dashboards.centre.policy import default_policy

POLICY = default_policy().alarm_load
SINCE = datetime(2026, 11, 22, tzinfo=UTC)


def minutes(number: int) -> datetime:
    return SINCE + timedelta(minutes=number)


def test_a_flood_lasts_from_over_ten_to_below_five() -> None:
    counts = [0, 10, 11, 30, 5, 4, 10]
    [flood] = floods(counts, [1] * 7, SINCE, POLICY)
    assert (flood.since, flood.until, flood.alarms, flood.peak) == (minutes(20), minutes(50), 46, 30)


def test_a_flood_that_lasts_has_no_end_yet() -> None:
    [flood] = floods([0, 12], [1, 1], SINCE, POLICY)
    assert (flood.since, flood.until) == (minutes(10), None)


def test_two_operators_bear_twice_as_many() -> None:
    assert floods([20, 20], [2, 2], SINCE, POLICY) == []
    assert [flood.until for flood in floods([21, 9], [2, 2], SINCE, POLICY)] == [minutes(10)]


def test_the_day_is_told_oldest_first_and_shared_among_who_is_there() -> None:
    hours = {SINCE + timedelta(hours=hour): people for hour, people in ((0, 1), (23, 2))}
    load = alarm_load({0: 3, 5: 3, 6: 50, WINDOWS - 1: 7}, hours, 2, SINCE + timedelta(days=1), POLICY)
    assert (load["per_10_minutes"][0], load["per_10_minutes"][-1], len(load["per_10_minutes"])) == (7, 3, WINDOWS)
    assert (load["since"], load["operators"], load["per_operator_hour"]) == (SINCE, 2, 3.0)
    assert load["operators_there"][-6:] == [2] * 6
    assert load["operators_there"][-7] == 0


def test_time_in_which_nobody_was_there_does_not_thin_the_load_and_is_told_beside() -> None:
    hours = {SINCE + timedelta(hours=hour): 2 for hour in (8, 9)}
    counts = {WINDOWS - 1 - 6 * 8: 20, WINDOWS - 1 - 6 * 9: 20, 0: 5}
    load = alarm_load(counts, hours, 0, SINCE + timedelta(days=1), POLICY)
    assert load["per_operator_hour_of_day"] == 10  # forty alarms for two operators in two hours
    assert (load["unmanned_hours"], load["unmanned_alarms"]) == (22, 5)
    assert alarm_load({0: 1}, {}, 0, SINCE, POLICY)["per_operator_hour_of_day"] is None


def test_a_window_that_lies_in_two_hours_of_the_clock_has_those_of_the_better_manned() -> None:
    end = SINCE + timedelta(days=1, minutes=35)
    there = alarm_load({}, {SINCE + timedelta(hours=23): 3}, 0, end, POLICY)["operators_there"]
    assert there[-11:] == [0, 3, 3, 3, 3, 3, 3, 3, 0, 0, 0]
    assert there.count(3) == 7


def test_nobody_there_counts_as_one() -> None:
    load = alarm_load({0: 8}, {}, 0, SINCE, POLICY)
    assert (load["operators"], load["per_operator_hour"]) == (0, 8.0)


@given(st.lists(st.integers(0, 40), max_size=60))
def test_floods_do_not_overlap_and_only_the_last_may_last(counts: list[int]) -> None:
    found = floods(counts, [1] * len(counts), SINCE, POLICY)
    ends = [flood.until for flood in found[:-1]]
    assert None not in ends
    assert all(end is not None and end <= flood.since for end, flood in zip(ends, found[1:], strict=True))
    assert sum(flood.alarms for flood in found) <= sum(counts)
