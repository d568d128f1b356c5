"""The key by which push services know this system (RFC 8292, VAPID): made once, kept in the data folder."""

from __future__ import annotations

import base64
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from guywire.errors import GuywireError
from guywire.own_file import make_once


def push_key(data_dir: Path) -> ec.EllipticCurvePrivateKey:
    """The private key on P-256, made where there is none; two processes that make one at once get the same.

    Raises `GuywireError` for a file that holds no such key or cannot be written.
    """
    path = data_dir / "push-key.pem"
    try:
        if not path.exists():
            _make(path)
        key = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise GuywireError(
            f"{path} cannot be used as the key for push messages: {error}. Mend or remove it."
        ) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise GuywireError(f"{path} holds no key on the curve P-256. Remove it, and phones subscribe anew.")
    return key


def public_push_key(data_dir: Path) -> str:
    """What a browser subscribes with: the public point, uncompressed, base64url without padding."""
    point = push_key(data_dir).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def _make(path: Path) -> None:
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    make_once(path, pem)
