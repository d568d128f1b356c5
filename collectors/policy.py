"""The collectors' policy as data: TOML that is checked, read again at run time, and kept when the new one is bad."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Annotated

import msgspec

from collectors.wire.filters import network
from guywire.policy_file import PolicyFile, read_policy

_Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
_Seconds = Annotated[float, msgspec.Meta(gt=0, le=86_400)]
_Share = Annotated[float, msgspec.Meta(gt=0, le=1)]


class _Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Traps(_Section, frozen=True, kw_only=True):
    """`[traps]`: who may send."""

    sources: tuple[str, ...]
    check_community: bool
    strangers: _Count
    receive_buffer_megabytes: Annotated[int, msgspec.Meta(ge=1, le=1024)]

    def __post_init__(self) -> None:
        for text in self.sources:
            network(text)


class Guard(_Section, frozen=True, kw_only=True):
    """`[guard]`: a token bucket for each device."""

    burst: _Count
    per_second: Annotated[float, msgspec.Meta(gt=0, le=100_000)]
    held_at_most: _Count


class Polling(_Section, frozen=True, kw_only=True):
    """`[polling]`: how devices are asked."""

    interval_seconds: _Seconds
    timeout_seconds: _Seconds
    retries: Annotated[int, msgspec.Meta(ge=0, le=10)]
    at_once: _Count
    back_off_seconds: _Seconds
    resync_seconds: _Seconds
    probes_at_once: _Count
    device_seconds: _Seconds
    rows_at_most: _Count
    sensor_lost_seconds: _Seconds
    restart_stands_seconds: _Seconds
    samples_kept: _Count
    samples_keep_days: Annotated[int, msgspec.Meta(ge=35, le=36_500)]
    """No fewer than reports of a month that is just over still look at."""


class Supervision(_Section, frozen=True, kw_only=True):
    """`[supervision]`: when silence is an alarm."""

    silent_after_seconds: _Seconds
    cut_off_share: _Share
    cut_off_at_least: _Count


class SpoolLimits(_Section, frozen=True, kw_only=True):
    """`[spool]`: its bounds."""

    megabytes: _Count
    reserve_kilobytes: _Count
    late_after_seconds: _Seconds


class Policy(_Section, frozen=True, kw_only=True):
    """What `policy.toml` holds; its comments say what each value means."""

    traps: Traps
    guard: Guard
    polling: Polling
    supervision: Supervision
    spool: SpoolLimits


def default_policy() -> Policy:
    """The policy that ships with the package."""
    text = resources.files("collectors").joinpath("policy.toml").read_text("utf-8")
    return read_policy(text, "collectors/policy.toml", Policy)


def policy_file(data_dir: Path) -> PolicyFile[Policy]:
    """The policy in force: `policy/collectors.toml` of the data folder where there is one, else what ships."""
    return PolicyFile(data_dir / "policy" / "collectors.toml", Policy, default_policy())
