"""The policy of the rota as data: certificates, stand-by, swaps, holidays, calendars, assessments (`rota.toml`)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from dispatch.centre.state import around
from dispatch.rota.hours import Holidays
from guywire.policy_file import PolicyFile, read_policy

_Count = Annotated[int, msgspec.Meta(ge=1, le=10_000)]
_Days = Annotated[int, msgspec.Meta(ge=1, le=1_000)]
_Minutes = Annotated[int, msgspec.Meta(ge=1, le=10_080)]
_Hours = Annotated[int, msgspec.Meta(ge=1, le=168)]
_Word = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
CalendarKind = Literal["leave", "sick", "training", "extra", "standby"]
"""What a calendar, or a manager, may enter; the two sides of a swap come of swaps alone."""


class Standby(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    priority: Annotated[int, msgspec.Meta(ge=0, le=9)]
    answer_minutes: _Minutes


class Swaps(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    approval: bool
    rest_hours: _Hours
    most_hours: _Hours


class HolidayPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    shifts: Literal["standby", "off"]
    everywhere: frozenset[date]
    regions: dict[str, frozenset[date]]


class CalendarPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    most_bytes: Annotated[int, msgspec.Meta(ge=1_000, le=900_000)]
    most_entries: _Count
    days_ahead: _Days
    words: dict[CalendarKind, tuple[_Word, ...]]

    @property
    def horizon(self) -> timedelta:
        """How far ahead a calendar is followed."""
        return timedelta(days=self.days_ahead)


class AssessmentPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    repeat_days: _Days
    good_reasons: frozenset[_Word]


class RotaPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `rota.toml` holds; its comments say what each value means."""

    certified_skills: frozenset[str]
    believe_unrecorded: bool
    warn_days: _Days
    standby: Standby
    swaps: Swaps
    holidays: HolidayPolicy
    calendar: CalendarPolicy
    assessment: AssessmentPolicy

    def holidays_in(self, region: str) -> Holidays:
        """The holidays of a region path: its own, and those of what it lies in."""
        known = self.holidays.regions
        days = self.holidays.everywhere.union(*(known[path] for path in around(region) if path in known))
        return Holidays(days, self.holidays.shifts == "standby")


@cache
def shipped_policy() -> RotaPolicy:
    """The policy that ships with the package."""
    text = resources.files("dispatch.rota").joinpath("rota.toml").read_text("utf-8")
    return read_policy(text, "dispatch/rota/rota.toml", RotaPolicy)


def policy_file(data_dir: Path) -> PolicyFile[RotaPolicy]:
    """The policy in force: `policy/rota.toml` of the data folder where there is one, else what ships."""
    return PolicyFile(data_dir / "policy" / "rota.toml", RotaPolicy, shipped_policy())
