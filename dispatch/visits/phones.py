"""What phones say of themselves: where push messages go, and which notices were on the screen."""

from __future__ import annotations

import base64
import binascii
import ipaddress
from urllib.parse import urlsplit

from dispatch.board import Board
from dispatch.said import Said
from dispatch.visits.model import PushSubscription
from dispatch.visits.people import known_person
from guywire.commands.visits import SeeNotices, SubscribePush, UnsubscribePush
from guywire.errors import invalid

_LONGEST_ENDPOINT = 2000
_P256_POINT = 65
_AUTH_SECRET = 16


def subscribe_push(board: Board, command: SubscribePush, _: str) -> Said:
    """Keeps where to push to; an endpoint belongs to the person who subscribed last. Raises `Refused`."""
    known_person(board, command.person)
    _check_endpoint(board, command.endpoint)
    if len(_bytes_of(command.p256dh)) != _P256_POINT or len(_bytes_of(command.auth)) != _AUTH_SECRET:
        raise invalid("keys_malformed", "p256dh and auth are not the keys of a push subscription. Subscribe anew.")
    board.visits.subscribed.append(
        PushSubscription(command.endpoint, command.person, command.p256dh, command.auth, board.now)
    )
    return Said("technician", command.person)


def unsubscribe_push(board: Board, command: UnsubscribePush, _: str) -> Said:
    """Forgets it, where it is the person's own."""
    known_person(board, command.person)
    board.visits.unsubscribed.append((command.endpoint, command.person))
    return Said("technician", command.person)


def see_notices(board: Board, command: SeeNotices, _: str) -> Said:
    """Notes that the person saw their notices; those of others stay as they are."""
    known_person(board, command.person)
    board.visits.seen.append((command.person, command.notices))
    return Said("technician", command.person)


def _check_endpoint(board: Board, endpoint: str) -> None:
    """Only to push services that policy names: this server will call the address."""
    try:
        parsed = urlsplit(endpoint)
        host, _ = parsed.hostname or "", parsed.port
    except ValueError:
        host, parsed = "", urlsplit("")
    secure = parsed.scheme == "https" or (parsed.scheme == "http" and _is_loopback(host))
    plain = len(endpoint) <= _LONGEST_ENDPOINT and endpoint.isascii() and not parsed.username
    if not (secure and plain and board.visits.policy.push.serves(host)):
        raise invalid(
            "push_service_unknown",
            f"Push messages are not sent to {host[:100] or 'this address'}. An administrator may add it to"
            " policy/visits.toml, push.hosts.",
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _bytes_of(text: str) -> bytes:
    """Of base64url, with or without padding; empty where it is none."""
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
