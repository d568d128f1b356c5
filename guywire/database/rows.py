"""Queries and their rows, for whatever reads."""

from __future__ import annotations

from psycopg.abc import Params
from psycopg.abc import QueryNoTemplate as Query

from guywire.database.connect import Connection, Row


async def rows_of(connection: Connection, query: Query, values: Params = ()) -> list[Row]:
    """All that a query answers."""
    return await (await connection.execute(query, values)).fetchall()


async def row_of(connection: Connection, query: Query, values: Params = ()) -> Row | None:
    """The first row that a query answers; None without one."""
    return await (await connection.execute(query, values)).fetchone()
