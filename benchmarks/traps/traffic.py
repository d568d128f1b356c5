"""What the benchmark's devices say, from a seed: datagrams of several kinds, and an inventory that knows them.

Encoded once by pysnmp as models; every datagram is a model with another request-id, so that each inform is a new one.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from collectors.places import Equipment, Snapshot
from tests.unit.collectors.snmp_messages import VarBind, v1_message, v2_message

DEVICES = 2_000
"""So many that 10,000 traps a second stay under what the storm guard lets each device say."""

_SEED = 20261122
_MODELS = 1_000
_FIRST_REQUEST = 1 << 24  # four bytes wide, as are those behind it
_REQUEST_AT = b"\x02\x04" + _FIRST_REQUEST.to_bytes(4, "big")
_IF = "1.3.6.1.2.1.2.2.1"
_UPS = "1.3.6.1.2.1.33"
_HUAWEI = "1.3.6.1.4.1.2011.6.164"
_KINDS = ("link", "ups", "link", "site", "ups", "site", "link", "link", "site", "ups")
_TEXTS = ("Rectifier 2 failure", "市电停电", "Battery string 1 low voltage", "DC output low", "Door open")


class Datagram(NamedTuple):
    """What is sent, from where, and whether its sender wants an answer."""

    source: str
    data: bytes
    inform: bool


class _Model(NamedTuple):
    kind: str
    data: bytes
    request_at: int


def address(device: int) -> str:
    """The loopback address of a device."""
    return f"127.20.{device // 250}.{device % 250 + 1}"


def snapshot() -> Snapshot:
    """An inventory of `DEVICES` devices in eight cities: radios, UPSs, site monitors with a rectifier each."""
    equipment: list[Equipment] = []
    for device in range(DEVICES):
        site = f"S{device}"
        match _kind(device):
            case "link":
                equipment.append(Equipment(site, "radio-1", "microwave", address(device), "if-mib"))
            case "ups":
                equipment.append(Equipment(site, "ups-1", "ups", address(device), "ups-mib"))
            case _:
                equipment.append(
                    Equipment(site, "fsu", "controller", address(device), "huawei-site-monitor-mib"),
                )
                equipment.append(Equipment(site, "rectifier-1", "rectifier", monitored_by="fsu"))
    return Snapshot(1, {f"S{device}": f"province/city-{device % 8}" for device in range(DEVICES)}, equipment)


def datagrams(count: int) -> Iterator[Datagram]:
    """The first `count` of an endless row, the same in every run. One in a hundred is of an unknown trap and sender."""
    chance = random.Random(_SEED)
    models = _models(chance)
    for number in range(count):
        device = number % DEVICES
        unknown = chance.random() < 0.01
        model = chance.choice(models["unknown" if unknown else _kind(device)])
        source = address(DEVICES + device) if unknown else address(device)
        yield Datagram(source, _numbered(model, number), model.kind == "inform")


def _kind(device: int) -> str:
    return _KINDS[device % len(_KINDS)]


def _models(chance: random.Random) -> dict[str, list[_Model]]:
    per_kind = _MODELS // 4
    link = [_link(chance, inform=number % 10 == 0) for number in range(per_kind)]
    return {
        "link": link,
        "ups": [_ups(chance) for _ in range(per_kind)],
        "site": [_site(chance) for _ in range(per_kind)],
        "unknown": [_unknown(chance) for _ in range(per_kind // 10)],
    }


def _link(chance: random.Random, *, inform: bool) -> _Model:
    port = chance.randint(1, 48)
    varbinds: Sequence[VarBind] = [
        (f"{_IF}.1.{port}", "integer", port),
        (f"{_IF}.7.{port}", "integer", 1),
        (f"{_IF}.8.{port}", "integer", chance.randint(1, 2)),
        (f"{_IF}.2.{port}", "octets", f"eth{port}".encode()),
    ]
    return _v2("inform" if inform else "trap", f"1.3.6.1.6.3.1.1.5.{chance.randint(3, 4)}", varbinds, chance)


def _ups(chance: random.Random) -> _Model:
    if chance.random() < 0.5:
        varbinds: Sequence[VarBind] = [
            (f"{_UPS}.1.2.3.0", "integer", chance.randint(1, 240)),
            (f"{_UPS}.1.2.2.0", "integer", chance.randint(1, 7200)),
            (f"{_UPS}.1.9.7.0", "integer", 2),
        ]
        specific = 1
    else:
        alarm = chance.randint(1, 20)
        varbinds = [
            (f"{_UPS}.1.6.2.1.1.{alarm}", "integer", alarm),
            (f"{_UPS}.1.6.2.1.2.{alarm}", "oid", f"{_UPS}.1.6.3.{alarm}"),
        ]
        specific = chance.randint(3, 4)
    data = v1_message(f"{_UPS}.2", "0.0.0.0", 6, specific, varbinds, uptime=chance.getrandbits(31))
    return _Model("trap", data, 0)


def _site(chance: random.Random) -> _Model:
    varbinds: Sequence[VarBind] = [
        (f"{_HUAWEI}.1.1.2.2.0", "integer", chance.getrandbits(20)),
        (f"{_HUAWEI}.1.3.2.1.1.2.2.1", "octets", b"002'%03d" % chance.randint(1, 6)),
        (f"{_HUAWEI}.1.1.2.100.1.2.1", "octets", chance.choice(_TEXTS).encode()),
        (f"{_HUAWEI}.1.1.2.100.1.3.1", "integer", chance.randint(1, 4)),
        (f"{_HUAWEI}.1.1.1.2.0", "octets", b"tower site %d" % chance.randint(1, 500)),
    ]
    return _v2("trap", f"{_HUAWEI}.2.1.0.{chance.randint(1, 4)}", varbinds, chance)


def _unknown(chance: random.Random) -> _Model:
    varbinds: Sequence[VarBind] = [
        (f"1.3.6.1.4.1.99999.2.{n}", "octets", chance.randbytes(12).hex().encode()) for n in (1, 2)
    ]
    return _v2("trap", f"1.3.6.1.4.1.99999.1.{chance.randint(1, 50)}", varbinds, chance)


def _v2(kind: str, trap: str, varbinds: Sequence[VarBind], chance: random.Random) -> _Model:
    data = v2_message(trap, varbinds, inform=kind == "inform", request_id=_FIRST_REQUEST, uptime=chance.getrandbits(31))
    return _Model(kind, data, data.index(_REQUEST_AT) + 2)


def _numbered(model: _Model, number: int) -> bytes:
    """The model as another message; a v1 trap has no number."""
    if not model.request_at:
        return model.data
    at = model.request_at
    return model.data[:at] + (_FIRST_REQUEST + number).to_bytes(4, "big") + model.data[at + 4 :]
