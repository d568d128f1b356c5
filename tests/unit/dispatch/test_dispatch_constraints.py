"""Each constraint says no exactly when it should, with a code for programs and words for people."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dispatch.constraints import CONSTRAINTS, refusal_of, refusals_of
from dispatch.constraints.breaks import not_in_break
from dispatch.constraints.busy import is_free
from dispatch.constraints.certificates import certificates_valid
from dispatch.constraints.generator import has_generator
from dispatch.constraints.past import NO_COVERAGE, has_not_refused
from dispatch.constraints.region import in_region
from dispatch.constraints.role import is_technician
from dispatch.constraints.shift import on_shift
from dispatch.constraints.shift_end import ends_in_shift
from dispatch.constraints.skills import has_skills
from dispatch.constraints.windows import is_let_in
from dispatch.model import Candidate, Interval, Job, Leg, PastOrder, Place, Refusal, Trip
from dispatch.policy import default_policy

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
POLICY = default_policy()


def trip(candidate: dict[str, Any] | None = None, job: dict[str, Any] | None = None, drive: float = 30.0) -> Trip:
    """A trip that nothing is wrong with, but for what is given."""
    who: dict[str, Any] = {
        "technician_id": "T1",
        "place": Place(31, 121),
        "duty": (Interval(NOW - HOUR, NOW + 8 * HOUR),),
        "region": "p/c/a",
        **(candidate or {}),
    }
    what: dict[str, Any] = {"job_id": "N1", "place": Place(31, 121), "release": NOW, "region": "p/c/a", **(job or {})}
    return Trip(candidate=Candidate(**who), job=Job(**what), leave=NOW, leg=Leg(drive, 20), policy=POLICY, reach=3)


def words(refusal: Refusal | None) -> tuple[str, str]:
    assert refusal is not None
    return refusal.code, refusal.words


def test_nothing_is_said_against_a_trip_that_fits() -> None:
    assert refusal_of(trip()) is None
    assert len(set(CONSTRAINTS)) == len(CONSTRAINTS) >= 11


def test_every_reason_is_there_for_who_overrules_them() -> None:
    odd = trip({"skills": frozenset(), "holds": "W9"}, {"skills": frozenset({"power"})})
    assert [refusal.code for refusal in refusals_of(odd)] == ["lacks_skill", "busy"]
    assert words(refusal_of(odd))[0] == "lacks_skill"


def test_an_area_manager_is_not_sent() -> None:
    assert words(is_technician(trip({"role": "area_manager"}))) == (
        "not_a_technician",
        "is area_manager, not a technician",
    )


def test_missing_skills_are_named() -> None:
    lacking = trip({"skills": frozenset({"power"})}, {"skills": frozenset({"transmission", "power", "aircon"})})
    assert words(has_skills(lacking)) == ("lacks_skill", "lacks skill aircon, transmission")
    assert has_skills(trip({"skills": frozenset({"power", "aircon"})}, {"skills": frozenset({"power"})})) is None


def test_a_generator_is_asked_for_only_where_one_is_wanted() -> None:
    assert words(has_generator(trip(job={"needs_generator": True}))) == ("no_generator", "has no generator")
    assert has_generator(trip({"generators": 1}, {"needs_generator": True})) is None
    assert has_generator(trip()) is None


@pytest.mark.parametrize(
    ("technician", "site", "reach", "fits"),
    [
        ("p/c/a", "p/c/a", 3, True),
        ("p/c/b", "p/c/a", 3, False),
        ("p/c", "p/c/a", 3, True),
        ("p", "p/c/a", 3, True),
        ("p/c/a/x", "p/c/a", 3, True),
        ("p/c/ab", "p/c/a", 3, False),
        ("p/c/b", "p/c/a", 2, True),
        ("p/d/a", "p/c/a", 2, False),
        ("p/d/a", "p/c/a", 1, True),
        ("q/c/a", "p/c/a", 1, False),
        ("", "p/c/a", 3, True),
    ],
)
def test_region_is_a_question_of_the_path_and_of_how_far_to_look(
    technician: str, site: str, reach: int, fits: bool
) -> None:
    looked = replace(trip({"region": technician}, {"region": site}), reach=reach)
    refusal = in_region(looked)
    assert (refusal is None) is fits
    assert fits or words(refusal) == ("other_region", f"other region ({technician})")


def test_who_is_off_shift_says_until_when_by_the_clock_of_the_place() -> None:
    later = Interval(NOW + 4 * HOUR, NOW + 9 * HOUR)
    shanghai = {"zone": ZoneInfo("Asia/Shanghai")}
    refusal = on_shift(trip({"duty": (Interval(NOW - HOUR, NOW), later)}, shanghai))
    assert words(refusal) == ("off_shift", "off shift until 20:00")
    assert refusal is not None
    assert refusal.until == later.start
    tomorrow = (Interval(NOW + 24 * HOUR, NOW + 30 * HOUR),)
    assert words(on_shift(trip({"duty": tomorrow}, shanghai)))[1] == "off shift until Sun 16:00"
    assert words(on_shift(trip({"duty": ()}))) == ("off_shift", "off shift")


def test_a_shift_that_cannot_be_read_is_said_and_not_guessed() -> None:
    assert words(on_shift(trip({"duty": (), "shift_problem": "shift '8-20' ..."}))) == (
        "shift_unreadable",
        "shift '8-20' ...",
    )


def test_work_may_end_as_late_as_overtime_allows() -> None:
    ending = (Interval(NOW - HOUR, NOW + timedelta(minutes=60)),)  # overtime 60: until two hours from now
    assert ends_in_shift(trip({"duty": ending}, {"service_minutes": 45}, drive=75)) is None
    late = trip({"duty": ending}, {"service_minutes": 46}, drive=75)
    assert words(ends_in_shift(late)) == ("shift_ends", "shift ends at 09:00, before the work would")


def test_who_refused_this_job_lately_is_left_alone_for_a_while() -> None:
    declined = PastOrder("T1", "declined", NOW - timedelta(minutes=5), "no boat")
    refusal = has_not_refused(trip(job={"past": [declined]}))
    assert words(refusal) == ("declined_lately", "declined 5 min ago: no boat")
    assert refusal is not None
    assert refusal.until == declined.at + timedelta(minutes=POLICY.ask_again_minutes.declined)
    assert has_not_refused(trip(job={"past": [declined._replace(technician="T2")]})) is None
    old = declined._replace(at=NOW - timedelta(minutes=POLICY.ask_again_minutes.declined))
    assert has_not_refused(trip(job={"past": [old]})) is None
    assert has_not_refused(trip(job={"past": [declined._replace(how="done")]})) is None


@pytest.mark.parametrize(
    ("how", "said"),
    [("expired", "did not answer 5 min ago"), ("failed", "failed there 5 min ago"), ("withdrawn", "was taken off it")],
)
def test_every_way_of_not_coming_has_its_words(how: str, said: str) -> None:
    past = [PastOrder("T1", how, NOW - timedelta(minutes=5))]
    code, sentence = words(has_not_refused(trip(job={"past": past})))
    assert code == f"{how}_lately"
    assert sentence.startswith(said)


def test_who_may_have_had_no_coverage_has_not_refused_but_others_are_asked_first() -> None:
    past = PastOrder("T1", "expired", NOW - timedelta(minutes=2), NO_COVERAGE)
    refusal = has_not_refused(trip(job={"past": [past]}))
    assert words(refusal) == (
        "no_coverage_lately",
        "may not have heard of it 2 min ago: no coverage inside the outage",
    )
    assert refusal is not None
    assert refusal.until == past.at + timedelta(minutes=POLICY.ask_again_minutes.no_coverage)
    assert POLICY.ask_again_minutes.no_coverage < POLICY.ask_again_minutes.expired


def test_who_holds_an_order_is_busy_with_it() -> None:
    assert words(is_free(trip({"holds": "W12"}))) == ("busy", "busy with W12")


def test_arrival_is_in_whole_seconds_never_early_and_never_before_the_release() -> None:
    assert trip(drive=0.001).arrive == NOW + timedelta(seconds=1)
    assert trip(drive=0).arrive == NOW
    assert trip(job={"release": NOW + HOUR}).arrive == NOW + HOUR


def test_a_generator_must_carry_the_load_and_a_size_nobody_wrote_down_is_believed() -> None:
    wanted = {"needs_generator": True, "generator_kva": 20.0}
    small = trip({"generators": 1, "generator_kva": 10.0}, wanted)
    assert words(has_generator(small)) == (
        "generator_too_small",
        "has generators of 10 kVA, and 20 kVA are wanted",
    )
    assert has_generator(trip({"generators": 1, "generator_kva": 30.0}, wanted)) is None
    assert has_generator(trip({"generators": 1}, wanted)) is None


def test_a_certificate_must_last_until_the_work_is_done() -> None:
    climbs = {"skills": frozenset({"climbing", "power"})}
    until = {"certificates": {"climbing": NOW + HOUR, "aircon": NOW - HOUR}, **climbs}
    assert words(certificates_valid(trip(until, climbs))) == (
        "certificate_expired",
        "certificate for climbing has run out",
    )
    assert certificates_valid(trip(until, {**climbs, "service_minutes": 30.0})) is None
    assert certificates_valid(trip(until)) is None


def test_work_waits_for_an_access_window_and_is_refused_when_none_is_left() -> None:
    opens = (Interval(NOW, NOW + HOUR), Interval(NOW + 3 * HOUR, NOW + 4 * HOUR))
    waits = trip(job={"windows": opens})  # 30 minutes of driving and 45 of work do not fit into the first
    assert is_let_in(waits) is None
    assert waits.arrive == NOW + 3 * HOUR
    missed = trip(job={"windows": opens[:1], "zone": ZoneInfo("Asia/Shanghai")})
    assert words(is_let_in(missed)) == ("no_open_window", "no access window is left (the last one closes at 17:00)")


def test_nobody_sets_off_in_his_break_and_no_work_lasts_into_one() -> None:
    now = {"breaks": (Interval(NOW - HOUR, NOW + HOUR),)}
    refusal = not_in_break(trip(now))
    assert words(refusal) == ("works_in_break", "has a break until 09:00")
    assert refusal is not None
    assert refusal.until == NOW + HOUR
    soon = trip({"breaks": (Interval(NOW + HOUR, NOW + 2 * HOUR),)})
    assert not_in_break(soon) is None
    assert soon.arrive == NOW + 2 * HOUR  # half an hour of driving before the break, 45 minutes of work after it
    on_the_road = trip({"breaks": (Interval(NOW + timedelta(minutes=10), NOW + HOUR),)})
    assert on_the_road.arrive == NOW + timedelta(minutes=80)
