"""What a cycle may take after one that broke unforeseen: the one thing that breaks it is found, the rest goes on. Pure.

First nothing at all, to see whether it is an input that breaks it; then commands one at a time; then events, fewer at
each break. What breaks a cycle alone is blamed, an event only when it did so twice: a timer that fell due beside it may
have been the reason the first time, and would then break the cycle that takes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from typing import NamedTuple

import msgspec

from guywire.stream import Batch

_FEWER = 8


class Blamed(Enum):
    NOBODY = auto()
    COMMAND = auto()
    EVENT = auto()


class Portion(NamedTuple):
    """What the next cycle takes at most; `events` None: all that there are."""

    events: int | None
    commands: int


class _Stage(Enum):
    CALM = auto()
    NOTHING = auto()
    COMMANDS = auto()
    EVENTS = auto()


class Caution:
    """Ask for a `portion`, then say how the cycle with it ended: `went_well` or `broke`."""

    def __init__(self, commands_at_once: int) -> None:
        self._commands = commands_at_once
        self._stage = _Stage.CALM
        self._suspects = 0
        self._at_once = 1
        self._accused: tuple[str, str, str, int] | None = None

    @property
    def calm(self) -> bool:
        return self._stage is _Stage.CALM

    def portion(self) -> Portion:
        match self._stage:
            case _Stage.CALM:
                return Portion(None, self._commands)
            case _Stage.NOTHING:
                return Portion(0, 0)
            case _Stage.COMMANDS:
                return Portion(0, 1)
            case _Stage.EVENTS:
                return Portion(self._at_once, 0)

    def went_well(self, taken: Sequence[Batch], *, more_commands: bool) -> None:
        """After a cycle that was committed."""
        match self._stage:
            case _Stage.NOTHING:
                self._stage = _Stage.COMMANDS
            case _Stage.COMMANDS if not more_commands:
                self._stage = _Stage.EVENTS if self._suspects else _Stage.CALM
            case _Stage.EVENTS if not taken:
                self._stage = _Stage.COMMANDS  # the suspects have yet to come again
            case _Stage.EVENTS:
                self._cleared(count(taken))

    def broke(self, taken: Sequence[Batch]) -> Blamed:
        """After a cycle that broke; says what has to be taken out of the way."""
        if self._stage is _Stage.COMMANDS:
            return Blamed.COMMAND
        if self._stage is _Stage.NOTHING:
            return Blamed.NOBODY
        self._stage = _Stage.NOTHING
        if (events := count(taken)) == 1:
            return self._accuse(taken[0])
        if events:
            self._suspects, self._at_once = events, max(1, events // _FEWER)
        return Blamed.NOBODY

    def _accuse(self, batch: Batch) -> Blamed:
        key = (batch.collector, batch.domain, batch.spool, batch.first_seq)
        if key != self._accused:
            self._accused, self._at_once = key, 1
            self._suspects = max(1, self._suspects)
            return Blamed.NOBODY
        self._stage = _Stage.EVENTS
        self._cleared(1)
        return Blamed.EVENT

    def _cleared(self, events: int) -> None:
        self._suspects = max(0, self._suspects - events)
        if not self._suspects:
            self._stage = _Stage.CALM


def count(batches: Sequence[Batch]) -> int:
    return sum(len(batch.events) for batch in batches)


def split(batches: Sequence[Batch], events: int | None) -> tuple[list[Batch], list[Batch]]:
    """The first so many events, and the rest; a batch is cut in two where need be."""
    if events is None:
        return list(batches), []
    taken: list[Batch] = []
    for place, batch in enumerate(batches):
        room = events - count(taken)
        if room <= 0:
            return taken, list(batches[place:])
        if room < len(batch.events):
            rest = msgspec.structs.replace(
                batch, first_seq=batch.first_seq + room, events=batch.events[room:], skipped=0
            )
            taken.append(msgspec.structs.replace(batch, events=batch.events[:room]))
            return taken, [rest, *batches[place + 1 :]]
        taken.append(batch)
    return taken, []
