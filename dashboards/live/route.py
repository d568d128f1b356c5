"""The WebSocket at /api/v1/live: who listens, what they ask for, and the loop that sends; and the snapshot that a page
begins with (docs/api.md, live feed)."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

import msgspec
import psycopg
import structlog
from fastapi import APIRouter, Query, Request, WebSocket
from fastapi.responses import StreamingResponse
from psycopg_pool import PoolTimeout
from starlette.websockets import WebSocketDisconnect, WebSocketState

from dashboards.live.client import Client, topics_of
from dashboards.live.hub import Hub
from dashboards.live.snapshot import COLLECTIONS, Snapshots, unzipped
from dashboards.routes.common import Viewer
from guywire import identity
from guywire.errors import Refused, invalid
from guywire.feed import TOPICS
from guywire.web import Session, service_of
from guywire.web.auth import same_origin, secret_of

PING_SECONDS = 5.0
_PINGS_A_LOOK = 6
_FIRST_MESSAGE_SECONDS = 5.0

NOT_UNDERSTOOD = 4400
NOT_SIGNED_IN = 4401
FORBIDDEN = 4403
STOPPING = 1012

_log = structlog.get_logger(__name__)
_Message = TypeVar("_Message")
router = APIRouter()


class Authenticate(msgspec.Struct, tag="authenticate", forbid_unknown_fields=True):
    token: str


class Subscribe(msgspec.Struct, tag="subscribe", forbid_unknown_fields=True):
    topics: list[str]
    after: dict[str, int] | None = None
    epoch: str = ""


class Used(msgspec.Struct, tag="used", forbid_unknown_fields=True):
    """A key or a pointer moved on the page."""


_AUTHENTICATE: msgspec.json.Decoder[Authenticate] = msgspec.json.Decoder(Authenticate)
_ASKED: msgspec.json.Decoder[Subscribe | Used] = msgspec.json.Decoder(Subscribe | Used)


class _Closed(Exception):
    """How a conversation ends: a close code and a reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@router.get("/api/v1/live/snapshot")
async def snapshot(
    request: Request, user: Viewer, collections: Annotated[str, Query(min_length=1, max_length=500)]
) -> StreamingResponse:
    """What a page begins with: the named collections (with commas between), as JSON lines of columns."""
    names = collections.split(",")
    if unknown := sorted(set(names) - COLLECTIONS.keys()):
        raise invalid(
            "no_such_collection", f"collections: there is no {unknown[0]!a:.60}. Known: {', '.join(COLLECTIONS)}."
        )
    snapshots: Snapshots = request.app.state.snapshots
    pieces = snapshots.of(user, names)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return StreamingResponse(unzipped(pieces), media_type="application/x-ndjson")
    return StreamingResponse(pieces, media_type="application/x-ndjson", headers={"content-encoding": "gzip"})


@router.websocket("/api/v1/live")
async def live(socket: WebSocket) -> None:
    await socket.accept()
    try:
        session = await _session(socket)
        hub: Hub = socket.app.state.hub
        client = Client(session.user, hub.most_waiting)
        hub.join(client)
        try:
            await _first_to_end(
                _listen(socket, client, hub),
                _send(socket, client, hub),
                _tick(socket, client, hub, session),
                _until_stopped(socket),
            )
        finally:
            hub.leave(client)
    except WebSocketDisconnect:
        pass
    except _Closed as end:
        if socket.application_state is WebSocketState.CONNECTED:
            await socket.close(end.code, end.reason)


async def _session(socket: WebSocket) -> Session:
    """Who listens: by header, by cookie from our own page, or by the first message."""
    secret, by_cookie = secret_of(socket)
    if by_cookie and not same_origin(socket):
        raise _Closed(FORBIDDEN, "foreign origin")
    try:
        session = await identity.session(service_of(socket).pool, secret or await _token(socket), datetime.now(UTC))
    except Refused as refused:
        raise _Closed(NOT_SIGNED_IN, refused.reason) from None
    except (psycopg.OperationalError, PoolTimeout):
        raise _Closed(STOPPING, "the database does not answer") from None
    if not topics_of(session.user):
        raise _Closed(FORBIDDEN, "this role may see none of it")
    return session


async def _token(socket: WebSocket) -> str:
    try:
        async with asyncio.timeout(_FIRST_MESSAGE_SECONDS):
            return (await _receive(socket, _AUTHENTICATE)).token
    except TimeoutError:
        raise _Closed(NOT_SIGNED_IN, "no token came") from None


async def _listen(socket: WebSocket, client: Client, hub: Hub) -> None:
    while True:
        asked = await _receive(socket, _ASKED)
        if isinstance(asked, Used):
            client.used_at = datetime.now(UTC)
            continue
        if unknown := set(asked.topics) - set(TOPICS):
            raise _Closed(NOT_UNDERSTOOD, f"no such topic: {min(unknown)!a:.60}")  # a reason has 123 bytes
        hub.subscribe(client, asked.topics, asked.after, asked.epoch)


async def _receive(socket: WebSocket, decoder: msgspec.json.Decoder[_Message]) -> _Message:
    """A message that the decoder takes. Raises `_Closed` for anything else."""
    try:
        return decoder.decode(await socket.receive_text())
    except (msgspec.MsgspecError, KeyError, UnicodeDecodeError):  # KeyError: a binary frame
        raise _Closed(NOT_UNDERSTOOD, "not understood; see docs/api.md") from None


async def _send(socket: WebSocket, client: Client, hub: Hub) -> None:
    while True:
        for message in await client.next_messages(hub, lambda: datetime.now(UTC)):
            await socket.send_text(message)


async def _tick(socket: WebSocket, client: Client, hub: Hub, session: Session) -> None:
    """A ping every five seconds, and now and then a look whether they are still signed in."""
    pool = service_of(socket).pool
    while True:
        for _ in range(_PINGS_A_LOOK):
            client.ping(hub.read_at)
            await asyncio.sleep(PING_SECONDS)
        try:
            await identity.session(pool, session.secret, datetime.now(UTC))
        except Refused as refused:
            raise _Closed(NOT_SIGNED_IN, refused.reason) from None
        except (psycopg.OperationalError, PoolTimeout):
            _log.warning("live.session_not_checked")


async def _until_stopped(socket: WebSocket) -> None:
    await service_of(socket).stop.wait()
    raise _Closed(STOPPING, "the service is stopping")


async def _first_to_end(*parts: Coroutine[Any, Any, None]) -> None:
    """Runs the parts of a conversation side by side; the first one to end, by raising, ends them all."""
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
