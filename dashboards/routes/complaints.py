"""Complaints: which outage a caller is in, registering, the list, and one with its outage."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, LiteralString, Self

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from psycopg import sql
from pydantic import BaseModel, Field, model_validator

from complaints import Policy, care_policy, digits_of, outage_context, outage_of, tracking_path
from dashboards.routes.common import COMPLAINTS, Body, ComplaintViewer, OutageViewer, Registrar, Text
from guywire import identity
from guywire.commands import RegisterComplaint
from guywire.database import Connection
from guywire.errors import Refused, invalid
from guywire.identity import User
from guywire.policy_file import PolicyFile
from guywire.web import Database, Key, Running, ask
from guywire.web.listing import Filter, Ids, Page, fetch, fetch_one, list_page, newest_first, within

router = APIRouter(prefix="/api/v1", tags=["complaints"])


PROMISES = newest_first("promise", "made_at")
CONTACTS = newest_first("contact", "at")
MESSAGES = newest_first("customer_message", "at")

EMAIL = r"^([^@\s{}]{1,64}@[\w.-]{1,130})?$"
Answers = dict[Annotated[str, Field(max_length=64)], Annotated[str, Field(max_length=500)]]


class NewComplaint(Body):
    channel: str = Field(min_length=1, max_length=50)
    text: str = Field(max_length=4000)
    phone: str = Field(default="", max_length=50)
    customer_id: str = Field(default="", max_length=200)
    site: str = Field(default="", max_length=200)
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    category: str = Field(default="", max_length=64)
    heat: Literal["calm", "annoyed", "heated"] = "calm"
    email: str = Field(default="", max_length=200, pattern=EMAIL)
    language: Literal["", "zh", "en"] = ""
    answers: Answers = Field(default={}, max_length=50)
    tell: bool = True
    call: str = Field(default="", max_length=128)

    @model_validator(mode="after")
    def _place_is_whole(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("latitude and longitude go together")
        return self


class Question(BaseModel):
    """Which complaints; `queue` is one of the desk's, or one of the policy's."""

    state: Literal["open", "linked", "restored", "closed", "all"] = "all"
    queue: Text = None
    incident: Text = None
    customer: Text = None
    owner: Text = None
    category: Text = None
    parent: Text = None
    site: Text = None
    phone: Text = None
    text: Text = None


def _policy(request: Request) -> Policy:
    """The policy in force: the operator's file over what ships."""
    policies: PolicyFile[Policy] = request.app.state.complaint_policy
    return policies.current()


Asked = Annotated[Question, Depends()]
InForce = Annotated[Policy, Depends(_policy)]

OF_PHONE: LiteralString = "right(regexp_replace(v.phone, '[^0-9]', '', 'g'), 11) = %s"
_INCIDENT: LiteralString = "v.incident = %s"
_CUSTOMER: LiteralString = "v.customer = %s"
_OWNER: LiteralString = "v.owner = %s"
_CATEGORY: LiteralString = "v.category = %s"
_PARENT: LiteralString = "v.parent = %s"
_SITE: LiteralString = "v.site = %s"
# one by one: the planner has no idea how often a word occurs, and would look for all of them first
_WORDS: LiteralString = (
    "(SELECT w.words LIKE ALL(string_to_array(lower(%s), ' ')) FROM views.complaint_words w WHERE w.id = v.id)"
)
_WITH_WORDS: LiteralString = (
    "SELECT w.id FROM views.complaint_words w WHERE w.words LIKE ALL(string_to_array(lower(%s), ' '))"
    " AND w.grams @> core.grams_sought(string_to_array(lower(%s), ' '))"
)
_QUEUES: dict[str, LiteralString] = {
    "call_back": "v.state = 'restored' AND v.call_back_at <= now() AND v.asked_at IS NULL",
    "overdue": "v.due_at < now() AND v.state <> 'closed'",
    "promises": "v.promise_due_at IS NOT NULL AND v.state <> 'closed'"
    " AND v.id IN (SELECT p.complaint FROM views.promise p WHERE p.ended_at IS NULL)",  # few: not to ask each complaint
    "leader": "v.leader_at IS NOT NULL AND (v.state <> 'closed' OR v.leader_reason = 'dissatisfied')",
}
_ORDERS: dict[str, LiteralString] = {
    "call_back": "v.vip DESC, v.restored_at, v.id",
    "overdue": "v.due_at, v.id",
    "promises": "v.promise_due_at, v.id",
    "leader": "v.leader_at, v.id",
}


@router.get("/outage-context")
async def get_outage_context(  # noqa: PLR0913 - by name: each is another way to ask
    user: OutageViewer,
    database: Database,
    policy: InForce,
    phone: Annotated[str | None, Query(min_length=3, max_length=50)] = None,
    site: Text = None,
    latitude: Annotated[float | None, Query(ge=-90, le=90)] = None,
    longitude: Annotated[float | None, Query(ge=-180, le=180)] = None,
    customer_id: Text = None,
) -> Any:
    """Which outage a caller is in, by phone number, customer, site or place: what can be told to the customer.

    A customer of several places is asked for by `customer_id` and `site`.
    """
    place = [site is not None, latitude is not None or longitude is not None]
    asked_by = [phone is not None, *place] if customer_id is None else [True, phone is not None, place[1]]
    if sum(asked_by) != 1 or (latitude is None) != (longitude is None):
        raise invalid("ask_by_one", "Ask by phone, by customer_id, by site, or by latitude and longitude together.")
    about = await outage_context(
        database,
        phone=phone,
        site=site,
        latitude=latitude,
        longitude=longitude,
        customer_id=customer_id,
        region=user.region,
        now=datetime.now(UTC),
        policy=policy,
    )
    if not identity.in_region(user, about["region"]):
        raise Refused("forbidden", "outside_region", "This is not in your region. Ask the response centre about it.")
    return about


@router.get("/complaints")
async def list_complaints(user: ComplaintViewer, database: Database, page: Page, asked: Asked) -> Response:
    """Complaints, the newest first; the queues that are worked through stand in the order of their work."""
    filters = filters_of(asked, user)
    if (order := _ORDERS.get(asked.queue or "")) is None:
        return await list_page(database, COMPLAINTS, filters, page)
    return JSONResponse({"items": await _worked_through(database, filters, order, page.limit), "next": None})


@router.post("/complaints", status_code=201)
async def register(
    given: NewComplaint, user: Registrar, _: OutageViewer, service: Running, key: Key = None
) -> dict[str, Any]:
    """Registers a complaint; answers it with the `outage` that it was linked to, or null. Calls come from everywhere:
    who is bound to a region takes one from elsewhere too, and learns nothing of the outage there."""
    registered = await ask(service, user, RegisterComplaint(**given.model_dump()), key)
    return registered if identity.in_region(user, registered.get("region")) else registered | {"outage": None}


@router.get("/complaints/{complaint}")
async def get_complaint(
    complaint: str, user: ComplaintViewer, database: Database, service: Running, policy: InForce
) -> dict[str, Any]:
    """One complaint with its `outage`, or null, and all that hangs on it."""
    found = await fetch_one(database, COMPLAINTS, complaint, user)
    mine = [Filter("v.complaint = %s", (complaint,))]
    care = care_policy.policy_file(service.settings.data_dir).current()
    here = within(user, "complaint")
    parent = [Filter("v.id = %s", (found["parent"],)), *here] if found["parent"] else None
    tracking = await tracking_path(database, complaint)
    return found | {
        "outage": await outage_of(database, complaint, now=datetime.now(UTC), policy=policy),
        "promises": sorted(await fetch(database, PROMISES, mine), key=lambda one: one["ended_at"] is not None),
        "contacts": await fetch(database, CONTACTS, mine),
        "messages": await fetch(database, MESSAGES, mine),
        "children_of_it": await fetch(database, COMPLAINTS, [Filter("v.parent = %s", (complaint,)), *here]),
        "parent_of_it": next(iter(await fetch(database, COMPLAINTS, parent)), None) if parent else None,
        "tracking": tracking,
        "tracking_url": f"{public_url}{tracking}" if (public_url := service.settings.public_url.rstrip("/")) else None,
        "category_of_it": care.shown_category(found["category"]),
    }


def filters_of(asked: Question, user: User) -> list[Filter]:
    """What keeps a list to the complaints that are asked for, and to the user's region."""
    return [*within(user, "complaint"), *_filters(asked), *_queue(asked.queue, user)]


def _filters(asked: Question) -> list[Filter]:
    """What is said of the complaints that are wanted."""
    filters = [] if asked.state == "all" else [Filter("v.state = %s", (asked.state,))]
    for clause, value in (
        (_INCIDENT, asked.incident),
        (_CUSTOMER, asked.customer),
        (_OWNER, asked.owner),
        (_CATEGORY, asked.category),
        (_PARENT, asked.parent),
        (_SITE, asked.site),
    ):
        if value:
            filters.append(Filter(clause, (value,)))
    if asked.phone:
        filters.append(Filter(OF_PHONE, (digits_of(asked.phone),)))
    return [*filters, *_with_words((asked.text or "").split())]


def _with_words(words: list[str]) -> list[Filter]:
    """What keeps to the complaints in which all these words occur, anywhere."""
    if not words:
        return []
    patterns = " ".join(f"%{_plain(word)}%" for word in words)
    return [Filter(_WORDS, (patterns,), Ids(_WITH_WORDS, (patterns, " ".join(words))))]


def _queue(queue: str | None, user: User) -> list[Filter]:
    if queue is None or queue == "all":
        return []
    if queue == "mine":
        return [Filter("v.owner = %s AND v.state <> 'closed'", (user.name,))]
    known = _QUEUES.get(queue)
    return [Filter(known)] if known else [Filter("v.queue = %s AND v.state <> 'closed'", (queue,))]


async def _worked_through(
    database: Connection, filters: list[Filter], order: LiteralString, limit: int
) -> list[dict[str, Any]]:
    """The first of a queue in the order in which it is worked through: it changes too fast for pages."""
    query = sql.SQL("SELECT to_jsonb(v) AS body FROM views.complaint v WHERE {} ORDER BY {} LIMIT %s").format(
        sql.SQL(" AND ").join(sql.SQL(one.clause) for one in filters), sql.SQL(order)
    )
    values = [value for one in filters for value in one.values]
    return [row["body"] for row in await (await database.execute(query, [*values, limit])).fetchall()]


def _plain(word: str) -> str:
    """A word as it stands in a pattern of LIKE."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
