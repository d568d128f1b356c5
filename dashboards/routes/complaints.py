"""Complaints: which outage a caller is in, registering, the list, and one with its outage."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Query, Response
from pydantic import Field, model_validator

from complaints import outage_context, outage_of
from dashboards.routes.common import COMPLAINTS, Body, ComplaintViewer, OutageViewer, Registrar, Text
from guywire import identity
from guywire.commands import RegisterComplaint
from guywire.errors import Refused, invalid
from guywire.web import Database, Key, Running, ask
from guywire.web.listing import Filter, Page, fetch_one, list_page, within

router = APIRouter(prefix="/api/v1", tags=["complaints"])


class NewComplaint(Body):
    channel: str = Field(min_length=1, max_length=50)
    text: str = Field(max_length=4000)
    phone: str = Field(default="", max_length=50)
    customer_id: str = Field(default="", max_length=200)
    site: str = Field(default="", max_length=200)
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)

    @model_validator(mode="after")
    def _place_is_whole(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("latitude and longitude go together")
        return self


@router.get("/outage-context")
async def get_outage_context(
    user: OutageViewer,
    database: Database,
    phone: Annotated[str | None, Query(min_length=3, max_length=50)] = None,
    site: Text = None,
    latitude: Annotated[float | None, Query(ge=-90, le=90)] = None,
    longitude: Annotated[float | None, Query(ge=-180, le=180)] = None,
) -> Any:
    """Which outage a caller is in, by phone number, site or place: what can be told to the customer."""
    asked_by = [phone is not None, site is not None, latitude is not None or longitude is not None]
    if sum(asked_by) != 1 or (latitude is None) != (longitude is None):
        raise invalid("ask_by_one", "Ask by phone, or by site, or by latitude and longitude together.")
    about = await outage_context(
        database, phone=phone, site=site, latitude=latitude, longitude=longitude, now=datetime.now(UTC)
    )
    if not identity.in_region(user, about["region"]):
        raise Refused("forbidden", "outside_region", "This is not in your region. Ask the response centre about it.")
    return about


@router.get("/complaints")
async def list_complaints(
    user: ComplaintViewer,
    database: Database,
    page: Page,
    state: Literal["open", "linked", "restored", "closed", "all"] = "all",
    incident: Text = None,
    customer: Text = None,
) -> Response:
    """Complaints, the newest first."""
    filters = within(user, "complaint")
    if state != "all":
        filters.append(Filter("v.state = %s", (state,)))
    if incident:
        filters.append(Filter("v.incident = %s", (incident,)))
    if customer:
        filters.append(Filter("v.customer = %s", (customer,)))
    return await list_page(database, COMPLAINTS, filters, page)


@router.post("/complaints", status_code=201)
async def register(
    given: NewComplaint, user: Registrar, _: OutageViewer, service: Running, key: Key = None
) -> dict[str, Any]:
    """Registers a complaint; answers it with the `outage` that it was linked to, or null."""
    return await ask(service, user, RegisterComplaint(**given.model_dump()), key)


@router.get("/complaints/{complaint}")
async def get_complaint(complaint: str, user: ComplaintViewer, database: Database) -> dict[str, Any]:
    """One complaint with its `outage`, or null."""
    found = await fetch_one(database, COMPLAINTS, complaint, user)
    return found | {"outage": await outage_of(database, complaint, now=datetime.now(UTC))}
