"""Incidents for the tests of the incident screen: one with everything in it, one that nobody reported, a storm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from guywire.database import Connection
from tests.browser.network import (
    DOMAIN,
    add_alarm,
    add_feeder_failure,
    add_incident,
    add_outage,
    add_site,
    ago,
    insert,
)


def ahead(**how_long: float) -> datetime:
    return datetime.now(UTC) + timedelta(**how_long)


async def add_told_failure(connection: Connection) -> None:
    """The feeder failure with all that an incident can show: steps, an interval, signs, an incident beside it (I2)."""
    await add_feeder_failure(connection)
    await connection.execute(
        "UPDATE correlation.outage SET predicted_earliest = predicted_at - interval '9 min',"
        " predicted_latest = predicted_at + interval '14 min', prediction_basis = 'load' WHERE site_id = 'S1'"
    )
    reasons = {
        "A2": ("battery-discharging 30 s after mains-failure at the same site", 11.5),
        "A3": ("base-station-down 3 min after mains-failure on mains at S1, which cut this site off", 9),
    }
    for alarm, (reason, minutes) in reasons.items():
        await connection.execute(
            "UPDATE correlation.alarm SET cause_reason = %s, raised_at = %s WHERE alarm_id = %s",
            (reason, ago(minutes=minutes), alarm),
        )
    in_incident = {"incident_id": "I1", "cause_alarm_id": "A1"}
    await add_alarm(
        connection, "A5", "S1", "high-temperature", severity="warning", resource="sensor-1", raised_at=ago(minutes=7),
        cause_reason="high-temperature 5 min after mains-failure at the same site", chatter_rate=14,
        chattering_since=ago(minutes=6), **in_incident,
    )  # fmt: skip
    await add_alarm(
        connection, "A6", "S2", "fsu-offline", resource="fsu", raised_at=ago(minutes=8.5), cleared_at=ago(minutes=3),
        cause_reason="fsu-offline 4 min after mains-failure on mains at S1, which cut this site off", **in_incident,
    )  # fmt: skip
    await add_alarm(
        connection, "A7", "S1", "aircon-failure", severity="minor", resource="aircon-1", raised_at=ago(minutes=10),
        cause_reason="aircon-failure 2 min after mains-failure at the same site",
        silenced_by="maintenance:W7", silenced_until=ahead(hours=2), **in_incident,
    )  # fmt: skip
    await add_alarm(
        connection, "A8", "S1", "fan-failure", severity="minor", resource="fan-1", raised_at=ago(minutes=12),
        cause_reason="fan-failure 0 s after mains-failure at the same site", stale_since=ago(minutes=1), baseline=True,
        **in_incident,
    )  # fmt: skip
    await connection.execute("UPDATE correlation.incident SET alarm_count = 7 WHERE incident_id = 'I1'")
    await _add_steps(connection)
    await add_incident(connection, "I2", "A4", "S3", root_alarm_type="door-open", root_resource="door-1", alarm_count=1)
    await connection.execute("UPDATE correlation.alarm SET incident_id = 'I2' WHERE alarm_id = 'A4'")


async def _add_steps(connection: Connection) -> None:
    for state, minutes in (("offered", 9), ("accepted", 8), ("en_route", 6)):
        await insert(
            connection, "dispatch.work_order_step", work_order_id="W1", at=ago(minutes=minutes),
            recorded_at=ago(minutes=minutes), actor="Li Wei", state=state, version=1,
        )  # fmt: skip


async def add_unreported(connection: Connection, sites: int = 3) -> None:
    """I5: a power feed that nobody reported; its sites have lost mains together."""
    await add_incident(
        connection, "I5", "", "", root_alarm_id=None, root_kind="inferred", root_resource="feed:F9",
        root_reason=f"{sites} sites on this feed lost mains together", alarm_count=sites, opened_at=ago(minutes=20),
    )  # fmt: skip
    for n in range(sites):
        await add_site(connection, f"F{n}", name=f"沿江 {n}", power_feed="F9", latitude=30.2 + n / 100)
        await add_alarm(
            connection, f"F{n}M", f"F{n}", "mains-failure", resource="mains", raised_at=ago(minutes=20 - n / 10),
            incident_id="I5", cause_reason="several sites on power feed F9 lost mains at once",
        )  # fmt: skip


async def add_storm(connection: Connection, effects: int, sites: int) -> None:
    """I8: one fibre cut with `effects` alarms behind it, over so many sites."""
    await add_site(connection, "R0", name="汇聚机房", site_class="A", latitude=30.3, longitude=120.2)
    await connection.execute(
        "INSERT INTO core.site (site_id, name, latitude, longitude, region, domain, site_class, time_zone,"
        " battery_hours)"
        " SELECT 'R' || n, '山村 ' || n, 30.3 + n * 0.001, 120.2, '浙江/杭州/桐庐', %s, 'C', 'Asia/Shanghai', 4"
        " FROM generate_series(1, %s) n",
        (DOMAIN, sites),
    )
    await add_incident(
        connection, "I8", "R", "R0", root_alarm_type="link-down", root_resource="port-1", alarm_count=effects + 1,
        opened_at=ago(minutes=30),
    )  # fmt: skip
    await add_alarm(
        connection,
        "R",
        "R0",
        "link-down",
        resource="port-1",
        severity="critical",
        raised_at=ago(minutes=30),
        incident_id="I8",
    )
    await connection.execute(
        "INSERT INTO correlation.alarm (alarm_id, site_id, resource, alarm_type, qualifier, domain, severity,"
        " raised_at, received_at, changed_at, cleared_at, incident_id, cause_alarm_id, cause_reason)"
        " SELECT 'R' || n, 'R' || (1 + n %% %(sites)s), 'unit-' || n, type, '', %(domain)s, severity, at, at, at,"
        " CASE WHEN n %% 11 = 0 THEN at + interval '8 min' END, 'I8', 'R',"
        " type || ' 2 min after link-down on port-1 at R0, which cut this site off'"
        " FROM (SELECT n, now() - interval '30 min' + (n %% 240) * interval '1 s' AS at,"
        " (ARRAY['site-unreachable', 'fsu-offline', 'base-station-down', 'cell-down'])[1 + n / %(sites)s %% 4] AS type,"
        " (ARRAY['critical', 'major', 'critical', 'minor'])[1 + n / %(sites)s %% 4] AS severity"
        " FROM generate_series(1, %(effects)s) n) s",
        {"effects": effects, "sites": sites, "domain": DOMAIN},
    )
    await add_outage(connection, "I8", "R1", reason="isolated", started_at=ago(minutes=28))
