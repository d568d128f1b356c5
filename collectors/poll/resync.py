"""Fourth stage of polling: the rows of a device's active-alarm tables against what stands, so that a lost trap heals.

A row is classified as the trap that it stands for, so both are one alarm. What stands and could be in the table but is
not there has cleared. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import NamedTuple

from collectors.pipeline import Knowledge
from collectors.places import Place, Sender
from collectors.poll.ledger import Ledger
from collectors.profile.classify import UNIDENTIFIED, Verdict
from collectors.profile.compile import AlarmTable, Profile
from collectors.profile.sensor import Value
from collectors.profile.sensors import standing
from collectors.wire.oid import oid_text
from guywire.model import Identity, Severity


class Row(NamedTuple):
    """An alarm that a table says stands."""

    place: Place
    verdict: Verdict
    details: Mapping[str, str]

    @property
    def identity(self) -> Identity:
        return Identity(self.place.site, self.place.resource, self.verdict.alarm_type, self.verdict.qualifier)


class Difference(NamedTuple):
    """`missing` has to be raised, or changed to the row's severity; `gone` has to be cleared."""

    missing: list[Row]
    gone: list[Identity]


def rows_of(profile: Profile, sender: Sender, values: Mapping[str, Value], known: Knowledge) -> list[Row]:
    """What a device's tables say stands."""
    out = []
    for trap, raised_at in standing(profile, values):
        verdict = known.classifier.classify(trap, profile.name)
        if verdict.is_alarm and verdict.severity is not Severity.CLEARED:
            place = known.places.place(sender, verdict.kind, verdict.site, verdict.profile)
            details = dict(verdict.details)
            if raised_at is not None:  # its own clock's word: shown, and not believed
                details["raised_at"] = raised_at.isoformat()
            out.append(Row(place, verdict, details))
    return out


def compare(rows: Sequence[Row], scope: Scope, watched: Set[Identity], ledger: Ledger) -> Difference:
    """What differs from what stands. `watched` are told by thresholds, which know better.

    A table may hold less than its trap: a row that cannot be identified is whatever stands with its qualifier.
    """
    said = {row.identity: row for row in rows}
    nameless = {_without_type(one) for one in said if one.alarm_type == UNIDENTIFIED}
    standing = [one for one in ledger.standing(scope.site) if scope.covers(one)]
    known = {_without_type(one) for one in standing if one.alarm_type != UNIDENTIFIED}
    missing = [
        row
        for one, row in said.items()
        if ledger.severity(one) is not row.verdict.severity
        and one not in watched
        and not (one.alarm_type == UNIDENTIFIED and _without_type(one) in known)
    ]
    gone = [one for one in standing if one not in said and one not in watched and _without_type(one) not in nameless]
    return Difference(missing, gone)


def _without_type(identity: Identity) -> tuple[str, str, str]:
    return identity.site, identity.resource, identity.qualifier


class Scope:
    """Which alarms a device's tables would show, if they stood."""

    def __init__(self, profile: Profile, sender: Sender, known: Knowledge) -> None:
        self.site = sender.equipment.site if sender.equipment else ""
        self._types: set[tuple[str, str, str]] = set()
        self._unidentified: set[tuple[str, str, str]] = set()
        for table in profile.tables:
            for place in _places(profile, table, sender, known):
                self._types |= {(place.site, place.resource, alarm_type) for alarm_type in table.alarm_types}
                self._unidentified.add((place.site, place.resource, oid_text(table.trap)))

    def covers(self, identity: Identity) -> bool:
        if identity[:3] in self._types:
            return True
        return identity.alarm_type == UNIDENTIFIED and _without_type(identity) in self._unidentified


def _places(profile: Profile, table: AlarmTable, sender: Sender, known: Knowledge) -> Iterator[Place]:
    kinds = {"", *(rule.kind for rule in profile.rules if rule.oid == table.trap)}
    return (known.places.place(sender, kind, "", profile.name) for kind in kinds)
