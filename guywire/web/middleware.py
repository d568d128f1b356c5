"""What every request of a face passes through, outermost first: log and metrics, security headers, the size limit."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping

import structlog
from prometheus_client import Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from guywire.web import errors

_log = structlog.get_logger(__name__)

REQUESTS = Counter("guywire_http_requests_total", "Answered requests", ["method", "route", "status"])
SECONDS = Histogram("guywire_http_request_seconds", "Time to answer", ["method", "route"])

_OPENER = "{token}"  # what stands there in an address opens something: it is not logged
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    )
)

_SECURITY = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "geolocation=(self), camera=(self), microphone=()",
}
_HSTS = "max-age=31536000"


class RequestLog:
    """Gives each request an id, logs it without query, headers or body (they hold phones and secrets), measures it.

    An exception that nobody took becomes the `internal` answer here, and its trace a log line of the same id.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = uuid.uuid4().hex
        started = time.perf_counter()
        status = 0

        async def noting_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request=request_id):
            try:
                await self._app(scope, receive, noting_send)
            except Exception:
                _log.exception("http.broke", path=_shown_path(scope))
                if status:  # half an answer is out: let the server cut it off
                    raise
                await errors.response(errors.INTERNAL)(scope, receive, noting_send)
            finally:
                _record(scope, status, time.perf_counter() - started)


def _record(scope: Scope, status: int, seconds: float) -> None:
    method = scope["method"] if scope["method"] in _METHODS else "other"
    route = getattr(scope.get("route"), "path", "") or "unmatched"
    REQUESTS.labels(method, route, status).inc()
    SECONDS.labels(method, route).observe(seconds)
    client = scope.get("client")
    level = _log.info if scope["path"].startswith("/api/") else _log.debug
    level(
        "http.request",
        method=method,
        path=_shown_path(scope),
        status=status,
        ms=round(seconds * 1000, 1),
        client=client[0] if client else "",
        user=scope.get("state", {}).get("user_name", ""),
    )


def policy_with(pictures_from: str) -> str:
    """The content security policy, with pictures (a map's tiles) from one more origin where one is given."""
    own = "img-src 'self' data: blob:"
    return CONTENT_SECURITY_POLICY.replace(own, f"{own} {pictures_from}".strip())


def _shown_path(scope: Scope) -> str:
    """The path as it may be logged."""
    route = getattr(scope.get("route"), "path", "")
    return str(route if _OPENER in route else scope["path"])


class SecurityHeaders:
    """The headers that keep a page to its own files; what the API says is never kept by a cache, unless it says so."""

    def __init__(self, app: ASGIApp, pictures_from: str = "") -> None:
        self._app = app
        self._security = _SECURITY | {"content-security-policy": policy_with(pictures_from)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def heading_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._security)
                headers.setdefault("cache-control", "no-store")
                if scope["scheme"] == "https":
                    headers["strict-transport-security"] = _HSTS
            await send(message)

        await self._app(scope, receive, heading_send)


class BodyLimit:
    """Refuses a body of more than `limit` bytes, or of what `larger` allows under a path's prefix."""

    def __init__(self, app: ASGIApp, limit: int, larger: Mapping[str, int]) -> None:
        self._app = app
        self._limit = limit
        self._larger = dict(larger)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = next((n for prefix, n in self._larger.items() if scope["path"].startswith(prefix)), self._limit)
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdigit() or int(declared) > limit:
            await errors.response(errors.TOO_LARGE)(scope, receive, send)
            return
        await self._app(scope, _limited(receive, limit), send)


def _limited(receive: Receive, limit: int) -> Receive:
    left = limit

    async def counting_receive() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:  # a chunked body that declared no length
            raise HTTPException(errors.STATUS["too_large"])
        return message

    return counting_receive
