"""Reports on an incident or a mass outage: drafted from what is known, sent as the reporter leaves them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from complaints.policy import Policy as ComplaintPolicy
from dashboards.centre.policy import CentrePolicy
from dashboards.centre.situation import SITUATION_TEXTS, Of, draft, parts_of, send, sent_reports, shown_to
from dashboards.centre.situation_due import Kind
from dashboards.centre.situation_facts import (
    About,
    about_emergency,
    about_incident,
    gather,
    part_of,
    regions_of,
)
from dashboards.centre.writing import Change, Done, write
from dashboards.routes.common import EMERGENCIES, INCIDENTS, Body, TicketManager, Viewer, refuse_beyond
from guywire.database import Connection
from guywire.identity import User
from guywire.model import is_below
from guywire.policy_file import PolicyFile
from guywire.service import Service
from guywire.web import Database, Key, Running
from guywire.web.listing import Filter, Page, fetch, fetch_one, list_page

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

    async def about(self, connection: Connection, of: Of, user: User) -> tuple[About, list[str]]:
        """The whole of it, and its regions. Not found where the user may not see it."""
        if of.incident:
            incident = await fetch_one(connection, INCIDENTS, of.incident, user)
            return await about_incident(connection, incident), incident["regions"]
        about = await about_emergency(connection, await fetch_one(connection, EMERGENCIES, of.emergency, user))
        return about, await regions_of(connection, about)

    async def facts(self, connection: Connection, about: About, user: User, now: datetime) -> dict[str, Any]:
        """What is known now."""
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
    theirs = Filter("v.incident = %s", (of.incident,))
    return await list_page(database, SITUATION_TEXTS, [theirs, shown_to(user.region)], page)


@router.get("/emergencies/{emergency}/situation-reports")
async def list_of_emergency(of: OfEmergency, user: Viewer, database: Database, page: Page) -> Response:
    """Those that were sent of a mass outage, the newest first."""
    await fetch_one(database, EMERGENCIES, of.emergency, user)
    theirs = Filter("v.emergency = %s", (of.emergency,))
    return await list_page(database, SITUATION_TEXTS, [theirs, shown_to(user.region)], page)


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
    return await _sent(service, user, key, _sending(of, given, user, desk))


@router.post("/emergencies/{emergency}/situation-reports", status_code=201)
async def send_of_emergency(
    of: OfEmergency, given: Report, user: TicketManager, service: Running, desk: Drafting, key: Key = None
) -> dict[str, Any]:
    """Keeps a report of a mass outage as the reporter left it."""
    return await _sent(service, user, key, _sending(of, given, user, desk))


async def _draft(database: Connection, of: Of, user: User, desk: Desk, kind: Kind | None) -> dict[str, Any]:
    """Of who is bound to a region only what lies in there, said so by `of_region` and `left_out`."""
    about, regions = await desk.about(database, of, user)
    left_out = [region for region in regions if not is_below(region, user.region)]
    facts = await desk.facts(database, part_of(about, user.region) if left_out else about, user, datetime.now(UTC))
    sent = await sent_reports(database, of, user.region)
    drafted = draft(kind, facts, sent, desk.centre.current().situation_report)
    return drafted | {"of_region": user.region if left_out else None, "left_out": left_out}


def _sending(of: Of, given: Report, user: User, desk: Desk) -> Change:
    now = datetime.now(UTC)

    async def work(transaction: Connection) -> Done:
        about, regions = await desk.about(transaction, of, user)
        for region in regions:  # a series is of the whole: who sees a part of it writes none
            refuse_beyond(user, region)
        facts = {"": await desk.facts(transaction, about, user, now)}
        for region in parts_of(regions):
            facts[region] = await desk.facts(transaction, part_of(about, region), user, now)
        return await send(transaction, user, of, given.model_dump(), facts, regions, now)

    return Change("send_situation_report", [of, given], work)


async def _sent(service: Service, user: User, key: str | None, change: Change) -> dict[str, Any]:
    report = await write(service, user, key, change)
    async with service.pool.connection() as connection:
        named = Filter("v.id = %s", (report,))
        [sent] = await fetch(connection, SITUATION_TEXTS, [named, shown_to(user.region)], 1)
    return sent
