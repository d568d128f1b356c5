"""What was heard of one identity lately, in the order of its source times, over what is settled. Pure."""

from __future__ import annotations

from bisect import bisect_left
from datetime import datetime
from operator import attrgetter

import msgspec

from alarm_correlation.lifecycle import Heard, Occurrence, Windows, fold

_AT = attrgetter("at")


class Track(msgspec.Struct, gc=False):
    """What is known of one identity: `settled` is the last occurrence up to the window, `tail` what came in it.

    `alarms` are the ids of the occurrences of `fold(settled, tail, windows)`, in order, and `last` is the newest of
    these: what events alone say, before the time since then has its say (`as_of`).
    """

    settled: Occurrence | None = None
    tail: list[Heard] = []
    alarms: list[str] = []
    last: Occurrence | None = None

    def too_late(self, at: datetime) -> bool:
        """Whether an event of that time belongs into what is settled."""
        return self.settled is not None and at <= self.settled.heard_at


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


def settle(track: Track, windows: Windows, known: Occurrence | None = None) -> None:
    """Folds away what can no longer be overtaken. `track.alarms` must name the occurrences as they are now.

    `known` is what events told before the newest of them, if that simply goes on from it: where all but the newest are
    folded away, as with what is said again every ten minutes, that is what they are folded to.

    The identity's own newest event is the yardstick, not the clock: a device whose clock is slow is judged by its own
    time.
    """
    if not track.tail or track.tail[0].at >= (since := track.tail[-1].at - windows.reorder):
        return
    if known is not None and track.last is not None and track.tail[-2].at < since:
        old, over = len(track.tail) - 1, len(track.alarms) - (1 if known.raised_at == track.last.raised_at else 2)
        track.settled = known
    else:
        old = bisect_left(track.tail, since, key=_AT)
        lives = fold(track.settled, track.tail[:old], windows)
        track.settled = lives[-1] if lives else None
        over = max(len(lives) - 1, 0)
    del track.tail[:old], track.alarms[:over]
