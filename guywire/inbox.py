"""The command inbox: how a person or another service has an owner change what it holds (design, section 2).

The asker inserts the command and waits; the owner takes it in its own batch, applies it, and answers in the same
transaction as the effect. A key makes asking twice safe: the second ask gets the first one's answer.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import msgspec
import structlog

from guywire.commands import COMMANDS, Command
from guywire.database import Connection, Pool, Row, Wakeups, row_of
from guywire.database.wake import ring_or_timeout
from guywire.errors import Refused, conflict, invalid
from guywire.fitness import refuse_unfit

_log = structlog.get_logger(__name__)

ANSWERED = "command_answered"
"""The NOTIFY channel of answers; its payload is the command's id."""

ANSWER_SECONDS = 10.0


def channel_of(owner: str) -> str:
    """The NOTIFY channel on which an owner is woken for its commands."""
    return f"inbox_{owner}"


_PUT = """
    WITH asked AS MATERIALIZED (
        SELECT * FROM unnest(%(keys)s::text[], %(owners)s::text[], %(kinds)s::text[], %(bodies)s::jsonb[])
            WITH ORDINALITY AS a (key, owner, kind, body, place)
    ), put AS (
        INSERT INTO core.command (key, owner, kind, body, actor)
        SELECT key, owner, kind, body, %(actor)s FROM asked ORDER BY place
        ON CONFLICT (key) DO UPDATE SET key = excluded.key
        RETURNING command_id, key, kind, body, actor
    )
    SELECT max(command_id) AS last,
           bool_and((put.kind, put.body, put.actor) = (asked.kind, asked.body, %(actor)s)) AS same
    FROM put JOIN asked USING (key)
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A command as its owner takes it from the inbox."""

    command_id: int
    command: Command
    actor: str


async def put(connection: Connection, command: Command, actor: str, key: str | None = None) -> int:
    """Puts a command into its owner's inbox, in the caller's transaction; returns its id. Same key, same command.

    Raises `Refused` for a key used for another command, and for values that no owner could hold.
    """
    return await put_all(connection, {key or str(uuid.uuid4()): command}, actor)


async def put_all(connection: Connection, asked: Mapping[str, Command], actor: str) -> int:
    """As `put`, for commands by their keys, in one statement: they are taken in this order. Returns the last id."""
    for command in asked.values():
        refuse_unfit(command)
    owners = [command.owner for command in asked.values()]
    given = {
        "keys": list(asked),
        "owners": owners,
        "kinds": [type(command).__name__ for command in asked.values()],
        "bodies": [msgspec.json.encode(command).decode() for command in asked.values()],
        "actor": actor,
    }
    row = await _one(connection, _PUT, given)
    if not row["same"]:
        raise conflict("key_reused", "This idempotency key was used for another request. Take a new key.")
    for owner in sorted(set(owners)):
        await connection.execute("SELECT pg_notify(%s, '')", (channel_of(owner),))
    return int(row["last"])


async def ask(
    pool: Pool,
    wakeups: Wakeups,
    command: Command,
    actor: str,
    *,
    key: str | None = None,
    seconds: float = ANSWER_SECONDS,
) -> dict[str, Any]:
    """Puts a command and waits for its answer. Raises `Refused`: the owner's, or `unavailable` when none came in time.

    The process must run `wakeups` with the channel `ANSWERED`; without it the answer is still found, a second later.
    """
    async with pool.connection() as connection:
        command_id = await put(connection, command, actor, key)
    deadline = asyncio.get_running_loop().time() + seconds
    with wakeups.expect(ANSWERED, str(command_id)) as answered:
        while True:
            async with pool.connection() as connection:
                row = await _one(
                    connection, "SELECT state, answer FROM core.command WHERE command_id = %s", (command_id,)
                )
            if row["state"] != "asked":
                return _answer_or_refusal(row)
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                raise Refused(
                    "unavailable",
                    "not_applied_yet",
                    f"{command.owner} has not answered yet. The request is kept and is carried out once it is back.",
                )
            await ring_or_timeout(answered, min(left, 1.0))


async def answers(connection: Connection, keys: Sequence[str]) -> dict[str, dict[str, Any] | Refused]:
    """What commands put under these keys came to, by key; without those that are not applied yet.

    For an asker that does not wait: its batch looks again whenever the owner's feed wakes it.
    """
    rows = await connection.execute(
        "SELECT key, state, answer FROM core.command WHERE key = ANY(%s) AND state <> 'asked'", (list(keys),)
    )
    return {
        row["key"]: Refused(**row["answer"]) if row["state"] == "refused" else row["answer"]
        for row in await rows.fetchall()
    }


async def take(connection: Connection, owner: str, limit: int = 200) -> Sequence[Asked]:
    """The owner's waiting commands in the order asked, locked until the caller's transaction ends.

    One that cannot be read is refused here, by itself: it must not stop its owner, nor those behind it.
    """
    rows = await (
        await connection.execute(
            "SELECT command_id, kind, body::text AS body, actor FROM core.command"
            " WHERE owner = %s AND state = 'asked' ORDER BY command_id LIMIT %s FOR UPDATE",
            (owner, limit),
        )
    ).fetchall()
    readable = []
    for row in rows:
        try:
            readable.append(Asked(row["command_id"], _decode(row), row["actor"]))
        except Refused as refused:
            _log.warning("command.unreadable", command=row["command_id"], kind=row["kind"], why=refused.message)
            await _answer(connection, row["command_id"], refused)
    return readable


async def refuse_next(connection: Connection, owner: str) -> int | None:
    """Refuses the owner's oldest waiting command: taken alone, it broke the owner's batch. Its id, or None without one.

    For what nobody foresaw. A command that cannot be applied must not hold up those behind it for ever.
    """
    async with connection.transaction():
        rows = await connection.execute(
            "SELECT command_id FROM core.command WHERE owner = %s AND state = 'asked'"
            " ORDER BY command_id LIMIT 1 FOR UPDATE",
            (owner,),
        )
        row = await rows.fetchone()
        if row is None:
            return None
        sorry = Refused("failed", "internal_error", f"This could not be carried out. The log of {owner} says why.")
        await _answer(connection, row["command_id"], sorry)
        return int(row["command_id"])


class Caution:
    """How many commands an owner takes at once: `at_once`, but after a batch that broke unforeseen one at a time.

    One that breaks alone is refused; when the last one waiting has been taken well, all is as before.
    """

    def __init__(self, owner: str, at_once: int) -> None:
        self._owner = owner
        self._calm = at_once
        self.at_once = at_once

    def went_well(self, more: bool) -> None:
        """After a batch; `more` says that it may have left commands waiting."""
        if not more:
            self.at_once = self._calm

    async def broke(self, pool: Pool) -> None:
        """After a batch that broke for a reason nobody foresaw."""
        if self.at_once == 1:
            async with pool.connection() as connection:
                command = await refuse_next(connection, self._owner)
            _log.error("command.refused_alone", owner=self._owner, command=command)
        self.at_once = 1


async def answer(connection: Connection, asked: Asked, result: dict[str, Any] | Refused) -> None:
    """Answers a command, in the transaction of its effect. The order of application is recorded."""
    await _answer(connection, asked.command_id, result)


async def _answer(connection: Connection, command_id: int, result: dict[str, Any] | Refused) -> None:
    refused = isinstance(result, Refused)
    body = result.as_dict() if isinstance(result, Refused) else result
    await connection.execute(
        "UPDATE core.command SET state = %s, answer = %s, applied_at = now(),"
        " applied_seq = nextval('core.command_applied_seq') WHERE command_id = %s",
        ("refused" if refused else "done", msgspec.json.encode(body).decode(), command_id),
    )
    await connection.execute("SELECT pg_notify(%s, %s)", (ANSWERED, str(command_id)))


def _decode(row: Row) -> Command:
    """Raises `Refused` for what this version does not understand, or should never have been put."""
    try:
        command = msgspec.json.decode(row["body"], type=COMMANDS[row["kind"]])
    except (KeyError, msgspec.MsgspecError) as error:
        raise invalid("unreadable_command", f"This command cannot be read: {error}. Ask again.") from error
    refuse_unfit(command)
    return command


def _answer_or_refusal(row: Row) -> dict[str, Any]:
    body = cast(dict[str, Any], row["answer"])
    if row["state"] == "refused":
        raise Refused(body["code"], body["reason"], body["message"])
    return body


async def _one(connection: Connection, query: Any, values: Sequence[object] | Mapping[str, object]) -> Row:
    row = await row_of(connection, query, values)
    assert row is not None
    return row
