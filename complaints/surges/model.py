"""What surge detection speaks of: calls, the places of a city, what stands as suspected, and what is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import NamedTuple


class Call(NamedTuple):
    """A complaint of no service, for counting: `caller` counts once however often they call.

    `site` is where the trouble is, as well as it is known; `incident` what explains it already, "" if nothing does.
    """

    at: datetime
    caller: str
    site: str
    tenant: str = ""
    incident: str = ""


@dataclass(frozen=True, slots=True)
class City:
    """The sites of one domain: their areas, and for each the nearest others within reach, itself first.

    `zone` is the clock by which its people live.
    """

    domain: str
    zone: tzinfo
    area_of: Mapping[str, str]
    around: Mapping[str, Sequence[str]]
    sites_in: Mapping[str, int] = field(default_factory=dict)
    """How many sites each area has."""


class Rise(NamedTuple):
    """More calls than usual: `zone` are the sites over which they were counted, `sites` those that stand out.

    `score` is the power of ten of how many months pass on average until chance brings the like in this city.
    """

    site: str
    sites: tuple[str, ...]
    zone: tuple[str, ...]
    tenant: str
    since: datetime
    minutes: int
    observed: int
    expected: float
    score: float


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A suspected outage that stands; `evident_at` is when calls were last more than usual there.

    `beyond` is the known incident next to which it lies, "" when it stands alone.
    """

    suspicion_id: str
    rise: Rise
    raised_at: datetime
    evident_at: datetime
    beyond: str = ""


class Cleared(NamedTuple):
    """What no longer is suspected, and why: `over` (calls are as usual again) or the incident that is known now."""

    suspicion: Suspicion
    incident: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at one city came to."""

    raised: Sequence[tuple[Rise, str]] = ()
    """Each with the incident beyond whose extent it lies, or ""."""
    changed: Sequence[tuple[Suspicion, bool]] = ()
    """Suspicions that stand on, with true for those that became wider: the alarm is told anew."""
    cleared: Sequence[Cleared] = ()
