"""One listening page: what it may see and asked for, and a bounded buffer of what it was not yet sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from guywire import identity
from guywire.feed import TOPICS, Change
from guywire.identity import Permission, User

MOST_WAITING = 5000
_IN_ONE_MESSAGE = 500
_NEEDS = dict.fromkeys(TOPICS, Permission.VIEW_NETWORK) | {"complaint": Permission.VIEW_COMPLAINTS}


def topics_of(user: User) -> frozenset[str]:
    """The topics that a user may listen to."""
    return frozenset(topic for topic, permission in _NEEDS.items() if identity.may(user, permission))


def may_see(user: User, change: Change) -> bool:
    """Whether the object of a change lies in the user's region; that something is gone tells nothing but its id."""
    if not user.region or change.topic == "inventory" or change.body.get("gone"):
        return True
    if "touches" in change.body:
        return identity.concerns(user, change.body["touches"])
    regions = change.body.get("regions", [change.body.get("region")])
    return any(identity.in_region(user, region) for region in regions)


class Client:
    """Buffers changes for one page. When it is too slow they are dropped, and it is told to fetch its lists again."""

    def __init__(self, user: User, most_waiting: int = MOST_WAITING) -> None:
        self.user = user
        self.resyncs = 0
        self._most_waiting = most_waiting
        self._topics: frozenset[str] = frozenset()
        self._changes: list[bytes] = []
        self._must_hello = False
        self._must_resync = False
        self._ping_at: datetime | None = None
        self._something = asyncio.Event()

    def subscribe(self, topics: Iterable[str]) -> None:
        """Starts anew with these topics, as far as they may be seen: a hello comes next."""
        self._topics = topics_of(self.user) & frozenset(topics)
        self._changes.clear()
        self._must_hello, self._must_resync = True, False
        self._something.set()

    def offer(self, change: Change, encoded: bytes) -> None:
        """Takes a change when it is for this page; `encoded` is the change as JSON, made once for all pages."""
        if self._must_hello or self._must_resync:
            return  # the seq that goes with the hello counts it in: the lists will hold it
        if change.topic not in self._topics or not may_see(self.user, change):
            return
        if len(self._changes) >= self._most_waiting:
            self.resync()
            return
        self._changes.append(encoded)
        self._something.set()

    def resync(self) -> None:
        """Drops what waits; the page will be told to fetch its lists."""
        self._changes.clear()
        self._must_resync = bool(self._topics)
        self._something.set()

    def ping(self, read_at: datetime) -> None:
        """Says how fresh the feed is, behind all that waits."""
        self._ping_at = read_at
        self._something.set()

    async def next_messages(self, seqs: Mapping[str, int], clock: Callable[[], datetime]) -> list[str]:
        """Waits until there is something to send; `seqs` is the hub's own map, read as it stands then."""
        await self._something.wait()
        self._something.clear()
        return [*self._marker(seqs, clock()), *self._batches(), *self._ping(clock())]

    def _marker(self, seqs: Mapping[str, int], now: datetime) -> list[str]:
        if not self._must_hello and not self._must_resync:
            return []
        self.resyncs += self._must_resync
        said: dict[str, Any] = {"type": "hello" if self._must_hello else "resync", "seq": dict(seqs), "now": now}
        if self._must_hello:
            said["topics"] = sorted(self._topics)
        self._must_hello = self._must_resync = False
        return [_text(said)]

    def _batches(self) -> list[str]:
        waiting, self._changes = self._changes, []
        return [
            '{"type":"changes","changes":[' + b",".join(waiting[start : start + _IN_ONE_MESSAGE]).decode() + "]}"
            for start in range(0, len(waiting), _IN_ONE_MESSAGE)
        ]

    def _ping(self, now: datetime) -> list[str]:
        at, self._ping_at = self._ping_at, None
        return [_text({"type": "ping", "at": at, "now": now})] if at else []


def _text(message: dict[str, Any]) -> str:
    return msgspec.json.encode(message).decode()
