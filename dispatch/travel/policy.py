"""The policy of travel as data: how speeds are learned, and which routing service is asked."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from guywire.policy_file import PolicyFile, read_policy

_Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
_Positive = Annotated[float, msgspec.Meta(gt=0, le=10_000)]


class SpeedsPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    weeks: Annotated[int, msgspec.Meta(ge=1, le=104)]
    at_most: _Count
    least_km: _Positive
    least_minutes: _Positive
    most_minutes: _Positive
    usual_counts: _Positive
    lowest_kmh: _Positive
    highest_kmh: _Positive

    def __post_init__(self) -> None:
        if self.lowest_kmh > self.highest_kmh:
            raise ValueError("lowest_kmh is above highest_kmh: no speed lies between")


class RoutingPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    kind: Literal["none", "osrm", "valhalla"]
    url: Annotated[str, msgspec.Meta(pattern=r"^(https?://\S+)?$")]
    timeout_ms: Annotated[int, msgspec.Meta(ge=10, le=5_000)]
    candidates: Annotated[int, msgspec.Meta(ge=1, le=100)]
    jobs_at_once: Annotated[int, msgspec.Meta(ge=1, le=1_000)]
    keep_minutes: Annotated[int, msgspec.Meta(ge=0, le=10_080)]
    failures: Annotated[int, msgspec.Meta(ge=1, le=1_000)]
    open_seconds: Annotated[int, msgspec.Meta(ge=1, le=86_400)]

    @property
    def is_on(self) -> bool:
        return self.kind != "none" and bool(self.url)


class TravelPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `travel.toml` holds; its comments say what each value means."""

    speeds: SpeedsPolicy
    routing: RoutingPolicy


@cache
def shipped_policy() -> TravelPolicy:
    """The policy that ships with the package."""
    text = resources.files("dispatch.travel").joinpath("travel.toml").read_text("utf-8")
    return read_policy(text, "dispatch/travel/travel.toml", TravelPolicy)


def policy_file(data_dir: Path) -> PolicyFile[TravelPolicy]:
    """The policy in force: `policy/travel.toml` of the data folder where there is one, else what ships."""
    return PolicyFile(data_dir / "policy" / "travel.toml", TravelPolicy, shipped_policy())
