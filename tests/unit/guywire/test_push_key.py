"""The key for push messages is made once, whoever comes first, and kept for its owner alone."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from guywire.errors import GuywireError
from guywire.push_key import public_push_key, push_key


def test_all_who_ask_at_once_get_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(public_push_key, [tmp_path / "new"] * 16))
    assert len(keys) == 1
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["push-key.pem"]


def test_the_public_key_is_an_uncompressed_point_on_p_256(tmp_path: Path) -> None:
    text = public_push_key(tmp_path)
    point = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    numbers = push_key(tmp_path).public_key().public_numbers()
    assert point == b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")


def test_a_file_that_is_no_such_key_is_named_and_left_as_it_is(tmp_path: Path) -> None:
    other = ed25519.Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for content in (b"", b"no key", other):
        (tmp_path / "push-key.pem").write_bytes(content)
        with pytest.raises(GuywireError, match=r"push-key\.pem"):
            push_key(tmp_path)
        assert (tmp_path / "push-key.pem").read_bytes() == content
