"""Sixth stage of polling: what the turns brought, handed to the keeper in batches, again and again until it is kept."""

from __future__ import annotations

import asyncio
from collections import Counter as Tally
from collections.abc import Callable, Iterable, Sequence

import structlog

from collectors.catch import Catch, Contact, Keep
from collectors.poll.memory import Look
from guywire.model import AlarmEvent
from guywire.telemetry import Seldom

_log = structlog.get_logger(__name__)

_SECONDS = 1.0
_CONTACTS = 50
_EVENTS_AT_ONCE = 1000
_CONTACTS_KEPT = 10_000


class Outbox:
    """`kept` is told the looks whose events are on disk. Events are never dropped; of contacts the latest are kept."""

    def __init__(self, keep: Keep, kept: Callable[[Iterable[Look]], None]) -> None:
        self._keep, self._kept = keep, kept
        self._events: list[AlarmEvent] = []
        self._looks: list[Look] = []
        self._contacts: list[Contact] = []
        self._tally: Tally[str] = Tally()
        self._pressing = asyncio.Event()
        self._refused = Seldom()

    def add(self, events: Sequence[AlarmEvent], looks: Sequence[Look], contact: Contact, tally: Tally[str]) -> None:
        """One turn's."""
        self._events += events
        self._looks += looks
        self._contacts.append(contact)
        self._tally.update(tally)
        if events or len(self._contacts) >= _CONTACTS:
            self._pressing.set()

    def count(self, name: str, number: int) -> None:
        self._tally[name] += number

    async def run(self) -> None:
        """Hands over events at once, the rest once a second or by fifty contacts; until it is cancelled."""
        while True:
            try:
                async with asyncio.timeout(_SECONDS):
                    await self._pressing.wait()
            except TimeoutError:
                pass
            self._pressing.clear()
            if not await self.flush():
                await asyncio.sleep(_SECONDS)

    async def flush(self) -> bool:
        """Hands over what there is; false when the keeper refused, or is gone: then all of it is there still."""
        while self._events or self._contacts or self._tally:
            number, contacts = len(self._contacts), self._contacts[-_CONTACTS_KEPT:]
            catch = Catch(events=self._events[:_EVENTS_AT_ONCE], contacts=contacts, tally=dict(self._tally))
            self._tally.clear()
            if not await self._keep(catch):
                self._tally.update(catch.tally)
                if (left_out := self._refused.now()) is not None:
                    _log.warning("poll.keeper_refuses", events=len(self._events), left_out=left_out)
                return False
            del self._events[: len(catch.events)], self._contacts[:number]
        self._kept(self._looks)
        self._looks.clear()
        return True
