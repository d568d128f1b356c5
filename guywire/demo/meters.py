"""Meters at some of the province's sites: agents on loopback that answer SNMP polls with what the world measures there.

OIDs are facts of HUAWEI-SITE-MONITOR-MIB. Encoded by pysnmp, so that the demo never shares a line with the collector.
"""

from __future__ import annotations

import asyncio
import math
from bisect import bisect_right
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import cast

from pyasn1.codec.ber import decoder, encoder
from pysnmp.proto.api import v2c

from guywire.demo.snmp import COMMUNITY, snmp_value
from guywire.demo.world import World
from guywire.inventory import Inventory, Resource, Site

METER = "meter-1"
CREDENTIAL = "meters"
ASKED_EVERY_SECONDS = 10
CREDENTIALS_TOML = f'[{CREDENTIAL}]\nversion = "2c"\ncommunity = "{COMMUNITY}"\n'
POLICY_TOML = f"[polling]\ninterval_seconds = {ASKED_EVERY_SECONDS}\n"

_HOST = 4
_MOST_ROWS = 50
_LOAD_KW = 2.0
_SITE = "1.3.6.1.4.1.2011.6.164.1"
_UPTIME = (1, 3, 6, 1, 2, 1, 1, 3, 0)
_ROW = "1"

Oid = tuple[int, ...]
Reading = int | str


def with_meters(inventory: Inventory, sites: Iterable[str], port: int) -> Inventory:
    """The inventory with a meter at each of the sites, beside its controller's address, to be asked on `port`."""
    meters = {(site, METER): _meter(inventory.resources[site, "fsu"], port) for site in sites}
    return replace(inventory, resources={**inventory.resources, **meters})


def _meter(controller: Resource, port: int) -> Resource:
    address = f"{controller.address.rpartition('.')[0]}.{_HOST}:{port}"
    return replace(controller, resource=METER, kind="controller", address=address, credential=CREDENTIAL)


@asynccontextmanager
async def answering_meters(inventory: Inventory, world: World) -> AsyncIterator[None]:
    """Every meter of the inventory answers inside the block; one that no path connects does not."""
    loop = asyncio.get_running_loop()
    with ExitStack() as transports:
        for (site, resource), meter in inventory.resources.items():
            if resource == METER:
                host, _, port = meter.address.partition(":")
                agent = partial(_Agent, partial(read_meter, world, inventory.sites[site]))
                transport, _ = await loop.create_datagram_endpoint(agent, (host, int(port)))
                transports.callback(transport.close)
        yield


def read_meter(world: World, site: Site) -> Mapping[Oid, Reading] | None:
    """What the meter of a site shows now, by OID; None where nothing comes through."""
    if not world.reaches(site.site_id):
        return None
    left = world.battery_left(site.site_id)
    sway = math.sin(world.now / 23.0 + site.latitude * 100)
    charge = 1.0 if left is None else left
    volts = 53.5 + 0.1 * sway if left is None else 50.5 - 6.5 * math.pow(1 - left, 1.5)
    mains = 0.0 if world.mains_is_away(site.site_id) else 2300 + 25 * sway
    heat = 26 + sway + 8 * (1 - charge)
    return {
        _UPTIME: int(world.now * 100),
        **_column("6.1.3", volts * 10, row="0"),
        **_column("6.1.4", (site.load_kw or _LOAD_KW) * 1000 / volts, row="0"),
        **_column("6.1.7", 580, row="0"),
        **_column("6.1.8", 460, row="0"),
        **_column("4.4.1.1.2", "1"),
        **_column("4.4.1.1.3", "Battery 1"),
        **_column("4.4.2.1.3", 1000 * charge),
        **_column("4.4.2.1.6", 10 * (heat - 2)),
        **_column("5.2.1.1.2", "1"),
        **_column("5.2.1.1.3", "Mains"),
        **{key: value for phase in "456" for key, value in _column(f"5.2.1.1.{phase}", mains).items()},
        **_column("8.2.1.1.2", "1"),
        **_column("8.2.1.1.3", "Shelter"),
        **_column("8.2.1.1.4", heat),
    }


def _column(place: str, value: float | str, row: str = _ROW) -> dict[Oid, Reading]:
    oid = tuple(map(int, f"{_SITE}.{place}.{row}".split(".")))
    return {oid: value if isinstance(value, str) else round(value)}


class _Agent(asyncio.DatagramProtocol):
    def __init__(self, read: Callable[[], Mapping[Oid, Reading] | None]) -> None:
        self._read = read

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        if (readings := self._read()) is not None:
            cast("asyncio.DatagramTransport", self._transport).sendto(answer(data, readings), address)


def answer(request: bytes, readings: Mapping[Oid, Reading]) -> bytes:
    """The response to an SNMPv2c get, get-next or get-bulk (RFC 3416)."""
    message, _ = decoder.decode(request, asn1Spec=v2c.Message())
    response = v2c.apiMessage.get_response(message)
    v2c.apiPDU.set_varbinds(v2c.apiMessage.get_pdu(response), _found(v2c.apiMessage.get_pdu(message), readings))
    return bytes(encoder.encode(response))


def _found(pdu: object, readings: Mapping[Oid, Reading]) -> list[tuple[object, object]]:
    bulk = isinstance(pdu, v2c.GetBulkRequestPDU)
    asked = [tuple(oid) for oid, _ in (v2c.apiBulkPDU if bulk else v2c.apiPDU).get_varbinds(pdu)]
    if isinstance(pdu, v2c.GetRequestPDU):
        return [(v2c.ObjectIdentifier(oid), _value(oid, readings) or v2c.NoSuchInstance("")) for oid in asked]
    rows = min(_MOST_ROWS, int(v2c.apiBulkPDU.get_max_repetitions(pdu))) if bulk else 1
    known = sorted(readings)
    return [pair for oid in asked for pair in _after(oid, rows, known, readings)]


def _after(oid: Oid, rows: int, known: list[Oid], readings: Mapping[Oid, Reading]) -> list[tuple[object, object]]:
    start = bisect_right(known, oid)
    following = known[start : start + rows]
    found = [(v2c.ObjectIdentifier(one), _value(one, readings)) for one in following]
    return (
        found
        if len(found) == rows
        else [*found, (v2c.ObjectIdentifier((following or [oid])[-1]), v2c.EndOfMibView(""))]
    )


def _value(oid: Oid, readings: Mapping[Oid, Reading]) -> object | None:
    if (value := readings.get(oid)) is None:
        return None
    return v2c.TimeTicks(value) if oid == _UPTIME else snmp_value(value)
