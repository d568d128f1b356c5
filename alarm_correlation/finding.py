"""What a tier of the inference finds: alarms that have one cause which nobody reported, and what that is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

from alarm_correlation.facts import Sign
from alarm_correlation.records import Alarm
from guywire.model import Identity

Onset = TypeVar("Onset", Alarm, Sign)


class Finding(NamedTuple):
    """`root` is what nobody reported; none where the first of the members, in order of time, stands for it."""

    root: Identity | None
    members: tuple[Alarm, ...]

    @property
    def place(self) -> str:
        return self.root.site or self.root.resource if self.root else ""

    @property
    def ends(self) -> datetime | None:
        """When all on which it rests was over; none while something stands."""
        ends = [alarm.cleared_at for alarm in self.members if alarm.cleared_at is not None]
        return max(ends) if len(ends) == len(self.members) else None


def runs(alarms: Sequence[Onset], gap: timedelta) -> Iterator[list[Onset]]:
    """Cuts alarms, or signs of them, in order of time wherever more than the gap lies between two onsets."""
    run: list[Onset] = []
    for alarm in alarms:
        if run and alarm.raised_at - run[-1].raised_at > gap:
            yield run
            run = []
        run.append(alarm)
    if run:
        yield run
