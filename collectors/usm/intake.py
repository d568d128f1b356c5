"""From a batch of SNMPv3 datagrams to a catch: believed or not, remembered on disk, then the stages of any trap."""

from __future__ import annotations

import time
from collections import Counter as Tally
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from collectors.catch import Contact
from collectors.credentials import Credentials
from collectors.pipeline import Knowledge, heard
from collectors.places import Source
from collectors.usm.encode import Clock, as_v2c
from collectors.usm.engine import Accepted, Engine, Refused
from collectors.usm.store import Store, StoreError
from collectors.wire.datagrams import Datagram
from collectors.wire.intake import APART, Answer, Haul, Owed, digest
from guywire.telemetry import Seldom

NOT_STORED = "usm_not_stored"
_SAY_AGAIN_SECONDS = 600.0
_SAID_AT_MOST = 1_000
_LINES_A_MINUTE = 20
REPORTS_A_SECOND = 500
"""A report may be twice as long as what it answers, and goes to wherever that says it is from."""
_EVERYDAY = ("usm_discovery", "usm_unknown_engine")  # how an inform's sender gets to know us

_log = structlog.get_logger(__name__)


def boots_at(started_at: float) -> int:
    """The least that our boots are: the minutes since 1970, which also a restored file does not set back."""
    return max(1, int(started_at // 60))


class Allowance:
    """So many a second, and as many at once. Times are seconds that never go back."""

    def __init__(self, a_second: int, now: float) -> None:
        self._a_second, self._left, self._at = a_second, float(a_second), now

    def take(self, now: float) -> bool:
        self._left = min(float(self._a_second), self._left + (now - self._at) * self._a_second)
        self._at = now
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True


class SteadyClock:
    """Seconds since the epoch by the time of this object's making, and from then on never back."""

    def __init__(self) -> None:
        self.started_at = time.time()
        self._offset = self.started_at - time.monotonic()

    def __call__(self) -> float:
        return self._offset + time.monotonic()


class Usm:
    """What the SNMPv3 process holds. `sift` is a `collectors.wire.intake.Sift`; reports leave through `answer`."""

    def __init__(
        self, store: Store, credentials: Callable[[], Credentials], answer: Answer, clock: SteadyClock
    ) -> None:
        self._store, self._credentials, self._answer, self._now = store, credentials, answer, clock
        self._known = credentials()
        self._memory = store.memory()
        own = Clock(*store.start(boots_at(clock.started_at)), clock.started_at)
        self._engine = Engine(own, self._memory, self._known.users)
        self._reports = Allowance(REPORTS_A_SECOND, clock.started_at)
        self._said: dict[tuple[str, str], float] = {}
        self._lines, self._not_stored = Seldom(_LINES_A_MINUTE), Seldom()

    def sift(self, datagrams: Sequence[Datagram], at: datetime, knowledge: Knowledge) -> Haul:
        """What was believed is on disk when this returns, so that none of it is believed again after a crash."""
        self._learn()
        now = self._now()
        judged = [(self._engine.receive(data, now), source) for data, source in datagrams]
        haul, tally = Haul(), Tally[str](received=len(datagrams))
        believed = self._saved()
        spoke: dict[str, None] = {}
        for place, ((verdict, source), (data, _)) in enumerate(zip(judged, datagrams, strict=True)):
            if isinstance(verdict, Refused):
                tally["refused:" + verdict.reason] += 1
                self._tell(verdict, source, now)
            elif not believed:
                tally["refused:" + NOT_STORED] += 1
            else:
                heard_at = at + place * APART
                spoke[_add(haul, tally, verdict, (data, source), heard_at, knowledge)] = None
        haul.catch.contacts = [Contact(address, at) for address in spoke if address]
        haul.catch.tally = dict(tally)
        return haul

    def _learn(self) -> None:
        if (credentials := self._credentials()) is not self._known:
            self._known = credentials
            self._engine.learn(credentials.users)

    def _saved(self) -> bool:
        changes = self._memory.changes()
        if changes is None:
            return True
        try:
            self._store.save(changes)
        except StoreError as error:
            if (left_out := self._not_stored.now()) is not None:
                _log.error("usm.not_stored", error=str(error), left_out=left_out)
            return False
        self._memory.saved()
        return True

    def _tell(self, refused: Refused, source: Source, now: float) -> None:
        """To the sender what it is owed; to the operator a line in the log, now and then."""
        if refused.report and self._reports.take(now):
            self._answer(refused.report, source)
        key = (refused.reason, source.ip)
        if refused.reason in _EVERYDAY or now - self._said.get(key, 0.0) < _SAY_AGAIN_SECONDS:
            return
        if len(self._said) >= _SAID_AT_MOST:
            self._said.clear()
        self._said[key] = now
        if (left_out := self._lines.now()) is None:
            return
        user = refused.user.decode("utf-8", "backslashreplace")
        _log.warning(
            "usm.refused",
            reason=refused.reason,
            source=source.ip,
            engine=refused.engine.hex(),
            user=user,
            left_out=left_out,
        )


def _add(
    haul: Haul, tally: Tally[str], accepted: Accepted, datagram: Datagram, at: datetime, knowledge: Knowledge
) -> str:
    """The sender's address by the inventory, if it is known."""
    data, source = datagram
    what = heard(accepted.trap, source, at, knowledge, as_v2c(accepted.pdu))
    owed = Owed(accepted.answer, accepted.digest or digest(data, source)) if accepted.trap.inform else None
    haul.add(tally, what, source, owed)
    return what.address
