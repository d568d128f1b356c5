"""One batch of dispatch, one transaction: news and commands in, decision, orders out, answers, feed.

A crash at any point leaves either all of it or nothing: cursor, commands, orders and answers commit together. The
decision looks at how things stand, not at each change, so the cursor may move straight to the head.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

import msgspec
from psycopg import sql

from dispatch.board import Board
from dispatch.choice.assign import Choice
from dispatch.decide import decide
from dispatch.part_policies import SHIPPED, PartPolicies
from dispatch.policy import Policy
from dispatch.positions import take_in
from dispatch.read_board import read_board
from dispatch.records import DISPATCH
from dispatch.said import Said
from dispatch.write_board import write_board
from guywire import feed, inbox
from guywire.commands import ReportPositions
from guywire.database import Connection
from guywire.errors import Refused, conflict
from guywire.identity import audit
from guywire.inbox import Asked

PUBLISHERS = ("alarm_correlation", "guywire")
"""Whose feeds wake dispatch: tickets and needs, and the inventory."""

_ONE_AT_A_TIME = 0x64697370  # "disp": a second dispatcher, such as the one that this one replaces, waits its turn
AT_ONCE = 200
_IN_SHADOW = conflict("shadow", "This system runs in shadow: it plans but gives no orders. Use the one in charge.")

Roads = Callable[[Board], Awaitable[None]]
"""Asks a routing service for the drives that a board's decision will look at; bounded in time, never raises."""

Answer = tuple[Asked, dict[str, Any] | Refused]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a batch did. `next_at` is when to look again by itself; `more` says that commands are left over."""

    next_at: datetime
    more: bool = False
    board: Board | None = None
    choices: Sequence[Choice] = ()
    answers: Sequence[Answer] = ()
    seconds: float = 0.0
    changed: Mapping[str, set[str]] = field(default_factory=dict)


async def run_batch(  # noqa: PLR0913 - what a caller may leave out goes by name
    connection: Connection,
    now: datetime,
    policy: Policy,
    *,
    due: datetime | None = None,
    shadow: bool = False,
    at_once: int = AT_ONCE,
    parts: PartPolicies = SHIPPED,
    roads: Roads | None = None,
) -> Outcome:
    """Takes in what there is, `at_once` commands at most, and decides.

    `due` is the last outcome's `next_at`: before it, silence decides nothing.
    """
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", (_ONE_AT_A_TIME,))
        news = await _take_news(connection)
        asked = await inbox.take(connection, DISPATCH, at_once)
        outcome = Outcome(next_at=due or now)
        orders = [one for one in asked if not isinstance(one.command, ReportPositions)]
        if news or orders or due is None or now >= due:
            read = await read_board(connection, [one.command for one in orders], now, policy, parts)
            read.try_all = "guywire" in news
            if roads:
                await roads(read)
            outcome = await _decide(connection, read, orders, shadow=shadow)
        reported = [await _positions(connection, one, now, policy, parts) for one in asked if one not in orders]
        outcome = replace(outcome, answers=[*outcome.answers, *reported], more=len(asked) == at_once)
        for one, said in outcome.answers:
            await inbox.answer(connection, one, said)
        await feed.publish(connection, DISPATCH, _changed(outcome, shadow))
    return outcome


async def _take_news(connection: Connection) -> set[str]:
    """Which publishers said something since the last batch; the cursors move past it."""
    news = set()
    for publisher in PUBLISHERS:
        head = await feed.head(connection, publisher)
        if head > await feed.position(connection, DISPATCH, publisher):
            await feed.advance(connection, DISPATCH, publisher, head)
            news.add(publisher)
    return news


async def _decide(connection: Connection, board: Board, asked: Sequence[Asked], *, shadow: bool) -> Outcome:
    before = perf_counter()
    said, choices = decide(board, [] if shadow else asked)
    seconds = perf_counter() - before
    if shadow:
        answers: list[Answer] = [(one, _IN_SHADOW) for one in asked]
        return Outcome(
            board.now + timedelta(seconds=board.policy.retry_seconds), False, board, choices, answers, seconds
        )
    changed = await write_board(connection, board)
    answers = await _answers(connection, list(zip(asked, said, strict=True)))
    return Outcome(_next_at(board), False, board, choices, answers, seconds, changed)


async def _answers(connection: Connection, said: Sequence[tuple[Asked, Said | Refused]]) -> list[Answer]:
    """The object as the views show it to each who was heard, with a line in the record of who did what."""
    effects = [effect for _, effect in said if isinstance(effect, Said)]
    bodies = {
        effect: body
        for topic in {one.topic for one in effects}
        for effect, body in await _shown(connection, topic, effects)
    }
    for one, effect in said:
        if isinstance(effect, Said):
            await audit(connection, one.actor, type(one.command).__name__, *effect, msgspec.to_builtins(one.command))
    return [(one, bodies[effect] if isinstance(effect, Said) else effect) for one, effect in said]


async def _shown(connection: Connection, topic: str, effects: Sequence[Said]) -> list[tuple[Said, dict[str, Any]]]:
    query = sql.SQL("SELECT id, to_jsonb(v) AS body FROM {} v WHERE id = ANY(%s)").format(
        sql.Identifier("views", topic)
    )
    rows = await connection.execute(query, ([effect.id for effect in effects if effect.topic == topic],))
    return [(Said(topic, row["id"]), row["body"]) for row in await rows.fetchall()]


async def _positions(connection: Connection, one: Asked, now: datetime, policy: Policy, parts: PartPolicies) -> Answer:
    assert isinstance(one.command, ReportPositions)
    try:
        return one, await take_in(connection, one.command, now, policy, parts.visits.positions)
    except Refused as refused:
        return one, refused


def _changed(outcome: Outcome, shadow: bool) -> Mapping[str, set[str]]:
    moved = {
        one.command.technician
        for one, said in outcome.answers
        if isinstance(one.command, ReportPositions) and not isinstance(said, Refused) and said["taken"]
    }
    changed = {} if shadow else outcome.changed
    return {**changed, "technician": moved | changed.get("technician", set())}


def _next_at(board: Board) -> datetime:
    """The next moment at which something happens by itself: an offer runs out, or a waiting need is due."""
    if board.left_over:
        return board.now
    expiries = [order.offer_expires_at for order in board.open_orders() if order.state == "offered"]
    tries = [row.next_try_at for row in board.waiting.values()]
    latest = board.now + timedelta(seconds=board.policy.retry_seconds)
    return min([latest, *filter(None, expiries), *tries, *board.look_again_at])
