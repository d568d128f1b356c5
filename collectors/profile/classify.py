"""Third stage: a trap becomes an alarm's type, severity, qualifier, text and details, by its sender's profiles. Pure.

Traps of one kind have the same OID and the same names in the same order. What rules and texts look for is found once
for all of them, as places among the varbinds: a plan. A trap's own part is then to take its values from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import msgspec

from collectors.profile.compile import Profile, Rule
from collectors.profile.template import Bound, bind_first, place_of, relative_text
from collectors.wire.decode import Trap
from collectors.wire.memo import Memo
from collectors.wire.oid import oid_text
from collectors.wire.shape import SNMP_TRAP_OID
from collectors.wire.values import VALUE_TEXT
from guywire.catalogue import CATALOGUE
from guywire.model import Severity

UNIDENTIFIED = "unidentified"
MAX_TEXT = 512
MAX_QUALIFIER = 256
MAX_DETAILS = 32
TRAP = "trap"
"""The detail that holds the trap's OID."""

_LABELS = 2048
_PLANS = 8192


class _Step(NamedTuple):
    """Rules of one profile that look at the same varbinds: by what those must say."""

    profile: Profile
    names: tuple[bytes, ...]
    rules: dict[tuple[str | None, ...], Rule]


_Steps = Mapping[bytes, Sequence[_Step]]


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """What a trap means. `site` is the profile's own site field, `kind` the kind of resource that it speaks of.

    `details` is what the sender said, bounded: a profile's names, or OIDs, to printable values.
    """

    alarm_type: str
    severity: Severity
    qualifier: str
    text: str
    kind: str = ""
    site: str = ""
    profile: str = ""
    details: dict[str, str] = {}

    @property
    def is_alarm(self) -> bool:
        return self.alarm_type != ""


_NO_ALARM = Verdict("", Severity.INDETERMINATE, "", "")


class _Meaning(NamedTuple):
    """A rule, bound to the names of a kind of trap."""

    rule: Rule
    profile: str
    severity: Callable[[Sequence[str]], Severity]
    qualifier: Bound
    text: Bound
    site: Bound
    labels: tuple[str, ...]


class _Plan(msgspec.Struct, frozen=True, gc=False):
    """For traps of one OID with the same names: where the steps' conditions stand; meanings as they turn up."""

    steps: Sequence[tuple[_Step, tuple[int | None, ...]]]
    labels: tuple[str, ...]
    meanings: dict[int, _Meaning]


class Classifier:
    """Profiles, compiled into one look-up by trap OID for each profile that a sender can name."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        ordered = sorted(profiles, key=lambda profile: (not profile.standard, profile.name))
        standard = [profile for profile in ordered if profile.standard]
        self._all = _steps(ordered)
        self._named = {
            profile.name: _steps([profile, *(other for other in standard if other is not profile)])
            for profile in ordered
        }
        self._labels = {profile.name: Memo(partial(_label, profile.names), _LABELS) for profile in ordered}
        self._plain = Memo(oid_text, _LABELS)
        self._plans: dict[tuple[str, bytes, tuple[bytes, ...]], _Plan] = {}

    def classify(self, trap: Trap, profile: str) -> Verdict:
        """`profile` is the one that the sender's inventory row names; without a known one all are tried."""
        plan = self._plans.get((profile, trap.oid, trap.names)) or self._planned(trap, profile)
        texts = [VALUE_TEXT[tag](raw) for tag, raw in zip(trap.tags, trap.values, strict=True)]
        for step, places in plan.steps:
            said = tuple([None if place is None else texts[place] for place in places]) if places else ()
            if (rule := step.rules.get(said)) is not None:
                if not rule.alarm_type:
                    return _NO_ALARM
                meaning = plan.meanings.get(id(rule)) or self._bound(plan, step.profile, rule, trap.names)
                return _verdict(meaning, texts, trap.oid)
        oid = oid_text(trap.oid)
        qualifier, text = oid[:MAX_QUALIFIER], f"trap {oid}"[:MAX_TEXT]
        severity, details = CATALOGUE[UNIDENTIFIED].severity, _details(plan.labels, texts, trap.oid)
        return Verdict(UNIDENTIFIED, severity, qualifier, text, details=details)

    def _planned(self, trap: Trap, profile: str) -> _Plan:
        steps = self._named.get(profile, self._all).get(trap.oid, ())
        places = [tuple([place_of(name, trap.names) for name in step.names]) for step in steps]
        plan = _Plan(list(zip(steps, places, strict=True)), _labels(self._plain, trap.names), {})
        if len(trap.names) <= MAX_DETAILS:
            if len(self._plans) >= _PLANS:
                self._plans.clear()
            self._plans[profile, trap.oid, trap.names] = plan
        return plan

    def _bound(self, plan: _Plan, profile: Profile, rule: Rule, names: Sequence[bytes]) -> _Meaning:
        plan.meanings[id(rule)] = meaning = _Meaning(
            rule,
            profile.name,
            _severity(profile, rule, names),
            bind_first(rule.qualifier, names),
            bind_first(rule.text, names),
            bind_first(profile.site, names),
            _labels(self._labels[profile.name], names),
        )
        return meaning


def _verdict(meaning: _Meaning, texts: Sequence[str], trap: bytes) -> Verdict:
    rule, profile, severity, qualifier, text, site, labels = meaning
    return Verdict(
        rule.alarm_type,
        severity(texts),
        qualifier(texts)[:MAX_QUALIFIER],
        text(texts)[:MAX_TEXT],
        rule.kind,
        site(texts),
        profile,
        _details(labels, texts, trap),
    )


def _details(labels: Sequence[str], texts: Sequence[str], trap: bytes) -> dict[str, str]:
    out = dict(zip(labels, texts, strict=False))  # no more than MAX_DETAILS labels
    out[TRAP] = oid_text(trap)
    return out


def _steps(profiles: Sequence[Profile]) -> _Steps:
    """By trap OID, in the order to try: by profile, in it those with the most conditions first.

    A trap may come with or without the zero before its last arc (RFC 3584, section 3.1): the other form is accepted
    too, after whatever a profile says of that form itself.
    """
    exact: dict[bytes, list[_Step]] = {}
    other: dict[bytes, list[_Step]] = {}
    for profile in profiles:
        for rule in sorted(profile.rules, key=lambda rule: -len(rule.conditions)):
            _add(exact.setdefault(rule.oid, []), profile, rule)
            _add(other.setdefault(other_form(rule.oid), []), profile, rule)
    return {oid: [*exact.get(oid, ()), *other.get(oid, ())] for oid in exact.keys() | other.keys()}


def _add(steps: list[_Step], profile: Profile, rule: Rule) -> None:
    """Into the last step where that looks at the same, so that many conditions cost one look-up."""
    names, wanted = tuple(name for name, _ in rule.conditions), tuple(value for _, value in rule.conditions)
    if not steps or steps[-1].profile is not profile or steps[-1].names != names:
        steps.append(_Step(profile, names, {}))
    steps[-1].rules.setdefault(wanted, rule)


def other_form(oid: bytes) -> bytes:
    """`a.b.0.x` for `a.b.x`, and the other way round."""
    start = len(oid) - 1
    while start > 0 and oid[start - 1] & 0x80:
        start -= 1
    parent, last = oid[:start], oid[start:]
    has_zero = parent.endswith(b"\0") and not parent[-2:-1] > b"\x7f"
    return parent[:-1] + last if has_zero else parent + b"\0" + last


def _severity(profile: Profile, rule: Rule, names: Sequence[bytes]) -> Callable[[Sequence[str]], Severity]:
    if rule.clears:
        return lambda _: Severity.CLEARED
    certain = rule.severity
    if certain is not None:
        return lambda _: certain
    usual = CATALOGUE[rule.alarm_type].severity
    sources = [(source.template.bind(names), source.values) for source in profile.severities]

    def severity(texts: Sequence[str]) -> Severity:
        for said, values in sources:
            if found := values.get(said(texts)):
                return found
        return usual

    return severity


def _labels(memo: Memo[str], names: Sequence[bytes]) -> tuple[str, ...]:
    return tuple([TRAP if name == SNMP_TRAP_OID else memo[name] for name in names[:MAX_DETAILS]])


def _label(names: Mapping[str, bytes], oid: bytes) -> str:
    """The longest of the profile's names that the OID lies under, with the index behind it."""
    best = max((item for item in names.items() if oid.startswith(item[1])), key=lambda item: len(item[1]), default=None)
    if best is None:
        return oid_text(oid)
    index = relative_text(oid[len(best[1]) :]) if len(oid) > len(best[1]) else ""
    return f"{best[0]}.{index}" if index else best[0]
