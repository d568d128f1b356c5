"""The rows of the rota as values: entries over the shifts, swaps, certificates, and what was imported from where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from dispatch.model import Interval
from dispatch.visits.model import named


class EntryKind(StrEnum):
    """What an entry says of its time. `GIVEN` and `TAKEN` are the two sides of a swap."""

    LEAVE = "leave"
    SICK = "sick"
    TRAINING = "training"
    EXTRA = "extra"
    STANDBY = "standby"
    GIVEN = "given"
    TAKEN = "taken"


ABSENCES = frozenset({EntryKind.LEAVE, EntryKind.SICK, EntryKind.TRAINING})
"""Nobody is sent or called in these, whatever else the rota says."""
OF_SWAPS = frozenset({EntryKind.GIVEN, EntryKind.TAKEN})


class SwapState(StrEnum):
    ASKED = "asked"
    AGREED = "agreed"
    """By the other one; a manager has the last word."""
    APPROVED = "approved"
    DECLINED = "declined"
    """By the other one."""
    REFUSED = "refused"
    """By a manager."""
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    """One of the two stretches began before it was settled."""
    TAKEN_BACK = "taken_back"
    """After it had been approved."""


OPEN_SWAPS = frozenset({SwapState.ASKED, SwapState.AGREED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row of dispatch.rota_entry. `source` says where it was imported from, or which swap made it."""

    entry_id: str
    technician_id: str
    kind: EntryKind
    since: datetime
    until: datetime
    made_at: datetime
    made_by: str
    note: str = ""
    source: str = ""
    deputy_id: str = ""
    """Who stands in for a manager who is away."""
    taken_back_at: datetime | None = None
    taken_back_by: str = ""
    version: int = 1

    @property
    def span(self) -> Interval:
        return Interval(self.since, self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """A row of dispatch.swap: `technician_id` gives since-until and takes the other's other_since-other_until."""

    swap_id: str
    technician_id: str
    since: datetime
    until: datetime
    other_id: str
    other_since: datetime
    other_until: datetime
    asked_at: datetime
    note: str = ""
    state: SwapState = SwapState.ASKED
    answered_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: str = ""
    reason: str = ""
    version: int = 1

    @property
    def gives(self) -> Interval:
        return Interval(self.since, self.until)

    @property
    def takes(self) -> Interval:
        return Interval(self.other_since, self.other_until)

    @property
    def source(self) -> str:
        """What its entries name as their source."""
        return f"swap:{self.swap_id}"

    def entries(self, made_at: datetime, made_by: str) -> list[Entry]:
        """The four of it: what each gives, and the other takes."""
        sides = (self.technician_id, self.other_id, self.gives), (self.other_id, self.technician_id, self.takes)
        return [
            Entry(
                entry_id=named("rota", self.swap_id, person, kind),
                technician_id=person,
                kind=kind,
                since=span.start,
                until=span.end,
                source=self.source,
                made_at=made_at,
                made_by=made_by,
            )
            for giver, taker, span in sides
            for person, kind in ((giver, EntryKind.GIVEN), (taker, EntryKind.TAKEN))
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A row of dispatch.certificate: one for each technician and skill; `valid_until` is its last day."""

    certificate_id: str
    technician_id: str
    skill: str
    number: str
    valid_until: date
    made_at: datetime
    made_by: str
    warned_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str = ""
    end_reason: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A row of dispatch.rota_source: the last import from one calendar, and what it came to."""

    source_id: str
    region: str
    imported_at: datetime
    imported_by: str
    since: datetime
    until: datetime
    entries: int
    added: int
    changed: int
    taken_back: int
    version: int = 1
