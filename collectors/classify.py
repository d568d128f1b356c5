"""Third stage: a trap becomes an alarm's type, severity, qualifier and text, by its sender's profiles. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import msgspec

from collectors.decode import SNMP_TRAP_OID, Trap, Varbind
from collectors.memo import Memo
from collectors.oid import oid_text
from collectors.profile import Profile, Rule
from collectors.template import first_of, relative_text
from collectors.values import VALUE_TEXT
from guywire.catalogue import CATALOGUE
from guywire.model import Severity

UNIDENTIFIED = "unidentified"
MAX_TEXT = 512
MAX_QUALIFIER = 256

MAX_DETAILS = 32
MAX_DETAIL = 256
_LABELS = 2048


class _Step(NamedTuple):
    """Rules of one profile that look at the same varbinds: by what those must say."""

    profile: Profile
    names: tuple[bytes, ...]
    rules: dict[tuple[str | None, ...], Rule]


_Steps = Mapping[bytes, Sequence[_Step]]


class Verdict(msgspec.Struct, frozen=True, gc=False):
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
        self._all = _steps(ordered)
        self._named = {
            profile.name: _steps([profile, *(other for other in standard if other is not profile)])
            for profile in ordered
        }
        self._labels = {profile.name: Memo(partial(_label, profile.names), _LABELS) for profile in ordered}
        self._plain = Memo(oid_text, _LABELS)

    def classify(self, trap: Trap, profile: str) -> Verdict:
        """`profile` is the one that the sender's inventory row names; without a known one all are tried."""
        varbinds = trap.varbinds
        for step in self._named.get(profile, self._all).get(trap.oid, ()):
            said = tuple([_said(varbinds, name) for name in step.names]) if step.names else ()
            if (rule := step.rules.get(said)) is not None:
                return _verdict(varbinds, step.profile, rule)
        oid = oid_text(trap.oid)
        return Verdict(UNIDENTIFIED, CATALOGUE[UNIDENTIFIED].severity, oid[:MAX_QUALIFIER], f"trap {oid}"[:MAX_TEXT])

    def details(self, trap: Trap, profile: str) -> dict[str, str]:
        """What the sender said, bounded: a profile's names, or OIDs, to printable values; `trap` is the trap's OID."""
        labels = self._labels.get(profile, self._plain)
        out = {}
        for name, tag, raw in trap.varbinds[:MAX_DETAILS]:
            out[labels[name]] = VALUE_TEXT[tag](raw)[:MAX_DETAIL]
        out.pop(labels[SNMP_TRAP_OID], None)
        out["trap"] = oid_text(trap.oid)
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


def _said(varbinds: Sequence[Varbind], name: bytes) -> str | None:
    """What the first varbind at or under an OID says; None without one."""
    for found, tag, raw in varbinds:
        if found.startswith(name):
            return VALUE_TEXT[tag](raw)
    return None


def _verdict(varbinds: Sequence[Varbind], profile: Profile, rule: Rule) -> Verdict:
    return Verdict(
        rule.alarm_type,
        _severity(profile, rule, varbinds),
        first_of(rule.qualifier, varbinds)[:MAX_QUALIFIER],
        first_of(rule.text, varbinds)[:MAX_TEXT],
        rule.kind,
        first_of(profile.site, varbinds) if profile.site else "",
        profile.name,
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
