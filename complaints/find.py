"""What the decisions need, read from the views: customers, sites around a place, what is affected, the repair."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from complaints.linking import reach_km
from complaints.model import Affected, Near, SiteAlarm
from complaints.policy import LinkPolicy
from guywire.database import Connection, Row

_EARTH_KM = 6371.0088  # mean radius
_KM_PER_DEGREE = math.radians(1) * _EARTH_KM
_MOST_CUSTOMERS = 20  # on one phone: a company's switchboard
_MOST_SIGNS = 10

_CUSTOMER = "SELECT id, name, vip, tenant, latitude, longitude, serving_sites FROM views.customer"
_SITE = "SELECT id, name, region, domain, time_zone, latitude, longitude FROM views.site WHERE id = %s"

_IN_BOX = """
SELECT id, tenants, latitude, longitude FROM views.site
WHERE latitude BETWEEN %s AND %s AND longitude BETWEEN %s AND %s
"""

_OUTAGES = """
SELECT o.incident, o.site, o.site_down_at, o.started_at, o.ended_at, i.opened_at
FROM views.outage o JOIN views.incident i ON i.id = o.incident
WHERE o.site = ANY(%(sites)s) AND o.ended_at IS NULL AND i.state = 'open'
UNION ALL
SELECT o.incident, o.site, o.site_down_at, o.started_at, o.ended_at, i.opened_at
FROM views.outage o JOIN views.incident i ON i.id = o.incident
WHERE o.site = ANY(%(sites)s) AND o.ended_at > %(recent)s AND i.state <> 'merged'
"""

_ALARMS = """
SELECT a.incident, a.site, a.alarm_type, coalesce(r.tenant, '') AS tenant, a.raised_at, a.cleared_at, i.opened_at
FROM views.alarm a JOIN views.incident i ON i.id = a.incident
LEFT JOIN views.resource r ON r.site = a.site AND r.resource = a.resource
WHERE a.site = ANY(%(sites)s) AND a.cleared_at IS NULL AND i.state = 'open'
UNION ALL
SELECT a.incident, a.site, a.alarm_type, coalesce(r.tenant, ''), a.raised_at, a.cleared_at, i.opened_at
FROM views.alarm a JOIN views.incident i ON i.id = a.incident
LEFT JOIN views.resource r ON r.site = a.site AND r.resource = a.resource
WHERE a.incident = ANY(%(incidents)s) AND a.site = ANY(%(sites)s) AND a.cleared_at IS NOT NULL
"""

_SIGNS = """
SELECT id, site, site_name, alarm_type, severity, raised_at FROM views.alarm
WHERE site = ANY(%s) AND cleared_at IS NULL ORDER BY raised_at DESC, id LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class RepairRows:
    """An incident with the rows of the views that tell how far its repair is."""

    incident: Row
    tickets: Sequence[Row]
    needs: Sequence[Row]
    orders: Sequence[Row]


def digits_of(phone: str) -> str:
    """A phone number as customers are found by: its digits, the last eleven."""
    return "".join(character for character in phone if character in "0123456789")[-11:]


async def customers_by_phone(connection: Connection, phone: str) -> list[Row]:
    """Everybody with that number, VIPs first; at most 20."""
    if not (digits := digits_of(phone)):
        return []
    query = f"{_CUSTOMER} WHERE phone_digits = %s ORDER BY vip DESC, id LIMIT %s"
    return await _all(connection, query, (digits, _MOST_CUSTOMERS))


async def customer(connection: Connection, customer_id: str) -> Row | None:
    return next(iter(await _all(connection, f"{_CUSTOMER} WHERE id = %s", (customer_id,))), None)


async def site(connection: Connection, site_id: str) -> Row | None:
    return next(iter(await _all(connection, _SITE, (site_id,))), None)


async def sites_near(connection: Connection, latitude: float, longitude: float, policy: LinkPolicy) -> tuple[Near, ...]:
    """The sites around a place, nearest first: as far out as reach can go, looking further only where sites are few."""
    near: list[Near] = []
    for radius in (policy.reach_max_km / 8, policy.reach_max_km / 2, policy.reach_max_km):
        rows = await _all(connection, _IN_BOX, _box(latitude, longitude, radius))
        near = [
            Near(
                row["id"],
                frozenset(row["tenants"]),
                distance_km(latitude, longitude, row["latitude"], row["longitude"]),
            )
            for row in rows
        ]
        near = sorted((one for one in near if one.distance_km <= radius), key=lambda one: (one.distance_km, one.site))
        if reach_km([one.distance_km for one in near], policy) <= radius:
            break
    return tuple(near)


async def affected_sites(connection: Connection, sites: Collection[str], recent: datetime) -> list[Affected]:
    """What open incidents do to these sites, and what ended after `recent`; one entry per (incident, site)."""
    names = list(sites)
    if not names:
        return []
    outages = await _all(connection, _OUTAGES, {"sites": names, "recent": recent})
    over = [row["incident"] for row in outages if row["ended_at"] is not None]
    alarms = await _all(connection, _ALARMS, {"sites": names, "incidents": over})
    held: dict[tuple[str, str], list[SiteAlarm]] = {}
    opened: dict[tuple[str, str], datetime] = {}
    for row in alarms:
        key = row["incident"], row["site"]
        opened[key] = row["opened_at"]
        held.setdefault(key, []).append(
            SiteAlarm(row["alarm_type"], row["tenant"], row["raised_at"], row["cleared_at"])
        )
    by_outage = {(row["incident"], row["site"]): row for row in outages}
    return [
        _affected(key, by_outage.get(key), opened.get(key), tuple(held.get(key, ())))
        for key in sorted(by_outage.keys() | held.keys())
    ]


async def repair_rows(connection: Connection, incident: str) -> RepairRows:
    """The incident with its tickets, needs and work orders. The incident must exist."""
    about = await _all(
        connection, "SELECT id, state, root, closed_at, ticket FROM views.incident WHERE id = %s", (incident,)
    )
    tickets = await _all(connection, "SELECT id, state, hold_until FROM views.ticket WHERE incident = %s", (incident,))
    ids = [row["id"] for row in tickets]
    needs = await _all(
        connection, "SELECT id, site, kind, state, service_minutes FROM views.need WHERE ticket = ANY(%s)", (ids,)
    )
    orders = await _all(
        connection,
        "SELECT id, needs, state, technician, technician_name, planned_arrival_at, on_site_at"
        " FROM views.work_order WHERE ticket = ANY(%s)",
        (ids,),
    )
    return RepairRows(about[0], tickets, needs, orders)


async def signs_at(connection: Connection, sites: Collection[str]) -> list[Row]:
    """Standing alarms at these sites, newest first, at most ten: hints where nothing explains a complaint."""
    return await _all(connection, _SIGNS, (list(sites), _MOST_SIGNS))


def distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """The great-circle distance (haversine): 0.3 % off the ellipsoid, which no customer's position is better than."""
    one, other = math.radians(latitude), math.radians(other_latitude)
    across = math.radians(other_longitude - longitude)
    half = math.sin((other - one) / 2) ** 2 + math.cos(one) * math.cos(other) * math.sin(across / 2) ** 2
    return 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def degrees_of_latitude(kilometres: float) -> float:
    """How many degrees to the north so many kilometres are."""
    return kilometres / _KM_PER_DEGREE


def _box(latitude: float, longitude: float, radius_km: float) -> tuple[float, float, float, float]:
    high = degrees_of_latitude(radius_km)
    wide = high / max(math.cos(math.radians(latitude)), 0.01)
    return latitude - high, latitude + high, longitude - wide, longitude + wide


def _affected(
    key: tuple[str, str], outage: Row | None, opened_at: datetime | None, alarms: tuple[SiteAlarm, ...]
) -> Affected:
    incident, at_site = key
    opened = outage["opened_at"] if outage else opened_at
    assert opened is not None
    if outage is None:
        return Affected(incident, at_site, opened, alarms)
    times = {"predicted_at": outage["site_down_at"], "started_at": outage["started_at"], "ended_at": outage["ended_at"]}
    return Affected(incident, at_site, opened, alarms, True, **times)


async def _all(connection: Connection, query: str, values: Sequence[object] | Mapping[str, Any]) -> list[Row]:
    return await (await connection.execute(query, values)).fetchall()
