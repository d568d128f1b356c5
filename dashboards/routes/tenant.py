"""The tenants' face: what an account of a tenant may see and say, all of it about its own sites alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from complaints import care_policy
from dashboards.centre.writing import Change, Done, write
from dashboards.routes.common import Body, Text
from dashboards.routes.complaints import InForce
from dashboards.routes.consents import tell_clocks
from dashboards.routes.reports import known_zone
from dashboards.tenants import agreements, consents, read
from dashboards.tenants.figures import figures
from guywire.commands import RegisterComplaint
from guywire.database import Connection
from guywire.errors import Refused, invalid
from guywire.identity import Permission, User
from guywire.service import Service
from guywire.web import Database, Key, Running, ask, require

router = APIRouter(prefix="/api/v1/tenant", tags=["tenant"])


def _tenant(user: Annotated[User, Depends(require(Permission.VIEW_OWN_EQUIPMENT))]) -> User:
    if not user.tenant:
        raise Refused("forbidden", "no_tenant", "Your account names no tenant. Ask the response centre to mend it.")
    return user


Tenant = Annotated[User, Depends(_tenant)]


class NewFaultReport(Body):
    site: str = Field(min_length=1, max_length=64)
    category: str = Field(min_length=1, max_length=64)
    text: str = Field(min_length=1, max_length=2000)


class Answer(Body):
    granted: bool
    text: str = Field(default="", max_length=2000)
    version: int | None = None


class Judgement(Body):
    agreed: bool
    reason: str = Field(default="", max_length=2000)
    version: int | None = None


@router.get("/sites")
async def list_sites(user: Tenant, database: Database, text: Text = None) -> dict[str, Any]:
    """The tenant's sites, what is down first; 500 at the most, and how many there are of each state."""
    return await read.sites(database, user, text or "")


@router.get("/sites/{site}")
async def get_site(site: str, user: Tenant, policy: InForce, database: Database) -> dict[str, Any]:
    """One site with its outages, what is planned there, and what was reported of it."""
    now = datetime.now(UTC)
    found = await read.site(database, user, site)
    return found | {
        "outages": await read.outages(database, user, policy, now, site),
        "works": await read.works(database, user, now, site),
        "fault_reports": await read.fault_reports(database, user, site),
    }


@router.get("/outages")
async def list_outages(user: Tenant, policy: InForce, database: Database) -> dict[str, Any]:
    """Outages of sixty days, what goes on first: cause, what is being done, and when it should end."""
    return _list(await read.outages(database, user, policy, datetime.now(UTC)))


@router.get("/works")
async def list_works(user: Tenant, database: Database) -> dict[str, Any]:
    """Works, announced power cuts and weather at the tenant's sites, the soonest first."""
    return _list(await read.works(database, user, datetime.now(UTC)))


@router.get("/fault-categories")
async def list_categories(_: Tenant, service: Running) -> dict[str, Any]:
    """What a fault report can be about."""
    return _list([{name: one[name] for name in ("id", "zh", "en")} for one in _categories(service)])


@router.get("/fault-reports")
async def list_fault_reports(user: Tenant, database: Database) -> dict[str, Any]:
    """What the tenant reported and what became of it, the newest first."""
    return _list(await read.fault_reports(database, user))


@router.get("/fault-reports/{report}")
async def get_fault_report(report: str, user: Tenant, database: Database) -> dict[str, Any]:
    return read.only(await read.fault_reports(database, user, report=report), "fault_report", report)


@router.post("/fault-reports", status_code=201)
async def report_fault(given: NewFaultReport, user: Tenant, service: Running, key: Key = None) -> dict[str, Any]:
    """申告: registers a fault at a site of the tenant's; whose it is goes by the account, never by what is sent."""
    async with service.pool.connection() as connection:
        await read.site(connection, user, given.site)
    if given.category not in {one["id"] for one in _categories(service)}:
        raise invalid("unknown_category", "category: choose one of /tenant/fault-categories.")
    command = RegisterComplaint(channel="tenant", tell=False, tenant=user.tenant, **given.model_dump())
    complaint = str((await ask(service, user, command, key))["id"])
    async with service.pool.connection() as connection:
        return await get_fault_report(complaint, user, connection)


@router.get("/consents")
async def list_consents(user: Tenant, database: Database) -> dict[str, Any]:
    """What the tenant was asked to consent to; what waits for an answer first."""
    return _list(await read.consents(database, user))


@router.post("/consents/{consent}/answer")
async def answer_consent(
    consent: str, given: Answer, user: Tenant, service: Running, key: Key = None
) -> dict[str, Any]:
    """Whether a generator may run for the tenant's equipment; the ticket's clocks run on."""
    async with service.pool.connection() as connection:
        read.only(await read.consents(connection, user, consent), "consent", consent)
    state, now = "granted" if given.granted else "refused", datetime.now(UTC)

    async def work(connection: Connection) -> Done:
        return await consents.end(connection, user, consent, state, given.text, given.version, now)

    await write(service, user, key, Change("answer_consent", [consent, given], work))
    await tell_clocks(service, user, consent)
    async with service.pool.connection() as connection:
        return read.only(await read.consents(connection, user, consent), "consent", consent)


@router.get("/tickets")
async def list_tickets(user: Tenant, policy: InForce, database: Database) -> dict[str, Any]:
    """Tickets of the tenant's outages and reports in sixty days, with what it said of how they ended."""
    return _list(await read.tickets(database, user, policy, datetime.now(UTC)))


@router.post("/tickets/{ticket}/agreement")
async def judge(
    ticket: str, given: Judgement, user: Tenant, policy: InForce, service: Running, key: Key = None
) -> dict[str, Any]:
    """Agrees to how a ticket was ended, or says why not: the response centre sees it before the ticket is archived."""
    now = datetime.now(UTC)
    async with service.pool.connection() as connection:
        found = read.only(await read.tickets(connection, user, policy, now, ticket), "ticket", ticket)

    async def work(connection: Connection) -> Done:
        return await agreements.judge(connection, user, found, given.agreed, given.reason, given.version, now)

    await write(service, user, key, Change("judge_ticket", [ticket, given], work))
    async with service.pool.connection() as connection:
        return read.only(await read.tickets(connection, user, policy, now, ticket), "ticket", ticket)


@router.get("/figures")
async def get_figures(
    user: Tenant,
    database: Database,
    months: Annotated[int, Query(ge=1, le=13)] = 6,
    zone: Annotated[str, Query(max_length=100)] = "UTC",
) -> dict[str, Any]:
    """Availability, restoring, voltage and breaches month by month, the contract's terms, and how all is counted."""
    return await figures(database, user, months, known_zone(zone), datetime.now(UTC))


def _categories(service: Service) -> list[dict[str, Any]]:
    """Those that an outage may explain: the others are a customer's own affairs."""
    known = care_policy.policy_file(service.settings.data_dir).current().shown()["items"]
    return [one for one in known if one["network"]]


def _list(items: Any) -> dict[str, Any]:
    return {"items": items, "next": None}
