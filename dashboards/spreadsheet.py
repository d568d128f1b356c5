"""A table as CSV that a spreadsheet opens as it is, for every route that hands one out. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # the wide signs too


def spreadsheet(names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """With a byte order mark, and nothing that is taken for a formula (OWASP, CSV injection). No names, no header."""
    text = io.StringIO()
    writer = csv.writer(text)
    if names:
        writer.writerow(names)
    writer.writerows([_cell(row[name]) for name in names] for row in rows)
    return "\ufeff" + text.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
