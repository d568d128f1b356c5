"""Texts of a profile that take values from a trap: `On battery for {upsSecondsOnBattery} s`. Compiled once, pure.

`{name}` is the value of the varbind under that OID; `{name.index}` what follows the name in the varbind's own OID;
`{name.last}` and `{name.parent}` the last arc of a value that is an OID, and the value without it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from collectors.decode import Varbind
from collectors.oid import oid_text
from collectors.values import value_text

_PART = re.compile(r"\{([^{}]*)\}")

Part = Callable[[Sequence[Varbind]], str]


class Template:
    """One compiled text. Raises ValueError for a name that the profile does not define."""

    __slots__ = ("_parts",)

    def __init__(self, text: str, names: Mapping[str, bytes]) -> None:
        pieces = _PART.split(text)
        if any("{" in piece or "}" in piece for piece in pieces[::2]):
            raise ValueError(f"{text!r} has a brace without its partner")
        self._parts: list[str | Part] = [
            _part(piece, names) if number % 2 else piece for number, piece in enumerate(pieces) if piece or number % 2
        ]

    def render(self, varbinds: Sequence[Varbind]) -> str:
        """The text with the trap's values; a varbind that is not there gives nothing."""
        return "".join([part if isinstance(part, str) else part(varbinds) for part in self._parts])


def first_of(templates: Sequence[Template], varbinds: Sequence[Varbind]) -> str:
    """The first of several templates that gives more than blanks."""
    for template in templates:
        if text := template.render(varbinds).strip():
            return text
    return ""


def find(varbinds: Sequence[Varbind], name: bytes) -> Varbind | None:
    """The first varbind at or under an OID."""
    for varbind in varbinds:
        if varbind[0].startswith(name):
            return varbind
    return None


def _part(reference: str, names: Mapping[str, bytes]) -> Part:
    name, _, view = reference.partition(".")
    if name not in names:
        raise ValueError(f"{{{reference}}}: {name!r} is not among the profile's names")
    if view not in _VIEWS:
        raise ValueError(f"{{{reference}}}: {view!r} is none of index, last, parent")
    oid, show = names[name], _VIEWS[view]

    def part(varbinds: Sequence[Varbind]) -> str:
        found = find(varbinds, oid)
        return "" if found is None else show(found, len(oid))

    return part


def _value(varbind: Varbind, _: int) -> str:
    return value_text(varbind[1], varbind[2])


def _index(varbind: Varbind, prefix: int) -> str:
    return relative_text(varbind[0][prefix:])


def _last(varbind: Varbind, prefix: int) -> str:
    return _value(varbind, prefix).rpartition(".")[2]


def _parent(varbind: Varbind, prefix: int) -> str:
    return _value(varbind, prefix).rpartition(".")[0]


def relative_text(raw: bytes) -> str:
    """The dotted arcs of an OID's tail; empty for none."""
    return oid_text(b"\0" + raw)[len("0.0.") :]


_VIEWS: dict[str, Callable[[Varbind, int], str]] = {"": _value, "index": _index, "last": _last, "parent": _parent}
