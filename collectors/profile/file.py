"""The TOML of a device profile as written, and where in the file an error lies. docs/profiles.md has the format."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from typing import Annotated, Literal, NoReturn, TypeVar

import msgspec

from guywire.errors import GuywireError

_T = TypeVar("_T")

Texts = str | list[str]
SeverityName = Literal["critical", "major", "minor", "warning", "indeterminate", "cleared"]
HealthName = Literal["ok", "warning", "critical", "unknown"]
LimitName = Literal["low", "low_warning", "high_warning", "high"]
_Seconds = Annotated[float, msgspec.Meta(ge=0, le=86_400)]


class SeverityEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"source": "from"}):
    """`[[severity]]`: a template, and what its values mean."""

    source: str
    values: dict[str, SeverityName]


class AlarmEntry(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"raises": "raise", "clears": "clear"}
):
    """`[[alarms]]`: the traps that raise and clear one alarm, so that a pair has one identity by construction."""

    alarm_type: str
    raises: Texts
    clears: Texts = []
    severity: SeverityName | None = None
    kind: str = ""
    qualifier: Texts = ""
    text: Texts = ""


class MatchEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[match]`: what a device says of itself that this profile suits; all of it must hold."""

    object_id: Texts = []
    description: str = ""
    present: list[str] = []


class ScaleEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"source": "from"}):
    """`scale`: another cell, and the factor that each of its values means."""

    source: str
    values: dict[str, float]


class LimitsEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`limits`: numbers in the metric's unit, or names of the cells that hold them.

    `divisor` is that of these cells, where it is not the value's own.
    """

    low: float | str | None = None
    low_warning: float | str | None = None
    high_warning: float | str | None = None
    high: float | str | None = None
    divisor: float | None = None


class ThresholdEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[[sensors.alarms]]`: when a reading is an alarm."""

    alarm_type: str
    below: float | LimitName | None = None
    above: float | LimitName | None = None
    states: list[str] = []
    severity: SeverityName | None = None
    kind: str = ""
    qualifier: Texts = ""
    text: Texts = ""
    hysteresis: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    raise_after: _Seconds = 0.0
    clear_after: _Seconds = 0.0


class SensorEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[[sensors]]`: one value, or a column of them."""

    metric: str
    oid: str
    label: Texts = ""
    qualifier: Texts = ""
    divisor: float = 1.0
    multiplier: float = 1.0
    offset: float = 0.0
    scale: list[ScaleEntry] = []
    mask: Annotated[int, msgspec.Meta(ge=0)] = 0
    when: list[str] = []
    skip: list[float | str] = []
    pattern: str = ""
    valid: tuple[float, float] | None = None
    states: dict[HealthName, dict[str, str]] | None = None
    limits: LimitsEntry = LimitsEntry()
    alarms: list[ThresholdEntry] = []


class TableEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[[tables]]`: a table of the alarms that stand; each row says what `trap` would have said."""

    trap: str
    columns: list[str]
    when: list[str] = []
    time: str = ""


class ProfileFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    name: str
    description: str
    names: dict[str, str]
    alarms: list[AlarmEntry] = []
    standard: bool = False
    site: Texts = []
    severity: list[SeverityEntry] = []
    ignore: list[str] = []
    match: MatchEntry | None = None
    sensors: list[SensorEntry] = []
    tables: list[TableEntry] = []


class ProfileError(GuywireError):
    """A profile that cannot be used; says file, line and reason."""


def read_file(text: str, where: str) -> ProfileFile:
    """A profile's text by its form alone; `where` names it in errors. Raises `ProfileError`."""
    try:
        return msgspec.convert(tomllib.loads(text), ProfileFile)
    except msgspec.ValidationError as error:
        raise ProfileError(f"{where}:{line_of(text, _path_in(str(error)))}: {error}") from error
    except (ValueError, RecursionError) as error:  # no TOML; a number of 5,000 digits, brackets 1,000 deep
        raise ProfileError(f"{where}: {error}") from error


def as_list(texts: Texts) -> list[str]:
    """One text or several; the empty text is none."""
    return [texts] if isinstance(texts, str) and texts else list(texts)


class Source:
    """A profile's text for those who compile it: every complaint names its line."""

    def __init__(self, text: str, where: str) -> None:
        self._text, self._where = text, where

    def fail(self, at: str, reason: str) -> NoReturn:
        """Raises `ProfileError`; `at` is a path such as `$.alarms[3].raise`."""
        raise ProfileError(f"{self._where}:{line_of(self._text, at)}: {reason}")

    def attempt(self, make: Callable[[str], _T], text: str, at: str) -> _T:
        """`make(text)`, its ValueError told with the line."""
        try:
            return make(text)
        except ValueError as error:
            self.fail(at, str(error))


def _path_in(message: str) -> str:
    """The path that a message of msgspec speaks of, down to the field that it does not know."""
    unknown = re.match(r"Object contains unknown field `([^`]*)`", message)
    path = message[message.find("$") :].rstrip("`") if "$" in message else "$"
    return f"{path}.{unknown[1]}" if unknown else path


def line_of(text: str, at: str) -> int:
    """The line of a path such as `$.sensors[3].alarms[0].above`, looked for in the text; 1 when it cannot be told.

    TOML's reader keeps no positions; a table's header and a key at a line's start are where people look anyway.
    """
    lines = text.splitlines()
    start, end, path = 0, len(lines), ""
    for name, number in re.findall(r"\.([\w-]+)(?:\[(\d+)\])?", at[at.find("$") :]):
        path = f"{path}.{name}" if path else name
        headers = [n for n in range(start, end) if re.match(rf"\s*\[+{re.escape(path)}\]", lines[n])]
        place = int(number or 0)
        if len(headers) <= place:
            return _key_line(lines, start, name) + 1
        start, end = headers[place], [*headers, end][place + 1]
    return start + 1


def _key_line(lines: list[str], start: int, key: str) -> int:
    """The line of a key in the table that starts there; the table's own when it has none."""
    for n in range(start, len(lines)):
        if n > start and lines[n].lstrip().startswith("["):
            break
        if re.match(rf"\s*{re.escape(key)}\b\s*[.=]", lines[n]):
            return n
    return start
