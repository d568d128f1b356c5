"""No id is given twice: after a restore numbers go on beyond all that may have been given since the backup.

A phone that was offline still speaks of order W57, a report on paper of incident I42: neither may come to mean another.
"""

from __future__ import annotations

from psycopg import sql

from guywire.database import Connection
from guywire.database.rows import rows_of

STEP = 100_000
"""More than is given between two backups; ids go on behind its next multiple, which shows that there was a restore."""

# whatever package keeps one: the last number given, of each kind of id (a letter) or of the only one
_COUNTERS = """
SELECT table_schema, table_name, bool_or(column_name = 'kind') AS has_kinds FROM information_schema.columns
WHERE table_name ~ '(^|_)counter$' GROUP BY 1, 2 HAVING bool_or(column_name = 'last')
"""
_SKIP_SEQUENCES = """
SELECT setval(
    format('%%I.%%I', schemaname, sequencename)::regclass, (coalesce(last_value, 0) / %(step)s + 1) * %(step)s
) FROM pg_sequences WHERE sequencename ~ '_number$'
"""
_SKIP = sql.SQL("UPDATE {table} SET last = (last / {step} + 1) * {step} WHERE {which}")
_EVERY, _KINDS_OF_IDS = sql.SQL("true"), sql.SQL("kind ~ '^[A-Za-z]$'")


async def skip_numbers(connection: Connection) -> None:
    """Moves every counter of ids on; numbers of the feed and the stream, which are gapless, stay."""
    for row in await rows_of(connection, _COUNTERS):
        table = sql.Identifier(row["table_schema"], row["table_name"])
        which = _KINDS_OF_IDS if row["has_kinds"] else _EVERY
        await connection.execute(_SKIP.format(table=table, step=sql.Literal(STEP), which=which))
    await connection.execute(_SKIP_SEQUENCES, {"step": STEP})
