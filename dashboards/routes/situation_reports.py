"""Reports on an incident or a mass outage: drafted from what is known, sent as the reporter leaves them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from complaints.policy import Policy as ComplaintPolicy
from dashboards.centre.policy import CentrePolicy
from dashboards.centre.situation import Of, draft, send, sent_reports
from dashboards.centre.situation_due import Kind
from dashboards.centre.situation_facts import about_emergency, about_incident, gather
from dashboards.centre.writing import Change, Done
from dashboards.routes.common import (
    EMERGENCIES,
    INCIDENTS,
    SITUATION_REPORTS,
    Body,
    TicketManager,
    Viewer,
    recorded,
)
from guywire.database import Connection
from guywire.identity import User
from guywire.policy_file import PolicyFile
from guywire.web import Database, Key, Running
from guywire.web.listing import Filter, Page, fetch_one, list_page

router = APIRouter(prefix="/api/v1", tags=["situation reports"])

_KindAsked = Annotated[Kind | None, Query(description="the next one that is due, where it is left out")]


class Words(BaseModel):
    zh: str = Field(max_length=8000)
    en: str = Field(max_length=8000)


class Report(Body):
    kind: Kind
    title: Words
    text: Words


@dataclass(frozen=True, slots=True)
class Desk:
    """What drafting wants beside the database: the terms in force."""

    centre: PolicyFile[CentrePolicy]
    complaints: PolicyFile[ComplaintPolicy]

    async def facts(self, connection: Connection, of: Of, user: User, now: datetime) -> dict[str, Any]:
        """What is known now. Not found where the user may not see it."""
        if of.incident:
            about = about_incident(await fetch_one(connection, INCIDENTS, of.incident, user))
        else:
            about = await about_emergency(connection, await fetch_one(connection, EMERGENCIES, of.emergency, user))
        policy = self.centre.current().situation_report
        return await gather(connection, about, policy, self.complaints.current(), user.name, now)


def desk_of(request: Request) -> Desk:
    return Desk(request.app.state.centre_policy, request.app.state.complaint_policy)


Drafting = Annotated[Desk, Depends(desk_of)]


def of_incident(incident: str) -> Of:
    return Of(incident=incident)


def of_emergency(emergency: str) -> Of:
    return Of(emergency=emergency)


OfIncident = Annotated[Of, Depends(of_incident)]
OfEmergency = Annotated[Of, Depends(of_emergency)]


@router.get("/incidents/{incident}/situation-reports")
async def list_of_incident(of: OfIncident, user: Viewer, database: Database, page: Page) -> Response:
    """Those that were sent of an incident, the newest first."""
    await fetch_one(database, INCIDENTS, of.incident, user)
    return await list_page(database, SITUATION_REPORTS, [Filter("v.incident = %s", (of.incident,))], page)


@router.get("/emergencies/{emergency}/situation-reports")
async def list_of_emergency(of: OfEmergency, user: Viewer, database: Database, page: Page) -> Response:
    """Those that were sent of a mass outage, the newest first."""
    await fetch_one(database, EMERGENCIES, of.emergency, user)
    return await list_page(database, SITUATION_REPORTS, [Filter("v.emergency = %s", (of.emergency,))], page)


@router.get("/incidents/{incident}/situation-reports/draft")
async def draft_of_incident(
    of: OfIncident, user: Viewer, database: Database, desk: Drafting, kind: _KindAsked = None
) -> dict[str, Any]:
    """The next report of an incident, ready to be sent."""
    return await _draft(database, of, user, desk, kind)


@router.get("/emergencies/{emergency}/situation-reports/draft")
async def draft_of_emergency(
    of: OfEmergency, user: Viewer, database: Database, desk: Drafting, kind: _KindAsked = None
) -> dict[str, Any]:
    """The next report of a mass outage, ready to be sent."""
    return await _draft(database, of, user, desk, kind)


@router.post("/incidents/{incident}/situation-reports", status_code=201)
async def send_of_incident(
    of: OfIncident, given: Report, user: TicketManager, service: Running, desk: Drafting, key: Key = None
) -> dict[str, Any]:
    """Keeps a report of an incident as the reporter left it."""
    return await recorded(service, user, key, _sending(of, given, user, desk), SITUATION_REPORTS)


@router.post("/emergencies/{emergency}/situation-reports", status_code=201)
async def send_of_emergency(
    of: OfEmergency, given: Report, user: TicketManager, service: Running, desk: Drafting, key: Key = None
) -> dict[str, Any]:
    """Keeps a report of a mass outage as the reporter left it."""
    return await recorded(service, user, key, _sending(of, given, user, desk), SITUATION_REPORTS)


async def _draft(database: Connection, of: Of, user: User, desk: Desk, kind: Kind | None) -> dict[str, Any]:
    facts = await desk.facts(database, of, user, datetime.now(UTC))
    return draft(kind, facts, await sent_reports(database, of), desk.centre.current().situation_report)


def _sending(of: Of, given: Report, user: User, desk: Desk) -> Change:
    now = datetime.now(UTC)

    async def work(transaction: Connection) -> Done:
        facts = await desk.facts(transaction, of, user, now)
        return await send(transaction, user, of, given.model_dump(), facts, now)

    return Change("send_situation_report", [of, given], work)
