"""My shifts: when I work, what holds over it, and changing duty with a mate."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, Field

from dispatch.rota.calendars import calendar_of
from dispatch.rota.duties import duties
from dispatch.rota.policy import RotaPolicy, policy_file
from field_app_api.common import Given, Technician, bodies
from guywire.commands.rota import AnswerSwap, ProposeSwap, WithdrawSwap
from guywire.errors import not_found
from guywire.service import Service
from guywire.web import Database, Key, Running, ask

router = APIRouter(prefix="/api/v1/me", tags=["field"])

_ENTRIES = """
SELECT to_jsonb(v) - '{technician,technician_name,company,region,domain}'::text[] AS body FROM views.rota_entry v
WHERE v.technician = %(me)s AND v.taken_back_at IS NULL AND v.until > %(since)s AND v.since < %(until)s
ORDER BY v.since, v.id
"""
_SWAPS = """
SELECT to_jsonb(v) || jsonb_build_object('mine', v.technician = %(me)s) AS body FROM views.swap v
WHERE %(me)s IN (v.technician, v.other) AND greatest(v.until, v.other_until) > %(since)s
    AND (v.state IN ('asked', 'agreed')
        OR coalesce(v.decided_at, v.answered_at, v.asked_at) > %(since)s - interval '7 days')
ORDER BY v.asked_at DESC, v.id LIMIT 50
"""
_CERTIFICATES = """
SELECT jsonb_build_object('id', v.id, 'skill', v.skill, 'number', v.number, 'valid_until', v.valid_until) AS body
FROM views.certificate v WHERE v.technician = %(me)s AND v.ended_at IS NULL ORDER BY v.valid_until, v.id
"""
_MATES = """
SELECT to_jsonb(o.id) AS body FROM views.technician t
JOIN views.technician o ON o.region = t.region AND o.role = t.role AND o.id <> t.id
WHERE t.id = %(me)s ORDER BY o.id LIMIT 200
"""
_MOST_DAYS = 62


class Proposal(Given):
    """I give since-until of my duty, and take other_since-other_until of the other's."""

    since: AwareDatetime
    until: AwareDatetime
    other: str = Field(min_length=1, max_length=200)
    other_since: AwareDatetime
    other_until: AwareDatetime
    note: str = Field(default="", max_length=2000)


class Word(Given):
    agreed: bool
    reason: str = Field(default="", max_length=2000)


@router.get("/rota")
async def my_rota(
    user: Technician, database: Database, service: Running, days: Annotated[int, Query(ge=1, le=_MOST_DAYS)] = 14
) -> dict[str, Any]:
    """The next days: `duty`, `standby`, `away`, the entries behind them, my swaps and certificates."""
    now = datetime.now(UTC)
    until = now + timedelta(days=days)
    values: dict[str, object] = {"me": user.technician_id, "since": now, "until": until}
    return {
        **await _hours_of(database, user.technician_id, now, until, _policy(service)),
        "entries": await bodies(database, _ENTRIES, values),
        "swaps": await bodies(database, _SWAPS, values),
        "certificates": await bodies(database, _CERTIFICATES, values),
    }


@router.get("/rota/mates")
async def mates(
    user: Technician, database: Database, service: Running, days: Annotated[int, Query(ge=1, le=_MOST_DAYS)] = 14
) -> dict[str, Any]:
    """When those work with whom I could change: `duty` alone, as why somebody is away is nobody's business."""
    now = datetime.now(UTC)
    known = [str(one) for one in await bodies(database, _MATES, {"me": user.technician_id})]
    found = await duties(database, known, now, now + timedelta(days=days), _policy(service))
    shown = ("id", "name", "time_zone", "duty")
    return {"items": [{name: one[name] for name in shown} for one in found], "next": None}


@router.get("/rota.ics")
async def my_calendar(user: Technician, database: Database, service: Running) -> Response:
    """The same for two months, for my own calendar."""
    now = datetime.now(UTC)
    until = now + timedelta(days=_MOST_DAYS)
    mine = await _hours_of(database, user.technician_id, now, until, _policy(service))
    return Response(calendar_of(mine, now), media_type="text/calendar; charset=utf-8")


@router.post("/swaps", status_code=201)
async def propose(given: Proposal, service: Running, user: Technician, key: Key = None) -> dict[str, Any]:
    """Asks a mate to change duty with me; refused at once where it could not be."""
    return await ask(service, user, ProposeSwap(technician=user.technician_id, **given.model_dump()), key)


@router.post("/swaps/{swap}/answer")
async def answer(swap: str, given: Word, service: Running, user: Technician, key: Key = None) -> dict[str, Any]:
    """My word on a swap that I was asked for; then a manager decides."""
    command = AnswerSwap(swap=swap, technician=user.technician_id, **given.model_dump())
    return await ask(service, user, command, key)


@router.post("/swaps/{swap}/withdraw")
async def withdraw(swap: str, service: Running, user: Technician, key: Key = None) -> dict[str, Any]:
    """Takes my proposal back, while it is open."""
    return await ask(service, user, WithdrawSwap(swap=swap, technician=user.technician_id), key)


async def _hours_of(
    database: Database, technician: str, since: datetime, until: datetime, policy: RotaPolicy
) -> dict[str, Any]:
    found = await duties(database, [technician], since, until, policy)
    if not found:
        raise not_found("technician", technician)
    return found[0]


def _policy(service: Service) -> RotaPolicy:
    return policy_file(service.settings.data_dir).current()
