"""The storm guard: a token bucket for each device; beyond it events are merged by identity until it may send again.

Pure. Nothing is dropped: what is held stands in the spool, and goes on in order as tokens return.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from collectors.keeping.merging import Held, merged
from collectors.policy import Guard as Limits
from guywire.model import AlarmEvent, Identity

_FORGET_SECONDS = 60.0
DEVICES_AT_MOST = 50_000
SOURCES_AT_MOST = 64
"""Of one site, or one unknown sender: beyond that its sources share a bucket, because somebody invents them."""

_Key = tuple[str, str]
"""A device: where its events come from and whose they are, one controller at one site. Behind a relay for many sites
each has its own; what has no site is told by its resource, which then names the sender. Without a source all that came
from too many of them, without either all that came from too many devices."""

_ANYBODY = ("", "")


class _Device:
    __slots__ = ("at", "held", "tokens")

    def __init__(self, tokens: float, at: float) -> None:
        self.tokens = tokens
        self.at = at
        self.held: dict[Identity, None] = {}

    def refill(self, now: float, limits: Limits) -> float:
        if now != self.at:
            self.tokens = min(float(limits.burst), self.tokens + max(0.0, now - self.at) * limits.per_second)
            self.at = now
        return self.tokens


class _Kept(NamedTuple):
    device: _Key
    events: Held


@dataclass(slots=True)
class Step:
    """What one call decided: events that go `through`, and what is `held` now, nothing for what was let go.

    Of the events given, `merged` were added to ones that were held already.
    """

    through: list[AlarmEvent] = field(default_factory=list)
    held: dict[Identity, Held] = field(default_factory=dict)
    merged: int = 0
    before: dict[Identity, _Kept | None] = field(default_factory=dict)


class Guard:
    """Begins with what the spool holds back. A step that could not be written is to be undone."""

    def __init__(self, held: Iterable[Held] = (), now: float = 0.0) -> None:
        self._devices: dict[_Key, _Device] = {}
        self._held: dict[Identity, _Kept] = {}
        self._storming: dict[_Key, None] = {}
        self._forgot_at = now
        for events in held:
            key = _key(events[-1])
            self._devices.setdefault(key, _Device(0.0, now))
            self._put(events[-1].identity, _Kept(key, events))
        self._sources = Counter(place for _, place in self._devices)

    def __len__(self) -> int:
        """How many identities are held."""
        return len(self._held)

    def admit(self, events: Sequence[AlarmEvent], now: float, limits: Limits) -> Step:
        """Decides on events, `now` in seconds; those of an identity that is held never overtake it."""
        step = Step()
        devices, held, let_through = self._devices, self._held, step.through.append
        for event in events:
            key = (event.source, event.site or event.resource)
            device = devices.get(key)
            if device is None:
                key, device = self._met(key, now, limits)
            if held and (kept := held.get(event.identity)) is not None:
                self._hold(step, event.identity, _Kept(kept.device, merged(kept.events, event)))
                step.merged += 1
            elif not device.held and device.refill(now, limits) >= 1.0:
                device.tokens -= 1.0
                let_through(event)
            else:
                if len(device.held) >= limits.held_at_most:
                    self._let_go(step, next(iter(device.held)))
                self._hold(step, event.identity, _Kept(key, (event,)))
        return step

    def release(self, now: float, limits: Limits) -> Step:
        """Lets go of what there are tokens for, oldest first; to be called about once a second."""
        step = Step()
        for key in list(self._storming):
            device = self._devices[key]
            device.refill(now, limits)
            while device.held and device.tokens >= 1.0:
                device.tokens -= 1.0
                self._let_go(step, next(iter(device.held)))
        if not 0.0 <= now - self._forgot_at < _FORGET_SECONDS:
            self._forget(now, limits)
        return step

    def undo(self, step: Step) -> None:
        """As if the step had not been, but for the tokens that it took."""
        for identity, kept in step.before.items():
            self._take(identity)
            if kept is not None:
                self._put(identity, kept)

    def _met(self, key: _Key, now: float, limits: Limits) -> tuple[_Key, _Device]:
        """A device that was not there: its own bucket while there is room for one, else one that it shares."""
        if self._sources[key[1]] >= SOURCES_AT_MOST:
            key = ("", key[1])
        if len(self._devices) >= DEVICES_AT_MOST:
            key = _ANYBODY
        if key not in self._devices:
            self._devices[key] = _Device(float(limits.burst), now)
            self._sources[key[1]] += 1
        return key, self._devices[key]

    def _hold(self, step: Step, identity: Identity, kept: _Kept) -> None:
        step.before.setdefault(identity, self._held.get(identity))
        self._put(identity, kept)
        step.held[identity] = kept.events

    def _let_go(self, step: Step, identity: Identity) -> None:
        kept = self._held[identity]
        step.before.setdefault(identity, kept)
        self._take(identity)
        step.through += kept.events
        step.held[identity] = ()

    def _put(self, identity: Identity, kept: _Kept) -> None:
        self._held[identity] = kept
        self._devices[kept.device].held[identity] = None
        self._storming[kept.device] = None

    def _take(self, identity: Identity) -> None:
        kept = self._held.pop(identity, None)
        if kept is None:
            return
        device = self._devices[kept.device]
        del device.held[identity]
        if not device.held:
            del self._storming[kept.device]

    def _forget(self, now: float, limits: Limits) -> None:
        """Devices whose bucket is full again are as good as new ones: whoever invents senders fills no memory."""
        self._forgot_at = now
        for key, device in list(self._devices.items()):
            if not device.held and device.refill(now, limits) >= limits.burst:
                del self._devices[key]
        self._sources = Counter(place for _, place in self._devices)


def _key(event: AlarmEvent) -> _Key:
    return (event.source, event.site or event.resource)
