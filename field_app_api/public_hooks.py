"""Gateways of SMS and e-mail hand over what customers wrote: signed, once each, matched to their complaint."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

import msgspec
import structlog
from fastapi import APIRouter, Request

from field_app_api.public import CUSTOMER
from guywire import inbox
from guywire.commands.complaints import HearMessage
from guywire.errors import GuywireError, Refused, invalid
from guywire.hook_secret import hook_secret, is_signed
from guywire.service import Service
from guywire.web import Running

_LONGEST_TEXT = 4000
_log = structlog.get_logger(__name__)
router = APIRouter(prefix="/api/v1/hooks", tags=["hooks"])

Given = TypeVar("Given", bound=msgspec.Struct)
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Sms(msgspec.Struct, frozen=True):
    """One message to us; what else a gateway says of it is not looked at."""

    id: Id
    text: str
    sender: Annotated[str, msgspec.Meta(min_length=3, max_length=32)] = msgspec.field(name="from")


class Email(msgspec.Struct, frozen=True):
    """One e-mail to us, as plain text; of an answer only what stands above the quoted text."""

    id: Id
    sender: Annotated[str, msgspec.Meta(pattern=r"^[^@\s{}]{1,64}@[\w.-]{1,130}$")] = msgspec.field(name="from")
    subject: str = ""
    text: str = ""


@router.post("/sms")
async def sms(request: Request, service: Running) -> dict[str, Any]:
    """Takes one SMS of a customer."""
    given = _decoded(await _signed_body(request, service), Sms)
    command = HearMessage(channel="sms", sender=given.sender, text=given.text[:_LONGEST_TEXT], message_id=given.id)
    return await inbox.ask(service.pool, service.wakeups, command, CUSTOMER, key=f"hook:sms:{given.id}")


@router.post("/email")
async def email(request: Request, service: Running) -> dict[str, Any]:
    """Takes one e-mail of a customer."""
    given = _decoded(await _signed_body(request, service), Email)
    text = unquoted(given.text) or given.subject.strip()
    command = HearMessage(channel="email", sender=given.sender, text=text[:_LONGEST_TEXT], message_id=given.id)
    return await inbox.ask(service.pool, service.wakeups, command, CUSTOMER, key=f"hook:email:{given.id}")


def unquoted(text: str) -> str:
    """What was written anew: lines up to the first quoted one, or the line that announces it."""
    lines: list[str] = []
    for line in text.splitlines():
        bare = line.strip()
        if bare.startswith((">", "-----")) or (bare.endswith(":") and "@" in bare):
            break
        lines.append(line)
    return "\n".join(lines).strip()


def secret_of(service: Service) -> bytes:
    """The secret that gateways share with us. Raises `Refused` when its file cannot be used; the log says why."""
    try:
        return hook_secret(service.settings.data_dir)
    except GuywireError as error:
        _log.error("hook_secret.unusable", reason=str(error))
        raise Refused("unavailable", "hook_secret", "Hooks cannot be taken now. Ask an administrator.") from error


async def _signed_body(request: Request, service: Service) -> bytes:
    secret = secret_of(service)
    body = await request.body()
    headers = request.headers
    if not is_signed(secret, body, headers.get("x-guywire-signature", ""), headers.get("authorization", "")):
        raise Refused("unauthorized", "signature", "Sign the body with the secret of the file hook-secret.")
    return body


def _decoded(body: bytes, shape: type[Given]) -> Given:
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise invalid("malformed", f"The body is not as it should be: {error}.") from None
