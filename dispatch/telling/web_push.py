"""Sends push messages to the services that browsers named, and reads what these say (RFC 8030)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import httpcore

from dispatch.telling.model import Outcome, Subscription
from dispatch.telling.policy import TellingPolicy
from dispatch.telling.public_network import NotAllowed, PublicNetwork
from dispatch.telling.push_message import Header, Signatures, sealed
from guywire.errors import GuywireError
from guywire.push_key import push_key

_LONGEST_ANSWER = 16_384  # bytes; what comes after them is not read
_GONE = frozenset({404, 410})
_BUSY = frozenset({408, 425, 429})


class WebPush:
    """The client of all push services. `serves` says which hosts may be called at all, `policy` how."""

    def __init__(self, data_dir: Path, policy: Callable[[], TellingPolicy], serves: Callable[[str], bool]) -> None:
        self._data_dir, self._policy, self._serves = data_dir, policy, serves
        self._http = httpcore.AsyncConnectionPool(
            max_connections=policy().at_once,
            keepalive_expiry=60.0,
            network_backend=PublicNetwork(lambda: self._policy().private_addresses),
        )

    async def send(self, to: Subscription, body: bytes, header: Header, now: datetime) -> Outcome:
        """Sends it within the policy's time; nothing raises."""
        policy = self._policy()
        if not may_call(to.endpoint, self._serves, private=policy.private_addresses):
            return Outcome("failed", "policy does not let this address be called")
        try:
            async with asyncio.timeout(policy.endpoint_seconds):
                fields, content = await asyncio.to_thread(self._prepare, to, body, header, now)
                return await self._post(to.endpoint, fields, content, now)
        except Exception as error:  # noqa: BLE001 - from a lost line to keys that nothing can be sealed with
            return outcome_of_error(error)

    async def close(self) -> None:
        await self._http.aclose()

    @cached_property
    def _signatures(self) -> Signatures:
        return Signatures(push_key(self._data_dir))

    def _prepare(
        self, to: Subscription, body: bytes, header: Header, now: datetime
    ) -> tuple[list[tuple[bytes, bytes]], bytes]:
        content = sealed(body, to)
        fields = {
            "Host": urlsplit(to.endpoint).netloc,
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "Content-Length": str(len(content)),
            **header.fields(),
            **self._signatures.header(to.endpoint, self._policy().subject, now),
        }
        return [(name.encode(), value.encode()) for name, value in fields.items()], content

    async def _post(self, endpoint: str, fields: list[tuple[bytes, bytes]], content: bytes, now: datetime) -> Outcome:
        async with self._http.stream("POST", endpoint, headers=fields, content=content) as answer:
            await _read_little(answer)
        wished = next((value for name, value in answer.headers if name.lower() == b"retry-after"), b"")
        return outcome_of(answer.status, wished.decode("latin-1"), now)


def may_call(endpoint: str, serves: Callable[[str], bool], *, private: bool) -> bool:
    """Whether policy lets this address be called: https to a named host, or http to a named loopback address."""
    try:
        parts = urlsplit(endpoint)
        host, _ = parts.hostname or "", parts.port  # a port that is none raises
    except ValueError:
        return False
    secure = parts.scheme == "https" or (private and parts.scheme == "http" and _is_loopback(host))
    return secure and serves(host) and not parts.username and not parts.password


def outcome_of(status: int, retry_after: str, now: datetime) -> Outcome:
    """What a push service's answer means (RFC 8030, 5, 7.3 and 8.4). No redirect is followed."""
    if 200 <= status < 300:
        return Outcome("delivered", str(status))
    if status in _GONE:
        return Outcome("gone", str(status))
    if status in _BUSY or status >= 500:
        return Outcome("waiting", str(status), _pause(retry_after, now))
    return Outcome("failed", str(status))


def outcome_of_error(error: Exception) -> Outcome:
    """What an attempt without an answer means, without a word of the address."""
    match error:
        case NotAllowed():
            return Outcome("failed", str(error))
        case TimeoutError() | httpcore.TimeoutException():
            return Outcome("waiting", "no answer in time")
        case GuywireError():
            return Outcome("waiting", "the push key cannot be used")
        case httpcore.NetworkError() | httpcore.ProtocolError() | OSError():
            return Outcome("waiting", f"no connection: {type(error).__name__}")
        case _:
            return Outcome("failed", f"cannot be sent: {type(error).__name__}")


def _pause(retry_after: str, now: datetime) -> timedelta:
    """Seconds or a date (RFC 9110, 10.2.3); what is neither asks for nothing."""
    if retry_after.isascii() and retry_after.isdigit():
        return timedelta(seconds=min(int(retry_after[:9]), 86_400))
    try:
        at = parsedate_to_datetime(retry_after)
    except (ValueError, TypeError, IndexError):
        return timedelta()
    return max((at if at.tzinfo else at.replace(tzinfo=UTC)) - now, timedelta())


async def _read_little(answer: httpcore.Response) -> None:
    """Reads the answer to its end, so that the connection can be used again; a long one is left."""
    length = 0
    async for chunk in answer.aiter_stream():
        length += len(chunk)
        if length > _LONGEST_ANSWER:
            return


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
