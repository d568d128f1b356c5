"""The policy of dispatch as data: TOML that is checked, read again at run time, and kept when the new one is bad."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from guywire.policy_file import PolicyFile, read_policy

_Positive = Annotated[float, msgspec.Meta(gt=0, le=100_000)]
_Detour = Annotated[float, msgspec.Meta(ge=1, le=10)]
_Seconds = Annotated[int, msgspec.Meta(ge=1, le=86_400)]
_Minutes = Annotated[int, msgspec.Meta(ge=0, le=10_080)]
_Count = Annotated[int, msgspec.Meta(ge=1, le=10_000)]

REACH = {"area": 3, "city": 2, "province": 1}
"""How many steps of the region path must be shared at each width."""


class AskAgain(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Minutes before the same technician is asked again, by how it ended; the words are `WorkOrderState`'s."""

    declined: _Minutes
    expired: _Minutes
    failed: _Minutes
    withdrawn: _Minutes


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `policy.toml` holds; its comments say what each value means."""

    speed_kmh: _Positive
    detour: _Detour
    offer_seconds: _Seconds
    retry_seconds: _Seconds
    ask_again_minutes: AskAgain
    position_max_age_minutes: _Minutes
    overtime_minutes: _Minutes
    clock_tolerance_seconds: _Seconds
    position_keep_days: _Count
    positions_at_once: _Count
    jobs_at_once: _Count
    explain_at_most: _Count
    widen: Annotated[tuple[Literal["area", "city", "province"], ...], msgspec.Meta(min_length=1)]
    vague_results: frozenset[str]
    result_example: str
    detour_of_region: dict[str, _Detour] = {}

    def detour_in(self, region: str) -> float:
        """The detour factor of the longest region path that holds `region`."""
        if not self.detour_of_region:
            return self.detour
        steps = region.split("/")
        paths = ("/".join(steps[:count]) for count in range(len(steps), 0, -1))
        return next((self.detour_of_region[path] for path in paths if path in self.detour_of_region), self.detour)


def default_policy() -> Policy:
    """The policy that ships with the package."""
    text = resources.files("dispatch").joinpath("policy.toml").read_text("utf-8")
    return read_policy(text, "dispatch/policy.toml", Policy)


def policy_file(data_dir: Path) -> PolicyFile[Policy]:
    """The policy in force: `policy/dispatch.toml` of the data folder where there is one, else what ships."""
    return PolicyFile(data_dir / "policy" / "dispatch.toml", Policy, default_policy())
