"""A push service on loopback and browsers that subscribe to it: what arrives is checked and opened with their keys."""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import http_ece  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02  # type: ignore[import-untyped]

from guywire.database import Connection


def unpadded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Pushed:
    """A message as it arrived."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    def claims(self, audience: str) -> dict[str, Any]:
        """What the signature vouches for (RFC 8292); fails where it is not the key's that comes with it."""
        authorization = self.headers["authorization"]
        assert Vapid02.verify(authorization)
        token = authorization.partition(" t=")[2].partition(",")[0]
        payload = token.split(".")[1]
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        assert claims["aud"] == audience
        return claims

    @property
    def signed_by(self) -> str:
        """The public key of the sender, as browsers subscribe with it."""
        return self.headers["authorization"].partition("k=")[2].partition(",")[0].rstrip("=")


@dataclass
class PushService:
    """What was pushed, in order of arrival. `answers` are given one after the other, then 201."""

    url: str = ""
    pushed: list[Pushed] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    hold: Callable[[Pushed], object] = lambda _: None
    """Called with each message before it is answered, in a thread of its own."""
    arriving: int = 0

    def at(self, path: str) -> list[Pushed]:
        return [one for one in self.pushed if one.path == path]


@dataclass
class Browser:
    """A browser's push subscription with its secret keys (RFC 8291)."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def p256dh(self) -> str:
        return unpadded(self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    @property
    def auth(self) -> str:
        return unpadded(self.secret)

    def opened(self, message: Pushed) -> dict[str, Any]:
        """The JSON that the service worker gets; fails where the message is not for this browser."""
        assert message.headers["content-encoding"] == "aes128gcm"
        plain = http_ece.decrypt(message.body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        opened: dict[str, Any] = json.loads(plain)
        return opened


@contextmanager
def push_service() -> Iterator[PushService]:
    service = PushService()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            one = Pushed(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            service.arriving += 1
            service.hold(one)
            service.pushed.append(one)
            status, headers = service.answers.pop(0) if service.answers else (201, {})
            self.send_response(status)
            for name, value in {**headers, "Content-Length": "0"}.items():
                self.send_header(name, value)
            with suppress(ConnectionError):  # who asked may be dead by now
                self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            """Tests say what went wrong."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 128  # the usual 5 would turn away a teller that comes with many at once
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Handler)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    serving.start()
    service.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()


async def subscribed(connection: Connection, browser: Browser, person: str) -> None:
    """The browser's subscription as dispatch keeps it."""
    await connection.execute(
        "INSERT INTO dispatch.push_subscription (endpoint, person_id, p256dh, auth, since) VALUES (%s, %s, %s, %s, %s)",
        (browser.endpoint, person, browser.p256dh, browser.auth, datetime.now(UTC)),
    )


def let_loopback(data_dir: Path, telling: str = "", contacts: str = "") -> None:
    """The operator's policy that lets a push service of one's own be called, and what else a test wants."""
    folder = data_dir / "policy"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "visits.toml").write_text('[push]\nhosts = ["127.0.0.1"]\n')
    (folder / "telling.toml").write_text(f"private_addresses = true\n{telling}")
    if contacts:
        (folder / "contacts.toml").touch(mode=0o600)
        (folder / "contacts.toml").write_text(contacts)
