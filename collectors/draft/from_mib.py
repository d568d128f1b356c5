"""A MIB's traps as drafting wants them: NOTIFICATION-TYPE of SMIv2 and TRAP-TYPE of SMIv1 (RFC 2578, RFC 1215)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from collectors.draft.mib import Declaration, Library, Module, index_columns
from collectors.draft.model import (
    MAX_TRAPS,
    SEVERITIES,
    Definitions,
    DraftError,
    TrapDefinition,
    Varbind,
    is_oid,
    oid_key,
    plain_text,
    v1_trap_oid,
)

_SNMP_ENTERPRISE = "1.3.6.1.2.1.11"
_TRAPS = re.compile(r"^[ \t]*([A-Za-z][\w-]*)\s+(?:TRAP|NOTIFICATION)-TYPE\b(.*?)::=", re.MULTILINE | re.DOTALL)
_HINT = re.compile(r"--[#&](SEVERITY|SUMMARY|TYPE|CLEARS)[ \t]+\"?([^\"\r\n]*(?:\"[^\"\r\n]*\"[^\"\r\n]*)*)")
_PLACEHOLDER = re.compile(r"%[a-z]")
_NAME = re.compile(r"[A-Za-z][\w-]*")


def read_mib(path: Path, mib_path: Sequence[Path], known: Mapping[str, str] = MappingProxyType({})) -> Definitions:
    """The traps of a MIB file; imports come from its own folder and `mib_path`. Raises `DraftError`.

    `known` gives OIDs of names whose MIBs are not at hand.
    """
    library = Library([path.parent, *mib_path], known)
    modules = library.open(path)
    hints = trap_hints(path.read_text("utf-8", errors="replace"))
    notes: list[str] = []
    traps: list[TrapDefinition] = []
    for module in modules:
        for declaration in module.of_kind("notificationTypeClause", "trapTypeClause"):
            trap = _trap(library, module, declaration, hints.get(declaration[1], {}))
            if trap is None:
                notes.append(f"{declaration[1]} has no number: a name above it is in none of the MIBs at hand.")
            else:
                traps.append(trap)
    if len(traps) > MAX_TRAPS:
        raise DraftError(f"{path}: more than {MAX_TRAPS} traps; split the file.")
    if notes and not traps and library.missing:
        raise DraftError(
            f"{path}: {notes[0]} Missing: {', '.join(sorted(library.missing))}. "
            "Name the folder where it is, --mib-path, or a number, --known NAME=OID."
        )
    varbinds = resolve_varbinds(library, modules, (name for trap in traps for name in trap.varbinds))
    twice = sorted({name for module in modules for name in module.twice if name in varbinds})
    notes += [f"{name} is defined twice; the first counts." for name in twice]
    title = ", ".join(module.name for module in modules)
    return Definitions(title, "a MIB", tuple(sorted(traps, key=lambda trap: oid_key(trap.oid))), varbinds, tuple(notes))


def resolve_varbinds(library: Library, modules: Sequence[Module], names: Iterable[str]) -> dict[str, Varbind]:
    """Those of the names that the modules, or what they import, define as objects."""
    out: dict[str, Varbind] = {}
    for name in sorted(set(names)):
        for module in modules:
            if is_oid(oid := library.oid(module, name)):
                out[name] = _varbind(library, module, name, oid)
                break
    return out


def trap_hints(text: str) -> Mapping[str, Mapping[str, str]]:
    """What comments within a trap's definition tell managers: `--#SEVERITY MAJOR`, `--&CLEARS { "xActive" }`."""
    return {match[1]: dict(_HINT.findall(match[2])) for match in _TRAPS.finditer(text)}


def _varbind(library: Library, module: Module, name: str, oid: str) -> Varbind:
    found = library.declared(module, name)
    if found is None:
        return Varbind(name, oid)
    columns = index_columns(library, *found)
    return Varbind(name, oid, library.labels(*found), instance=columns is not None)


def _trap(
    library: Library, module: Module, declaration: Declaration, hints: Mapping[str, str]
) -> TrapDefinition | None:
    if declaration[0] == "trapTypeClause":
        _, name, enterprise, variables, description, _, number = declaration
        parent = library.resolve(module, enterprise[1])
        oid = _v1_oid(parent, number) if parent else ""
    else:
        _, name, variables, _, description, _, own = declaration
        oid = library.resolve(module, own[1])
    if not is_oid(oid):
        return None
    severity = SEVERITIES.get(hints.get("SEVERITY", "").strip().lower(), "")
    return TrapDefinition(
        name=name,
        oid=oid,
        description=description[1] if description else "",
        summary=plain_text(_PLACEHOLDER.sub("", hints.get("SUMMARY", hints.get("TYPE", "")))).strip(' "'),
        varbinds=tuple(variables[1]) if variables else (),
        severity=severity,
        # a raise says with the same word which old message it replaces
        clears=tuple(_NAME.findall(hints.get("CLEARS", ""))) if severity == "normal" else (),
    )


def _v1_oid(enterprise: str, number: int) -> str:
    generic = number if enterprise == _SNMP_ENTERPRISE and 0 <= number < 6 else 6
    return v1_trap_oid(enterprise, generic, number)
