"""The part of policy.toml about tickets: when one opens, how urgent it is, whose fault it seems, when it is closed."""

from __future__ import annotations

from datetime import timedelta
from string import Formatter
from typing import Annotated, Literal

import msgspec

from guywire.catalogue import CATALOGUE
from guywire.model import Severity

_Seconds = Annotated[float, msgspec.Meta(ge=0, le=7 * 86_400)]
_Priority = Annotated[int, msgspec.Meta(ge=1, le=4)]
_Impact = Annotated[int, msgspec.Meta(ge=1, le=3)]
_Urgency = Annotated[int, msgspec.Meta(ge=1, le=4)]
_Count = Annotated[int, msgspec.Meta(ge=1)]
_Minutes = Annotated[int, msgspec.Meta(ge=1, le=7 * 1440)]
_Row = tuple[_Priority, _Priority, _Priority, _Priority]

CLASSES = frozenset("ABC")
_SEVERITIES = frozenset(Severity) - {Severity.CLEARED}
_REASON_FIELDS = frozenset({"what", "site", "resource", "tenant", "feed", "sites", "contact", "medium"})


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class CloseRule(_Part, frozen=True):
    """Which resolved tickets are closed by the system. An empty set matches everything; `types` are the root's."""

    after_seconds: _Seconds
    types: frozenset[str] = frozenset()
    severities: frozenset[Severity] = frozenset()
    worked: bool = False
    outage: bool = False


class Group(_Part, frozen=True):
    """A group of the centre to which tickets are given, in words."""

    zh: str
    en: str


class TicketPolicy(_Part, frozen=True):
    """`hold_seconds` of one's own stands for all types and classes."""

    none: frozenset[str]
    none_severities: frozenset[Severity]
    hold: dict[str, dict[str, _Seconds]] = {}
    hold_seconds: _Seconds | None = None
    close: tuple[CloseRule, ...] = ()
    groups: dict[str, Group] = {}

    def __post_init__(self) -> None:
        if wrong := [type_id for type_id, classes in self.hold.items() if set(classes) != CLASSES]:
            raise ValueError(f"hold of {', '.join(wrong)} wants exactly A, B and C")

    def holds(self) -> dict[tuple[str, str], timedelta]:
        """How long a ticket waits, by alarm type and site class."""
        return {
            (type_id, site_class): timedelta(seconds=self._hold(type_id, site_class))
            for type_id in CATALOGUE
            for site_class in CLASSES
        }

    def _hold(self, type_id: str, site_class: str) -> float:
        if self.hold_seconds is not None:
            return self.hold_seconds
        by_class = self.hold.get(type_id)
        return by_class[site_class] if by_class is not None else CATALOGUE[type_id].ticket_hold_seconds


class PriorityPolicy(_Part, frozen=True):
    """Lines are impacts, places in them urgencies."""

    matrix: tuple[_Row, _Row, _Row]


class ImpactPolicy(_Part, frozen=True):
    """Pairs are counts: from the first on impact 1, from the second on impact 2."""

    site_class: dict[str, _Impact]
    sites_down: tuple[_Count, _Count]
    tenants: tuple[_Count, _Count]
    customers: tuple[_Count, _Count]
    complaints: tuple[_Count, _Count]
    vips: tuple[_Count, _Count]

    def __post_init__(self) -> None:
        if set(self.site_class) != CLASSES:
            raise ValueError("site_class wants exactly A, B and C")
        pairs = (self.sites_down, self.tenants, self.customers, self.complaints, self.vips)
        if any(great < middle for great, middle in pairs):
            raise ValueError("the first of a pair is the greater: from so many on impact 1")


class UrgencyPolicy(_Part, frozen=True):
    severity: dict[Severity, _Urgency]
    down_minutes: tuple[_Minutes, _Minutes]
    still_out: tuple[_Count, _Count]

    def __post_init__(self) -> None:
        if set(self.severity) != _SEVERITIES:
            raise ValueError(f"severity wants each of {', '.join(sorted(_SEVERITIES))}")
        if self.down_minutes[0] > self.down_minutes[1]:
            raise ValueError("the first of down_minutes is the less: within so many urgency 1")
        if self.still_out[0] < self.still_out[1]:
            raise ValueError("the first of still_out is the greater: from so many on urgency 1")


class PartyRule(_Part, frozen=True):
    """When the root fits, `party` is proposed for the `reason`; what is left out fits everything."""

    party: Literal["own", "tenant", "power_company", "transmission_provider"]
    reason: str
    of: Literal["anything", "feed", "tenant", "link"] = "anything"
    types: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    media: frozenset[Literal["fibre", "microwave"]] = frozenset()

    def __post_init__(self) -> None:
        parts = [part[1:] for part in Formatter().parse(self.reason) if part[1] is not None]
        if any(how or conversion for _, how, conversion in parts):
            raise ValueError("reason: a name stands alone in its braces, such as {site}")
        named = {name or "" for name, _, _ in parts}
        if unknown := named - _REASON_FIELDS:
            raise ValueError(f"reason may name {', '.join(sorted(_REASON_FIELDS))}, not {', '.join(sorted(unknown))}")

    @property
    def fits_all(self) -> bool:
        return self.of == "anything" and not (self.types or self.kinds or self.media)
