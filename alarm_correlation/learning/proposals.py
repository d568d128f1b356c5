"""From evidence to what a person is asked: a new cause, a wider window, or why something is not proposed. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from alarm_correlation.causes import Rule, Scope
from alarm_correlation.learning.evidence import Evidence
from alarm_correlation.learning.opinions import NOTHING_SAID, Opinion, Opinions

_LEAST_STRENGTH, _MOST_STRENGTH = 0.1, 0.95
_CLOCKS_DIFFER = -2.0
_SOON_MINUTES = 10.0
_STEPS = (1, 2, 5, 10, 15, 20, 30, 45, 60)
_CONFIDENCE = ("low", "fair", "high")
_WIDER = {Scope.RESOURCE: Scope.SITE, Scope.LINK: Scope.FAR_END}


Ways = dict[str, set[str]]
"""From each type to those that it causes."""


class Verdict(StrEnum):
    """What is to be done with a learned cause. The first two are proposed, the rest said and left out."""

    NEW = "new"
    WINDOW = "window"
    KNOWN = "known"
    DENIED = "denied"
    CIRCLE = "circle"
    BOTH_WAYS = "both ways"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Evidence and what follows from it: an entry of causes.toml, with `minutes` from and to, or a `reason` why not."""

    evidence: Evidence
    verdict: Verdict
    strength: float
    minutes: tuple[int, int]
    reason: str = ""
    battery: float = 0.0
    opinion: Opinion = NOTHING_SAID

    @property
    def proposed(self) -> bool:
        return self.verdict in {Verdict.NEW, Verdict.WINDOW}

    @property
    def confidence(self) -> str:
        """In a word: by what it adds over what chance needs, at how many sites it was seen, and what operators said."""
        surplus = self.evidence.gain / self.evidence.needed
        step = 0 if self.evidence.places < 3 or surplus < 1.5 else 1
        step = 2 if self.evidence.places >= 10 and surplus >= 4 else step
        return _CONFIDENCE[min(step + self.opinion.supports, 2)]


def propose(found: Iterable[Evidence], rules: Iterable[Rule], opinions: Opinions) -> list[Proposal]:
    """Judges learned causes by the rules in force and by what operators said; the proposed ones first.

    Together with the rules they make no circle: of those that would, the worse founded is left out.
    """
    known = list(rules)
    effects: Ways = defaultdict(set)
    for rule in known:
        effects[rule.cause].add(rule.effect)
    made = []
    for evidence in sorted(found, key=lambda one: (-one.gain, one.cause, one.effect, one.scope)):
        opinion = opinions.get((evidence.cause, evidence.effect), NOTHING_SAID)
        made.append(proposal := _judge(evidence, known, effects, opinion))
        if proposal.proposed:
            effects[evidence.cause].add(evidence.effect)
    order = list(Verdict)
    return sorted(made, key=lambda proposal: order.index(proposal.verdict))


def _judge(evidence: Evidence, known: Sequence[Rule], effects: Ways, opinion: Opinion) -> Proposal:
    minutes = window_of(evidence.lags)
    strength = round(min(max(evidence.certainty, _LEAST_STRENGTH), _MOST_STRENGTH), 2)
    verdict, reason, battery = Verdict.NEW, "", 0.0
    if (rule := _rule_of(evidence, known)) is not None:
        verdict, reason = _known(evidence, rule)
        wide = (int(rule.earliest.total_seconds() // 60), ceil(rule.latest.total_seconds() / 60))
        minutes = (min(minutes[0], wide[0]), max(minutes[1], wide[1]))
        strength, battery = rule.strength, rule.battery
    elif opinion.denies:
        verdict, reason = Verdict.DENIED, str(opinion)
    elif way := _way(evidence.effect, evidence.cause, effects):
        verdict, reason = Verdict.CIRCLE, f"would close a circle: {' -> '.join((*way, evidence.effect))}"
    elif not evidence.one_way:
        verdict, reason = Verdict.BOTH_WAYS, "as often before as after: perhaps both have a cause that is not heard"
    return Proposal(evidence, verdict, strength, minutes, reason, battery, opinion)


def _rule_of(evidence: Evidence, known: Sequence[Rule]) -> Rule | None:
    """The rule that already says so, in this scope or in one that holds it; of several the longest window."""
    scopes = {evidence.scope, _WIDER.get(evidence.scope, evidence.scope)}
    same = [
        rule
        for rule in known
        if (rule.cause, rule.effect) == (evidence.cause, evidence.effect) and rule.scope in scopes
    ]
    return max(same, key=lambda rule: rule.latest - rule.earliest, default=None)


def _known(evidence: Evidence, rule: Rule) -> tuple[Verdict, str]:
    first, last = rule.earliest.total_seconds(), rule.latest.total_seconds()
    if first <= evidence.lags[0] and evidence.lags[-1] <= last:
        return Verdict.KNOWN, ""
    return Verdict.WINDOW, f"causes.toml has {first / 60:.0f} to {last / 60:.0f} minutes"


def window_of(lags: Sequence[float]) -> tuple[int, int]:
    """Minutes from and to, around 5 and 95 % lags in seconds.

    Up to half as long again; from a little before, as clocks differ, or from half the 5 % lag where that is long.
    """
    first, last = lags[0] / 60, lags[-1] / 60
    begin = _CLOCKS_DIFFER if first < _SOON_MINUTES else first // 2
    return int(begin), _rounded_up(1.5 * last)


def _rounded_up(minutes: float) -> int:
    return next((step for step in _STEPS if step >= minutes), ceil(minutes / 60) * 60)


def _way(start: str, end: str, effects: Ways) -> tuple[str, ...]:
    """A shortest way of causes from one type to another, both named; empty when there is none, or they are the same."""
    if start == end:
        return ()
    ways: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    for way in ways:  # grows while it is walked: breadth first
        for following in sorted(effects.get(way[-1], set()) - seen):
            if following == end:
                return (*way, end)
            seen.add(following)
            ways.append((*way, following))
    return ()
