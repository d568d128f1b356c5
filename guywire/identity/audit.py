"""The record of who did what: one row for every change that a person or a command made, in its own transaction."""

from __future__ import annotations

from collections.abc import Mapping

from psycopg.types.json import Jsonb

from guywire.database import Connection


async def audit(
    connection: Connection,
    actor: str,
    action: str,
    object_kind: str,
    object_id: str,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Writes one row of the record; belongs into the transaction of the effect. `detail` is JSON, without secrets."""
    await connection.execute(
        "INSERT INTO core.audit (actor, action, object_kind, object_id, detail) VALUES (%s, %s, %s, %s, %s)",
        (actor, action, object_kind, object_id, Jsonb(dict(detail or {}))),
    )
