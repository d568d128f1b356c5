"""Procedures as people write them: each change is a new version, the older ones stay to be read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from complaints import care_policy
from dashboards.centre.writing import Done
from guywire.database import Connection, Row
from guywire.errors import conflict, not_found
from guywire.identity import User
from guywire.procedures import Procedure, shipped

_INSERT = """
INSERT INTO centre.procedure_version (procedure_id, version, title, alarm_types, categories, language, summary, steps,
    warnings, made_at, made_by, note, retired)
VALUES (%(id)s, %(version)s, %(title)s, %(alarm_types)s, %(categories)s, %(language)s, %(summary)s, %(steps)s,
    %(warnings)s, %(now)s, %(by)s, %(note)s, %(retired)s)
"""
_VERSIONS = """
SELECT v.procedure AS id, v.version, v.title, v.alarm_types, v.categories, v.language, v.summary, v.steps, v.warnings,
       v.made_at, v.made_by, v.note, NOT v.retired AS current
FROM views.procedure_version v WHERE v.procedure = %s ORDER BY v.version DESC
"""


def category_words(data_dir: Path) -> dict[str, str]:
    """The categories of complaints by their names, so that procedures are found by them."""
    categories = care_policy.policy_file(data_dir).current().categories
    return {key: f"{category.zh} {category.en}" for key, category in categories.items()}


async def enter(connection: Connection, user: User, said: Mapping[str, Any], now: datetime) -> Done:
    """A new one, under an id of its own."""
    row = await (await connection.execute("SELECT 'P' || nextval('centre.procedure_number') AS id")).fetchone()
    assert row is not None
    await _insert(connection, user, row["id"], 1, said, now)
    return Done("procedure", row["id"], {"version": 1, "note": said["note"]})


async def say_anew(
    connection: Connection, user: User, key: str, version: int, said: Mapping[str, Any], now: datetime
) -> Done:
    """A new version over the one that was read (0: the one that ships). Raises `Refused` where that is not the last."""
    await _take(connection, key, version)
    await _insert(connection, user, key, version + 1, said, now)
    return Done("procedure", key, {"version": version + 1, "note": said["note"]})


async def retire(connection: Connection, user: User, key: str, version: int, note: str, now: datetime) -> Done:
    """Out of use: a last version that says so."""
    last = await _take(connection, key, version)
    said = {name: _plain(getattr(last, name)) for name in _FIELDS} | {"note": note}
    await _insert(connection, user, key, version + 1, said, now, retired=True)
    return Done("procedure", key, {"version": version + 1, "note": note})


async def versions(connection: Connection, key: str) -> list[Procedure]:
    """All of them, the newest first, the one that ships last; only the first one may be `current`. Empty: unknown."""
    rows = await (await connection.execute(_VERSIONS, (key,))).fetchall()
    written = [_of_row(row, is_last=place == 0) for place, row in enumerate(rows)]
    own = shipped().get(key)
    return [*written, *([_replaced(own, bool(written))] if own else [])]


_FIELDS = ("title", "alarm_types", "categories", "language", "summary", "steps", "warnings")


async def _take(connection: Connection, key: str, version: int) -> Procedure:
    """The last version, which nobody else changes until the transaction ends; it must be the one that was read."""
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"procedure:{key}",))
    known = await versions(connection, key)
    if not known:
        raise not_found("procedure", key)
    if known[0].version != version:
        last = known[0]
        message = f"{last.made_by} has written version {last.version} meanwhile ({last.note}). Read it first."
        raise conflict("version_is_old", message)
    return known[0]


async def _insert(
    connection: Connection,
    user: User,
    key: str,
    version: int,
    said: Mapping[str, Any],
    now: datetime,
    *,
    retired: bool = False,
) -> None:
    values = {name: _plain(said[name]) for name in (*_FIELDS, "note")}
    more = {"id": key, "version": version, "now": now, "by": user.name, "retired": retired}
    await connection.execute(_INSERT, {**values, **more})


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _of_row(row: Row, is_last: bool) -> Procedure:
    lists = {name: tuple(row[name]) for name in ("alarm_types", "categories", "steps", "warnings")}
    return Procedure(**{**row, **lists, "current": row["current"] and is_last})


def _replaced(procedure: Procedure, replaced: bool) -> Procedure:
    return replace(procedure, current=not replaced)
