"""One batch of the service, in one transaction: commands, what others decided, what is due; publishing last."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
import structlog

from complaints import follow, mass_answer
from complaints.care.model import COMPLAINTS
from complaints.care.policy import CarePolicy
from complaints.care.policy import shipped_policy as shipped_care
from complaints.care.rules import Rules
from complaints.care.store import due_cases
from complaints.commands import carry_out
from complaints.done import Did
from complaints.policy import Policy
from complaints.settle import settle
from complaints.surges.step import step as watch_surges
from complaints.telling.policy import TellingPolicy
from complaints.telling.policy import shipped_policy as shipped_telling
from guywire import feed, inbox
from guywire.database import Connection, Row
from guywire.errors import Refused
from guywire.inbox import Asked

PUBLISHERS = ("alarm_correlation", "dispatch")
COMMANDS_AT_ONCE = 100
_CHANGES_AT_ONCE = 500
_DUE_AT_ONCE = 300
_LOCK = 0x6777_636F  # "gwco": the writer that is going and the one that is coming take turns

_ASKED_FOR = "SELECT complaint_id, ticket_key FROM complaints.complaint WHERE ticket_key IS NOT NULL"
_TICKET = """
UPDATE complaints.complaint SET ticket_id = coalesce(%s, ticket_id), ticket_key = NULL, version = version + 1
WHERE complaint_id = %s
"""

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Outcome:
    """What a batch did, for logs and metrics. `more`: there may be more of it right now."""

    registered: list[dict[str, Any]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    became: Counter[str] = field(default_factory=Counter)
    register_seconds: list[float] = field(default_factory=list)
    more: bool = False


@dataclass(slots=True)
class _Batch:
    """What the stages share: the connection, what they go by, what they did and which complaints changed."""

    connection: Connection
    rules: Rules
    policy: Policy
    at_once: int
    outcome: Outcome = field(default_factory=Outcome)
    changed: set[str] = field(default_factory=set)


async def run_batch(
    connection: Connection,
    now: datetime,
    policy: Policy,
    *,
    care: CarePolicy | None = None,
    telling: TellingPolicy | None = None,
    shadow: bool = False,
    at_once: int = COMMANDS_AT_ONCE,
) -> Outcome:
    """Takes what waits and carries it out; all or nothing. `at_once` is the most commands that are taken."""
    rules = Rules(now=now, care=care or shipped_care(), telling=telling or shipped_telling(), shadow=shadow)
    batch = _Batch(connection, rules, policy, at_once)
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        for stage in (
            _obey,
            _answer_many,
            _follow_correlation,
            _follow_dispatch,
            _hear_of_tickets,
            _look_at_what_is_due,
            _watch_surges,
        ):
            await stage(batch)
        await feed.publish(connection, COMPLAINTS, {"complaint": batch.changed})
    return batch.outcome


async def _obey(batch: _Batch) -> None:
    waiting = await inbox.take(batch.connection, COMPLAINTS, batch.at_once)
    batch.outcome.more |= len(waiting) == batch.at_once
    for asked in waiting:
        started = time.perf_counter()
        did = await _carry_out(batch, asked)
        if isinstance(did, Refused):
            batch.outcome.refused.append(did)
            await inbox.answer(batch.connection, asked, did)
            continue
        await inbox.answer(batch.connection, asked, did.answer)
        batch.changed |= did.changed
        if did.registered:
            batch.outcome.registered.append(did.registered)
            batch.outcome.register_seconds.append(time.perf_counter() - started)


async def _answer_many(batch: _Batch) -> None:
    answered = await mass_answer.answer_next(batch.connection, batch.rules, batch.policy)
    batch.changed |= answered.changed
    batch.outcome.more |= answered.more


async def _carry_out(batch: _Batch, asked: Asked) -> Did | Refused:
    """A command that breaks is refused and logged: it must not hold up those behind it for ever."""
    try:
        async with batch.connection.transaction():
            return await carry_out(batch.connection, asked.command, asked.actor, batch.rules, batch.policy)
    except Refused as refusal:
        return refusal
    except (ArithmeticError, LookupError, TypeError, ValueError, psycopg.DataError, psycopg.IntegrityError):
        _log.exception("command.broke", command=asked.command_id)
        return Refused("failed", "internal_error", "This could not be carried out. The log of complaints says why.")


async def _follow_correlation(batch: _Batch) -> None:
    changes = await _news(batch, "alarm_correlation")
    incidents = await follow.live_incidents(batch.connection) if changes is None else follow.incidents_in(changes)
    never = [name for name, one in batch.rules.care.categories.items() if not one.network]
    followed = await follow.follow_incidents(batch.connection, incidents, batch.rules.now, batch.policy, never)
    batch.outcome.more |= followed.more
    became = followed.became
    tickets = None if changes is None else follow.served_in(changes)
    if tickets is None or tickets:
        became |= await follow.served(batch.connection, tickets, batch.rules.now)
    batch.outcome.became.update(became.values())
    batch.changed |= set(became)


async def _follow_dispatch(batch: _Batch) -> None:
    tickets = follow.tickets_in(await _news(batch, "dispatch") or ())
    if tickets:
        incidents = await follow.incidents_of(batch.connection, tickets)
        batch.changed |= set(await follow.shown_again(batch.connection, incidents, batch.rules.now))


async def _hear_of_tickets(batch: _Batch) -> None:
    """What came of the tickets that were asked for; one that was refused is left to whoever works on the complaint."""
    rows: Sequence[Row] = await (await batch.connection.execute(_ASKED_FOR)).fetchall()
    said = await inbox.answers(batch.connection, [row["ticket_key"] for row in rows]) if rows else {}
    for row in rows:
        answer = said.get(row["ticket_key"])
        if answer is None:
            continue
        if isinstance(answer, Refused):
            _log.warning("ticket.refused", complaint=row["complaint_id"], reason=answer.reason)
        ticket = None if isinstance(answer, Refused) else answer["id"]
        await batch.connection.execute(_TICKET, (ticket, row["complaint_id"]))
        batch.changed.add(row["complaint_id"])


async def _look_at_what_is_due(batch: _Batch) -> None:
    due = await due_cases(batch.connection, batch.rules.now, _DUE_AT_ONCE)
    batch.outcome.more |= len(due) == _DUE_AT_ONCE
    batch.changed |= await settle(batch.connection, due.values(), batch.rules, batch.policy)


async def _news(batch: _Batch, publisher: str) -> Sequence[feed.Change] | None:
    """The next changes, with the cursor moved behind them; None after an absence longer than the feed is kept."""
    connection = batch.connection
    try:
        changes: Sequence[feed.Change] | None = await feed.read(connection, COMPLAINTS, publisher, _CHANGES_AT_ONCE)
    except feed.FeedGap:
        changes = None
    end = await feed.head(connection, publisher) if changes is None else changes[-1].seq if changes else 0
    if end:
        await feed.advance(connection, COMPLAINTS, publisher, end)
    batch.outcome.more |= changes is not None and len(changes) == _CHANGES_AT_ONCE
    return changes


async def _watch_surges(batch: _Batch) -> None:
    """What breaks here is logged and tried again at the next look: it must not hold up complaints."""
    try:
        async with batch.connection.transaction():
            seen = await watch_surges(batch.connection, batch.rules.now, batch.policy.surge)
    except (ArithmeticError, LookupError, TypeError, ValueError, psycopg.DataError, psycopg.IntegrityError):
        _log.exception("surges.broke")
        return
    counted = {"suspected": seen.raised, "suspected_wider": seen.widened, "no_longer_suspected": seen.cleared}
    batch.outcome.became.update({change: len(ids) for change, ids in counted.items() if ids})
    batch.outcome.more |= seen.more
