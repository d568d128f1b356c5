"""What the desk works with: categories, one customer with the history, contacts that are inspected."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field

from complaints import care_policy, shown_items
from dashboards.centre.system import HERE
from dashboards.routes.common import COMPLAINTS, SITES, Body, ComplaintViewer, Registrar, ShiftLeader, apply, seen
from dashboards.routes.complaints import CONTACTS, PROMISES
from guywire.commands.complaints import ScoreContact
from guywire.database import Connection, rows_of
from guywire.errors import not_found
from guywire.identity import Permission, User, in_region
from guywire.identity.permissions import PERMISSIONS
from guywire.model import Role
from guywire.web import Database, Key, Running
from guywire.web.listing import Filter, Listing, Page, fetch, fetch_one, list_page, newest_first, within

router = APIRouter(prefix="/api/v1", tags=["complaints"])

CUSTOMERS = Listing("customer")
WISHES = Listing("customer_wish")
CONTACT_INSPECTIONS = newest_first("contact_inspection", "wanted_at")
HISTORY = timedelta(days=90)
_AGENTS = [
    role.value
    for role, granted in PERMISSIONS.items()
    if {Permission.REGISTER_COMPLAINTS, Permission.VIEW_COMPLAINTS} <= granted
]
_SEEN = """
SELECT a.id AS name, a.role, a.region, greatest(a.session_used_at, a.acted_at) AS seen_at FROM views.account a
WHERE a.role = ANY(%s)
"""
_HIDDEN = frozenset({"phone_digits"})

_Points = Annotated[int, Field(ge=0, le=100)]


class Scoring(Body):
    scores: dict[str, _Points] = Field(max_length=100)
    remark: str = Field(default="", max_length=2000)
    version: int | None = None


@router.get("/complaint-categories")
async def list_categories(_: ComplaintViewer, service: Running) -> dict[str, Any]:
    """The categories as policy has them now, with questions, due times, and what may be promised or granted."""
    return care_policy.policy_file(service.settings.data_dir).current().shown()


@router.get("/customers/{customer}")
async def get_customer(customer: str, user: ComplaintViewer, database: Database) -> dict[str, Any]:
    """One customer with the complaints of 90 days, open ones first, and the promises that stand."""
    found, sites = await customer_seen(database, user, customer)
    since = datetime.now(UTC) - HISTORY
    theirs = [Filter("v.customer = %s AND v.registered_at > %s", (customer, since)), *within(user, "complaint")]
    complaints = await fetch(database, COMPLAINTS, theirs)
    ids = [one["id"] for one in complaints]
    standing = [Filter("v.complaint = ANY(%s) AND v.ended_at IS NULL", (ids,))]
    wishes = await fetch(database, WISHES, [Filter("v.id = %s", (found["phone_digits"],))])
    shown = {name: value for name, value in found.items() if name not in _HIDDEN}
    return shown | {
        "sites": [{name: site[name] for name in ("id", "name", "region")} for site in sites],
        "complaints": sorted(complaints, key=lambda one: one["state"] == "closed"),
        "promises": await fetch(database, PROMISES, standing),
        "wish": wishes[0] if wishes else None,
    }


@router.get("/agents")
async def list_agents(
    user: Registrar, _: ComplaintViewer, database: Database, complaint: Annotated[str, Query(max_length=200)]
) -> dict[str, Any]:
    """Whom a complaint can be handed over to: who works complaints and may see it; those who are there stand first."""
    region = (await fetch_one(database, COMPLAINTS, complaint, user))["region"]
    now = datetime.now(UTC)
    rows = await rows_of(database, _SEEN, (_AGENTS,))
    items = [
        {**row, "id": row["name"], "here": row["seen_at"] is not None and now - row["seen_at"] < HERE}
        for row in rows
        if in_region(User(row["name"], Role(row["role"]), row["region"], "", ""), region)
    ]
    return {"items": sorted(items, key=lambda one: (not one["here"], one["name"])), "next": None}


@router.get("/contact-inspections")
async def list_inspections(
    user: ComplaintViewer,
    database: Database,
    page: Page,
    state: Literal["wanted", "passed", "failed", "all"] = "wanted",
) -> Response:
    """质检: contacts that somebody looks at again; `wanted` were drawn by the sample and not looked at yet."""
    filters = within(user, "contact_inspection")
    if state != "all":
        filters.append(Filter("v.state = %s", (state,)))
    return await list_page(database, CONTACT_INSPECTIONS, filters, page)


@router.get("/contact-inspection-items")
async def list_items(_: ComplaintViewer, service: Running) -> dict[str, Any]:
    """What an inspection gives points for, with words and weight, and the score that passes."""
    return shown_items(care_policy.policy_file(service.settings.data_dir).current().inspection)


@router.post("/contact-inspections/{contact}/score")
async def score(contact: str, given: Scoring, user: ShiftLeader, service: Running, key: Key = None) -> dict[str, Any]:
    """Scores a contact, drawn or not; nobody inspects what they said themselves."""
    await seen(service, user, (CONTACTS, contact))
    return await apply(service, user, ScoreContact(contact=contact, **given.model_dump()), key, CONTACT_INSPECTIONS)


async def customer_seen(database: Connection, user: User, customer: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A customer and the sites that serve them.

    Raises `Refused`, as if there were none, when none of these sites is in the user's region.
    """
    found = await fetch(database, CUSTOMERS, [Filter("v.id = %s", (customer,))], limit=1)
    sites = await fetch(database, SITES, [Filter("v.id = ANY(%s)", (found[0]["serving_sites"],))]) if found else []
    if not found or (user.region and not any(in_region(user, site["region"]) for site in sites)):
        raise not_found("customer", customer)
    return found[0], sites
