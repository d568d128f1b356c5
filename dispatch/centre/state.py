"""The part of a batch's board that is about regions and needs in hand: as read, and what the batch changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dispatch.centre.policy import CentrePolicy, shipped_policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A row of dispatch.pause: dispatch offers nothing by itself in that region."""

    pause_id: str
    region: str
    reason: str
    until_at: datetime | None
    made_at: datetime
    made_by: str
    ended_at: datetime | None = None
    ended_by: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class InHand:
    """A row of dispatch.need_in_hand: dispatch leaves the need to that person."""

    need_id: str
    person: str
    reason: str
    since: datetime
    until_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """A row of dispatch.emergency: a mass outage of an area, a city or a province."""

    emergency_id: str
    region: str
    reason: str
    declared_at: datetime
    declared_by: str
    calm_from: datetime | None = None
    """Since when few sites are left without mains."""
    end_proposed_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str = ""
    end_reason: str = ""
    areas: list[dict[str, Any]] = field(default_factory=list)
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Dark:
    """A site without mains: where, whether it is down already, and when its battery ends as far as is known."""

    site_id: str
    region: str
    down: bool = False
    ends_at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Centre:
    """Standing pauses by region, needs in hand, standing emergencies by region, and the sites without mains."""

    policy: CentrePolicy = field(default_factory=shipped_policy)
    pauses: dict[str, Pause] = field(default_factory=dict)
    in_hand: dict[str, InHand] = field(default_factory=dict)
    emergencies: dict[str, Emergency] = field(default_factory=dict)
    dark: list[Dark] = field(default_factory=list)
    ended_lately: set[str] = field(default_factory=set)
    """Regions in which somebody ended an emergency: policy does not declare one again at once."""
    last_pause: int = 0
    last_emergency: int = 0

    changed_pauses: dict[str, Pause] = field(default_factory=dict)
    changed_emergencies: dict[str, Emergency] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    released: set[str] = field(default_factory=set)

    def pause_of(self, region: str) -> Pause | None:
        """The pause that holds in that region: its own, or one of a region around it."""
        return next((self.pauses[path] for path in around(region) if path in self.pauses), None)

    def is_calm(self, region: str) -> bool:
        """Whether policy may declare an emergency there: none stands, and nobody ended one lately."""
        return not self.emergency_of(region) and not any(path in self.ended_lately for path in around(region))

    def emergency_of(self, region: str) -> Emergency | None:
        """The emergency that region is in."""
        return next((self.emergencies[path] for path in around(region) if path in self.emergencies), None)

    def put_pause(self, pause: Pause) -> None:
        self.changed_pauses[pause.pause_id] = pause
        if pause.ended_at is None:
            self.pauses[pause.region] = pause
        else:
            self.pauses.pop(pause.region, None)

    def put_emergency(self, emergency: Emergency) -> None:
        self.changed_emergencies[emergency.emergency_id] = emergency
        if emergency.ended_at is None:
            self.emergencies[emergency.region] = emergency
        else:
            self.emergencies.pop(emergency.region, None)
            self.ended_lately.add(emergency.region)


def around(region: str) -> Iterable[str]:
    """The region path and those around it, the closest first: p/c/a, p/c, p."""
    steps = region.split("/")
    return ("/".join(steps[:count]) for count in range(len(steps), 0, -1))


def lies_in(region: str, path: str) -> bool:
    """Whether `region` is `path` or lies in it."""
    return region == path or region.startswith(f"{path}/")
