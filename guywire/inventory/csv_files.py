"""A folder of CSV files to one `Inventory` and back: the way in for `guywire load`, `guywire replay` and the demo."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from guywire.inventory.cells import CellError
from guywire.inventory.csv_table import read_rows
from guywire.inventory.model import Inventory
from guywire.inventory.problems import InventoryError, Problem
from guywire.inventory.references import References, check_references
from guywire.inventory.tables import TABLES, Table

_HEADER = 1  # a problem up to this line is one of the whole file


@dataclass(slots=True)
class _Reading:
    """What has been read so far: where each record stands, and what was wrong."""

    lines: dict[tuple[str, object], int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    named: dict[str, set[str]] = field(default_factory=dict)
    """The ids of bad lines, by kind: what leans on one of them is not a second problem."""

    def known(self, known: References) -> References:
        return References(
            known.sites | self.named.get("sites", set()),
            known.technicians | self.named.get("technicians", set()),
            known.power_feeds | self.named.get("power_feeds", set()),
        )


def read_inventory(directory: Path, known: References | None = None) -> Inventory:
    """Reads the folder's CSV files (docs/inventory.md). Raises `InventoryError` with *all* problems found.

    Files may be absent: what they would have held may stand in `known`, the ids that the database has.
    """
    reading = _Reading(problems=_folder_problems(directory))
    records: dict[str, Any] = {table.kind: _read(directory, table, reading) for table in TABLES}
    inventory = Inventory(**{**records, "contracts": tuple(records["contracts"].values())})
    if all(problem.line > _HEADER for problem in reading.problems):
        leans_on = reading.known(known or References())
        reading.problems += check_references(inventory, leans_on, lambda file, key: reading.lines.get((file, key), 0))
    if reading.problems:
        raise InventoryError(sorted(reading.problems, key=_place))
    return inventory


def write_inventory(inventory: Inventory, directory: Path) -> None:
    """Writes the files that `read_inventory` reads back as the same inventory; a kind without records has no file."""
    directory.mkdir(parents=True, exist_ok=True)
    for table in TABLES:
        held = getattr(inventory, table.kind)
        if records := held.values() if isinstance(held, Mapping) else held:
            _write(directory / table.file, table, records)


def _folder_problems(directory: Path) -> list[Problem]:
    expected = {table.file for table in TABLES}
    if not directory.is_dir():
        return [Problem(str(directory), 0, "", "there is no such folder", "Name the folder of the CSV files")]
    there = {path.name for path in directory.glob("*.csv")}
    if not there & expected:
        return [Problem(str(directory), 0, "", "no inventory file", f"Put {', '.join(sorted(expected))} there")]
    remedy = f"The files are {', '.join(sorted(expected))}"
    return [Problem(name, 0, "", "not a file of the inventory", remedy) for name in sorted(there - expected)]


def _read(directory: Path, table: Table, reading: _Reading) -> dict[Any, Any]:
    path = directory / table.file
    records: dict[Any, Any] = {}
    for line, cells in read_rows(path, table, reading.problems) if path.exists() else ():
        record = _record(table, line, cells, reading.problems)
        if record is None:
            reading.named.setdefault(table.kind, set()).add(cells.get(table.key[0], ""))
            continue
        key = _key(table, record)
        if first := reading.lines.get((table.file, key)):
            reading.problems.append(_twice(table, record, line, first))
            continue
        reading.lines[table.file, key] = line
        records[key] = record
    return records


def _record(table: Table, line: int, cells: Mapping[str, str], problems: list[Problem]) -> Any:
    values: dict[str, object] = {}
    before = len(problems)
    for column in table.columns:
        if column.name not in cells:
            continue
        try:
            values[column.name] = column.parse(cells[column.name])
        except CellError as error:
            problems.append(Problem(table.file, line, column.name, error.reason, error.remedy))
    return table.record(**values) if len(problems) == before else None


def _twice(table: Table, record: Any, line: int, first: int) -> Problem:
    named = ", ".join(f"{column} {getattr(record, column)!r}" for column in table.key)
    return Problem(table.file, line, "", f"{named} stands in line {first} already", "Keep one of the two")


def _key(table: Table, record: Any) -> Any:
    parts = tuple(getattr(record, name) for name in table.key)
    return parts if len(parts) > 1 else parts[0]


def _write(path: Path, table: Table, records: Iterable[Any]) -> None:
    names = [column.name for column in table.columns]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([_cell(getattr(record, name)) for name in names] for record in records)


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ";".join(value)
        case _:
            return str(value)


def _place(problem: Problem) -> tuple[int, int]:
    order = [table.file for table in TABLES]
    return order.index(problem.file) if problem.file in order else -1, problem.line
