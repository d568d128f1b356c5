"""What stands, as far as the poller knows: what it said itself, and what the correlator's views say of the rest. Pure.

What the poller said counts until the views confirm it or show that it was overtaken: its word may still be on the way.
Until the views could be read, of what it has not said itself it knows nothing, and takes nothing back.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from guywire.model import Identity, Severity


class Seen(NamedTuple):
    """An alarm as the views have it: its severity, CLEARED when it is over, and since when that is so."""

    identity: Identity
    severity: Severity
    changed_at: datetime


class _Said(NamedTuple):
    severity: Severity
    at: datetime


class Ledger:
    """One poller's, for all its devices."""

    def __init__(self) -> None:
        self.known = False
        self._said: dict[Identity, _Said] = {}
        self._seen: dict[Identity, Severity] = {}
        self._sites: dict[str, list[Identity]] = {}

    def say(self, identity: Identity, severity: Severity, at: datetime) -> None:
        """The poller raised, changed or cleared this alarm."""
        self._said[identity] = _Said(severity, at)

    def waiting_since(self) -> datetime | None:
        """When the oldest word was said that the views have not shown yet."""
        return min((said.at for said in self._said.values()), default=None)

    def learn(self, occurrences: Iterable[Seen]) -> None:
        """What the views show: all that stands, and what was cleared since `waiting_since`."""
        newest: dict[Identity, Seen] = {}
        for seen in occurrences:
            if seen.identity not in newest or newest[seen.identity].changed_at < seen.changed_at:
                newest[seen.identity] = seen
        self._said = {
            identity: said for identity, said in self._said.items() if not _settled(said, newest.get(identity))
        }
        self._seen = {one: seen.severity for one, seen in newest.items() if seen.severity is not Severity.CLEARED}
        self._sites = {}
        for identity in self._seen:
            self._sites.setdefault(identity.site, []).append(identity)
        self.known = True

    def severity(self, identity: Identity) -> Severity | None:
        """How it stands; CLEARED when it does not, None when nobody can tell yet."""
        if said := self._said.get(identity):
            return said.severity
        if seen := self._seen.get(identity):
            return seen
        return Severity.CLEARED if self.known else None

    def stands(self, identity: Identity) -> bool:
        return self.severity(identity) not in (None, Severity.CLEARED)

    def standing(self, site: str) -> list[Identity]:
        """Every alarm that is known to stand at a site."""
        said = (identity for identity in self._said if identity.site == site)
        return [identity for identity in {*said, *self._sites.get(site, ())} if self.stands(identity)]


def _settled(said: _Said, seen: Seen | None) -> bool:
    """Whether the views have caught up with what was said."""
    if seen is None:
        return said.severity is Severity.CLEARED
    return seen.changed_at > said.at or (seen.severity is said.severity and seen.severity is not Severity.CLEARED)
