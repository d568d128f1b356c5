"""The secret by which gateways of SMS and e-mail sign what they hand over: made once, kept in the data folder."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path

from guywire.errors import GuywireError
from guywire.own_file import make_once

_FEWEST_CHARACTERS = 24
_SCHEME = "sha256="


def hook_secret(data_dir: Path) -> bytes:
    """The secret, made where there is none. Raises `GuywireError` for a file that cannot be read or says too little."""
    path = data_dir / "hook-secret"
    try:
        if not path.exists():
            make_once(path, f"{secrets.token_urlsafe(32)}\n".encode())
        secret = path.read_bytes().strip()
    except OSError as error:
        raise GuywireError(f"{path} cannot be used as the secret of hooks: {error}. Mend or remove it.") from error
    if len(secret) < _FEWEST_CHARACTERS:
        raise GuywireError(f"{path} holds fewer than {_FEWEST_CHARACTERS} characters. Remove it, and one is made.")
    return secret


def is_signed(secret: bytes, body: bytes, signature: str, authorization: str) -> bool:
    """Whether the body came with its HMAC-SHA256 (`sha256=<hex>`), or with the secret itself as a bearer token."""
    if signature:
        right = _SCHEME + hmac.new(secret, body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(right.encode(), signature.strip().encode())
    scheme, _, given = authorization.partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(secret, given.strip().encode())
