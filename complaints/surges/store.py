"""What a look at surges reads and writes: calls, known outages, counts, suspicions, and the places, kept in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from psycopg.abc import Params
from psycopg.abc import QueryNoTemplate as Query

from complaints.surges.baseline import Counts, Key, Lesson, weight_at
from complaints.surges.model import Call, City, Cleared, Rise, Suspicion
from complaints.surges.places import city_of
from complaints.surges.policy import SurgePolicy
from guywire.catalogue import CATALOGUE
from guywire.database import Connection, Row, rows_of

_PROVES_AN_OUTAGE = [key for key, kind in CATALOGUE.items() if kind.takes_service_down]

# A tenant that reports the same site again and again is one caller still.
# Linked to another site than those that serve the customer, it says something of theirs: nothing explains it there.
_CALLS = """
SELECT c.registered_at AS at,
       CASE WHEN c.tenant <> '' THEN c.tenant || '/' || c.site_id
            ELSE coalesce(nullif(c.phone_digits, ''), nullif(c.customer_id, ''), c.complaint_id) END AS caller,
       CASE WHEN elsewhere THEN k.serving_sites[1] ELSE c.site_id END AS site,
       coalesce(nullif(c.tenant, ''), k.tenant, '') AS tenant,
       CASE WHEN elsewhere OR i.root ->> 'alarm_type' = 'suspected-outage' THEN '' ELSE coalesce(c.incident_id, '') END
           AS incident
FROM complaints.complaint c
LEFT JOIN views.customer k ON k.id = c.customer_id
LEFT JOIN views.incident i ON i.id = c.incident_id
CROSS JOIN LATERAL (SELECT c.incident_id IS NOT NULL AND c.latitude IS NULL
    AND coalesce(cardinality(k.serving_sites), 0) > 0 AND NOT c.site_id = ANY(k.serving_sites) AS elsewhere) e
WHERE c.registered_at > %(since)s AND c.registered_at <= %(until)s AND c.site_id <> '' AND NOT c.unproven
  AND c.category = ANY(%(categories)s)
ORDER BY c.registered_at, c.complaint_id
"""

_KNOWN = """
SELECT o.site, o.incident FROM views.outage o JOIN views.incident i ON i.id = o.incident
WHERE o.site = ANY(%(sites)s) AND o.ended_at IS NULL AND i.state = 'open'
  AND least(o.started_at, o.site_down_at) <= %(now)s AND i.root ->> 'alarm_type' <> 'suspected-outage'
UNION
SELECT a.site, a.incident FROM views.alarm a
WHERE a.site = ANY(%(sites)s) AND a.cleared_at IS NULL AND a.incident IS NOT NULL AND a.alarm_type = ANY(%(types)s)
ORDER BY 1, 2 DESC
"""

_SITES = "SELECT id, domain, region, latitude, longitude, time_zone FROM views.site ORDER BY domain, id"
_COUNTS = "SELECT domain, kind, name, cell, events, hours FROM complaints.surge_count WHERE domain = ANY(%s)"
_ADD = """
INSERT INTO complaints.surge_count (domain, kind, name, cell, events, hours)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::smallint[], %s::float8[], %s::float8[])
ON CONFLICT (domain, kind, name, cell) DO UPDATE
SET events = surge_count.events + excluded.events, hours = surge_count.hours + excluded.hours
"""
_SUSPICIONS = """
SELECT * FROM complaints.suspicion WHERE cleared_at IS NULL OR cleared_at > %s ORDER BY raised_at, suspicion_id
"""
_PUT = """
INSERT INTO complaints.suspicion (suspicion_id, site_id, tenant, domain, sites, zone, since, raised_at, evident_at,
    minutes, observed, expected, score, beyond)
VALUES (%(id)s, %(site)s, %(tenant)s, %(domain)s, %(sites)s, %(zone)s, %(since)s, %(raised_at)s, %(evident_at)s,
    %(minutes)s, %(observed)s, %(expected)s, %(score)s, %(beyond)s)
ON CONFLICT (suspicion_id) DO UPDATE SET sites = excluded.sites, zone = excluded.zone, since = excluded.since,
    evident_at = excluded.evident_at, minutes = excluded.minutes, observed = excluded.observed,
    expected = excluded.expected, score = excluded.score, version = suspicion.version + 1
RETURNING version
"""


class Held(NamedTuple):
    """A suspicion as it is kept."""

    suspicion: Suspicion
    domain: str
    cleared_at: datetime | None


class Places:
    """The cities of one version of the inventory."""

    def __init__(self, version: tuple[object, ...], cities: Mapping[str, City]) -> None:
        self.version = version
        self.cities = cities
        self.domain_of = {site: domain for domain, city in cities.items() for site in city.area_of}


_places: Places | None = None
"""Read anew only when the inventory is another one: there may be 100,000 sites."""


async def places(connection: Connection, policy: SurgePolicy) -> Places:
    """The cities as the inventory has them now."""
    global _places
    row = await _one(connection, "SELECT version, loaded_at FROM views.inventory")
    info = connection.info
    shape = (policy.zone_sites[-1], policy.zone_km)
    version = (info.host, info.port, info.dbname, row["version"], row["loaded_at"], shape)
    if _places is None or _places.version != version:
        rows = await rows_of(connection, _SITES)
        cities = {
            domain: _city(domain, list(sites), policy) for domain, sites in groupby(rows, lambda row: row["domain"])
        }
        _places = Places(version, cities)
    return _places


async def calls_between(connection: Connection, since: datetime, until: datetime, policy: SurgePolicy) -> list[Call]:
    """The complaints that count, after `since` up to `until`."""
    values = {"since": since, "until": until, "categories": list(policy.categories)}
    return [Call(**row) for row in await rows_of(connection, _CALLS, values)]


async def first_call(connection: Connection) -> datetime | None:
    """When history begins."""
    row = await _one(connection, "SELECT min(registered_at) AS at FROM complaints.complaint")
    at: datetime | None = row["at"]
    return at


async def known_outages(connection: Connection, sites: Collection[str], now: datetime) -> dict[str, str]:
    """Which of these sites are out as far as is known, each with its incident."""
    values = {"sites": list(sites), "now": now, "types": _PROVES_AN_OUTAGE}
    return {row["site"]: row["incident"] for row in await rows_of(connection, _KNOWN, values)}


async def counts_of(
    connection: Connection, domains: Collection[str], now: datetime, policy: SurgePolicy
) -> dict[str, Counts]:
    """The counts of these cities, as they weigh now."""
    weight = weight_at(now, policy)
    found = {domain: Counts() for domain in domains}
    for row in await rows_of(connection, _COUNTS, (list(domains),)):
        key = Key(row["domain"], row["kind"], row["name"], row["cell"])
        found[key.domain].events[key] = row["events"] / weight
        found[key.domain].hours[key] = row["hours"] / weight
    return found


async def add_lessons(connection: Connection, lessons: Iterable[Lesson], hour: datetime, policy: SurgePolicy) -> None:
    """Adds what an hour taught, as it weighs by its age."""
    weight = weight_at(hour, policy)
    rows = [(*key, amount.events * weight, amount.hours * weight) for one in lessons for key, amount in one.items()]
    if rows:
        await connection.execute(_ADD, [list(column) for column in zip(*sorted(rows), strict=True)])


async def suspicions(connection: Connection, since: datetime) -> list[Held]:
    """Those that stand, and those that were cleared after `since`."""
    return [_held(row) for row in await rows_of(connection, _SUSPICIONS, (since,))]


async def put_suspicion(connection: Connection, one: Suspicion, domain: str) -> int:
    """Keeps a suspicion; returns its version."""
    values: dict[str, Any] = {
        **one.rise._asdict(),
        "sites": list(one.rise.sites),
        "zone": list(one.rise.zone),
        "id": one.suspicion_id,
        "domain": domain,
        "raised_at": one.raised_at,
        "evident_at": one.evident_at,
        "beyond": one.beyond,
    }
    return int((await _one(connection, _PUT, values))["version"])


async def end_suspicion(connection: Connection, done: Cleared, now: datetime) -> None:
    await connection.execute(
        "UPDATE complaints.suspicion SET cleared_at = %s, known_as = %s, evident_at = %s, version = version + 1"
        " WHERE suspicion_id = %s",
        (now, done.incident, done.suspicion.evident_at, done.suspicion.suspicion_id),
    )


async def next_id(connection: Connection) -> str:
    row = await _one(connection, "UPDATE complaints.surge_clock SET last = last + 1 RETURNING last")
    return f"U{row['last']}"


def _city(domain: str, rows: Sequence[Row], policy: SurgePolicy) -> City:
    """People live by the clock of the first site."""
    placed = {row["id"]: (row["region"], row["latitude"], row["longitude"]) for row in rows}
    return city_of(domain, ZoneInfo(rows[0]["time_zone"]), placed, policy.zone_sites[-1], policy.zone_km)


def _held(row: Row) -> Held:
    names = ("tenant", "since", "minutes", "observed", "expected", "score")
    rise = Rise(
        site=row["site_id"], sites=tuple(row["sites"]), zone=tuple(row["zone"]), **{name: row[name] for name in names}
    )
    one = Suspicion(row["suspicion_id"], rise, row["raised_at"], row["evident_at"], row["beyond"])
    return Held(one, row["domain"], row["cleared_at"])


async def _one(connection: Connection, query: Query, values: Params = ()) -> Row:
    [row] = await rows_of(connection, query, values)
    return row
