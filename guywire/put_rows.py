"""Many rows of one table in one statement: what a batch writes costs one round trip a table, not one a row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from functools import cache
from typing import Any

import msgspec
from psycopg import sql

from guywire.database import Connection


def columns(record: type[Any]) -> list[str]:
    """The columns of a record's table: its fields, in their order."""
    return [field.name for field in fields(record)]


def named(names: Iterable[str]) -> sql.Composed:
    """Columns as they stand in a statement."""
    return sql.SQL(", ").join(map(sql.Identifier, names))


async def put_rows(
    connection: Connection,
    schema: str,
    table: str,
    key: str,
    names: Sequence[str],
    rows: Iterable[Any],
    fixed: frozenset[str] = frozenset(),
) -> None:
    """Inserts rows into a table, or changes those whose key is there; "" as key only inserts.

    A row is an object with an attribute for each column; what is nested in one goes into a jsonb or array column.
    What is `fixed` stays as it was first written.
    """
    objects = [{name: getattr(row, name) for name in names} for row in rows]
    if objects:
        statement = _statement(schema, table, key, tuple(names), fixed)
        await connection.execute(statement, (msgspec.json.encode(objects).decode(),))


@cache
def _statement(schema: str, table: str, key: str, names: tuple[str, ...], fixed: frozenset[str]) -> str:
    insert = sql.SQL(
        "INSERT INTO {table} ({names}) SELECT {names} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)"
    ).format(table=sql.Identifier(schema, table), names=named(names))
    if not key:
        return insert.as_string()
    changing = [sql.Identifier(name) for name in names if name not in fixed]
    changes = sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(name) for name in changing)
    change = sql.SQL(" ON CONFLICT ({key}) DO UPDATE SET {changes}").format(key=sql.Identifier(key), changes=changes)
    return (insert + change).as_string()
