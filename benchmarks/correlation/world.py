"""The state of a broken province: what is wrong where and since when, each with the fault behind it.

Faults (`faults.py`) write here what they break; `power.py` and `reach.py` let the consequences follow.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from random import Random
from typing import NamedTuple

from benchmarks.correlation.family import Family, Physics
from benchmarks.correlation.province import Province
from benchmarks.correlation.truth import Fault
from guywire.model import Identity


class Reporter(Enum):
    """Who notices something and says so: by way of the site's own links, but for the last two."""

    CONTROLLER = "controller"
    RADIO = "radio"
    TENANT = "tenant"
    COLLECTOR = "collector"


class Condition(NamedTuple):
    """Something wrong that `by` can notice, from `start` to `end` (none: nothing ever says that it is over)."""

    identity: Identity
    fault: int
    start: float
    end: float | None
    by: Reporter
    is_root: bool


class Broken(NamedTuple):
    """A site, cable or controller (`what`) that does not work in a time, because of a fault."""

    what: str
    start: float
    end: float
    fault: int


@dataclass(slots=True)
class World:
    """`claimed` are parts (site, part) that a fault has taken, so that no other breaks what is broken."""

    family: Family
    province: Province
    chance: Random
    faults: dict[int, Fault] = field(default_factory=dict)
    conditions: list[Condition] = field(default_factory=list)
    dead_sites: list[Broken] = field(default_factory=list)
    cut_cables: list[Broken] = field(default_factory=list)
    mute_controllers: list[Broken] = field(default_factory=list)
    claimed: set[tuple[str, str]] = field(default_factory=set)

    @property
    def physics(self) -> Physics:
        return self.family.physics

    def happens(self, share: float) -> bool:
        return self.chance.random() < share

    def claim(self, part: str, *sites: str) -> bool:
        """Takes a part of each site for one fault; false, and nothing taken, where one is taken already."""
        wanted = {(site, part) for site in sites}
        if wanted & self.claimed:
            return False
        self.claimed |= wanted
        return True


class Cause(NamedTuple):
    """A fault at work: what it does to the world is written under its number."""

    world: World
    fault: int

    def tell(  # noqa: PLR0913
        self,
        site: str,
        resource: str,
        alarm_type: str,
        start: float,
        end: float | None,
        by: Reporter = Reporter.CONTROLLER,
        *,
        qualifier: str = "",
        root: bool = False,
    ) -> None:
        identity = Identity(site, resource, alarm_type, qualifier)
        self.world.conditions.append(Condition(identity, self.fault, start, end, by, root))

    def cut(self, cable: str, start: float, end: float) -> None:
        self.world.cut_cables.append(Broken(cable, start, end, self.fault))

    def kill(self, site: str, start: float, end: float) -> None:
        """Nothing at the site works: no controller, no radio, no traffic through it."""
        self.world.dead_sites.append(Broken(site, start, end, self.fault))
        self.mute(site, start, end)

    def mute(self, site: str, start: float, end: float) -> None:
        self.world.mute_controllers.append(Broken(site, start, end, self.fault))
