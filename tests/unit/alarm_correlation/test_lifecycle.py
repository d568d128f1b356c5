"""An alarm's life is a fold over the set of its events: order of arrival, repeats and lateness are told apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from alarm_correlation.lifecycle import Heard, Occurrence, Track, Windows, fold, settle, take_in
from guywire.model import Severity

START = datetime(2026, 11, 21, 8, tzinfo=UTC)
WINDOWS = Windows(reorder=timedelta(seconds=360), reopen=timedelta(seconds=300))


def heard(second: float, severity: Severity = Severity.MAJOR, text: str = "") -> Heard:
    at = START + timedelta(seconds=second)
    return Heard(at, at, severity, text)


def clear(second: float) -> Heard:
    return heard(second, Severity.CLEARED)


def lives(*events: Heard) -> list[Occurrence]:
    track = Track()
    for one in events:
        take_in(track, one)
    return fold(track.settled, track.tail, WINDOWS.reopen)


def spans(found: list[Occurrence]) -> list[tuple[float, float | None, int]]:
    def since(at: datetime | None) -> float | None:
        return None if at is None else (at - START).total_seconds()

    return [(since(one.raised_at) or 0.0, since(one.cleared_at), one.count) for one in found]


def test_raise_repeat_clear_in_any_order_is_one_occurrence_with_its_count() -> None:
    for order in permutations([heard(0), heard(10), clear(20), clear(25)]):
        assert spans(lives(*order)) == [(0, 20, 4)]


def test_a_raise_inside_the_reopen_window_goes_on_and_one_after_it_is_new() -> None:
    assert spans(lives(heard(0), clear(10), heard(310))) == [(0, None, 3)]
    assert spans(lives(heard(0), clear(10), heard(311))) == [(0, 10, 2), (311, None, 1)]


def test_a_raise_that_comes_late_joins_what_it_bridges() -> None:
    assert spans(lives(heard(0), clear(10), heard(400), heard(200))) == [(0, None, 4)]


def test_at_one_instant_events_alternate_from_what_stood_before() -> None:
    for order in permutations([heard(10), clear(10)]):
        assert spans(lives(*order)) == [(10, 10, 2)], "a blip"
        assert spans(lives(heard(0), *order)) == [(0, None, 3)], "it stood, and stands"


def test_the_worst_of_two_severities_at_one_instant_stays() -> None:
    for order in permutations([heard(0, Severity.CRITICAL), heard(0, Severity.MINOR)]):
        assert lives(*order)[0].severity is Severity.CRITICAL


def test_a_clear_alone_is_no_alarm() -> None:
    assert lives(clear(0)) == []


def test_what_is_later_than_the_window_is_counted_and_changes_nothing() -> None:
    track = Track()
    for one in (heard(0), heard(1000), clear(2000)):
        take_in(track, one)
        settle(track, WINDOWS)
    take_in(track, clear(500))
    (life,) = fold(track.settled, track.tail, WINDOWS.reopen)
    assert spans([life]) == [(0, 2000, 4)]


@given(st.lists(st.tuples(st.integers(0, 300), st.booleans()), max_size=20), st.randoms(use_true_random=False))
def test_the_outcome_is_a_function_of_the_set_of_events(what: list[tuple[int, bool]], chance: object) -> None:
    events = [clear(second) if clears else heard(second) for second, clears in what]
    shuffled = list(events)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert lives(*shuffled) == lives(*events)
    assert sum(one.count for one in lives(*events)) <= len(events)


@given(st.lists(st.tuples(st.integers(0, 5000), st.booleans()), max_size=30))
def test_settling_what_is_old_does_not_change_the_newest_occurrence(what: list[tuple[int, bool]]) -> None:
    track, whole = Track(), Track()
    for second, clears in sorted(what):
        one = clear(second) if clears else heard(second)
        take_in(track, one)
        take_in(whole, one)
        settle(track, WINDOWS)
    assert fold(track.settled, track.tail, WINDOWS.reopen)[-1:] == fold(None, whole.tail, WINDOWS.reopen)[-1:]
