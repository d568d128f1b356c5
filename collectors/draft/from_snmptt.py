"""snmptt.conf as drafting wants it: EVENT, FORMAT, MATCH and the varbinds that snmpttconvertmib lists in SDESC."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from collectors.draft.from_mib import resolve_varbinds
from collectors.draft.mib import Library
from collectors.draft.model import (
    MAX_SOURCE_BYTES,
    MAX_TRAPS,
    SEVERITIES,
    Definitions,
    DraftError,
    TrapDefinition,
    is_oid,
    plain_name,
    plain_text,
)

_MAX_LINE = 4_096

_EVENT = re.compile(r'^EVENT\s+(\S+)\s+(\S+)\s+(?:"[^"]*"|\S+)\s+(.*?)\s*$')
_MATCH = re.compile(r"^MATCH\s+\$(\d+):\s*(.+?)\s*$")
_VARIABLE = re.compile(r"^\s*(\d+):\s+([A-Za-z][\w.-]*)")
_MIB = re.compile(r"^MIB:\s+(\S+)")
_REFERENCE = re.compile(r"\$(?:(\d+)|[\w*+@#-]+(?:\d+)?)")
_NUMBER = re.compile(r"-?\d+|\d+(\.\d+){2,}")


def read_snmptt(path: Path, mib_path: Sequence[Path]) -> Definitions:
    """The traps of a snmptt.conf. MIBs in its folder or `mib_path` give its varbinds their OIDs."""
    lines = _lines(path)
    blocks = list(_blocks(lines))
    if len(blocks) > MAX_TRAPS:
        raise DraftError(f"{path}: more than {MAX_TRAPS} events; split the file.")
    notes: list[str] = []
    traps = [trap for block in blocks if (trap := _trap(block, notes)) is not None]
    library = Library([path.parent, *mib_path])
    mibs = sorted({match[1] for line in lines if (match := _MIB.match(line))})
    modules = [module for name in mibs if (module := library.module(name)) is not None]
    notes += [f"{name} is in no --mib-path: the OIDs of its varbinds are unknown." for name in sorted(library.missing)]
    varbinds = resolve_varbinds(library, modules, (name for trap in traps for name in trap.varbinds))
    return Definitions(path.name, "a snmptt.conf", tuple(traps), varbinds, tuple(notes))


def is_snmptt(text: str) -> bool:
    """Whether a text has an EVENT line."""
    return any(_EVENT.match(line[:_MAX_LINE]) for line in text.splitlines())


def _lines(path: Path) -> list[str]:
    try:
        if path.stat().st_size > MAX_SOURCE_BYTES:
            raise DraftError(f"{path}: larger than {MAX_SOURCE_BYTES} bytes; that is no snmptt.conf.")
        return [line[:_MAX_LINE] for line in path.read_text("utf-8", errors="replace").splitlines()]
    except OSError as error:
        raise DraftError(f"{path}: cannot be read: {error}") from error


def _blocks(lines: Sequence[str]) -> Iterator[list[str]]:
    """The lines of each EVENT, up to the next one."""
    block: list[str] = []
    for line in lines:
        if line.startswith("EVENT "):
            if block:
                yield block
            block = [line]
        elif block:
            block.append(line)
    if block:
        yield block


def _trap(block: Sequence[str], notes: list[str]) -> TrapDefinition | None:
    event = _EVENT.match(block[0])
    if event is None or not is_oid(event[2].removeprefix(".")):
        notes.append(f"left out, for it names no single trap: {plain_text(block[0])[:100]}")
        return None
    name, oid, severity = event.groups()
    description = _description(block)
    names = {int(match[1]): plain_name(match[2]) for line in description if (match := _VARIABLE.match(line))}
    message = next((line.removeprefix("FORMAT ") for line in block if line.startswith("FORMAT ")), "")
    return TrapDefinition(
        name=plain_name(name),
        oid=oid.removeprefix("."),
        description=plain_text(" ".join(_until_variables(description))),
        summary=_REFERENCE.sub(lambda match: _reference(match[1], names), plain_text(message)),
        varbinds=tuple(names[number] for number in sorted(names)),
        severity=SEVERITIES.get(severity.lower(), ""),
        conditions=tuple(_conditions(block, names)),
    )


def _reference(number: str | None, names: Mapping[int, str]) -> str:
    return f"{{{names[int(number)]}}}" if number and int(number) in names else ""


def _description(block: Sequence[str]) -> list[str]:
    start = next((number + 1 for number, line in enumerate(block) if line.startswith("SDESC")), len(block))
    end = next((number for number, line in enumerate(block) if line.startswith("EDESC")), len(block))
    return list(block[start:end])


def _until_variables(description: Sequence[str]) -> list[str]:
    end = next((number for number, line in enumerate(description) if line.startswith("Variables:")), len(description))
    return list(description[:end])


def _conditions(block: Sequence[str], names: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    """MATCH lines. What is no plain number or OID cannot be a condition of a profile and is given the name `#2`."""
    for line in block:
        if match := _MATCH.match(line):
            number = int(match[1])
            plain = _NUMBER.fullmatch(match[2]) is not None
            yield (names[number] if plain and number in names else f"#{number}"), match[2]
