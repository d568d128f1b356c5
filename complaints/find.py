"""What the decisions need, read from the views: customers, sites around a place, what is affected, the repair."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from complaints.linking import reach_km, serves
from complaints.model import Affected, Near, SiteAlarm
from complaints.policy import LinkPolicy
from guywire.database import Connection, Row, row_of, rows_of
from guywire.errors import invalid

_EARTH_KM = 6371.0088  # mean radius
_KM_PER_DEGREE = math.radians(1) * _EARTH_KM
_FEWEST_DIGITS = 3  # an emergency number
_MOST_CUSTOMERS = 20  # on one phone: a company's switchboard
_MOST_SIGNS = 10

_Place = tuple[str, str]
"""An incident and a site."""

_CUSTOMER = "SELECT id, name, vip, tenant, latitude, longitude, serving_sites FROM views.customer"
_BY_PHONE = f"""
SELECT asked.digits, k.* FROM unnest(%s::text[]) AS asked (digits)
CROSS JOIN LATERAL (
    {_CUSTOMER} WHERE phone_digits = asked.digits AND phone_digits <> '' ORDER BY vip DESC, id LIMIT %s) k
"""  # noqa: S608 - made of two constants
_SITE = "SELECT id, name, region, domain, time_zone, latitude, longitude FROM views.site WHERE id = %s"

_IN_BOXES = """
SELECT b.number, s.id, s.tenants, s.latitude, s.longitude
FROM unnest(%s::float8[], %s::float8[], %s::float8[], %s::float8[]) WITH ORDINALITY
    b (south, north, west, east, number)
JOIN views.site s ON s.latitude BETWEEN b.south AND b.north AND s.longitude BETWEEN b.west AND b.east
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

# The tenant alarm by alarm: joined, the planner reads all equipment as soon as the sites are some hundreds.
_ALARMS = """
WITH held AS MATERIALIZED (
    SELECT incident, site, resource, alarm_type, raised_at, cleared_at FROM views.alarm
    WHERE site = ANY(%(sites)s) AND cleared_at IS NULL AND incident IS NOT NULL
    UNION ALL
    SELECT incident, site, resource, alarm_type, raised_at, cleared_at FROM views.alarm
    WHERE incident = ANY(%(over)s) AND site = ANY(%(sites)s) AND cleared_at IS NOT NULL)
SELECT incident, site, alarm_type, raised_at, cleared_at,
       coalesce((SELECT r.tenant FROM views.resource r WHERE r.site = a.site AND r.resource = a.resource), '') AS tenant
FROM held a
"""

_OPEN_INCIDENTS = "SELECT id, opened_at FROM views.incident WHERE id = ANY(%s) AND state = 'open'"

# MATERIALIZED: by site first, or the planner walks all standing alarms in the order of their raise.
_SIGNS = """
WITH standing AS MATERIALIZED (
    SELECT id, site, site_name, alarm_type, severity, raised_at FROM views.alarm
    WHERE site = ANY(%(sites)s) AND cleared_at IS NULL
    AND (%(region)s = '' OR region = %(region)s OR starts_with(region, %(region)s || '/')))
SELECT * FROM standing ORDER BY raised_at DESC, id LIMIT %(limit)s
"""
_WITHIN = """
SELECT id FROM views.site WHERE id = ANY(%s) AND (region = %s OR starts_with(region, %s || '/'))
"""

_INCIDENT = "SELECT id, state, root, closed_at, ticket FROM views.incident WHERE id = %s"
_TICKETS = "SELECT id, state, hold_until FROM views.ticket WHERE incident = %s"
_NEEDS = """
SELECT id, site, kind, state, m.minutes AS service_minutes
FROM views.need JOIN views.need_minutes m USING (id) WHERE ticket = ANY(%s)
"""
_ORDERS = """
SELECT id, needs, state, technician, technician_name, planned_arrival_at, on_site_at
FROM views.work_order WHERE ticket = ANY(%s)
"""


class Spot(NamedTuple):
    """Where somebody is, in degrees, and whose customer; without a position nobody knows."""

    position: tuple[float, float] | None
    tenant: str


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


def refuse_bad_phone(phone: str) -> None:
    """Raises `Refused` for what has too few digits to be a number; none at all is right."""
    if phone and len(digits_of(phone)) < _FEWEST_DIGITS:
        raise invalid("phone_malformed", f"{phone!r} is not a phone number. Give its digits.")


async def customers_by_phone(connection: Connection, phone: str) -> list[Row]:
    """Everybody with that number, VIPs first; at most 20."""
    return (await customers_by_phones(connection, [phone])).get(digits_of(phone), [])


async def customers_by_phones(connection: Connection, phones: Iterable[str]) -> dict[str, list[Row]]:
    """Everybody with one of these numbers, by its digits, VIPs first; at most 20 on one."""
    wanted = sorted({digits_of(phone) for phone in phones} - {""})
    found: dict[str, list[Row]] = {}
    for row in await rows_of(connection, _BY_PHONE, (wanted, _MOST_CUSTOMERS)) if wanted else ():
        found.setdefault(row.pop("digits"), []).append(row)
    return found


async def customer(connection: Connection, customer_id: str) -> Row | None:
    return (await customers(connection, [customer_id])).get(customer_id)


async def customers(connection: Connection, ids: Iterable[str]) -> dict[str, Row]:
    """Those of these customers that there are, by id."""
    wanted = sorted({one for one in ids if one})
    rows = await rows_of(connection, f"{_CUSTOMER} WHERE id = ANY(%s)", (wanted,)) if wanted else []
    return {row["id"]: row for row in rows}


async def customers_within(
    connection: Connection, customers: Sequence[Row], region: str, policy: LinkPolicy
) -> list[Row]:
    """Those whom a site of the region serves, with these sites alone; who has only a position, by the nearest site."""
    near = await sites_near(connection, [Spot(position_of(one), one["tenant"]) for one in customers], policy)
    nearest = [[around.site for around in found[:1]] for found in near]
    places = [one["serving_sites"] or sites for one, sites in zip(customers, nearest, strict=True)]
    rows = await rows_of(connection, _WITHIN, (sorted({site for sites in places for site in sites}), region, region))
    inside = {row["id"] for row in rows}
    return [
        one | {"serving_sites": [site for site in one["serving_sites"] if site in inside]}
        for one, sites in zip(customers, places, strict=True)
        if not inside.isdisjoint(sites)
    ]


async def site(connection: Connection, site_id: str) -> Row | None:
    return await row_of(connection, _SITE, (site_id,))


async def domains(connection: Connection, sites: Iterable[str]) -> dict[str, str]:
    """The domain of each of these sites, by id."""
    rows = await rows_of(connection, "SELECT id, domain FROM views.site WHERE id = ANY(%s)", (sorted(sites),))
    return {row["id"]: row["domain"] for row in rows}


async def sites_near(connection: Connection, spots: Sequence[Spot], policy: LinkPolicy) -> list[tuple[Near, ...]]:
    """The sites that may serve a customer of that tenant at each spot, nearest first; further away where they are few.

    All spots are asked for at once, those alike only once; one without a position has no sites around it.
    """
    found: dict[Spot, tuple[Near, ...]] = {spot: () for spot in spots if spot.position is None}
    for radius in (policy.reach_max_km / 16, policy.reach_max_km / 4, policy.reach_max_km):
        open_spots = [spot for spot in dict.fromkeys(spots) if spot not in found]
        for spot, near in (await _around(connection, open_spots, radius)).items():
            reach = reach_km([one.distance_km for one in near], policy)
            if reach <= radius or radius == policy.reach_max_km:
                found[spot] = tuple(one for one in near if one.distance_km <= reach)
    return [found[spot] for spot in spots]


async def affected_sites(connection: Connection, sites: Collection[str], recent: datetime) -> list[Affected]:
    """What open incidents do to these sites, and what ended after `recent`; one entry per (incident, site)."""
    names = list(sites)
    if not names:
        return []
    outages = {
        (row["incident"], row["site"]): row
        for row in await rows_of(connection, _OUTAGES, {"sites": names, "recent": recent})
    }
    over = [incident for (incident, _), row in outages.items() if row["ended_at"] is not None]
    alarms = _by_place(await rows_of(connection, _ALARMS, {"sites": names, "over": over}))
    opened = await _opened(connection, alarms.keys() - outages.keys())
    opened |= {key: row["opened_at"] for key, row in outages.items()}
    return [_affected(key, opened[key], outages.get(key), alarms.get(key, ())) for key in sorted(opened)]


async def repair_rows(connection: Connection, incident: str) -> RepairRows:
    """The incident with its tickets, needs and work orders. The incident must exist."""
    about = await rows_of(connection, _INCIDENT, (incident,))
    tickets = await rows_of(connection, _TICKETS, (incident,))
    ids = [row["id"] for row in tickets]
    needs = await rows_of(connection, _NEEDS, (ids,))
    orders = await rows_of(connection, _ORDERS, (ids,))
    return RepairRows(about[0], tickets, needs, orders)


async def signs_at(connection: Connection, sites: Collection[str], region: str = "") -> list[Row]:
    """Standing alarms at these sites, newest first, at most ten: hints where nothing explains a complaint.

    With a region only of what lies in it.
    """
    return await rows_of(connection, _SIGNS, {"sites": list(sites), "region": region, "limit": _MOST_SIGNS})


def distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """The great-circle distance (haversine): 0.3 % off the ellipsoid, which no customer's position is better than."""
    one, other = math.radians(latitude), math.radians(other_latitude)
    across = math.radians(other_longitude - longitude)
    half = math.sin((other - one) / 2) ** 2 + math.cos(one) * math.cos(other) * math.sin(across / 2) ** 2
    return 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def degrees_of_latitude(kilometres: float) -> float:
    """How many degrees to the north so many kilometres are."""
    return kilometres / _KM_PER_DEGREE


def position_of(customer: Row) -> tuple[float, float] | None:
    """Where a customer lives, in degrees; None where nobody knows."""
    return None if customer["latitude"] is None else (customer["latitude"], customer["longitude"])


def _box(latitude: float, longitude: float, radius_km: float) -> tuple[float, float, float, float]:
    high = degrees_of_latitude(radius_km)
    wide = high / max(math.cos(math.radians(latitude)), 0.01)
    return latitude - high, latitude + high, longitude - wide, longitude + wide


async def _around(connection: Connection, spots: Sequence[Spot], radius: float) -> dict[Spot, list[Near]]:
    """The sites so near to each spot that serve its tenant, the nearest first."""
    placed = [(spot, spot.position) for spot in spots if spot.position is not None]
    if not placed:
        return {}
    found: dict[Spot, list[Near]] = {spot: [] for spot, _ in placed}
    boxes = zip(*(_box(*position, radius) for _, position in placed), strict=True)
    for row in await rows_of(connection, _IN_BOXES, [list(side) for side in boxes]):
        spot, position = placed[row["number"] - 1]
        distance = distance_km(position[0], position[1], row["latitude"], row["longitude"])
        one = Near(row["id"], frozenset(row["tenants"]), distance)
        if one.distance_km <= radius and serves(one, spot.tenant):
            found[spot].append(one)
    for near in found.values():
        near.sort(key=lambda one: (one.distance_km, one.site))
    return found


def _by_place(rows: Iterable[Row]) -> dict[_Place, tuple[SiteAlarm, ...]]:
    held: dict[_Place, tuple[SiteAlarm, ...]] = {}
    for row in rows:
        key = row["incident"], row["site"]
        alarm = SiteAlarm(row["alarm_type"], row["tenant"], row["raised_at"], row["cleared_at"])
        held[key] = (*held.get(key, ()), alarm)
    return held


async def _opened(connection: Connection, places: Collection[_Place]) -> dict[_Place, datetime]:
    """When the incident of each place was opened; places of incidents that are not open are left out."""
    rows = await rows_of(connection, _OPEN_INCIDENTS, ([incident for incident, _ in places],))
    opened = {row["id"]: row["opened_at"] for row in rows}
    return {place: opened[place[0]] for place in places if place[0] in opened}


def _affected(key: _Place, opened_at: datetime, outage: Row | None, alarms: tuple[SiteAlarm, ...]) -> Affected:
    incident, at_site = key
    if outage is None:
        return Affected(incident, at_site, opened_at, alarms)
    times = {"predicted_at": outage["site_down_at"], "started_at": outage["started_at"], "ended_at": outage["ended_at"]}
    return Affected(incident, at_site, opened_at, alarms, True, **times)
