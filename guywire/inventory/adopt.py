"""Adoption: a sender or a trap that nobody knew becomes a known one, in one step of a person at a screen.

What is adopted is inventory like any other: collectors read it with the rest, and classify what they kept of it again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from guywire.catalogue import CATALOGUE
from guywire.database import Connection
from guywire.errors import conflict, invalid
from guywire.identity.audit import audit
from guywire.inventory.cells import CellError
from guywire.inventory.model import Inventory, Resource
from guywire.inventory.problems import InventoryError
from guywire.inventory.store import load_inventory, publish_version
from guywire.inventory.tables import TABLES
from guywire.model import Severity

_OID = re.compile(r"([01]\.[1-3]?[0-9]|2\.(0|[1-9][0-9]{0,9}))(\.(0|[1-9][0-9]{0,9})){1,126}")
_LARGEST_ARC = 2**32 - 1  # RFC 2578, section 3.5
_UNIDENTIFIED = "unidentified"


@dataclass(frozen=True, slots=True)
class AdoptedTrap:
    """What a trap means: `clear_oid` ends what `trap_oid` raises. Without a severity the catalogue's holds."""

    trap_oid: str
    alarm_type: str
    clear_oid: str = ""
    severity: str = ""


async def adopt_sender(connection: Connection, found: Resource, actor: str, now: datetime) -> Resource:
    """Gives an address to a resource of a site, which is made when it is not there; returns it as it now stands.

    A resource that is there keeps what `found` leaves empty. Raises `Refused`, in the words of a load.
    """
    async with connection.transaction():
        there = await _resource(connection, found.site_id, found.resource)
        adopted = _as_loaded(_over(there, found) if there else found)
        key = (adopted.site_id, adopted.resource)
        try:
            await load_inventory(connection, Inventory(resources={key: adopted}), False, now, actor)
        except InventoryError as error:
            raise invalid("cannot_adopt", " ".join(problem.reason for problem in error.problems)) from None
        detail = {"address": adopted.address, "realm": adopted.realm, "profile": adopted.profile}
        await audit(connection, actor, "adopt_sender", "resource", "/".join(key), detail)
    return adopted


async def adopt_trap(connection: Connection, trap: AdoptedTrap, actor: str, now: datetime) -> None:
    """Says what a trap means from now on; said again, the last word holds. Raises `Refused`."""
    _refuse_nonsense(trap)
    async with connection.transaction():
        await _refuse_second_meaning(connection, trap)
        await connection.execute(
            "INSERT INTO core.adopted_trap VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (trap_oid) DO UPDATE SET"
            " clear_oid = excluded.clear_oid, alarm_type = excluded.alarm_type, severity = excluded.severity,"
            " adopted_by = excluded.adopted_by, adopted_at = excluded.adopted_at",
            (trap.trap_oid, trap.clear_oid, trap.alarm_type, trap.severity, actor, now),
        )
        detail = {"alarm_type": trap.alarm_type, "clear": trap.clear_oid, "severity": trap.severity}
        await audit(connection, actor, "adopt_trap", "trap", trap.trap_oid, detail)
        await publish_version(connection, now)


def _refuse_nonsense(trap: AdoptedTrap) -> None:
    for oid in filter(None, (trap.trap_oid, trap.clear_oid)):
        if not _OID.fullmatch(oid) or max(map(int, oid.split("."))) > _LARGEST_ARC:
            raise invalid("not_an_oid", f"{oid!r} is not an object identifier such as 1.3.6.1.4.1.2011.2.1.")
    if not trap.trap_oid:
        raise invalid("not_an_oid", "Name the trap that raises the alarm.")
    if trap.trap_oid == trap.clear_oid:
        raise invalid("clears_itself", "One trap cannot both raise and clear: write a profile that tells them apart.")
    if trap.alarm_type not in CATALOGUE or trap.alarm_type == _UNIDENTIFIED:
        raise invalid("unknown_alarm_type", f"{trap.alarm_type!r} is not an alarm type that a trap can be given.")
    if trap.severity and trap.severity not in set(Severity) - {Severity.CLEARED}:
        raise invalid("unknown_severity", f"{trap.severity!r} is not a severity.")


async def _refuse_second_meaning(connection: Connection, trap: AdoptedTrap) -> None:
    """One trap cannot say two things, nor end two alarms: which of them it means only a profile can tell."""
    await connection.execute("LOCK TABLE core.adopted_trap IN SHARE ROW EXCLUSIVE MODE")  # two people at once
    oids = [trap.trap_oid, *filter(None, [trap.clear_oid])]
    row = await (
        await connection.execute(
            "SELECT trap_oid, alarm_type FROM core.adopted_trap"
            " WHERE trap_oid <> %s AND (trap_oid = ANY(%s) OR clear_oid = ANY(%s)) LIMIT 1",
            (trap.trap_oid, oids, oids),
        )
    ).fetchone()
    if row is not None:
        raise conflict(
            "trap_has_a_meaning",
            f"A trap of this is taken already by {row['trap_oid']} ({row['alarm_type']}): name another one to clear it,"
            " or write a profile that tells them apart.",
        )


def _as_loaded(resource: Resource) -> Resource:
    """As equipment.csv would spell it; what it would not take is not taken here."""
    if not resource.address:
        raise invalid("no_address", "Name the address that the device sends from.")
    if not resource.kind:
        raise invalid("no_kind", "Say what kind of thing it is: controller, rectifier, ups, router, ...")
    (table,) = [table for table in TABLES if table.kind == "resources"]
    values: dict[str, Any] = {}
    for column in table.columns:
        try:
            values[column.name] = column.parse(getattr(resource, column.name))
        except CellError as error:
            raise invalid("cannot_adopt", f"{column.name}: {error.reason}. {error.remedy}.") from None
    return Resource(**values)


def _over(there: Resource, found: Resource) -> Resource:
    return replace(
        there,
        address=found.address,
        realm=found.realm,
        kind=found.kind or there.kind,
        profile=found.profile or there.profile,
        credential=found.credential or there.credential,
    )


async def _resource(connection: Connection, site: str, resource: str) -> Resource | None:
    row = await (
        await connection.execute(
            "SELECT site_id, resource, kind, address, profile, credential, realm, tenant, monitored_by"
            " FROM core.resource WHERE site_id = %s AND resource = %s AND retired_at IS NULL",
            (site, resource),
        )
    ).fetchone()
    return Resource(**row) if row else None
