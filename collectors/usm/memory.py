"""What is remembered of the engines that send to us, so that nothing they sent is believed twice.

RFC 3414, section 3.2, refuses messages that are older than the newest by 150 s, and allows a repeat within them. This
goes further: each message within the window is remembered, and what must be forgotten narrows its sender's window.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import msgspec

from collectors.usm.message import LARGEST_INTEGER, UsmError

WINDOW_SECONDS = 150
SEEN_AT_MOST = 131_072
ENGINES_AT_MOST = 100_000
_KEY_BYTES = 8


class Remote(msgspec.Struct, array_like=True):
    """A sender's clock as last heard: its boots, its newest time, and when that came (seconds since the epoch).

    Messages with a time up to `floor` are refused: one as new as that was seen and is no longer remembered.
    """

    engine: bytes
    boots: int
    newest: int
    at: float
    floor: int = -1


class Seen(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A message that was accepted at `at`: the head of its digest, its sender, and the sender's time then."""

    digest: bytes
    engine: bytes
    boots: int
    time: int
    at: float


class Changes(msgspec.Struct, frozen=True):
    """What must be on disk before the messages that brought it count as accepted. Seen messages before `from_` go."""

    remotes: list[Remote]
    seen: list[Seen]
    from_: float


class Memory:
    """All of it, in memory; `changes` is what a store has to add. `now` never goes back while a process lives."""

    def __init__(self, remotes: Iterable[Remote] = (), seen: Iterable[Seen] = (), at_most: int = SEEN_AT_MOST) -> None:
        self._remotes = {remote.engine: remote for remote in remotes}
        self._seen = {seen.digest: seen for seen in seen}
        self._in_order = deque(self._seen.values())
        self._at_most = at_most
        self._changed: dict[bytes, Remote] = {}
        self._fresh: list[Seen] = []

    def __len__(self) -> int:
        return len(self._remotes)

    def hear(self, engine: bytes, boots: int, time: int, now: float) -> None:
        """Takes an authentic message's time. Raises `UsmError` when it is not within the window (section 3.2, 7b)."""
        remote = self._remotes.get(engine) or self._meet(engine)
        if (boots, time) > (remote.boots, remote.newest):
            if boots > remote.boots:
                remote.boots, remote.floor = boots, -1
            remote.newest, remote.at = time, now
            self._changed[engine] = remote
        elif boots < remote.boots or time <= remote.floor or time + WINDOW_SECONDS < _clock(remote, now):
            raise UsmError("usm_time_window")
        if boots == LARGEST_INTEGER:
            raise UsmError("usm_time_window")

    def boot(self, engine: bytes, boots: int) -> None:
        """Our own engine, which we are authoritative for: only its floor is kept here."""
        remote = self._remotes.setdefault(engine, Remote(engine, -1, -1, 0.0))
        if remote.boots != boots:
            remote.boots, remote.floor = boots, -1

    def floor(self, engine: bytes) -> int:
        """The time up to which messages of an engine are refused."""
        return self._remotes[engine].floor

    def seen_at(self, mac: bytes) -> float | None:
        """When a message with this digest was accepted."""
        seen = self._seen.get(mac[:_KEY_BYTES])
        return seen.at if seen else None

    def remember(self, mac: bytes, engine: bytes, boots: int, time: int, now: float) -> None:
        """An accepted message of an engine that was heard. What it pushes out, and what is older than the window,
        narrows its sender's window."""
        remote = self._remotes[engine]
        seen = Seen(mac[:_KEY_BYTES], remote.engine, boots, time, now)
        self._seen[seen.digest] = seen
        self._in_order.append(seen)
        self._fresh.append(seen)
        while now - self._in_order[0].at > WINDOW_SECONDS + 1 or len(self._in_order) > self._at_most:
            self._forget(self._in_order.popleft())

    def changes(self) -> Changes | None:
        """What changed since the last `saved`; None if nothing did."""
        if not self._changed and not self._fresh:
            return None
        del self._fresh[: -self._at_most]  # where nothing can be saved for long
        oldest = self._in_order[0].at if self._in_order else 0.0
        return Changes(list(self._changed.values()), self._fresh, oldest)

    def saved(self) -> None:
        """What `changes` told is on disk."""
        self._changed, self._fresh = {}, []

    def _meet(self, engine: bytes) -> Remote:
        if len(self._remotes) >= ENGINES_AT_MOST:
            raise UsmError("usm_too_many_engines")
        remote = self._remotes[engine] = Remote(engine, -1, -1, 0.0)
        return remote

    def _forget(self, seen: Seen) -> None:
        del self._seen[seen.digest]
        remote = self._remotes[seen.engine]
        if remote.boots == seen.boots and remote.floor < seen.time:
            remote.floor = seen.time
            self._changed[seen.engine] = remote


def _clock(remote: Remote, now: float) -> float:
    """The sender's time by now. A clock of ours that was set back since the last start stands still."""
    return remote.newest + max(0.0, now - remote.at)
