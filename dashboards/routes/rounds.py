"""Rounds and what follows work: planned visits, findings, inspections of closed tickets, learned times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

import msgspec
from fastapi import APIRouter, Response
from pydantic import Field

from dashboards.routes.common import TICKETS, WORK_ORDERS, Body, Text, TicketManager, Viewer, WorkOrderManager, seen
from dispatch.review import policy as review
from dispatch.rounds import policy as rounds
from guywire.commands.rounds import InspectTicket, RecordFinding
from guywire.web import Database, Key, Running, ask
from guywire.web.listing import Filter, Listing, Page, fetch, list_page, newest_first, within

router = APIRouter(prefix="/api/v1", tags=["rounds"])

ROUND_VISITS = newest_first("round_visit", "due_at")
FINDINGS = newest_first("finding", "at")
INSPECTIONS = newest_first("inspection", "wanted_at")
SERVICE_TIMES = Listing("service_time")
RESULTS = Listing("inspection_result", "month", descending=True)

_Name = Annotated[str, Field(min_length=1, max_length=200)]
_Points = Annotated[int, Field(ge=0, le=100)]


class Found(Body):
    """`id` makes saying it twice safe; without one it is a new finding each time."""

    work_order: _Name
    text: str = Field(min_length=1, max_length=2000)
    severity: Literal["critical", "major", "minor", "warning"]
    id: UUID | None = None
    skills: tuple[_Name, ...] = Field(default=(), max_length=20)
    photo: UUID | None = None


class Inspecting(Body):
    scores: dict[str, _Points] = Field(max_length=100)
    remark: str = Field(default="", max_length=2000)
    version: int | None = None


@router.get("/round-plans")
async def list_plans(_: Viewer, service: Running) -> dict[str, Any]:
    """The plans of rounds as policy has them now."""
    plans: Mapping[str, Any] = msgspec.to_builtins(rounds.policy_file(service.settings.data_dir).current().plans)
    return {"items": [{"id": name, **plan} for name, plan in sorted(plans.items())], "next": None}


@router.get("/round-visits")
async def list_visits(
    user: Viewer,
    database: Database,
    page: Page,
    state: Literal["open", "done", "dropped", "all"] = "open",
    plan: Text = None,
    site: Text = None,
) -> Response:
    """Visits of rounds, the last due first; `open` are those to be made."""
    filters = within(user, "round_visit")
    if state != "all":
        filters.append(Filter("v.state = %s", (state,)))
    if plan:
        filters.append(Filter("v.plan = %s", (plan,)))
    if site:
        filters.append(Filter("v.site = %s", (site,)))
    return await list_page(database, ROUND_VISITS, filters, page)


@router.get("/findings")
async def list_findings(
    user: Viewer, database: Database, page: Page, work_order: Text = None, site: Text = None
) -> Response:
    """What visits found, the newest first, each with its ticket once that is opened."""
    filters = within(user, "finding")
    if work_order:
        filters.append(Filter("v.work_order = %s", (work_order,)))
    if site:
        filters.append(Filter("v.site = %s", (site,)))
    return await list_page(database, FINDINGS, filters, page)


@router.post("/findings", status_code=201)
async def record_finding(given: Found, user: WorkOrderManager, service: Running, key: Key = None) -> dict[str, Any]:
    """Records what a crew reports by voice, or what its photos show; it becomes a ticket of its own."""
    await seen(service, user, (WORK_ORDERS, given.work_order))
    command = RecordFinding(
        finding=str(given.id or uuid4()),
        photo=str(given.photo or ""),
        **given.model_dump(include={"work_order", "text", "severity", "skills"}),
    )
    return await ask(service, user, command, key)


@router.get("/inspections")
async def list_inspections(
    user: Viewer, database: Database, page: Page, state: Literal["wanted", "passed", "failed", "all"] = "wanted"
) -> Response:
    """质检: closed tickets that somebody looks at again; `wanted` were drawn by the sample and not looked at yet."""
    filters = within(user, "inspection")
    if state != "all":
        filters.append(Filter("v.state = %s", (state,)))
    return await list_page(database, INSPECTIONS, filters, page)


@router.get("/inspection-items")
async def list_items(_: Viewer, service: Running) -> dict[str, Any]:
    """What an inspection gives points for, with words and weight, and the score that passes."""
    policy = review.policy_file(service.settings.data_dir).current().inspection
    items: Mapping[str, Any] = msgspec.to_builtins(policy.items)
    shown = [{"id": name, **item} for name, item in items.items()]
    return {"items": shown, "next": None, "pass_score": policy.pass_score}


@router.get("/inspection-results")
async def list_results(user: Viewer, database: Database) -> dict[str, Any]:
    """How the work of each technician and company was found, month by month, the newest first."""
    return {"items": await fetch(database, RESULTS, within(user, "inspection_result")), "next": None}


@router.post("/inspections/{ticket}")
async def inspect(
    ticket: str, given: Inspecting, user: TicketManager, service: Running, key: Key = None
) -> dict[str, Any]:
    """Inspects a closed ticket, drawn or not; nobody inspects what they closed."""
    await seen(service, user, (TICKETS, ticket))
    return await ask(service, user, InspectTicket(ticket=ticket, **given.model_dump()), key)


@router.get("/service-times")
async def list_service_times(_: Viewer, database: Database, page: Page) -> Response:
    """How long crews are on site, by kind of need, subject (alarm type, or `round:<plan>`) and site class."""
    return await list_page(database, SERVICE_TIMES, [], page)
