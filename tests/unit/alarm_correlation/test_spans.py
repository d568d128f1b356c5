"""The signs near something that changed: whole runs, and none that could not be another now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from alarm_correlation.facts import Sign
from alarm_correlation.finding import runs
from alarm_correlation.spans import EVER, Span, apart, near
from guywire.model import Identity

START = datetime(2026, 11, 21, 8, tzinfo=UTC)
GAP = timedelta(seconds=10)


def at(second: int) -> datetime:
    return START + timedelta(seconds=second)


seconds = st.integers(0, 120)
signs = st.lists(seconds, max_size=20).map(
    lambda began: [
        Sign(at(second), Identity("S", "r", "smoke", ""), f"A{place}", ()) for place, second in enumerate(sorted(began))
    ]
)
spans = st.sets(st.tuples(seconds, seconds).map(lambda ends: Span(at(min(ends)), at(max(ends)))), max_size=4)


@given(signs, spans, st.integers(1, 4))
def test_near_are_the_runs_that_come_within_the_gap_of_a_span(told: list[Sign], changed: set[Span], every: int) -> None:
    def counts(sign: Sign) -> bool:
        return int(sign.alarm_id[1:]) % every == 0

    def is_near(run: list[Sign]) -> bool:
        return any(span.since - GAP <= sign.raised_at <= span.until + GAP for sign in run for span in changed)

    expected = [sign for run in runs([sign for sign in told if counts(sign)], GAP) if is_near(run) for sign in run]
    assert near(told, changed, GAP, counts) == expected


@given(signs, st.sets(seconds, min_size=1, max_size=5))
def test_signs_that_come_and_go_change_no_run_but_those_near_them(told: list[Sign], gone: set[int]) -> None:
    after = [sign for sign in told if sign.raised_at not in {at(second) for second in gone}]
    moments = {Span(at(second), at(second)) for second in gone}
    then, now = ({tuple(run) for run in runs(held, GAP)} for held in (told, after))
    for held, changed in ((told, then - now), (after, now - then)):
        close = {sign.alarm_id for sign in near(held, moments, GAP, lambda _: True)}
        assert all(sign.alarm_id in close for run in changed for sign in run)


def test_two_stretches_are_apart_where_one_is_and_the_other_is_not() -> None:
    assert apart((at(0), None), (at(0), at(9))) == {Span(at(9), EVER.until)}
    assert apart((at(5), at(9)), (at(3), at(9))) == {Span(at(3), at(5))}
    assert apart((at(0), None), (at(0), None)) == set()
    assert apart(None, (at(4), None)) == {Span(at(4), EVER.until)}
