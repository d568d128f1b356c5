"""What a process tells of itself: structured logs on stderr, Prometheus metrics and a truthful /health on loopback."""

from __future__ import annotations

import asyncio
import json
import logging
import math
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, cast
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import prometheus_client
import structlog
from prometheus_client.exposition import ThreadingWSGIServer

Check = Callable[[], Awaitable[str | None]]
"""A health check: None when all is well, else one sentence that says what is wrong."""

_CHECK_SECONDS = 2.0
_MINUTE = 60.0


def configure_logging(service: str, level: str = "info") -> None:
    """JSON lines on stderr: time in UTC, level, service, event, and whatever was bound."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)


class Seldom:
    """For a log line that a stranger can cause: so many a minute, and the next one tells how many were left out."""

    def __init__(self, a_minute: int = 6, clock: Callable[[], float] = time.monotonic) -> None:
        self._a_minute, self._clock = a_minute, clock
        self._since, self._said, self._left_out = -math.inf, 0, 0

    def now(self) -> int | None:
        """None: not this time. Else how many were left out since the last one that was said."""
        if self._clock() - self._since >= _MINUTE:
            self._since, self._said = self._clock(), 0
        if self._said >= self._a_minute:
            self._left_out += 1
            return None
        left_out, self._left_out = self._left_out, 0
        self._said += 1
        return left_out


class Health:
    """The checks of one process. A check that raises or hangs is a check that failed."""

    def __init__(self) -> None:
        self._checks: dict[str, Check] = {}
        self._vital: set[str] = set()

    def add(self, name: str, check: Check, *, vital: bool = True) -> None:
        """A check that is not `vital` is told, and makes nobody restart the process."""
        self._checks[name] = check
        (self._vital.add if vital else self._vital.discard)(name)

    async def report(self) -> tuple[bool, dict[str, str]]:
        """Whether all is well, and each check's sentence (`ok` when well)."""
        checks, vital = dict(self._checks), set(self._vital)  # others may come while these are asked
        said = await asyncio.gather(*(self._run(check) for check in checks.values()))
        sentences = dict(zip(checks, (sentence or "ok" for sentence in said), strict=True))
        return all(sentences[name] == "ok" for name in vital), sentences

    async def _run(self, check: Check) -> str | None:
        try:
            async with asyncio.timeout(_CHECK_SECONDS):
                return await check()
        except TimeoutError:
            return f"no answer within {_CHECK_SECONDS:.0f} s"
        except Exception as error:  # noqa: BLE001 - whatever broke, the health page must say it
            return f"{type(error).__name__}: {error}".strip()


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's names
        """Scrapes are not news."""


def serve_metrics(port: int, health: Health, loop: asyncio.AbstractEventLoop) -> WSGIServer:
    """Serves /metrics and /health on 127.0.0.1 from a thread; a stuck event loop is unhealthy. Port 0 picks one."""
    metrics = prometheus_client.make_wsgi_app()

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/health":
            return cast(Iterable[bytes], metrics(environ, start_response))
        well, checks = _ask(health, loop)
        body = json.dumps({"status": "ok" if well else "unhealthy", "checks": checks}).encode()
        start_response(
            "200 OK" if well else "503 Service Unavailable",
            [("Content-Type", "application/json"), ("Content-Length", str(len(body)))],
        )
        return [body]

    server = make_server("127.0.0.1", port, app, ThreadingWSGIServer, _QuietHandler)
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server


def _ask(health: Health, loop: asyncio.AbstractEventLoop) -> tuple[bool, dict[str, str]]:
    asked = asyncio.run_coroutine_threadsafe(health.report(), loop)
    try:
        return asked.result(_CHECK_SECONDS + 1)
    except TimeoutError:
        asked.cancel()
        return False, {"event_loop": "stuck: it has not answered for 3 s"}
