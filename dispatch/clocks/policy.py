"""The policy of clocks as data: terms, calendars, pauses, the ladder and its words, as `sla.toml` holds them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from dispatch.centre.state import around
from dispatch.clocks.calendars import ALWAYS, Calendar
from dispatch.clocks.kinds import LEVELS, ClockKind, Level
from guywire.chinese import filled
from guywire.policy_file import PolicyFile, read_policy

_Minutes = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
_Hours = Annotated[int, msgspec.Meta(ge=1, le=10_000)]
_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
_Severity = Annotated[str, msgspec.Meta(pattern="^(critical|major|minor|warning|indeterminate)$")]
_SiteClass = Annotated[str, msgspec.Meta(pattern="^[ABC]$")]
Terms = dict[ClockKind, dict[_Severity, dict[_SiteClass, _Minutes]]]

_PLACES = dict.fromkeys(("ticket", "site", "title", "minutes", "reason", "text", "names", "what"), "")


class Words(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One sentence in each language, with names in braces for what goes in."""

    zh: _Text
    en: _Text

    def __post_init__(self) -> None:
        for text in (self.zh, self.en):
            try:
                text.format_map(_PLACES)
            except (KeyError, ValueError, IndexError, AttributeError) as error:
                known = ", ".join(f"{{{name}}}" for name in _PLACES)
                raise ValueError(f"{text!r} cannot be filled in ({error!r}); it may hold {known}") from None

    def fill(self, **values: object) -> dict[str, str]:
        """The sentence by language. A value that is itself words by language goes into each in its own."""
        return {
            language: filled(text, _PLACES | {name: _in(language, value) for name, value in values.items()})
            for language, text in (("zh", self.zh), ("en", self.en))
        }


def _in(language: str, value: object) -> str:
    return str(value[language] if isinstance(value, Mapping) else value)


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rung of the ladder: who is told when so much of a clock's time has gone by, and what is expected."""

    level: Level
    reply_minutes: _Minutes
    words: Words
    share: Annotated[float, msgspec.Meta(ge=0, le=10)] = 1.0
    minutes_over: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0


class PauseReason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    clocks: frozenset[ClockKind]
    most_hours: _Hours
    words: Words


class Pauses(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    ticket_states: frozenset[Literal["held", "pending"]]
    reasons: dict[str, PauseReason]


class ExtensionRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    most_minutes: _Minutes
    words: Words
    granted: Words
    refused: Words


class UrgeRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    again_minutes: Annotated[int, msgspec.Meta(ge=0, le=10_000)]
    words: Words


class Coverage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    km: Annotated[float, msgspec.Meta(ge=0, le=1000)]
    words: Words


class SlaPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `sla.toml` holds; its comments say what each value means."""

    terms: Terms
    calendar_of: dict[_Severity, str]
    calendars: dict[str, Calendar]
    pauses: Pauses
    extension: ExtensionRule
    urge: UrgeRule
    coverage: Coverage
    what: dict[ClockKind, Words]
    ladder: dict[ClockKind, tuple[Step, ...]]
    regions: dict[str, Terms] = {}
    no_clocks: tuple[Annotated[str, msgspec.Meta(min_length=1)], ...] = ()

    def __post_init__(self) -> None:
        for name in self.calendar_of.values():
            if name not in self.calendars:
                raise ValueError(f"there is no calendar {name!r} among {', '.join(self.calendars)}")
        if missing := set(ClockKind) - self.what.keys():
            raise ValueError(f"what: there are no words for {min(missing)}")
        for kind, steps in self.ladder.items():
            if any(LEVELS.index(below.level) >= LEVELS.index(above.level) for below, above in pairwise(steps)):
                raise ValueError(f"ladder.{kind}: each level once, in the order {', '.join(LEVELS)}")

    def minutes(self, kind: ClockKind, severity: str, site_class: str, region: str) -> int | None:
        """The house's own term; None where there is no clock. The longest region path that has a figure counts."""
        tables = (self.regions[path] for path in around(region) if path in self.regions)
        found = (_look_up(table, kind, severity, site_class) for table in (*tables, self.terms))
        return next((minutes for minutes in found if minutes is not None), None)

    def calendar(self, severity: str) -> Calendar:
        """The calendar of the house's own terms."""
        name = self.calendar_of.get(severity)
        return self.calendars[name] if name else ALWAYS


def _look_up(table: Terms, kind: ClockKind, severity: str, site_class: str) -> int | None:
    return table.get(kind, {}).get(severity, {}).get(site_class)


@cache
def shipped_policy() -> SlaPolicy:
    """The policy that ships with the package."""
    text = resources.files("dispatch.clocks").joinpath("sla.toml").read_text("utf-8")
    return read_policy(text, "dispatch/clocks/sla.toml", SlaPolicy)


def policy_file(data_dir: Path) -> PolicyFile[SlaPolicy]:
    """The policy in force: `policy/sla.toml` of the data folder where there is one, over what ships."""
    return PolicyFile(data_dir / "policy" / "sla.toml", SlaPolicy, shipped_policy())
