"""The terms that the response centre sets itself: what ships, and over it policy/centre.toml of the data folder."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Annotated

import msgspec

from guywire.policy_file import PolicyFile, read_policy

_Minutes = Annotated[float, msgspec.Meta(gt=0, le=10_080)]
_Count = Annotated[int, msgspec.Meta(ge=1, le=100_000)]


class ReportPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When situation reports are due."""

    sites_down: _Count
    priority: Annotated[int, msgspec.Meta(ge=1, le=4)]
    first_minutes: _Minutes
    following_minutes: _Minutes
    final_minutes: _Minutes
    contact: Annotated[str, msgspec.Meta(max_length=200)] = ""


class ShiftPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the shift leader sees as overdue."""

    unacknowledged_minutes: _Minutes
    unsigned_minutes: _Minutes
    idle_minutes: _Minutes


class LoadPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many alarms an operator can look after (ANSI/ISA-18.2-2016, EEMUA 191), and who is one that is there."""

    right: _Count
    most: _Count
    flood: _Count
    flood_ends: _Count
    there_minutes: _Minutes


class CentrePolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    situation_report: ReportPolicy
    shift: ShiftPolicy
    alarm_load: LoadPolicy


def default_policy() -> CentrePolicy:
    """What ships with the package."""
    file = resources.files("dashboards.centre").joinpath("policy.toml")
    return read_policy(file.read_text("utf-8"), str(file), CentrePolicy)


def policy_file(data_dir: Path) -> PolicyFile[CentrePolicy]:
    """The policy in force."""
    return PolicyFile(data_dir / "policy" / "centre.toml", CentrePolicy, default_policy())
