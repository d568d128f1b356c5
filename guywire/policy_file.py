"""Policy as data: a TOML file checked against its shape and read again when it changes; a bad one is not used."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec
import structlog

from guywire.errors import GuywireError

T = TypeVar("T")
_OTHERS = 0o077
_log = structlog.get_logger(__name__)


class PolicyError(GuywireError):
    """A policy file that cannot be used: file, line, reason, and what to do."""


def read_policy(text: str, where: str, shape: type[T], under: T | None = None) -> T:
    """The policy that a TOML text holds; `shape` is a msgspec struct. Raises `PolicyError`.

    What the text leaves out is as in `under`: key by key, in tables too; a list is one value.
    """
    try:
        raw = _over(tomllib.loads(text), msgspec.to_builtins(under) if under is not None else {})
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits, brackets 1,000 deep
        raise PolicyError(f"{where}: not TOML: {error}. Mend the file; the policy before it stays in force.") from None
    try:
        return msgspec.convert(raw, shape)
    except msgspec.ValidationError as error:
        line = line_of(text, _names_in(str(error), raw, shape))
        raise PolicyError(f"{where}:{line}: {error}. Mend the file; the policy before it stays in force.") from None


def refuse_open_to_others(path: Path) -> None:
    """Raises `PolicyError` for a file of secrets that others than its owner may read or write."""
    if mode := path.stat().st_mode & _OTHERS:
        raise PolicyError(f"{path}: others than its owner may use it (mode {mode:03o}). chmod 600 {path}")


class ReloadedFile(Generic[T]):
    """What a file holds, as `read` makes it of a path, or `absent` where there is no file.

    `read` may raise `GuywireError`, OSError and UnicodeDecodeError: the file is then not used.
    """

    def __init__(self, path: Path, read: Callable[[Path], T], absent: T) -> None:
        self._path = path
        self._read = read
        self._absent = absent
        self._held = absent
        self.refused = ""
        """Why what the file says now is not in force; empty while it is."""
        self._stamp: tuple[int, ...] | None = None

    def current(self) -> T:
        """What holds now; looks whether the file changed. Never raises: a bad file is logged and not used."""
        stamp = self._stamp_now()
        if stamp != self._stamp:
            self._stamp = stamp
            self.refused = ""
            self._held = self._read_again() if stamp else self._absent
        return self._held

    def _stamp_now(self) -> tuple[int, ...] | None:
        try:
            stat = self._path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_mode

    def _read_again(self) -> T:
        try:
            held = self._read(self._path)
        except (GuywireError, OSError, UnicodeDecodeError) as error:
            self.refused = str(error)
            _log.error("policy.refused", file=str(self._path), reason=self.refused)
            return self._held
        _log.info("policy.read", file=str(self._path))
        return held


class PolicyFile(ReloadedFile[T]):
    """The policy in force: what ships with the package, and over it what the operator's file says otherwise."""

    def __init__(self, path: Path, shape: type[T], shipped: T) -> None:
        super().__init__(path, lambda path: read_policy(path.read_text("utf-8"), str(path), shape, shipped), shipped)


def _over(said: Mapping[str, Any], under: Mapping[str, Any]) -> dict[str, Any]:
    both = {key: _over(said[key], under[key]) for key in said if _is_table(said[key]) and _is_table(under.get(key))}
    return {**under, **said, **both}


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping)


def _names_in(message: str, raw: Mapping[str, Any], shape: type[Any]) -> list[str]:
    """The keys that a message of msgspec speaks of, outermost first. It writes a table's own keys as `[...]`."""
    path = re.search(r"`\$\.?([^`]*)`$", message)
    names = [name for name in re.split(r"\.|\[(?:\.\.\.|\d+)\]", path[1] if path else "") if name]
    if path and "[...]" in path[1]:
        names.insert(1, _offender(names[0], message, raw, shape))
    return names + re.findall(r"`([^`$]+)`", message)


def _offender(table: str, message: str, raw: Mapping[str, Any], shape: type[Any]) -> str:
    """The key of the table whose entry alone brings forth that very message."""
    for key, entry in raw[table].items():
        try:
            msgspec.convert({**raw, table: {key: entry}}, shape)
        except msgspec.ValidationError as error:
            if str(error) == message:
                return str(key)
    return table


def line_of(text: str, names: list[str]) -> int:
    """The line of a TOML text on which the keys stand, one after the other, as far as they are found."""
    lines = text.splitlines()
    found = 0
    for name in names:
        key = re.compile(rf'\[?(\S*\.)?"?{re.escape(name)}"?\s*(=|\]|\.)')
        found = next((number for number in range(found, len(lines)) if key.match(lines[number].strip())), found)
    return found + 1
