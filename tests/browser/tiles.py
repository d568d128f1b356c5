"""A centre's own tiles, as small as they can be: an archive that its maps lie on, and what of it a page has drawn."""

from __future__ import annotations

import struct
import zlib

LOADED = "() => [...document.querySelectorAll('.leaflet-tile-loaded')].map((tile) => tile.naturalWidth)"
"""How wide the pictures are that a map has drawn."""


def png(size: int) -> bytes:
    """A grey square."""
    rows = (b"\0" + b"\x40" * size) * size

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def archive(tile: bytes, tile_type: int = 2) -> bytes:
    """A PMTiles archive (version 3) of one tile, the whole world at zoom 0."""
    length = bytes([len(tile) & 0x7F | 0x80, len(tile) >> 7])
    directory = bytes([1, 0, 1]) + length + bytes([1])  # entries, tile ids, runs, lengths, offsets plus one
    meta = b"{}"
    places = [127, len(directory), 127 + len(directory), len(meta), 0, 0, 127 + len(directory) + len(meta), len(tile)]
    header = b"PMTiles\x03" + struct.pack("<8Q", *places) + struct.pack("<3Q", 1, 1, 1)
    header += struct.pack("<6B", 1, 1, 1, tile_type, 0, 0) + struct.pack("<4iB2i", *[0] * 7)
    assert len(header) == 127
    return header + directory + meta + tile
