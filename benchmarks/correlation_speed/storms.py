"""What the correlator is fed, from a seed: a province of trees and feeders, and storms of several kinds over it.

A storm is a `Storm`: what stands before, and the batches of 50 that are measured. Times are the network's own, 5,000
events a second, so that windows and holds behave as they would live.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple

import msgspec

from benchmarks.storm import devices
from guywire.demo.faults import DISCHARGING, DOOR, HEAT, LOW_VOLTAGE, MAINS, RADIO, RECTIFIERS
from guywire.inventory.model import Inventory, Link, PowerFeed, Site
from guywire.model import AlarmEvent, Severity
from guywire.stream.protocol import EVENTS_PER_BATCH

SITES = 2_500
CITIES = 8
FEEDER = "F0"
FEEDER_SITES = 200
PER_SECOND = 5_000
_PER_HUB = 25
_SEED = 20261122
_CONSEQUENCES = ("battery-discharging", "battery-low-voltage", "load-disconnect", "base-station-down")
_WIRE = {
    MAINS.name: "mains-failure",
    DISCHARGING.name: "battery-discharging",
    LOW_VOLTAGE.name: "battery-low-voltage",
    HEAT.name: "high-temperature",
    DOOR.name: "door-open",
    RECTIFIERS.name: "rectifier-failure",
    RADIO.name: "link-down",
}
_AT_A_SITE = ("smoke", "door-open", "high-temperature", "fan-failure", "tower-light-failure")

Batch = Sequence[AlarmEvent]


class Storm(NamedTuple):
    """`before` stands when it begins; `batches` is what is measured; `there` makes the inventory."""

    before: list[Batch]
    batches: list[Batch]
    there: Callable[[], Inventory]


def inventory() -> Inventory:
    """Hubs under one gateway a city, 24 sites under each hub; the first 200 leaves hang on one feeder."""
    sites: dict[str, Site] = {}
    links: dict[str, Link] = {}
    fed = 0
    for number in range(SITES):
        place = number // CITIES
        hub = place % _PER_HUB == 0
        feeds = not hub and fed < FEEDER_SITES
        fed += feeds
        sites[site(number)] = Site(
            site(number), f"Site {number}", 31.0, 121.0, f"province/city-{number % CITIES}/area", "A" if hub else "B",
            ("t1", "t2"), 4.0, FEEDER if feeds else "", "Asia/Shanghai",
        )  # fmt: skip
        up = number % CITIES if hub else (place - place % _PER_HUB) * CITIES + number % CITIES
        if up != number:
            link = Link(f"L{number}", site(up), site(number), "microwave", f"to-{number}", "radio-1")
            links[link.link_id] = link
    return Inventory(sites=sites, links=links, power_feeds={FEEDER: PowerFeed(FEEDER, "Feeder 0")})


def site(number: int) -> str:
    return f"S{number}"


def flaps(count: int, start: datetime) -> Storm:
    """2,000 radios whose ports go down and up by turns, one after the other, as in the benchmark of traps."""
    return Storm([], batched(_flaps(count, start)), inventory)


def feeder(count: int, start: datetime) -> Storm:
    """200 sites of one feeder lose mains, then run down step by step, and everything heals; once more and again."""
    return Storm([], batched(islice(_feeder(start), count)), inventory)


def standing(count: int, start: datetime) -> Storm:
    """10,000 alarms stand in 500 incidents, a hub's broken link each time; then single events trickle in anywhere."""
    before = batched(_islands(start, islands=500, members=20))
    return Storm(before, batched(_trickle(count, start + timedelta(seconds=60))), inventory)


def giant(count: int, start: datetime) -> Storm:
    """One incident of 2,000 members, a feeder with ten alarms at each of its sites, into which more events come."""
    sites = [number for number, one in enumerate(inventory().sites.values()) if one.power_feed]
    before = [
        _event(start + timedelta(milliseconds=place), number, "power", "mains-failure")
        for place, number in enumerate(sites)
    ]
    kinds = [(resource, kind) for kind in ("battery-discharging",) for resource in (f"string-{n}" for n in range(9))]
    later = [(number, resource, kind) for resource, kind in kinds for number in sites]
    before += [_event(start + timedelta(seconds=60, milliseconds=place), *one) for place, one in enumerate(later)]
    chance = random.Random(_SEED)
    more = (
        _event(
            start + timedelta(seconds=120 + place / PER_SECOND), *later[chance.randrange(len(later))],
            clears=chance.random() < 0.5,
        )
        for place in range(count)
    )  # fmt: skip
    return Storm(batched(before), batched(more), inventory)


def noise(count: int, start: datetime) -> Storm:
    """Traps that no profile knows, from 1,000 senders that nobody knows; each with its datagram."""
    chance = random.Random(_SEED)
    strangers = (_stranger(chance, start + timedelta(seconds=place / PER_SECOND)) for place in range(count))
    return Storm([], batched(strangers), inventory)


def wire(count: int, start: datetime) -> Storm:
    """The storm of `benchmarks.storm` as the collector would tell it: faults with effects, repeats and clears."""
    return Storm(
        [], batched(_of_wire(said, start) for said in devices.storm(count, count / PER_SECOND)), devices.province
    )


STORMS: dict[str, Callable[[int, datetime], Storm]] = {
    "flaps": flaps,
    "feeder": feeder,
    "standing": standing,
    "giant": giant,
    "noise": noise,
    "wire": wire,
}


def batched(events: Iterable[AlarmEvent]) -> list[Batch]:
    rest = iter(events)
    return list(iter(lambda: tuple(islice(rest, EVENTS_PER_BATCH)), ()))


def _flaps(count: int, start: datetime) -> Iterator[AlarmEvent]:
    devices = [number for number in range(SITES) if number // CITIES % _PER_HUB][:2_000]
    for place in range(count):
        turn, device = divmod(place, len(devices))
        at = start + timedelta(seconds=place / PER_SECOND)
        yield _event(at, devices[device], "radio-1", "link-down", clears=turn % 2 == 1, qualifier="eth1")


def _feeder(start: datetime) -> Iterator[AlarmEvent]:
    sites = [number for number, one in enumerate(inventory().sites.values()) if one.power_feed]
    kinds = ("mains-failure", *_CONSEQUENCES)
    at = start
    while True:
        for clears in (False, True):
            for kind in kinds:
                for place, number in enumerate(sites):
                    yield _event(at + timedelta(milliseconds=20 * place), number, "power", kind, clears=clears)
                at += timedelta(minutes=45)


def _islands(start: datetime, islands: int, members: int) -> Iterator[AlarmEvent]:
    """Each at five sites of its own: mains failed, and what follows from that."""
    for island in range(islands):
        home = SITES - 1 - island
        yield _event(start, home, "power", "mains-failure")
        for member in range(members - 1):
            yield _event(start + timedelta(seconds=20), home, f"string-{member}", "battery-discharging")


def _trickle(count: int, start: datetime) -> Iterator[AlarmEvent]:
    """New alarms, repeats of old ones, and clears, a third of each."""
    chance = random.Random(_SEED)
    for place in range(count):
        at = start + timedelta(seconds=place / PER_SECOND)
        number = SITES - 1 - chance.randrange(500)
        if place % 3 == 0:
            yield _event(at, number, f"unit-{chance.randrange(4)}", chance.choice(_AT_A_SITE))
        else:
            yield _event(at, number, f"string-{chance.randrange(19)}", "battery-discharging", clears=place % 3 == 1)


def _stranger(chance: random.Random, at: datetime) -> AlarmEvent:
    sender = f"10.{chance.randrange(4)}.0.{chance.randrange(250)}"
    return AlarmEvent(
        at=at,
        received_at=at,
        site="",
        resource=f"unidentified:{sender}",
        alarm_type="unidentified",
        qualifier=f"1.3.6.1.4.1.99999.1.{chance.randrange(5)}",
        severity=Severity.INDETERMINATE,
        source=sender,
        details={"1.3.6.1.4.1.99999.2.1": chance.randbytes(12).hex()},
        raw=chance.randbytes(150),
    )


def _of_wire(said: devices.Said, start: datetime) -> AlarmEvent:
    told = _WIRE[said.fault.name]
    resource = devices.port(said.site) if said.fault is RADIO else "fsu"
    at = start + timedelta(seconds=said.at)
    return msgspec.structs.replace(
        _event(at, said.site, resource, told, clears=not said.raised),
        domain=f"province/city-{said.site // 250}",
        source=devices.address(said.site, said.fault is RADIO),
    )


def _event(
    at: datetime, number: int, resource: str, alarm_type: str, *, clears: bool = False, qualifier: str = ""
) -> AlarmEvent:
    return AlarmEvent(
        at=at,
        received_at=at,
        site=site(number),
        resource=resource,
        alarm_type=alarm_type,
        qualifier=qualifier,
        severity=Severity.CLEARED if clears else Severity.MAJOR,
        text=f"{alarm_type} on {resource}",
        domain=f"province/city-{number % CITIES}",
        source=f"127.20.{number // 250}.{number % 250 + 1}",
        details={"ifIndex": qualifier or "1", "ifAdminStatus": "up", "ifOperStatus": "down", "ifDescr": resource},
    )
