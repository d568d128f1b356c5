"""The TOML of a device profile as written, and where in the file an error lies. docs/profiles.md has the format."""

from __future__ import annotations

import re
import tomllib
from typing import Literal

import msgspec

from guywire.errors import GuywireError

Texts = str | list[str]
SeverityName = Literal["critical", "major", "minor", "warning", "indeterminate", "cleared"]


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


class ProfileFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    name: str
    description: str
    names: dict[str, str]
    alarms: list[AlarmEntry]
    standard: bool = False
    site: Texts = []
    severity: list[SeverityEntry] = []
    ignore: list[str] = []


class ProfileError(GuywireError):
    """A profile that cannot be used; says file, line and reason."""


def read_file(text: str, where: str) -> ProfileFile:
    """A profile's text by its form alone; `where` names it in errors. Raises `ProfileError`."""
    try:
        return msgspec.convert(tomllib.loads(text), ProfileFile)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{where}: {error}") from error
    except msgspec.ValidationError as error:
        raise ProfileError(f"{where}:{line_of(text, str(error))}: {error}") from error


def as_list(texts: Texts) -> list[str]:
    """One text or several; the empty text is none."""
    return [texts] if isinstance(texts, str) and texts else list(texts)


def line_of(text: str, at: str) -> int:
    """The line of a path such as `$.alarms[3].raise`, looked for in the text; 1 when it cannot be told.

    TOML's reader keeps no positions; a table's header and a key at a line's start are where people look anyway.
    """
    match = re.search(r"\$(?:\.(\w+))?(?:\[(\d+)\])?(?:\.(\w+))?", at)
    table, number, key = match.groups() if match else (None, None, None)
    lines = text.splitlines()
    headers = [n for n, line in enumerate(lines) if table and re.match(rf"\s*\[+{table}\]", line)]
    start = headers[int(number or 0)] if len(headers) > int(number or 0) else 0
    wanted = key or ("" if headers else table or "")
    for n in range(start, len(lines)):
        if n > start and headers and lines[n].lstrip().startswith("["):
            break
        if wanted and re.match(rf"\s*{wanted}\s*=", lines[n]):
            return n + 1
    return start + 1
