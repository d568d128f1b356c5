"""The schema in words, for comparing: tables, columns, constraints, indexes, views, functions; no partitions.

After a change of the migrations: python -m tests.integration.schema_snapshot > tests/integration/schema.txt
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from guywire.database import Connection, connect
from guywire.database.migrate import migrate
from guywire.postgres import embedded

SNAPSHOT = Path(__file__).with_name("schema.txt")

_OURS = "n.nspname IN ('core', 'collectors', 'correlation', 'dispatch', 'complaints', 'views', 'public')"
# extensions bring their own; what they own is not ours to describe
_NOT_OF_EXTENSION = "NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = {} AND d.deptype = 'e')"

_COLUMNS = f"""
SELECT format('%s %s.%s', CASE c.relkind WHEN 'v' THEN 'view' ELSE 'table' END, n.nspname, c.relname) AS object,
       '  ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
       || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
       || CASE a.attidentity WHEN '' THEN '' ELSE ' IDENTITY' END
       || CASE a.attgenerated WHEN '' THEN '' ELSE ' GENERATED' END
       || coalesce(' = ' || pg_get_expr(d.adbin, d.adrelid), '') AS line
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition AND {_OURS} AND {_NOT_OF_EXTENSION.format("c.oid")}
ORDER BY n.nspname, c.relname, a.attnum
"""

_CONSTRAINTS = f"""
SELECT format('table %s.%s', n.nspname, c.relname) AS object,
       '  ' || o.conname || ': ' || pg_get_constraintdef(o.oid) AS line
FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE o.contype <> 'n' AND NOT c.relispartition AND {_OURS} AND {_NOT_OF_EXTENSION.format("c.oid")}
ORDER BY n.nspname, c.relname, o.conname
"""

_INDEXES = f"""
SELECT format('table %s.%s', n.nspname, c.relname) AS object,
       '  ' || replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ') AS line
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT c.relispartition AND {_OURS} AND {_NOT_OF_EXTENSION.format("c.oid")}
ORDER BY n.nspname, c.relname, x.relname
"""

_FUNCTIONS = f"""
SELECT 'functions' AS object,
       format('  %s.%s(%s) %s', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid), md5(p.prosrc)) AS line
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE {_OURS} AND {_NOT_OF_EXTENSION.format("p.oid")} ORDER BY n.nspname, p.proname
"""


async def describe(connection: Connection) -> str:
    """The schema; the same on PostgreSQL 17 and 18, plain and with TimescaleDB."""
    objects: dict[str, list[str]] = {}
    for query in (_COLUMNS, _CONSTRAINTS, _INDEXES, _FUNCTIONS):
        for row in await (await connection.execute(query)).fetchall():
            objects.setdefault(row["object"], []).append(row["line"])
    return "".join(f"{name}\n" + "".join(f"{line}\n" for line in lines) for name, lines in sorted(objects.items()))


async def _describe_fresh() -> str:
    with tempfile.TemporaryDirectory() as folder:
        async with embedded(Path(folder), durable=False) as url, await connect(url) as connection:
            await migrate(connection, datetime.now(UTC).date())
            return await describe(connection)


if __name__ == "__main__":
    sys.stdout.write(asyncio.run(_describe_fresh()))
