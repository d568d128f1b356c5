"""What was said with customers: one's own contacts, a leader's all; and who was only answered is kept."""

from __future__ import annotations

from typing import Annotated, Any, LiteralString

from fastapi import APIRouter, Depends, Response
from pydantic import AwareDatetime, BaseModel, Field

from complaints import digits_of
from dashboards.routes.common import SITES, Body, ComplaintViewer, Registrar, Text
from dashboards.routes.complaint_desk import customer_seen
from dashboards.routes.complaints import CONTACTS, OF_PHONE
from guywire.commands.complaints import KeepAnswered
from guywire.errors import Refused
from guywire.identity import Permission, User, may
from guywire.service import Service
from guywire.web import Database, Key, Running, ask
from guywire.web.listing import Filter, Ids, Page, fetch, fetch_one, list_page

router = APIRouter(prefix="/api/v1", tags=["complaints"])

_WITH_PHONE: LiteralString = (
    "SELECT r.id FROM views.contact r WHERE r.sender = %s"
    " UNION ALL SELECT r.id FROM views.complaint c JOIN views.contact r ON r.complaint = c.id"
    " WHERE right(regexp_replace(c.phone, '[^0-9]', '', 'g'), 11) = %s"
)


class Answered(Body):
    """Who called and was only answered: by number, customer or site, or as much of it as is known."""

    channel: str = Field(min_length=1, max_length=32)
    text: str = Field(max_length=4000)
    phone: str = Field(default="", max_length=50)
    customer_id: str = Field(default="", max_length=200)
    site: str = Field(default="", max_length=200)
    call: str = Field(default="", max_length=128)


class Question(BaseModel):
    """Which contacts; `alone`: with (false) or without (true) a complaint."""

    since: AwareDatetime | None = None
    channel: Text = None
    by: Text = None
    phone: Text = None
    alone: bool | None = None


@router.get("/contacts")
async def list_contacts(
    user: ComplaintViewer, database: Database, page: Page, asked: Annotated[Question, Depends()]
) -> Response:
    """Contacts, the newest first: those that the asker made; a leader's are everybody's."""
    return await list_page(database, CONTACTS, [*_within(user), *_filters(asked, _made_by(asked, user))], page)


@router.post("/contacts", status_code=201)
async def keep_answered(
    given: Answered, user: Registrar, _: ComplaintViewer, service: Running, key: Key = None
) -> dict[str, Any]:
    """Keeps that somebody called and was only answered; who is bound to a region answers for nobody beyond."""
    if user.region:
        await _refuse_beyond(service, user, given)
    kept = await ask(service, user, KeepAnswered(**given.model_dump()), key)
    async with service.pool.connection() as connection:
        [shown] = await fetch(connection, CONTACTS, [Filter("v.id = %s", (kept["id"],))])
    return shown


async def _refuse_beyond(service: Service, user: User, given: Answered) -> None:
    async with service.pool.connection() as connection:
        if given.site:
            await fetch_one(connection, SITES, given.site, user)
        if given.customer_id:
            await customer_seen(connection, user, given.customer_id)


def _within(user: User) -> list[Filter]:
    """What keeps to the user's region, and to what they made themselves of a place that nobody knows."""
    if not user.region:
        return []
    values = (user.region, f"{user.region}/", user.name)
    return [Filter("(v.region = %s OR starts_with(v.region, %s) OR (v.region IS NULL AND v.by = %s))", values)]


def _made_by(asked: Question, user: User) -> str | None:
    """Whose contacts are listed; None: everybody's. Raises `Refused` for another's, but to a leader."""
    if may(user, Permission.LEAD_SHIFT):
        return asked.by
    if asked.by not in (None, user.name):
        raise Refused("forbidden", "contacts_of_another", "You see your own contacts. Ask the shift leader for others.")
    return user.name


def _filters(asked: Question, by: str | None) -> list[Filter]:
    digits = digits_of(asked.phone or "")
    wanted: list[tuple[object, Filter]] = [
        (by, Filter("v.by = %s", (by,))),
        (asked.since, Filter("v.at >= %s", (asked.since,))),
        (asked.channel, Filter("v.channel = %s", (asked.channel,))),
        (asked.phone, Filter(OF_PHONE, (digits,), Ids(_WITH_PHONE, (digits, digits)))),
        (asked.alone is not None, Filter("(v.complaint IS NULL) = %s", (asked.alone,))),
    ]
    return [one for given, one in wanted if given]
