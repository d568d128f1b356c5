"""What agents and leaders do with a complaint: each step is a command to complaints, and answers the complaint."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import AwareDatetime, Field

from dashboards.routes.common import COMPLAINTS, SITES, Body, ComplaintViewer, Registrar, ShiftLeader, apply, seen
from dashboards.routes.complaints import EMAIL, PROMISES, Answers
from guywire import identity
from guywire.commands import complaints as commands
from guywire.identity import Permission, User
from guywire.service import Service
from guywire.web import Key, Running

router = APIRouter(prefix="/api/v1", tags=["complaints"])

Note = Annotated[str, Field(max_length=1000)]
Said = Annotated[str, Field(max_length=4000)]
Word = Annotated[str, Field(min_length=1, max_length=64)]
Channel = Annotated[str, Field(min_length=1, max_length=32)]


class Versioned(Body):
    version: int | None = None


class HandingOver(Versioned):
    note: Note
    to: str = Field(default="", max_length=64)
    queue: str = Field(default="", max_length=64)


class Changing(Versioned):
    category: Word | None = None
    heat: Literal["calm", "annoyed", "heated"] | None = None
    text: Said | None = None
    answers: Answers | None = Field(default=None, max_length=50)
    site: str | None = Field(default=None, max_length=64)
    customer_id: str | None = Field(default=None, max_length=64)
    email: str | None = Field(default=None, max_length=200, pattern=EMAIL)
    language: Literal["zh", "en"] | None = None


class Answering(Versioned):
    text: Said
    channel: Channel
    outcome: str = Field(default="", max_length=200)
    send: bool = False
    children: bool = False


class Contact(Body):
    direction: Literal["in", "out"]
    channel: Channel
    text: Said
    outcome: str = Field(default="", max_length=200)
    call: str = Field(default="", max_length=128)


class Promising(Body):
    text: Note
    due_at: AwareDatetime


class Granting(Body):
    grant: Word
    amount: float = Field(gt=0, le=1_000_000, allow_inf_nan=False)
    text: Note = ""


class Deciding(Body):
    granted: bool
    note: Note = ""


class Keeping(Body):
    note: Note = ""


class CallingBack(Versioned):
    outcome: Literal["back", "still_out", "not_reached"]
    text: Said = ""
    satisfaction: int | None = Field(default=None, ge=1, le=5)


class Rating(Body):
    score: int = Field(ge=1, le=5)
    text: Note = ""


class Closing(Versioned):
    reason: Literal["solved", "not_ours", "duplicate", "withdrawn"]
    text: Said


class Reopening(Versioned):
    reason: Note


class Merging(Body):
    children: tuple[Word, ...] = Field(min_length=1, max_length=1000)


class Wishing(Body):
    opt_out: bool | None = None
    at_night: bool | None = None


@router.post("/complaints/{complaint}/take")
async def take(
    complaint: str, given: Versioned, user: Registrar, _: ComplaintViewer, service: Running, key: Key = None
) -> dict[str, Any]:
    """I answer for it; as a leader I have in hand what waited for one."""
    leads = identity.may(user, Permission.LEAD_SHIFT)
    command = commands.TakeComplaint(complaint=complaint, as_leader=leads, version=given.version)
    return await _apply(service, user, command, key)


@router.post("/complaints/{complaint}/hand-over")
async def hand_over(
    complaint: str, given: HandingOver, user: Registrar, _: ComplaintViewer, service: Running, key: Key = None
) -> dict[str, Any]:
    """Gives it to another agent or queue."""
    command = commands.HandOverComplaint(complaint=complaint, **given.model_dump())
    return await _apply(service, user, command, key)


@router.post("/complaints/{complaint}/change")
async def change(
    complaint: str, given: Changing, user: Registrar, _: ComplaintViewer, service: Running, key: Key = None
) -> dict[str, Any]:
    """Corrects what is said; the rest stays. Who is bound to a region moves it to no site beyond."""
    if given.site and user.region:
        await seen(service, user, (SITES, given.site))
    return await _apply(service, user, commands.ChangeComplaint(complaint=complaint, **given.model_dump()), key)


@router.post("/complaints/{complaint}/answer")
async def answer(
    complaint: str, given: Answering, user: Registrar, _: ComplaintViewer, service: Running, key: Key = None
) -> dict[str, Any]:
    """The customer was answered, and with `children` all under it."""
    return await _apply(service, user, commands.AnswerComplaint(complaint=complaint, **given.model_dump()), key)


@router.post("/complaints/{complaint}/contacts")
async def keep_contact(
    complaint: str, given: Contact, user: Registrar, _: ComplaintViewer, service: Running, key: Key = None
) -> dict[str, Any]:
    """Keeps a contact and nothing else."""
    return await _apply(service, user, commands.KeepContact(complaint=complaint, **given.model_dump()), key)


@router.post("/complaints/{complaint}/promise")
async def promise(
    complaint: str, given: Promising, user: Registrar, _: ComplaintViewer, service: Running, key: Key = None
) -> dict[str, Any]:
    """Writes down what was promised, and by when."""
    return await _apply(service, user, commands.PromiseToCustomer(complaint=complaint, **given.model_dump()), key)


@router.post("/complaints/{complaint}/grant")
async def grant(
    complaint: str, given: Granting, user: Registrar, _: ComplaintViewer, service: Running, key: Key = None
) -> dict[str, Any]:
    """Grants what the category allows; above the agent's limit a leader decides."""
    return await _apply(service, user, commands.GrantToCustomer(complaint=complaint, **given.model_dump()), key)


@router.post("/complaints/{complaint}/call-back")
async def call_back(
    complaint: str, given: CallingBack, user: Registrar, _: ComplaintViewer, service: Running, key: Key = None
) -> dict[str, Any]:
    """What came of asking "are you back?"."""
    return await _apply(service, user, commands.CallBack(complaint=complaint, **given.model_dump()), key)


@router.post("/complaints/{complaint}/satisfaction")
async def rate(
    complaint: str, given: Rating, user: Registrar, _: ComplaintViewer, service: Running, key: Key = None
) -> dict[str, Any]:
    """How satisfied the customer said to be."""
    return await _apply(service, user, commands.RateComplaint(complaint=complaint, **given.model_dump()), key)


@router.post("/complaints/{complaint}/close")
async def close(
    complaint: str, given: Closing, user: Registrar, _: ComplaintViewer, service: Running, key: Key = None
) -> dict[str, Any]:
    """Closes it; a VIP's only once the customer is satisfied."""
    return await _apply(service, user, commands.CloseComplaint(complaint=complaint, **given.model_dump()), key)


@router.post("/complaints/{complaint}/reopen")
async def reopen(
    complaint: str, given: Reopening, user: Registrar, _: ComplaintViewer, service: Running, key: Key = None
) -> dict[str, Any]:
    """Takes up what was closed."""
    return await _apply(service, user, commands.ReopenComplaint(complaint=complaint, **given.model_dump()), key)


@router.post("/complaints/{complaint}/merge")
async def merge(
    complaint: str, given: Merging, user: Registrar, _: ComplaintViewer, service: Running, key: Key = None
) -> dict[str, Any]:
    """Puts others under it: they are answered together."""
    await seen(service, user, *((COMPLAINTS, child) for child in given.children))
    return await _apply(service, user, commands.MergeComplaints(complaint=complaint, children=given.children), key)


@router.post("/complaints/{complaint}/split")
async def split(
    complaint: str, user: Registrar, _: ComplaintViewer, service: Running, key: Key = None
) -> dict[str, Any]:
    """Takes it out from under its parent."""
    return await _apply(service, user, commands.SplitComplaint(complaint=complaint), key)


@router.post("/complaints/{complaint}/wish")
async def wish(
    complaint: str, given: Wishing, user: Registrar, _: ComplaintViewer, service: Running, key: Key = None
) -> dict[str, Any]:
    """Whether and when its phone is sent messages."""
    return await _apply(service, user, commands.WishOfCustomer(complaint=complaint, **given.model_dump()), key)


@router.post("/promises/{promise_id}/keep")
async def keep_promise(
    promise_id: str, given: Keeping, user: Registrar, _: ComplaintViewer, service: Running, key: Key = None
) -> dict[str, Any]:
    """What was promised or granted is done."""
    await seen(service, user, (PROMISES, promise_id))
    command = commands.KeepPromise(promise=promise_id, note=given.note)
    return await apply(service, user, command, key, COMPLAINTS)


@router.post("/promises/{promise_id}/decide")
async def decide_grant(
    promise_id: str, given: Deciding, user: ShiftLeader, service: Running, key: Key = None
) -> dict[str, Any]:
    """A leader's word on a grant above the agents' limit."""
    await seen(service, user, (PROMISES, promise_id))
    command = commands.DecideGrant(promise=promise_id, **given.model_dump())
    return await apply(service, user, command, key, COMPLAINTS)


async def _apply(service: Service, user: User, command: Any, key: str | None) -> dict[str, Any]:
    """Only on a complaint that the user may see."""
    await seen(service, user, (COMPLAINTS, command.complaint))
    return await apply(service, user, command, key, COMPLAINTS)
