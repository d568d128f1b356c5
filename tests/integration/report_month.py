"""A month of faults at two sites, known by heart, and how a report is asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from dashboards.reports import BY_ID
from dashboards.reports.model import Asked, By
from dashboards.reports.run import rows_of
from dashboards.reports.shape import shaped
from guywire.database import Connection
from tests.integration.small_province import ELSEWHERE, REGION, add_site, add_technician

START = datetime(2026, 10, 1, tzinfo=UTC)
UNTIL = datetime(2026, 11, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 5, tzinfo=UTC)


def at(**after: float) -> datetime:
    return START + timedelta(**after)


async def put(connection: Connection, table: str, **values: Any) -> None:
    names, marks = ", ".join(values), ", ".join(["%s"] * len(values))
    await connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})".encode(), list(values.values()))


async def know(connection: Connection, since: datetime, site: str = "%") -> None:
    """As if these sites had been loaded then, with their tenants."""
    await connection.execute("UPDATE core.site SET known_since = %s WHERE site_id LIKE %s", (since, site))
    await connection.execute("UPDATE core.tenancy SET since = %s WHERE site_id LIKE %s", (since, site))


async def stood(connection: Connection, site: str, tenant: str, since: datetime, until: datetime | None = None) -> None:
    """As if loads had said so then: a tenancy of its own, beside what else is written of them."""
    await put(connection, "core.tenancy", site_id=site, tenant=tenant, since=since, until=until)


async def add_fault(
    connection: Connection, number: int, site: str, opened: datetime, hours: float = 2, kind: str = "mains-failure"
) -> None:
    """An incident, its root alarm, its outage, its ticket with a need, all over after so many hours."""
    over = opened + timedelta(hours=hours)
    root = {"root_kind": "alarm", "root_site_id": site, "root_resource": "r", "root_alarm_type": kind}
    incident = f"I{number}"
    await put(connection, "correlation.incident", incident_id=incident, state="closed", domain="south/harbour",
              title="x", severity="major", opened_at=opened, closed_at=over, **root)  # fmt: skip
    await put(connection, "correlation.outage", incident_id=incident, site_id=site, started_at=opened, ended_at=over)
    await put(connection, "correlation.ticket", ticket_id=f"T{number}", origin=f"incident:{incident}",
              incident_id=incident, site_id=site, domain="south/harbour", state="resolved", priority=2, title="x",
              opened_at=opened, opened_by="system", resolved_at=over)  # fmt: skip
    await put(connection, "correlation.need", need_id=f"N{number}", ticket_id=f"T{number}", site_id=site,
              domain="south/harbour", kind="repair", alarm_type=kind, summary="x", priority=2, state="met",
              opened_at=opened)  # fmt: skip


async def add_alarm(connection: Connection, alarm: str, site: str, raised: datetime, **more: Any) -> None:
    values = {"resource": "r", "alarm_type": "mains-failure", "qualifier": "", "domain": "south/harbour"} | more
    await put(connection, "correlation.alarm", alarm_id=alarm, site_id=site, severity="major", raised_at=raised,
              received_at=raised, changed_at=raised, **values)  # fmt: skip


async def add_visit(connection: Connection, number: int, fault: int, site: str, opened: datetime, **more: Any) -> None:
    values = {"technician_id": "K1", "state": "done", "ended_at": opened + timedelta(hours=2), "ticket_id": f"T{fault}"}
    await put(connection, "dispatch.work_order", work_order_id=f"W{number}", site_id=site,
              domain="south/harbour", need_ids=[f"N{fault}"], priority=2, summary="x", offered_at=opened,
              accepted_at=opened, on_site_at=opened + timedelta(minutes=30 * number), travel_minutes=1, distance_km=1,
              planned_arrival_at=opened, **(values | more))  # fmt: skip


async def fill_month(connection: Connection) -> Connection:
    """Four faults of October at two sites: S1 is shared by Red and Blue, S2 (elsewhere) is Red's alone."""
    for site, region, tenants in (("S1", REGION, ["Red", "Blue"]), ("S2", ELSEWHERE, ["Red"])):
        await add_site(connection, site, region, tenants, START - timedelta(days=90))
    await add_technician(connection, "K1")
    await connection.execute("UPDATE core.technician SET company = '=Ltd'")
    await put(connection, "core.contract", tenant="Red", region="", severity="", availability=0.99)
    await put(connection, "core.contract", tenant="Red", region=REGION, severity="", availability=0.998)
    await add_fault(connection, 1, "S1", at(days=1), hours=4)
    await add_fault(connection, 2, "S1", at(days=1, hours=2), hours=4, kind="link-down")  # overlaps two hours of it
    await add_fault(connection, 3, "S1", at(days=9), hours=1)
    await add_fault(connection, 4, "S2", at(days=9), hours=1)
    acknowledged = {"acknowledged_at": at(days=1, minutes=10), "acknowledged_by": "ann"}
    await add_alarm(connection, "A1", "S1", at(days=1), incident_id="I1", **acknowledged)
    await add_alarm(connection, "A3", "S1", at(days=9), incident_id="I3")
    await add_visit(connection, 1, 1, "S1", at(days=1))
    await add_visit(connection, 2, 1, "S1", at(days=1, hours=3))
    await add_visit(connection, 3, 3, "S1", at(days=9), state="failed")
    return connection


async def ask(connection: Connection, report: str, by: By, region: str = "", tenant: str = "") -> Mapping[str, Any]:
    asked = Asked(START, UNTIL, region, by, "UTC", tenant)
    return shaped(BY_ID[report], asked, await rows_of(connection, BY_ID[report], asked, NOW))


def picked(shown: Mapping[str, Any], *names: str) -> dict[str, tuple[Any, ...]]:
    rows = {"": shown["total"], **{item["id"]: item for item in shown["items"]}}
    return {key: tuple(row[name] for name in names) for key, row in rows.items()}
