"""One batch of the service, in one transaction: commands, what others decided, cursors, answers, publishing last."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
import structlog

from complaints.follow import follow_incidents, incidents_in, incidents_of, live_incidents, shown_again, tickets_in
from complaints.policy import Policy
from complaints.register import register
from guywire import feed, inbox
from guywire.commands import RegisterComplaint
from guywire.database import Connection
from guywire.errors import Refused, invalid
from guywire.inbox import Asked

COMPLAINTS = "complaints"
PUBLISHERS = ("alarm_correlation", "dispatch")
_COMMANDS_AT_ONCE = 100
_CHANGES_AT_ONCE = 500
_LOCK = 0x6777_636F  # "gwco": the writer that is going and the one that is coming take turns

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Outcome:
    """What a batch did, for logs and metrics. `more`: there may be more of it right now."""

    registered: list[dict[str, Any]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    became: Counter[str] = field(default_factory=Counter)
    register_seconds: list[float] = field(default_factory=list)
    more: bool = False


async def run_batch(connection: Connection, now: datetime, policy: Policy) -> Outcome:
    """Takes what waits and carries it out; all or nothing."""
    outcome = Outcome()
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        touched = await _obey(connection, now, policy, outcome)
        touched |= await _follow_correlation(connection, now, policy, outcome)
        touched |= await _follow_dispatch(connection, outcome)
        await feed.publish(connection, COMPLAINTS, {"complaint": touched})
    return outcome


async def _obey(connection: Connection, now: datetime, policy: Policy, outcome: Outcome) -> set[str]:
    waiting = await inbox.take(connection, COMPLAINTS, _COMMANDS_AT_ONCE)
    outcome.more |= len(waiting) == _COMMANDS_AT_ONCE
    for asked in waiting:
        started = time.perf_counter()
        said = await _carry_out(connection, asked, now, policy)
        await inbox.answer(connection, asked, said)
        if isinstance(said, Refused):
            outcome.refused.append(said)
        else:
            outcome.registered.append(said)
            outcome.register_seconds.append(time.perf_counter() - started)
    return {complaint["id"] for complaint in outcome.registered}


async def _carry_out(connection: Connection, asked: Asked, now: datetime, policy: Policy) -> dict[str, Any] | Refused:
    """A command that breaks is refused and logged: it must not hold up those behind it for ever."""
    try:
        async with connection.transaction():
            if not isinstance(asked.command, RegisterComplaint):
                raise invalid("unknown_command", f"complaints does not carry out {type(asked.command).__name__}.")
            return await register(connection, asked.command, asked.actor, now, policy)
    except Refused as refusal:
        return refusal
    except (ArithmeticError, LookupError, TypeError, ValueError, psycopg.DataError, psycopg.IntegrityError):
        _log.exception("command.broke", command=asked.command_id)
        return Refused("failed", "internal_error", "This could not be carried out. The log of complaints says why.")


async def _follow_correlation(connection: Connection, now: datetime, policy: Policy, outcome: Outcome) -> set[str]:
    changes = await _news(connection, "alarm_correlation", outcome)
    incidents = await live_incidents(connection) if changes is None else incidents_in(changes)
    if not incidents:
        return set()
    became = await follow_incidents(connection, incidents, now, policy)
    outcome.became.update(became.values())
    return set(became)


async def _follow_dispatch(connection: Connection, outcome: Outcome) -> set[str]:
    tickets = tickets_in(await _news(connection, "dispatch", outcome) or ())
    return set(await shown_again(connection, await incidents_of(connection, tickets))) if tickets else set()


async def _news(connection: Connection, publisher: str, outcome: Outcome) -> Sequence[feed.Change] | None:
    """The next changes, with the cursor moved behind them; None after an absence longer than the feed is kept."""
    try:
        changes: Sequence[feed.Change] | None = await feed.read(connection, COMPLAINTS, publisher, _CHANGES_AT_ONCE)
    except feed.FeedGap:
        changes = None
    end = await feed.head(connection, publisher) if changes is None else changes[-1].seq if changes else 0
    if end:
        await feed.advance(connection, COMPLAINTS, publisher, end)
    outcome.more |= changes is not None and len(changes) == _CHANGES_AT_ONCE
    return changes
