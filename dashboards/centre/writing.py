"""Every change of the centre's own records: one transaction of effect, audit and feed, done once under one key."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
from pydantic import BaseModel

from guywire import feed
from guywire.database import Connection
from guywire.errors import conflict
from guywire.identity import User, audit
from guywire.service import Service

PUBLISHER = "dashboards"
_KEYS_ARE_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Done:
    """What a change came to: `topic` and `id` of the object, the record's `detail`, and what `also` changed (topic to
    ids). `published` is false for what no page listens to, such as a saved view."""

    topic: str
    id: str
    detail: Mapping[str, object] = field(default_factory=dict)
    also: Mapping[str, Collection[str]] = field(default_factory=dict)
    published: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody wants done: `action` as the record names it, what was `asked` (anything that goes as JSON, or a
    pydantic model), and the `work`, which may raise `Refused`."""

    action: str
    asked: object
    work: Callable[[Connection], Awaitable[Done]]


async def write(service: Service, user: User, key: str | None, change: Change) -> str:
    """Does the work and tells of it; the id of the object. The same asked under the same key is not done again.

    What the work refuses leaves nothing behind, the key neither. Raises `Refused`: the work's, or `key_reused`.
    """
    async with service.pool.connection() as connection, connection.transaction():
        named = f"{user.name}:{key}" if key else ""
        if named and (earlier := await _asked_before(connection, named, _digest(change))):
            return earlier
        done = await change.work(connection)
        await audit(connection, user.name, change.action, done.topic, done.id, done.detail)
        if named:
            await connection.execute("UPDATE centre.request SET object_id = %s WHERE key = %s", (done.id, named))
        if done.published:
            await publish(connection, {done.topic: [done.id], **done.also})
        return done.id


async def publish(connection: Connection, changed: Mapping[str, Collection[str]]) -> None:
    """Must be the last statement of the transaction, as in `guywire.feed`."""
    await feed.publish(connection, PUBLISHER, changed)


async def forget(connection: Connection, now: datetime) -> None:
    """Keys are kept for a week: nobody asks again after that."""
    await connection.execute("DELETE FROM centre.request WHERE at < %s", (now - _KEYS_ARE_KEPT,))


async def _asked_before(connection: Connection, key: str, digest: str) -> str | None:
    """Takes the key, or waits for who has it and gives what theirs came to."""
    taken = await connection.execute(
        "INSERT INTO centre.request (key, asked) VALUES (%s, %s) ON CONFLICT (key) DO NOTHING", (key, digest)
    )
    if taken.rowcount:
        return None
    rows = await connection.execute("SELECT asked, object_id FROM centre.request WHERE key = %s", (key,))
    earlier = await rows.fetchone()
    if earlier is None or earlier["asked"] != digest:
        raise conflict("key_reused", "This idempotency key was used for another request. Take a new key.")
    return str(earlier["object_id"])


def _digest(change: Change) -> str:
    said = msgspec.json.encode((change.action, change.asked), enc_hook=_plain, order="deterministic")
    return hashlib.sha256(said).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump()
    raise TypeError(f"{type(value).__name__} does not go as JSON")
