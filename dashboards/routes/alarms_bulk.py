"""One thing done to many alarms at once: each gets its own command in the owner's inbox, and its own answer."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import AwareDatetime, Field

from dashboards.routes.alarms import PLAIN
from dashboards.routes.common import Body, Operator
from guywire import commands, inbox
from guywire.database.wake import ring_or_timeout
from guywire.errors import Refused, invalid, not_found
from guywire.identity import User
from guywire.service import Service
from guywire.web import Key, Running
from guywire.web.listing import fetch_rows, within

router = APIRouter(prefix="/api/v1/alarms", tags=["alarms"])

MOST = 1000
_LOOK_AGAIN_SECONDS = 0.2
_Id = Annotated[str, Field(min_length=1, max_length=200)]


class Bulk(Body):
    action: Literal["acknowledge", "unacknowledge", "shelve", "unshelve", "comment", "clear", "close"]
    alarms: list[_Id] = Field(min_length=1, max_length=MOST)
    until: AwareDatetime | None = None
    comment: str = Field(default="", max_length=2000)


@router.post("/bulk")
async def change_many(given: Bulk, user: Operator, service: Running, key: Key = None) -> dict[str, Any]:
    """Does one thing to the named alarms and no others; `items` says of each whether it is done, or why not."""
    made = {alarm: _command(given, alarm) for alarm in dict.fromkeys(given.alarms)}
    seen = await _seen(service, user, list(made))
    keys = {alarm: f"{user.name}:{key or uuid.uuid4()}:{alarm}" for alarm in made if alarm in seen}
    told: dict[str, Any] = {alarm: not_found("alarm", alarm) for alarm in made if alarm not in seen}
    if keys:
        told |= await _answers(service, keys, await _put(service, user, made, keys))
    return {"items": [_item(alarm, told.get(alarm, _NOT_YET)) for alarm in made]}


def _command(given: Bulk, alarm: str) -> commands.Command:
    if given.action == "comment":
        if not given.comment:
            raise invalid("no_comment", "comment: say something.")
        return commands.CommentAlarm(alarm=alarm, comment=given.comment)
    if given.action == "shelve":
        if given.until is None:
            raise invalid("no_until", "until: say until when to shelve.")
        return commands.ShelveAlarm(alarm=alarm, until=given.until, comment=given.comment)
    return PLAIN[given.action](alarm=alarm, comment=given.comment)


async def _seen(service: Service, user: User, alarms: Sequence[str]) -> set[str]:
    """Those that the user can see."""
    filters = within(user, "alarm")
    query = "SELECT to_jsonb(v.id) AS body FROM views.alarm v WHERE v.id = ANY(%s)"
    async with service.pool.connection() as connection:
        for one in filters:
            query += " AND " + one.clause
        rows = await fetch_rows(connection, query, [list(alarms), *(value for one in filters for value in one.values)])
    return set(map(str, rows))


async def _put(service: Service, user: User, made: Mapping[str, commands.Command], keys: Mapping[str, str]) -> int:
    """All of them or none into the inbox; returns the last one's id."""
    async with service.pool.connection() as connection, connection.transaction():
        return await inbox.put_all(connection, {key: made[alarm] for alarm, key in keys.items()}, user.name)


async def _answers(service: Service, keys: Mapping[str, str], last: int) -> dict[str, dict[str, Any] | Refused]:
    """What each came to, by alarm; without those that the owner has not come to in time."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + inbox.ANSWER_SECONDS
    with service.wakeups.expect(inbox.ANSWERED, str(last)) as answered:
        while True:
            async with service.pool.connection() as connection:
                found = await inbox.answers(connection, list(keys.values()))
            if len(found) == len(keys) or loop.time() >= deadline:
                return {alarm: found[key] for alarm, key in keys.items() if key in found}
            await ring_or_timeout(answered, _LOOK_AGAIN_SECONDS)


_NOT_YET = Refused(
    "unavailable", "not_applied_yet", "It has not been answered yet. The request is kept and is carried out soon."
)


def _item(alarm: str, answer: dict[str, Any] | Refused) -> dict[str, Any]:
    if isinstance(answer, Refused):
        why = {"code": answer.code, "reason": answer.reason, "message": answer.message}
        return {"id": alarm, "done": False, **why}
    return {"id": alarm, "done": True}
