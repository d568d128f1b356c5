"""What is sent of a notice now, and when to look at it again. Pure: the same notice at the same time, the same plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from dispatch.shifts import ShiftError, duty, zone_of
from dispatch.telling.contacts import Contacts, Way, address_for
from dispatch.telling.model import PUSH, TAKE_DOWN, Delivery, Message, Outcome, Subscription
from dispatch.telling.policy import TellingPolicy
from guywire.backoff import Backoff
from guywire.messages import target_of


class Sending(NamedTuple):
    """One thing to send: by Web Push where there is a subscription, else to an address of Apprise."""

    channel: str
    target: str
    subscription: Subscription | None = None
    address: str = ""


class Plan(NamedTuple):
    """What to send at once, and when there may be more; None: nothing more will come of this notice."""

    sendings: tuple[Sending, ...] = ()
    look_at: datetime | None = None


def plan(message: Message, contacts: Contacts, policy: TellingPolicy, now: datetime) -> Plan:
    """Nobody is told of what is over, seen or too old; nobody is woken for what is not urgent; nothing is repeated."""
    if message.void_at:
        return _due(message, [(now, one) for one in _take_downs(message)], now)
    if message.seen_at or now - message.at > timedelta(minutes=policy.too_late_minutes):
        return Plan()
    if not message.urgent and (end := _quiet_until(message, policy, now)):
        return Plan(look_at=end)
    return _due(message, [*_pushes(message, now), *_rings(message, contacts)], now)


def delivered(before: Delivery | None, sending: Sending, outcome: Outcome, retry: Backoff, now: datetime) -> Delivery:
    """The row of a sending after another try; what waits for too long has failed."""
    tries = (before.tries if before else 0) + 1
    pause = retry.pause_after(tries, outcome.pause) if outcome.state == "waiting" else None
    state = "failed" if outcome.state == "waiting" and pause is None else outcome.state
    return Delivery(sending.channel, sending.target, state, tries, now, now + pause if pause else None, outcome.detail)


def with_deliveries(message: Message, rows: Iterable[Delivery]) -> Message:
    """The notice as it stands once these are recorded."""
    return replace(message, deliveries={**message.deliveries, **{(row.channel, row.target): row for row in rows}})


def _due(message: Message, candidates: Iterable[tuple[datetime, Sending]], now: datetime) -> Plan:
    sendings, later = [], []
    for at, sending in candidates:
        before = message.deliveries.get((sending.channel, sending.target))
        if before and before.state != "waiting":
            continue
        at = max(at, before.next_at) if before and before.next_at else at
        if at <= now:
            sendings.append(sending)
        else:
            later.append(at)
    return Plan(tuple(sendings), min(later, default=None))


def _pushes(message: Message, now: datetime) -> Iterator[tuple[datetime, Sending]]:
    for one in message.subscriptions:
        yield now, Sending(PUSH, target_of(one.endpoint), one)


def _take_downs(message: Message) -> Iterator[Sending]:
    """To each browser that may show it; a push that failed may have got through all the same."""
    for one in message.subscriptions:
        if (PUSH, target_of(one.endpoint)) in message.deliveries:
            yield Sending(TAKE_DOWN, target_of(one.endpoint), one)


def _rings(message: Message, contacts: Contacts) -> Iterator[tuple[datetime, Sending]]:
    for way in contacts.ways:
        if way.concerns(message) and not _is_needless(way, message):
            for url in way.urls:
                address = address_for(url, message.recipient)
                sending = Sending(way.channel, target_of(url), address=address)
                yield message.at + timedelta(seconds=way.after_seconds), sending


def _is_needless(way: Way, message: Message) -> bool:
    pushed = any(row.channel == PUSH and row.state == "delivered" for row in message.deliveries.values())
    return way.unless == "delivered" and pushed


def _quiet_until(message: Message, policy: TellingPolicy, now: datetime) -> datetime | None:
    """The end of the quiet hours, for whoever is not on duty. Without a shift one is never known to be on duty."""
    one = message.recipient
    end = policy.quiet_until(now, zone_of(one.time_zone))
    return None if end and one.shift and _is_on_duty(message, now) else end


def _is_on_duty(message: Message, now: datetime) -> bool:
    one = message.recipient
    try:
        return any(start <= now < end for start, end in duty(one.shift, zone_of(one.time_zone), now))
    except ShiftError:
        return False
