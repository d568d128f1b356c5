"""Alarms: the list, one with its comments, and what an operator does to it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, Field

from dashboards.routes.common import ALARM_EVENTS, ALARMS, Body, Operator, Text, Viewer, seen
from guywire import commands
from guywire.identity import User
from guywire.model import Severity
from guywire.service import Service
from guywire.web import Database, Key, Running, ask
from guywire.web.listing import Filter, Ids, Page, fetch_one, fetch_rows, list_page, within

router = APIRouter(prefix="/api/v1/alarms", tags=["alarms"])

COMMENTS = "SELECT to_jsonb(v) - 'alarm' AS body FROM views.alarm_comment v WHERE alarm = %s ORDER BY at DESC LIMIT 200"

_AT_SITE = "SELECT a.id FROM views.alarm_site a WHERE a.site = %s"

PLAIN = {
    "acknowledge": commands.AcknowledgeAlarm,
    "unacknowledge": commands.UnacknowledgeAlarm,
    "unshelve": commands.UnshelveAlarm,
    "clear": commands.ClearAlarm,
    "close": commands.CloseAlarm,
}


class Comment(Body):
    comment: str = Field(default="", max_length=2000)


class Words(Body):
    comment: str = Field(min_length=1, max_length=2000)


class Shelving(Comment):
    until: AwareDatetime


@router.get("")
async def list_alarms(
    user: Viewer,
    database: Database,
    page: Page,
    state: Literal["active", "cleared", "all"] = "active",
    severity: Annotated[list[Severity] | None, Query(max_length=5)] = None,
    site: Text = None,
    incident: Text = None,
) -> Response:
    """Alarms, the newest raise first."""
    filters = within(user, "alarm")
    if state != "all":
        # the column, not the view's word for it: so the index of active alarms serves
        filters.append(Filter("v.cleared_at IS NULL" if state == "active" else "v.cleared_at IS NOT NULL"))
    if severity:
        filters.append(Filter("v.severity = ANY(%s)", ([str(one) for one in severity],)))
    if site:
        filters.append(at_site(site))
    if incident:
        filters.append(Filter("v.incident = %s", (incident,)))
    return await list_page(database, ALARMS, filters, page)


def at_site(site: str) -> Filter:
    """What keeps a list to the alarms of a site."""
    return Filter("v.site = %s", (site,), Ids(_AT_SITE, (site,)))


@router.get("/{alarm}")
async def get_alarm(alarm: str, user: Viewer, database: Database) -> dict[str, Any]:
    """One alarm with its latest `comments`, newest first."""
    found = await fetch_one(database, ALARMS, alarm, user)
    return found | {"comments": await fetch_rows(database, COMMENTS, (alarm,))}


@router.get("/{alarm}/history")
async def list_history(alarm: str, user: Viewer, database: Database, page: Page) -> Response:
    """What was heard of an alarm, the newest first: when at its source and when received, how severe, how often."""
    await fetch_one(database, ALARMS, alarm, user)
    return await list_page(database, ALARM_EVENTS, [Filter("v.alarm = %s", (alarm,))], page)


@router.post("/{alarm}/shelve")
async def shelve(alarm: str, given: Shelving, user: Operator, service: Running, key: Key = None) -> dict[str, Any]:
    """Silences one alarm until a time; its state is kept."""
    command = commands.ShelveAlarm(alarm=alarm, until=given.until, comment=given.comment)
    return await _apply(service, user, command, alarm, key)


@router.post("/{alarm}/comment")
async def comment(alarm: str, given: Words, user: Operator, service: Running, key: Key = None) -> dict[str, Any]:
    """Adds a comment."""
    return await _apply(service, user, commands.CommentAlarm(alarm=alarm, comment=given.comment), alarm, key)


@router.post("/{alarm}/{transition}")
async def change(
    alarm: str,
    transition: Literal["acknowledge", "unacknowledge", "unshelve", "clear", "close"],
    user: Operator,
    service: Running,
    given: Comment | None = None,
    key: Key = None,
) -> dict[str, Any]:
    """Acknowledges, takes that back, unshelves, clears by hand, or closes: done with it, whether it stands or not."""
    command = PLAIN[transition](alarm=alarm, comment=given.comment if given else "")
    return await _apply(service, user, command, alarm, key)


async def _apply(
    service: Service, user: User, command: commands.Command, alarm: str, key: str | None
) -> dict[str, Any]:
    await seen(service, user, (ALARMS, alarm))
    await ask(service, user, command, key)
    async with service.pool.connection() as connection:
        return await fetch_one(connection, ALARMS, alarm, user)
