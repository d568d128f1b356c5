"""The part of a batch's board that is about clocks: as read, and which of it the batch has changed so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from dispatch.clocks.calendars import FAR
from dispatch.clocks.model import Climb, Clock, Contract, Extension, Pause, Site, Ticket, Urge
from dispatch.clocks.policy import SlaPolicy, shipped_policy

_TABLES: tuple[str, ...] = ("clock", "clock_pause", "extension", "climb", "urge")


@dataclass(slots=True, kw_only=True)
class Clocks:
    """What a batch knows of clocks, and which of it has changed."""

    policy: SlaPolicy = field(default_factory=shipped_policy)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    contracts: Sequence[Contract] = ()
    clocks: dict[str, Clock] = field(default_factory=dict)
    pauses: dict[str, list[Pause]] = field(default_factory=dict)
    extensions: dict[str, Extension] = field(default_factory=dict)
    climbs: dict[str, Climb] = field(default_factory=dict)
    urges: dict[str, Urge] = field(default_factory=dict)
    need_ended: dict[str, datetime] = field(default_factory=dict)
    """When a need ended whose clock still runs."""
    seen: dict[str, datetime] = field(default_factory=dict)
    """When the notice of a climb was seen."""
    told_of: dict[str, list[str]] = field(default_factory=dict)
    """By extension that commands speak of: the notices that ask for a decision."""
    changed: dict[str, set[str]] = field(default_factory=lambda: {table: set() for table in _TABLES})
    """Ids by table."""
    is_round: bool = True
    """Whether all clocks are looked at; else only those of tickets of which the batch speaks."""
    touched: set[str] = field(default_factory=set)
    """Clocks of which something changed that they count by."""

    def put_clock(self, clock: Clock) -> None:
        self.clocks[clock.clock_id] = clock
        self.changed["clock"].add(clock.clock_id)

    def put_pause(self, pause: Pause) -> None:
        """Puts a new pause beside its clock's others, or in the place of what it was."""
        others = [one for one in self.pauses.get(pause.clock_id, ()) if one.pause_id != pause.pause_id]
        self.pauses[pause.clock_id] = [*others, pause]
        self.changed["clock_pause"].add(pause.pause_id)
        self.touched.add(pause.clock_id)

    def put_climb(self, climb: Climb) -> None:
        """Puts a new climb, or in the place of what it was; the version counts up."""
        known = climb.climb_id in self.climbs
        self.climbs[climb.climb_id] = replace(climb, version=climb.version + known)
        self.changed["climb"].add(climb.climb_id)

    def put_extension(self, extension: Extension) -> None:
        """As `put_climb`."""
        known = extension.extension_id in self.extensions
        self.extensions[extension.extension_id] = replace(extension, version=extension.version + known)
        self.changed["extension"].add(extension.extension_id)

    def put_urge(self, urge: Urge) -> None:
        self.urges[urge.urge_id] = urge
        self.changed["urge"].add(urge.urge_id)

    def of_ticket(self, ticket_id: str, kind: str = "", need_id: str = "") -> list[Clock]:
        """A ticket's clocks, those that are due first in front."""
        found = [
            clock
            for clock in self.clocks.values()
            if clock.ticket_id == ticket_id
            and (not kind or clock.kind == kind)
            and (not need_id or clock.need_id == need_id)
        ]
        return sorted(found, key=lambda clock: (clock.due_at or FAR, clock.clock_id))
