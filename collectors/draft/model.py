"""What the readers of all sources hand to the drafting: traps, their varbinds, and what the source itself says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from collectors.wire.oid import encode_oid
from guywire.errors import GuywireError

MAX_SOURCE_BYTES = 16_000_000
MAX_TRAPS = 20_000

SEVERITIES: Mapping[str, str] = {
    "critical": "critical",
    "severe": "critical",
    "major": "major",
    "minor": "minor",
    "warning": "warning",
    "indeterminate": "indeterminate",
    "cleared": "cleared",
    "clear": "cleared",
    "normal": "normal",
    "ok": "normal",
    "informational": "normal",
    "information": "normal",
    "info": "normal",
}
"""A source's own word for a severity to X.733's, or to `normal`: nothing is wrong, or no longer."""


class DraftError(GuywireError):
    """A source from which no profile can be drafted: which, where, why, and what to do."""


@dataclass(frozen=True, slots=True)
class Varbind:
    """An object that traps carry. `labels` are the names of its values; `instance` says that its OID ends in one."""

    name: str
    oid: str
    labels: Mapping[str, str] = field(default_factory=dict)
    instance: bool = False


@dataclass(frozen=True, slots=True)
class TrapDefinition:
    """One trap as its source defines it. `varbinds` are names; `severity` is a value of `SEVERITIES` or empty.

    `conditions` are (varbind, value) that must hold; `clears` names the traps that the source says it clears.
    """

    name: str
    oid: str
    description: str = ""
    summary: str = ""
    varbinds: tuple[str, ...] = ()
    severity: str = ""
    conditions: tuple[tuple[str, str], ...] = ()
    clears: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Definitions:
    """A whole source. `notes` are for the person who reads the draft."""

    title: str
    kind: str
    traps: tuple[TrapDefinition, ...]
    varbinds: Mapping[str, Varbind]
    notes: tuple[str, ...] = ()


def oid_key(oid: str) -> tuple[int, ...]:
    """An OID as numbers, so that 2 sorts before 10."""
    return tuple(int(arc) for arc in oid.split("."))


def is_oid(text: str) -> bool:
    """Whether a text is a dotted OID of two arcs or more, without a leading dot."""
    try:
        return text[:1] != "." and encode_oid(text) != b""
    except ValueError:
        return False


def v1_trap_oid(enterprise: str, generic: int, specific: int) -> str:
    """The notification that a v1 trap stands for (RFC 3584, section 3.1).

    An enterprise that ends in the zero already, as converters write it for SNMPv2 notifications, gets no second one.
    """
    if 0 <= generic < 6:
        return f"1.3.6.1.6.3.1.1.5.{generic + 1}"
    return f"{enterprise.removesuffix('.0')}.0.{specific}"


def plain_name(text: str) -> str:
    """A name that can stand in a profile: letters, digits, underscore and hyphen."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-") or "trap"


def plain_text(text: str) -> str:
    """One line of printable text without braces, which mean a value in a profile."""
    return " ".join("".join(c if c.isprintable() and c not in "{}" else " " for c in text).split())
