"""The policy of dispatch as data: TOML that is checked, read again at run time, and kept when the new one is bad."""

from __future__ import annotations

from collections.abc import Mapping
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
    no_coverage: _Minutes
    failed: _Minutes
    withdrawn: _Minutes


class Call(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When everybody in reach is asked who can come, and who is."""

    priority: Annotated[int, msgspec.Meta(ge=0, le=9)]
    after_minutes: _Minutes
    again_minutes: _Minutes
    at_most: _Count
    at_once: _Count
    person_minutes: _Minutes
    kilometres: _Positive
    although: frozenset[str]


class ChoicePolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a pair of job and technician is worth; `dispatch.choice.score` has the formula."""

    horizon_hours: _Positive
    exponent: Annotated[float, msgspec.Meta(ge=0, le=4)]
    deadline_worth: Annotated[float, msgspec.Meta(ge=0, le=100)]
    look_ahead_minutes: _Minutes
    turn_round_gain: Annotated[float, msgspec.Meta(ge=0, le=100)]
    priority_worth: Annotated[tuple[_Positive, ...], msgspec.Meta(min_length=1)]

    def beside_down_time(self, priority: int) -> float:
        """The share of a horizon's down-time that a job of this priority is worth by itself."""
        return self.priority_worth[min(max(priority, 1), len(self.priority_worth)) - 1]


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
    explain_waiting_at_most: _Count
    ahead_minutes: _Minutes
    geofence_metres: _Positive
    eta_minutes: _Minutes
    eta_every_seconds: _Seconds
    plan_every_seconds: _Seconds
    two_person_skills: frozenset[str]
    mate_kilometres: _Positive
    call: Call
    choice: ChoicePolicy
    widen: Annotated[tuple[Literal["area", "city", "province"], ...], msgspec.Meta(min_length=1)]
    vague_results: frozenset[str]
    result_example: str
    detour_of_region: dict[str, _Detour] = {}
    speed_of_region: dict[str, _Positive] = {}

    def detour_in(self, region: str) -> float:
        """The detour factor of the longest region path that holds `region`."""
        return _in_region(self.detour_of_region, region, self.detour)

    def speed_in(self, region: str) -> float:
        """The speed on the road, in km/h, likewise."""
        return _in_region(self.speed_of_region, region, self.speed_kmh)


def _in_region(table: Mapping[str, float], region: str, otherwise: float) -> float:
    """What holds for the longest region path that holds `region`."""
    if not table:
        return otherwise
    steps = region.split("/")
    paths = ("/".join(steps[:count]) for count in range(len(steps), 0, -1))
    return next((table[path] for path in paths if path in table), otherwise)


def default_policy() -> Policy:
    """The policy that ships with the package."""
    text = resources.files("dispatch").joinpath("policy.toml").read_text("utf-8")
    return read_policy(text, "dispatch/policy.toml", Policy)


def policy_file(data_dir: Path) -> PolicyFile[Policy]:
    """The policy in force: `policy/dispatch.toml` of the data folder where there is one, else what ships."""
    return PolicyFile(data_dir / "policy" / "dispatch.toml", Policy, default_policy())
