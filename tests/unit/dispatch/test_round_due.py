"""When each site of a plan is due: days that do not drift, tolerance on the clocks of the site, nobody left out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rounds.due import is_visited, next_due, tolerance
from dispatch.rounds.model import Past, RoundSite
from dispatch.rounds.policy import RoundPlan, RoundPolicy, shipped_policy
from guywire.policy_file import PolicyError, read_policy

PLAN = shipped_policy().plans["battery_test"]  # every 180 days, 21 before to 21 after
DAY = date(2026, 11, 22)
days = st.dates(date(2026, 1, 1), date(2030, 1, 1))


def site(**changes: object) -> RoundSite:
    known = RoundSite("S1", "Site", "p/c/a", "p/c", "A", "Asia/Shanghai", frozenset({"battery"}))
    return known._replace(**changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("off", "counted_from"), [(-22, -22), (-21, 0), (-3, 0), (0, 0), (21, 0), (22, 22)]
)  # fmt: skip
def test_a_visit_within_the_tolerance_does_not_move_the_next_one(off: int, counted_from: int) -> None:
    past = Past(DAY, DAY + timedelta(days=off), True)
    assert next_due("x", PLAN, "S1", past, DAY) == DAY + timedelta(days=180 + counted_from)


def test_a_visit_that_was_taken_back_is_due_a_period_later_and_one_missed_for_years_is_due_today() -> None:
    assert next_due("x", PLAN, "S1", Past(DAY, None, True), DAY) == DAY + timedelta(days=180)
    assert next_due("x", PLAN, "S1", Past(date(2020, 1, 1), date(2020, 1, 1), True), DAY) == DAY


@given(days, st.text(min_size=1, max_size=8))
def test_the_first_day_is_the_same_on_each_day_until_its_tolerance_is_over(today: date, site_id: str) -> None:
    due = next_due("x", PLAN, site_id, None, today)
    assert today - timedelta(days=21) <= due < today + timedelta(days=180 + 180)
    assert next_due("x", PLAN, site_id, None, due + timedelta(days=21)) == due
    assert next_due("x", PLAN, site_id, None, due + timedelta(days=22)) == due + timedelta(days=180)


def test_the_sites_of_a_plan_are_spread_over_its_period() -> None:
    due = [next_due("x", PLAN, f"S{number}", None, DAY) for number in range(1800)]
    by_day = [due.count(day) for day in set(due)]
    assert len(by_day) > 170
    assert max(by_day) < 30


def test_tolerance_is_in_whole_days_of_the_site_over_a_clock_change() -> None:
    zone = ZoneInfo("Europe/Berlin")
    plan = msgspec.structs.replace(PLAN, early_days=1, late_days=1)
    times = tolerance(plan, date(2026, 10, 25), zone)
    assert times.release_at == datetime(2026, 10, 23, 22, 0, tzinfo=UTC)
    assert times.due_at == datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
    assert times.deadline == datetime(2026, 10, 26, 23, 0, tzinfo=UTC)


def test_a_plan_visits_what_it_names_and_leaves_nobody_out_by_what_it_does_not_say() -> None:
    anyone = msgspec.structs.replace(PLAN, resources=frozenset())
    assert is_visited(anyone, site())
    assert is_visited(PLAN, site())
    assert not is_visited(PLAN, site(kinds=frozenset({"rectifier"})))
    by_region = msgspec.structs.replace(anyone, regions=frozenset({"p/c", "q"}), classes=frozenset({"A"}))
    assert is_visited(by_region, site())
    assert not is_visited(by_region, site(region="p/cc/a"))
    assert not is_visited(by_region, site(site_class="B"))
    assert not is_visited(msgspec.structs.replace(anyone, sites=frozenset({"S2"})), site())


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("early_days = 100", "must be less than every_days"),
        ('hours = "Mon 25:00-26:00"', "hours"),
        ('kind = "tea"', "tea"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_with_its_place(line: str, words: str) -> None:
    text = (
        f"[plans.battery_test]\nearly_days = 1\n{line}\n"
        if "early" not in line
        else f"[plans.battery_test]\n{line}\nlate_days = 100\n"
    )
    with pytest.raises(PolicyError, match=words):
        read_policy(text, "rounds.toml", RoundPolicy, shipped_policy())


def test_an_alarm_type_that_there_is_not_is_refused() -> None:
    with pytest.raises(PolicyError, match="no alarm type 'mains'"):
        read_policy('[silence.alarm_types]\ninspect = ["mains"]\n', "rounds.toml", RoundPolicy, shipped_policy())


def test_other_plans_have_another_stamp() -> None:
    other: RoundPlan = msgspec.structs.replace(PLAN, on=True)
    policy = shipped_policy()
    assert (
        msgspec.structs.replace(policy, plans={"battery_test": other}).stamp != policy.stamp == shipped_policy().stamp
    )
