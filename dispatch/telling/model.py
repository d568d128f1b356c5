"""Telling's values: a notice with whom it is for and what was sent of it so far, and what came of sending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

PUSH = "push"
TAKE_DOWN = "take_down"
"""Channels of Web Push: the notice itself, and the message that takes it down. Others are named in contacts.toml."""

DeliveryState = Literal["waiting", "delivered", "failed", "gone"]


class Recipient(NamedTuple):
    """Whom a notice is for: somebody of the inventory, or of the response centre (an account, without a phone).

    Whom neither knows any more has no region.
    """

    person_id: str
    phone: str = ""
    role: str = ""
    region: str = ""
    shift: str = ""
    languages: tuple[str, ...] = ()
    time_zone: str | None = None


class Subscription(NamedTuple):
    """Where a browser is pushed to: keys are base64url (RFC 8291)."""

    endpoint: str
    p256dh: str
    auth: str
    since: datetime


class Delivery(NamedTuple):
    """A row of dispatch.notice_delivery: how far one notice has come on one channel to one target.

    `next_at` is when a waiting one is tried again. `target` tells addresses apart without their secrets.
    """

    channel: str
    target: str
    state: DeliveryState
    tries: int
    at: datetime
    next_at: datetime | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A notice on its way. `deliveries` by channel and target."""

    notice_id: str
    kind: str
    at: datetime
    words: Mapping[str, str]
    recipient: Recipient
    urgent: bool = False
    work_order_id: str = ""
    ticket_id: str = ""
    site_id: str = ""
    void_at: datetime | None = None
    seen_at: datetime | None = None
    subscriptions: tuple[Subscription, ...] = ()
    deliveries: Mapping[tuple[str, str], Delivery] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """The words in the first language of the recipient's that there is, else in that one, else in any."""
        for wanted in (*self.recipient.languages, language):
            if words := self.words.get(wanted):
                return words
        return next(iter(self.words.values()), self.kind)


class Outcome(NamedTuple):
    """What came of one sending. `waiting`: worth another try, not before `pause`."""

    state: DeliveryState
    detail: str = ""
    pause: timedelta = timedelta()
