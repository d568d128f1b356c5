"""When what is told of a place changed, and the signs near that: what an inference looks at, and nothing else."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import NamedTuple

from alarm_correlation.facts import Sign

_RAISED_AT = attrgetter("raised_at")


class Span(NamedTuple):
    """A stretch of time, both ends within it; a moment where they are the same."""

    since: datetime
    until: datetime


Stood = tuple[datetime, datetime | None]
"""When something was: since when, and until when if it is over."""

EVER = Span(datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC))


def moment(at: datetime) -> Span:
    return Span(at, at)


def apart(before: Stood | None, now: Stood) -> set[Span]:
    """The times in which something was either before or is now, and not both."""
    began, ended = now[0], now[1] or EVER.until
    if before is None:
        return {Span(began, ended)}
    ends = zip((before[0], before[1] or EVER.until), (began, ended), strict=True)
    return {Span(min(pair), max(pair)) for pair in ends if pair[0] != pair[1]}


def joined(spans: Iterable[Span], gap: timedelta) -> list[Span]:
    """In order of time, those with no more than the gap between them made one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.since - found[-1].until <= gap:
            found[-1] = Span(found[-1].since, max(found[-1].until, span.until))
        else:
            found.append(span)
    return found


def within(signs: Sequence[Sign], span: Span) -> Sequence[Sign]:
    """The signs, in order of time, of alarms that began in it."""
    return signs[bisect_left(signs, span.since, key=_RAISED_AT) : bisect_right(signs, span.until, key=_RAISED_AT)]


def near(signs: Sequence[Sign], spans: Iterable[Span], gap: timedelta, counts: Callable[[Sign], bool]) -> list[Sign]:
    """The signs that count, in order of time, of all runs that come within the gap of one of the spans.

    What happens at a time can make no other run longer, shorter, one of two or two of one.
    """
    found: list[Sign] = []
    end = 0
    for span in joined(spans, gap):
        first = bisect_left(signs, span.since - gap, end, key=_RAISED_AT)
        last = bisect_right(signs, span.until + gap, first, key=_RAISED_AT)
        if here := [sign for sign in signs[first:last] if counts(sign)]:
            before, end = _before(signs, first, end, here[0], gap, counts), last
            after, end = _after(signs, last, here[-1], gap, counts)
            found += before + here + after
    return found


def _before(
    signs: Sequence[Sign], first: int, least: int, edge: Sign, gap: timedelta, counts: Callable[[Sign], bool]
) -> list[Sign]:
    """How the run began to which the edge belongs, which is the first that counts from `first` on."""
    found: list[Sign] = []
    while first > least and edge.raised_at - signs[first - 1].raised_at <= gap:
        first -= 1
        if counts(signs[first]):
            edge = signs[first]
            found.append(edge)
    return found[::-1]


def _after(
    signs: Sequence[Sign], last: int, edge: Sign, gap: timedelta, counts: Callable[[Sign], bool]
) -> tuple[list[Sign], int]:
    """How it went on, and where it ended."""
    found: list[Sign] = []
    while last < len(signs) and signs[last].raised_at - edge.raised_at <= gap:
        if counts(signs[last]):
            edge = signs[last]
            found.append(edge)
        last += 1
    return found, last
