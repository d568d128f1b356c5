"""Second stage: who sent this. The inventory as a collector needs it, indexed by address; pure look-ups.

A trap's site is found by, in this order, its profile's own site field, snmpTrapAddress, the v1 agent-addr, the source
address. The key of a sender is realm and address, because private addresses overlap.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from collectors.wire.decode import Trap
from collectors.wire.oid import encode_oid
from collectors.wire.values import IP_ADDRESS, address_text
from guywire.model import UNASSIGNED, UNKNOWN_SENDER

SNMP_TRAP_ADDRESS = encode_oid("1.3.6.1.6.3.18.1.3.0")
_NOWHERE = b"\0\0\0\0"


class Source(NamedTuple):
    """The address that a datagram came from."""

    ip: str
    port: int


class Equipment(msgspec.Struct, frozen=True, gc=False):
    """A resource as the collectors know it."""

    site: str
    resource: str
    kind: str = ""
    address: str = ""
    profile: str = ""
    realm: str = ""
    monitored_by: str = ""
    credential: str = ""


class AdoptedTrap(msgspec.Struct, frozen=True):
    """A trap that a person gave a meaning: `trap_oid` raises, `clear_oid` (or nothing) ends it."""

    trap_oid: str
    alarm_type: str
    clear_oid: str = ""
    severity: str = ""


class Snapshot(msgspec.Struct, frozen=True):
    """The part of the inventory that the collectors need; `domains` of sites by id."""

    version: int = -1
    domains: dict[str, str] = {}
    equipment: list[Equipment] = []
    links: list[tuple[str, str]] = []
    """From the upstream site to the downstream one."""
    adopted: list[AdoptedTrap] = []


class Sender(msgspec.Struct, frozen=True, gc=False):
    """Who spoke: the equipment that owns the address, or None and the address that the inventory would need."""

    equipment: Equipment | None
    address: str


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where an alarm belongs."""

    site: str
    resource: str
    domain: str


class Places:
    """An inventory snapshot, indexed for one realm.

    `speakers`: who speaks from an address; `polled`: the addresses that somebody there has a credential for;
    `domains` of sites, and their `upstreams`, by id.
    """

    def __init__(self, snapshot: Snapshot, realm: str = "") -> None:
        self.version = snapshot.version
        self.domains = snapshot.domains
        self.upstreams = _upstreams(snapshot.links)
        self.speakers: dict[str, Equipment] = {}
        self.polled: set[str] = set()
        self._by_site: dict[str, list[Equipment]] = {}
        for row in snapshot.equipment:
            self._by_site.setdefault(row.site, []).append(row)
            if row.address and row.realm == realm:
                if row.credential:
                    self.polled.add(row.address)
                rival = self.speakers.get(row.address)
                if rival is None or _rank(row) < _rank(rival):
                    self.speakers[row.address] = row
        self._unknown = UNKNOWN_SENDER + (f"{realm}/" if realm else "")
        self._with_ports = {address.partition(":")[0] for address in self.speakers if ":" in address}
        self._alone = _alone(self.speakers)

    def sender(self, trap: Trap, source: Source) -> Sender:
        """The first address that the inventory knows, of those that the trap gives; none: unknown."""
        told = _told(trap)
        for address in told:
            if (row := self.speakers.get(address)) is not None:
                return Sender(row, address)
        if source.ip in self._with_ports:
            address = f"{source.ip}:{source.port}"
            if (row := self.speakers.get(address)) is not None:
                return Sender(row, address)
        if (row := self.speakers.get(source.ip)) is not None:
            return Sender(row, source.ip)
        for address in (*told, source.ip):
            if (row := self._alone.get(address)) is not None:
                return Sender(row, row.address)
        return Sender(None, told[0] if told else source.ip)

    def place(self, sender: Sender, kind: str, site_field: str, profile: str) -> Place:
        """The site and resource of an alarm, `kind` being the kind that it speaks of ('' for the sender itself)."""
        row = sender.equipment
        if site_field and site_field in self.domains and (row is None or row.site != site_field):
            row = self._only(site_field, lambda other: other.profile == profile)
            if row is None:
                return Place(site_field, self._unknown + sender.address, self.domains[site_field])
        if row is None:
            return Place("", self._unknown + sender.address, UNASSIGNED)
        if row.profile != profile:
            row = self._speaker(row, profile)
        part = self._part(row, kind) if kind and row.kind != kind else row
        return Place(row.site, part.resource, self.domains.get(row.site, UNASSIGNED))

    def _speaker(self, row: Equipment, profile: str) -> Equipment:
        """Of several rows at the sender's address, the one whose own profile knew the trap: a UPS beside a router."""
        if not row.address:
            return row
        return self._only(row.site, lambda other: other.address == row.address and other.profile == profile) or row

    def _part(self, row: Equipment, kind: str) -> Equipment:
        """The one resource of that kind that the sender watches over or shares its address with, else the sender."""
        return (
            self._only(
                row.site,
                lambda other: (
                    other.kind == kind and (other.monitored_by == row.resource or other.address == row.address != "")
                ),
            )
            or row
        )

    def _only(self, site: str, fits: Callable[[Equipment], bool]) -> Equipment | None:
        found = [row for row in self._by_site.get(site, ()) if fits(row)]
        return found[0] if len(found) == 1 else None


def _alone(speakers: Mapping[str, Equipment]) -> Mapping[str, Equipment]:
    """By their bare address, those that nobody shares it with: agents answer on one port and send from any other."""
    found: dict[str, list[Equipment]] = {}
    for address, row in speakers.items():
        if ":" in address:
            found.setdefault(address.partition(":")[0], []).append(row)
    return {ip: rows[0] for ip, rows in found.items() if len(rows) == 1}


def _upstreams(links: Sequence[tuple[str, str]]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for above, below in links:
        found.setdefault(below, set()).add(above)
    return {site: frozenset(above) for site, above in found.items()}


def _rank(row: Equipment) -> tuple[bool, bool, str, str]:
    """Of several rows at one address, the one that watches over the others speaks for it."""
    return (row.monitored_by != "", row.kind != "controller", row.site, row.resource)


def _told(trap: Trap) -> Sequence[str]:
    """The addresses that the trap itself gives: snmpTrapAddress, then the v1 agent-addr."""
    found = []
    if SNMP_TRAP_ADDRESS in trap.names:
        wanted = (SNMP_TRAP_ADDRESS, IP_ADDRESS)
        found += [address_text(raw) for name, tag, raw in trap.varbinds if (name, tag) == wanted]
    if trap.agent and trap.agent != _NOWHERE:
        found.append(address_text(trap.agent))
    return found
