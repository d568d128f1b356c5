"""Where customers' messages arrive in the tests: a real SMTP server and a webhook, each on a free port of loopback."""

from __future__ import annotations

import email
import email.policy
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Inboxes:
    """What arrived so far, in its order: mails as text with their recipient, webhooks' bodies with their path."""

    smtp_port: int = 0
    hook_port: int = 0
    mails: list[tuple[str, str]] = field(default_factory=list)
    hooks: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    refusals: int = 0
    """So many messages the webhook refuses before it takes one."""

    def mailed(self, recipient: str, words: str) -> str | None:
        """The first mail to somebody that has these words."""
        return next((text for to, text in self.mails if recipient in to and words in text), None)

    def hooked(self, phone: str, words: str) -> str | None:
        """The first message to a phone that has these words."""
        texts = (body["message"] for path, body in self.hooks if path.endswith(phone))
        return next((text for text in texts if words in text), None)


@contextmanager
def inboxes() -> Iterator[Inboxes]:
    """Both servers, until the block ends."""
    kept = Inboxes()
    servers = [_smtp_server(kept), _hook_server(kept)]
    kept.smtp_port, kept.hook_port = (server.server_address[1] for server in servers)
    threads = [threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}) for server in servers]
    for thread in threads:
        thread.start()
    try:
        yield kept
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()
        for thread in threads:
            thread.join(5)


def _hook_server(kept: Inboxes) -> ThreadingHTTPServer:
    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            refused, kept.refusals = kept.refusals > 0, max(kept.refusals - 1, 0)
            if not refused:
                kept.hooks.append((self.path, json.loads(body)))
            self.send_response(503 if refused else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing: the test says what arrived."""

    return ThreadingHTTPServer(("127.0.0.1", 0), Hook)


def _smtp_server(kept: Inboxes) -> socketserver.ThreadingTCPServer:
    class Session(socketserver.StreamRequestHandler):
        """One session of RFC 5321, as far as a client that only delivers needs it."""

        def handle(self) -> None:
            self._say("220 inboxes ESMTP")
            recipients: list[str] = []
            while line := self.rfile.readline().decode("utf-8", "replace").strip():
                verb = line.split(" ")[0].upper()
                if verb == "RCPT":
                    recipients.append(line.partition(":")[2])
                if verb == "DATA":
                    self._say("354 go on")
                    kept.mails.append((" ".join(recipients), self._message()))
                self._say("221 bye" if verb == "QUIT" else "250 ok")
                if verb == "QUIT":
                    return

        def _message(self) -> str:
            lines: list[bytes] = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
            message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
            body = message.get_body(("plain", "html"))
            return body.get_content() if body else ""

        def _say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    return Server(("127.0.0.1", 0), Session)
