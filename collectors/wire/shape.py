"""Where the elements of a message lie. Traps of one kind differ in what their values say, while tags and lengths stand
at the same places: a shape is learnt from a message that was read step by step, and the next one with the same bytes
at those places has passed the same checks, in one operation on long integers, and is cut in one more.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter

import msgspec

from collectors.wire.oid import encode_oid
from collectors.wire.values import OID

SNMP_TRAP_OID = encode_oid("1.3.6.1.6.3.1.1.4.1.0")
LONGEST = 512
"""Bytes of a message; what is longer is read step by step each time."""

MOST_OF_A_LENGTH = 8
PATIENCE = 4096
"""So many messages of a length that none of its shapes fits: then others are learnt."""

_FIXED_OF_V1 = 5  # enterprise, agent-addr, generic-trap, specific-trap, time-stamp
_FIXED_OF_V2 = 3  # request-id, error-status, error-index

Cut = Callable[[bytes], tuple[bytes, ...]]


class Shape(msgspec.Struct, frozen=True, gc=False):
    """`heads` are the bytes of all tags and lengths, and of the version, as an integer that is as wide as the message.

    `names` and `values` cut the varbinds' OIDs and contents in the order of `collectors.wire.decode.Trap`, `fixed` what
    stands before them; `tags` are the values', `oids` the places of those values that are OIDs.
    """

    mask: int
    heads: int
    version: int
    pdu_at: int
    fixed: Cut
    names: Cut
    values: Cut
    tags: tuple[int, ...]
    oids: tuple[int, ...]


class Shapes:
    """What has been learnt, by length: bounded, and forgotten where it no longer fits what comes."""

    def __init__(self) -> None:
        self._known: dict[int, list[Shape]] = {}
        self._misses: dict[int, int] = {}

    def __len__(self) -> int:
        return sum(map(len, self._known.values()))

    def find(self, data: bytes) -> Shape | None:
        """The shape that the message has, where it is known: its structure is then sound, and what it holds is not."""
        known = self._known.get(len(data))
        if known is not None:
            number = int.from_bytes(data, "big")
            for shape in known:
                if number & shape.mask == shape.heads:
                    return shape
        return None

    def learn(self, data: bytes) -> None:
        """Takes up the shape of a message that was read step by step just now, and was sound."""
        length = len(data)
        if length > LONGEST:
            return
        known = self._known.setdefault(length, [])
        if len(known) == MOST_OF_A_LENGTH:
            self._misses[length] = self._misses.get(length, 0) + 1
            if self._misses[length] < PATIENCE:
                return
            self._misses[length] = 0
            known.clear()
        if (shape := shape_of(data)) is not None:
            known.append(shape)


def shape_of(data: bytes) -> Shape | None:
    """The shape of a sound message; None for one whose like could mean something else."""
    heads = bytearray(len(data))
    at, _ = _enter(data, 0, heads)
    start, at = _enter(data, at, heads)
    heads[start:at] = b"\xff" * (at - start)
    version = data[at - 1]
    _, pdu_at = _enter(data, at, heads)
    at, _ = _enter(data, pdu_at, heads)
    fixed = []
    for _ in range(_FIXED_OF_V2 if version else _FIXED_OF_V1):
        start, at = _enter(data, at, heads)
        fixed.append(slice(start, at))
    names, values, tags = _varbinds(data, at, heads)
    if version:
        place = next(n for n, (name, tag) in enumerate(zip(names, tags, strict=True), 1) if _tells(data, name, tag))
        if OID in tags[: place - 1]:  # another message could have its snmpTrapOID there
            return None
        names, values = names[place:] + names[:place], values[place:] + values[:place]
        tags = tags[place:] + tags[:place]
    if len(names) < 2:  # itemgetter gives a single one without a tuple
        return None
    mask = int.from_bytes(heads, "big")
    return Shape(
        mask=mask,
        heads=int.from_bytes(data, "big") & mask,
        version=version,
        pdu_at=pdu_at,
        fixed=itemgetter(*fixed),
        names=itemgetter(*names),
        values=itemgetter(*values),
        tags=tuple(tags),
        oids=tuple(n for n, tag in enumerate(tags) if tag == OID and values[n].start < values[n].stop),
    )


def element(data: bytes, at: int) -> tuple[int, int]:
    """Where the content of the element at `at` starts and stops, in a message that was read before."""
    length = data[at + 1]
    at += 2
    if length & 0x80:
        width = length & 0x7F
        length = int.from_bytes(data[at : at + width], "big")
        at += width
    return at, at + length


def _tells(data: bytes, name: slice, tag: int) -> bool:
    return tag == OID and data[name] == SNMP_TRAP_OID


def _varbinds(data: bytes, at: int, heads: bytearray) -> tuple[list[slice], list[slice], list[int]]:
    names, values, tags = [], [], []
    at, end = _enter(data, at, heads)
    while at < end:
        start, stop = _enter(data, at, heads)
        start, at = _enter(data, start, heads)
        names.append(slice(start, at))
        tags.append(data[at])
        start, at = _enter(data, at, heads)
        values.append(slice(start, at))
        at = stop
    return names, values, tags


def _enter(data: bytes, at: int, heads: bytearray) -> tuple[int, int]:
    start, stop = element(data, at)
    heads[at:start] = b"\xff" * (start - at)
    return start, stop
