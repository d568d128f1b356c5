"""What a phone needs of each order to work on it without coverage, for all of a day's orders at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from dispatch.visits.policy import VisitPolicy
from field_app_api.common import bodies
from field_app_api.orders import name_of
from guywire.catalogue import CATALOGUE
from guywire.database import Connection

Rows = dict[str, list[dict[str, Any]]]

_TICKETS = "SELECT to_jsonb(t) AS body FROM views.ticket t WHERE id = ANY(%s)"
_NEEDS = "SELECT to_jsonb(n) AS body FROM views.need n WHERE id = ANY(%s) ORDER BY id"
_CREW = (
    "SELECT jsonb_build_object('id', id, 'name', name, 'phone', phone) AS body FROM views.technician WHERE id = ANY(%s)"
)
_ALARMS = """
SELECT jsonb_build_object('of', o.id) || body AS body
FROM unnest(%s::text[], %s::text[], %s::text[]) AS o (id, site, incident) CROSS JOIN LATERAL (
    SELECT to_jsonb(a) - 'details' AS body FROM views.alarm a
    WHERE a.site = o.site AND (a.state = 'active' OR a.incident = o.incident)
    ORDER BY a.state, a.raised_at, a.id LIMIT 50) found
"""
_HISTORY = """
SELECT jsonb_build_object('of', o.id, 'work_order', w.id, 'at', w.ended_at, 'state', w.state, 'summary', w.summary,
    'cause', w.cause, 'result', w.result, 'reason', w.reason, 'technician_name', w.technician_name,
    'questions', coalesce((SELECT jsonb_agg(jsonb_build_object('text', q.text, 'answers', q.answers) ORDER BY q.at)
        FROM views.question q WHERE q.work_order = w.id), '[]'::jsonb)) AS body
FROM unnest(%s::text[], %s::text[]) AS o (id, site) CROSS JOIN LATERAL (
    SELECT * FROM views.work_order w
    WHERE w.site = o.site AND w.id <> o.id AND w.state IN ('done', 'failed') ORDER BY w.ended_at DESC LIMIT 5) w
"""
_REPEATS = """
SELECT jsonb_build_object('of', o.id, 'count', count(DISTINCT e.ticket)) AS body
FROM views.work_order o
JOIN views.work_order e ON e.site = o.site AND e.ticket <> o.ticket AND e.state = 'done'
    AND e.ended_at > o.offered_at - make_interval(days => %s) AND e.ended_at <= o.offered_at
WHERE o.id = ANY(%s) AND EXISTS (
    SELECT FROM views.need now, views.need before
    WHERE now.id = ANY(o.needs) AND before.id = ANY(e.needs) AND now.alarm_type = before.alarm_type)
GROUP BY o.id
"""
_RECORDS = """
SELECT to_jsonb(r) - 'site' - 'region' - 'domain' || jsonb_build_object('of', work_order) AS body
FROM views.record r WHERE work_order = ANY(%s) ORDER BY at, recorded_at, id
"""
_PHOTOS = """
SELECT jsonb_build_object('of', work_order, 'id', id, 'kind', kind, 'name', name, 'at', at, 'bytes', bytes) AS body
FROM views.photo WHERE work_order = ANY(%s) ORDER BY at, id
"""
_QUESTIONS = """
SELECT jsonb_build_object('of', work_order, 'id', id, 'at', at, 'by', technician_name, 'text', text, 'photo', photo,
    'answers', answers) AS body
FROM views.question WHERE work_order = ANY(%s) ORDER BY at, id
"""
# Of the order, and what still runs at its site: whoever comes later stops it.
_RUNS = """
SELECT jsonb_build_object('of', o.id, 'id', r.id, 'started_at', r.started_at, 'stopped_at', r.stopped_at,
    'fuel_litres', r.fuel_litres, 'hours', r.hours, 'state', r.state, 'generator', r.generator) AS body
FROM unnest(%s::text[], %s::text[]) AS o (id, site)
JOIN views.generator_run r ON r.work_order = o.id OR (r.site = o.site AND r.stopped_at IS NULL)
ORDER BY r.started_at, r.id
"""
# What is mine to bring (and from which depot), and what stands at the site.
_GENERATORS = """
SELECT jsonb_build_object('of', o.id, 'id', g.id, 'name', g.name, 'kva', g.kva, 'state', g.state, 'depot', g.depot,
    'depot_name', g.depot_name, 'latitude', g.latitude, 'longitude', g.longitude, 'fetch_since', g.fetch_since,
    'fuel_ends_at', g.fuel_ends_at) AS body
FROM unnest(%s::text[], %s::text[]) AS o (id, site)
JOIN views.generator g ON g.work_order = o.id OR g.site = o.site
ORDER BY g.id
"""
_PLACES = """
SELECT jsonb_build_object('of', site, 'kind', kind, 'points', points, 'note', note, 'by', technician_name, 'at', at)
    AS body
FROM views.place WHERE state = 'current' AND site = ANY(%s)
"""
_ROUNDS = """
SELECT jsonb_build_object('of', ticket, 'name', plan || ' ' || number, 'words', words, 'required', false) AS body
FROM views.round_visit, jsonb_array_elements(checklist) WITH ORDINALITY AS c (words, number) WHERE ticket = ANY(%s)
ORDER BY number
"""


async def with_details(
    connection: Connection, person: str, orders: Sequence[dict[str, Any]], policy: VisitPolicy
) -> list[dict[str, Any]]:
    """Each order with all that the page of a job shows."""
    ids, sites = [order["id"] for order in orders], [order["site"] for order in orders]
    tickets = {one["id"]: one for one in await bodies(connection, _TICKETS, ([one["ticket"] for one in orders],))}
    incidents = [tickets.get(order["ticket"], {}).get("incident") for order in orders]
    needs = {one["id"]: one for one in await bodies(connection, _NEEDS, (_all(order["needs"] for order in orders),))}
    crews = {one["id"]: one for one in await bodies(connection, _CREW, (_all(map(_crew, orders)),))}
    alarms = _grouped(await bodies(connection, _ALARMS, (ids, sites, incidents)))
    history = _grouped(await bodies(connection, _HISTORY, (ids, sites)))
    repeats = {one["of"]: one["count"] for one in await bodies(connection, _REPEATS, (policy.repeat_days, ids))}
    records = _grouped(await bodies(connection, _RECORDS, (ids,)))
    photos = _grouped(await bodies(connection, _PHOTOS, (ids,)))
    questions = _grouped(await bodies(connection, _QUESTIONS, (ids,)))
    places = _grouped(await bodies(connection, _PLACES, (sites,)))
    rounds = _grouped(await bodies(connection, _ROUNDS, ([one["ticket"] for one in orders],)))
    runs = _grouped(await bodies(connection, _RUNS, (ids, sites)))
    generators = _grouped(await bodies(connection, _GENERATORS, (ids, sites)))
    return [
        order
        | _of_needs([needs[one] for one in order["needs"] if one in needs], policy, rounds[order["ticket"]])
        | {
            "ticket_title": tickets.get(order["ticket"], {}).get("title", order["summary"]),
            "alarms": [alarm | {"name": name_of(alarm["alarm_type"])} for alarm in alarms[order["id"]]],
            "mates": [crews[one] for one in _crew(order) if one != person and one in crews],
            "lead": order["technician"] == person,
            "history": history[order["id"]],
            "repeats": repeats.get(order["id"], 0),
            "places": _places(places[order["site"]]),
            "records": records[order["id"]],
            "photos": photos[order["id"]],
            "questions": questions[order["id"]],
            "runs": runs[order["id"]],
            "generators": generators[order["id"]],
            "customer": None,
        }
        for order in orders
    ]


def _crew(order: dict[str, Any]) -> list[str]:
    return [order["technician"], *order["mates"]]


def _all(lists: Iterable[Iterable[str]]) -> list[str]:
    return sorted({one for group in lists for one in group})


def _grouped(rows: list[dict[str, Any]]) -> Rows:
    """By what each row is of."""
    groups: Rows = defaultdict(list)
    for row in rows:
        groups[row.pop("of")].append(row)
    return groups


def _of_needs(needs: list[dict[str, Any]], policy: VisitPolicy, of_round: list[dict[str, Any]]) -> dict[str, Any]:
    """What follows from what is wanted there: first steps, parts, checklist (with that of its round) and readings."""
    kinds, types = frozenset(need["kind"] for need in needs), dict.fromkeys(need["alarm_type"] for need in needs)
    known = [CATALOGUE[alarm_type] for alarm_type in types if alarm_type in CATALOGUE]
    parts = list(dict.fromkeys(part for alarm in known for part in alarm.parts))
    return {
        "needs": needs,
        "first_steps": {
            "zh": [step for alarm in known for step in alarm.first_steps_zh],
            "en": [step for alarm in known for step in alarm.first_steps_en],
        },
        "parts": {"zh": [policy.parts_zh.get(part, part) for part in parts], "en": parts},
        "checks": [
            {"name": name, "words": _words(one.words), "required": one.required and policy.done_wants_checks}
            for name, one in policy.checks_for(kinds, frozenset(types)).items()
        ]
        + of_round,
        "asked_readings": [
            {"name": name, "words": _words(one.words), "unit": one.unit, "low": one.low, "high": one.high}
            for name, one in policy.readings_for(kinds, frozenset(types)).items()
        ],
    }


def _words(words: Any) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}


def _places(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The corrections in force: `site` and `parking` as one point each, `track` as a line."""
    by_kind = {row["kind"]: row for row in rows}
    track = by_kind.get("track")
    return {
        **{kind: _point(by_kind[kind]) if kind in by_kind else None for kind in ("site", "parking")},
        "track": track["points"] if track else None,
    }


def _point(row: dict[str, Any]) -> dict[str, Any]:
    latitude, longitude = row["points"][0]
    return {"latitude": latitude, "longitude": longitude, "note": row["note"], "by": row["by"], "at": row["at"]}
