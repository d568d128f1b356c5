"""Texts of a profile that take values from a trap: `On battery for {upsSecondsOnBattery} s`. Compiled once, pure.

`{name}` is the value of the varbind under that OID; `{name.index}` what follows the name in the varbind's own OID;
`{name.last}` and `{name.parent}` the last arc of a value that is an OID, and the value without it.

Traps of one kind have the same names in the same order, so a text is bound to those: what remains is to take values by
their places.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from collectors.wire.oid import oid_text

_PART = re.compile(r"\{([^{}]*)\}")

Bound = Callable[[Sequence[str]], str]
"""A text, given the texts of a trap's values in the order of the names that it was bound to."""


class Template:
    """One compiled text. Raises ValueError for a name that the profile does not define."""

    __slots__ = ("_parts",)

    def __init__(self, text: str, names: Mapping[str, bytes]) -> None:
        self._parts = [_reference(piece, names) if is_name else piece for is_name, piece in pieces(text)]

    def bind(self, names: Sequence[bytes]) -> Bound:
        """The text for traps with these varbinds; one that is not there gives nothing."""
        parts = [part if isinstance(part, str) else part.bind(names) for part in self._parts]
        shape = "".join([part.replace("%", "%%") if isinstance(part, str) else "%s" for part in parts])
        takes = [part for part in parts if not isinstance(part, str)]
        if not takes:
            return _constant("".join([part for part in parts if isinstance(part, str)]))
        if shape == "%s":
            return takes[0]
        return lambda texts: shape % tuple([take(texts) for take in takes])


def pieces(text: str) -> list[tuple[bool, str]]:
    """A template's text in parts, each with whether it is a `{name}` or stands as it is. Raises ValueError."""
    parts = _PART.split(text)
    if any("{" in part or "}" in part for part in parts[::2]):
        raise ValueError(f"{text!r} has a brace without its partner")
    return [(number % 2 == 1, part) for number, part in enumerate(parts) if part or number % 2]


def bind_first(templates: Sequence[Template], names: Sequence[bytes]) -> Bound:
    """The first of several templates that gives more than blanks, without those around it."""
    bound = [template.bind(names) for template in templates]
    if not bound:
        return _constant("")
    if len(bound) == 1:
        only = bound[0]
        return lambda texts: only(texts).strip()

    def first(texts: Sequence[str]) -> str:
        for one in bound:
            if text := one(texts).strip():
                return text
        return ""

    return first


def place_of(name: bytes, names: Sequence[bytes]) -> int | None:
    """Where the first varbind at or under an OID stands."""
    return next((place for place, found in enumerate(names) if found.startswith(name)), None)


def relative_text(raw: bytes) -> str:
    """The dotted arcs of an OID's tail; empty for none."""
    return oid_text(b"\0" + raw)[len("0.0.") :]


class _Reference(NamedTuple):
    """A `{name.view}`."""

    name: bytes
    view: str

    def bind(self, names: Sequence[bytes]) -> str | Bound:
        place = place_of(self.name, names)
        if place is None:
            return ""
        if self.view == "index":
            return relative_text(names[place][len(self.name) :])
        show = _VIEWS[self.view]
        return (lambda texts: show(texts[place])) if show else (lambda texts: texts[place])


def _reference(text: str, names: Mapping[str, bytes]) -> _Reference:
    name, _, view = text.partition(".")
    if name not in names:
        raise ValueError(f"{{{text}}}: {name!r} is not among the profile's names")
    if view not in _VIEWS:
        raise ValueError(f"{{{text}}}: {view!r} is none of index, last, parent")
    return _Reference(names[name], view)


def _constant(text: str) -> Bound:
    return lambda _: text


_VIEWS: dict[str, Callable[[str], str] | None] = {
    "": None,
    "index": None,
    "last": lambda value: value.rpartition(".")[2],
    "parent": lambda value: value.rpartition(".")[0],
}
