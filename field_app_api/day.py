"""Everything that a phone needs for a day without coverage, in one answer: me, my orders, plan, team, and the rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from hashlib import sha256
from typing import Any

from pydantic import TypeAdapter

from dispatch.model import Place
from dispatch.shifts import ShiftError, duty, zone_of
from dispatch.travel import crow_km
from dispatch.visits.policy import Team
from field_app_api.common import Rules, body, several
from field_app_api.details import with_details
from field_app_api.orders import fault_of, orders_of
from guywire.database import Connection
from guywire.errors import not_found
from guywire.model import domain_of

_PERSON = """
SELECT jsonb_build_object('id', t.id, 'name', t.name, 'region', t.region, 'shift', t.shift, 'latitude', t.latitude,
    'longitude', t.longitude, 'time_zone', coalesce(core.zone_of(t.region), 'UTC'), 'manager',
    CASE WHEN m.id IS NOT NULL THEN jsonb_build_object('id', m.id, 'name', m.name, 'phone', m.phone) END) AS body
FROM views.technician t LEFT JOIN views.technician m ON m.id = t.manager WHERE t.id = %s
"""
_NOTICES = """
SELECT jsonb_build_object('id', id, 'kind', kind, 'at', at, 'words', words, 'urgent', urgent, 'work_order', work_order,
    'site', site, 'seen_at', seen_at) AS body
FROM views.notice WHERE person = %s AND at > %s AND void_at IS NULL ORDER BY at DESC, id LIMIT 100
"""
_PLAN = "SELECT stops AS body FROM views.day_plan WHERE id = %s"
_TEAM = """
SELECT to_jsonb(t) || jsonb_build_object('busy', t.id IN (
    SELECT unnest(array_append(mates, technician)) FROM views.work_order
    WHERE ended_at IS NULL AND state IN ('en_route', 'on_site'))) AS body
FROM views.technician t
WHERE (t.region = %(city)s OR starts_with(t.region, %(city)s || '/')) AND t.id <> %(person)s
    AND t.position_at > %(oldest)s
ORDER BY (t.latitude - %(latitude)s) ^ 2 + ((t.longitude - %(longitude)s) * cosd(%(latitude)s)) ^ 2 LIMIT %(most)s
"""
_EMERGENCY = """
SELECT to_jsonb(e) AS body FROM views.emergency e
WHERE ended_at IS NULL AND (%(region)s = region OR starts_with(%(region)s, region || '/')) ORDER BY length(region) DESC
"""
_SOS = (
    "SELECT jsonb_build_object('id', id, 'since', since) AS body FROM views.sos WHERE person = %s AND ended_at IS NULL"
)
_WATCH = "SELECT jsonb_build_object('work_order', work_order, 'until', until) AS body FROM views.watch WHERE id = %s"
_JSON: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])
_MATES_SECONDS = 300  # as often as a phone that lies still says its place
_NOTICE_HOURS = 24
_LOOKED_THROUGH = 5  # so many times more mates are looked through than are shown: some are off duty


async def day_of(connection: Connection, person_id: str, rules: Rules, now: datetime) -> dict[str, Any]:
    """The answer of `/me/day`, but for `seen`. Raises `Refused` for somebody who left the inventory."""
    person = await body(connection, _PERSON, (person_id,))
    if person is None:
        raise not_found("technician", person_id)
    zone = zone_of(person["time_zone"])
    orders = await with_details(connection, person_id, await orders_of(connection, person_id), rules.visits)
    found = await several(
        connection,
        {
            "plan": (_PLAN, (person_id,)),
            "notices": (_NOTICES, (person_id, now - timedelta(hours=_NOTICE_HOURS))),
            "team": (_TEAM, _around(person, rules.visits.team, now)),
            "emergency": (_EMERGENCY, {"region": person["region"]}),
            "sos": (_SOS, (person_id,)),
            "watch": (_WATCH, (person_id,)),
        },
    )
    return {
        "as_of": now,
        "person": {name: person[name] for name in ("id", "name", "region", "time_zone", "manager")},
        "duty": duty_of(person["shift"], zone, now),
        "orders": orders,
        "plan": plan_of(next(iter(found["plan"]), None), orders),
        "notices": found["notices"],
        "team": _team(found["team"], person, zone, rules.visits.team, now),
        "emergency": _emergency(next(iter(found["emergency"]), None)),
        "sos": next(iter(found["sos"]), None),
        "watch": next(iter(found["watch"]), None),
        "rules": rules.for_phone(),
    }


def as_json(day: dict[str, Any]) -> bytes:
    """The day as it goes out."""
    return _JSON.dump_json(day)


def tag_of(day: dict[str, Any]) -> str:
    """What tells this day from another: a weak entity tag (RFC 9110, section 8.8.1), out of all that it says.

    When it was read is left out. Mates on duty are on the move: where they are makes another day every five minutes.
    """
    mates = int(day["as_of"].timestamp()) // _MATES_SECONDS if day["team"] else None
    return f'W/"{sha256(as_json(day | {"as_of": None, "team": mates})).hexdigest()}"'


async def watch_of(connection: Connection, person_id: str) -> dict[str, Any] | None:
    """`{"work_order", "until"}` of the watch over somebody who works alone."""
    return await body(connection, _WATCH, (person_id,))


def duty_of(shift: str, zone: tzinfo, now: datetime) -> dict[str, Any]:
    """`{"on", "until", "next_from"}`; both null for somebody who is always on duty, or whose shift cannot be read."""
    try:
        stretches = duty(shift, zone, now)
    except ShiftError:
        return {"on": False, "until": None, "next_from": None}
    current = next((one for one in stretches if one.start <= now < one.end), None)
    following = next((one.start for one in stretches if one.start > now), None)
    endless = current is not None and current.end.year > now.year + 1
    return {"on": current is not None, "until": None if endless or not current else current.end, "next_from": following}


def plan_of(stops: Any, orders: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is expected of the day: orders that the forecast does not know yet first, then the forecast without what
    has ended meanwhile."""
    known = {order["id"]: order for order in orders}
    ordered = {need["id"] for order in orders for need in order["needs"]}
    forecast = [
        stop
        for stop in stops or ()
        if (_is_open(known.get(stop["order"])) if stop["order"] else stop["need"] not in ordered)
    ]
    planned = {stop["order"] for stop in forecast}
    new = [_stop_of(order) for order in orders if _is_open(order) and order["id"] not in planned]
    told = [{**stop, "fault": fault_of([stop["alarm_type"] or ""], stop["summary"] or "")} for stop in forecast]
    for stop in told:
        del stop["alarm_type"]
    return new + told


def _is_open(order: dict[str, Any] | None) -> bool:
    return order is not None and order["ended_at"] is None


def _stop_of(order: dict[str, Any]) -> dict[str, Any]:
    arrive = datetime.fromisoformat(order["planned_arrival_at"])
    minutes = max((need["service_minutes"] for need in order["needs"]), default=0)
    return {
        "need": order["needs"][0]["id"] if order["needs"] else None,
        "order": order["id"],
        "kind": order["needs"][0]["kind"] if order["needs"] else None,
        **{
            name: order[name]
            for name in ("ticket", "site", "site_name", "latitude", "longitude", "time_zone", "summary")
        },
        "fault": order["fault"],
        "arrive": order["planned_arrival_at"],
        "leave": arrive + timedelta(minutes=minutes),
    }


def _around(person: dict[str, Any], policy: Team, now: datetime) -> dict[str, object]:
    """Whom to look through for a team."""
    return {
        "city": domain_of(person["region"]),
        "person": person["id"],
        "oldest": now - timedelta(minutes=policy.position_minutes),
        "latitude": person["latitude"],
        "longitude": person["longitude"],
        "most": policy.at_most * _LOOKED_THROUGH,
    }


def _team(
    mates: list[dict[str, Any]], person: dict[str, Any], zone: tzinfo, policy: Team, now: datetime
) -> list[dict[str, Any]]:
    """The mates of the own city who are on duty and whose place is known, the nearest first."""
    here = Place(person["latitude"], person["longitude"])
    found = [mate for mate in mates if duty_of(mate["shift"], zone, now)["on"]]
    shown = ("id", "name", "phone", "latitude", "longitude", "position_at", "busy")
    team = [
        {name: mate[name] for name in shown}
        | {"km": round(crow_km(here, Place(mate["latitude"], mate["longitude"])), 1)}
        for mate in found
    ]
    return sorted(team, key=lambda mate: float(mate["km"]))[: policy.at_most]


def _emergency(found: dict[str, Any] | None) -> dict[str, Any] | None:
    if found is None:
        return None
    words = {"zh": f"应急模式：{found['reason']}", "en": f"Emergency mode: {found['reason']}"}
    return {"region": found["region"], "since": found["declared_at"], "words": words}


def now() -> datetime:
    return datetime.now(UTC)
