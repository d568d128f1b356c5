"""Many rows of one table in one statement: what a batch writes costs one round trip a table, not one a row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import msgspec
from psycopg import sql

from guywire.database import Connection


async def put_rows(
    connection: Connection,
    table: str,
    key: str,
    columns: Sequence[str],
    rows: Iterable[Any],
    fixed: frozenset[str] = frozenset(),
) -> None:
    """Inserts rows into a table of schema `dispatch`, or changes those whose key is there; "" as key only inserts.

    A row is an object with an attribute for each column; what is nested in one goes into a jsonb or array column.
    What is `fixed` stays as it was first written.
    """
    objects = [{name: getattr(row, name) for name in columns} for row in rows]
    if objects:
        statement = _statement(table, key, tuple(columns), fixed)
        await connection.execute(statement, (msgspec.json.encode(objects).decode(),))


@cache
def _statement(table: str, key: str, columns: tuple[str, ...], fixed: frozenset[str]) -> str:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    insert = sql.SQL(
        "INSERT INTO {table} ({names}) SELECT {names} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)"
    ).format(table=sql.Identifier("dispatch", table), names=names)
    if not key:
        return insert.as_string()
    changing = [sql.Identifier(name) for name in columns if name not in fixed]
    changes = sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(name) for name in changing)
    change = sql.SQL(" ON CONFLICT ({key}) DO UPDATE SET {changes}").format(key=sql.Identifier(key), changes=changes)
    return (insert + change).as_string()
