"""Generators: depots and machines, which sites want one, and the runs that are the proof of what is paid for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, NamedTuple

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime, Field
from starlette.requests import HTTPConnection

from dashboards.routes.common import (
    DEPOTS,
    GENERATOR_RUNS,
    GENERATORS,
    SITES,
    TECHNICIANS,
    Body,
    Text,
    Viewer,
    apply,
    download,
    refuse_beyond,
    seen,
)
from dashboards.routes.common import WorkOrderManager as Manager
from dashboards.spreadsheet import spreadsheet
from dispatch.generators.wanted import generator_needs
from dispatch.part_policies import PartPolicyFiles
from dispatch.policy import policy_file
from guywire import identity
from guywire.commands.generators import MoveGenerator, PutDepot, PutGenerator
from guywire.database import Connection
from guywire.errors import invalid
from guywire.identity import User
from guywire.service import Service
from guywire.web import Database, Key, Running
from guywire.web.listing import Filter, Listing, Page, fetch, fetch_one, list_page, within

router = APIRouter(prefix="/api/v1", tags=["generators"])

_RUNS = """
SELECT id, work_order, ticket, site, site_name, array_to_string(tenants, ';') AS tenants, region, generator, kva,
       technician, technician_name, company, started_at, stopped_at, clock_hours, hours, fuel_litres, kwh,
       cardinality(photos) AS photos,
       (SELECT string_agg(f ->> 'code', ';') FROM jsonb_array_elements(flags) f) AS flags
FROM views.generator_run
WHERE (%(region)s = '' OR region = %(region)s OR starts_with(region, %(region)s || '/'))
    AND (%(site)s::text IS NULL OR site = %(site)s)
    AND started_at >= coalesce(%(since)s, '-infinity'::timestamptz)
    AND started_at < coalesce(%(until)s, 'infinity'::timestamptz)
ORDER BY started_at, id LIMIT 50000
"""
_MONTHS = """
SELECT month, tenant, site, site_name, region, company, runs, flagged, round(hours::numeric, 2)::float8 AS hours,
       round(fuel_litres::numeric, 2)::float8 AS fuel_litres, round(kwh::numeric, 2)::float8 AS kwh
FROM views.generator_month
WHERE (%(region)s = '' OR region = %(region)s OR starts_with(region, %(region)s || '/'))
    AND (%(site)s::text IS NULL OR site = %(site)s)
    AND month = %(month)s
ORDER BY tenant, site, company
"""


class NewDepot(Body):
    id: str = Field(min_length=1, max_length=100)
    name: str = Field(default="", max_length=200)
    region: str = Field(min_length=1, max_length=200)
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    closed: bool = False


class NewGenerator(Body):
    id: str = Field(min_length=1, max_length=100)
    kva: float = Field(gt=0, le=100_000)
    depot: str = Field(default="", max_length=100, description="where it belongs: this, or `technician`")
    technician: str = Field(default="", max_length=200)
    name: str = Field(default="", max_length=200)
    tank_litres: float = Field(default=0.0, ge=0, le=100_000)
    litres_per_hour: float = Field(default=0.0, ge=0, le=100_000)


class Moved(Body):
    to: Literal["free", "at_site", "out_of_order"]
    site: str = Field(default="", max_length=200)
    reason: str = Field(default="", max_length=2000)
    version: int | None = None


@router.get("/depots")
async def list_depots(user: Viewer, database: Database, page: Page) -> Response:
    return await list_page(database, DEPOTS, within(user, "depot"), page)


@router.post("/depots", status_code=201)
async def put_depot(given: NewDepot, user: Manager, service: Running, key: Key = None) -> dict[str, Any]:
    """A depot as it is from now on: a new one, or a change of one."""
    refuse_beyond(user, given.region)
    async with service.pool.connection() as connection:
        await _refuse_others(connection, user, DEPOTS, given.id)
    command = PutDepot(depot=given.id, **given.model_dump(exclude={"id"}))
    return await apply(service, user, command, key, DEPOTS)


@router.get("/generators")
async def list_generators(
    user: Viewer, database: Database, page: Page, state: Text = None, site: Text = None, to_fetch: bool = False
) -> Response:
    """Machines and where they are; with `to_fetch` those at a site that does not want them any more."""
    filters = within(user, "generator")
    if state:
        filters.append(Filter("v.state = %s", (state,)))
    if site:
        filters.append(Filter("v.site = %s", (site,)))
    if to_fetch:
        filters.append(Filter("v.fetch_since IS NOT NULL"))
    return await list_page(database, GENERATORS, filters, page)


@router.post("/generators", status_code=201)
async def put_generator(given: NewGenerator, user: Manager, service: Running, key: Key = None) -> dict[str, Any]:
    """A machine as it is from now on; where it is and what it does stays."""
    async with service.pool.connection() as connection:
        await _refuse_others(connection, user, GENERATORS, given.id)
        if given.depot:
            await fetch_one(connection, DEPOTS, given.depot, user)
        if given.technician:
            await fetch_one(connection, TECHNICIANS, given.technician, user)
    command = PutGenerator(generator=given.id, **given.model_dump(exclude={"id"}))
    return await apply(service, user, command, key, GENERATORS)


@router.get("/generators/{generator}")
async def get_generator(generator: str, user: Viewer, database: Database) -> dict[str, Any]:
    return await fetch_one(database, GENERATORS, generator, user)


@router.post("/generators/{generator}/move")
async def move_generator(
    generator: str, given: Moved, user: Manager, service: Running, key: Key = None
) -> dict[str, Any]:
    """Says by hand where a machine is: back where it belongs, at a site, or out of order."""
    await seen(service, user, (GENERATORS, generator), *([(SITES, given.site)] if given.site else []))
    command = MoveGenerator(generator=generator, **given.model_dump())
    return await apply(service, user, command, key, GENERATORS)


class _Policies:
    """What is in force of dispatch's policies."""

    def __init__(self, service: Service) -> None:
        self.dispatching = policy_file(service.settings.data_dir)
        self.parts = PartPolicyFiles(service.settings.data_dir)


def _policies(connection: HTTPConnection, service: Running) -> _Policies:
    state = connection.app.state
    if not hasattr(state, "dispatch_policies"):
        state.dispatch_policies = _Policies(service)
    found: _Policies = state.dispatch_policies
    return found


@router.get("/generator-needs")
async def list_generator_needs(
    user: Viewer, database: Database, policies: Annotated[_Policies, Depends(_policies)], site: Text = None
) -> dict[str, Any]:
    """Which sites want a generator, how large and by when, and who could bring one: the soonest to run out first."""
    now = datetime.now(UTC)
    found = await generator_needs(database, now, policies.dispatching.current(), policies.parts.current())
    seen = [one for one in found if identity.in_region(user, one["region"]) and site in (None, one["site"])]
    return {"items": seen, "next": None}


class _Period(NamedTuple):
    since: datetime | None
    until: datetime | None


def _period(
    since: Annotated[AwareDatetime | None, Query(alias="from")] = None, until: AwareDatetime | None = None
) -> _Period:
    """From when on, and before when, a run started."""
    return _Period(since, until)


@router.get("/generator-runs")
async def list_runs(
    user: Viewer,
    database: Database,
    page: Page,
    period: Annotated[_Period, Depends(_period)],
    site: Text = None,
    flagged: bool | None = None,
    csv: bool = False,
) -> Response:
    """Runs, the newest first, with what contradicts each in `flags`; with `csv` all of them as a table."""
    if csv:
        return _table(await _rows(database, _RUNS, user, site, **period._asdict()), "generator-runs.csv")
    filters = within(user, "generator_run")
    if period.since:
        filters.append(Filter("v.started_at >= %s", (period.since,)))
    if period.until:
        filters.append(Filter("v.started_at < %s", (period.until,)))
    if site:
        filters.append(Filter("v.site = %s", (site,)))
    if flagged is not None:
        filters.append(Filter("(v.flags <> '[]') = %s", (flagged,)))
    return await list_page(database, GENERATOR_RUNS, filters, page)


@router.get("/generator-runs/months/{month}", response_model=None)
async def sums_of_month(
    month: Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")],
    user: Viewer,
    database: Database,
    site: Text = None,
    csv: bool = False,
) -> Response | dict[str, Any]:
    """What each tenant has to pay for at each site, by company: runs, hours, fuel; shared equally at shared sites."""
    rows = await _rows(database, _MONTHS, user, site, month=month)
    return _table(rows, f"generators-{month}.csv") if csv else {"items": rows, "next": None}


async def _rows(
    connection: Connection, query: str, user: User, site: str | None, **values: object
) -> list[dict[str, Any]]:
    scope = {"region": user.region, "site": site, **values}
    return list(await (await connection.execute(query.encode(), scope)).fetchall())


def _table(rows: Sequence[Mapping[str, Any]], name: str) -> Response:
    return download(spreadsheet(list(rows[0]) if rows else [], rows), name)


async def _refuse_others(connection: Connection, user: User, listing: Listing, key: str) -> None:
    """What there is already under that id must be the user's to change."""
    found = await fetch(connection, listing, [Filter("v.id = %s", (key,))], limit=1)
    if found and not identity.in_region(user, found[0]["region"]):
        raise invalid("id_taken", f"{key} is somebody else's {listing.view} already: choose another id.")
