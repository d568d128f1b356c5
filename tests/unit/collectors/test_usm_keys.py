"""Passwords to keys, digests and ciphers: the RFCs' own examples, and messages that pysnmp protected."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.credentials import User
from collectors.usm.keys import Aes, Des, Keys, localised, master_key

ENGINE = bytes.fromhex("000000000000000000000002")


@pytest.mark.parametrize(
    ("digest", "ku", "kul"),
    [
        ("md5", "9faf3283884e92834ebc9847d8edd963", "526f5eed9fcce26f8964c2930787d82b"),
        ("sha1", "9fb5cc0381497b3793528939ff788d5d79145211", "6695febc9288e36282235fc7151f128497b38f3f"),
    ],
)
def test_the_examples_of_rfc_3414_appendix_a_3(digest: str, ku: str, kul: str) -> None:
    assert master_key(digest, b"maplesyrup").hex() == ku
    assert localised(digest, bytes.fromhex(ku), ENGINE).hex() == kul


@given(
    data=st.binary(max_size=400),
    salt=st.binary(min_size=8, max_size=8),
    key=st.sampled_from((16, 24, 32)).flatmap(lambda size: st.binary(min_size=size, max_size=size)),
    boots=st.integers(0, (1 << 31) - 1),
)
def test_what_aes_encrypts_it_decrypts(data: bytes, salt: bytes, key: bytes, boots: int) -> None:
    cipher = Aes(key)
    assert cipher.decrypt(boots, 7, salt, cipher.encrypt(boots, 7, salt, data)) == data


def test_what_des_encrypts_it_decrypts_with_padding_and_other_lengths_are_refused() -> None:
    cipher = Des(bytes(range(16)))
    assert (
        cipher.decrypt(1, 1, b"saltsalt", cipher.encrypt(1, 1, b"saltsalt", b"thirteen byte")) == b"thirteen byte\0\0\0"
    )
    with pytest.raises(ValueError, match="whole blocks"):
        cipher.decrypt(1, 1, b"saltsalt", b"seven b")


@pytest.mark.parametrize("priv", ["aes192", "aes256"])
def test_the_two_ways_to_a_longer_key_part_only_where_the_digest_is_too_short(priv: str) -> None:
    def ciphertext(auth: str, flavour: str) -> bytes:
        user = User("a", "a", auth, b"", priv + flavour, b"")
        masters = master_key(auth, b"password"), master_key(auth, b"password")
        return Keys(user, masters, ENGINE).cipher.encrypt(1, 1, bytes(8), bytes(16))

    assert ciphertext("sha1", "") != ciphertext("sha1", "-cisco")
    assert ciphertext("sha256", "") == ciphertext("sha256", "-cisco")
