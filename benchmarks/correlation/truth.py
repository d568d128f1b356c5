"""What really happened in a storm: faults, the alarms that belong to each, and what may count as naming its root."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from guywire.model import Identity

ANY = "*"


class RootName(NamedTuple):
    """The root of a fault or of an incident. In the name of a fault `*` stands for whatever; a feed has no site."""

    site: str
    resource: str
    alarm_type: str = ANY
    qualifier: str = ANY

    def names(self, said: RootName) -> bool:
        """Whether what was said of an incident is this root."""
        return all(want in (ANY, got) for want, got in zip(self, said, strict=True))


class Fault(NamedTuple):
    """One thing that broke. `end` is when it was whole again, in seconds since the storm began.

    `names` are right roots; `unheard_names` too when nothing of what would tell more was heard, because nobody could
    tell then. `needs_hands`: somebody has to go. A test run or a restart wants nobody, nor does what `heals` by itself
    before anybody could be sent.
    """

    number: int
    kind: str
    place: str
    start: float
    end: float
    names: tuple[RootName, ...]
    unheard_names: tuple[RootName, ...] = ()
    needs_hands: bool = True
    heals: bool = False
    can_report: bool = True
    """Whether an alarm of the root itself exists; a feed's and a dead hub's are never raised."""
    told_by: int = 1
    """From how many sites the root's alarms must be heard before anybody could tell: two for a feed."""


@dataclass(slots=True)
class Occurrence:
    """An alarm as it truly was: one time in which something was wrong, and what was heard of it.

    Times in seconds since the storm began: `start` and `end` (none if it is never cleared) are physical, `raises` the
    source times of its heard raises, `first_heard` the earliest receipt.
    """

    identity: Identity
    fault: int
    start: float
    end: float | None
    is_root: bool
    raises: list[float] = field(default_factory=list)
    first_heard: float | None = None
    cleared_heard: float | None = None

    @property
    def heard(self) -> bool:
        return bool(self.raises)


class Truth(NamedTuple):
    """All faults by number, and all occurrences, heard or not."""

    faults: dict[int, Fault]
    occurrences: list[Occurrence]

    def heard(self) -> list[Occurrence]:
        """What can be scored: alarms of which at least one raise came through."""
        return [one for one in self.occurrences if one.heard]

    def heard_of(self) -> dict[int, list[Occurrence]]:
        """The heard alarms of each fault of which anything was heard."""
        found: dict[int, list[Occurrence]] = {}
        for one in self.heard():
            found.setdefault(one.fault, []).append(one)
        return found


def root_heard(alarms: Iterable[Occurrence]) -> bool:
    return any(one.is_root for one in alarms)


def right_names(fault: Fault, alarms: Iterable[Occurrence]) -> tuple[RootName, ...]:
    """The roots that are right, given what was heard of the fault."""
    told_by = {one.identity.site for one in alarms if one.is_root}
    return fault.names if len(told_by) >= fault.told_by else fault.names + fault.unheard_names


def deserves_ticket(fault: Fault, alarms: Iterable[Occurrence]) -> bool:
    """It needs hands, or nobody could hear that it healed."""
    return fault.needs_hands or (fault.heals and any(one.cleared_heard is None for one in alarms))
