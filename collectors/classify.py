"""Third stage: a trap becomes an alarm's type, severity, qualifier and text, by its sender's profiles. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, partial
from typing import NamedTuple

from collectors.decode import Trap, Varbind
from collectors.oid import oid_text
from collectors.profile import Profile, Rule
from collectors.template import find, first_of, relative_text
from collectors.values import value_text
from guywire.catalogue import CATALOGUE
from guywire.model import Severity

UNIDENTIFIED = "unidentified"
MAX_TEXT = 512
MAX_QUALIFIER = 256

MAX_DETAILS = 32
MAX_DETAIL = 256

_Candidates = Mapping[bytes, Sequence[tuple[Profile, Rule]]]


class Verdict(NamedTuple):
    """What a trap means. `site` is the profile's own site field, `kind` the kind of resource that it speaks of."""

    alarm_type: str
    severity: Severity
    qualifier: str
    text: str
    kind: str = ""
    site: str = ""
    profile: str = ""

    @property
    def is_alarm(self) -> bool:
        return self.alarm_type != ""


class Classifier:
    """Profiles, compiled into one look-up by trap OID for each profile that a sender can name."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        ordered = sorted(profiles, key=lambda profile: (not profile.standard, profile.name))
        standard = [profile for profile in ordered if profile.standard]
        self._all = _candidates(ordered)
        self._named = {
            profile.name: _candidates([profile, *(other for other in standard if other is not profile)])
            for profile in ordered
        }
        self._labels = {profile.name: lru_cache(4096)(partial(_label, profile.names)) for profile in ordered}

    def classify(self, trap: Trap, profile: str) -> Verdict:
        """`profile` is the one that the sender's inventory row names; without a known one all are tried."""
        for candidate, rule in self._named.get(profile, self._all).get(trap.oid, ()):
            if _fits(rule, trap.varbinds):
                return _verdict(trap, candidate, rule)
        oid = oid_text(trap.oid)
        return Verdict(UNIDENTIFIED, CATALOGUE[UNIDENTIFIED].severity, oid, f"trap {oid}")

    def details(self, trap: Trap, profile: str) -> dict[str, str]:
        """What the sender said, bounded: a profile's names, or OIDs, to printable values; `trap` is the trap's OID."""
        label = self._labels.get(profile, oid_text)
        out = {label(name): value_text(tag, raw)[:MAX_DETAIL] for name, tag, raw in trap.body[:MAX_DETAILS]}
        out["trap"] = oid_text(trap.oid)
        return out


def _candidates(profiles: Sequence[Profile]) -> _Candidates:
    """By trap OID, in the order to try: by profile, in it those with the most conditions first.

    A trap may come with or without the zero before its last arc (RFC 3584, section 3.1): the other form is accepted
    too, after whatever a profile says of that form itself.
    """
    exact: dict[bytes, list[tuple[Profile, Rule]]] = {}
    other: dict[bytes, list[tuple[Profile, Rule]]] = {}
    for profile in profiles:
        for rule in sorted(profile.rules, key=lambda rule: -len(rule.conditions)):
            exact.setdefault(rule.oid, []).append((profile, rule))
            other.setdefault(other_form(rule.oid), []).append((profile, rule))
    return {oid: [*exact.get(oid, ()), *other.get(oid, ())] for oid in exact.keys() | other.keys()}


def other_form(oid: bytes) -> bytes:
    """`a.b.0.x` for `a.b.x`, and the other way round."""
    start = len(oid) - 1
    while start > 0 and oid[start - 1] & 0x80:
        start -= 1
    parent, last = oid[:start], oid[start:]
    has_zero = parent.endswith(b"\0") and not parent[-2:-1] > b"\x7f"
    return parent[:-1] + last if has_zero else parent + b"\0" + last


def _fits(rule: Rule, varbinds: Sequence[Varbind]) -> bool:
    for name, wanted in rule.conditions:
        found = find(varbinds, name)
        if found is None or value_text(found[1], found[2]) != wanted:
            return False
    return True


def _verdict(trap: Trap, profile: Profile, rule: Rule) -> Verdict:
    varbinds = trap.varbinds
    return Verdict(
        alarm_type=rule.alarm_type,
        severity=_severity(profile, rule, varbinds),
        qualifier=first_of(rule.qualifier, varbinds)[:MAX_QUALIFIER],
        text=first_of(rule.text, varbinds)[:MAX_TEXT],
        kind=rule.kind,
        site=first_of(profile.site, varbinds),
        profile=profile.name,
    )


def _severity(profile: Profile, rule: Rule, varbinds: Sequence[Varbind]) -> Severity:
    if rule.clears:
        return Severity.CLEARED
    if rule.severity is not None:
        return rule.severity
    for source in profile.severities:
        if severity := source.values.get(source.template.render(varbinds)):
            return severity
    return CATALOGUE[rule.alarm_type].severity if rule.alarm_type else Severity.INDETERMINATE


def _label(names: Mapping[str, bytes], oid: bytes) -> str:
    """The longest of the profile's names that the OID lies under, with the index behind it."""
    best = max((item for item in names.items() if oid.startswith(item[1])), key=lambda item: len(item[1]), default=None)
    if best is None:
        return oid_text(oid)
    index = relative_text(oid[len(best[1]) :]) if len(oid) > len(best[1]) else ""
    return f"{best[0]}.{index}" if index else best[0]
