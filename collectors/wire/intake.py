"""From a batch of datagrams to a catch, and from its being kept to the answers: the same in the keeper and in a worker.

sift        datagrams -> catch, answers owed, what is SNMPv3's      pure
forward     SNMPv3's go to the process that speaks it
keep        the catch is handed over, and true once it is on disk   collectors.keeping.keeper, collectors.feeding.link
answer      informs, only now
"""

from __future__ import annotations

import asyncio
import socket
from collections import Counter as Tally
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple

import structlog

from collectors.catch import Catch, Contact, Keep
from collectors.feeding.link import UNDER_WAY
from collectors.pipeline import Heard, Knowledge, hear
from collectors.places import Source
from collectors.profile.classify import UNIDENTIFIED
from collectors.wire.datagrams import Datagram, encode_batches
from collectors.wire.decode import answer_to
from guywire.telemetry import Seldom

_log = structlog.get_logger(__name__)

_unforeseen, _failed = Seldom(), Seldom()

APART = timedelta(microseconds=1)
"""Between the datagrams of a batch, so that their order is told: of a clear and a raise the last one holds."""

SNMPV3 = "snmpv3"
OVERLOADED = "snmpv3_overload"
UNFORESEEN = "unforeseen"

Answer = Callable[[bytes, Source], None]


class Owed(NamedTuple):
    """What an inform's sender is owed once it is kept, and by what its repeats are known."""

    answer: bytes
    digest: bytes


@dataclass(slots=True)
class Haul:
    """What a batch comes to: `answers` are owed once `catch` is kept, `foreign` is SNMPv3's and not yet counted."""

    catch: Catch = field(default_factory=Catch)
    answers: list[Datagram] = field(default_factory=list)
    foreign: list[Datagram] = field(default_factory=list)

    def add(self, tally: Tally[str], heard: Heard, source: Source, owed: Owed | None) -> None:
        """A trap, or an inform to whose sender something is owed."""
        tally["decoded"] += 1
        if owed is not None:
            self.answers.append((owed.answer, source))
        event = heard.event
        if event is None:
            tally["ignored"] += 1
            return
        if owed is not None:
            self.catch.informs[len(self.catch.events)] = owed.digest
        self.catch.events.append(event)
        if not heard.address:
            tally["unknown_source"] += 1
        if event.alarm_type == UNIDENTIFIED:
            tally["unidentified"] += 1


def sift(datagrams: Sequence[Datagram], now: datetime, knowledge: Knowledge) -> Haul:
    """One batch through the pure stages; each is counted but the foreign; the outcome of events is the keeper's."""
    haul, tally = Haul(), Tally[str]()
    spoke: dict[str, None] = {}
    for place, (data, source) in enumerate(datagrams):
        heard = _hear(data, source, now + place * APART, knowledge)
        if heard.refused == SNMPV3:
            haul.foreign.append((data, source))
        elif heard.trap is None:
            tally["refused:" + heard.refused] += 1
        else:
            owed = Owed(answer_to(data, heard.trap), digest(data, source)) if heard.trap.inform else None
            haul.add(tally, heard, source, owed)
            if heard.address:
                spoke[heard.address] = None
    tally["received"] = len(datagrams) - len(haul.foreign)
    haul.catch.contacts = [Contact(address, now) for address in spoke]
    haul.catch.tally = dict(tally)
    return haul


def _hear(data: bytes, source: Source, now: datetime, knowledge: Knowledge) -> Heard:
    """What one datagram may break: nothing but itself."""
    try:
        return hear(data, source, now, knowledge)
    except Exception:  # noqa: BLE001 - whatever it is, the next datagram is to be heard
        if (left_out := _unforeseen.now()) is not None:  # without its bytes: they hold the community
            _log.exception("intake.unforeseen", source=source.ip, bytes=len(data), left_out=left_out)
        return Heard(refused=UNFORESEEN)


def digest(data: bytes, source: Source) -> bytes:
    """What tells a repeated inform: the same bytes, request-id and all, from the same port."""
    return blake2b(data, digest_size=16, key=f"{source.ip}:{source.port}".encode()).digest()


Sift = Callable[[Sequence[Datagram], datetime, Knowledge], Haul]


class Intake:
    """Takes batches in, several under way at a time; in the order of their coming they are handed over."""

    def __init__(
        self,
        knowledge: Callable[[], Knowledge],
        keep: Keep,
        answer: Answer,
        forward: Callable[[], socket.socket | None] = lambda: None,
        sift: Sift = sift,
    ) -> None:
        """`forward` gives the way to the process that speaks SNMPv3; without one its datagrams are refused.

        `sift` is that process's own there.
        """
        self._knowledge, self._keep, self._answer, self._way, self._sift = knowledge, keep, answer, forward, sift
        self._places = asyncio.Semaphore(UNDER_WAY)
        self._under_way: set[asyncio.Task[None]] = set()
        self._untold = Tally[str]()

    async def take(self, datagrams: Sequence[Datagram], now: datetime) -> None:
        """Returns once the next batch may come, which is before this one is kept."""
        await self._places.acquire()
        haul = self._sift(datagrams, now, self._knowledge())
        if haul.foreign:
            _add_up(haul.catch.tally, self._forward(haul.foreign, now))
        task = asyncio.create_task(self._hand_over(haul))
        self._under_way.add(task)
        task.add_done_callback(self._done)

    async def tell(self) -> None:
        """Hands over what is counted and went with no batch yet."""
        if self._untold:
            await self._keep(Catch(tally=dict(self._untold_now())))

    async def settle(self) -> None:
        """Waits for what is under way, and tells the rest."""
        while self._under_way:
            await asyncio.wait(self._under_way)
        await self.tell()

    async def _hand_over(self, haul: Haul) -> None:
        _add_up(haul.catch.tally, self._untold_now())
        if not await self._keep(haul.catch):
            return
        for data, source in haul.answers:
            self._answer(data, source)
        if haul.answers:
            self._untold["informs_answered"] += len(haul.answers)

    def _untold_now(self) -> Tally[str]:
        untold, self._untold = self._untold, Tally()
        return untold

    def _done(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._places.release()
        if not task.cancelled() and (error := task.exception()) and (left_out := _failed.now()) is not None:
            _log.error("intake.batch_failed", exc_info=error, left_out=left_out)

    def _forward(self, datagrams: Sequence[Datagram], now: datetime) -> Tally[str]:
        """Whole batches to whoever speaks SNMPv3, who counts them; what is not taken at once is refused here."""
        way = self._way()
        if way is None:
            return _refused(SNMPV3, len(datagrams))
        tally = Tally[str]()
        for message, number in encode_batches(datagrams, now.timestamp()):
            try:
                way.send(message)
                tally["forwarded"] += number
            except OSError:
                tally += _refused(OVERLOADED, number)
        return tally


def _refused(reason: str, number: int) -> Tally[str]:
    return Tally({"received": number, f"refused:{reason}": number})


def _add_up(tally: dict[str, int], more: Mapping[str, int]) -> None:
    for name, number in more.items():
        tally[name] = tally.get(name, 0) + number
