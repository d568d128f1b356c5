"""Texts of a profile that take values from a trap: `On battery for {upsSecondsOnBattery} s`. Compiled once, pure.

`{name}` is the value of the varbind under that OID; `{name.index}` what follows the name in the varbind's own OID;
`{name.last}` and `{name.parent}` the last arc of a value that is an OID, and the value without it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from collectors.decode import Varbind
from collectors.oid import oid_text
from collectors.values import VALUE_TEXT

_PART = re.compile(r"\{([^{}]*)\}")

Part = Callable[[Sequence[Varbind]], str]


class Template:
    """One compiled text. Raises ValueError for a name that the profile does not define."""

    __slots__ = ("render",)

    def __init__(self, text: str, names: Mapping[str, bytes]) -> None:
        parts: list[str | Part] = [_part(piece, names) if is_name else piece for is_name, piece in pieces(text)]
        self.render: Part = _joined(parts)
        """The text with the trap's values; a varbind that is not there gives nothing."""


def pieces(text: str) -> list[tuple[bool, str]]:
    """A template's text in parts, each with whether it is a `{name}` or stands as it is. Raises ValueError."""
    parts = _PART.split(text)
    if any("{" in part or "}" in part for part in parts[::2]):
        raise ValueError(f"{text!r} has a brace without its partner")
    return [(number % 2 == 1, part) for number, part in enumerate(parts) if part or number % 2]


def first_of(templates: Sequence[Template], varbinds: Sequence[Varbind]) -> str:
    """The first of several templates that gives more than blanks."""
    for template in templates:
        if text := template.render(varbinds).strip():
            return text
    return ""


def _part(reference: str, names: Mapping[str, bytes]) -> Part:
    name, _, view = reference.partition(".")
    if name not in names:
        raise ValueError(f"{{{reference}}}: {name!r} is not among the profile's names")
    if view not in _VIEWS:
        raise ValueError(f"{{{reference}}}: {view!r} is none of index, last, parent")
    oid, show = names[name], _VIEWS[view]

    def part(varbinds: Sequence[Varbind]) -> str:
        for found, tag, raw in varbinds:
            if found.startswith(oid):
                return show(found[len(oid) :], VALUE_TEXT[tag](raw))
        return ""

    def value(varbinds: Sequence[Varbind]) -> str:
        for found, tag, raw in varbinds:
            if found.startswith(oid):
                return VALUE_TEXT[tag](raw)
        return ""

    return part if view else value


def _joined(parts: Sequence[str | Part]) -> Part:
    """One text of several parts."""
    shape = "".join([part.replace("%", "%%") if isinstance(part, str) else "%s" for part in parts])
    takes = [part for part in parts if not isinstance(part, str)]
    if shape == "%s":
        return takes[0]
    return lambda varbinds: shape % tuple([take(varbinds) for take in takes])


def relative_text(raw: bytes) -> str:
    """The dotted arcs of an OID's tail; empty for none."""
    return oid_text(b"\0" + raw)[len("0.0.") :]


_VIEWS: dict[str, Callable[[bytes, str], str]] = {
    "": lambda _, value: value,
    "index": lambda tail, _: relative_text(tail),
    "last": lambda _, value: value.rpartition(".")[2],
    "parent": lambda _, value: value.rpartition(".")[0],
}
