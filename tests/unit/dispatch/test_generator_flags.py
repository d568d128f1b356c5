"""What contradicts a generator run: each thing by itself, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.generators.flags import flags_of, joined, minutes_outside
from dispatch.generators.model import Machine, Run
from dispatch.generators.policy import shipped_policy
from dispatch.model import Interval

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PROOF = shipped_policy().proof
MACHINE = Machine(generator_id="G1", name="", kva=10, region="p/c/a", since=NOW, litres_per_hour=4.0)
RUN = Run(
    run_id="R1",
    work_order_id="W1",
    ticket_id="T1",
    need_id="N1",
    site_id="S1",
    tenants=("CMCC",),
    region="p/c/a",
    domain="p/c",
    technician_id="A",
    company="Ltd",
    started_at=NOW - timedelta(hours=4),
    stopped_at=NOW - timedelta(hours=1),
    generator_id="G1",
    used_litres=12.0,
    meter_start=100.0,
    meter_stop=103.0,
)
OFF = [Interval(NOW - timedelta(hours=5), NOW)]


def hours(count: float) -> datetime:
    return NOW - timedelta(hours=count)


def codes(run: Run = RUN, **facts: Any) -> list[str]:
    given = {"machine": MACHINE, "off": OFF, "ran": [], "others": [run], "proof": PROOF, "now": NOW, **facts}
    return [flag.code for flag in flags_of(run, **given)]


def test_nothing_is_said_against_a_run_that_fits_all_that_is_known() -> None:
    assert codes() == []
    assert codes(ran=[Interval(hours(4), hours(1))]) == []


@pytest.mark.parametrize(
    ("changes", "facts", "found"),
    [
        ({}, {"off": []}, ["mains_was_on"]),
        ({}, {"off": [Interval(hours(5), hours(2))]}, ["longer_than_mains_off"]),
        ({}, {"off": [Interval(hours(5), hours(3)), Interval(hours(2), NOW)]}, ["longer_than_mains_off"]),
        ({}, {"off": [Interval(hours(3.8), NOW)]}, []),  # 12 minutes are allowed
        ({}, {"ran": [Interval(hours(3), hours(1))]}, ["longer_than_genset_ran"]),
        ({"used_litres": 15.6}, {}, []),
        ({"used_litres": 15.7}, {}, ["fuel_beyond"]),
        ({"used_litres": None, "filled_litres": 20.0}, {}, ["fuel_beyond"]),
        ({"used_litres": 500.0}, {"machine": None}, []),  # nobody knows what it burns
        ({"meter_stop": 104.0}, {}, ["meter_differs"]),
        ({"meter_stop": 101.0}, {}, ["meter_differs", "fuel_beyond"]),
        ({"meter_start": None, "meter_stop": 3.0}, {}, []),  # the run's own hours
        ({"started_at": hours(80), "meter_stop": None}, {"off": [Interval(hours(99), NOW)]}, ["too_long"]),
        ({}, {"proof": msgspec.structs.replace(PROOF, wants_photo=True)}, ["no_photo"]),
    ],
)
def test_each_contradiction_is_marked_by_itself(
    changes: dict[str, Any], facts: dict[str, Any], found: list[str]
) -> None:
    assert codes(replace(RUN, **changes), **facts) == found


def test_runs_of_one_machine_that_overlap_are_marked_and_those_that_touch_are_not() -> None:
    before = replace(RUN, run_id="R0", site_id="S0", started_at=hours(6), stopped_at=hours(4))
    assert codes(others=[RUN, before]) == []
    assert codes(others=[RUN, replace(before, stopped_at=hours(3.9))]) == ["overlaps"]
    assert codes(others=[RUN, replace(before, stopped_at=None)]) == ["overlaps"]


times = st.integers(0, 600).map(lambda count: NOW + timedelta(minutes=count))
intervals = st.lists(st.tuples(times, times).map(lambda pair: Interval(min(pair), max(pair))), max_size=8)


@given(intervals, times, times)
def test_what_is_covered_and_what_is_not_add_up_to_the_run(
    covers: list[Interval], one: datetime, two: datetime
) -> None:
    run = Interval(min(one, two), max(one, two))
    minutes = {NOW + timedelta(minutes=count) for count in range(600)}
    uncovered = [
        at for at in minutes if run.start <= at < run.end and not any(each.start <= at < each.end for each in covers)
    ]
    assert minutes_outside(run, joined(covers)) == len(uncovered)


@given(intervals)
def test_joined_time_is_sorted_disjoint_and_the_same_time(given_intervals: list[Interval]) -> None:
    found = joined(given_intervals)
    assert all(one.start < one.end for one in found)
    assert all(one.end < two.start for one, two in pairwise(found))


@given(
    st.one_of(st.none(), st.floats(0, 80)),
    st.integers(0, 8),
)
def test_the_size_wanted_carries_the_load_and_is_a_size_that_there_is(load: float | None, tenants: int) -> None:
    policy = shipped_policy()
    kva = policy.kva_wanted(load, tenants)
    carried = policy.kw_of_site + tenants * policy.kw_per_tenant if load is None else load
    assert kva * policy.power_factor >= carried - 0.05
    assert kva in policy.sizes_kva or kva > max(policy.sizes_kva)
