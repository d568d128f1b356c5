"""Object identifiers as they stand on the wire: BER content bytes are the key of every look-up, text is for people.

A name ends at an arc's border, so `b.startswith(a)` on the bytes is "b lies under a" on the tree (X.690, 8.19).
"""

from __future__ import annotations

from functools import lru_cache

MAX_ARCS = 128
"""RFC 2578, section 3.5."""

MAX_BYTES = 5 * MAX_ARCS
_MAX_ARC = 0xFFFF_FFFF


def encode_oid(text: str) -> bytes:
    """BER content of a dotted OID; a leading dot is allowed. Raises ValueError for anything that is not one."""
    arcs = [int(arc) if arc.isascii() and arc.isdigit() else -1 for arc in text.removeprefix(".").split(".")]
    if not 2 <= len(arcs) <= MAX_ARCS or not all(0 <= arc <= _MAX_ARC for arc in arcs):
        raise ValueError(f"{text!r} is not an object identifier")
    if arcs[0] > 2 or (arcs[0] < 2 and arcs[1] > 39):
        raise ValueError(f"{text!r} is not an object identifier: it starts with {arcs[0]}.{arcs[1]}")
    return b"".join(encode_arc(arc) for arc in (arcs[0] * 40 + arcs[1], *arcs[2:]))


def encode_arc(arc: int) -> bytes:
    out = [arc & 0x7F]
    while arc := arc >> 7:
        out.append(0x80 | arc & 0x7F)
    return bytes(reversed(out))


@lru_cache(maxsize=16_384)
def oid_text(raw: bytes) -> str:
    """Dotted text of BER content. Raises ValueError when it is malformed, too long, or an arc exceeds 32 bits."""
    if len(raw) > MAX_BYTES or not raw or raw[-1] & 0x80:
        raise ValueError("malformed object identifier")
    subidentifiers = _subidentifiers(raw)
    if len(subidentifiers) >= MAX_ARCS:
        raise ValueError("object identifier with too many arcs")
    first = subidentifiers[0]
    top = min(first // 40, 2)
    return ".".join(map(str, (top, first - 40 * top, *subidentifiers[1:])))


def _subidentifiers(raw: bytes) -> list[int]:
    out = []
    arc = 0
    for byte in raw:
        if byte == 0x80 and arc == 0:
            raise ValueError("object identifier with a padded arc")
        arc = arc << 7 | byte & 0x7F
        if arc > _MAX_ARC + 80:
            raise ValueError("object identifier with an arc over 32 bits")
        if not byte & 0x80:
            out.append(arc)
            arc = 0
    return out
