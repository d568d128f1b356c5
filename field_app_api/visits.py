"""What I record on a visit, correct of a place, and ask or answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, Field, StrictBool

from field_app_api.common import Given, InForce, Technician, bodies
from field_app_api.day import now
from guywire.commands.rounds import RecordFinding
from guywire.commands.visits import AnswerQuestion, AskExpert, CorrectPlace, KeepRecords, Record
from guywire.web import Database, Key, Running, ask

router = APIRouter(prefix="/api/v1", tags=["field"])

MOST_RECORDS = 50
_MOST_POINTS = 500
_MOST_QUESTIONS = 50
_KEPT = """
SELECT to_jsonb(r) - 'site' - 'region' - 'domain' AS body FROM views.record r
WHERE work_order = %s AND id = ANY(%s) ORDER BY at, recorded_at, id
"""
_FOR_ME = """
SELECT to_jsonb(q) - 'experts' || jsonb_build_object('by', technician_name, 'mine', technician = %(person)s) AS body
FROM views.question q
WHERE at > %(since)s AND (%(person)s = ANY(experts) OR technician = %(person)s) ORDER BY at DESC, id LIMIT %(most)s
"""

Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Photo = UUID | Literal[""]


class Noted(Given):
    """One thing noted; `id` is the phone's. A check has true or false, a reading a number (or a photo) and a unit."""

    id: UUID
    at: AwareDatetime
    kind: Literal["check", "reading", "note", "part"]
    name: str = Field(default="", max_length=200)
    value: StrictBool | float | Annotated[str, Field(max_length=2000)] | None = None
    unit: str = Field(default="", max_length=40)
    text: str = Field(default="", max_length=2000)
    photo: Photo = ""


class Notes(Given):
    records: list[Noted] = Field(min_length=1, max_length=MOST_RECORDS)


class Correction(Given):
    """Where it really is: one point, or for a track 2 to 500, each (latitude, longitude)."""

    kind: Literal["site", "parking", "track"]
    points: list[tuple[Latitude, Longitude]] = Field(min_length=1, max_length=_MOST_POINTS)
    note: str = Field(default="", max_length=1000)
    at: AwareDatetime


class Asking(Given):
    text: str = Field(min_length=1, max_length=2000)
    photo: Photo = ""
    skill: str = Field(default="", max_length=100)


class Found(Given):
    """Something that wants mending; `id` is the phone's."""

    id: UUID
    at: AwareDatetime
    text: str = Field(min_length=1, max_length=2000)
    severity: Literal["critical", "major", "minor", "warning"]
    skills: list[Annotated[str, Field(min_length=1, max_length=100)]] = Field(default=[], max_length=20)
    photo: Photo = ""


class Answering(Given):
    text: str = Field(min_length=1, max_length=2000)


@router.post("/work-orders/{order_id}/records")
async def keep_records(
    order_id: str, given: Notes, service: Running, user: Technician, key: Key = None
) -> dict[str, Any]:
    """Keeps what I noted, in `items` as it is kept: `outside` its plausible range, or `late` after the order's end."""
    records = tuple(
        Record(
            record_id=str(one.id),
            photo=str(one.photo),
            **one.model_dump(include={"at", "kind", "name", "value", "unit", "text"}),
        )
        for one in given.records
    )
    await ask(service, user, KeepRecords(work_order=order_id, technician=user.technician_id, records=records), key)
    async with service.pool.connection() as database:
        return {"items": await bodies(database, _KEPT, (order_id, [record.record_id for record in records]))}


@router.post("/work-orders/{order_id}/findings", status_code=201)
async def record_finding(
    order_id: str, given: Found, service: Running, user: Technician, key: Key = None
) -> dict[str, Any]:
    """Tells of something that I found on a visit: it becomes a ticket of its own."""
    command = RecordFinding(
        finding=str(given.id),
        work_order=order_id,
        technician=user.technician_id,
        photo=str(given.photo),
        skills=tuple(given.skills),
        **given.model_dump(include={"at", "text", "severity"}),
    )
    found = await ask(service, user, command, key)
    return {name: found[name] for name in ("id", "work_order", "at", "text", "severity", "skills", "photo", "ticket")}


@router.post("/sites/{site}/places")
async def correct_place(
    site: str, given: Correction, service: Running, user: Technician, key: Key = None
) -> dict[str, Any]:
    """Corrects a place of a site of my orders; `state` says whether it holds or waits for the response centre."""
    points = tuple(given.points)
    command = CorrectPlace(
        site=site, technician=user.technician_id, kind=given.kind, points=points, at=given.at, note=given.note
    )
    return await ask(service, user, command, key)


@router.post("/work-orders/{order_id}/questions", status_code=201)
async def ask_expert(
    order_id: str, given: Asking, service: Running, user: Technician, key: Key = None
) -> dict[str, Any]:
    """Asks who may know; the answers come with the order and with my notices."""
    command = AskExpert(
        work_order=order_id, technician=user.technician_id, text=given.text, photo=str(given.photo), skill=given.skill
    )
    return _for_phone(await ask(service, user, command, key))


@router.get("/me/questions")
async def questions_for_me(user: Technician, database: Database, rules: InForce) -> dict[str, Any]:
    """Questions that I was asked, and my own (`mine`), of the last days, newest first."""
    since = now() - timedelta(days=rules.visits.questions.open_days)
    values: dict[str, object] = {"person": user.technician_id, "since": since, "most": _MOST_QUESTIONS}
    return {"items": await bodies(database, _FOR_ME, values), "next": None}


@router.post("/questions/{question}/answers", status_code=201)
async def answer_question(
    question: str, given: Answering, service: Running, user: Technician, key: Key = None
) -> dict[str, Any]:
    """Answers a question that I was asked; everybody on the order reads it."""
    command = AnswerQuestion(question=question, text=given.text, person=user.technician_id)
    return _for_phone(await ask(service, user, command, key))


def _for_phone(question: dict[str, Any]) -> dict[str, Any]:
    """As its order shows it; whom else it was put to is theirs."""
    return {name: value for name, value in question.items() if name != "experts"} | {"by": question["technician_name"]}
