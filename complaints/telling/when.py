"""When and where a message goes: quiet hours, ways that have it already, retries, an end. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from complaints.care.model import Complaint, Message, Who
from complaints.telling.policy import TellingPolicy
from complaints.words import zone_of
from guywire.messages import target_of


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message that is due, with whom it is for."""

    message: Message
    complaint: Complaint
    who: Who
    time_zone: str | None


class Sending(NamedTuple):
    """One address to send to; `target` tells it from others without its secrets."""

    channel: str
    target: str
    address: str


class Plan(NamedTuple):
    """What to send at once; without any, the state that the message is in then, and when to look again."""

    sendings: tuple[Sending, ...] = ()
    state: str = "waiting"
    next_at: datetime | None = None


def plan(one: Envelope, policy: TellingPolicy, now: datetime) -> Plan:
    """Nobody is told at night, nor against their wish, nor of what is long over."""
    if one.who.opt_out or now - one.message.at > timedelta(minutes=policy.too_late_minutes):
        return Plan(state="obsolete")
    may_wake = one.who.vip and one.who.at_night
    if not may_wake and (end := policy.quiet_until(now, zone_of(one.time_zone))):
        return Plan(next_at=end)
    addresses = policy.addresses(one.complaint, one.message.kind, one.message.message_id)
    if not addresses:
        return Plan(state="unaddressed")
    sendings = [Sending(channel, target_of(address), address) for channel, address in addresses]
    left = tuple(sending for sending in sendings if sending.target not in one.message.taken)
    return Plan(left) if left else Plan(state="sent")


class Came(NamedTuple):
    """How a message stands after a try."""

    state: str
    tries: int
    taken: tuple[str, ...]
    next_at: datetime | None


def after(
    message: Message, sendings: Collection[Sending], took: Collection[str], policy: TellingPolicy, now: datetime
) -> Came:
    """Sent when every way took it; what none or some took is tried again, there alone, until there is an end."""
    taken = (*message.taken, *sorted(took))
    tries = message.tries + 1
    if all(sending.target in taken for sending in sendings):
        return Came("sent", tries, taken, None)
    pause = policy.retry.pause_after(tries)
    if pause is not None:
        return Came("waiting", tries, taken, now + pause)
    return Came("sent" if taken else "failed", tries, taken, None)
