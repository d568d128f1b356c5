"""Incidents: the list, and one with everything that hangs on it."""

from __future__ import annotations

from typing import Annotated, Any, Literal, LiteralString

from fastapi import APIRouter, Query, Request, Response

from alarm_correlation.policies import Policies
from dashboards.centre.beside import announced_for, sites_of, standing_claim
from dashboards.incident_story import cause_tree, timeline
from dashboards.names import named
from dashboards.routes.common import COMPLAINTS, CORRECTIONS, NEEDS, TICKETS, WORK_ORDERS, Viewer, incidents_for
from dashboards.unheard import unheard
from guywire import identity
from guywire.database import Connection
from guywire.identity import Permission, User
from guywire.model import Severity
from guywire.web import Database
from guywire.web.listing import Filter, Listing, Page, fetch, fetch_one, fetch_rows, list_page, within

router = APIRouter(prefix="/api/v1/incidents", tags=["incidents"])

_MEMBERS = Listing("alarm", "raised_at", "timestamptz")
_MOST_MEMBERS = 5_000
"""Of a larger incident those that were raised first are shown: the root is among them."""
_MOST_CORRECTIONS = 200

_SPEAKS_OF: LiteralString = "(v.incident = %s OR v.alarm = ANY(%s) OR v.cause_alarm = ANY(%s))"
_COMMENTS = "SELECT to_jsonb(v) AS body FROM views.alarm_comment v WHERE alarm = ANY(%s) ORDER BY at LIMIT 500"
_NOTES = """
SELECT to_jsonb(v) AS body FROM views.ticket_note v
WHERE ticket = ANY(%s) AND kind <> 'order' -- what orders say stands in their own steps
ORDER BY at LIMIT 500
"""
_STEPS = "SELECT to_jsonb(v) AS body FROM views.work_order_step v WHERE work_order = ANY(%s) ORDER BY at LIMIT 500"


@router.get("")
async def list_incidents(
    user: Viewer,
    database: Database,
    page: Page,
    state: Literal["open", "closed", "merged", "all"] = "open",
    severity: Annotated[list[Severity] | None, Query(max_length=5)] = None,
) -> Response:
    """Incidents, the newest first."""
    filters = within(user, "incident")
    if state != "all":
        filters.append(Filter("v.state = %s", (state,)))
    if severity:
        filters.append(Filter("v.severity = ANY(%s)", ([str(one) for one in severity],)))
    return await list_page(database, incidents_for(user), filters, page)


@router.get("/{incident}")
async def get_incident(incident: str, user: Viewer, database: Database, request: Request) -> dict[str, Any]:
    """One incident with its alarms as a tree of causes, tickets, needs, work orders, complaints and timeline, as far as
    the user's region goes."""
    found = await fetch_one(database, incidents_for(user), incident, user)
    policies: Policies = request.app.state.policies
    _, causes = policies.current()
    return found | {"unheard": unheard(causes, found["root"])} | await _belongings(database, found, user)


async def _belongings(database: Connection, incident: dict[str, Any], user: User) -> dict[str, Any]:
    """What hangs on the incident, each as far as the user's region goes: an incident may cross many."""
    of_incident = Filter("v.incident = %s", (incident["id"],))
    alarms = await fetch(database, _MEMBERS, [of_incident, *within(user, "alarm")], _MOST_MEMBERS)
    of_alarms = Filter(_SPEAKS_OF, (incident["id"], _ids(alarms), _ids(alarms)))
    corrections = await fetch(database, CORRECTIONS, [of_alarms, *within(user, "correction")], _MOST_CORRECTIONS)
    tickets = await fetch(database, TICKETS, [of_incident, *within(user, "ticket")])
    of_tickets = Filter("v.ticket = ANY(%s)", ([ticket["id"] for ticket in tickets],))
    orders = await fetch(database, WORK_ORDERS, [of_tickets, *within(user, "work_order")])
    complaints = [of_incident, *within(user, "complaint")]
    may_see_complaints = identity.may(user, Permission.VIEW_COMPLAINTS)
    story = timeline(
        incident,
        alarms,
        await fetch_rows(database, _COMMENTS, (_ids(alarms),)),
        tickets,
        await fetch_rows(database, _NOTES, (_ids(tickets),)),
        await fetch_rows(database, _STEPS, (_ids(orders),)),
        corrections,
    )
    return {
        "alarms": alarms,
        "tree": cause_tree(alarms),
        "corrections": corrections,
        "tickets": tickets,
        "needs": await fetch(database, NEEDS, [of_tickets, *within(user, "need")]),
        "work_orders": orders,
        "complaints": await fetch(database, COMPLAINTS, complaints) if may_see_complaints else [],
        "claim": await standing_claim(database, incident["id"]),
        "announcements": await announced_for(database, sites_of(incident), user),
        "timeline": await named(database, story),
    }


def _ids(rows: list[dict[str, Any]]) -> list[str]:
    return [row["id"] for row in rows]
