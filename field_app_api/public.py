"""What customers reach without a sign-in: the report form, the page of their own complaint, and the JSON of both.

Whoever asks is a stranger: the answers say nothing of who is a customer, and each address and phone has its limits.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import Field, field_validator
from starlette.requests import HTTPConnection
from starlette.responses import FileResponse

from complaints import care_policy, complaint_of_token, policy_file, tracked
from field_app_api.common import Given
from guywire import inbox
from guywire.commands import Command, RegisterComplaint
from guywire.commands.complaints import CallBack, RateComplaint
from guywire.errors import Refused
from guywire.service import Service
from guywire.web import Database, Key, Running
from guywire.web.throttle import Throttle

CUSTOMER = "customer"
"""The actor of what a customer does on these pages."""
_PAGES = Path(__file__).parent / "static" / "public"
_ASK_EACH_TIME = {"cache-control": "no-cache"}
_FOR_THE_DESK_ONLY = frozenset({"tenant_fault"})
_FEWEST_DIGITS = 5

router = APIRouter(tags=["public"])


class Limits:
    """How much strangers may do: reports by address and by phone, looks and answers by address."""

    def __init__(self) -> None:
        self.reports = Throttle(10, 60.0)
        self.phones = Throttle(3, 1200.0)
        self.looks = Throttle(120, 1.0)

    def refuse_reporter(self, address: str, phone: str) -> None:
        now = asyncio.get_running_loop().time()
        _refuse(max(self.reports.take(address, now), self.phones.take(f"phone {phone}", now)), "too_many_reports")

    def refuse_looker(self, address: str) -> None:
        _refuse(self.looks.take(address, asyncio.get_running_loop().time()), "too_many_looks")


class Report(Given):
    """A complaint of a stranger; `place` is in their words."""

    phone: str = Field(min_length=3, max_length=32, pattern=r"^[-+0-9 ()]+$")
    text: str = Field(default="", max_length=2000)
    category: str = Field(default="", max_length=64)
    place: str = Field(default="", max_length=300)
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    language: Literal["zh", "en"] = "zh"

    @field_validator("phone")
    @classmethod
    def _has_digits(cls, phone: str) -> str:
        if len(_digits(phone)) < _FEWEST_DIGITS:
            raise ValueError("a phone number has at least five digits")
        return phone


class Score(Given):
    score: int = Field(ge=1, le=5)
    text: str = Field(default="", max_length=1000)


Token = Annotated[str, Field(max_length=100)]


@router.get("/report", include_in_schema=False)
async def report_page() -> FileResponse:
    return FileResponse(_PAGES / "report.html", headers=_ASK_EACH_TIME)


@router.get("/track/{token}", include_in_schema=False)
async def track_page(token: str) -> FileResponse:  # noqa: ARG001 - the page itself asks for what it opens
    return FileResponse(_PAGES / "track.html", headers=_ASK_EACH_TIME)


@router.get("/api/v1/report-categories")
async def list_categories(service: Running) -> dict[str, Any]:
    """What the form offers."""
    care = care_policy.policy_file(service.settings.data_dir).current()
    items = [
        {"id": name, "zh": one.zh, "en": one.en}
        for name, one in care.categories.items()
        if name not in _FOR_THE_DESK_ONLY
    ]
    return {"items": items, "next": None}


@router.post("/api/v1/reports", status_code=201)
async def report(given: Report, connection: HTTPConnection, service: Running, key: Key = None) -> dict[str, Any]:
    """Registers a complaint. The answer is the same for whoever asks: what explains it comes from the place alone."""
    _limits(connection).refuse_reporter(_address(connection), _digits(given.phone))
    text = f"{given.text.strip()}\n{given.place.strip()}".strip()
    command = RegisterComplaint(
        channel="web",
        text=text,
        phone=given.phone.strip(),
        category=given.category,
        latitude=given.latitude,
        longitude=given.longitude,
        language=given.language,
        unproven=True,
    )
    answer = await _ask(service, command, f"report:{_address(connection)}:{key}" if key else None)
    return {"id": answer["id"], "track": answer["track"]}


@router.get("/api/v1/track/{token}")
async def track(token: Token, connection: HTTPConnection, database: Database, service: Running) -> dict[str, Any]:
    """How the complaint stands that the token opens."""
    _limits(connection).refuse_looker(_address(connection))
    data_dir = service.settings.data_dir
    care = care_policy.policy_file(data_dir).current()
    return await tracked(database, token, _now(), policy_file(data_dir).current(), care)


@router.post("/api/v1/track/{token}/back")
async def back(token: Token, connection: HTTPConnection, service: Running, key: Key = None) -> dict[str, Any]:
    """The customer has service again."""
    return await _answer(connection, service, token, key, "back")


@router.post("/api/v1/track/{token}/still-out")
async def still_out(token: Token, connection: HTTPConnection, service: Running, key: Key = None) -> dict[str, Any]:
    """The customer has none yet."""
    return await _answer(connection, service, token, key, "still_out")


@router.post("/api/v1/track/{token}/satisfaction")
async def rate(
    token: Token, given: Score, connection: HTTPConnection, service: Running, key: Key = None
) -> dict[str, Any]:
    """How satisfied the customer is, 1 to 5."""
    complaint = await _opened(connection, service, token)
    command = RateComplaint(complaint=complaint, score=given.score, text=given.text, channel="web")
    await _ask(service, command, _key_of(complaint, key))
    return {"id": complaint, "satisfaction": given.score}


async def _answer(
    connection: HTTPConnection, service: Service, token: str, key: str | None, outcome: str
) -> dict[str, Any]:
    complaint = await _opened(connection, service, token)
    said = await _ask(service, CallBack(complaint=complaint, outcome=outcome, channel="web"), _key_of(complaint, key))
    return {"id": complaint, "state": said["state"]}


async def _opened(connection: HTTPConnection, service: Service, token: str) -> str:
    _limits(connection).refuse_looker(_address(connection))
    async with service.pool.connection() as database:
        return await complaint_of_token(database, token, _now())


async def _ask(service: Service, command: Command, key: str | None) -> dict[str, Any]:
    return await inbox.ask(service.pool, service.wakeups, command, CUSTOMER, key=key)


def _key_of(complaint: str, key: str | None) -> str | None:
    return f"track:{complaint}:{key}" if key else None


def _limits(connection: HTTPConnection) -> Limits:
    limits: Limits = connection.app.state.strangers
    return limits


def _address(connection: HTTPConnection) -> str:
    return connection.client.host if connection.client else ""


def _refuse(seconds: float, reason: str) -> None:
    if seconds:
        message = f"This was asked too often. Wait {ceil(seconds)} s, then try again; what was sent is not lost."
        raise Refused("too_many_requests", reason, message)


def _digits(phone: str) -> str:
    return "".join(sign for sign in phone if sign in "0123456789")[-11:]


def _now() -> datetime:
    return datetime.now(UTC)
