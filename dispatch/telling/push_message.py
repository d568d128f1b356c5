"""A push message as it goes over the wire: JSON for the service worker, sealed for one browser, with our signature."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02  # type: ignore[import-untyped]

from dispatch.telling.model import Message, Subscription

_WORDS_BYTES = 1200
"""Of each language; all of it stays under the 3,993 that a push service must take (RFC 8291, 4)."""
_SIGNED_FOR = timedelta(hours=12)  # RFC 8292, 2: a day at most


class Header(NamedTuple):
    """How a push service treats a message: for how long it keeps it, how urgent it is (RFC 8030, 5.2 to 5.4)."""

    ttl: timedelta
    urgency: str
    topic: str

    def fields(self) -> dict[str, str]:
        return {"TTL": str(int(self.ttl.total_seconds())), "Urgency": self.urgency, "Topic": self.topic}


def body_of(message: Message) -> bytes:
    """What the service worker shows. Its `id` is the notification's tag: it may come twice, and stands there once."""
    return msgspec.json.encode(
        {
            "id": message.notice_id,
            "kind": message.kind,
            "urgent": message.urgent,
            "at": message.at,
            "words": {language: _cut(text) for language, text in message.words.items()},
            "work_order": message.work_order_id,
            "ticket": message.ticket_id,
            "site": message.site_id,
        }
    )


def take_down_of(message: Message) -> bytes:
    """What has the service worker take the notice down."""
    return msgspec.json.encode({"id": message.notice_id, "kind": "over"})


def topic_of(message: Message) -> str:
    """The same for a notice and its end, so that the one replaces the other while the phone is away."""
    return base64.urlsafe_b64encode(hashlib.sha256(message.notice_id.encode()).digest()[:24]).decode()


def sealed(body: bytes, to: Subscription) -> bytes:
    """The body for this browser alone (RFC 8188, RFC 8291). Raises `WebPushException` for keys that are none."""
    from pywebpush import WebPusher  # type: ignore[import-untyped]  # brings two HTTP clients: only once a phone asks

    pusher = WebPusher({"endpoint": to.endpoint, "keys": {"p256dh": to.p256dh, "auth": to.auth}})
    return bytes(pusher.encode(body)["body"])


class Signatures:
    """Our signature for each push service (RFC 8292), made anew before it is half used up."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._signer = Vapid02(key)
        self._made: dict[tuple[str, str], tuple[datetime, Mapping[str, str]]] = {}

    def header(self, endpoint: str, subject: str, now: datetime) -> Mapping[str, str]:
        """The Authorization field for an endpoint."""
        parts = urlsplit(endpoint)
        audience = f"{parts.scheme}://{parts.netloc}"
        at, header = self._made.get((audience, subject), (None, {}))
        if at is None or not timedelta() <= now - at < _SIGNED_FOR / 2:
            claims = {"aud": audience, "sub": subject, "exp": int((now + _SIGNED_FOR).timestamp())}
            header = dict(self._signer.sign(claims))
            self._made[audience, subject] = (now, header)
        return header


def _cut(text: str) -> str:
    """So much of it as fits, measured as JSON, in which a sign may take six bytes."""
    short = text
    while (size := len(msgspec.json.encode(short))) > _WORDS_BYTES:
        short = short[: len(short) * _WORDS_BYTES // size - 1]
    return short if short == text else f"{short}…"
