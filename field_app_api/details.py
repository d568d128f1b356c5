"""What a phone needs of each order to work on it without coverage, for all of a day's orders at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from dispatch.visits.policy import VisitPolicy
from field_app_api.common import several
from field_app_api.orders import name_of
from guywire.catalogue import CATALOGUE
from guywire.database import Connection

Rows = dict[str, list[dict[str, Any]]]

_LISTS = ("history", "known_errors", "records", "photos", "questions", "runs", "generators")
"""What an order has of each as it is read."""

_TITLES = "SELECT jsonb_build_object('id', id, 'title', title) AS body FROM views.ticket WHERE id = ANY(%s)"
_NEEDS = "SELECT to_jsonb(n) AS body FROM views.need n WHERE id = ANY(%s) ORDER BY id"
_CREW = (
    "SELECT jsonb_build_object('id', id, 'name', name, 'phone', phone) AS body FROM views.technician WHERE id = ANY(%s)"
)
_ALARMS = """
SELECT jsonb_build_object('of', o.id) || body AS body
FROM unnest(%s::text[], %s::text[], %s::text[]) AS o (id, site, ticket)
LEFT JOIN views.ticket t ON t.id = o.ticket CROSS JOIN LATERAL (
    SELECT to_jsonb(a) - 'details' AS body FROM views.alarm a
    WHERE a.site = o.site AND (a.state = 'active' OR a.incident = t.incident)
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
# As the console shows them beside a fault: those that it is linked to, before or after a merge; those of its type at
# its site; and what is known of its site whatever the type. Their story says who said the workaround last.
_KNOWN_ERRORS = """
WITH o AS MATERIALIZED (
    SELECT w.id, w.site, w.ticket, (SELECT t.incident FROM views.ticket t WHERE t.id = w.ticket) AS incident,
        ARRAY(SELECT n.alarm_type FROM views.need n WHERE n.id = ANY(w.needs)) AS alarm_types
    FROM views.work_order w WHERE w.id = ANY(%s)),
p AS MATERIALIZED (
    SELECT k.id, k.cause, k.workaround, k.sites, k.shares, k.shared,
        k.incidents || ARRAY(SELECT i.merged_into FROM views.incident i WHERE i.id = ANY(k.incidents)) AS incidents,
        k.tickets || ARRAY(SELECT t.duplicate_of FROM views.ticket t WHERE t.id = ANY(k.tickets)) AS tickets
    FROM views.problem k WHERE k.state = 'known_error')
SELECT jsonb_build_object('of', o.id, 'problem', p.id, 'cause', p.cause, 'workaround', p.workaround,
    'by', coalesce(a.person_name, said.actor), 'at', said.at) AS body
FROM o JOIN p ON o.incident = ANY(p.incidents) OR o.ticket = ANY(p.tickets)
    OR (o.site = ANY(p.sites) AND (p.shares IS DISTINCT FROM 'type' OR p.shared = ANY(o.alarm_types)))
LEFT JOIN LATERAL (SELECT n.actor, n.at FROM views.problem_note n
    WHERE n.problem = p.id AND (n.kind = 'known_error'
        OR (n.kind = 'edited' AND 'workaround' = ANY(string_to_array(n.text, ', '))))
    ORDER BY n.at DESC LIMIT 1) said ON true
LEFT JOIN views.every_account a ON a.id = said.actor
ORDER BY said.at DESC NULLS LAST, p.id
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
    ids, sites, tickets = ([order[name] for order in orders] for name in ("id", "site", "ticket"))
    found = await several(
        connection,
        {
            "titles": (_TITLES, (tickets,)),
            "needs": (_NEEDS, (_all(order["needs"] for order in orders),)),
            "crews": (_CREW, (_all(map(_crew, orders)),)),
            "alarms": (_ALARMS, (ids, sites, tickets)),
            "history": (_HISTORY, (ids, sites)),
            "repeats": (_REPEATS, (policy.repeat_days, ids)),
            "known_errors": (_KNOWN_ERRORS, (ids,)),
            "records": (_RECORDS, (ids,)),
            "photos": (_PHOTOS, (ids,)),
            "questions": (_QUESTIONS, (ids,)),
            "places": (_PLACES, (sites,)),
            "rounds": (_ROUNDS, (tickets,)),
            "runs": (_RUNS, (ids, sites)),
            "generators": (_GENERATORS, (ids, sites)),
        },
    )
    titles, needs, crews = ({one["id"]: one for one in found.pop(name)} for name in ("titles", "needs", "crews"))
    of = {name: _grouped(rows) for name, rows in found.items()}
    return [
        order
        | _of_needs([needs[one] for one in order["needs"] if one in needs], policy, of["rounds"][order["ticket"]])
        | {name: of[name][order["id"]] for name in _LISTS}
        | {
            "ticket_title": titles.get(order["ticket"], {}).get("title", order["summary"]),
            "alarms": [alarm | {"name": name_of(alarm["alarm_type"])} for alarm in of["alarms"][order["id"]]],
            "mates": [crews[one] for one in _crew(order) if one != person and one in crews],
            "lead": order["technician"] == person,
            "repeats": sum(one["count"] for one in of["repeats"][order["id"]]),
            "places": _places(of["places"][order["site"]]),
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
