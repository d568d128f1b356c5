"""The policy of reviews as data: what is inspected and how, what counts as a problem, how service times are learned."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated

import msgspec

from guywire.catalogue import CATALOGUE
from guywire.policy_file import PolicyFile, read_policy

_Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
_Count = Annotated[int, msgspec.Meta(ge=1, le=10_000)]
_Positive = Annotated[float, msgspec.Meta(gt=0, le=100_000)]


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Words(_Table, frozen=True, kw_only=True):
    zh: str
    en: str


class Item(_Table, frozen=True, kw_only=True):
    words: Words
    weight: _Positive


class InspectionPolicy(_Table, frozen=True, kw_only=True):
    share_of_class: dict[str, _Share]
    share_of_others: _Share
    pass_score: Annotated[int, msgspec.Meta(ge=0, le=100)]
    items: Annotated[dict[str, Item], msgspec.Meta(min_length=1)]


class ProblemPolicy(_Table, frozen=True, kw_only=True):
    days: Annotated[int, msgspec.Meta(ge=1, le=366)]
    least: Annotated[int, msgspec.Meta(ge=2, le=1_000)]
    except_types: frozenset[str]

    def __post_init__(self) -> None:
        if unknown := sorted(self.except_types - set(CATALOGUE)):
            raise ValueError(f"there is no alarm type {unknown[0]!r}")


class ServiceTimePolicy(_Table, frozen=True, kw_only=True):
    every_hours: _Count
    days: _Count
    weight_of_known: _Positive
    least_minutes: _Positive
    most_minutes: _Positive


class ReviewPolicy(_Table, frozen=True, kw_only=True):
    """What `review.toml` holds; its comments say what each value means."""

    look_minutes: Annotated[int, msgspec.Meta(ge=1, le=1_440)]
    inspection: InspectionPolicy
    problems: ProblemPolicy
    service_times: ServiceTimePolicy


@cache
def shipped_policy() -> ReviewPolicy:
    """The policy that ships with the package."""
    text = resources.files("dispatch.review").joinpath("review.toml").read_text("utf-8")
    return read_policy(text, "dispatch/review/review.toml", ReviewPolicy)


def policy_file(data_dir: Path) -> PolicyFile[ReviewPolicy]:
    """The policy in force: `policy/review.toml` of the data folder where there is one, else what ships."""
    return PolicyFile(data_dir / "policy" / "review.toml", ReviewPolicy, shipped_policy())
