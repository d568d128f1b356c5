"""SNMP messages for tests, encoded by pysnmp and pyasn1: no line is shared with the decoder that they exercise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyasn1.codec.ber import encoder
from pysnmp.proto.api import v1, v2c

VarBind = tuple[str, str, Any]
"""OID, name of a type in `TYPES`, value."""

TYPES = {
    "integer": v2c.Integer32,
    "octets": v2c.OctetString,
    "oid": v2c.ObjectIdentifier,
    "ip": v2c.IpAddress,
    "counter32": v2c.Counter32,
    "gauge32": v2c.Gauge32,
    "ticks": v2c.TimeTicks,
    "counter64": v2c.Counter64,
    "opaque": v2c.Opaque,
    "null": v2c.Null,
}


def v2_message(
    trap: str, varbinds: Sequence[VarBind] = (), *, inform: bool = False, request_id: int = 1, uptime: int = 100
) -> bytes:
    """A v2c trap or inform: sysUpTime, snmpTrapOID, then the varbinds."""
    pdu = v2c.InformRequestPDU() if inform else v2c.SNMPv2TrapPDU()
    v2c.apiPDU.set_defaults(pdu)
    v2c.apiPDU.set_request_id(pdu, request_id)
    v2c.apiPDU.set_varbinds(
        pdu,
        [
            (v2c.ObjectIdentifier("1.3.6.1.2.1.1.3.0"), v2c.TimeTicks(uptime)),
            (v2c.ObjectIdentifier("1.3.6.1.6.3.1.1.4.1.0"), v2c.ObjectIdentifier(trap)),
            *((v2c.ObjectIdentifier(oid), value_of(kind, value)) for oid, kind, value in varbinds),
        ],
    )
    return _message(v2c, pdu)


def v1_message(
    enterprise: str, agent: str, generic: int, specific: int, varbinds: Sequence[VarBind] = (), uptime: int = 100
) -> bytes:
    """A v1 trap (RFC 1157)."""
    pdu = v1.TrapPDU()
    v1.apiTrapPDU.set_defaults(pdu)
    v1.apiTrapPDU.set_enterprise(pdu, v1.ObjectIdentifier(enterprise))
    v1.apiTrapPDU.set_agent_address(pdu, v1.IpAddress(agent))
    v1.apiTrapPDU.set_generic_trap(pdu, generic)
    v1.apiTrapPDU.set_specific_trap(pdu, specific)
    v1.apiTrapPDU.set_timestamp(pdu, uptime)
    v1.apiTrapPDU.set_varbinds(
        pdu, [(v1.ObjectIdentifier(oid), _V1_TYPES[kind](value)) for oid, kind, value in varbinds]
    )
    return _message(v1, pdu)


def value_of(kind: str, value: Any) -> Any:
    return TYPES[kind]("" if kind == "null" else value)


_V1_TYPES = {
    "integer": v1.Integer,
    "octets": v1.OctetString,
    "oid": v1.ObjectIdentifier,
    "ip": v1.IpAddress,
    "counter32": v1.Counter,
    "gauge32": v1.Gauge,
    "ticks": v1.TimeTicks,
}


def _message(api: Any, pdu: Any) -> bytes:
    message = api.Message()
    api.apiMessage.set_defaults(message)
    api.apiMessage.set_community(message, "public")
    api.apiMessage.set_pdu(message, pdu)
    return bytes(encoder.encode(message))
