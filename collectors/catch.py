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

    `tally` holds the names of `collectors.metrics.COUNTED` and `refused:<reason>`.
    """

    events: list[AlarmEvent] = []
    informs: list[bytes] = []
    contacts: list[Contact] = []
    tally: dict[str, int] = {}


Keep = Callable[[Catch], Awaitable[bool]]
"""Hands a catch over; true once all of it is on disk. Only then may its informs be answered."""
