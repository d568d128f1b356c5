"""What explains a complaint that stands already, decided anew: after a change of it, or of what is around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from complaints import find
from complaints.care.model import Complaint, State
from complaints.explain import Explained, Place, explain
from complaints.policy import Policy
from guywire.database import Connection, Row


async def explain_again(
    connection: Connection, complaint: Mapping[str, Any], now: datetime, policy: Policy
) -> Explained:
    """The best explanation of a complaint, given by the columns of its row, from what is known of it now.

    Whoever was still out after an outage is not explained by one that is over.
    """
    customers = await _callers(connection, complaint)
    explained = await explain(connection, customers, _place(complaint, customers), now, policy)
    if explained.link and explained.link.affected.is_over and complaint["still_out_at"]:
        return replace(explained, link=None)
    return explained


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


async def relink(connection: Connection, complaint: Complaint, now: datetime, policy: Policy, *, network: bool) -> None:
    """Writes into the complaint what explains it now; nothing does where no outage may (`network`)."""
    if not network:
        if complaint.state is State.LINKED:
            complaint.state, complaint.incident_id, complaint.link_reason = State.OPEN, None, ""
        return
    explained = await explain_again(connection, asdict(complaint), now, policy)
    for name, value in link_values(explained).items():
        setattr(complaint, name, value)
    if explained.link:
        complaint.site_id = explained.site
        complaint.customer_id = explained.customer["id"] if explained.customer else complaint.customer_id
    where = await find.site(connection, complaint.site_id)
    complaint.domain = where["domain"] if where else ""


async def _callers(connection: Connection, complaint: Mapping[str, Any]) -> list[Row]:
    if complaint["unproven"]:
        return []
    if not complaint["customer_id"]:
        return await find.customers_by_phone(connection, complaint["phone"])
    known = await find.customer(connection, complaint["customer_id"])
    return [known] if known else []


def _place(complaint: Mapping[str, Any], customers: Sequence[Row]) -> Place:
    """Where the trouble is. A site that was only the nearest to a position says no more than the position."""
    by_position = complaint["latitude"] is not None or any(
        one["latitude"] is not None and not one["serving_sites"] for one in customers
    )
    site = "" if by_position else complaint["site_id"]
    return Place(site, complaint["latitude"], complaint["longitude"], complaint["tenant"])
