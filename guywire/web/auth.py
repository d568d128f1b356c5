"""Who is asking: a bearer token or the session cookie, what they may do, and the routes of signing in and out."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict
from datetime import UTC, datetime
from math import ceil
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field
from starlette.requests import HTTPConnection

from guywire import identity
from guywire.database import Connection
from guywire.errors import Refused
from guywire.identity import Permission, SignedIn, User
from guywire.service import Service
from guywire.web.throttle import Throttle

COOKIE = "guywire_session"
CSRF_HEADER = "x-guywire-csrf"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

Session = SignedIn


def service_of(connection: HTTPConnection) -> Service:
    """The running service that this application belongs to."""
    service: Service = connection.app.state.service
    return service


async def _database(connection: HTTPConnection) -> AsyncIterator[Connection]:
    async with service_of(connection).pool.connection() as one:
        yield one


Database = Annotated[Connection, Depends(_database, scope="function")]
"""A connection for reading, given back before the answer is sent: a slow client must not hold one."""

Running = Annotated[Service, Depends(service_of)]


def secret_of(connection: HTTPConnection) -> tuple[str, bool]:
    """The secret that came with the request, and whether by cookie; `("", False)` when none did."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip(), False
    cookie = connection.cookies.get(cookie_of(connection), "")
    return cookie, bool(cookie)


def cookie_of(connection: HTTPConnection) -> str:
    """The session cookie's name. Browsers keep cookies by host, not by port: without the port in the name, signing in
    to one face of a host would sign out of the other."""
    return f"{COOKIE}_{connection.scope['server'][1]}"


def same_origin(connection: HTTPConnection) -> bool:
    """Whether the `Origin` header names this very site: scheme, host and port."""
    origin = urlsplit(connection.headers.get("origin", ""))
    scheme = {"ws": "http", "wss": "https"}.get(connection.url.scheme, connection.url.scheme)
    return (origin.scheme, origin.netloc) == (scheme, connection.headers.get("host", ""))


async def current_session(connection: HTTPConnection) -> Session:
    """Who is asking. Raises `Refused`: 401 without a good secret, 403 when a cookie's request may be another site's."""
    secret, by_cookie = secret_of(connection)
    if not secret:
        raise Refused("unauthorized", "not_signed_in", "Sign in, or send a bearer token.")
    session = await identity.session(service_of(connection).pool, secret, datetime.now(UTC))
    connection.scope.setdefault("state", {})["user_name"] = session.user.name
    if by_cookie and connection.scope["type"] == "http" and connection.scope["method"] not in _SAFE:
        _refuse_forgery(connection, session)
    return session


def _refuse_forgery(connection: HTTPConnection, session: Session) -> None:
    if not same_origin(connection):
        raise _foreign_origin()
    given = connection.headers.get(CSRF_HEADER, "")
    if not session.csrf or not secrets.compare_digest(given.encode(), session.csrf.encode()):
        raise Refused(
            "forbidden", "csrf_missing", "The X-Guywire-Csrf header is missing or old. Get /api/v1/session, try again."
        )


def _foreign_origin() -> Refused:
    return Refused(
        "forbidden",
        "foreign_origin",
        "This request did not come from this site's own page. Behind a TLS proxy, set trusted_proxies to its address.",
    )


def require(permission: Permission) -> Callable[..., Awaitable[User]]:
    """A dependency: the user, once they may; otherwise 401 or 403."""

    async def permitted(session: Annotated[Session, Depends(current_session)]) -> User:
        refuse_unless(session.user, permission)
        return session.user

    return permitted


def refuse_unless(user: User, permission: Permission) -> None:
    """Raises `Refused` with 403 when the user may not."""
    if not identity.may(user, permission):
        raise Refused(
            "forbidden", f"needs_{permission}", f"The role {user.role} may not do this. Ask your shift leader."
        )


class Credentials(BaseModel):
    name: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=256)


router = APIRouter(prefix="/api/v1", tags=["session"])


@router.post("/session")
async def sign_in(given: Credentials, connection: HTTPConnection, response: Response) -> dict[str, Any]:
    """Opens a session: sets the cookie and says who it is for."""
    if "origin" in connection.headers and not same_origin(connection):
        raise _foreign_origin()
    throttle: Throttle = connection.app.state.throttle
    address = connection.client.host if connection.client else ""
    _refuse_guesser(throttle.take(address, asyncio.get_running_loop().time()))
    session = await identity.sign_in(service_of(connection).pool, given.name, given.password, datetime.now(UTC))
    throttle.give_back(address)
    response.set_cookie(
        cookie_of(connection),
        session.secret,
        max_age=int(identity.LONGEST_SESSION.total_seconds()),  # the server knows when it really ends
        secure=connection.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return described(session)


def _refuse_guesser(seconds: float) -> None:
    if seconds:
        message = f"Too many failed sign-ins came from your address. Wait {ceil(seconds)} s, then try again."
        raise Refused("too_many_requests", "sign_in", message)


@router.get("/session")
async def who_am_i(session: Annotated[Session, Depends(current_session)]) -> dict[str, Any]:
    """Who is signed in, what they may do, and the word that changing requests by cookie must carry."""
    return described(session)


@router.delete("/session", status_code=204)
async def sign_out(session: Annotated[Session, Depends(current_session)], connection: HTTPConnection) -> Response:
    """Ends the session, or revokes the bearer token that asked."""
    await identity.sign_out(service_of(connection).pool, session.secret)
    answer = Response(status_code=204)
    over_tls = connection.url.scheme == "https"
    answer.delete_cookie(cookie_of(connection), secure=over_tls, httponly=True, samesite="strict")
    return answer


def described(session: Session) -> dict[str, Any]:
    """A session as its owner may see it: without the secret."""
    return {
        "user": asdict(session.user),
        "permissions": [permission for permission in Permission if identity.may(session.user, permission)],
        "csrf": session.csrf,
        "expires_at": session.expires_at,
    }
