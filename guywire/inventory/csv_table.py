"""One CSV file to its rows of text, with everything that can be wrong with the file itself said in words."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from guywire.inventory.problems import Problem
from guywire.inventory.tables import Table

Row = tuple[int, Mapping[str, str]]
"""The line on which a row starts, counted from 1, and its cells by column, trimmed."""


def read_rows(path: Path, table: Table, problems: list[Problem]) -> list[Row]:
    """The rows of a file: UTF-8 with or without BOM, any line ends, blank lines left out. Adds to `problems`."""
    content = _decoded(path, table, problems)
    if content is None:
        return []
    try:
        lines = list(_lines(content))
    except csv.Error as error:
        problems.append(Problem(table.file, 0, "", f"this is not CSV: {error}", "Save it anew as CSV UTF-8"))
        return []
    if not lines:
        problems.append(_header_problem(table, "", "the file is empty"))
        return []
    header = [cell.strip() for cell in lines[0][1]]
    if not _header_is_good(table, header, problems):
        return []
    return [row for line, cells in lines[1:] if (row := _row(table, line, header, cells, problems))]


def _decoded(path: Path, table: Table, problems: list[Problem]) -> str | None:
    try:
        raw = path.read_bytes()
    except OSError as error:
        problems.append(Problem(table.file, 0, "", f"cannot be read: {error.strerror}", "Mend its access rights"))
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problems.append(Problem(table.file, line, "", "this is not UTF-8", "Save the file as CSV UTF-8"))
        return None


def _lines(content: str) -> Iterator[tuple[int, Sequence[str]]]:
    """Each record that holds anything, with the line on which it starts (a quoted cell may run over several)."""
    reader = csv.reader(io.StringIO(content, newline=""), strict=True)
    start = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield start, cells
        start = reader.line_num + 1


def _header_is_good(table: Table, header: Sequence[str], problems: list[Problem]) -> bool:
    if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        problems.append(_header_problem(table, "", "the columns are not separated by commas"))
        return False
    unknown = [name for name in header if name not in table.known]
    missing = [name for name in table.required if name not in header]
    twice = sorted({name for name in header if name and header.count(name) > 1})
    problems += [_header_problem(table, name, "unknown column") for name in unknown]
    problems += [_header_problem(table, name, "the column is missing") for name in missing]
    problems += [_header_problem(table, name, "the column stands there twice") for name in twice]
    return not (unknown or missing or twice)


def _header_problem(table: Table, column: str, reason: str) -> Problem:
    optional = [column.name for column in table.columns if column.optional]
    also = f" | optional: {','.join(optional)}" if optional else ""
    return Problem(table.file, 1, column, reason, f"The header is {','.join(table.required)}{also}")


def _row(table: Table, line: int, header: Sequence[str], cells: Sequence[str], problems: list[Problem]) -> Row | None:
    if len(cells) != len(header):
        reason = f"{len(cells)} cells where the header has {len(header)}"
        problems.append(Problem(table.file, line, "", reason, "Quote cells that hold commas, keep empty ones"))
        return None
    return line, {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
