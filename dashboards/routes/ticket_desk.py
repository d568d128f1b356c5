"""What the centre says of tickets beside their state, of one or of many at once, and what it can choose from."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field, model_validator

from alarm_correlation.policies import Policies
from dashboards.routes.common import (
    TICKETS,
    Body,
    TicketManager,
    Viewer,
    apply,
    person_named,
    seen,
    who_may,
)
from dashboards.routes.tickets import Transition
from dispatch.clocks import policy as clocks
from guywire import identity
from guywire.commands import Command, MoveTicket
from guywire.commands.tickets import AssignTicket, CommentTicket, SetParent, SetTicketPriority
from guywire.database import Connection
from guywire.errors import Refused
from guywire.identity import Permission, User
from guywire.service import Service
from guywire.web import Database, Key, Running

router = APIRouter(prefix="/api/v1/tickets", tags=["tickets"])

MOST = 200
"""Tickets in one mass update."""
_AT_ONCE = 4  # each asks on a connection of its own: others want some too

_Name = Annotated[str, Field(max_length=200)]
_Id = Annotated[str, Field(min_length=1, max_length=200)]


class Assigning(Body):
    person: _Name = ""
    group: _Name = ""
    note: str = Field(default="", max_length=1000)
    version: int | None = None


class Prioritising(Body):
    priority: int | None = Field(ge=1, le=4, description="null: by impact and urgency again")
    reason: str = Field(default="", max_length=1000)
    version: int | None = None


class Commenting(Body):
    text: str = Field(min_length=1, max_length=2000)


class Placing(Body):
    parent: _Name = ""
    follows: bool = True
    version: int | None = None


class Meant(Body):
    """A ticket of a mass update; with `version` only as it was seen."""

    id: _Id
    version: int | None = None


class MassUpdate(Body):
    """One thing that is done to many tickets; exactly one of the fields beside `tickets`."""

    tickets: tuple[Meant, ...] = Field(min_length=1, max_length=MOST)
    transition: Transition | None = None
    assign: Assigning | None = None
    priority: Prioritising | None = None
    comment: Commenting | None = None
    parent: Placing | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> MassUpdate:
        if len(self.said) != 1:
            raise ValueError("say one of transition, assign, priority, comment and parent")
        return self

    @property
    def said(self) -> list[Body]:
        every = (self.transition, self.assign, self.priority, self.comment, self.parent)
        return [one for one in every if one is not None]


@router.get("/choices")
async def list_choices(user: Viewer, database: Database, service: Running, request: Request) -> dict[str, Any]:
    """Who and what a ticket can be given to, and the reasons for which its clocks pause:
    `{"people": [{"name", "role", "region"}], "groups": [{"id", "words"}], "reasons": [{"id", "clocks", "most_hours",
    "words"}]}`."""
    policies: Policies = request.app.state.policies
    groups = policies.current()[0].ticket.groups
    reasons = clocks.policy_file(service.settings.data_dir).current().pauses.reasons
    return {
        "people": [{"name": one.name, "role": one.role, "region": one.region} for one in await _people(database, user)],
        "groups": [{"id": name, "words": {"zh": one.zh, "en": one.en}} for name, one in groups.items()],
        "reasons": [
            {
                "id": name,
                "clocks": sorted(one.clocks),
                "most_hours": one.most_hours,
                "words": {"zh": one.words.zh, "en": one.words.en},
            }
            for name, one in reasons.items()
        ],
    }


@router.post("/bulk")
async def change_many(given: MassUpdate, user: TicketManager, service: Running, key: Key = None) -> dict[str, Any]:
    """Does one thing to up to 200 tickets, each by itself: what is refused of one stops no other.

    `{"items": [{"ticket", "object" or null, "refused": {"code", "reason", "message"} or null}]}` in the order asked.
    """
    if given.assign:
        await _check_person(service, given.assign.person)
    turns = asyncio.Semaphore(_AT_ONCE)
    [said] = given.said

    async def one(meant: Meant) -> dict[str, Any]:
        async with turns:
            try:
                command = _command(meant.id, meant.version, said)
                await _seen_with_parent(service, user, command)
                done = await apply(service, user, command, key and f"{key}:{meant.id}", TICKETS)
            except Refused as refused:
                why = {"code": refused.code, "reason": refused.reason, "message": refused.message}
                return {"ticket": meant.id, "object": None, "refused": why}
            return {"ticket": meant.id, "object": done, "refused": None}

    asked = {meant.id: meant for meant in given.tickets}
    return {"items": await asyncio.gather(*map(one, asked.values()))}


@router.post("/{ticket}/assign")
async def assign(
    ticket: str, given: Assigning, user: TicketManager, service: Running, key: Key = None
) -> dict[str, Any]:
    """Gives it to a person of the centre, a group, both, or nobody."""
    await _check_person(service, given.person)
    return await _change(ticket, given, user, service, key)


@router.post("/{ticket}/priority")
async def set_priority(
    ticket: str, given: Prioritising, user: TicketManager, service: Running, key: Key = None
) -> dict[str, Any]:
    """A person's priority, with the reason; null gives it back to impact and urgency."""
    return await _change(ticket, given, user, service, key)


@router.post("/{ticket}/comment")
async def comment(
    ticket: str, given: Commenting, user: TicketManager, service: Running, key: Key = None
) -> dict[str, Any]:
    """A remark in its story."""
    return await _change(ticket, given, user, service, key)


@router.post("/{ticket}/parent")
async def set_parent(
    ticket: str, given: Placing, user: TicketManager, service: Running, key: Key = None
) -> dict[str, Any]:
    """Puts it under another ticket, whose moves it follows where `follows` is said; under none with an empty one."""
    return await _change(ticket, given, user, service, key)


async def _change(ticket: str, given: Body, user: User, service: Service, key: str | None) -> dict[str, Any]:
    command = _command(ticket, getattr(given, "version", None), given)
    await _seen_with_parent(service, user, command)
    return await apply(service, user, command, key, TICKETS)


def _command(ticket: str, version: int | None, said: Body) -> Command:
    """What is asked of the correlator for one ticket."""
    fields = said.model_dump(exclude={"version"})
    match said:
        case Transition():
            return MoveTicket(ticket=ticket, version=version, **fields)
        case Assigning():
            return AssignTicket(ticket=ticket, version=version, **fields)
        case Prioritising():
            return SetTicketPriority(ticket=ticket, version=version, **fields)
        case Placing():
            return SetParent(ticket=ticket, version=version, **fields)
        case _:
            return CommentTicket(ticket=ticket, **fields)


async def _seen_with_parent(service: Service, user: User, command: Any) -> None:
    parent = getattr(command, "parent", "")
    await seen(service, user, (TICKETS, command.ticket), *([(TICKETS, parent)] if parent else []))


async def _people(connection: Connection, user: User) -> list[User]:
    """Who may work on tickets and may be signed in, of the asker's region or of everywhere."""
    people = await who_may(connection, Permission.MANAGE_TICKETS)
    return [one for one in people if not one.region or identity.in_region(user, one.region)]


async def _check_person(service: Service, name: str) -> None:
    sentence = "does not work on tickets: choose somebody of the centre."
    await person_named(service, name, Permission.MANAGE_TICKETS, sentence)
