"""An alarm's life as a fold over what was heard of it: the first step from events to incidents. Pure.

Per identity the events of the last minutes are kept in the order of their source times, over what is settled. So the
outcome depends on the *set* of events heard, not on the order in which they came, as long as none is later than the
reorder window. Later ones are counted and change nothing: a late clear never clears a newer raise.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from alarm_correlation.chatter import Chatter, ChatterLimits, Turns, quiet_at, turn
from guywire.model import AlarmEvent, Severity

OPERATOR = "operator:"
"""The source of a clear by hand begins with this; the rest is who did it."""

AGE = "age"
"""What clears an alarm that was not heard again for as long as its type lives."""

DEVICE = "device"

CLOCK_BEHIND = "clock_behind"
CLOCK_AHEAD = "clock_ahead"
"""Stand in the details of an event whose source time was not believed: so many seconds before or after its receipt."""

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_CLEARED = Severity.CLEARED  # to look it up in its class costs as much as the comparison, and each event asks thrice
_NO_DETAILS: dict[str, str] = {}
_NO_DELAY = timedelta(days=1)


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
        return self.severity is _CLEARED

    @property
    def order(self) -> tuple[datetime, int, str, str]:
        """By time; at one instant the worst severity last, so that it is the one that stays."""
        return (self.at, -self.severity.rank, self.text, self.source)


class Occurrence(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One life of an alarm. `stands_since` is its raise or last reopening, `heard_at` the newest event in it.

    `baseline` as long as nothing is known of it but that it stood when its device was first looked at. `news_at` is the
    newest receipt of what an operator cannot have known before: that it began, came back or became worse. `lull` is
    since when its device says clear while that does not count: it chatters, or its clear has yet to last.
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
    news_at: datetime = LONG_AGO
    turns: Turns = ()
    chatter: Chatter | None = None
    lull: datetime | None = None
    lull_by: str = ""


class Windows(msgspec.Struct, frozen=True):
    """How late an event may come, and how soon a raise after a clear is the same alarm come back.

    `age`: what has no clear of its own ends when it was not heard again for so long. `clear_delay`: a clear counts once
    it has lasted so long. `stale`: what has stood for so long is stale (ISA-18.2).
    """

    reorder: timedelta
    reopen: timedelta
    chatter: ChatterLimits
    age: timedelta | None = None
    clear_delay: timedelta = timedelta()
    stale: timedelta = timedelta(days=1)


def heard_from(event: AlarmEvent, lately: Sequence[Heard] = ()) -> Heard:
    """The event as a fold takes it. What equals something of `lately` is kept once: a storm repeats its words."""
    text, source, details = event.text, event.source, event.details or _NO_DETAILS
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
    last, first = settled, 0
    while first < len(tail):
        at, end = tail[first].at, first + 1
        while end < len(tail) and tail[end].at == at:
            end += 1
        together = tail[first:end]
        for heard in together if len(together) == 1 else _by_turns(together, last and as_of(last, windows, at)):
            following = advance(last, heard, windows)
            if last is not None and following is not None and following.raised_at != last.raised_at:
                done.append(as_of(last, windows, at))  # it may have ended by the time in between
            last = following
        first = end
    return [*done, last] if last is not None else done


def _by_turns(together: Sequence[Heard], last: Occurrence | None) -> list[Heard]:
    stands = last is not None and last.cleared_at is None and last.lull is None
    return sorted(together, key=lambda heard: heard.clears != stands)


def as_of(last: Occurrence, windows: Windows, now: datetime) -> Occurrence:
    """The same, or what the time that has passed without an event makes of it: calm, cleared, or ended by its age.

    However often it is asked on the way to a time, the outcome at that time is the same.
    """
    if last.chatter is None and last.lull is None and windows.age is None:
        return last  # most, most of the time
    while (due := next_change(last, windows)) is not None and due <= now:
        last = _changed(last, due)
    return last


def next_change(last: Occurrence, windows: Windows) -> datetime | None:
    """When time alone will change it; a chattering ends before a clear counts, and what is held does not age."""
    if last.chatter is not None:
        return quiet_at(last.turns, windows.chatter)
    if last.lull is not None:
        return last.lull + windows.clear_delay
    if windows.age is not None and last.cleared_at is None:
        return last.heard_at + windows.age
    return None


def _changed(last: Occurrence, due: datetime) -> Occurrence:
    if last.chatter is not None:
        calm = msgspec.structs.replace(last, chatter=None, turns=(), severity=last.chatter.severity)
        if last.lull is not None:
            return calm
        return msgspec.structs.replace(calm, stands_since=last.turns[-1], changed_at=last.turns[-1])
    if last.lull is not None:
        at, by = last.lull, last.lull_by
        return msgspec.structs.replace(last, cleared_at=at, cleared_by=by, changed_at=at, lull=None, lull_by="")
    return ended_by_age(last, due)


def ended_by_age(last: Occurrence, at: datetime) -> Occurrence:
    return msgspec.structs.replace(last, cleared_at=at, cleared_by=AGE, changed_at=at)


def advance(last: Occurrence | None, heard: Heard, windows: Windows) -> Occurrence | None:
    """The newest occurrence after one more event, none where nothing but clears was heard."""
    last = last and as_of(last, windows, heard.at)
    if heard.severity is _CLEARED:
        return _clear(last, heard, windows) if last is not None else None
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
            news_at=heard.received_at,
            turns=(heard.at,),
        )
    return _repeat(last, heard, windows)


def _clear(last: Occurrence, heard: Heard, windows: Windows) -> Occurrence:
    count = last.count + heard.times
    counts = last.cleared_at is None and _is_of(heard, last, windows)
    by_hand = heard.source.startswith(OPERATOR)
    if not counts or (last.lull is not None and not by_hand):
        return msgspec.structs.replace(last, heard_at=heard.at, count=count)
    if by_hand:
        return _by_hand(last, heard, count)
    turns, chatter = turn(last.turns, last.chatter, heard.at, last.severity, windows.chatter)
    if chatter is None and not windows.clear_delay:
        return msgspec.structs.replace(
            last,
            heard_at=heard.at,
            count=count,
            cleared_at=heard.at,
            cleared_by=DEVICE,
            changed_at=heard.at,
            turns=turns,
        )
    return msgspec.structs.replace(
        last,
        heard_at=heard.at,
        count=count,
        changed_at=heard.at if _begins(chatter, last) else last.changed_at,
        turns=turns,
        chatter=chatter,
        lull=heard.at,
        lull_by=DEVICE,
    )


def _begins(chatter: Chatter | None, last: Occurrence) -> bool:
    return chatter is not None and last.chatter is None


def _is_of(clear: Heard, last: Occurrence, windows: Windows) -> bool:
    """Whether a clear may end what stands, where its time of receipt stands in for that of a clock that is far behind.

    Either it came hours late, or its device's clock is wrong. The raise tells: the same clock was as wrong then. Nobody
    is a day late. And a clear by hand ends nothing that was not known when it was given.
    """
    if clear.source.startswith(OPERATOR):
        return last.news_at <= clear.received_at
    if (behind := clear.details.get(CLOCK_BEHIND)) is None:
        return True
    apart = abs(float(behind) - float(last.details.get(CLOCK_BEHIND, 0)))
    return float(behind) > _NO_DELAY.total_seconds() or apart <= windows.reorder.total_seconds()


def _by_hand(last: Occurrence, heard: Heard, count: int) -> Occurrence:
    """Whoever clears by hand does not wait for quiet: what goes on chattering begins to do so anew."""
    return msgspec.structs.replace(
        last,
        heard_at=heard.at,
        count=count,
        cleared_at=heard.at,
        cleared_by=heard.source.removeprefix(OPERATOR),
        changed_at=heard.at,
        turns=(),
        chatter=None,
        lull=None,
        lull_by="",
    )


def _repeat(last: Occurrence, heard: Heard, windows: Windows) -> Occurrence:
    """Said again, said otherwise, or come back inside the reopen window: the same occurrence either way.

    What stood at the first look stays baseline while it is only said again; that it became worse is news.
    """
    if _says_the_same(last, heard):
        received_at = min(last.received_at, heard.received_at)
        return msgspec.structs.replace(last, received_at=received_at, heard_at=heard.at, count=last.count + heard.times)
    turns, chatter = last.turns, last.chatter
    came_back = last.cleared_at is not None
    if came_back or last.lull is not None:
        turns, chatter = turn(turns, chatter, heard.at, heard.severity, windows.chatter)
    elif chatter is not None:
        chatter = msgspec.structs.replace(chatter, severity=heard.severity)
    severity = heard.severity if chatter is None else min(last.severity, heard.severity, key=lambda one: one.rank)
    news = came_back or heard.severity.rank < last.severity.rank
    changed = came_back or severity is not last.severity or _begins(chatter, last)
    changed = changed or (heard.text != last.text and chatter is None)
    return Occurrence(  # nearly all of it is new: a third of the time of a replacement
        raised_at=last.raised_at,
        received_at=min(last.received_at, heard.received_at),
        stands_since=heard.at if came_back else last.stands_since,
        changed_at=heard.at if changed else last.changed_at,
        heard_at=heard.at,
        severity=severity,
        text=heard.text,
        source=heard.source,
        details=heard.details,
        count=last.count + heard.times,
        baseline=heard.baseline if news else last.baseline,
        news_at=max(last.news_at, heard.received_at) if news else last.news_at,
        turns=turns,
        chatter=chatter,
    )


def _says_the_same(last: Occurrence, heard: Heard) -> bool:
    """Whether it repeats a standing alarm word by word, as two of five events do: then only its count goes on."""
    return (
        last.cleared_at is None
        and heard.severity is last.severity
        and last.chatter is None
        and last.lull is None
        and heard.text == last.text
        and heard.source == last.source
        and heard.details == last.details
    )
