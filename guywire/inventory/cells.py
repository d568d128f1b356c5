"""From the text of one CSV cell to a value: each function takes the trimmed text and raises `CellError`."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from ipaddress import ip_address
from zoneinfo import ZoneInfo

Parse = Callable[[str], object]

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_SHIFT = re.compile(
    r"((Mon|Tue|Wed|Thu|Fri|Sat|Sun)([-,](Mon|Tue|Wed|Thu|Fri|Sat|Sun))*\s+)?"
    r"([01]?\d|2[0-3]):[0-5]\d\s*-\s*(([01]?\d|2[0-3]):[0-5]\d|24:00)",
    re.IGNORECASE,
)
_PORT = re.compile(r"\[(?P<six>[^]]+)\]:(?P<six_port>\d{1,5})|(?P<four>[0-9.]+):(?P<four_port>\d{1,5})")
_YES, _NO = frozenset({"yes", "true", "1", "是"}), frozenset({"no", "false", "0", "否", ""})


class CellError(ValueError):
    """A cell that cannot be read: why, and what to write instead."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


def text(cell: str) -> str:
    """Any words on one line, at most 500 characters; may be empty."""
    if len(cell) > 500:
        raise CellError(f"{len(cell)} characters are too long", "Write at most 500")
    if any(unicodedata.category(character) == "Cc" for character in cell):
        raise CellError("a line break or another control character", "Write it on one line of plain text")
    return cell


def filled(cell: str) -> str:
    """Words that must be there."""
    if not cell:
        raise CellError("the cell is empty", "Fill it in")
    return text(cell)


def identifier(cell: str) -> str:
    """An id: 1 to 64 characters without spaces, slashes or semicolons, because ids stand in paths and lists."""
    if len(filled(cell)) > 64 or re.search(r"[\s/;]", cell):
        raise CellError(
            f"{cell[:80]!r} cannot be an id", "Write 1 to 64 characters without spaces, slashes and semicolons"
        )
    return cell


def region(cell: str) -> str:
    """A region path, such as province/city/area."""
    if not all(step.strip() == step != "" for step in filled(cell).split("/")):
        raise CellError(f"{cell!r} is not a region path", "Write province/city/area, without empty steps")
    return cell


def words(cell: str) -> tuple[str, ...]:
    """Several words with `;` between; an empty cell is none."""
    return tuple(word.strip() for word in text(cell).split(";") if word.strip())


def one_of(*allowed: str) -> Callable[[str], str]:
    """One of a few words, as they are written here."""

    def parse(cell: str) -> str:
        if cell not in allowed:
            raise CellError(f"{cell!r} is not known", f"Write {' or '.join(filter(None, allowed))}")
        return cell

    return parse


def number(low: float, high: float, example: str) -> Callable[[str], float]:
    """A decimal number within bounds, both included."""

    def parse(cell: str) -> float:
        value = float(cell) if _NUMBER.fullmatch(cell) else math.nan
        if not low <= value <= high:
            raise CellError(f"{cell!r} is not a number from {low:g} to {high:g}", f"Write it like {example}")
        return value

    return parse


def whole(low: int, high: int) -> Callable[[str], int]:
    """A whole number within bounds, both included."""

    def parse(cell: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", cell) or not low <= int(cell) <= high:
            raise CellError(f"{cell!r} is not a whole number from {low} to {high}", "Write digits only")
        return int(cell)

    return parse


def or_else(parse: Parse, default: object) -> Parse:
    """As `parse`, but an empty cell means `default`."""
    return lambda cell: parse(cell) if cell else default


def yes_no(cell: str) -> bool:
    """yes or no; an empty cell is no."""
    if (lowered := cell.lower()) not in _YES | _NO:
        raise CellError(f"{cell!r} is neither yes nor no", "Write yes or no")
    return lowered in _YES


def address(cell: str) -> str:
    """An address as `ip` or `ip:port` (`[ip]:port` for IPv6), in its shortest spelling; may be empty."""
    if not cell:
        return ""
    match = _PORT.fullmatch(cell)
    host = (match["four"] or match["six"]) if match else cell
    port = int(match["four_port"] or match["six_port"]) if match else None
    try:
        spelled = str(ip_address(host))
    except ValueError:
        raise _not_an_address(cell) from None
    if port is None:
        return spelled
    if not 0 < port < 65536:
        raise _not_an_address(cell)
    return f"[{spelled}]:{port}" if ":" in spelled else f"{spelled}:{port}"


def _not_an_address(cell: str) -> CellError:
    return CellError(f"{cell!r} is not an address", "Write ip or ip:port, such as 10.20.0.7 or 10.20.0.7:161")


@cache
def time_zone(cell: str) -> str:
    """A zone of the IANA database, such as Asia/Shanghai."""
    try:
        ZoneInfo(filled(cell))
    except (LookupError, ValueError, OSError):
        raise CellError(
            f"{cell!r} is not a time zone" if cell else "the cell is empty", "Write an IANA name, such as Asia/Shanghai"
        ) from None
    return cell


def shift(cell: str) -> str:
    """Hours of duty, `;` between several; empty is always on duty. Kept as written: dispatch reads them."""
    for part in filter(None, (part.strip() for part in text(cell).split(";"))):
        if not _SHIFT.fullmatch(part):
            raise CellError(f"{part!r} is not a shift", "Write it like 08:00-20:00 or Mon-Fri 08:00-18:00")
    return cell
