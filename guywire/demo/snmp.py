"""What the province's devices send: SNMPv2c traps, each from the device's own loopback address.

Encoded by pysnmp, so that the demo never shares a line with the collector that it exercises.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from contextlib import closing

from pyasn1.codec.ber import encoder
from pysnmp.proto.api import v2c

COMMUNITY = "public"
_TRAP_ADDRESS = "1.3.6.1.6.3.18.1.3.0"

Value = int | str | tuple[int, ...]
"""An integer, a text, or (a tuple of arcs) an object identifier."""

VarBind = tuple[str, Value]


class Sender:
    """Sends traps to one collector; a fresh socket for each source address and trap, as devices reboot and roam."""

    def __init__(self, collector: tuple[str, int]) -> None:
        self._collector = collector
        self._request_id = 0

    def send(
        self, source: str, trap_oid: str, varbinds: Sequence[VarBind], uptime: int, on_behalf_of: str = ""
    ) -> None:
        """One trap from `source`; with `on_behalf_of` it carries snmpTrapAddress, as a forwarding manager does."""
        self._request_id += 1
        message = encode_trap(self._request_id, trap_oid, varbinds, uptime, on_behalf_of)
        with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as device:
            device.bind((source, 0))
            device.sendto(message, self._collector)


def encode_trap(
    request_id: int, trap_oid: str, varbinds: Sequence[VarBind], uptime: int, on_behalf_of: str = ""
) -> bytes:
    """An SNMPv2c trap datagram (RFC 3416); `uptime` in hundredths of a second."""
    pdu = v2c.SNMPv2TrapPDU()
    v2c.apiTrapPDU.set_defaults(pdu)
    v2c.apiTrapPDU.set_request_id(pdu, request_id)
    bindings = [
        (v2c.apiTrapPDU.sysUpTime, v2c.TimeTicks(uptime)),
        (v2c.apiTrapPDU.snmpTrapOID, v2c.ObjectIdentifier(trap_oid)),
        *((v2c.ObjectIdentifier(oid), snmp_value(value)) for oid, value in varbinds),
    ]
    if on_behalf_of:
        bindings.append((v2c.ObjectIdentifier(_TRAP_ADDRESS), v2c.IpAddress(on_behalf_of)))
    v2c.apiTrapPDU.set_varbinds(pdu, bindings)
    message = v2c.Message()
    v2c.apiMessage.set_defaults(message)
    v2c.apiMessage.set_community(message, COMMUNITY)
    v2c.apiMessage.set_pdu(message, pdu)
    return bytes(encoder.encode(message))


def snmp_value(value: Value) -> object:
    """As SNMP types have it."""
    match value:
        case int():
            return v2c.Integer32(value)
        case str():
            return v2c.OctetString(value.encode())
        case _:
            return v2c.ObjectIdentifier(value)
