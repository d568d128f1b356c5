"""What is a photo is said by its first bytes, not by its name."""

from __future__ import annotations

import pytest

from guywire.web.picture import type_of


@pytest.mark.parametrize(
    ("start", "content_type"),
    [
        (b"\xff\xd8\xff\xdb....", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "image/png"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", ""),
        (b"GIF89a", ""),
        (b"<svg xmlns=", ""),
        (b"", ""),
    ],
)
def test_the_first_bytes_tell_the_type(start: bytes, content_type: str) -> None:
    assert type_of(start) == content_type
