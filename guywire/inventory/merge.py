"""The set-based way between records and their tables: COPY into a temporary table, then one MERGE a kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from psycopg import sql

from guywire.database import Connection
from guywire.inventory.model import Contract, Customer, Inventory, Link, PowerFeed, Resource, Site, Technician


@dataclass(frozen=True, slots=True)
class Count:
    """What a load did to one kind of record; a retired row that returns counts as changed."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    retired: int = 0


@dataclass(frozen=True, slots=True)
class Kind:
    """Where a kind of record is kept; `derived` are columns computed from the record."""

    kind: str
    table: str
    record: type[Any]
    key: tuple[str, ...]
    derived: tuple[str, ...] = ()
    retires: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(field.name for field in fields(self.record)) + self.derived


KINDS = (
    Kind("power_feeds", "power_feed", PowerFeed, ("feed_id",)),
    Kind("sites", "site", Site, ("site_id",), derived=("domain",)),
    Kind("resources", "resource", Resource, ("site_id", "resource")),
    Kind("links", "link", Link, ("link_id",)),
    Kind("technicians", "technician", Technician, ("technician_id",)),
    Kind("customers", "customer", Customer, ("customer_id",)),
    Kind("contracts", "contract", Contract, ("tenant", "region", "severity"), retires=False),
)


async def merge(connection: Connection, kind: Kind, inventory: Inventory, prune: bool, now: datetime) -> Count:
    """Brings one table up to date with the inventory's records of this kind; with none of them it is left alone."""
    held = getattr(inventory, kind.kind)
    records = list(held.values() if isinstance(held, Mapping) else held)
    if not records:
        return Count()
    await _copy(connection, kind, records)
    rows = await (
        await connection.execute(_merge_statement(kind, prune), {"now": now} if kind.retires and prune else None)
    ).fetchall()
    done = {row["action"]: row["count"] for row in rows}
    added, changed, retired = done.get("added", 0), done.get("changed", 0), done.get("retired", 0)
    return Count(added, changed, len(records) - added - changed, retired)


async def _copy(connection: Connection, kind: Kind, records: Iterable[Any]) -> None:
    names = {"incoming": sql.Identifier(f"incoming_{kind.table}"), "table": sql.Identifier("core", kind.table)}
    await connection.execute(sql.SQL("CREATE TEMP TABLE {incoming} (LIKE {table}) ON COMMIT DROP").format(**names))
    columns = sql.SQL(", ").join(map(sql.Identifier, kind.columns))
    statement = sql.SQL("COPY {incoming} ({columns}) FROM STDIN").format(columns=columns, **names)
    async with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for record in records:
            await copy.write_row([_cell(getattr(record, column)) for column in kind.columns])


def _cell(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _merge_statement(kind: Kind, prune: bool) -> sql.Composed:
    """One MERGE: what is new is added, what differs or was retired is updated, and with `prune` the rest retired."""
    same_key = joined(" AND ", "t.{0} = s.{0}", kind.key)
    there = (*kind.columns, "retired_at") if kind.retires else kind.columns
    gone = sql.SQL("UPDATE SET retired_at = %(now)s" if kind.retires else "DELETE")
    still_there = sql.SQL(" AND t.retired_at IS NULL" if kind.retires else "")
    return sql.SQL(
        "WITH merged AS (MERGE INTO {table} t USING {incoming} s ON {same_key}"
        " WHEN NOT MATCHED BY TARGET THEN INSERT ({columns}) VALUES ({values})"
        " WHEN MATCHED AND ({old}) IS DISTINCT FROM ({new}) THEN UPDATE SET {assignments}{retire}"
        " RETURNING CASE WHEN merge_action() = 'INSERT' THEN 'added'"
        "   WHEN s.{first_key} IS NULL THEN 'retired' ELSE 'changed' END AS action)"
        " SELECT action, count(*) AS count FROM merged GROUP BY action"
    ).format(
        table=sql.Identifier("core", kind.table),
        incoming=sql.Identifier(f"incoming_{kind.table}"),
        same_key=same_key,
        columns=joined(", ", "{0}", kind.columns),
        values=joined(", ", "s.{0}", kind.columns),
        old=joined(", ", "t.{0}", there),
        new=joined(", ", "s.{0}", there),
        assignments=joined(", ", "{0} = s.{0}", there),
        retire=sql.SQL(" WHEN NOT MATCHED BY SOURCE{still_there} THEN {gone}").format(
            still_there=still_there, gone=gone
        )
        if prune
        else sql.SQL(""),
        first_key=sql.Identifier(kind.key[0]),
    )


def joined(glue: str, shape: str, names: Iterable[str]) -> sql.Composed:
    """The names as identifiers in `shape` (`{0}` is the name), `glue` between them."""
    return sql.SQL(glue).join(sql.SQL(shape).format(sql.Identifier(name)) for name in names)


async def fetch(connection: Connection, kind: Kind) -> dict[Any, Any]:
    """The records of one kind that are not retired, by their key, in its order."""
    names = [field.name for field in fields(kind.record)]
    rows = await (
        await connection.execute(
            sql.SQL("SELECT {columns} FROM {table}{standing} ORDER BY {key}").format(
                columns=joined(", ", "{0}", names),
                table=sql.Identifier("core", kind.table),
                standing=sql.SQL(" WHERE retired_at IS NULL" if kind.retires else ""),
                key=joined(", ", "{0}", kind.key),
            )
        )
    ).fetchall()
    records = (
        kind.record(**{name: tuple(value) if isinstance(value, list) else value for name, value in row.items()})
        for row in rows
    )
    return {_key(kind, record): record for record in records}


def _key(kind: Kind, record: Any) -> Any:
    parts = tuple(getattr(record, name) for name in kind.key)
    return parts if len(parts) > 1 else parts[0]
