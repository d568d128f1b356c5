"""What the contacts with one device prove, and what the silence of several means together. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from collectors.catch import Contact
from collectors.policy import Supervision as Policy

_SEVERAL = 2
"""One poll is lost now and then; so many unanswered ones in a row are silence, once they have lasted."""


class Device(msgspec.Struct, kw_only=True):
    """An address of the inventory, and the equipment that speaks from it.

    `since` is when it was last given time to speak; `heard` its last sign of life, answer or trap; `misses` the polls
    since then that it did not answer. One that is not `polled` may be quiet for ever: nothing is wrong there.
    """

    address: str
    site: str
    resource: str
    kind: str
    polled: bool
    since: datetime
    heard: datetime | None = None
    misses: int = 0

    @property
    def alive(self) -> bool:
        """Whether the last that is known of it is a sign of life, since it was given time."""
        return not self.misses and self.heard is not None and self.heard >= self.since

    def silent(self, now: datetime, after: timedelta) -> bool:
        return self.misses >= _SEVERAL and now - max(self.since, self.heard or self.since) >= after

    def meet(self, contact: Contact) -> None:
        if contact.answered:
            self.misses = 0
            self.heard = max(contact.at, self.heard or contact.at)
        elif self.heard is None or contact.at > self.heard:
            self.misses += 1

    def give_time(self, now: datetime) -> None:
        self.since = now
        self.misses = 0


class Look(msgspec.Struct, frozen=True):
    """How all devices stand at one moment: those that are silent, and those that may become so."""

    now: datetime
    after: timedelta
    silent: frozenset[str]
    in_doubt: frozenset[str]

    def is_mute(self, devices: Collection[Device]) -> bool:
        """Whether every polled device among these is silent, and none of the others spoke lately."""
        polled = [device for device in devices if device.polled]
        others = (device.heard for device in devices if not device.polled and device.heard)
        spoke = any(heard > self.now - self.after for heard in others)
        return bool(polled) and not spoke and all(device.address in self.silent for device in polled)

    def is_unsettled(self, devices: Collection[Device]) -> bool:
        """Whether no polled device among these is well, but some are not yet silent either: it is too soon to say."""
        polled = [device.address for device in devices if device.polled]
        unwell = self.silent | self.in_doubt
        return any(one not in self.silent for one in polled) and all(one in unwell for one in polled)


def look(devices: Iterable[Device], now: datetime, after: timedelta) -> Look:
    polled = [device for device in devices if device.polled]
    silent = frozenset(device.address for device in polled if device.silent(now, after))
    return Look(now, after, silent, frozenset(one.address for one in polled if one.misses) - silent)


def is_crowd(few: Sequence[Device], everybody: Sequence[Device], policy: Policy) -> bool:
    """Whether so many at once can only mean that the one who listens is cut off. One site alone never does."""
    many = len(few) >= policy.cut_off_at_least and len(few) >= policy.cut_off_share * len(everybody)
    return many and len({device.site for device in few}) > 1


def dark_sites(
    sites: Mapping[str, Collection[Device]], upstreams: Mapping[str, Collection[str]], known: Collection[str], now: Look
) -> set[str]:
    """The sites that are dark: at least two devices say so, or one whose every watched way up is dark too.

    `known` are dark already. A single silent device proves nothing: it may be its modem, its SIM or its supply.
    """
    mute = {site for site, devices in sites.items() if now.is_mute(devices)}
    dark = {site for site in mute if sum(device.polled for device in sites[site]) > 1} | set(known)
    while below := {site for site in mute - dark if (above := watched_above(site, sites, upstreams)) and above <= dark}:
        dark |= below
    return dark


def watched_above(
    site: str, sites: Mapping[str, Collection[Device]], upstreams: Mapping[str, Collection[str]]
) -> set[str]:
    """The upstream sites of which something is polled."""
    return {above for above in upstreams.get(site, ()) if any(device.polled for device in sites.get(above, ()))}
