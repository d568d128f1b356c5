"""What was learned in words: a table for the screen, entries for causes.toml with evidence as comments. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from alarm_correlation.causes import Rule
from alarm_correlation.learning.evidence import Evidence
from alarm_correlation.learning.opinions import Opinions
from alarm_correlation.learning.proposals import Proposal, Verdict
from alarm_correlation.reasons import in_words

_HEADINGS = {
    Verdict.NEW: "New causes",
    Verdict.WINDOW: "Known causes whose effects come outside their window",
    Verdict.KNOWN: "Known causes that history confirms",
    Verdict.DENIED: "Left out: operators say otherwise",
    Verdict.CIRCLE: "Left out: would close a circle",
    Verdict.BOTH_WAYS: "Left out: no direction",
}
_COLUMNS = (
    f"{'cause':24} {'effect':24} {'scope':10} {'explained':>12} {'sites':>5} {'lift':>7}  {'lag 5 / 50 / 95 %':26} sure"
)
_PREAMBLE = """\
# Causes that history suggests, to be judged by a person. Learned from {history}.
#
# policy/causes.toml in the data folder takes the place of the causes that ship. Begin it as a copy of them, put in what
# you agree with, and it is in force within seconds; what goes in a circle is refused and what held before stays.
"""


def table(proposals: Sequence[Proposal]) -> list[str]:
    """Lines for people, by verdict."""
    if not proposals:
        return ["Nothing follows anything more often than chance has it. A longer history may show more."]
    lines = []
    for verdict, group in groupby(proposals, key=lambda proposal: proposal.verdict):
        lines += ["", _HEADINGS[verdict], _COLUMNS]
        lines += [line for proposal in group for line in _row(proposal)]
    return lines[1:]


def fragment(proposals: Sequence[Proposal], history: str) -> str:
    """The proposed ones in the format of causes.toml; `history` says what they were learned from."""
    entries = [_entry(proposal) for proposal in proposals if proposal.proposed]
    return "\n".join([_PREAMBLE.format(history=history), *entries])


def unseen(opinions: Opinions, proposals: Sequence[Proposal], rules: Iterable[Rule]) -> list[str]:
    """Lines for what operators say that neither history shows nor a rule has."""
    seen = {(proposal.evidence.cause, proposal.evidence.effect) for proposal in proposals}
    seen |= {(rule.cause, rule.effect) for rule in rules}
    said = sorted((pair, opinion) for pair, opinion in opinions.items() if opinion.supports and pair not in seen)
    lines = [f"{cause:24} {effect:24} {opinion}" for (cause, effect), opinion in said]
    return ["", "Said by operators, not yet shown by history", *lines] if lines else []


def _row(proposal: Proposal) -> list[str]:
    it = proposal.evidence
    explained = f"{it.explained:.0f} of {it.effects}"
    lags = " / ".join(in_words(lag) for lag in it.lags)
    what = f"{it.cause:24} {it.effect:24} {it.scope:10} {explained:>12} {it.places:5} {_lift(it):>7}"
    row = f"{what}  {lags:26} {proposal.confidence}"
    said = [str(proposal.opinion)] if any(proposal.opinion) and proposal.verdict is not Verdict.DENIED else []
    because = "; ".join([proposal.reason] * bool(proposal.reason) + said)
    return [row, f"    {because}"] if because else [row]


def _entry(proposal: Proposal) -> str:
    it = proposal.evidence
    lines = [f"# In place of the known entry: {proposal.reason}."] if proposal.reason else []
    same = f", {it.same_moment} times in the same second" if it.same_moment else ""
    lines += [
        f"# {it.explained:.0f} of {it.effects} {it.effect} fall to {it.causes} {it.cause},"
        f" at {it.places} sites; confidence {proposal.confidence}.",
        f"# {in_words(it.lags[0])} to {in_words(it.lags[-1])} (5 to 95 %) after it: {it.after} times,"
        f" {_lift(it)} chance ({it.by_chance:.1f}); before it: {it.before}{same}.",
        *([f"# {proposal.opinion}."] if any(proposal.opinion) else []),
        "[[cause]]",
        f'from = ["{it.cause}"]',
        f'to = ["{it.effect}"]',
        f'scope = "{it.scope}"',
        f"strength = {proposal.strength}",
        f"minutes = [{proposal.minutes[0]}, {proposal.minutes[1]}]",
        *([f"battery = {proposal.battery}"] if proposal.battery else []),
    ]
    return "\n".join(lines) + "\n"


def _lift(evidence: Evidence) -> str:
    return f"{evidence.lift:.0f}x" if evidence.lift < 1000 else ">1000x"
