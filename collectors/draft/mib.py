"""MIB modules read for what drafting needs: numbers of names, enumerations, traps. Tolerant where compilers refuse.

pysmi's grammar gives the declarations; names are resolved here, because its compiler refuses a module for one symbol
that is defined twice or one import that is not at hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pysmi.error import PySmiError
from pysmi.parser.dialect import smi_v1_relaxed
from pysmi.parser.smi import parserFactory

from collectors.draft.model import MAX_SOURCE_BYTES, DraftError

MAX_FILES = 5_000
MAX_MODULES = 200
MAX_DEPTH = 128

_HEAD_BYTES = 65_536
_MODULE = re.compile(rb"^[ \t]*([A-Za-z][A-Za-z0-9-]*)[ \t\r\n]+DEFINITIONS[ \t\r\n]*::=", re.MULTILINE)

ROOTS: Mapping[str, str] = {
    "iso": "1",
    "org": "1.3",
    "dod": "1.3.6",
    "internet": "1.3.6.1",
    "directory": "1.3.6.1.1",
    "mgmt": "1.3.6.1.2",
    "mib-2": "1.3.6.1.2.1",
    "transmission": "1.3.6.1.2.1.10",
    "snmp": "1.3.6.1.2.1.11",
    "experimental": "1.3.6.1.3",
    "private": "1.3.6.1.4",
    "enterprises": "1.3.6.1.4.1",
    "snmpV2": "1.3.6.1.6",
    "snmpModules": "1.3.6.1.6.3",
    "zeroDotZero": "0.0",
    "sysUpTime": "1.3.6.1.2.1.1.3",
    "sysName": "1.3.6.1.2.1.1.5",
    "sysLocation": "1.3.6.1.2.1.1.6",
    "ifIndex": "1.3.6.1.2.1.2.2.1.1",
    "ifDescr": "1.3.6.1.2.1.2.2.1.2",
    "ifAdminStatus": "1.3.6.1.2.1.2.2.1.7",
    "ifOperStatus": "1.3.6.1.2.1.2.2.1.8",
}
"""What every module may refer to although the one that defines it is not at hand (RFC 1155, 2578, 3418, 2863)."""

Declaration = tuple[Any, ...]


class Module:
    """One parsed module: its declarations by name, of two with one name the first."""

    def __init__(self, name: str, imports: Mapping[str, Sequence[str]], declarations: Sequence[Declaration]) -> None:
        self.name = name
        self.declarations = [declaration for declaration in declarations if declaration]
        self.by_name: dict[str, Declaration] = {}
        self.twice: list[str] = []
        for declaration in self.declarations:
            if self.by_name.setdefault(declaration[1], declaration) is not declaration:
                self.twice.append(declaration[1])
        self.imported_from = {symbol: source for source, symbols in imports.items() for symbol in symbols}

    def of_kind(self, *kinds: str) -> Iterator[Declaration]:
        return (declaration for declaration in self.declarations if declaration[0] in kinds)


class Library:
    """The modules of some folders, parsed when they are asked for. Never goes to the network."""

    def __init__(self, folders: Sequence[Path], known: Mapping[str, str] = MappingProxyType({})) -> None:
        self._folders = folders
        self._known = {**ROOTS, **known}
        self._modules: dict[str, Module | None] = {}
        self._files: dict[str, Path] | None = None
        self.missing: set[str] = set()

    def open(self, path: Path) -> list[Module]:
        """The modules of one file. Raises `DraftError` when it cannot be read or is no MIB."""
        modules = _parse(path)
        self._modules.update({module.name: module for module in modules})
        return modules

    def module(self, name: str) -> Module | None:
        """A module by its name, from the folders; None, and remembered as missing, when none can be read."""
        if name not in self._modules:
            self._modules[name] = self._find(name)
            if self._modules[name] is None:
                self.missing.add(name)
        return self._modules[name]

    def declared(self, module: Module, symbol: str) -> tuple[Module, Declaration] | None:
        """Where a symbol is declared: here, where it is imported from, or in any module that is open."""
        if symbol in module.by_name:
            return module, module.by_name[symbol]
        source = self.module(module.imported_from[symbol]) if symbol in module.imported_from else None
        others = [other for other in self._modules.values() if other is not None]
        for other in [source, *others] if source else others:
            if symbol in other.by_name:
                return other, other.by_name[symbol]
        return None

    def oid(self, module: Module, symbol: str, depth: int = 0) -> str:
        """A symbol's OID, '' when a name on the way is not at hand."""
        found = self.declared(module, symbol) if depth < MAX_DEPTH else None
        if found is not None and (tail := _own_oid(found[1])) is not None:
            return self.resolve(found[0], tail, depth + 1)
        return self._known.get(symbol, "")

    def resolve(self, module: Module, parts: Sequence[Any], depth: int = 0) -> str:
        """The OID of `{ parent 1 2 }`; parts are names, numbers and (name, number)."""
        numbers = [part[1] if isinstance(part, tuple) else part for part in parts]
        if numbers and isinstance(numbers[0], str):
            parent = self.oid(module, numbers[0], depth)
            numbers = [*parent.split("."), *numbers[1:]] if parent else [""]
        texts = [str(number) for number in numbers]
        return ".".join(texts) if texts and all(text.isdigit() for text in texts) else ""

    def labels(self, module: Module, declaration: Declaration, depth: int = 0) -> dict[str, str]:
        """The names of an object's or a type's values, {} for none: `{"1": "normal", "2": "alarm"}`."""
        syntax = _syntax(declaration)
        if (items := _enumeration(syntax)) is not None:
            return {str(number): label for label, number in items}
        name = syntax[1] if isinstance(syntax, tuple) and len(syntax) > 1 and isinstance(syntax[1], str) else ""
        found = self.declared(module, name) if name and depth < MAX_DEPTH else None
        return self.labels(*found, depth + 1) if found is not None and found[1] is not declaration else {}

    def _find(self, name: str) -> Module | None:
        if self._files is None:
            self._files = _module_files(self._folders)
        if name not in self._files or len(self._modules) > MAX_MODULES:
            return None
        try:
            return {module.name: module for module in _parse(self._files[name])}.get(name)
        except DraftError:
            return None


def is_mib(head: bytes) -> bool:
    """Whether a file that begins so defines a module."""
    return _MODULE.search(head) is not None


def index_columns(library: Library, module: Module, declaration: Declaration) -> list[str] | None:
    """The index columns of the table that an object is a column of; None for one that is no column."""
    parts = _own_oid(declaration)
    parent = library.declared(module, parts[0]) if parts and isinstance(parts[0], str) else None
    if parent is None or parent[1][0] != "objectTypeClause":
        return None
    index = next((part for part in parent[1] if isinstance(part, tuple) and part and part[0] == "INDEX"), None)
    return [str(name) for _, name in index[1]] if index else []


def _own_oid(declaration: Declaration) -> list[Any] | None:
    last = declaration[-1]
    return list(last[1]) if isinstance(last, tuple) and last and last[0] == "objectIdentifier" else None


def _syntax(declaration: Declaration) -> Any:
    if declaration[0] == "objectTypeClause":
        return declaration[2]
    if declaration[0] == "typeDeclaration" and declaration[2]:
        return declaration[2][-1]
    return None


def _enumeration(syntax: Any) -> list[tuple[str, int]] | None:
    for part in syntax if isinstance(syntax, tuple) else ():
        if isinstance(part, tuple) and part and part[0] == "enumSpec":
            return list(part[1])
    return None


def _module_files(folders: Sequence[Path]) -> dict[str, Path]:
    """By module name, the file of each module in the folders; the earlier folder and name win."""
    out: dict[str, Path] = {}
    files = chain.from_iterable(sorted(path for path in folder.iterdir() if path.is_file()) for folder in folders)
    for path in list(files)[:MAX_FILES]:
        try:
            with path.open("rb") as file:
                head = file.read(_HEAD_BYTES)
        except OSError:
            continue
        for match in _MODULE.finditer(head):
            out.setdefault(match[1].decode(), path)
    return out


def _parse(path: Path) -> list[Module]:
    try:
        if path.stat().st_size > MAX_SOURCE_BYTES:
            raise DraftError(f"{path}: larger than {MAX_SOURCE_BYTES} bytes; that is no MIB.")
        text = path.read_text("utf-8", errors="replace")
        parsed = _parser().parse(text)
    except OSError as error:
        raise DraftError(f"{path}: cannot be read: {error}") from error
    except (PySmiError, RecursionError, ValueError) as error:
        raise DraftError(
            f"{path}: not a MIB that can be read: {error}. Mend that line of a copy and try again."
        ) from error
    return [Module(name, imports or {}, declarations or []) for name, _, imports, declarations in parsed]


@lru_cache(1)
def _parser() -> Any:
    return parserFactory(**smi_v1_relaxed)()
