"""What could not be identified when it came, heard again with what is known since: the second half of adoption.

Whenever inventory or profiles change, the collector that heard them looks at the datagrams kept of its unidentified
alarms (views.kept_trap). One that means something now is told anew, with its own time, and ends what stood for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec

from collectors.catch import Catch, Keep
from collectors.pipeline import Knowledge, rehear
from collectors.places import Places, Source
from collectors.profile.classify import Classifier
from guywire.database import Connection
from guywire.model import AlarmEvent, Identity, Severity

_AT_ONCE = 20
"""Alarms; of each, 50 datagrams of 2 KB are kept at the most."""

_ALARMS = "SELECT DISTINCT alarm FROM views.kept_trap WHERE collector = %s ORDER BY alarm"
_KEPT = (
    "SELECT k.alarm, k.received_at, k.source, k.raw, coalesce(a.site, '') AS site, a.resource, a.alarm_type,"
    " a.qualifier, a.domain FROM views.kept_trap k JOIN views.alarm a ON a.id = k.alarm"
    " WHERE k.collector = %s AND k.alarm = ANY(%s) ORDER BY k.received_at, k.alarm"
)


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A kept datagram, and the identity of the unidentified alarm that it raised."""

    alarm: str
    received_at: datetime
    source: str
    raw: bytes
    site: str
    resource: str
    alarm_type: str
    qualifier: str
    domain: str

    @property
    def identity(self) -> Identity:
        return Identity(self.site, self.resource, self.alarm_type, self.qualifier)


class SecondLook:
    """Looks once for each new inventory or set of profiles, and at the start."""

    def __init__(self, collector: str) -> None:
        self._collector = collector
        self._by: tuple[Places, Classifier] | None = None
        self._told: set[str] = set()

    async def look(self, connection: Connection, knowledge: Knowledge, keep: Keep, now: datetime) -> None:
        """What could not be kept, or not be read, is looked at again the next time. Raises `psycopg.Error`."""
        by = (knowledge.places, knowledge.classifier)
        if self._by is not None and all(one is other for one, other in zip(by, self._by, strict=True)):
            return
        alarms = [row["alarm"] for row in await _rows(connection, _ALARMS, (self._collector,))]
        self._told.intersection_update(alarms)  # the others have ended
        waiting = [alarm for alarm in alarms if alarm not in self._told]
        for start in range(0, len(waiting), _AT_ONCE):
            rows = await _rows(connection, _KEPT, (self._collector, waiting[start : start + _AT_ONCE]))
            kept = [Kept(**row) for row in rows]
            events = list(told_anew(kept, knowledge, now))
            if events and not await keep(Catch(events=events)):
                return
            ended = {event.identity for event in events}
            self._told.update(one.alarm for one in kept if one.identity in ended)
        self._by = by


async def _rows(connection: Connection, query: str, values: tuple[object, ...]) -> list[dict[str, Any]]:
    return await (await connection.execute(query.encode(), values)).fetchall()


def told_anew(kept: Iterable[Kept], knowledge: Knowledge, now: datetime) -> Iterator[AlarmEvent]:
    """The events of what means something else now; each unidentified alarm ends once, after them."""
    ended: dict[str, Kept] = {}
    for one in kept:
        event = rehear(one.raw, Source(one.source, 0), one.received_at, knowledge)
        if event is not None and event.identity == one.identity:
            continue
        ended[one.alarm] = one
        if event is not None:
            yield event
    for one in ended.values():
        yield _end_of(one, now)


def _end_of(kept: Kept, now: datetime) -> AlarmEvent:
    return AlarmEvent(
        at=now,
        received_at=now,
        site=kept.site,
        resource=kept.resource,
        alarm_type=kept.alarm_type,
        qualifier=kept.qualifier,
        severity=Severity.CLEARED,
        domain=kept.domain,
        source=kept.source,
        text="Identified since: told anew as what it is.",
    )
