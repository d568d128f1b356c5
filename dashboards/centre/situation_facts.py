"""The facts of a situation report, read from the views: of one incident, or of all that a mass outage takes down."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, LiteralString, NamedTuple

from complaints.expectation import expect, repair_of
from complaints.policy import Policy as ComplaintPolicy
from dashboards.centre.policy import ReportPolicy
from guywire.catalogue import alarm_type
from guywire.database import Connection, row_of, rows_of
from guywire.model import is_below


class About(NamedTuple):
    """What a report is about. `region` bounds the sites that count, those of `incidents`; `crews` are needed by area.
    A part is cut out of the whole: work and customers count only as far as they are of its region."""

    incidents: list[str]
    region: str
    place: str
    since: datetime
    ended_at: datetime | None
    subject: Mapping[str, str]
    cause: Mapping[str, Any]
    crews: Mapping[str, int]
    always_worthy: bool
    is_part: bool = False


# One outage a site: the one that lasts, else the last one.
_OUTAGES: LiteralString = """
WITH outages AS (
    SELECT DISTINCT ON (o.site) o.site, o.site_name, o.site_down_at, o.started_at, o.ended_at, s.site_class, s.tenants,
           s.time_zone
    FROM views.outage o LEFT JOIN views.site s ON s.id = o.site
    WHERE o.incident = ANY(%(incidents)s)
      AND (%(region)s = '' OR o.region = %(region)s OR starts_with(o.region, %(below)s))
    ORDER BY o.site, o.ended_at DESC NULLS FIRST, o.started_at)
"""
_SITES: LiteralString = f"""{_OUTAGES}
SELECT count(*) FILTER (WHERE started_at IS NOT NULL) AS sites_out,
       count(*) FILTER (WHERE started_at IS NOT NULL AND ended_at IS NOT NULL) AS sites_back,
       count(*) FILTER (WHERE started_at IS NOT NULL AND ended_at IS NULL) AS sites_down,
       count(*) FILTER (WHERE started_at IS NOT NULL AND ended_at IS NULL AND site_class = 'A') AS hubs_down,
       count(*) FILTER (WHERE started_at IS NULL AND ended_at IS NULL) AS on_battery,
       min(site_down_at) FILTER (WHERE started_at IS NULL AND ended_at IS NULL) AS next_down_at,
       max(ended_at) AS last_back_at,
       (SELECT started_at FROM outages WHERE started_at IS NOT NULL ORDER BY started_at OFFSET %(worth)s - 1 LIMIT 1)
           AS many_since,
       (SELECT time_zone FROM outages WHERE time_zone IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1)
           AS time_zone,
       coalesce(array_agg(site ORDER BY site) FILTER (WHERE started_at IS NOT NULL AND ended_at IS NULL), '{{}}')
           AS down,
       coalesce(array_agg(site_name ORDER BY site) FILTER (WHERE started_at IS NOT NULL AND ended_at IS NULL), '{{}}')
           AS down_names
FROM outages
"""  # noqa: S608 - made of constants
_TENANTS: LiteralString = f"""{_OUTAGES}
SELECT t AS name, count(*) AS sites FROM outages, unnest(tenants) t WHERE started_at IS NOT NULL
GROUP BY t ORDER BY count(*) DESC, t
"""  # noqa: S608 - made of constants
_HERE: LiteralString = "(NOT %(is_part)s OR {0}.region = %(region)s OR starts_with({0}.region, %(below)s))"
_TOUCHES: LiteralString = (
    "(NOT %(is_part)s OR EXISTS (SELECT FROM unnest(t.regions) r WHERE r = %(region)s OR starts_with(r, %(below)s)))"
)
_TICKET: LiteralString = f"""
views.ticket t WHERE t.incident = ANY(%(incidents)s) AND t.state NOT IN ('cancelled', 'rejected') AND {_TOUCHES}
"""
_WORK: LiteralString = f"""{_OUTAGES}
SELECT CASE WHEN %(is_part)s
            THEN (SELECT coalesce(sum(c.customers), 0)::int FROM outages o JOIN views.site_customers c ON c.id = o.site)
            ELSE (SELECT coalesce(sum(t.customers), 0)::int FROM {_TICKET}) END AS customers,
       (SELECT min(t.priority) FROM {_TICKET}) AS priority,
       (SELECT count(*) FROM views.complaint c WHERE c.incident = ANY(%(incidents)s) AND {_HERE.format("c")})
           AS complaints,
       (SELECT count(DISTINCT g.site) FROM views.generator_run g JOIN views.ticket t ON t.id = g.ticket
         WHERE g.stopped_at IS NULL AND t.incident = ANY(%(incidents)s) AND {_HERE.format("g")}) AS generators
"""  # noqa: S608 - made of constants
_TICKETS: LiteralString = f"SELECT t.* FROM {_TICKET}"  # noqa: S608 - likewise
_NEEDS: LiteralString = (
    f"SELECT v.* FROM views.need v WHERE v.ticket = ANY(%(tickets)s) AND v.state <> 'cancelled' AND {_HERE.format('v')}"  # noqa: S608
)
_ORDERS: LiteralString = f"SELECT v.* FROM views.work_order v WHERE v.ticket = ANY(%(tickets)s) AND {_HERE.format('v')}"  # noqa: S608
_REGIONS: LiteralString = f"""{_OUTAGES}
SELECT DISTINCT s.region FROM outages o JOIN views.site s ON s.id = o.site ORDER BY 1
"""  # noqa: S608 - likewise
_OF_REGION = """
SELECT DISTINCT o.incident, i.root ->> 'alarm_type' AS alarm_type FROM views.outage o
JOIN views.incident i ON i.id = o.incident
WHERE (o.region = %(region)s OR starts_with(o.region, %(below)s)) AND i.state <> 'merged'
  AND (o.ended_at IS NULL OR o.ended_at >= %(since)s) AND (%(until)s::timestamptz IS NULL OR i.opened_at <= %(until)s)
"""
_FEED = "SELECT name FROM views.power_feed WHERE 'feed:' || id = %s AND name <> ''"
_STAGE = {
    "offered": "offered",
    "accepted": "offered",
    "en_route": "under_way",
    "on_site": "on_site",
    "done": "done",
}
_LOOKED_AT = 50
"""Of more sites than that the first ones say when all should be over."""


async def about_incident(connection: Connection, incident: Mapping[str, Any]) -> About:
    """Of a row of views.incident, as JSON."""
    root = incident["root"]
    feed = await row_of(connection, _FEED, (root["resource"],))
    where = incident["site_name"] or (feed["name"] if feed else root["resource"])
    kind = alarm_type(root["alarm_type"])
    cause = {"zh": kind.zh, "en": kind.en.lower(), "confirmed": bool(root["confirmed_at"])}
    since, closed = datetime.fromisoformat(incident["opened_at"]), incident["closed_at"]
    ended = datetime.fromisoformat(closed) if closed else None
    subject = {"zh": kind.zh, "en": kind.en}
    place = _place(incident["region"] or "", where)
    return About([incident["id"]], "", place, since, ended, subject, cause, {}, always_worthy=False)


async def about_emergency(connection: Connection, emergency: Mapping[str, Any]) -> About:
    """Of a row of views.emergency, as JSON: with the incidents that take sites of its region down meanwhile."""
    region, since = emergency["region"], datetime.fromisoformat(emergency["declared_at"])
    ended = datetime.fromisoformat(emergency["ended_at"]) if emergency["ended_at"] else None
    values = {"region": region, "below": f"{region}/", "since": since, "until": ended}
    rows = await (await connection.execute(_OF_REGION, values)).fetchall()
    types = [row["alarm_type"] for row in rows]
    kind = alarm_type(max(set(types), key=types.count)) if types else None
    reason = emergency["reason"]
    cause = {
        "zh": f"{reason}（{kind.zh}）" if kind else reason,
        "en": f"{reason} ({kind.en.lower()})" if kind else reason,
        "confirmed": True,  # a person declared it, and said why
    }
    crews = {area["region"]: int(area.get("crews_needed") or 0) for area in emergency["areas"]}
    subject = {"zh": "大面积断站", "en": "Mass outage"}
    incidents = [row["incident"] for row in rows]
    return About(incidents, region, _place(region), since, ended, subject, cause, crews, always_worthy=True)


def part_of(about: About, region: str) -> About:
    """The same cut to one region that it touches."""
    return about._replace(region=region, place=_place(region), is_part=True)


async def regions_of(connection: Connection, about: About) -> list[str]:
    """Every region in which a site is down or on battery for it; its own where there is none."""
    rows = await rows_of(connection, _REGIONS, _bounds(about))
    return [row["region"] for row in rows] or ([about.region] if about.region else [])


def _place(region: str, name: str = "") -> str:
    """A region path and a name as one phrase; Chinese is written without spaces."""
    return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", " ".join([*region.split("/"), name])).strip()


async def gather(
    connection: Connection, about: About, policy: ReportPolicy, ends: ComplaintPolicy, contact: str, now: datetime
) -> dict[str, Any]:
    """The facts as JSON; their names stand in docs/api-centre.md."""
    values = _bounds(about) | {"worth": policy.sites_down}
    sites = await _row(connection, _SITES, values)
    work = await _row(connection, _WORK, values)
    over_at = _over_at(about, sites)
    urgent = work["priority"] is not None and work["priority"] <= policy.priority
    worthy_at = about.since if about.always_worthy or urgent else sites["many_since"]
    return {
        "at": now.isoformat(),
        "since": about.since.isoformat(),
        "over_at": _iso(over_at),
        "worthy_at": _iso(worthy_at),
        "time_zone": sites["time_zone"] or "UTC",
        "place": about.place,
        "subject": dict(about.subject),
        "cause": dict(about.cause),
        **{name: sites[name] for name in ("sites_out", "sites_back", "sites_down", "hubs_down", "on_battery")},
        "next_down_at": _iso(sites["next_down_at"]),
        "down_names": sites["down_names"][:6],
        "tenants": await rows_of(connection, _TENANTS, values),
        **{name: work[name] for name in ("customers", "complaints", "priority", "generators")},
        **await _progress(connection, values, [] if over_at else sites["down"][:_LOOKED_AT], ends, now),
        "crews_needed": sum(crews for area, crews in about.crews.items() if is_below(area, about.region)),
        "contact": policy.contact or contact,
    }


async def _progress(
    connection: Connection, values: dict[str, Any], down: Sequence[str], ends: ComplaintPolicy, now: datetime
) -> dict[str, Any]:
    """How far the orders are, and when the last of the sites that are down should be back."""
    tickets = await rows_of(connection, _TICKETS, values)
    values = values | {"tickets": [ticket["id"] for ticket in tickets]}
    needs = await rows_of(connection, _NEEDS, values)
    orders = await rows_of(connection, _ORDERS, values)
    stages = [_STAGE[order["state"]] for order in orders if order["state"] in _STAGE]
    expected = [expect(now, repair_of(tickets, needs, orders, site, None), ends) for site in down]
    latest = max(expected, key=lambda one: one.at, default=None)
    return {
        "orders": {name: stages.count(name) for name in ("offered", "under_way", "on_site", "done")},
        "expected": {name: _iso(getattr(latest, name)) for name in ("at", "earliest", "latest")} if latest else None,
    }


def _over_at(about: About, sites: Mapping[str, Any]) -> datetime | None:
    """When the last site came back; an incident that took none down when it closes, an emergency when it is ended."""
    if about.always_worthy:
        return about.ended_at
    if sites["sites_out"] and not sites["sites_down"]:
        back: datetime | None = sites["last_back_at"]
        return back
    return about.ended_at if not sites["sites_down"] else None


def _bounds(about: About) -> dict[str, Any]:
    return {
        "incidents": about.incidents,
        "region": about.region,
        "below": f"{about.region}/",
        "is_part": about.is_part,
    }


async def _row(connection: Connection, query: LiteralString, values: dict[str, Any]) -> dict[str, Any]:
    row = await row_of(connection, query, values)
    assert row is not None
    return row


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
