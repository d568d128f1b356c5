"""The sender's book-keeping: what is under way, and when to say HELLO. Pure; times are a monotonic clock's seconds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

EVENTS_UNDER_WAY = 400
"""Of each domain: eight full batches."""

QUIET_SECONDS = 1.0
STALLED_SECONDS = 5.0


class Window:
    """Nothing is sent before a WELCOME. Silence for 1 s, or 5 s without an ack for something sent, takes a HELLO."""

    def __init__(self, acked: Mapping[str, int]) -> None:
        self._acked = dict(acked)
        self._sent = dict(acked)
        self._since: dict[str, float] = {}
        self._in_step = False
        self._hello_at: float | None = None
        self._heard_at: float | None = None

    def hello_is_due(self, now: float) -> bool:
        if self._hello_at is None:
            return True
        if now - max(self._hello_at, self._heard_at or 0.0) >= QUIET_SECONDS:
            return True
        stalled = any(now - since >= STALLED_SECONDS for since in self._since.values())
        return stalled and now - self._hello_at >= QUIET_SECONDS

    def hello_said(self, now: float) -> None:
        self._hello_at = now
        self._in_step = False

    def again(self) -> None:
        """The receiver asked for a HELLO: it is due at once."""
        self._hello_at = None
        self._in_step = False

    def welcomed(self, committed: Mapping[str, int], now: float) -> None:
        """In step: sending goes on behind what is committed. A second answer, to a HELLO said twice, only acks."""
        self._heard_at = now
        for domain, seq in committed.items():
            self._acked[domain] = max(seq, self._acked.get(domain, 0))
            self._sent[domain] = max(self._acked[domain], self._sent.get(domain, 0))
        if not self._in_step:
            self._in_step = True
            self._since.clear()
            self._sent = dict(self._acked)

    def acked(self, domain: str, seq: int, now: float) -> None:
        self._heard_at = now
        if seq > self._acked.get(domain, 0):
            self._acked[domain] = seq
        if self._sent.get(domain, 0) > self._acked.get(domain, 0):
            self._since[domain] = now
        else:
            self._sent[domain] = self._acked[domain]
            self._since.pop(domain, None)

    def sent(self, domain: str, seq: int, now: float) -> None:
        self._sent[domain] = seq
        self._since.setdefault(domain, now)

    def next_after(self, domain: str, last: int) -> int | None:
        """The seq behind which the next batch of a domain starts; None when there is none to send now."""
        sent = self._sent.get(domain, 0)
        full = sent - self._acked.get(domain, 0) >= EVENTS_UNDER_WAY
        return None if not self._in_step or full or sent >= last else sent

    def under_way(self, domains: Iterable[str]) -> int:
        """How many numbers of these domains are sent and not acknowledged."""
        return sum(self._sent.get(domain, 0) - self._acked.get(domain, 0) for domain in domains)

    def connected(self, now: float) -> bool:
        return self._heard_at is not None and now - self._heard_at < STALLED_SECONDS
