"""The policy of complaints as data: linking weights, stages of repair, and the words for customers (policy.toml)."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from string import Formatter
from typing import Annotated

import msgspec

from complaints.surges.policy import SurgePolicy
from guywire.catalogue import CATALOGUE
from guywire.policy_file import PolicyFile, read_policy

_Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
_Factor = Annotated[float, msgspec.Meta(gt=0, le=100)]
_Widening = Annotated[float, msgspec.Meta(ge=1, le=100)]
_Kilometres = Annotated[float, msgspec.Meta(gt=0, le=100)]
_Minutes = Annotated[int, msgspec.Meta(ge=0, le=10_080)]
_Count = Annotated[int, msgspec.Meta(ge=1, le=100)]

PLACEHOLDERS = frozenset({"cause", "since", "arrival", "at", "earliest", "latest", "restored"})


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class LinkPolicy(_Part, frozen=True, kw_only=True):
    """How well an outage must explain a complaint; policy.toml says what each weight means."""

    least_score: _Share
    reach_neighbours: _Count
    reach_factor: _Factor
    reach_min_km: _Kilometres
    reach_max_km: _Kilometres
    near_weight: _Share
    healthy_nearer: _Share
    predicted_weight: _Share
    ended_weight: _Share
    recent_minutes: _Minutes
    relink_hours: _Count


class StagePolicy(_Part, frozen=True, kw_only=True):
    """What is assumed at a stage; `earliest` and `latest` are factors on the time that is left."""

    arrival_minutes: _Minutes
    earliest: _Share
    latest: _Widening


class Stages(_Part, frozen=True, kw_only=True):
    detected: StagePolicy
    assigned: StagePolicy
    under_way: StagePolicy
    on_site: StagePolicy


class EndPolicy(_Part, frozen=True, kw_only=True):
    least_work_minutes: Annotated[int, msgspec.Meta(ge=1, le=10_080)]
    late_minutes: Annotated[int, msgspec.Meta(ge=1, le=10_080)]
    service_minutes: Annotated[int, msgspec.Meta(ge=1, le=10_080)]
    round_minutes: Annotated[int, msgspec.Meta(ge=1, le=60)]


class Cause(_Part, frozen=True, kw_only=True):
    """An alarm type in a customer's words, and how well it alone explains a complaint (0 to 1)."""

    explains: _Share
    zh: str
    en: str


class Script(_Part, frozen=True, kw_only=True):
    """The lines of one language, with placeholders."""

    affected: str
    detected: str
    assigned: str
    under_way: str
    on_site: str
    end: str
    restored: str
    none: str

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            named = {field for _, field, _, _ in Formatter().parse(getattr(self, name)) if field is not None}
            if unknown := named - PLACEHOLDERS:
                raise ValueError(f"`{name}` has unknown placeholders {sorted(unknown)}")


class Scripts(_Part, frozen=True, kw_only=True):
    zh: Script
    en: Script


class Policy(_Part, frozen=True, kw_only=True):
    link: LinkPolicy
    stage: Stages
    end: EndPolicy
    surge: SurgePolicy
    cause: dict[str, Cause]
    script: Scripts

    def __post_init__(self) -> None:
        if unknown := sorted(self.cause.keys() - CATALOGUE.keys()):
            raise ValueError(f"there is no alarm type `{unknown[0]}`")
        if "unidentified" not in self.cause:
            raise ValueError("`unidentified` is missing: it stands for every type without a text")

    def cause_of(self, alarm_type: str) -> Cause:
        return self.cause.get(alarm_type) or self.cause["unidentified"]


@cache
def shipped_policy() -> Policy:
    """The policy that ships with the package."""
    text = resources.files("complaints").joinpath("policy.toml").read_text("utf-8")
    return read_policy(text, "complaints/policy.toml", Policy)


def policy_file(data_dir: Path) -> PolicyFile[Policy]:
    """The policy in force where the operator may have put a file of their own."""
    return PolicyFile(data_dir / "policy" / "complaints.toml", Policy, shipped_policy())
