"""An alarm's life is a fold over the set of its events: order of arrival, repeats and lateness are told apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from alarm_correlation.chatter import ChatterLimits
from alarm_correlation.lifecycle import AGE, Heard, Occurrence, Windows, as_of, fold
from alarm_correlation.track import Track, settle, take_in
from guywire.model import Severity

START = datetime(2026, 11, 21, 8, tzinfo=UTC)
CHATTER = ChatterLimits(transitions=6, within=timedelta(seconds=300), quiet=timedelta(seconds=300))
WINDOWS = Windows(reorder=timedelta(seconds=360), reopen=timedelta(seconds=300), chatter=CHATTER)
AGEING = msgspec.structs.replace(WINDOWS, age=timedelta(seconds=900))


def heard(
    second: float, severity: Severity = Severity.MAJOR, text: str = "", *, times: int = 1, baseline: bool = False
) -> Heard:
    at = START + timedelta(seconds=second)
    return Heard(at, at, severity, text, times=times, baseline=baseline)


def clear(second: float, *, times: int = 1) -> Heard:
    return heard(second, Severity.CLEARED, times=times)


def lives(*events: Heard, windows: Windows = WINDOWS) -> list[Occurrence]:
    track = Track()
    for one in events:
        take_in(track, one)
    return fold(track.settled, track.tail, windows)


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
    (life,) = fold(track.settled, track.tail, WINDOWS)
    assert spans([life]) == [(0, 2000, 4)]


def test_merged_repeats_count_as_many_as_they_stand_for() -> None:
    for order in permutations([heard(0, times=40), heard(0, times=2), heard(10), clear(20, times=7)]):
        assert spans(lives(*order)) == [(0, 20, 50)]


def test_what_came_too_late_counts_as_many_as_it_stands_for() -> None:
    track = Track()
    for one in (heard(0), heard(1000)):
        take_in(track, one)
        settle(track, WINDOWS)
    take_in(track, heard(-500, times=9))
    assert spans(fold(track.settled, track.tail, WINDOWS)) == [(0, None, 11)]


def test_a_baseline_said_again_stays_one_and_a_worse_or_fresh_raise_ends_it() -> None:
    stood = heard(0, Severity.MINOR, baseline=True)
    assert lives(stood, heard(10, Severity.MINOR))[0].baseline
    assert not lives(stood, heard(10, Severity.CRITICAL))[0].baseline, "it became worse"
    assert not lives(stood, clear(10), heard(20, Severity.MINOR))[0].baseline, "it came back"
    assert not lives(heard(-10, Severity.MINOR), stood)[0].baseline, "its trap was heard before the look"
    for order in permutations([stood, heard(0, Severity.MINOR)]):
        assert not lives(*order)[0].baseline, "at that very moment it was raised"


def test_an_alarm_without_a_clear_of_its_own_ends_by_its_age() -> None:
    (life,) = lives(heard(0), heard(600), windows=AGEING)
    assert as_of(life, AGEING, START + timedelta(seconds=1499)) == life
    ended = as_of(life, AGEING, START + timedelta(seconds=1500))
    assert (spans([ended]), ended.cleared_by, ended.changed_at) == ([(0, 1500, 2)], AGE, ended.cleared_at)
    assert as_of(life, WINDOWS, START + timedelta(days=9)) == life, "a type that does not age stands"


def test_what_is_heard_after_its_age_begins_anew_or_comes_back() -> None:
    assert spans(lives(heard(0), heard(1201), windows=AGEING)) == [(0, 900, 1), (1201, None, 1)]
    assert spans(lives(heard(0), heard(1000), windows=AGEING)) == [(0, None, 2)]
    assert spans(lives(heard(0), heard(1201), heard(500), windows=AGEING)) == [(0, None, 3)], "it was heard meanwhile"


EVENTS = st.builds(
    lambda second, clears, times, baseline: (
        clear(second, times=times) if clears else heard(second, times=times, baseline=baseline)
    ),
    st.integers(0, 300),
    st.booleans(),
    st.integers(1, 5),
    st.booleans(),
)


@given(st.lists(EVENTS, max_size=20), st.randoms(use_true_random=False), st.sampled_from([WINDOWS, AGEING]))
def test_the_outcome_is_a_function_of_the_set_of_events(what: list[Heard], chance: object, windows: Windows) -> None:
    shuffled = list(what)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    found = lives(*what, windows=windows)
    assert lives(*shuffled, windows=windows) == found
    first = min((one.at for one in what if not one.clears), default=None)
    assert sum(one.count for one in found) == sum(one.times for one in what if first is not None and one.at >= first)


@given(
    st.lists(st.tuples(st.integers(0, 5000), st.booleans(), st.integers(1, 3)), max_size=30),
    st.sampled_from([WINDOWS, AGEING]),
)
def test_settling_what_is_old_does_not_change_the_newest_occurrence(
    what: list[tuple[int, bool, int]], windows: Windows
) -> None:
    track, whole = Track(), Track()
    for second, clears, times in sorted(what):
        one = clear(second, times=times) if clears else heard(second, times=times)
        take_in(track, one)
        take_in(whole, one)
        settle(track, windows)
    assert fold(track.settled, track.tail, windows)[-1:] == fold(None, whole.tail, windows)[-1:]
