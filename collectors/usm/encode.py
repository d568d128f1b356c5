"""SNMPv3 messages that we send: the answer to an inform, and reports that tell a sender why it was not believed.

Sources: RFC 3412 sections 6 and 7.1, RFC 3414 sections 2.4 and 3.1, RFC 3416 section 4.2.7.
"""

from __future__ import annotations

from collectors.usm.keys import DIGESTS, Keys
from collectors.usm.message import AUTH, PRIV, Message, Reason
from collectors.wire.decode import MAX_DATAGRAM
from collectors.wire.oid import encode_oid

STATISTICS: dict[Reason, bytes] = {
    "usm_level": encode_oid("1.3.6.1.6.3.15.1.1.1.0"),  # usmStatsUnsupportedSecLevels
    "usm_time_window": encode_oid("1.3.6.1.6.3.15.1.1.2.0"),  # usmStatsNotInTimeWindows
    "usm_unknown_user": encode_oid("1.3.6.1.6.3.15.1.1.3.0"),  # usmStatsUnknownUserNames
    "usm_discovery": encode_oid("1.3.6.1.6.3.15.1.1.4.0"),  # usmStatsUnknownEngineIDs
    "usm_unknown_engine": encode_oid("1.3.6.1.6.3.15.1.1.4.0"),
    "usm_wrong_digest": encode_oid("1.3.6.1.6.3.15.1.1.5.0"),  # usmStatsWrongDigests
    "usm_decryption": encode_oid("1.3.6.1.6.3.15.1.1.6.0"),  # usmStatsDecryptionErrors
}
"""What a report of a refusal names; other refusals are not reported."""

_SEQUENCE, _INTEGER, _OCTETS, _OID, _COUNTER32, _REPORT = 0x30, 0x02, 0x04, 0x06, 0x41, 0xA8
_NOBODY_ASKED = 0
_USM = b"\3"
_VERSION = b"\2\1\3"
_V2C = b"\2\1\1\4\0"


class Clock:
    """Whose messages these are: our engine id and boots, and the time since the boot at `now`."""

    def __init__(self, engine: bytes, boots: int, started_at: float) -> None:
        self.engine, self.boots, self._started_at = engine, boots, started_at

    def time(self, now: float) -> int:
        return int(now - self._started_at)


def scoped_report(statistic: bytes, number: int, clock: Clock) -> bytes:
    """The scoped PDU that tells of a refusal: one of STATISTICS, which stands at `number`."""
    value = _element(_COUNTER32, _unsigned(number & 0xFFFF_FFFF))
    varbinds = _element(_SEQUENCE, _element(_SEQUENCE, _element(_OID, statistic) + value))
    pdu = _element(_REPORT, _number(_NOBODY_ASKED) * 3 + varbinds)
    return _element(_SEQUENCE, _element(_OCTETS, clock.engine) + _element(_OCTETS, b"") + pdu)


def plain(scoped: bytes, to: Message, clock: Clock, now: float) -> bytes:
    """A scoped PDU to the sender of `to`, without any protection."""
    return _assembled(to, clock, now, 0, b"", b"", scoped)


def protected(scoped: bytes, to: Message, keys: Keys, clock: Clock, now: float, salt: bytes = b"") -> bytes:
    """A scoped PDU to the sender of `to`, authenticated and, where there is a salt for it, encrypted."""
    data = scoped
    level = AUTH | PRIV if salt else AUTH
    if salt:
        data = _element(_OCTETS, keys.cipher.encrypt(clock.boots, clock.time(now), salt, scoped))
    blank = bytes(DIGESTS[keys.user.auth])
    message = _assembled(to, clock, now, level, blank, salt, data)
    at = len(message) - len(data) - len(_element(_OCTETS, salt)) - len(blank)
    return message[:at] + keys.mac(message) + message[at + len(blank) :]


def as_v2c(pdu: bytes) -> bytes:
    """An SNMPv2c message that says what a PDU says, with no community."""
    return _element(_SEQUENCE, _V2C + pdu)


def _assembled(to: Message, clock: Clock, now: float, level: int, mac: bytes, salt: bytes, data: bytes) -> bytes:
    header = _number(to.id) + _number(MAX_DATAGRAM) + _element(_OCTETS, bytes((level,))) + _element(_INTEGER, _USM)
    security = b"".join(
        (
            _element(_OCTETS, clock.engine),
            _number(clock.boots),
            _number(clock.time(now)),
            *(_element(_OCTETS, field) for field in (to.user, mac, salt)),
        )
    )
    secured = _element(_OCTETS, _element(_SEQUENCE, security))
    return _element(_SEQUENCE, _VERSION + _element(_SEQUENCE, header) + secured + data)


def _element(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    width = (length.bit_length() + 7) // 8
    return bytes((tag, 0x80 | width)) + length.to_bytes(width, "big") + content


def _number(value: int) -> bytes:
    return _element(_INTEGER, _unsigned(value))


def _unsigned(value: int) -> bytes:
    """The shortest content that does not read as negative (X.690, section 8.3)."""
    return value.to_bytes(value.bit_length() // 8 + 1, "big")
