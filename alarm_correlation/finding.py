"""What a tier of the inference finds: alarms that have one cause which nobody reported, and what that is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from alarm_correlation.records import Alarm
from guywire.model import Identity


class Finding(NamedTuple):
    """`root` is what nobody reported; none where the first of the members stands for it.

    It rests on the members, in order of time; what is `trailing` came late, or when it was over.
    """

    root: Identity | None
    members: tuple[Alarm, ...]
    trailing: tuple[Alarm, ...] = ()

    @property
    def place(self) -> str:
        return self.root.site or self.root.resource if self.root else ""

    @property
    def ends(self) -> datetime | None:
        """When all on which it rests was over; none while something stands."""
        ends = [alarm.cleared_at for alarm in self.members if alarm.cleared_at is not None]
        return max(ends) if len(ends) == len(self.members) else None


def in_time(alarms: Sequence[Alarm]) -> list[Alarm]:
    return sorted(alarms, key=lambda alarm: (alarm.raised_at, alarm.identity))


def runs(alarms: Sequence[Alarm], gap: timedelta) -> Iterator[list[Alarm]]:
    """Cuts alarms in order of time wherever more than the gap lies between two onsets."""
    run: list[Alarm] = []
    for alarm in alarms:
        if run and alarm.raised_at - run[-1].raised_at > gap:
            yield run
            run = []
        run.append(alarm)
    if run:
        yield run
