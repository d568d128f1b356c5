"""The polling schedule: everybody in turn, on time, evenly spread, and the silent ones apart."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from collectors.poll.schedule import Pace, Schedule

PACE = Pace(interval=60, back_off=600)
KEYS = [f"S{number}/ups" for number in range(600)]


def scheduled(keys: list[str] = KEYS, now: float = 0.0) -> Schedule:
    schedule = Schedule(PACE)
    schedule.replace(set(keys), now)
    return schedule


def test_everybody_is_asked_once_an_interval_and_evenly_spread() -> None:
    schedule = scheduled()
    asked: dict[str, list[float]] = {}
    for second in range(1, 301):
        given_out = schedule.due(second, 1000, 1000)
        assert len(given_out) < 30, "600 devices in 60 s: about 10 a second"
        for due in given_out:
            asked.setdefault(due.key, []).append(second)
            schedule.done(due.key, True, second + 0.3)
    assert sorted(asked) == sorted(KEYS)
    for seconds in asked.values():
        assert len(seconds) == 5
        assert {after - before for before, after in pairwise(seconds)} == {60}


def test_a_restart_keeps_everybodys_place_in_the_interval() -> None:
    first, second = scheduled(now=0.0), scheduled(now=6000.0 + 17.0)
    before = {due.key: due.late for second_ in range(60) for due in first.due(second_ + 1, 1000, 0)}
    places: dict[str, int] = {}
    for moment in range(6018, 6078):
        places |= {due.key: moment % 60 for due in second.due(moment, 1000, 0)}
    again = scheduled(now=0.0)
    for moment in range(1, 61):
        for due in again.due(moment, 1000, 0):
            assert places[due.key] == moment % 60
    assert len(before) == len(places) == len(KEYS)


def test_who_does_not_answer_is_asked_ever_later_and_at_least_every_back_off() -> None:
    schedule = scheduled(["S1/ups"])
    moments: list[float] = []
    while len(moments) < 9:
        at = schedule.next_at()
        assert at is not None
        now = at
        (due,) = schedule.due(now, 1, 1)
        assert due.probe == bool(moments)
        moments.append(now)
        schedule.done("S1/ups", False, now)
    pauses = [after - before for before, after in pairwise(moments)]
    for pause, wanted in zip(pauses, (60, 120, 240, 480, 600, 600, 600, 600), strict=True):
        assert 0.9 * wanted <= pause <= wanted


def test_who_answers_a_probe_is_asked_in_full_at_once_and_is_in_the_round_again() -> None:
    schedule = scheduled(["S1/ups"])
    now = schedule.next_at() or 0
    for answered in (False, False, True):
        now = schedule.next_at() or 0
        schedule.due(now, 1, 1)
        schedule.done("S1/ups", answered, now)
    (due,) = schedule.due(now, 1, 1)
    assert not due.probe
    schedule.done("S1/ups", True, now)
    assert 0 < (schedule.next_at() or 0) - now <= 60


def test_when_one_comes_back_the_others_are_tried_within_an_interval() -> None:
    schedule, now = scheduled(KEYS[:50]), 0.0
    while now < 3000:
        now += 1
        for due in schedule.due(now, 100, 100):
            schedule.done(due.key, False, now)
    first = schedule.next_at() or 0
    (back, *rest) = schedule.due(first, 100, 100)
    for due in rest:
        schedule.done(due.key, False, first)
    schedule.done(back.key, True, first)
    tried = {due.key for due in schedule.due(first + 61, 100, 100)}
    assert len(tried) >= 49 - len(rest)


def test_the_silent_have_places_of_their_own_so_that_the_living_never_wait_for_them() -> None:
    schedule = scheduled()
    dead = set(KEYS[:300])
    for second in range(1, 61):
        for due in schedule.due(second, 1000, 1000):
            schedule.done(due.key, due.key not in dead, second)
    under_way = 0
    for second in range(61, 2000):
        given_out = schedule.due(second, 1000, max(0, 5 - under_way))
        under_way += sum(due.probe for due in given_out)  # and none of them ever comes back
        assert under_way <= 5
        for due in given_out:
            if not due.probe:
                assert due.key not in dead
                assert due.late < 1
                schedule.done(due.key, True, second)
    assert schedule.silent() == 300


def test_devices_come_and_go_while_they_are_under_way() -> None:
    schedule = scheduled(["a", "b"])
    schedule.due(60, 10, 10)
    schedule.replace({"b", "c"}, 61)
    schedule.done("a", True, 62)
    schedule.replace({"a", "b", "c"}, 62)
    schedule.done("a", False, 63)
    schedule.done("b", True, 63)
    found = [due for second in range(64, 130) for due in schedule.due(second, 10, 10)]
    assert sorted(due.key for due in found) == ["a", "b", "c"]
    assert not any(due.probe for due in found)


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans(), st.floats(0.1, 100)), max_size=80))
def test_whatever_answers_nobody_is_forgotten_and_nobody_is_given_out_twice(
    steps: list[tuple[int, bool, float]],
) -> None:
    keys = [f"d{number}" for number in range(10)]
    schedule = scheduled(keys)
    now, under_way = 0.0, set[str]()
    for number, answered, pause in steps:
        now += pause
        given_out = [due.key for due in schedule.due(now, 3, 3)]
        assert not under_way & set(given_out)
        under_way |= set(given_out)
        if (key := f"d{number}") in under_way:
            under_way.discard(key)
            schedule.done(key, answered, now)
    for key in under_way:
        schedule.done(key, True, now)
    assert {due.key for due in schedule.due(now + 601, 10, 10)} == set(keys)
