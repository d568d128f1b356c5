"""What those who listen and those who ask hand to the keeper, in one piece: it is kept as a whole or not at all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import msgspec

from guywire.model import AlarmEvent


class Contact(msgspec.Struct, frozen=True, gc=False):
    """A device spoke, or stayed silent when asked. `address` is the inventory's, `asked` tells a poll from a trap."""

    address: str
    at: datetime
    answered: bool = True
    asked: bool = False


class Catch(msgspec.Struct, gc=False):
    """One batch: alarm events, the digests of the informs that brought them, contacts, and what to count.

    `informs` goes from an event's place in `events` to its inform's digest. Whether an inform came before is the
    keeper's to know: it keeps such an event no second time and says true, so that it is answered again.

    `tally` holds the names of `collectors.metrics.COUNTED` and `refused:<reason>`, without what the keeper counts:
    spooled, merged, repeated, and refused for the spool. A catch that tells what it `received` came as datagrams.
    """

    events: list[AlarmEvent] = []
    informs: dict[int, bytes] = {}
    contacts: list[Contact] = []
    tally: dict[str, int] = {}


Keep = Callable[[Catch], Awaitable[bool]]
"""Hands a catch over; true once all of it is on disk. Only then may its informs be answered."""
