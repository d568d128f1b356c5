"""An alarm's life as a fold over what was heard of it: the first step from events to incidents. Pure.

Per identity the events of the last minutes are kept in the order of their source times, over what is settled. So the
outcome depends on the *set* of events heard, not on the order in which they came, as long as none is later than the
reorder window. Later ones are counted and change nothing: a late clear never clears a newer raise.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

import msgspec

from guywire.model import AlarmEvent, Severity

OPERATOR = "operator:"
"""The source of a clear by hand begins with this; the rest is who did it."""

AGE = "age"
"""What clears an alarm that was not heard again for as long as its type lives."""


class Heard(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One event as the fold sees it. `times`: how many notifications it stands for, its own repeats among them."""

    at: datetime
    received_at: datetime
    severity: Severity
    text: str = ""
    source: str = ""
    details: dict[str, str] = {}
    times: int = 1
    baseline: bool = False

    @property
    def clears(self) -> bool:
        return self.severity is Severity.CLEARED

    @property
    def order(self) -> tuple[datetime, int, str, str]:
        """By time; at one instant the worst severity last, so that it is the one that stays."""
        return (self.at, -self.severity.rank, self.text, self.source)


class Occurrence(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One life of an alarm. `stands_since` is its raise or last reopening, `heard_at` the newest event in it.

    `baseline` as long as nothing is known of it but that it stood when its device was first looked at.
    """

    raised_at: datetime
    received_at: datetime
    stands_since: datetime
    changed_at: datetime
    heard_at: datetime
    severity: Severity
    text: str = ""
    source: str = ""
    details: dict[str, str] = {}
    cleared_at: datetime | None = None
    cleared_by: str = ""
    count: int = 1
    baseline: bool = False


class Track(msgspec.Struct, gc=False):
    """What is known of one identity: `settled` is the last occurrence up to the window, `tail` what came in it.

    `alarms` are the ids of the occurrences of `fold(settled, tail, windows)`, in order.
    """

    settled: Occurrence | None = None
    tail: list[Heard] = []
    alarms: list[str] = []

    def too_late(self, at: datetime) -> bool:
        """Whether an event of that time belongs into what is settled."""
        return self.settled is not None and at <= self.settled.heard_at


class Windows(msgspec.Struct, frozen=True):
    """How late an event may come, and how soon a raise after a clear is the same alarm come back.

    `age`: what has no clear of its own ends when it was not heard again for so long.
    """

    reorder: timedelta
    reopen: timedelta
    age: timedelta | None = None


def heard_from(event: AlarmEvent, lately: Sequence[Heard] = ()) -> Heard:
    """The event as a fold takes it. What equals something of `lately` is kept once: a storm repeats its words."""
    text, source, details = event.text, event.source, event.details
    for known in lately[-2:]:  # a raise repeats the raise before the last clear
        text = known.text if known.text == text else text
        source = known.source if known.source == source else source
        details = known.details if known.details == details else details
    return Heard(
        at=event.at,
        received_at=event.received_at,
        severity=event.severity,
        text=text,
        source=source,
        details=details,
        times=event.count,
        baseline=event.baseline,
    )


def fold(settled: Occurrence | None, tail: Sequence[Heard], windows: Windows) -> list[Occurrence]:
    """The occurrences that these events tell, oldest first; the settled one, where there is one, is the first.

    At one instant events alternate from what stood before: a clear and a raise find a standing alarm still standing,
    and make a blip of one that did not stand.
    """
    done: list[Occurrence] = []
    last = settled
    for at, group in groupby(tail, key=lambda heard: heard.at):
        last = last and aged(last, windows, at)
        stands = last is not None and last.cleared_at is None
        for heard in sorted(group, key=lambda heard: heard.clears != stands):
            following = advance(last, heard, windows)
            if last is not None and following is not None and following.raised_at != last.raised_at:
                done.append(last)
            last = following
    return [*done, last] if last is not None else done


def aged(last: Occurrence, windows: Windows, now: datetime) -> Occurrence:
    """The same, or ended by its age: nothing but its events and the time decides."""
    if windows.age is None or last.cleared_at is not None or now < (end := last.heard_at + windows.age):
        return last
    return ended_by_age(last, end)


def ended_by_age(last: Occurrence, at: datetime) -> Occurrence:
    return msgspec.structs.replace(last, cleared_at=at, cleared_by=AGE, changed_at=at)


def advance(last: Occurrence | None, heard: Heard, windows: Windows) -> Occurrence | None:
    """The newest occurrence after one more event, none where nothing but clears was heard."""
    last = last and aged(last, windows, heard.at)
    if heard.clears:
        return _clear(last, heard) if last is not None else None
    if last is None or (last.cleared_at is not None and heard.at - last.cleared_at > windows.reopen):
        return Occurrence(
            raised_at=heard.at,
            received_at=heard.received_at,
            stands_since=heard.at,
            changed_at=heard.at,
            heard_at=heard.at,
            severity=heard.severity,
            text=heard.text,
            source=heard.source,
            details=heard.details,
            count=heard.times,
            baseline=heard.baseline,
        )
    return _repeat(last, heard)


def _clear(last: Occurrence, heard: Heard) -> Occurrence:
    counted = msgspec.structs.replace(last, heard_at=heard.at, count=last.count + heard.times)
    if last.cleared_at is not None:
        return counted
    by = heard.source.removeprefix(OPERATOR) if heard.source.startswith(OPERATOR) else "device"
    return msgspec.structs.replace(counted, cleared_at=heard.at, cleared_by=by, changed_at=heard.at)


def _repeat(last: Occurrence, heard: Heard) -> Occurrence:
    """Said again, said otherwise, or come back inside the reopen window: the same occurrence either way.

    What stood at the first look stays baseline while it is only said again; that it became worse is news.
    """
    came_back = last.cleared_at is not None
    news = came_back or heard.severity.rank < last.severity.rank
    changed = came_back or heard.severity is not last.severity or heard.text != last.text
    return msgspec.structs.replace(
        last,
        received_at=min(last.received_at, heard.received_at),
        stands_since=heard.at if came_back else last.stands_since,
        changed_at=heard.at if changed else last.changed_at,
        heard_at=heard.at,
        severity=heard.severity,
        text=heard.text,
        source=heard.source,
        details=heard.details,
        cleared_at=None,
        cleared_by="",
        count=last.count + heard.times,
        baseline=heard.baseline if news else last.baseline,
    )


def take_in(track: Track, heard: Heard) -> bool:
    """Puts one event where it belongs by its time; true when it is simply the newest.

    Exact repeats are one entry with its number of times; what is too late is counted on what is settled.
    """
    if track.settled is not None and track.too_late(heard.at):
        track.settled = msgspec.structs.replace(track.settled, count=track.settled.count + heard.times)
        return False
    if not track.tail or heard.at > track.tail[-1].at:
        track.tail.append(heard)
        return True
    place = bisect_left(track.tail, heard.order, key=lambda other: other.order)
    if place < len(track.tail) and track.tail[place].order == heard.order:
        same = track.tail[place]
        track.tail[place] = msgspec.structs.replace(
            same,
            times=same.times + heard.times,
            received_at=min(same.received_at, heard.received_at),
            baseline=same.baseline and heard.baseline,
        )
    else:
        track.tail.insert(place, heard)
    return False


def settle(track: Track, windows: Windows) -> None:
    """Folds away what can no longer be overtaken. `track.alarms` must name the occurrences as they are now.

    The identity's own newest event is the yardstick, not the clock: a device whose clock is slow is judged by its own
    time.
    """
    if not track.tail:
        return
    old = bisect_left(track.tail, track.tail[-1].at - windows.reorder, key=lambda heard: heard.at)
    if old:
        lives = fold(track.settled, track.tail[:old], windows)
        track.settled = lives[-1] if lives else None
        del track.tail[:old], track.alarms[: max(len(lives) - 1, 0)]
