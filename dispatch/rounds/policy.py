"""The policy of rounds as data: the plans, when a visit may be offered, and what is silent while it lasts."""

from __future__ import annotations

from datetime import date
from functools import cache
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from guywire.catalogue import CATALOGUE
from guywire.policy_file import PolicyFile, read_policy
from guywire.weekly import WeeklyError, parse_weekly

RoundKind = Literal["inspect", "battery_test", "genset_run"]

_Minutes = Annotated[int, msgspec.Meta(ge=1, le=1_440)]
_Days = Annotated[int, msgspec.Meta(ge=0, le=365)]


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Words(_Table, frozen=True, kw_only=True):
    zh: str
    en: str


class RoundPlan(_Table, frozen=True, kw_only=True):
    """One kind of visit to some sites, again and again. Sets that are empty leave nobody out; `hours` is site time."""

    kind: RoundKind
    words: Words
    on: bool
    starts_on: date
    every_days: Annotated[int, msgspec.Meta(ge=1, le=3_650)]
    early_days: _Days
    late_days: _Days
    service_minutes: _Minutes
    hours: str = ""
    regions: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    resources: frozenset[str] = frozenset()
    skills: tuple[str, ...] = ()
    checklist: tuple[Words, ...] = ()

    def __post_init__(self) -> None:
        if self.early_days + self.late_days >= self.every_days:
            raise ValueError(f"early_days and late_days together must be less than every_days ({self.every_days})")
        try:
            parse_weekly(self.hours)
        except WeeklyError as error:
            raise ValueError(f"hours: {error}") from None


class Quiet(_Table, frozen=True, kw_only=True):
    urgent_priority: Annotated[int, msgspec.Meta(ge=0, le=4)]
    weight: Annotated[float, msgspec.Meta(gt=0, le=1)]
    near_km: Annotated[float, msgspec.Meta(gt=0, le=1_000)]
    position_minutes: _Minutes


class SilencePolicy(_Table, frozen=True, kw_only=True):
    margin_minutes: _Minutes
    most_hours: Annotated[int, msgspec.Meta(ge=1, le=72)]
    alarm_types: dict[RoundKind, tuple[str, ...]]

    def __post_init__(self) -> None:
        for named in self.alarm_types.values():
            if unknown := sorted(set(named) - set(CATALOGUE)):
                raise ValueError(f"there is no alarm type {unknown[0]!r}")

    def types_of(self, kind: str) -> tuple[str, ...]:
        """What is silent while a visit of that kind lasts; nothing for one that names none."""
        return next((types for of_kind, types in self.alarm_types.items() if of_kind == kind), ())


class RoundPolicy(_Table, frozen=True, kw_only=True):
    """What `rounds.toml` holds; its comments say what each value means."""

    look_minutes: _Minutes
    at_once: Annotated[int, msgspec.Meta(ge=1, le=1_000)]
    quiet: Quiet
    silence: SilencePolicy
    plans: dict[str, RoundPlan]

    @property
    def stamp(self) -> str:
        """Another one for other plans."""
        return sha256(msgspec.json.encode(self.plans, order="deterministic")).hexdigest()


@cache
def shipped_policy() -> RoundPolicy:
    """The policy that ships with the package."""
    text = resources.files("dispatch.rounds").joinpath("rounds.toml").read_text("utf-8")
    return read_policy(text, "dispatch/rounds/rounds.toml", RoundPolicy)


def policy_file(data_dir: Path) -> PolicyFile[RoundPolicy]:
    """The policy in force: `policy/rounds.toml` of the data folder where there is one, else what ships."""
    return PolicyFile(data_dir / "policy" / "rounds.toml", RoundPolicy, shipped_policy())
