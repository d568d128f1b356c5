"""What no owner could hold, whatever it is for: refused at the door of the inbox, on the way in and on the way out."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from guywire.errors import invalid

LONGEST_TEXT = 10_000
_LARGEST_NUMBER = 2**31 - 1  # PostgreSQL's integer
_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)


def refuse_unfit(value: msgspec.Struct) -> None:
    """Raises `Refused` for the first field that is unfit: text with NUL or half a character or over 10,000 long, a
    time without a zone or outside 1900 to 2199, a number that is none or too large. Looks into structs and tuples."""
    for name, one in _leaves(value, ""):
        if trouble := _trouble(one):
            raise invalid("unfit_value", f"{name}: {trouble}. Mend this and send it again.")


def _leaves(value: object, name: str) -> Iterator[tuple[str, object]]:
    """Each plain value with its path, such as `positions.0.latitude`."""
    if isinstance(value, msgspec.Struct):
        parts = [(field, getattr(value, field)) for field in value.__struct_fields__]
    elif isinstance(value, tuple):
        parts = [(str(place), one) for place, one in enumerate(value)]
    else:
        yield name, value
        return
    for step, one in parts:
        yield from _leaves(one, f"{name}.{step}" if name else step)


def _trouble(value: object) -> str:
    """Why a value is unfit; "" when it is fit."""
    match value:
        case str():
            return _trouble_of_text(value)
        case datetime():
            return _trouble_of_time(value)
        case float() if not math.isfinite(value):
            return "is not a number"
        case int() if abs(value) > _LARGEST_NUMBER:
            return f"is too large; {_LARGEST_NUMBER} is the most"
        case _:
            return ""


def _trouble_of_text(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        return f"has {len(text)} characters; {LONGEST_TEXT} are the most"
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        return "holds a character that cannot be kept, such as NUL"
    return ""


def _trouble_of_time(at: datetime) -> str:
    if at.tzinfo is None:
        return "has no zone; write times like 2026-11-21T08:00:00Z"
    if not _EARLIEST <= at < _LATEST:
        return "is no time of ours; the years are 1900 to 2199"
    return ""
