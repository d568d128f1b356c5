"""One listening page: what it may see and asked for, and a bounded buffer of what it was not yet sent.

Pages of one region that ask for the same are an audience: what they are told is chosen and written once for all.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec

from dashboards.live.recent import Told, cut_to
from guywire import identity
from guywire.feed import TOPICS, Change
from guywire.identity import Permission, User

MOST_WAITING = 5000
_IN_ONE_MESSAGE = 500
_NEEDS = dict.fromkeys(TOPICS, Permission.VIEW_NETWORK) | {
    "complaint": Permission.VIEW_COMPLAINTS,
    "handover": Permission.HAND_OVER,
}
_OF_NO_PLACE = frozenset({"inventory", "procedure"})


def topics_of(user: User) -> frozenset[str]:
    """The topics that a user may listen to."""
    return frozenset(topic for topic, permission in _NEEDS.items() if identity.may(user, permission))


def may_see(user: User, change: Change) -> bool:
    """Whether the object of a change lies in the user's region; that something is gone tells nothing but its id."""
    if not user.region or change.topic in _OF_NO_PLACE or change.body.get("gone"):
        return True
    if "touches" in change.body:
        return identity.concerns(user, change.body["touches"])
    regions = change.body.get("regions", [change.body.get("region")])
    return any(identity.in_region(user, region) for region in regions)


class Source(Protocol):
    """What a page asks of the hub as it is about to be told something."""

    def handed_on(self) -> Mapping[str, int]:
        """How far each publisher's feed has been offered to every page, to the last change."""

    @property
    def epoch(self) -> str:
        """Which history the numbers belong to (see `Recent`)."""

    def since(self, epoch: str, after: Mapping[str, int]) -> Iterable[Told] | None:
        """What was handed on behind these numbers; None when that is no longer known."""


class Audience:
    """Pages that are told the very same; `tell` gathers, `flush` writes one message for all of them."""

    def __init__(self, user: User, topics: frozenset[str]) -> None:
        self.clients: set[Client] = set()
        self._user = user  # any of them: they differ in nothing that counts here
        self._topics = topics
        self._gathered: list[bytes] = []

    def tell(self, one: Told) -> None:
        if is_for(self._user, self._topics, one):
            self._gathered.append(cut_to(self._user.region, one))

    def flush(self) -> None:
        gathered, self._gathered = self._gathered, []
        for message, count in _messages(gathered):
            for client in self.clients:
                client.offer(message, count)


def is_for(user: User, topics: frozenset[str], one: Told) -> bool:
    return one.change.topic in topics and may_see(user, one.change)


class Client:
    """Buffers messages for one page. When it is too slow they are dropped, and it is told to fetch its lists again."""

    def __init__(self, user: User, most_waiting: int = MOST_WAITING) -> None:
        self.user = user
        self.topics: frozenset[str] = frozenset()
        self.resyncs = 0
        self.used_at: datetime | None = None
        """When a key or a pointer last moved on the page, as it says itself."""
        self._most_waiting = most_waiting
        self._epoch = ""
        self._after: Mapping[str, int] = {}
        self._messages: deque[tuple[str, int]] = deque()
        self._waiting = 0
        self._must_hello = False
        self._must_resync = False
        self._ping_at: datetime | None = None
        self._something = asyncio.Event()

    def subscribe(self, topics: Iterable[str], after: Mapping[str, int] | None = None, epoch: str = "") -> None:
        """Starts anew with these topics, as far as they may be seen: a hello comes next.

        `after` says how far the page has come, and in which epoch: it goes on from there when what it missed is still
        known.
        """
        self.topics = topics_of(self.user) & frozenset(topics)
        self._epoch, self._after = epoch, after or {}
        self._drop()
        self._must_hello, self._must_resync = True, False
        self._something.set()

    def offer(self, message: str, count: int) -> None:
        """Takes a message of `count` changes, unless what comes next for this page counts them in."""
        if self._must_hello or self._must_resync:
            return
        if self._waiting + count > self._most_waiting:
            self.resync()
            return
        self._messages.append((message, count))
        self._waiting += count
        self._something.set()

    def resync(self) -> None:
        """Drops what waits; the page will be told to fetch its lists."""
        self._drop()
        self._must_resync = bool(self.topics)
        self._something.set()

    def ping(self, read_at: datetime) -> None:
        """Says how fresh the feed is, behind all that waits."""
        self._ping_at = read_at
        self._something.set()

    async def next_messages(self, source: Source, clock: Callable[[], datetime]) -> list[str]:
        """Waits until there is something to send."""
        await self._something.wait()
        self._something.clear()
        if not (self._must_hello or self._must_resync or self._ping_at):
            return self._taken()
        seqs = source.handed_on()
        return [*self._marker(source, seqs, clock()), *self._taken(), *self._ping(seqs, clock())]

    def _marker(self, source: Source, seqs: Mapping[str, int], now: datetime) -> Sequence[str]:
        if not self._must_hello and not self._must_resync:
            return []
        kind = "hello" if self._must_hello else "resync"
        said: dict[str, Any] = {"type": kind, "epoch": source.epoch, "seq": dict(seqs), "now": now}
        missed = source.since(self._epoch, self._after) if self._must_hello and self._after else None
        if self._must_hello:
            said["topics"] = sorted(self.topics)
        if missed is not None:
            said |= {"seq": self._after, "resumed": True}
        self.resyncs += self._must_resync
        self._must_hello = self._must_resync = False
        mine = [cut_to(self.user.region, one) for one in missed or () if is_for(self.user, self.topics, one)]
        return [_text(said), *(message for message, _ in _messages(mine))]

    def _taken(self) -> list[str]:
        messages = [message for message, _ in self._messages]
        self._drop()
        return messages

    def _drop(self) -> None:
        self._messages.clear()
        self._waiting = 0

    def _ping(self, seqs: Mapping[str, int], now: datetime) -> list[str]:
        at, self._ping_at = self._ping_at, None
        return [_text({"type": "ping", "at": at, "now": now, "seq": dict(seqs)})] if at else []


def _messages(changes: Sequence[bytes]) -> Iterator[tuple[str, int]]:
    """Messages to send, each with how many changes it brings."""
    for start in range(0, len(changes), _IN_ONE_MESSAGE):
        some = changes[start : start + _IN_ONE_MESSAGE]
        yield '{"type":"changes","changes":[' + b",".join(some).decode() + "]}", len(some)


def _text(message: dict[str, Any]) -> str:
    return msgspec.json.encode(message).decode()
