"""SNMPv3 messages for tests, with keys, digests and ciphers by pysnmp: no line is shared with what they exercise."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cache
from typing import Any

from pyasn1.codec.ber import decoder, encoder
from pyasn1.type import univ

from collectors.credentials import AUTHS, LEGACY_AUTHS, LEGACY_PRIVS, PRIVS, User
from tests.unit.collectors.snmp_messages import v2_message

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # where pysnmp takes its ciphers from will move some day
    from pysnmp.proto.secmod.rfc3414 import service as _first  # noqa: F401, I001 - it goes in circles otherwise
    from pysnmp.proto.mpmod.rfc3412 import SNMPv3Message
    from pysnmp.proto.secmod.eso.priv import aes192, aes256
    from pysnmp.proto.secmod.rfc3414.auth import hmacmd5, hmacsha
    from pysnmp.proto.secmod.rfc3414.priv import des
    from pysnmp.proto.secmod.rfc3826.priv import aes
    from pysnmp.proto.secmod.rfc7860.auth import hmacsha2

AUTH_SERVICES: dict[str, Any] = {
    "md5": hmacmd5.HmacMd5(),
    "sha1": hmacsha.HmacSha(),
    "sha224": hmacsha2.HmacSha2(hmacsha2.HmacSha2.SHA224_SERVICE_ID),
    "sha256": hmacsha2.HmacSha2(hmacsha2.HmacSha2.SHA256_SERVICE_ID),
    "sha384": hmacsha2.HmacSha2(hmacsha2.HmacSha2.SAH384_SERVICE_ID),
    "sha512": hmacsha2.HmacSha2(hmacsha2.HmacSha2.SHA512_SERVICE_ID),
}
AUTH_IDS = {
    "md5": hmacmd5.HmacMd5.SERVICE_ID,
    "sha1": hmacsha.HmacSha.SERVICE_ID,
    "sha224": hmacsha2.HmacSha2.SHA224_SERVICE_ID,
    "sha256": hmacsha2.HmacSha2.SHA256_SERVICE_ID,
    "sha384": hmacsha2.HmacSha2.SAH384_SERVICE_ID,
    "sha512": hmacsha2.HmacSha2.SHA512_SERVICE_ID,
}
PRIV_SERVICES: dict[str, Any] = {
    "des": des.Des(),
    "aes128": aes.Aes(),
    "aes192": aes192.AesBlumenthal192(),
    "aes256": aes256.AesBlumenthal256(),
    "aes192-cisco": aes192.Aes192(),
    "aes256-cisco": aes256.Aes256(),
}
TRAP = "1.3.6.1.4.1.2011.6.164.2.1.0.99"
EVERY_USER = tuple(
    User(
        f"{auth}-{priv}" if priv else auth,
        f"{auth}-{priv}" if priv else auth,
        auth,
        f"auth of {auth}".encode(),
        priv,
        f"priv of {priv}".encode() if priv else b"",
    )
    for auth in AUTHS + LEGACY_AUTHS
    for priv in ("", *PRIVS, *LEGACY_PRIVS)
)
"""One for each pair of protocols, by their names."""

NOBODY_ASKS = User("open", "open")
AN_ENGINE = bytes.fromhex("80001f8804") + b"rectifier-1"


def pdu(*, inform: bool = False, request_id: int = 1) -> bytes:
    """A v2 PDU with two varbinds of its own besides uptime and trap OID."""
    varbinds = [("1.3.6.1.4.1.2011.6.164.1.1", "octets", "Mains failure"), ("1.3.6.1.4.1.2011.6.164.1.2", "integer", 7)]
    message = v2_message(TRAP, varbinds, inform=inform, request_id=request_id)
    return message[message.index(b"public") + 6 :]


@dataclass(frozen=True)
class Header:
    """What a sender writes around its PDU."""

    user: User
    engine: bytes = AN_ENGINE
    boots: int = 3
    time: int = 1_000
    level: int = -1  # the user's own
    id: int = 77
    reportable: bool = False
    name: str = ""  # another user name than the user's
    context: bytes = b""


def message(header: Header, inner: bytes) -> bytes:
    """The message, authenticated and encrypted as its level asks."""
    user, level = header.user, header.user.flags if header.level < 0 else header.level
    data, salt, blank = _sequence(_octets(header.engine), _octets(header.context), inner), b"", b""
    if level & 2:
        data, salt = _encrypted(user, header, data)
    if level & 1:
        blank = bytes(AUTH_SERVICES[user.auth].digest_length)
    whole = _sequence(
        _number(3),
        _sequence(_number(header.id), _number(65_507), _octets(bytes((level | 4 * header.reportable,))), _number(3)),
        _octets(
            _sequence(
                _octets(header.engine),
                _number(header.boots),
                _number(header.time),
                _octets((header.name or user.user).encode()),
                _octets(blank),
                _octets(salt),
            )
        ),
        data,
    )
    if not level & 1:
        return whole
    key, _ = _keys(user, header.engine)
    return bytes(AUTH_SERVICES[user.auth].authenticate_outgoing_message(key, whole))


def opened(data: bytes, user: User) -> tuple[tuple[bytes, int, int], bytes]:
    """What somebody who knows the user's passwords reads: (engine, boots, time), and the scoped PDU.

    The digest is checked first. Raises pysnmp's StatusInformation where it is wrong.
    """
    whole, _ = decoder.decode(data, asn1Spec=SNMPv3Message())
    level, scoped = bytes(whole[1][2])[0] & 3, whole[3].getComponent()
    security, _ = decoder.decode(bytes(whole[2]))
    engine, boots, time = bytes(security[0]), int(security[1]), int(security[2])
    if level & 1:
        key, priv_key = _keys(user, engine)
        AUTH_SERVICES[user.auth].authenticate_incoming_message(key, univ.OctetString(bytes(security[4])), data)
    if not level & 2:
        return (engine, boots, time), bytes(encoder.encode(scoped))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain = PRIV_SERVICES[user.priv].decrypt_data(priv_key, (boots, time, security[5]), scoped)
    return (engine, boots, time), bytes(plain)


@cache
def _keys(user: User, engine: bytes) -> tuple[Any, Any]:
    engine_id = univ.OctetString(engine)
    auth, priv_key = AUTH_SERVICES[user.auth], None
    if user.priv:
        service = PRIV_SERVICES[user.priv]
        ku = service.hash_passphrase(AUTH_IDS[user.auth], univ.OctetString(user.priv_password))
        priv_key = service.localize_key(AUTH_IDS[user.auth], ku, engine_id)
    return auth.localize_key(auth.hash_passphrase(univ.OctetString(user.auth_password)), engine_id), priv_key


def _encrypted(user: User, header: Header, data: bytes) -> tuple[bytes, bytes]:
    _, key = _keys(user, header.engine)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cipher, salt = PRIV_SERVICES[user.priv].encrypt_data(key, (header.boots, header.time, None), data)
    return _octets(bytes(cipher)), bytes(salt)


def _sequence(*parts: bytes) -> bytes:
    content = b"".join(parts)
    return b"\x30" + bytes(encoder.encode(univ.OctetString(content)))[1:]


def _octets(content: bytes) -> bytes:
    return bytes(encoder.encode(univ.OctetString(content)))


def _number(value: int) -> bytes:
    return bytes(encoder.encode(univ.Integer(value)))
