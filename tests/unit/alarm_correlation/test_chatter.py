"""What turns too often is held as one standing alarm with its rate, until it is quiet; and clears that have to last."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import permutations

import msgspec

from alarm_correlation.chatter import ChatterLimits
from alarm_correlation.lifecycle import (
    LONG_AGO,
    Heard,
    Occurrence,
    Windows,
    advance,
    as_of,
    fold,
    next_change,
)
from alarm_correlation.track import Track, take_in
from guywire.model import Severity

START = datetime(2026, 11, 21, 8, tzinfo=UTC)
LIMITS = ChatterLimits(transitions=4, within=timedelta(seconds=100), quiet=timedelta(seconds=200))
WINDOWS = Windows(reorder=timedelta(seconds=360), reopen=timedelta(seconds=50), chatter=LIMITS)
LASTING = msgspec.structs.replace(WINDOWS, clear_delay=timedelta(seconds=60))


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


def up(second: float, severity: Severity = Severity.MAJOR, text: str = "", source: str = "") -> Heard:
    return Heard(at(second), at(second), severity, text, source)


def clear(second: float, source: str = "") -> Heard:
    return up(second, Severity.CLEARED, source=source)


def turns(*seconds: float) -> list[Heard]:
    return [clear(second) if place % 2 else up(second) for place, second in enumerate(seconds)]


def told(events: Iterable[Heard], windows: Windows = WINDOWS) -> Occurrence:
    return fold(None, sorted(events, key=lambda heard: heard.order), windows)[-1]


def test_so_many_turns_within_so_long_are_held_as_one_that_stands() -> None:
    assert told(turns(0, 10, 20)).chatter is None
    held = told(turns(0, 10, 20, 100))
    assert held.chatter is not None
    assert (held.cleared_at, held.chatter.since, held.lull) == (None, at(0), at(100))
    assert told(turns(0, 30, 60, 101)).chatter is None, "that took too long"


def test_repeats_are_no_turns() -> None:
    assert told([up(0), up(1), clear(2), clear(3), clear(4), up(5)]).chatter is None


def test_what_chatters_keeps_its_times_whatever_it_says() -> None:
    def shown(one: Occurrence) -> tuple[object, ...]:
        return one.raised_at, one.stands_since, one.changed_at, one.cleared_at, one.severity

    held = told(turns(0, 10, 20, 30))
    later = told([*turns(0, 10, 20, 30), up(40, Severity.MINOR, "other words"), clear(239), up(400)])
    assert shown(later) == shown(held)
    assert (held.count, later.count) == (4, 7)
    assert later.news_at == held.news_at


def test_what_becomes_worse_while_it_chatters_stays_so_until_it_is_quiet() -> None:
    events = [*turns(0, 10, 20, 30), up(40, Severity.CRITICAL), clear(50), up(60, Severity.MINOR)]
    worse = told(events)
    assert (worse.severity, worse.changed_at, worse.news_at) == (Severity.CRITICAL, at(40), at(40))
    assert as_of(worse, WINDOWS, at(260)).severity is Severity.MINOR


def test_once_quiet_it_is_what_its_device_said_last() -> None:
    cleared, stands = told(turns(0, 10, 20, 30)), told(turns(0, 10, 20, 30, 40))
    assert (next_change(cleared, WINDOWS), next_change(stands, WINDOWS)) == (at(230), at(240))
    assert as_of(cleared, WINDOWS, at(229)) == cleared
    calm = as_of(cleared, WINDOWS, at(230))
    assert (calm.cleared_at, calm.cleared_by, calm.changed_at, calm.chatter) == (at(30), "device", at(30), None)
    calm = as_of(stands, WINDOWS, at(240))
    assert (calm.cleared_at, calm.stands_since, calm.chatter) == (None, at(40), None)
    assert next_change(calm, WINDOWS) is None


def test_a_raise_before_quiet_goes_on_and_one_long_after_the_clear_is_new() -> None:
    assert told([*turns(0, 10, 20, 30), up(229)]).raised_at == at(0), "though the reopen window is over"
    assert told([*turns(0, 10, 20, 30), up(231)]).raised_at == at(231)


def test_a_clear_by_hand_does_not_wait_for_quiet() -> None:
    held = [*turns(0, 10, 20, 30), clear(40, "operator:ann")]
    assert (told(held).cleared_at, told(held).cleared_by, told(held).chatter) == (at(40), "ann", None)
    assert told([*held, up(50), clear(60)]).cleared_at == at(60), "it begins to count anew"


def test_a_clear_by_hand_ends_nothing_that_was_heard_after_it() -> None:
    slow = Heard(at(5), at(50), Severity.MAJOR)
    stands = told([up(0), clear(2), slow, clear(40, "operator:ann")])
    assert (stands.cleared_at, stands.count) == (None, 4)


def test_the_rate_is_measured_anew_once_a_minute_to_two_figures() -> None:
    one: Occurrence | None = None
    rates: list[tuple[int, float]] = []
    for place in range(200):
        second = place * 2 if place < 100 else 200 + (place - 100) * 10
        one = advance(one, clear(second) if place % 2 else up(second), WINDOWS)
        assert one is not None
        rate = one.chatter.rate if one.chatter is not None else 0
        if not rates or rates[-1][1] != rate:
            rates.append((second, rate))
    assert rates == [(0, 0), (6, 1800), (250, 680), (310, 360)]


def test_turns_at_one_instant_have_a_rate_too() -> None:
    held = told([up(0), clear(0), up(0, text="b"), clear(0, "b")])
    assert held.chatter is None or held.chatter.rate > 0
    assert told(turns(0, 0.1, 0.2, 0.3)).chatter is not None


def test_any_order_tells_the_same() -> None:
    events = [*turns(0, 10, 20, 30), up(40, Severity.CRITICAL)]
    for order in permutations(events):
        track = Track()
        for one in order:
            take_in(track, one)
        assert fold(None, track.tail, WINDOWS) == [told(events)]


def test_what_is_settled_goes_on_as_if_it_were_not() -> None:
    events = turns(*range(0, 400, 20), 590, 600, 900)
    whole = fold(None, events, WINDOWS)[-1]
    for cut in range(1, len(events)):
        settled = fold(None, events[:cut], WINDOWS)[-1]
        assert fold(settled, events[cut:], WINDOWS)[-1] == whole


def test_a_clear_counts_once_it_has_lasted() -> None:
    waiting = told(turns(0, 10), LASTING)
    assert (waiting.cleared_at, waiting.lull, waiting.changed_at) == (None, at(10), at(0))
    assert as_of(waiting, LASTING, at(69)) == waiting
    assert as_of(waiting, LASTING, at(70)).cleared_at == at(10), "since when it was clear"


def test_a_raise_before_that_goes_on_as_if_nothing_had_been() -> None:
    went_on = told(turns(0, 10, 69), LASTING)
    assert (went_on.stands_since, went_on.changed_at, went_on.news_at, went_on.lull) == (at(0), at(0), at(0), None)
    came_back = told(turns(0, 10, 70), msgspec.structs.replace(LASTING, reopen=timedelta(seconds=90)))
    assert (came_back.raised_at, came_back.stands_since, came_back.news_at) == (at(0), at(70), at(70))


def test_a_late_raise_takes_a_clear_back_that_had_counted() -> None:
    assert told([up(0), clear(10), up(60), clear(80)], LASTING).lull == at(80)
    assert as_of(told([up(0), clear(10), clear(80)], LASTING), LASTING, at(90)).cleared_at == at(10)


def test_what_is_held_does_not_age() -> None:
    ageing = msgspec.structs.replace(LASTING, age=timedelta(seconds=30))
    assert as_of(told(turns(0, 10), ageing), ageing, at(500)).cleared_by == "device"
    for way in ([at(500)], [at(40), at(230), at(231), at(500)]):
        life = told(turns(0, 10, 20, 25, 30), ageing)
        for moment in way:
            life = as_of(life, ageing, moment)
        assert (life.cleared_at, life.cleared_by, life.stands_since) == (at(60), "age", at(30))


def test_what_was_stored_before_there_was_news_has_none() -> None:
    old = msgspec.json.encode({"raised_at": at(0), "received_at": at(0), "stands_since": at(0), "changed_at": at(0),
                               "heard_at": at(0), "severity": "major"})  # fmt: skip
    assert msgspec.json.decode(old, type=Occurrence).news_at == LONG_AGO
