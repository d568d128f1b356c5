"""An SNMPv3 message taken apart, before anything in it is believed, by index arithmetic that is bounded everywhere.

Sources: RFC 3412 section 6 (the message), RFC 3414 section 2.4 (UsmSecurityParameters).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from collectors.wire.decode import MAX_DATAGRAM, DecodeError, enter, integer
from guywire.errors import GuywireError

AUTH, PRIV, REPORTABLE = 1, 2, 4
LARGEST_INTEGER = 0x7FFF_FFFF
_SEQUENCE, _OCTETS = 0x30, 0x04
_USM = 3
_SMALLEST_MESSAGE = 484  # RFC 3412, section 6.2
_LONGEST_USER, _LONGEST_CONTEXT = 32, 255
ENGINE_LENGTHS = range(5, 33)
"""Of an SnmpEngineID, RFC 3411."""


Reason = Literal[
    "usm_bad_header",
    "usm_other_model",
    "usm_discovery",
    "usm_unknown_engine",
    "usm_unknown_user",
    "usm_level",
    "usm_wrong_digest",
    "usm_time_window",
    "usm_decryption",
    "usm_replayed",
    "usm_too_many_engines",
]


class UsmError(GuywireError):
    """A message that is not believed; `reason` says why, for counting."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


class Message(msgspec.Struct, frozen=True, gc=False):
    """What the header says. `engine` is the authoritative one's id.

    `mac` and `salt` are msgAuthenticationParameters and msgPrivacyParameters; `..._at` are places in the datagram.
    """

    id: int
    flags: int
    engine: bytes
    boots: int
    time: int
    user: bytes
    mac_at: int
    mac: bytes
    salt: bytes
    scoped_at: int

    @property
    def level(self) -> int:
        """AUTH and PRIV."""
        return self.flags & (AUTH | PRIV)


class Scoped(msgspec.Struct, frozen=True, gc=False):
    """A scoped PDU (RFC 3412, section 6.8) in `plain` from `at` to `end`; its PDU's tag stands at `pdu_at`."""

    plain: bytes
    at: int
    pdu_at: int
    end: int


def parse(data: bytes) -> Message:
    """Raises `UsmError`, `DecodeError`, and IndexError for what is cut off."""
    if len(data) > MAX_DATAGRAM:
        raise DecodeError("too_long")
    at, end = enter(data, 0, len(data), _SEQUENCE)
    if end != len(data):
        raise UsmError("usm_bad_header")
    at, version = integer(data, at, end)
    if version != 3:
        raise DecodeError("unknown_version")
    at, stop = enter(data, at, end, _SEQUENCE)
    number, flags = _header(data, at, stop)
    at, scoped_at = enter(data, stop, end, _OCTETS)
    at, stop = enter(data, at, scoped_at, _SEQUENCE)
    start, at = enter(data, at, stop, _OCTETS)
    engine = data[start:at]
    at, boots = _in_range(data, at, stop, 0)
    at, time = _in_range(data, at, stop, 0)
    start, at = enter(data, at, stop, _OCTETS)
    user = data[start:at]
    mac_at, mac_end = enter(data, at, stop, _OCTETS)
    salt_at, at = enter(data, mac_end, stop, _OCTETS)
    if len(user) > _LONGEST_USER or at != stop or stop != scoped_at:
        raise UsmError("usm_bad_header")
    mac, salt = data[mac_at:mac_end], data[salt_at:at]
    return Message(number, flags, engine, boots, time, user, mac_at, mac, salt, scoped_at)


def open_scoped(plain: bytes, at: int, end: int) -> Scoped:
    """The scoped PDU at `at`; what follows it is padding (RFC 3414, section 8.1.1.3). Raises as `parse` does."""
    start, stop = enter(plain, at, end, _SEQUENCE)
    for longest in (ENGINE_LENGTHS.stop - 1, _LONGEST_CONTEXT):
        name_at, start = enter(plain, start, stop, _OCTETS)
        if start - name_at > longest:
            raise DecodeError("bad_length")
    return Scoped(plain, at, start, stop)


def encrypted(data: bytes, message: Message) -> bytes:
    """The ciphertext of a message. Raises as `parse` does."""
    start, stop = enter(data, message.scoped_at, len(data), _OCTETS)
    return data[start:stop]


def _header(data: bytes, at: int, stop: int) -> tuple[int, int]:
    """msgID and msgFlags."""
    at, number = _in_range(data, at, stop, 0)
    at, _ = _in_range(data, at, stop, _SMALLEST_MESSAGE)
    start, at = enter(data, at, stop, _OCTETS)
    if at - start != 1:
        raise UsmError("usm_bad_header")
    flags = data[start]
    at, model = _in_range(data, at, stop, 1)
    if model != _USM:
        raise UsmError("usm_other_model")
    if flags & PRIV and not flags & AUTH:
        raise UsmError("usm_bad_header")
    return number, flags


def _in_range(data: bytes, at: int, stop: int, least: int) -> tuple[int, int]:
    at, number = integer(data, at, stop)
    if not least <= number <= LARGEST_INTEGER:
        raise UsmError("usm_bad_header")
    return at, number
