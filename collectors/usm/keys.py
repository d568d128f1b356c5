"""Passwords, keys and what is done with them: authenticate and decrypt by the protocols that a user may have.

Sources: RFC 3414 (password to key, MD5, SHA-1, DES), RFC 7860 (SHA-2), RFC 3826 (AES-128), and for longer AES keys
draft-blumenthal-aes-usm-04 (as net-snmp) and draft-reeder-snmpv3-usm-3desede-00 (`-cisco`). docs/credentials.md.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from functools import cached_property
from typing import Protocol

from cryptography.hazmat.primitives.ciphers import Cipher as _Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB

from collectors.credentials import User

DIGESTS = {"md5": 12, "sha1": 12, "sha224": 16, "sha256": 24, "sha384": 32, "sha512": 48}
"""By the name of a user's auth, which is hashlib's too: how many bytes of the HMAC are sent."""

SALT_BYTES = 8
_STRETCHED = 1 << 20  # bytes of repeated password that are hashed, RFC 3414, section A.2
_AES_KEY_BYTES = {"aes128": 16, "aes192": 24, "aes256": 32}
_BLOCK, _DES_BLOCK = 16, 8
_TIMES = struct.Struct(">II")


class Cipher(Protocol):
    """A privacy protocol with one user's key at one engine. Salts are of SALT_BYTES."""

    def decrypt(self, boots: int, time: int, salt: bytes, data: bytes) -> bytes:
        """Raises ValueError for data of a length that the protocol never produces."""

    def encrypt(self, boots: int, time: int, salt: bytes, data: bytes) -> bytes: ...


class Keys:
    """A user's keys at one engine. The cipher waits until the digest is right: it may cost milliseconds to derive."""

    def __init__(self, user: User, master: tuple[bytes, bytes], engine: bytes) -> None:
        self.user = user
        self._master = master
        self._engine = engine
        self._auth_key = localised(user.auth, master[0], engine) if user.auth else b""

    def mac(self, data: bytes) -> bytes:
        """msgAuthenticationParameters of a message in which they are zeros."""
        return hmac.digest(self._auth_key, data, self.user.auth)[: DIGESTS[self.user.auth]]

    @cached_property
    def cipher(self) -> Cipher:
        """Only for a user with priv."""
        key = localised(self.user.auth, self._master[1], self._engine)
        if self.user.priv == "des":
            return Des(key)
        name, _, flavour = self.user.priv.partition("-")
        extend = _extended_reeder if flavour else _extended_blumenthal
        return Aes(extend(self.user.auth, key, self._engine, _AES_KEY_BYTES[name]))


class Aes:
    """CFB128 (RFC 3826), out of single blocks: one object serves all messages, and a message is decrypted at once."""

    def __init__(self, key: bytes) -> None:
        self._blocks = _Cipher(AES(key), ECB()).encryptor()  # noqa: S305 - the mode is CFB: each block is chained below

    def decrypt(self, boots: int, time: int, salt: bytes, data: bytes) -> bytes:
        whole = -(-len(data) // _BLOCK) * _BLOCK
        stream = self._blocks.update((_TIMES.pack(boots, time) + salt + data)[:whole])
        return _xor(data, stream[: len(data)])

    def encrypt(self, boots: int, time: int, salt: bytes, data: bytes) -> bytes:
        out = [_TIMES.pack(boots, time) + salt]
        for at in range(0, len(data), _BLOCK):
            block = data[at : at + _BLOCK]
            out.append(_xor(block, self._blocks.update(out[-1])[: len(block)]))
        return b"".join(out[1:])


class Des:
    """CBC-DES (RFC 3414, section 8), for old controllers whose users are marked `legacy`."""

    def __init__(self, key: bytes) -> None:
        from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES  # only who needs it depends on it

        self._key = TripleDES(key[:_DES_BLOCK] * 3)  # three times the same key is DES
        self._pre_iv = key[_DES_BLOCK : 2 * _DES_BLOCK]

    def decrypt(self, boots: int, time: int, salt: bytes, data: bytes) -> bytes:  # noqa: ARG002 - of the protocol
        return self._cipher(salt).decryptor().update(data) if len(data) % _DES_BLOCK == 0 else _refuse_length()

    def encrypt(self, boots: int, time: int, salt: bytes, data: bytes) -> bytes:  # noqa: ARG002
        return self._cipher(salt).encryptor().update(data + bytes(-len(data) % _DES_BLOCK))

    def _cipher(self, salt: bytes) -> _Cipher[CBC]:
        return _Cipher(self._key, CBC(_xor(self._pre_iv, salt)))


def master_key(digest: str, password: bytes) -> bytes:
    """Ku: the digest of the password, repeated to a megabyte (RFC 3414, section A.2). Takes about a millisecond."""
    repeats = _STRETCHED // len(password) + 1
    return hashlib.new(digest, (password * repeats)[:_STRETCHED], usedforsecurity=False).digest()


def localised(digest: str, key: bytes, engine: bytes) -> bytes:
    """Kul: a key as it is at one engine (RFC 3414, section 2.6)."""
    return hashlib.new(digest, key + engine + key, usedforsecurity=False).digest()


def _extended_blumenthal(digest: str, key: bytes, _: bytes, size: int) -> bytes:
    while len(key) < size:
        key += hashlib.new(digest, key, usedforsecurity=False).digest()
    return key[:size]


def _extended_reeder(digest: str, key: bytes, engine: bytes, size: int) -> bytes:
    """Once is enough: the shortest digest has half of the longest key's bytes."""
    if len(key) < size:
        key += localised(digest, master_key(digest, key), engine)
    return key[:size]


def _refuse_length() -> bytes:
    raise ValueError("not whole blocks")


def _xor(a: bytes, b: bytes) -> bytes:
    return (int.from_bytes(a, "big") ^ int.from_bytes(b, "big")).to_bytes(len(a), "big")
