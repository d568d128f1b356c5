"""The policy of telling as data: how long to try, when to keep quiet, what a push service is told of us."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated

import msgspec

from guywire.backoff import Backoff
from guywire.policy_file import PolicyFile, read_policy
from guywire.quiet_hours import QuietHours

_Minutes = Annotated[int, msgspec.Meta(ge=1, le=40_320)]


class Ttl(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For how long a push service keeps a message (RFC 8030, 5.2)."""

    urgent: _Minutes
    other: _Minutes

    def of(self, *, urgent: bool) -> timedelta:
        return timedelta(minutes=self.urgent if urgent else self.other)


class TellingPolicy(QuietHours, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `telling.toml` holds; its comments say what each value means."""

    subject: Annotated[str, msgspec.Meta(pattern=r"^(mailto:[^@\s]+@[\w-]+(\.[\w-]+)+|https://[\w-]+(\.[\w-]+)+)$")]
    language: str
    at_once: Annotated[int, msgspec.Meta(ge=1, le=500)]
    too_late_minutes: _Minutes
    endpoint_seconds: Annotated[float, msgspec.Meta(gt=0, le=60)]
    private_addresses: bool
    ttl_minutes: Ttl
    retry: Backoff


@cache
def shipped_policy() -> TellingPolicy:
    """The policy that ships with the package."""
    text = resources.files("dispatch.telling").joinpath("telling.toml").read_text("utf-8")
    return read_policy(text, "dispatch/telling/telling.toml", TellingPolicy)


def policy_file(data_dir: Path) -> PolicyFile[TellingPolicy]:
    """The policy in force: `policy/telling.toml` of the data folder where there is one, else what ships."""
    return PolicyFile(data_dir / "policy" / "telling.toml", TellingPolicy, shipped_policy())
