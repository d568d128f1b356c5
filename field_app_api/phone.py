"""What my phone tells of itself: where push messages go, and which notices were on the screen."""

from __future__ import annotations

from typing import Annotated, Any

import structlog
from fastapi import APIRouter
from pydantic import Field

from field_app_api.common import Given, Technician, TechnicianOnly
from guywire.commands.visits import SeeNotices, SubscribePush, UnsubscribePush
from guywire.errors import GuywireError, Refused
from guywire.push_key import public_push_key
from guywire.web import Key, Running, ask

_log = structlog.get_logger(__name__)
router = APIRouter(prefix="/api/v1", tags=["field"])

Endpoint = Annotated[str, Field(min_length=1, max_length=2000)]


class Subscription(Given):
    """A browser's push subscription (RFC 8030); the keys are base64url (RFC 8291)."""

    endpoint: Endpoint
    p256dh: str = Field(min_length=1, max_length=200)
    auth: str = Field(min_length=1, max_length=100)


class Ended(Given):
    endpoint: Endpoint


class SeenNotices(Given):
    ids: list[Annotated[str, Field(min_length=1, max_length=500)]] = Field(min_length=1, max_length=200)


@router.get("/push-key", dependencies=[TechnicianOnly])
def push_key(service: Running) -> dict[str, str]:
    """The public key with which a browser subscribes to push messages of this system."""
    try:
        return {"key": public_push_key(service.settings.data_dir)}
    except GuywireError as error:
        _log.error("push_key.unusable", reason=str(error))
        raise Refused("unavailable", "push_key", "Push messages cannot be had now. Ask an administrator.") from error


@router.post("/me/push")
async def subscribe(given: Subscription, service: Running, user: Technician, key: Key = None) -> dict[str, Any]:
    """Has push messages of mine sent to this browser."""
    await ask(service, user, SubscribePush(person=user.technician_id, **given.model_dump()), key)
    return {"endpoint": given.endpoint}


@router.post("/me/push/end")
async def unsubscribe(given: Ended, service: Running, user: Technician, key: Key = None) -> dict[str, Any]:
    """No more push messages to this browser."""
    await ask(service, user, UnsubscribePush(person=user.technician_id, endpoint=given.endpoint), key)
    return {"endpoint": given.endpoint}


@router.post("/me/notices/seen")
async def notices_seen(given: SeenNotices, service: Running, user: Technician, key: Key = None) -> dict[str, Any]:
    """These were on my screen."""
    await ask(service, user, SeeNotices(person=user.technician_id, notices=tuple(given.ids)), key)
    return {"seen": len(given.ids)}
