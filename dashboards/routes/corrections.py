"""Corrections: an operator says what an alarm's root or incident is, and takes that back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from dashboards.routes.common import ALARMS, CORRECTIONS, INCIDENTS, Body, Operator, incidents_for, seen
from guywire.commands import CorrectRoot, MoveAlarm, WithdrawCorrection
from guywire.identity import User
from guywire.service import Service
from guywire.web import Key, Running, ask
from guywire.web.listing import fetch_one

router = APIRouter(prefix="/api/v1", tags=["corrections"])

Id = Annotated[str, Field(min_length=1, max_length=100)]
Comment = Annotated[str, Field(max_length=2000)]


class Root(Body):
    alarm: Id
    comment: Comment = ""


class Move(Body):
    incident: Annotated[str, Field(max_length=100, description="empty: into one of its own")] = ""
    comment: Comment = ""


class Withdrawal(Body):
    comment: Comment = ""


@router.post("/incidents/{incident}/root")
async def correct_root(incident: str, given: Root, user: Operator, service: Running, key: Key = None) -> dict[str, Any]:
    """Says which alarm of the incident is its root; the present one is confirmed. Gives the incident as it is now."""
    await _must_see(service, user, alarm=given.alarm, incident=incident)
    await ask(service, user, CorrectRoot(incident=incident, alarm=given.alarm, comment=given.comment), key)
    async with service.pool.connection() as connection:
        alarm = await fetch_one(connection, ALARMS, given.alarm, user)
        return await fetch_one(connection, incidents_for(user), alarm["incident"], user)


@router.post("/alarms/{alarm}/move")
async def move(alarm: str, given: Move, user: Operator, service: Running, key: Key = None) -> dict[str, Any]:
    """Puts an alarm, and what it causes, into another incident. Gives the alarm, with the incident it is of now."""
    await _must_see(service, user, alarm=alarm, incident=given.incident)
    await ask(service, user, MoveAlarm(alarm=alarm, incident=given.incident, comment=given.comment), key)
    async with service.pool.connection() as connection:
        return await fetch_one(connection, ALARMS, alarm, user)


@router.post("/corrections/{correction}/withdraw")
async def withdraw(
    correction: str, user: Operator, service: Running, given: Withdrawal | None = None, key: Key = None
) -> dict[str, Any]:
    """Leaves the alarm to the rules again."""
    async with service.pool.connection() as connection:
        await fetch_one(connection, CORRECTIONS, correction, user)
    await ask(service, user, WithdrawCorrection(correction=correction, comment=given.comment if given else ""), key)
    async with service.pool.connection() as connection:
        return await fetch_one(connection, CORRECTIONS, correction, user)


async def _must_see(service: Service, user: User, alarm: str, incident: str) -> None:
    """Nobody corrects what lies outside their region; `incident` empty: none."""
    await seen(service, user, (ALARMS, alarm), *([(INCIDENTS, incident)] if incident else []))
