"""What a technician may see: the own work orders, each with the fault in words, live alarms and first steps."""

from __future__ import annotations

from typing import Any

from guywire.catalogue import CATALOGUE
from guywire.database import Connection
from guywire.errors import not_found

_ORDER = (
    "SELECT to_jsonb(w) || jsonb_build_object('needs_alarm_types', n.alarm_types, 'kinds', n.kinds,"
    " 'site_down_at', n.site_down_at) AS body FROM views.work_order w CROSS JOIN LATERAL ("
    " SELECT coalesce(jsonb_agg(alarm_type ORDER BY id), '[]') AS alarm_types,"
    " coalesce(jsonb_agg(DISTINCT kind), '[]') AS kinds, min(site_down_at) AS site_down_at"
    " FROM views.need WHERE id = ANY(w.needs)) n"
)


async def orders_of(connection: Connection, technician_id: str) -> list[dict[str, Any]]:
    """The technician's open orders, most urgent first, then those that ended in the last twelve hours."""
    bodies = await _bodies(
        connection,
        _ORDER + " WHERE w.technician = %s AND (w.ended_at IS NULL OR w.ended_at > now() - interval '12 hours')"
        " ORDER BY w.ended_at IS NOT NULL, w.priority, w.planned_arrival_at, w.ended_at DESC, w.id",
        (technician_id,),
    )
    return [_in_words(body) for body in bodies]


async def order_of(connection: Connection, technician_id: str, order_id: str) -> dict[str, Any]:
    """One own order with its `ticket_title`, `needs`, the place's `alarms` and `first_steps`.

    Refused as not found when it is somebody else's: an id is not to be guessed.
    """
    order = await _body(connection, _ORDER + " WHERE w.id = %s AND w.technician = %s", (order_id, technician_id))
    if order is None:
        raise not_found("work_order", order_id)
    ticket = await _body(connection, "SELECT to_jsonb(t) AS body FROM views.ticket t WHERE id = %s", (order["ticket"],))
    needs = await _bodies(
        connection, "SELECT to_jsonb(n) AS body FROM views.need n WHERE id = ANY(%s) ORDER BY id", (order["needs"],)
    )
    alarms = await _bodies(
        connection,
        "SELECT to_jsonb(a) - 'details' AS body FROM views.alarm a WHERE site = %s"
        " AND (state = 'active' OR incident = %s) ORDER BY state, raised_at, id LIMIT 50",
        (order["site"], (ticket or {}).get("incident")),
    )
    return _in_words(order) | {
        "ticket_title": (ticket or {}).get("title", order["summary"]),
        "needs": needs,
        "alarms": [alarm | {"name": name_of(alarm["alarm_type"])} for alarm in alarms],
        "first_steps": _first_steps([need["alarm_type"] for need in needs]),
    }


def name_of(alarm_type: str) -> dict[str, str]:
    """What an alarm type is called, by language; a type that the catalogue does not know goes by its id."""
    known = CATALOGUE.get(alarm_type)
    return {"zh": known.zh, "en": known.en} if known else {"zh": alarm_type, "en": alarm_type}


def for_technician(order: dict[str, Any]) -> dict[str, Any]:
    """The order without what it says of the others who were not chosen: where they are is theirs."""
    return order | {"explanation": {"why": order["explanation"].get("why")}}


def _in_words(order: dict[str, Any]) -> dict[str, Any]:
    """The order with `fault`: what is wrong there, in words; its summary where no alarm is behind it."""
    names = [name_of(alarm_type) for alarm_type in dict.fromkeys(order.pop("needs_alarm_types")) if alarm_type]
    said = {language: "、".join(name[language] for name in names) for language in ("zh", "en")}
    said["en"] = said["en"].replace("、", ", ")
    return for_technician(order) | {"fault": {language: words or order["summary"] for language, words in said.items()}}


def _first_steps(alarm_types: list[str]) -> dict[str, list[str]]:
    """The catalogue's first steps for these types, once each, by language."""
    known = [CATALOGUE[alarm_type] for alarm_type in dict.fromkeys(alarm_types) if alarm_type in CATALOGUE]
    return {
        "zh": [step for alarm in known for step in alarm.first_steps_zh],
        "en": [step for alarm in known for step in alarm.first_steps_en],
    }


async def _bodies(connection: Connection, query: Any, values: tuple[object, ...]) -> list[dict[str, Any]]:
    return [row["body"] for row in await (await connection.execute(query, values)).fetchall()]


async def _body(connection: Connection, query: Any, values: tuple[object, ...]) -> dict[str, Any] | None:
    bodies = await _bodies(connection, query, values)
    return bodies[0] if bodies else None
