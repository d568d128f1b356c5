"""The same question asked of pysnmp and pyasn1: is this datagram a notification, and what does it say?"""

from __future__ import annotations

from typing import Any, NamedTuple

from pyasn1.codec.ber import decoder
from pyasn1.error import PyAsn1Error
from pysnmp.proto import api
from pysnmp.proto.error import ProtocolError

_V1, _V2C = 0, 1


class Notification(NamedTuple):
    """`varbinds` as (dotted OID, value): an integer, bytes, a dotted OID, or None for what has no value."""

    version: int
    inform: bool
    varbinds: list[tuple[str, int | bytes | str | None]]


def reference(data: bytes) -> Notification | str:
    """What pysnmp makes of a datagram of v1 or v2c; in its own words why not, where it refuses or breaks down."""
    try:
        version = int(api.decodeMessageVersion(data))
        if version not in (_V1, _V2C):
            return "another version"
        module = api.PROTOCOL_MODULES[version]
        message, _ = decoder.decode(data, asn1Spec=module.Message())
        pdu = module.apiMessage.get_pdu(message)
        kinds = (
            {module.TrapPDU: False} if version == _V1 else {module.SNMPv2TrapPDU: False, module.InformRequestPDU: True}
        )
        inform = next((inform for kind, inform in kinds.items() if pdu.isSameTypeWith(kind())), None)
        if inform is None:
            return "no notification"
        of = module.apiTrapPDU if version == _V1 else module.apiPDU
        return Notification(version, inform, [(str(name), _plain(value)) for name, value in of.get_varbinds(pdu)])
    except (PyAsn1Error, ProtocolError, TypeError, IndexError, OverflowError) as error:  # of some, pyasn1 breaks down
        return repr(error)


def _plain(value: Any) -> int | bytes | str | None:
    kind = type(value).__name__
    if kind in ("Null", "NoSuchObject", "NoSuchInstance", "EndOfMibView"):
        return None
    if kind == "ObjectIdentifier":
        return str(value)
    if kind in ("OctetString", "IpAddress", "Opaque", "NetworkAddress"):
        return bytes(value)
    return int(value)
