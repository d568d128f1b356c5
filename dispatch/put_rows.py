"""Many rows of one table of schema `dispatch` in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from guywire import put_rows as any_schema
from guywire.database import Connection


async def put_rows(
    connection: Connection,
    table: str,
    key: str,
    names: Sequence[str],
    rows: Iterable[Any],
    fixed: frozenset[str] = frozenset(),
) -> None:
    """As `guywire.put_rows.put_rows`, for a table of dispatch's own."""
    await any_schema.put_rows(connection, "dispatch", table, key, names, rows, fixed)
