"""Second stage: who sent this. The inventory as a collector needs it, indexed by address; pure look-ups.

A trap's site is found by, in this order, its profile's own site field, snmpTrapAddress, the v1 agent-addr, the source
address. The key of a sender is realm and address, because private addresses overlap.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

from collectors.decode import Trap
from collectors.oid import encode_oid
from collectors.values import IP_ADDRESS, address_text
from guywire.model import UNASSIGNED

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


class Snapshot(msgspec.Struct, frozen=True):
    """The part of the inventory that the collectors need; `domains` of sites by id."""

    version: int = -1
    domains: dict[str, str] = {}
    equipment: list[Equipment] = []


class Sender(NamedTuple):
    """Who spoke: the equipment that owns the address, or None and the address that the inventory would need."""

    equipment: Equipment | None
    address: str


class Place(NamedTuple):
    """Where an alarm belongs."""

    site: str
    resource: str
    domain: str


class Places:
    """An inventory snapshot, indexed for one realm."""

    def __init__(self, snapshot: Snapshot, realm: str = "") -> None:
        self.version = snapshot.version
        self._domains = snapshot.domains
        self._by_address: dict[str, Equipment] = {}
        self._by_site: dict[str, list[Equipment]] = {}
        for row in snapshot.equipment:
            self._by_site.setdefault(row.site, []).append(row)
            if row.address and row.realm == realm:
                rival = self._by_address.get(row.address)
                if rival is None or _rank(row) < _rank(rival):
                    self._by_address[row.address] = row

    def sender(self, trap: Trap, source: Source) -> Sender:
        """The first address that the inventory knows, of those that the trap gives; none: unknown."""
        addresses = _addresses(trap, source)
        for address in addresses:
            if (row := self._by_address.get(address)) is not None:
                return Sender(row, address)
        return Sender(None, next(address for address in addresses if ":" not in address))

    def place(self, sender: Sender, kind: str, site_field: str, profile: str) -> Place:
        """The site and resource of an alarm, `kind` being the kind that it speaks of ('' for the sender itself)."""
        row = sender.equipment
        if site_field and site_field in self._domains and (row is None or row.site != site_field):
            row = self._only(site_field, lambda other: other.profile == profile)
            if row is None:
                return Place(site_field, f"unidentified:{sender.address}", self._domains[site_field])
        if row is None:
            return Place("", f"unidentified:{sender.address}", UNASSIGNED)
        row = self._speaker(row, profile)
        return Place(row.site, self._part(row, kind).resource, self._domains.get(row.site, UNASSIGNED))

    def _speaker(self, row: Equipment, profile: str) -> Equipment:
        """Of several rows at the sender's address, the one whose own profile knew the trap: a UPS beside a router."""
        if row.profile == profile or not row.address:
            return row
        return self._only(row.site, lambda other: other.address == row.address and other.profile == profile) or row

    def _part(self, row: Equipment, kind: str) -> Equipment:
        """The one resource of that kind that the sender watches over or shares its address with, else the sender."""
        if not kind or row.kind == kind:
            return row
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


def _rank(row: Equipment) -> tuple[bool, bool, str, str]:
    """Of several rows at one address, the one that watches over the others speaks for it."""
    return (row.monitored_by != "", row.kind != "controller", row.site, row.resource)


def _addresses(trap: Trap, source: Source) -> Sequence[str]:
    found = [address_text(raw) for name, tag, raw in trap.varbinds if name == SNMP_TRAP_ADDRESS and tag == IP_ADDRESS]
    if trap.agent and trap.agent != _NOWHERE:
        found.append(address_text(trap.agent))
    return [*found, f"{source.ip}:{source.port}", source.ip]
