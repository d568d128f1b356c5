"""The policy of emergencies as data: when there is one, what changes in it, and when it looks over."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from guywire.policy_file import PolicyFile, read_policy

_Count = Annotated[int, msgspec.Meta(ge=1, le=10_000)]
_Minutes = Annotated[int, msgspec.Meta(ge=0, le=10_080)]
_Positive = Annotated[float, msgspec.Meta(gt=0, le=10_000)]


class EmergencyPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    sites: _Count
    calm_sites: Annotated[int, msgspec.Meta(ge=0, le=10_000)]
    calm_minutes: _Minutes
    again_minutes: _Minutes
    widen: Annotated[tuple[Literal["area", "city", "province"], ...], msgspec.Meta(min_length=1)]
    battery_minutes: _Minutes
    far_km: _Positive
    far_minutes: _Minutes
    weight: _Positive
    mains_alarms: frozenset[str]


class CentrePolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `centre.toml` holds; its comments say what each value means."""

    emergency: EmergencyPolicy


@cache
def shipped_policy() -> CentrePolicy:
    """The policy that ships with the package."""
    text = resources.files("dispatch.centre").joinpath("centre.toml").read_text("utf-8")
    return read_policy(text, "dispatch/centre/centre.toml", CentrePolicy)


def policy_file(data_dir: Path) -> PolicyFile[CentrePolicy]:
    """The policy in force: `policy/centre.toml` of the data folder where there is one, else what ships."""
    return PolicyFile(data_dir / "policy" / "centre.toml", CentrePolicy, shipped_policy())
