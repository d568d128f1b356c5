"""What lets us ask devices and believe what they send: communities and SNMPv3 users by name, from credentials.toml.

docs/credentials.md has the format. No secret stands in a repr, a log or an error.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from stat import S_ISREG
from typing import Literal

import msgspec

from guywire.errors import GuywireError
from guywire.policy_file import ReloadedFile, line_of

FILE_NAME = "credentials.toml"
AUTHS = ("sha1", "sha224", "sha256", "sha384", "sha512")
PRIVS = ("aes128", "aes192", "aes256", "aes192-cisco", "aes256-cisco")
LEGACY_AUTHS = ("md5",)
LEGACY_PRIVS = ("des",)
SHORTEST_PASSWORD = 8
"""RFC 3414, section 11.2."""

_LONGEST_SECRET = 255
_LONGEST_USER = 32  # usmUserName, RFC 3414
_LARGEST_FILE = 4 << 20
_OTHERS = 0o077


class CredentialsError(GuywireError):
    """Credentials that cannot be used: file, line, reason, and what to do. Never the secret."""


@dataclass(frozen=True, slots=True)
class Community:
    """An SNMPv1 or v2c community."""

    name: str
    version: Literal["1", "2c"]
    community: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class User:
    """An SNMPv3 user. `auth` is one of AUTHS or LEGACY_AUTHS, `priv` of PRIVS or LEGACY_PRIVS, or empty for none."""

    name: str
    user: str
    auth: str = ""
    auth_password: bytes = field(default=b"", repr=False)
    priv: str = ""
    priv_password: bytes = field(default=b"", repr=False)
    context: str = ""

    @property
    def flags(self) -> int:
        """The level as the two low bits of msgFlags (RFC 3412): 0 noAuthNoPriv, 1 authNoPriv, 3 authPriv."""
        return (1 if self.auth else 0) | (2 if self.priv else 0)


@dataclass(frozen=True)
class Credentials:
    """All of them, by their name in the file; the inventory's `credential` column refers to it."""

    named: Mapping[str, Community | User]

    @cached_property
    def communities(self) -> frozenset[bytes]:
        return frozenset(entry.community for entry in self.named.values() if isinstance(entry, Community))

    @cached_property
    def users(self) -> tuple[User, ...]:
        return tuple(entry for entry in self.named.values() if isinstance(entry, User))


class CredentialsFile(ReloadedFile[Credentials]):
    """The credentials in force; none where there is no file. `current()` reads a changed file, and keeps the old one
    in force while the new one is bad."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, read_credentials, Credentials({}))


def credentials_file(data_dir: Path) -> CredentialsFile:
    return CredentialsFile(data_dir / FILE_NAME)


def read_credentials(path: Path) -> Credentials:
    """The credentials that a file holds. Raises `CredentialsError`, or OSError when it cannot be read."""
    status = path.stat()
    if not S_ISREG(status.st_mode):  # reading a pipe would never end
        raise CredentialsError(f"{path}: not a plain file. Put one there.")
    if mode := status.st_mode & _OTHERS:
        raise CredentialsError(f"{path}: others than its owner may use it (mode {mode:03o}). chmod 600 {path}")
    raw = path.read_bytes()
    if len(raw) > _LARGEST_FILE:
        raise CredentialsError(f"{path}: larger than {_LARGEST_FILE} bytes. Is it the right file?")
    try:
        text = raw.decode()
        tables = tomllib.loads(text)
    except UnicodeDecodeError:
        raise CredentialsError(f"{path}: not UTF-8. Save it as UTF-8.") from None
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits, brackets 1,000 deep
        raise CredentialsError(f"{path}: not TOML: {error}. Mend the file.") from None
    return Credentials({name: _entry(name, table, text, path) for name, table in tables.items()})


class _Bad(Exception):
    """A table that cannot be used: the key to blame, if it is one, and why."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(reason)
        self.key = key


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="version"):
    """A table of the file, as written."""


class _Community1(_Table, frozen=True, tag="1"):
    community: str


class _Community2(_Table, frozen=True, tag="2c"):
    community: str


class _User3(_Table, frozen=True, tag="3"):
    user: str
    auth: str = ""
    auth_password: str = ""
    priv: str = ""
    priv_password: str = ""
    context: str = ""
    allow_no_auth: bool = False
    legacy: bool = False


def _entry(name: str, table: object, text: str, path: Path) -> Community | User:
    try:
        return _checked(name, table)
    except _Bad as bad:
        line = line_of(text, [name, bad.key] if bad.key else [name])
        raise CredentialsError(f"{path}:{line}: [{name}]: {bad} Mend the file.") from None


def _checked(name: str, table: object) -> Community | User:
    if not isinstance(table, dict):
        raise _Bad("", "A table is wanted, with version and what belongs to it.")
    try:
        read = msgspec.convert(table, _Community1 | _Community2 | _User3)
    except msgspec.ValidationError as error:
        raise _in_words(str(error)) from None
    if isinstance(read, _User3):
        return _user(name, read)
    return Community(name, "1" if isinstance(read, _Community1) else "2c", _secret("community", read.community))


def _in_words(message: str) -> _Bad:
    """msgspec's message without the values that it quotes: one of them may be a secret at the wrong place."""
    key = re.search(r"\$\.(\w+)|unknown field `(\w+)`", message)
    blamed = (key[1] or key[2]) if key else ""
    if blamed == "version":
        return _Bad(blamed, 'version is "1", "2c" or "3".')
    if key and key[2]:
        return _Bad(blamed, f"{blamed} is no key of such a table: docs/credentials.md has those that are.")
    return _Bad(blamed, re.sub(r"'[^']*'", "", message).split(" - at ")[0] + (f" ({blamed})." if blamed else "."))


def _user(name: str, table: _User3) -> User:
    if not 1 <= len(table.user.encode()) <= _LONGEST_USER:
        raise _Bad("user", f"user has 1 to {_LONGEST_USER} bytes.")
    if not table.auth and not table.allow_no_auth:
        raise _Bad("user", "anybody could speak for a user without auth. Give auth, or allow_no_auth = true.")
    if table.auth and table.allow_no_auth:
        raise _Bad("allow_no_auth", "allow_no_auth is for a user without auth.")
    if table.priv and not table.auth:
        raise _Bad("priv", "SNMPv3 has no priv without auth.")
    return User(
        name,
        table.user,
        _protocol("auth", table.auth, AUTHS, LEGACY_AUTHS if table.legacy else ()),
        _password("auth", table.auth, table.auth_password),
        _protocol("priv", table.priv, PRIVS, LEGACY_PRIVS if table.legacy else ()),
        _password("priv", table.priv, table.priv_password),
        table.context,
    )


def _protocol(key: str, given: str, known: tuple[str, ...], legacy: tuple[str, ...]) -> str:
    if given and given not in known + legacy:
        old = " md5 and des are broken, and taken only with legacy = true." if not legacy else ""
        raise _Bad(key, f"{key} is one of {', '.join(known + legacy)}.{old}")
    return given


def _password(key: str, protocol: str, given: str) -> bytes:
    name = f"{key}_password"
    if not protocol:
        if given:
            raise _Bad(name, f"{name} without {key}: say which protocol it is for.")
        return b""
    secret = _secret(name, given)
    if len(secret) < SHORTEST_PASSWORD:
        raise _Bad(name, f"{name} has fewer than {SHORTEST_PASSWORD} characters (RFC 3414, section 11.2).")
    return secret


def _read_little(path: Path) -> str:
    """The text of a small plain file. Raises ValueError for any other, OSError for none."""
    if not path.is_file() or path.stat().st_size > _LARGEST_FILE:
        raise ValueError("no small plain file")
    return path.read_text("utf-8")


def _secret(key: str, given: str) -> bytes:
    """A secret as it stands, or from where `file:/path` or `env:NAME` says. A file's last line break is not part."""
    kind, _, where = given.partition(":")
    if kind == "file":
        try:
            given = _read_little(Path(where)).rstrip("\r\n")
        except (OSError, ValueError):
            raise _Bad(key, f"{key}: the file that it names cannot be read as UTF-8 text.") from None
    elif kind == "env":
        given = os.environ.get(where, "")
    secret = given.encode("utf-8", "surrogateescape")
    if not 1 <= len(secret) <= _LONGEST_SECRET:
        raise _Bad(key, f"{key} has 1 to {_LONGEST_SECRET} bytes; check where it comes from.")
    return secret
