"""What the field says, for the response centre: records and photos, corrected places, questions, calls for help."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from dashboards.routes.common import WORK_ORDERS, Body, Text, Viewer, WorkOrderManager, seen
from guywire.commands import Command
from guywire.commands.visits import AnswerQuestion, AnswerSos, DecidePlace, EndSos
from guywire.identity import User
from guywire.service import Service
from guywire.web import Database, Key, Running, ask
from guywire.web.listing import Filter, Listing, Page, fetch, fetch_one, list_page, newest_first, within
from guywire.web.picture import picture

router = APIRouter(prefix="/api/v1", tags=["visits"])

RECORDS = Listing("record", "at", "timestamptz")
PHOTOS = Listing("photo", "at", "timestamptz")
PLACES = newest_first("place", "at")
QUESTIONS = newest_first("question", "at")
SOS = newest_first("sos", "since")
WATCHES = Listing("watch")


class Decision(Body):
    """On a correction that waits; a refusal takes a reason, which its author reads."""

    agreed: bool
    reason: str = Field(default="", max_length=1000)


class Answering(Body):
    text: str = Field(min_length=1, max_length=2000)


class Word(Body):
    text: str = Field(default="", max_length=1000)


class Ending(Body):
    reason: str = Field(min_length=1, max_length=1000)


@router.get("/work-orders/{work_order}/visit")
async def get_visit(work_order: str, user: Viewer, database: Database) -> dict[str, Any]:
    """What came back from the visits of a work order: `records`, `photos` (without their bytes) and `questions`."""
    await fetch_one(database, WORK_ORDERS, work_order, user)
    of_order = [Filter("v.work_order = %s", (work_order,))]
    return {
        "id": work_order,
        "records": await fetch(database, RECORDS, of_order),
        "photos": await fetch(database, PHOTOS, of_order),
        "questions": await fetch(database, QUESTIONS, of_order),
    }


@router.get("/photos/{photo}")
async def get_photo(photo: UUID, user: Viewer, database: Database) -> Response:
    """The bytes of a photo of one's region."""
    await fetch_one(database, PHOTOS, str(photo), user)
    return await picture(database, str(photo))


@router.get("/places")
async def list_places(
    user: Viewer,
    database: Database,
    page: Page,
    state: Literal["waiting", "current", "refused", "replaced", "all"] = "waiting",
    site: Text = None,
) -> Response:
    """Corrected places, the newest first; `waiting` are those that lie so far off that somebody must agree."""
    filters = within(user, "place")
    if state != "all":
        filters.append(Filter("v.state = %s", (state,)))
    if site:
        filters.append(Filter("v.site = %s", (site,)))
    return await list_page(database, PLACES, filters, page)


@router.post("/places/{place}/decide")
async def decide_place(
    place: str, given: Decision, user: WorkOrderManager, service: Running, key: Key = None
) -> dict[str, Any]:
    """Agrees with a correction that waits, or refuses it."""
    return await _apply(service, user, PLACES, place, DecidePlace(place=place, **given.model_dump()), key)


@router.get("/questions")
async def list_questions(
    user: Viewer, database: Database, page: Page, state: Literal["open", "all"] = "open", work_order: Text = None
) -> Response:
    """Questions from visits, the newest first; `open` has no answer yet."""
    filters = within(user, "question")
    if state == "open":
        filters.append(Filter("v.answers = '[]'::jsonb"))
    if work_order:
        filters.append(Filter("v.work_order = %s", (work_order,)))
    return await list_page(database, QUESTIONS, filters, page)


@router.post("/questions/{question}/answers", status_code=201)
async def answer_question(
    question: str, given: Answering, user: WorkOrderManager, service: Running, key: Key = None
) -> dict[str, Any]:
    """Answers a question; everybody on the order reads it."""
    return await _apply(service, user, QUESTIONS, question, AnswerQuestion(question=question, text=given.text), key)


@router.get("/sos")
async def list_sos(user: Viewer, database: Database, page: Page, state: Literal["open", "all"] = "open") -> Response:
    """Calls for help, the newest first; `open` is not over yet."""
    filters = within(user, "sos")
    if state == "open":
        filters.append(Filter("v.ended_at IS NULL"))
    return await list_page(database, SOS, filters, page)


@router.get("/watches")
async def list_watches(user: Viewer, database: Database, page: Page) -> Response:
    """Who works alone and is watched; `reminded_at` once the time was up, and help is called next."""
    return await list_page(database, WATCHES, within(user, "watch"), page)


@router.post("/sos/{sos}/answer")
async def answer_sos(
    sos: str, user: WorkOrderManager, service: Running, given: Word | None = None, key: Key = None
) -> dict[str, Any]:
    """Says that somebody has it in hand; whoever called is told at once."""
    return await _apply(service, user, SOS, sos, AnswerSos(sos=sos, text=given.text if given else ""), key)


@router.post("/sos/{sos}/end")
async def end_sos(sos: str, given: Ending, user: WorkOrderManager, service: Running, key: Key = None) -> dict[str, Any]:
    """Ends a call for help, with a reason that all who were called read."""
    return await _apply(service, user, SOS, sos, EndSos(sos=sos, reason=given.reason), key)


async def _apply(
    service: Service, user: User, listing: Listing, object_id: str, command: Command, key: str | None
) -> dict[str, Any]:
    """Asks for a change of an object that the user sees."""
    await seen(service, user, (listing, object_id))
    return await ask(service, user, command, key)
