"""A small network in the database, row by row as its owners write it, and told to the faces by the change feed."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from psycopg import sql

from guywire import feed
from guywire.database import Connection

REGION = "浙江/杭州/西湖"
DOMAIN = "浙江/杭州"
ZONE = "Asia/Shanghai"


def ago(**how_long: float) -> datetime:
    """A moment in the past: `ago(minutes=5)`."""
    return datetime.now(UTC) - timedelta(**how_long)


async def insert(connection: Connection, table: str, **values: Any) -> None:
    """One row; dictionaries and lists of dictionaries go in as JSON."""
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(*table.split(".")),
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(sql.Placeholder() * len(values)),
    )
    plain = [json.dumps(value) if isinstance(value, dict) else value for value in values.values()]
    await connection.execute(statement, plain)


async def publish(connection: Connection, publisher: str, changed: Mapping[str, Collection[str]]) -> None:
    """Tells the faces that these objects stand anew, as their owner would."""
    async with connection.transaction():
        await feed.publish(connection, publisher, changed)


async def add_site(connection: Connection, site_id: str, **more: Any) -> None:
    values: dict[str, Any] = {
        "name": f"站 {site_id}",
        "latitude": 30.25,
        "longitude": 120.15,
        "region": REGION,
        "domain": DOMAIN,
        "site_class": "B",
        "battery_hours": 4,
        "time_zone": ZONE,
        "tenants": ["Unicorn Mobile"],
    }
    await insert(connection, "core.site", site_id=site_id, **(values | more))


async def add_alarm(connection: Connection, alarm_id: str, site_id: str, alarm_type: str, **more: Any) -> None:
    raised = more.pop("raised_at", ago(minutes=12))
    values: dict[str, Any] = {
        "resource": "rectifier-1",
        "qualifier": "",
        "domain": DOMAIN,
        "severity": "major",
        "received_at": raised,
        "changed_at": raised,
    }
    row = values | more
    await insert(
        connection,
        "correlation.alarm",
        alarm_id=alarm_id,
        site_id=site_id,
        alarm_type=alarm_type,
        raised_at=raised,
        **row,
    )


async def add_incident(connection: Connection, incident_id: str, root_alarm: str, site_id: str, **more: Any) -> None:
    values: dict[str, Any] = {
        "state": "open",
        "domain": DOMAIN,
        "title": "mains-failure",
        "severity": "critical",
        "opened_at": ago(minutes=12),
        "root_kind": "alarm",
        "root_alarm_id": root_alarm,
        "root_site_id": site_id,
        "root_resource": "mains",
        "root_alarm_type": "mains-failure",
        "alarm_count": 3,
    }
    await insert(connection, "correlation.incident", incident_id=incident_id, **(values | more))


async def add_outage(connection: Connection, incident_id: str, site_id: str, **more: Any) -> None:
    await insert(connection, "correlation.outage", incident_id=incident_id, site_id=site_id, **more)


async def add_ticket(connection: Connection, ticket_id: str, site_id: str, **more: Any) -> None:
    values: dict[str, Any] = {
        "origin": f"test:{ticket_id}",
        "domain": DOMAIN,
        "state": "acknowledged",
        "priority": 1,
        "title": "Mains failure",
        "opened_at": ago(minutes=10),
        "opened_by": "alarm_correlation",
    }
    await insert(connection, "correlation.ticket", ticket_id=ticket_id, site_id=site_id, **(values | more))


async def add_silence(connection: Connection, silence_id: str, **more: Any) -> None:
    """A window that holds now and for two hours, over S1 unless said otherwise."""
    end = datetime.now(UTC) + timedelta(hours=2)
    values: dict[str, Any] = {
        "kind": "maintenance",
        "title": "New rectifiers",
        "sites": ["S1"],
        "starts_at": ago(minutes=20),
        "ends_at": end,
        "made_at": ago(minutes=30),
        "made_by": "ann",
        "time_zone": ZONE,
        "holds": True,
        "changes_at": end,
    }
    await insert(connection, "correlation.silence", silence_id=silence_id, **(values | more))


async def add_need(connection: Connection, need_id: str, ticket_id: str, site_id: str, **more: Any) -> None:
    values: dict[str, Any] = {
        "domain": DOMAIN,
        "kind": "repair",
        "summary": "mains-failure",
        "skills": ["power"],
        "priority": 1,
        "state": "open",
        "opened_at": ago(minutes=10),
    }
    await insert(
        connection, "correlation.need", need_id=need_id, ticket_id=ticket_id, site_id=site_id, **(values | more)
    )


async def add_technician(connection: Connection, technician_id: str, **more: Any) -> None:
    values: dict[str, Any] = {
        "name": f"Technician {technician_id}",
        "phone": "13900000001",
        "region": REGION,
        "role": "technician",
        "home_latitude": 30.2,
        "home_longitude": 120.1,
        "skills": ["power"],
        "shift": "00:00-24:00",
    }
    await insert(connection, "core.technician", technician_id=technician_id, **(values | more))


async def add_work_order(
    connection: Connection, order_id: str, ticket_id: str, site_id: str, technician_id: str, **more: Any
) -> None:
    values: dict[str, Any] = {
        "domain": DOMAIN,
        "need_ids": [f"N-{order_id}"],
        "state": "en_route",
        "priority": 1,
        "summary": "Mains failure",
        "offered_at": ago(minutes=9),
        "accepted_at": ago(minutes=8),
        "en_route_at": ago(minutes=6),
        "travel_minutes": 22,
        "distance_km": 11.4,
        "planned_arrival_at": datetime.now(UTC) + timedelta(minutes=16),
        "explanation": {
            "why": {"technician": technician_id, "name": "Li Wei", "code": "soonest", "words": "", "minutes": 22.0,
                    "km": 11.4, "from": "position", "rank": 1, "of": 3, "width": "area"},
            "others": [
                {"technician": "T2", "name": "Chen Jie", "code": "lacks_skill", "words": "lacks skill power",
                 "values": {"skill": "power"}},
                {"technician": "T3", "name": "Sun Min", "code": "farther", "words": "9 min farther",
                 "values": {"minutes": "9"}},
            ],
            "more": {},
        },
    }  # fmt: skip
    await insert(
        connection,
        "dispatch.work_order",
        work_order_id=order_id,
        ticket_id=ticket_id,
        site_id=site_id,
        technician_id=technician_id,
        **(values | more),
    )


async def add_customer(connection: Connection, customer_id: str, phone: str, sites: list[str], **more: Any) -> None:
    await insert(
        connection,
        "core.customer",
        customer_id=customer_id,
        phone=phone,
        serving_sites=sites,
        **({"name": "Zhou Ling", "latitude": 30.25, "longitude": 120.15} | more),
    )


async def add_quiet_feeder_failure(connection: Connection) -> None:
    """The failure of `add_feeder_failure`, its symptoms silent."""
    await add_feeder_failure(connection)
    await connection.execute("UPDATE correlation.alarm SET silenced_by = 'symptom:A1' WHERE alarm_id IN ('A2', 'A3')")


async def add_feeder_failure(connection: Connection) -> None:
    """Two sites of a feeder without mains: one runs out soon with a crew under way, one is down. Root, symptoms,
    ticket, need, work order and technicians stand."""
    await add_site(connection, "S1", name="城西枢纽", site_class="A", latitude=30.26, longitude=120.10, power_feed="F1")
    await add_site(connection, "S2", name="留下街道", latitude=30.24, longitude=120.05, power_feed="F1")
    await add_site(connection, "S3", name="文新路", latitude=30.28, longitude=120.12)
    await insert(
        connection,
        "core.link",
        link_id="L1",
        upstream_site_id="S1",
        downstream_site_id="S2",
        medium="fibre",
        resource="port-1",
    )
    await add_technician(connection, "T1", name="Li Wei")
    await add_technician(connection, "T2", name="Chen Jie", skills=["transmission"])
    in_incident = {"incident_id": "I1"}
    await add_incident(connection, "I1", "A1", "S1")
    await add_alarm(connection, "A1", "S1", "mains-failure", resource="mains", **in_incident)
    await add_alarm(
        connection, "A2", "S1", "battery-discharging", resource="battery-1", severity="minor", cause_alarm_id="A1",
        cause_reason="mains-failure -> battery-discharging", **in_incident,
    )  # fmt: skip
    await add_alarm(
        connection, "A3", "S2", "base-station-down", resource="bts-1", severity="critical", cause_alarm_id="A1",
        cause_reason="S2 is behind S1", **in_incident,
    )  # fmt: skip
    await add_alarm(connection, "A4", "S3", "door-open", resource="door-1", severity="warning")
    soon = datetime.now(UTC) + timedelta(minutes=42)
    await add_outage(connection, "I1", "S1", reason="battery", predicted_at=soon)
    await add_outage(connection, "I1", "S2", reason="isolated", started_at=ago(minutes=9))
    await add_ticket(connection, "K1", "S1", incident_id="I1", state="in_progress")
    await add_need(connection, "N-W1", "K1", "S1", site_down_at=soon)
    await add_work_order(connection, "W1", "K1", "S1", "T1")
    await insert(connection, "dispatch.held_need", need_id="N-W1", work_order_id="W1")
