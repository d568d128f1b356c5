"""What causes what, as data: causes.toml checked and indexed for `explain`. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter
from importlib import resources
from typing import Annotated

import msgspec

from guywire.catalogue import CATALOGUE
from guywire.policy_file import read_policy


class Scope(StrEnum):
    """Where a cause may stand, seen from its effect; causes.toml says what each means."""

    RESOURCE = "resource"
    SITE = "site"
    DOWNSTREAM = "downstream"
    FAR_END = "far-end"
    LINK = "link"
    FEED = "feed"


WITHIN_A_TYPE = frozenset({Scope.DOWNSTREAM, Scope.LINK, Scope.FEED})
"""Scopes in which a type may cause itself: there the cause is nearer to the gateways, or is the feed."""


class Rule(msgspec.Struct, frozen=True):
    """One permitted step from cause to effect. `earliest` may be negative; `battery` is a share of battery hours.

    `usual` are the delays, least and most, at which it has its full strength (none: all that are permitted). With
    `recovery` all of them are counted from the cause's end, not from its beginning.
    """

    cause: str
    effect: str
    scope: Scope
    strength: float
    earliest: timedelta
    latest: timedelta
    battery: float = 0.0
    usual: tuple[timedelta, timedelta] | None = None
    recovery: bool = False


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"causes": "from", "effects": "to"}):
    causes: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    effects: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    scope: Scope
    strength: Annotated[float, msgspec.Meta(gt=0, le=1)]
    minutes: tuple[float, float]
    usual: tuple[float, float] | None = None
    battery: Annotated[float, msgspec.Meta(ge=0, le=2)] = 0.0
    recovery: bool = False

    def rules(self) -> Iterable[Rule]:
        earliest, latest = (timedelta(minutes=minutes) for minutes in self.minutes)
        usual = (timedelta(minutes=self.usual[0]), timedelta(minutes=self.usual[1])) if self.usual else None
        rest = (self.strength, earliest, latest, self.battery, usual, self.recovery)
        for cause in self.causes:
            for effect in self.effects:
                if cause != effect or self.scope in WITHIN_A_TYPE:
                    yield Rule(cause, effect, self.scope, *rest)


class CauseFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """causes.toml as it stands. Refused: a type that is unknown, minutes that run backwards, causes in a circle."""

    cause: tuple[_Entry, ...]

    def __post_init__(self) -> None:
        named = {name for entry in self.cause for name in (*entry.causes, *entry.effects)}
        if unknown := named - set(CATALOGUE):
            raise ValueError(f"no such alarm type: {', '.join(sorted(unknown))}; see the alarm catalogue")
        for entry in self.cause:
            if any(first > last for first, last in (entry.minutes, entry.usual or (0, 0))):
                raise ValueError(f"{entry.causes[0]} to {entry.effects[0]}: minutes run backwards")
        _refuse_circles(self.rules())

    def rules(self) -> Iterable[Rule]:
        return (rule for entry in self.cause for rule in entry.rules())


class Causes:
    """The rules by what they explain, and by what looks different once a cause has changed."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        by_effect: dict[str, list[Rule]] = defaultdict(list)
        effects: dict[tuple[str, Scope], set[str]] = defaultdict(set)
        for rule in rules:
            by_effect[rule.effect].append(rule)
            effects[rule.cause, rule.scope].add(rule.effect)
        self.by_effect: Mapping[str, tuple[Rule, ...]] = {
            effect: tuple(sorted(found, key=lambda rule: -rule.strength)) for effect, found in by_effect.items()
        }
        self._effects = {key: frozenset(found) for key, found in effects.items()}
        self._effects_in: dict[tuple[str, tuple[Scope, ...]], frozenset[str]] = {}
        self.cut_off = frozenset(
            rule.effect for found in by_effect.values() for rule in found if rule.scope is Scope.DOWNSTREAM
        )
        self.symptoms = frozenset(
            rule.effect
            for found in by_effect.values()
            for rule in found
            if rule.scope is Scope.DOWNSTREAM and not rule.recovery
        )
        """What a site shows that is cut off; `cut_off` has what it shows when it is back, too."""
        self.cutters = frozenset(
            rule.cause
            for found in by_effect.values()
            for rule in found
            if rule.scope is Scope.DOWNSTREAM and not rule.recovery
        )
        self.fed = frozenset(
            effect for (_, scope), found in self._effects.items() if scope is Scope.FEED for effect in found
        )
        """What sites show whose power feed failed."""
        self.earliest = min((rule.earliest for found in by_effect.values() for rule in found), default=timedelta(0))
        """How long after its cause an effect begins at the least; negative when it can begin before."""

    def effects(self, cause: str, *scopes: Scope) -> frozenset[str]:
        """The types that an alarm of this type may cause in any of these scopes."""
        if (known := self._effects_in.get((cause, scopes))) is None:
            known = frozenset().union(*(self._effects.get((cause, scope), frozenset()) for scope in scopes))
            self._effects_in[cause, scopes] = known
        return known


def _refuse_circles(rules: Iterable[Rule]) -> None:
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for rule in rules:
        if rule.cause != rule.effect:
            sorter.add(rule.effect, rule.cause)
    try:
        sorter.prepare()
    except CycleError as error:
        raise ValueError(f"causes go in a circle: {' -> '.join(error.args[1])}; take one out") from error


def shipped_cause_file() -> CauseFile:
    """The causes that ship with the package."""
    text = resources.files("alarm_correlation").joinpath("causes.toml").read_text("utf-8")
    return read_policy(text, "alarm_correlation/causes.toml", CauseFile)


def shipped_causes() -> Causes:
    return Causes(shipped_cause_file().rules())
