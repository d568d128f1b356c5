"""Passwords: generated, judged, hashed with argon2id (RFC 9106) and verified, away from the event loop."""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from guywire.errors import invalid

MIN_LENGTH = 12
MAX_LENGTH = 256
_MIN_DISTINCT = 5
_MIN_BESIDE_NAME = 8
_ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that reads like something else
_GENERATED_LENGTH = 20

_hasher = PasswordHasher()
# Each hash takes 64 MiB: two at a time, however many knock at the door.
_workers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")


def generate() -> str:
    """A password of 20 characters, over 110 bits, that can be read out loud."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_GENERATED_LENGTH))


def refuse_weak(name: str, password: str) -> None:
    """Raises `Refused` for a password that is too short, too long, one letter over and over, or the name itself."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise invalid("password_length", f"A password has {MIN_LENGTH} to {MAX_LENGTH} characters. Take a longer one.")
    if not password.isprintable():
        raise invalid("password_malformed", "A password is made of letters, digits, signs and blanks. Take another.")
    beside_name = password.casefold().replace(name.casefold(), "")
    if len(set(password)) < _MIN_DISTINCT or len(beside_name) < _MIN_BESIDE_NAME:
        reason = "This password is easy to guess: it repeats itself or is hardly more than the name. Take another."
        raise invalid("password_weak", reason)


async def hash_password(password: str) -> str:
    return await asyncio.get_running_loop().run_in_executor(_workers, _hasher.hash, password)


async def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether it is the password. Takes as long for an unknown name (None) as for a known one."""
    return await asyncio.get_running_loop().run_in_executor(_workers, _verify, password_hash, password[:MAX_LENGTH])


def _verify(password_hash: str | None, password: str) -> bool:
    try:
        _hasher.verify(password_hash or _hash_of_nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


@cache
def _hash_of_nobody() -> str:
    return _hasher.hash(secrets.token_urlsafe())
