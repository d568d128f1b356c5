"""Maintenance windows and shelves as pure functions: what one matches, when it holds, and who was heard in between.

A silence matches an alarm when its place (one of the sites, or at or below one of the regions), its resource and its
type do; what a silence does not name matches all. Windows and shelves are after RFC 8632, 4.6.2: the first that
matches, in order, holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from heapq import merge

from alarm_correlation.lifecycle import Occurrence
from alarm_correlation.records import Silence
from guywire.model import Identity
from guywire.weekly import Stretch, known_zone, stretches_around

MAINTENANCE, SHELF = "maintenance", "shelf"
EVERYWHERE = "everywhere"
FOREVER = datetime.max.replace(tzinfo=UTC)
"""The end of a stretch that has none."""

_WEEK = timedelta(days=7)


def matches(silence: Silence, identity: Identity, region: str) -> bool:
    """Whether an alarm of this identity, in this region path, is meant by it."""
    anywhere = not silence.sites and not silence.regions
    return (
        (anywhere or identity.site in silence.sites or any(is_below(region, above) for above in silence.regions))
        and (not silence.alarm_types or identity.alarm_type in silence.alarm_types)
        and (not silence.resources or any(fnmatchcase(identity.resource, one) for one in silence.resources))
    )


def is_below(region: str, above: str) -> bool:
    """Whether a region path is `above` or lies below it, by whole steps of the path."""
    return region == above or region.startswith(f"{above}/")


def headings(silence: Silence) -> Iterator[str]:
    """Under what it is looked for: each of its places, or everywhere."""
    if not silence.sites and not silence.regions:
        yield EVERYWHERE
    yield from (f"site:{site}" for site in silence.sites)
    yield from (f"region:{region}" for region in silence.regions)


def headings_of(site: str, region: str) -> Iterator[str]:
    """Under what the silences that can match an alarm there are found."""
    yield EVERYWHERE
    yield f"site:{site}"
    steps = region.split("/") if region else []
    yield from (f"region:{'/'.join(steps[:length])}" for length in range(1, len(steps) + 1))


def rank(silence: Silence) -> tuple[bool, int, int]:
    """The order in which they are tried: shelves, then windows; each by place, then the older one."""
    return silence.kind != SHELF, silence.place, int(silence.silence_id[1:])


def span(silence: Silence) -> Stretch:
    """From when to when it can hold: never before it was made, so that nothing is silent with hindsight."""
    ends = [at for at in (silence.ends_at, silence.ended_at) if at is not None]
    return Stretch(max(silence.starts_at, silence.made_at), min(ends, default=FOREVER))


def stretches(silence: Silence, since: datetime) -> Iterator[Stretch]:
    """The stretches in which it holds that end after `since`, in order; of a weekly one perhaps without an end."""
    begin, end = span(silence)
    if not silence.weekly:
        if since < end and begin < end:
            yield Stretch(begin, end)
        return
    zone = known_zone(silence.time_zone) or UTC
    reached = max(begin, since)
    day = reached.astimezone(zone).date()
    while reached < end:
        for stretch in stretches_around(silence.weekly, zone, day):
            if stretch.start >= end:
                return
            if stretch.end > reached:
                yield (held := Stretch(max(stretch.start, reached), min(stretch.end, end)))
                reached = held.end
        day += _WEEK


def held_at(silence: Silence, at: datetime) -> Stretch | None:
    """The stretch in which it holds at a moment; none when it does not."""
    following = next(stretches(silence, at), None)
    return following if following is not None and following.start <= at else None


def changes_at(silence: Silence, after: datetime) -> datetime | None:
    """When it begins or ends to hold next; none when it stays as it is."""
    following = next(stretches(silence, after), None)
    if following is None:
        return None
    change = following.start if following.start > after else following.end
    return None if change == FOREVER else change


def spoken_from(silences: Sequence[Silence], told: Occurrence, hold: timedelta, now: datetime) -> datetime | None:
    """Where the first time begins in which an alarm stood unsilenced for `hold` on end, or will if it goes on.

    None where it was silent all along. Under a silence what stood before its last return no longer counts.
    """
    end = told.cleared_at
    if not any(_touches(silence, told.raised_at, end or now) for silence in silences):
        return told.raised_at if end is None or end - told.raised_at >= hold else None
    awake = told.stands_since
    for stretch in merge(*(stretches(silence, awake) for silence in silences)):
        if stretch.start > awake and stretch.start - awake >= hold:
            break
        awake = max(awake, stretch.end)
        if awake > now or (end is not None and awake >= end):
            return None
    return awake if end is None or end - awake >= hold else None


def _touches(silence: Silence, start: datetime, end: datetime) -> bool:
    first = next(stretches(silence, start), None)
    return first is not None and first.start <= end


def in_order(silences: Iterable[Silence]) -> list[Silence]:
    return sorted(silences, key=rank)
