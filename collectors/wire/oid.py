"""Object identifiers as they stand on the wire: BER content bytes are the key of every look-up, text is for people.

A name ends at an arc's border, so `b.startswith(a)` on the bytes is "b lies under a" on the tree (X.690, 8.19).
"""

from __future__ import annotations

import re

from collectors.wire.memo import Memo

MAX_ARCS = 128
"""RFC 2578, section 3.5."""

MAX_BYTES = 5 * MAX_ARCS
_MAX_ARC = 0xFFFF_FFFF
_REMEMBERED = 16_384

_ARC = rb"[\x00-\x7f]|[\x81-\xff][\x80-\xff]{0,2}[\x00-\x7f]|[\x81-\x8f][\x80-\xff]{3}[\x00-\x7f]"
_FIRST_ARC = _ARC + rb"|\x90\x80\x80\x80[\x00-\x4f]"  # 2.4294967295 is 80 above 32 bits
_WELL_FORMED = re.compile(rb"(?:%b)(?:%b){0,%d}+" % (_FIRST_ARC, _ARC, MAX_ARCS - 2)).fullmatch
"""No padded arcs, none over 32 bits, not too many, the last one ended. Possessive: it never goes back."""


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


def well_formed(raw: bytes) -> bytes:
    """The same bytes. Raises ValueError when they are malformed, too long, or an arc exceeds 32 bits."""
    if len(raw) > MAX_BYTES or _WELL_FORMED(raw) is None:
        raise ValueError("malformed object identifier")
    return raw


def oid_text(raw: bytes) -> str:
    """Dotted text of BER content. Raises ValueError for what is not `well_formed`."""
    return _TEXTS[raw]


def _text(raw: bytes) -> str:
    first, *rest = _subidentifiers(well_formed(raw))
    top = min(first // 40, 2)
    return ".".join(map(str, (top, first - 40 * top, *rest)))


def _subidentifiers(raw: bytes) -> list[int]:
    out = []
    arc = 0
    for byte in raw:
        arc = arc << 7 | byte & 0x7F
        if not byte & 0x80:
            out.append(arc)
            arc = 0
    return out


WELL_FORMED: Memo[bytes] = Memo(well_formed, _REMEMBERED)
"""`well_formed`, remembered: equal names become one object, whose hash is known when it is looked up again."""

_TEXTS: Memo[str] = Memo(_text, _REMEMBERED)
