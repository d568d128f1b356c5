"""A small network for the complaint tests, with incidents, tickets and orders as their owners write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from complaints import shipped_policy
from complaints.batch import run_batch
from guywire import feed, inbox
from guywire.commands import RegisterComplaint
from guywire.database import Connection
from guywire.errors import Refused
from guywire.inventory import Customer, Inventory, Resource, Site, Technician

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
POLICY = shipped_policy()


def site_at(site_id: str, latitude: float, tenants: tuple[str, ...] = ("mobile", "unicom")) -> Site:
    return Site(site_id, f"name of {site_id}", latitude, 121.0, "sh/sh/pd", "B", tenants, time_zone="Asia/Shanghai")


INVENTORY = Inventory(
    sites={name: site_at(name, 31 + number * 0.01) for number, name in enumerate(("S1", "S2", "S3", "S4", "S5"))},
    resources={
        ("S1", "bts-u"): Resource("S1", "bts-u", "base-station", tenant="unicom"),
        ("S2", "rectifier-1"): Resource("S2", "rectifier-1", "rectifier"),
    },
    technicians={"T1": Technician("T1", "Zhang Wei", "1", "sh/sh/pd", "technician", "", 31.0, 121.0)},
    customers={
        "C-S1": Customer("C-S1", "Li", "+86 138-0000-0001", 31.0, 121.0, ("S1",), True, "mobile"),
        "C-S2": Customer("C-S2", "Wang", "13800000002", None, None, ("S2",), False, "mobile"),
        "C-NEAR": Customer("C-NEAR", "Zhao", "13800000003", 31.011, 121.001, (), False),
    },
)


async def add_incident(connection: Connection, name: str, site: str, alarm_type: str = "mains-failure") -> None:
    await connection.execute(
        "INSERT INTO correlation.incident (incident_id, state, domain, title, severity, opened_at, root_kind,"
        " root_site_id, root_resource, root_alarm_type) VALUES (%s, 'open', 'sh/sh', 't', 'major', %s, 'alarm', %s,"
        " 'r', %s)",
        (name, NOW - timedelta(hours=1), site, alarm_type),
    )


async def add_alarm(
    connection: Connection, name: str, incident: str, site: str, resource: str, alarm_type: str
) -> None:
    at = NOW - timedelta(hours=1)
    await connection.execute(
        "INSERT INTO correlation.alarm (alarm_id, site_id, resource, alarm_type, qualifier, domain, severity,"
        " raised_at, received_at, changed_at, incident_id)"
        " VALUES (%s, %s, %s, %s, '', 'sh/sh', 'major', %s, %s, %s, %s)",
        (name, site, resource, alarm_type, at, at, at, incident),
    )


async def add_outage(connection: Connection, incident: str, site: str, started: bool = True) -> None:
    await connection.execute(
        "INSERT INTO correlation.outage (incident_id, site_id, predicted_at, started_at) VALUES (%s, %s, %s, %s)",
        (incident, site, NOW, NOW - timedelta(minutes=30) if started else None),
    )


async def take_down(connection: Connection, incident: str = "I1", site: str = "S2") -> None:
    """A site down by mains failure, as alarm_correlation writes and publishes it."""
    async with connection.transaction():
        await add_incident(connection, incident, site)
        await add_alarm(connection, f"A-{incident}", incident, site, "rectifier-1", "mains-failure")
        await add_outage(connection, incident, site)
        await feed.publish(connection, "alarm_correlation", {"incident": [incident], "outage": [f"{incident}/{site}"]})


async def add_ticket(connection: Connection, incident: str, site: str, service_minutes: int = 30) -> None:
    await connection.execute(
        "INSERT INTO correlation.ticket (ticket_id, origin, incident_id, site_id, domain, state, priority, title,"
        " opened_at, opened_by) VALUES ('T-1', 'o', %s, %s, 'sh/sh', 'in_progress', 2, 't', %s, 'x')",
        (incident, site, NOW),
    )
    await connection.execute(
        "INSERT INTO correlation.need (need_id, ticket_id, site_id, domain, kind, summary, priority, service_minutes,"
        " state, opened_at) VALUES ('N1', 'T-1', %s, 'sh/sh', 'repair', 's', 2, %s, 'open', %s)",
        (site, service_minutes, NOW),
    )


async def add_order(connection: Connection, state: str, arrives: datetime, site: str = "S2") -> None:
    async with connection.transaction():
        await connection.execute(
            "INSERT INTO dispatch.work_order (work_order_id, technician_id, ticket_id, site_id, domain, need_ids,"
            " state, priority, summary, offered_at, travel_minutes, distance_km, planned_arrival_at)"
            " VALUES ('W1', 'T1', 'T-1', %s, 'sh/sh', '{N1}', %s, 2, 's', %s, 20, 9, %s)"
            " ON CONFLICT (work_order_id) DO UPDATE SET state = excluded.state",
            (site, state, NOW, arrives),
        )
        await feed.publish(connection, "dispatch", {"work_order": ["W1"]})


async def register(connection: Connection, **about: Any) -> dict[str, Any]:
    """Puts the command, runs one batch, and returns the owner's answer; raises its refusal."""
    async with connection.transaction():
        command = RegisterComplaint(**{"channel": "phone", "text": "no signal", **about})
        command_id = await inbox.put(connection, command, "agent.ann")
    await run_batch(connection, NOW, POLICY)
    row = await one_row(connection, "SELECT state, answer FROM core.command WHERE command_id = %s", command_id)
    if row["state"] == "refused":
        raise Refused(**row["answer"])
    answer: dict[str, Any] = row["answer"]
    return answer


async def one_row(connection: Connection, query: Any, *values: object) -> dict[str, Any]:
    row = await (await connection.execute(query, values)).fetchone()
    assert row is not None
    return row


async def complaint_row(connection: Connection, complaint: str) -> dict[str, Any]:
    return await one_row(connection, "SELECT * FROM views.complaint WHERE id = %s", complaint)
