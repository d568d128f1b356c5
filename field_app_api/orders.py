"""What a technician may see of work orders: the own ones, each with the fault in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from field_app_api.common import bodies, body
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
_OWN = " WHERE (w.technician = %(person)s OR %(person)s = ANY(w.mates))"


async def orders_of(connection: Connection, technician_id: str) -> list[dict[str, Any]]:
    """The technician's open orders, most urgent first, then those that ended in the last twelve hours."""
    found = await bodies(
        connection,
        _ORDER + _OWN + " AND (w.ended_at IS NULL OR w.ended_at > now() - interval '12 hours')"
        " ORDER BY w.ended_at IS NOT NULL, w.priority, w.planned_arrival_at, w.ended_at DESC, w.id",
        {"person": technician_id},
    )
    return [_in_words(order) for order in found]


async def order_of(connection: Connection, technician_id: str, order_id: str) -> dict[str, Any]:
    """One own order. Refused as not found when it is somebody else's: an id is not to be guessed."""
    order = await body(
        connection, _ORDER + _OWN + " AND w.id = %(order)s", {"person": technician_id, "order": order_id}
    )
    if order is None:
        raise not_found("work_order", order_id)
    return _in_words(order)


def name_of(alarm_type: str) -> dict[str, str]:
    """What an alarm type is called, by language; a type that the catalogue does not know goes by its id."""
    known = CATALOGUE.get(alarm_type)
    return {"zh": known.zh, "en": known.en} if known else {"zh": alarm_type, "en": alarm_type}


def fault_of(alarm_types: Iterable[str], summary: str) -> dict[str, str]:
    """What is wrong, in words; the summary where no alarm is behind it."""
    names = [name_of(alarm_type) for alarm_type in dict.fromkeys(alarm_types) if alarm_type]
    return {
        "zh": "、".join(name["zh"] for name in names) or summary,
        "en": ", ".join(name["en"] for name in names) or summary,
    }


def for_technician(order: dict[str, Any]) -> dict[str, Any]:
    """The order without what it says of the others who were not chosen: where they are is theirs."""
    return order | {"explanation": {"why": order["explanation"].get("why")}}


def _in_words(order: dict[str, Any]) -> dict[str, Any]:
    return for_technician(order) | {"fault": fault_of(order.pop("needs_alarm_types"), order["summary"])}
