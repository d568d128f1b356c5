"""What comes from senders that nobody knows, and what nobody understands: bounded, whatever is made up. Pure.

Senders and traps can be invented without end, each a new alarm for somebody to look at and a datagram to be kept.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from guywire.model import UNASSIGNED, UNKNOWN_SENDER, AlarmEvent, Identity, Severity

OTHERS = UNKNOWN_SENDER + "others"
"""The resource of the one alarm that stands for all strangers for whom there was no place."""

PLACE_SECONDS = 6 * 3600.0
RAW_AT_ONCE = 20
RAW_EVERY_SECONDS = 60.0
_UNIDENTIFIED = "unidentified"
_SWEEP_SECONDS = 60.0


class _Met(msgspec.Struct, gc=False):
    """An identity: when it was last heard, and how many more of its datagrams may be kept."""

    at: float
    raws: float = RAW_AT_ONCE


class Strangers:
    """`admit` what came over the wire. Times are seconds; a clock that is set back gives nobody more than a new start.

    An alarm of an unknown sender has a place of its own while there are places, and gives it up when it was not heard
    for six hours. The others are told as one alarm, which counts them. Of each identity the first 20 datagrams are
    kept, and then one a minute, so that what it said last can still be classified again.
    """

    def __init__(self) -> None:
        self._met: dict[Identity, _Met] = {}
        self._strangers: set[Identity] = set()
        self._swept_at = 0.0

    def __len__(self) -> int:
        return len(self._met)

    def admit(self, events: Sequence[AlarmEvent], now: float, at_most: int) -> list[AlarmEvent]:
        """The events as they are to be kept, one for each; `at_most` are the places."""
        if not 0.0 <= now - self._swept_at < _SWEEP_SECONDS:
            self._sweep(now)
        return [self._admitted(event, now, at_most) if _is_strange(event) else event for event in events]

    def _admitted(self, event: AlarmEvent, now: float, at_most: int) -> AlarmEvent:
        identity = event.identity
        met = self._met.get(identity)
        if met is None:
            if event.resource.startswith(UNKNOWN_SENDER):
                if len(self._strangers) >= at_most:
                    return _one_of_the_others(event, at_most)
                self._strangers.add(identity)
            elif len(self._met) - len(self._strangers) >= at_most:
                return _without_raw(event)
            met = self._met[identity] = _Met(now)
        met.raws = min(float(RAW_AT_ONCE), met.raws + max(0.0, now - met.at) / RAW_EVERY_SECONDS)
        met.at = now
        if not event.raw:
            return event
        if met.raws < 1.0:
            return _without_raw(event)
        met.raws -= 1.0
        return event

    def _sweep(self, now: float) -> None:
        self._swept_at = now
        self._met = {one: met for one, met in self._met.items() if abs(now - met.at) < PLACE_SECONDS}
        self._strangers &= self._met.keys()


def _is_strange(event: AlarmEvent) -> bool:
    return event.alarm_type == _UNIDENTIFIED or event.resource.startswith(UNKNOWN_SENDER)


def _without_raw(event: AlarmEvent) -> AlarmEvent:
    return msgspec.structs.replace(event, raw=b"") if event.raw else event


def _one_of_the_others(event: AlarmEvent, at_most: int) -> AlarmEvent:
    return AlarmEvent(
        at=event.at,
        received_at=event.received_at,
        site="",
        resource=OTHERS,
        alarm_type=_UNIDENTIFIED,
        severity=Severity.WARNING,
        text=f"Over {at_most} alarms of senders that the inventory does not know: more of them are counted here alone."
        " Say who may send ([traps] sources in policy/collectors.toml), or adopt them.",
        domain=UNASSIGNED,
        count=event.count,
    )
