"""Problems: the causes behind faults that come back, raised by dispatch or opened by people, until they are gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field, model_validator

from dashboards.centre.problem_faults import faults_at
from dashboards.routes.common import (
    INCIDENTS,
    PROBLEMS,
    SITES,
    TICKETS,
    Body,
    Text,
    Viewer,
    WorkOrderManager,
    incidents_for,
    person_named,
    refuse_beyond,
    seen,
)
from guywire.commands.problems import CommentProblem, EditProblem, LinkProblem, MoveProblem, OpenProblem
from guywire.errors import invalid, not_found
from guywire.identity import Permission, User, in_region
from guywire.service import Service
from guywire.web import Database, Key, Running, ask
from guywire.web.listing import Filter, Listing, Page, fetch, fetch_one, list_page, within

router = APIRouter(prefix="/api/v1/problems", tags=["problems"])

NOTES = Listing("problem_note", "at", "timestamptz")

_Id = Annotated[str, Field(min_length=1, max_length=200)]
_Said = Annotated[str, Field(max_length=2000)]
_Sites = Annotated[tuple[_Id, ...], Field(min_length=1, max_length=200)]
_Some = Annotated[tuple[_Id, ...], Field(max_length=500)]


class Opening(Body):
    title: str = Field(min_length=1, max_length=200)
    sites: _Sites
    why: _Said = ""
    alarm_type: str = Field(default="", max_length=100)
    tickets: _Some = ()
    incidents: _Some = ()
    responsible: str = Field(default="", max_length=200)
    report: str = Field(default="", max_length=100)


class Editing(Body):
    """What is left out stays as it is."""

    title: str | None = Field(default=None, max_length=200)
    why: _Said | None = None
    sites: _Sites | None = None
    responsible: str | None = Field(default=None, max_length=200)
    cause: _Said | None = None
    workaround: _Said | None = None
    version: int | None = None


class Linking(Body):
    tickets: _Some = ()
    incidents: _Some = ()

    @model_validator(mode="after")
    def _names_one(self) -> Linking:
        if not (self.tickets or self.incidents):
            raise ValueError("name a ticket or an incident")
        return self


class Commenting(Body):
    text: str = Field(min_length=1, max_length=2000)


class Moving(Body):
    to: Literal["known_error", "resolved", "closed", "open"]
    cause: _Said = ""
    workaround: _Said = ""
    solution: _Said = ""
    reason: _Said = ""
    version: int | None = None


@router.get("")
async def list_problems(
    user: Viewer,
    database: Database,
    page: Page,
    state: Literal["standing", "ended", "open", "known_error", "resolved", "closed", "all"] = "standing",
    site: Text = None,
) -> Response:
    """Causes behind faults that come back, the newest first; `standing` are those that have not ended."""
    filters = within(user, "problem")
    if state in ("standing", "ended"):
        filters.append(Filter("(v.ended_at IS NULL) = %s", (state == "standing",)))
    elif state != "all":
        filters.append(Filter("v.state = %s", (state,)))
    if site:
        filters.append(Filter("v.sites @> ARRAY[%s::text]", (site,)))
    return await list_page(database, PROBLEMS, filters, page)


@router.get("/faults")
async def list_faults(
    user: Viewer,
    database: Database,
    alarm_type: Annotated[str, Query(min_length=1, max_length=100)],
    site: Annotated[list[str], Query(min_length=1, max_length=200)],
    days: Annotated[int, Query(ge=1, le=366)] = 90,
) -> dict[str, Any]:
    """What one problem may be behind: the faults of a type at these sites lately, and what is open of it there."""
    return await faults_at(database, user, alarm_type, site, days)


@router.get("/{problem}")
async def get_problem(problem: str, user: Viewer, database: Database) -> dict[str, Any]:
    """One with its `notes`, oldest first, and its tickets (`linked`) and incidents (`linked_incidents`), newest first;
    those beyond the user's region are only counted, in `elsewhere`."""
    found = await fetch_one(database, PROBLEMS, problem, user)
    tickets = await fetch(database, TICKETS, [Filter("v.id = ANY(%s)", (found["tickets"],)), *within(user, "ticket")])
    named = [*found["incidents"], *(one["incident"] for one in tickets if one["incident"])]
    theirs = [Filter("v.id = ANY(%s)", (named,)), *within(user, "incident")]
    incidents = await fetch(database, incidents_for(user), theirs)
    shown = {one["id"] for one in (*tickets, *incidents)}
    return found | {
        "linked": tickets,
        "linked_incidents": incidents,
        "elsewhere": sum(key not in shown for key in (*found["tickets"], *found["incidents"])),
        "notes": await fetch(database, NOTES, [Filter("v.problem = %s", (problem,))]),
    }


@router.post("", status_code=201)
async def open_problem(given: Opening, user: WorkOrderManager, service: Running, key: Key = None) -> dict[str, Any]:
    """Opens one for sites of one's region. 409 `already_open` where its fault has one at such a site."""
    await _check_named(service, user, given.sites, given.tickets, given.incidents)
    await _check_person(service, given.responsible, given.sites)
    return await ask(service, user, OpenProblem(**given.model_dump()), key)


@router.post("/{problem}")
async def edit_problem(
    problem: str, given: Editing, user: WorkOrderManager, service: Running, key: Key = None
) -> dict[str, Any]:
    """Says anew what is known of it, while it has not ended."""
    found = await _wholly_seen(service, user, problem)
    await _check_named(service, user, given.sites or ())
    await _check_person(service, given.responsible or "", given.sites or found["sites"])
    return await ask(service, user, EditProblem(problem=problem, **given.model_dump()), key)


@router.post("/{problem}/link")
async def link(
    problem: str, given: Linking, user: WorkOrderManager, service: Running, key: Key = None
) -> dict[str, Any]:
    """Faults that it is behind too."""
    return await _link(problem, given, user, service, key, unlink=False)


@router.post("/{problem}/unlink")
async def unlink(
    problem: str, given: Linking, user: WorkOrderManager, service: Running, key: Key = None
) -> dict[str, Any]:
    """Faults that it is not behind after all."""
    return await _link(problem, given, user, service, key, unlink=True)


@router.post("/{problem}/comment")
async def comment(
    problem: str, given: Commenting, user: WorkOrderManager, service: Running, key: Key = None
) -> dict[str, Any]:
    """A note in its story."""
    await seen(service, user, (PROBLEMS, problem))
    return await ask(service, user, CommentProblem(problem=problem, text=given.text), key)


@router.post("/{problem}/transitions")
async def move(
    problem: str, given: Moving, user: WorkOrderManager, service: Running, key: Key = None
) -> dict[str, Any]:
    """To a known error, resolved, closed without a solution, or open again."""
    await _wholly_seen(service, user, problem)
    return await ask(service, user, MoveProblem(problem=problem, **given.model_dump()), key)


async def _link(
    problem: str, given: Linking, user: User, service: Service, key: str | None, *, unlink: bool
) -> dict[str, Any]:
    await seen(service, user, (PROBLEMS, problem))
    await _check_named(service, user, (), given.tickets, given.incidents)
    command = LinkProblem(problem=problem, tickets=given.tickets, incidents=given.incidents, unlink=unlink)
    return await ask(service, user, command, key)


async def _wholly_seen(service: Service, user: User, problem: str) -> dict[str, Any]:
    """What is decided of it is decided of all its sites: raises `Refused` where some lie beyond the user's region."""
    [found] = await seen(service, user, (PROBLEMS, problem))
    for region in found["regions"]:
        refuse_beyond(user, region)
    return found


async def _check_named(
    service: Service,
    user: User,
    sites: tuple[str, ...],
    tickets: tuple[str, ...] = (),
    incidents: tuple[str, ...] = (),
) -> None:
    """Raises not found unless each is there, and the user's to see."""
    async with service.pool.connection() as connection:
        for listing, keys in ((SITES, sites), (TICKETS, tickets), (INCIDENTS, incidents)):
            among = Filter("v.id = ANY(%s)", (list(keys),))
            ids = replace(listing, body="to_jsonb(v.id)")
            found = set(map(str, await fetch(connection, ids, [among, *within(user, listing.view)])))
            if missing := next((key for key in keys if key not in found), None):
                raise not_found(listing.view, missing)


async def _check_person(service: Service, name: str, sites: Sequence[str]) -> None:
    """Raises `Refused` unless they work on problems, and of all these sites: they are told of them, and move it on."""
    sentence = "does not work on problems: choose somebody of the centre or of an area."
    person = await person_named(service, name, Permission.MANAGE_WORK_ORDERS, sentence)
    if person is None:
        return
    async with service.pool.connection() as connection:
        here = [Filter("v.id = ANY(%s)", (list(sites),))]
        regions = await fetch(connection, replace(SITES, body="to_jsonb(v.region)"), here)
    if not all(in_region(person, str(region)) for region in regions):
        sentence = f"{name} works in {person.region} alone: choose somebody who sees all of its sites."
        raise invalid("beyond_their_region", sentence)
