"""First stage of polling: which device is asked next. Pure: time is an argument, in seconds since the epoch.

Each device has a fixed place in the interval, by a hash of its key, so that a restart bunches nothing. One that does
not answer leaves the round of the living and is probed, ever later, until it answers; and when one has come back, the
others are tried within an interval, because what cut them off may have been one thing.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection
from hashlib import blake2b
from typing import NamedTuple

import msgspec


class Pace(NamedTuple):
    """How often: the policy's `interval_seconds` and `back_off_seconds`."""

    interval: float
    back_off: float


class Due(NamedTuple):
    """A device to be asked now. `late` is how long it waited for its turn, `probe` that it did not answer before."""

    key: str
    late: float
    probe: bool


class _Turn(msgspec.Struct):
    """Where a device stands: `due_at` None while it is under way; `silences` in a row."""

    due_at: float | None
    silences: int = 0


class Schedule:
    """The turns of all devices. Whoever is given out by `due` is given back by `done`."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self._turns: dict[str, _Turn] = {}
        self._living: list[tuple[float, str]] = []
        self._silent: list[tuple[float, str]] = []

    def replace(self, keys: Collection[str], now: float) -> None:
        """From now on these devices. Those that were there before keep their turns."""
        for key in self._turns.keys() - keys:
            del self._turns[key]
        for key in keys - self._turns.keys():
            self._turns[key] = _Turn(None)
            self._put(key, _next_in_round(key, now, self.pace.interval))

    def due(self, now: float, living: int, silent: int) -> list[Due]:
        """Who is asked now: at most so many of the living and so many of those that were silent, longest due first."""
        return [*self._take(self._living, now, living), *self._take(self._silent, now, silent)]

    def done(self, key: str, answered: bool, now: float) -> None:
        """A device's turn is over. One that was silent before and has answered is due again at once, in full."""
        turn = self._turns.get(key)
        if turn is None or turn.due_at is not None:  # it was taken out meanwhile, perhaps put in again
            return
        was_silent = turn.silences > 0
        turn.silences = 0 if answered else turn.silences + 1
        if not answered:
            self._put(key, now + self._pause(key, turn.silences))
        elif was_silent:
            self._put(key, now)
            self._hasten(now)
        else:
            self._put(key, _next_in_round(key, now, self.pace.interval))

    def next_at(self) -> float | None:
        """When somebody is due next; None when nobody is."""
        heads = [lane[0][0] for lane in (self._living, self._silent) if self._settle(lane)]
        return min(heads, default=None)

    def silent(self) -> int:
        """How many did not answer when last asked."""
        return sum(turn.silences > 0 for turn in self._turns.values())

    def _hasten(self, now: float) -> None:
        for key, turn in self._turns.items():
            if turn.silences and turn.due_at is not None and turn.due_at > now + self.pace.interval:
                self._put(key, _next_in_round(key, now, self.pace.interval))

    def _put(self, key: str, at: float) -> None:
        turn = self._turns[key]
        turn.due_at = at
        heapq.heappush(self._silent if turn.silences else self._living, (at, key))

    def _take(self, lane: list[tuple[float, str]], now: float, most: int) -> list[Due]:
        out: list[Due] = []
        while len(out) < most and self._settle(lane) and lane[0][0] <= now:
            at, key = heapq.heappop(lane)
            self._turns[key].due_at = None
            out.append(Due(key, now - at, lane is self._silent))
        return out

    def _settle(self, lane: list[tuple[float, str]]) -> bool:
        """Drops what no longer holds from the head of a lane; whether anything is left."""
        while lane and ((turn := self._turns.get(lane[0][1])) is None or turn.due_at != lane[0][0]):
            heapq.heappop(lane)
        return bool(lane)

    def _pause(self, key: str, silences: int) -> float:
        """Twice as long after each silence, up to the back-off; a tenth of it spread by the device's own hash."""
        pause = min(self.pace.interval * 2.0 ** min(silences - 1, 16), self.pace.back_off)
        return pause * (0.9 + 0.1 * _share(key))


def _next_in_round(key: str, now: float, interval: float) -> float:
    """The first moment after `now` that is this device's own in the interval."""
    place = _share(key) * interval
    return now + ((place - now) % interval or interval)


def _share(key: str) -> float:
    """A number from 0 to below 1 that is this device's for ever."""
    return int.from_bytes(blake2b(key.encode(), digest_size=4).digest(), "big") / 2**32
