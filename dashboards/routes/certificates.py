"""What technicians may do, and how they and their companies did: certificates and assessments."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, Field

from dashboards.routes.common import TECHNICIANS, Body, RotaManager, Text, Viewer, seen
from dispatch.rota.assessments import COUNTED, By, assessments
from dispatch.rota.policy import policy_file
from guywire.commands.rota import EndCertificate, PutCertificate
from guywire.errors import invalid
from guywire.web import Database, Key, Running, ask
from guywire.web.listing import Filter, Listing, Page, list_page, within

router = APIRouter(prefix="/api/v1", tags=["rota"])

CERTIFICATES = Listing("certificate", "valid_until", "date")
_MONTH = timedelta(days=30)


class Certificate(Body):
    technician: str = Field(min_length=1, max_length=200)
    skill: str = Field(min_length=1, max_length=200)
    number: str = Field(min_length=1, max_length=200)
    valid_until: date = Field(description="its last day")


class Ending(Body):
    reason: str = Field(min_length=1, max_length=2000)
    version: int | None = None


@router.get("/certificates")
async def list_certificates(
    user: Viewer,
    database: Database,
    page: Page,
    technician: Text = None,
    skill: Text = None,
    until: Annotated[date | None, Query(description="those that end by then")] = None,
    state: Literal["standing", "ended", "all"] = "standing",
) -> Response:
    """Certificates, those that run out first in front."""
    filters = within(user, "certificate")
    if technician:
        filters.append(Filter("v.technician = %s", (technician,)))
    if skill:
        filters.append(Filter("v.skill = %s", (skill,)))
    if until:
        filters.append(Filter("v.valid_until <= %s", (until,)))
    if state != "all":
        filters.append(Filter("v.ended_at IS NULL" if state == "standing" else "v.ended_at IS NOT NULL"))
    return await list_page(database, CERTIFICATES, filters, page)


@router.post("/certificates", status_code=201)
async def put_certificate(given: Certificate, user: RotaManager, service: Running, key: Key = None) -> dict[str, Any]:
    """Records the certificate of somebody in one's region; it takes the place of the one before for that skill."""
    await seen(service, user, (TECHNICIANS, given.technician))
    return await ask(service, user, PutCertificate(**given.model_dump()), key)


@router.post("/certificates/{certificate}/end")
async def end_certificate(
    certificate: str, given: Ending, user: RotaManager, service: Running, key: Key = None
) -> dict[str, Any]:
    """Ends one before its time: its skill does not count from now on."""
    await seen(service, user, (CERTIFICATES, certificate))
    return await ask(service, user, EndCertificate(certificate=certificate, **given.model_dump()), key)


@router.get("/assessments")
async def list_assessments(
    user: Viewer,
    database: Database,
    service: Running,
    since: Annotated[AwareDatetime | None, Query(alias="from")] = None,
    until: Annotated[AwareDatetime | None, Query()] = None,
    by: By = "company",
) -> dict[str, Any]:
    """How companies or technicians did with what was offered in a period (the last 30 days); `counted` says how."""
    end = until or datetime.now(UTC)
    start = since or end - _MONTH
    if end <= start:
        raise invalid("bad_period", "The period ends before it begins. Say from and until.")
    policy = policy_file(service.settings.data_dir).current().assessment
    found = await assessments(database, start, end, by, user.region, policy)
    return {"items": found, "next": None, "from": start, "until": end, "by": by, "counted": COUNTED}
