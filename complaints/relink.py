"""What explains a complaint that stands already, decided anew: after a change of it, or of what is around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import msgspec

from complaints import find
from complaints.care.model import Complaint, State
from complaints.explain import Asking, Explained, Place, explain_all
from complaints.policy import Policy
from guywire.database import Connection, Row

_KEEP = """
UPDATE complaints.complaint c SET state = n.state, incident_id = n.incident_id, link_reason = n.link_reason,
    restored_at = n.restored_at, site_id = n.site_id, customer_id = n.customer_id, look_at = %(now)s,
    version = c.version + 1, domain = coalesce((SELECT s.domain FROM views.site s WHERE s.id = n.site_id), '')
FROM jsonb_to_recordset(%(links)s::jsonb) AS n (complaint_id text, state text, incident_id text, link_reason text,
    restored_at timestamptz, site_id text, customer_id text) WHERE c.complaint_id = n.complaint_id
"""


async def explain_again(
    connection: Connection, complaints: Sequence[Mapping[str, Any]], now: datetime, policy: Policy
) -> list[Explained]:
    """The best explanation of each complaint, given by the columns of its row, from what is known of it now.

    Whoever was still out after an outage is not explained by one that is over.
    """
    by_phone, by_id = await _callers(connection, complaints)
    asking = []
    for one in complaints:
        customers = _callers_of(one, by_phone, by_id)
        asking.append(Asking(customers, _place(one, customers)))
    explained = await explain_all(connection, asking, now, policy)
    return [_believed(one, complaint) for one, complaint in zip(explained, complaints, strict=True)]


def link_values(explained: Explained) -> dict[str, Any]:
    """The columns that say what explains a complaint: open without a link, restored when the outage is over."""
    if explained.link is None:
        return {"state": State.OPEN, "incident_id": None, "link_reason": "", "restored_at": None}
    one = explained.link.affected
    over_at = one.ended_at if one.is_over else None
    return {
        "state": State.RESTORED if over_at else State.LINKED,
        "incident_id": one.incident,
        "link_reason": explained.link.reason,
        "restored_at": over_at,
    }


async def keep_links(connection: Connection, found: Sequence[tuple[Row, Explained]], now: datetime) -> list[str]:
    """Writes what explains complaints (by their rows); where nothing does they stay as they are. The ids written."""
    links = [
        link_values(one) | _whose(one, row) | {"complaint_id": row["complaint_id"]} for row, one in found if one.link
    ]
    if links:
        await connection.execute(_KEEP, {"links": msgspec.json.encode(links).decode(), "now": now})
    return [link["complaint_id"] for link in links]


async def relink(connection: Connection, complaints: Sequence[Complaint], now: datetime, policy: Policy) -> None:
    """Writes into each complaint what explains it now."""
    rows = [asdict(one) for one in complaints]
    explained = await explain_again(connection, rows, now, policy)
    for complaint, row, one in zip(complaints, rows, explained, strict=True):
        for name, value in (link_values(one) | _whose(one, row)).items():
            setattr(complaint, name, value)
    domains = await find.domains(connection, {one.site_id for one in complaints})
    for complaint in complaints:
        complaint.domain = domains.get(complaint.site_id, "")


def _whose(explained: Explained, complaint: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that say where and whose it is, once something explains it."""
    if explained.link is None:
        return {}
    customer = explained.customer["id"] if explained.customer else complaint["customer_id"]
    return {"site_id": explained.site, "customer_id": customer}


def unlink(complaint: Complaint) -> None:
    """Nothing explains it: no outage may."""
    if complaint.state is State.LINKED:
        complaint.state, complaint.incident_id, complaint.link_reason = State.OPEN, None, ""


def _believed(explained: Explained, complaint: Mapping[str, Any]) -> Explained:
    over = explained.link is not None and explained.link.affected.is_over
    return replace(explained, link=None) if over and complaint["still_out_at"] else explained


async def _callers(
    connection: Connection, complaints: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, list[Row]], dict[str, Row]]:
    """Everybody who may have complained: by the digits of a number where no customer is named, and by id."""
    proven = [one for one in complaints if not one["unproven"]]
    by_phone = await find.customers_by_phones(connection, (one["phone"] for one in proven if not one["customer_id"]))
    return by_phone, await find.customers(connection, (one["customer_id"] for one in proven))


def _callers_of(complaint: Mapping[str, Any], by_phone: Mapping[str, list[Row]], by_id: Mapping[str, Row]) -> list[Row]:
    if complaint["unproven"]:
        return []
    if not complaint["customer_id"]:
        return by_phone.get(find.digits_of(complaint["phone"]), [])
    known = by_id.get(complaint["customer_id"])
    return [known] if known else []


def _place(complaint: Mapping[str, Any], customers: Sequence[Row]) -> Place:
    """Where the trouble is. A site that was only the nearest to a position says no more than the position."""
    by_position = complaint["latitude"] is not None or any(
        one["latitude"] is not None and not one["serving_sites"] for one in customers
    )
    site = "" if by_position else complaint["site_id"]
    return Place(site, complaint["latitude"], complaint["longitude"], complaint["tenant"])
