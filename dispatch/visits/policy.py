"""The policy of visits as data: what a visit asks for, how long things are kept, whom a call for help reaches."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from guywire.model import NeedKind
from guywire.policy_file import PolicyFile, read_policy

LARGEST_PHOTO = 10_000_000
"""The most that policy may allow, bytes: the frame refuses longer bodies before anybody is asked who it is."""

_Count = Annotated[int, msgspec.Meta(ge=1, le=10_000)]
_Few = Annotated[int, msgspec.Meta(ge=0, le=100)]
_Minutes = Annotated[int, msgspec.Meta(ge=1, le=10_080)]
_Km = Annotated[float, msgspec.Meta(gt=0, le=1_000)]
_Share = Annotated[float, msgspec.Meta(gt=0, le=1)]
PlaceKind = Literal["site", "parking", "track"]


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Words(_Table, frozen=True, kw_only=True):
    zh: str
    en: str


class _Asked(_Table, frozen=True, kw_only=True):
    """What is asked of some visits: those of these kinds of need and, where any are named, of these alarm types."""

    words: Words
    kinds: frozenset[NeedKind] = frozenset()
    alarm_types: frozenset[str] = frozenset()

    def concerns(self, kinds: frozenset[str], alarm_types: frozenset[str]) -> bool:
        """Whether a visit for needs of these kinds and alarm types is asked for it."""
        return all(
            not wanted or wanted & there for wanted, there in ((self.kinds, kinds), (self.alarm_types, alarm_types))
        )


class Check(_Asked, frozen=True, kw_only=True):
    required: bool = False


class AskedReading(_Asked, frozen=True, kw_only=True):
    """`low` to `high` is what is plausible, in `unit`."""

    unit: str
    low: float
    high: float


class Questions(_Table, frozen=True, kw_only=True):
    experts_at_most: _Count
    open_days: _Count
    of_an_order: _Count
    expert_skills: dict[str, frozenset[str]] = {}


class Sos(_Table, frozen=True, kw_only=True):
    mates_km: _Km
    mates_at_most: _Few
    position_minutes: _Minutes


class Watch(_Table, frozen=True, kw_only=True):
    least_minutes: _Minutes
    most_minutes: _Minutes
    grace_minutes: _Minutes


class Positions(_Table, frozen=True, kw_only=True):
    around_shift_minutes: Annotated[int, msgspec.Meta(ge=0, le=720)]


class Team(_Table, frozen=True, kw_only=True):
    at_most: _Few
    position_minutes: _Minutes


class Push(_Table, frozen=True, kw_only=True):
    """`hosts` are names, or `*.` and a domain for all below it."""

    hosts: frozenset[str]
    of_a_person: _Count

    def serves(self, host: str) -> bool:
        return host in self.hosts or any(f"*.{'.'.join(host.split('.')[n:])}" in self.hosts for n in range(1, 10))


class VisitPolicy(_Table, frozen=True, kw_only=True):
    """What `visits.toml` holds; its comments say what each value means."""

    photo_max_bytes: Annotated[int, msgspec.Meta(ge=10_000, le=LARGEST_PHOTO)]
    photo_max_side: Annotated[int, msgspec.Meta(ge=320, le=8_000)]
    photo_quality: _Share
    photos_of_an_order: _Count
    photo_keep_days: _Count
    records_of_an_order: _Count
    repeat_days: _Count
    done_wants_checks: bool
    place_trust_km: dict[PlaceKind, _Km]
    questions: Questions
    sos: Sos
    watch: Watch
    positions: Positions
    team: Team
    push: Push
    checks: dict[str, Check]
    asked_readings: dict[str, AskedReading]
    parts_zh: dict[str, str]

    def trusted_km(self, kind: str) -> float:
        """How far off a correction of that kind of place may lie and still be taken over at once."""
        return next(km for of_kind, km in self.place_trust_km.items() if of_kind == kind)

    def checks_for(self, kinds: frozenset[str], alarm_types: frozenset[str]) -> dict[str, Check]:
        return {name: one for name, one in self.checks.items() if one.concerns(kinds, alarm_types)}

    def readings_for(self, kinds: frozenset[str], alarm_types: frozenset[str]) -> dict[str, AskedReading]:
        return {name: one for name, one in self.asked_readings.items() if one.concerns(kinds, alarm_types)}


@cache
def shipped_policy() -> VisitPolicy:
    """The policy that ships with the package."""
    text = resources.files("dispatch.visits").joinpath("visits.toml").read_text("utf-8")
    return read_policy(text, "dispatch/visits/visits.toml", VisitPolicy)


def policy_file(data_dir: Path) -> PolicyFile[VisitPolicy]:
    """The policy in force: `policy/visits.toml` of the data folder where there is one, else what ships."""
    return PolicyFile(data_dir / "policy" / "visits.toml", VisitPolicy, shipped_policy())
