"""What the storm's devices say, from a seed: faults of 10,000 sites with effects, repeats and clears, as SNMPv2c.

A quarter of the datagrams each: feeders that lose mains with all that discharges behind them, hubs whose radio goes and
takes the sites below with it, small things that stand by themselves, and radios that flap. What stands is said again.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from benchmarks.correlation_speed.recording import PER_FEED, PER_HUB, inventory, uplinks
from benchmarks.traps.traffic import Datagram
from guywire.demo.faults import DISCHARGING, DOOR, HEAT, LOAD_SHED, LOW_VOLTAGE, MAINS, RADIO, RECTIFIERS, Fault, Signal
from guywire.demo.snmp import encode_trap
from guywire.inventory.model import Inventory, Resource

SITES = 10_000
PROBES = 200
"""The last sites take no part in the storm: each has one fault of its own in the middle of it."""

PROBE = LOAD_SHED
_SEED = 20261122
_FIRST_REQUEST = 1 << 24  # four bytes wide, as are those behind it
_REQUEST_AT = b"\x02\x04" + _FIRST_REQUEST.to_bytes(4, "big")
_SMALL = (DOOR, HEAT, RECTIFIERS, LOW_VOLTAGE)


class Said(NamedTuple):
    """At a second of the storm a site says that a fault is there, or gone. `port` is its radio's."""

    at: float
    site: int
    fault: Fault
    raised: bool


Story = Callable[[random.Random, float], Iterator[Said]]


def address(site: int, radio: bool) -> str:
    """The loopback address of a site's controller, or of its radio."""
    return f"127.{30 + radio}.{site // 250}.{site % 250 + 1}"


def province() -> Inventory:
    """Sites as in the recording, each with a controller and a radio that speak."""
    speaking = [resource for number in range(SITES) for resource in _speaking(number)]
    return replace(inventory(SITES), resources={(one.site_id, one.resource): one for one in speaking})


def _speaking(number: int) -> Iterator[Resource]:
    yield Resource(f"S{number}", "fsu", "controller", address(number, False), "huawei-site-monitor-mib")
    yield Resource(f"S{number}", port(number), "microwave", address(number, True), "if-mib")


def storm(count: int, seconds: float) -> list[Said]:
    """So many things said, in order of time, the same for the same numbers."""
    chance = random.Random(_SEED)
    said: list[Said] = []
    for tell in (_feeder, _hub, _small, _flaps):
        share: list[Said] = []
        while len(share) < count // 4:
            share += tell(chance, chance.uniform(0, 0.9 * seconds))
        said += sorted(share, key=_when)[: count // 4]
    return sorted(said, key=_when)


def mix(said: Sequence[Said]) -> Counter[str]:
    """How many raises, repeats and clears these are; a clear of what does not stand is a repeat of one."""
    standing: set[tuple[int, str]] = set()
    found: Counter[str] = Counter()
    for one in said:
        key = (one.site, one.fault.name)
        found["repeat" if one.raised == (key in standing) else "raise" if one.raised else "clear"] += 1
        (standing.add if one.raised else standing.discard)(key)
    return found


def datagrams(said: Sequence[Said]) -> list[Datagram]:
    """Each as it leaves its device, every one with a request-id of its own."""
    return [datagram(number, one.site, one.fault, one.raised) for number, one in enumerate(said)]


def datagram(number: int, site: int, fault: Fault, raised: bool) -> Datagram:
    data, at = _model(fault, raised)
    numbered = data[:at] + (_FIRST_REQUEST + number).to_bytes(4, "big") + data[at + 4 :]
    return Datagram(address(site, fault is RADIO), numbered, False)


@cache
def _model(fault: Fault, raised: bool) -> tuple[bytes, int]:
    signal = Signal("", "", fault, raised)
    data = encode_trap(_FIRST_REQUEST, signal.trap_oid, signal.varbinds, 4711)
    return data, data.index(_REQUEST_AT) + 2


def _when(one: Said) -> float:
    return one.at


def _feeder(chance: random.Random, at: float) -> Iterator[Said]:
    feed = chance.randrange(_quiet() // PER_FEED)
    for site in range(feed * PER_FEED, (feed + 1) * PER_FEED):
        began = at + chance.uniform(0, 2)
        over = began + chance.uniform(5, 60)
        yield from _stands(chance, site, MAINS, began, over)
        yield from _stands(chance, site, DISCHARGING, began + 0.5, over + 0.5)


def _hub(chance: random.Random, at: float) -> Iterator[Said]:
    """The hub's radio, and of the sites below the radio again and what they lose with it."""
    hub = chance.randrange(_quiet() // PER_HUB) * PER_HUB
    over = at + chance.uniform(5, 60)
    for site in range(hub, hub + PER_HUB):
        yield from _stands(chance, site, RADIO, at + chance.uniform(0, 1), over + chance.uniform(0, 2))


def _small(chance: random.Random, at: float) -> Iterator[Said]:
    yield from _stands(chance, chance.randrange(_quiet()), chance.choice(_SMALL), at, at + chance.uniform(5, 60))


def _flaps(chance: random.Random, at: float) -> Iterator[Said]:
    site = chance.randrange(_quiet())
    for turn in range(2 * chance.randint(2, 10)):
        yield Said(at, site, RADIO, turn % 2 == 0)
        at += chance.expovariate(1)


def _stands(chance: random.Random, site: int, fault: Fault, at: float, over: float) -> Iterator[Said]:
    """Said, said again every ten seconds or so, and most times taken back."""
    while at < over:
        yield Said(at, site, fault, True)
        at += chance.uniform(8, 12)
    if chance.random() < 0.9:
        yield Said(over, site, fault, False)


def _quiet() -> int:
    return SITES - max(PROBES, PER_HUB)


def port(number: int) -> str:
    """The resource that ends the site's own link, so that its radio cuts it off."""
    above = next(uplinks(number, SITES), None)
    return "radio" if above is None else f"from-{above}"
