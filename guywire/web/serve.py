"""Serves an application until its service is told to stop, then lets requests end and closes the live sockets."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import structlog
import uvicorn
from starlette.types import ASGIApp

from guywire.errors import GuywireError
from guywire.service import Service

_log = structlog.get_logger(__name__)
_GRACE_SECONDS = 3
_KEEP_ALIVE_SECONDS = 75  # longer than proxies keep theirs: who closes first must not be us, amid a request
_MESSAGE_BYTES = 64 * 1024


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the service's: it sets `stop`."""
        yield


async def serve(service: Service, app: ASGIApp, port: int) -> None:
    """Serves on `settings.host` until `service.stop`. Raises `GuywireError` when the port cannot be had."""
    settings = service.settings
    with _bound(settings.host, port) as listening:
        config = uvicorn.Config(
            app,
            http="h11",
            ws="websockets-sansio",
            ws_max_size=_MESSAGE_BYTES,
            ws_per_message_deflate=False,  # one encoding for all clients; the feed's cost is then one copy each
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=settings.trusted_proxies,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        server = _Server(config)
        stopping = asyncio.create_task(_stop(service, server))
        _log.info("http.serving", host=settings.host, port=listening.getsockname()[1])
        try:
            await server.serve(sockets=[listening])
        finally:
            stopping.cancel()


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # the protocol by name: asyncio switches Nagle's delay (40 ms an answer) off only for a socket that says it is TCP
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise GuywireError(f"Cannot listen on {host}:{port}: {error.strerror}. Choose another port or host.") from error
    return listening


async def _stop(service: Service, server: uvicorn.Server) -> None:
    await service.stop.wait()
    server.should_exit = True
