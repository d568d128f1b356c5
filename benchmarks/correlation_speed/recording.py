"""A seeded recording for `guywire replay`: one day of a large network, as CSV inventory and `events.jsonl`.

20,000 sites: gateways with hubs in a ring under them, leaves under the hubs, forty sites a feed. The faults of the
day are drawn by their share of the events: devices that flap (30 %), cut links with all that falls silent behind them
(20 %), feeds (10 %), single mains failures with what follows (15 %), small things that stand by themselves (25 %). What
stands is said again every few minutes; 2 % of the clears are lost, 1 % of the lines come twice, 5 % late by up to four
minutes.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec

from guywire.inventory.csv_files import write_inventory
from guywire.inventory.model import Inventory, Link, PowerFeed, Site

START = datetime(2026, 11, 21, tzinfo=UTC)
PER_HUB = 25
PER_FEED = 40
_PER_CITY = 250
_DAY = 86_400.0
_SEED = 20261122
_LOST_CLEARS = 0.02
_TWICE = 0.01
_LATE = 0.05
_LATE_SECONDS = 240.0
_SMALL = (
    ("shelter", "door-open", "minor"),
    ("aircon-1", "aircon-failure", "major"),
    ("shelter", "high-temperature", "major"),
    ("fan-2", "fan-failure", "minor"),
    ("tower", "tower-light-failure", "minor"),
    ("rectifier-1", "rectifier-failure", "major"),
    ("sensor-3", "sensor-failure", "warning"),
)


class Said(NamedTuple):
    """One line to be: seconds into the day, and what is said of what."""

    at: float
    site: int
    resource: str
    alarm_type: str
    severity: str


class Written(NamedTuple):
    """What stands in the folder: lines, and how many of them are raises, repeats and clears."""

    lines: int
    mix: Counter[str]


def write(folder: Path, events: int, sites: int = 20_000) -> Written:
    """Writes `inventory/` and `events.jsonl` into the folder, the same for the same numbers."""
    write_inventory(inventory(sites), folder / "inventory")
    chance = random.Random(_SEED)
    said = sorted(_as_it_arrives(chance, list(_day(chance, events, sites))))[:events]
    with (folder / "events.jsonl").open("wb") as file:
        for _, one in said:
            file.write(_line(one))
    return Written(len(said), _mix(one for _, one in said))


def inventory(sites: int) -> Inventory:
    """Cities of 250: a gateway, nine hubs each linked to it and in a ring with the next, 24 leaves on each hub."""
    places: dict[str, Site] = {}
    links: dict[str, Link] = {}
    for number in range(sites):
        hub = number % PER_HUB == 0
        places[_name(number)] = Site(
            _name(number), f"Site {number}", 31.0 + number % 97 / 100, 121.0 + number % 89 / 100,
            f"province/city-{number // _PER_CITY}/area-{number // PER_HUB % 10}", "A" if hub else "B",
            ("t1", "t2"), 4.0, f"F{number // PER_FEED}", "Asia/Shanghai",
        )  # fmt: skip
        for above in uplinks(number, sites):
            link = Link(f"L{above}-{number}", _name(above), _name(number), "microwave", f"to-{number}", f"from-{above}")
            links[link.link_id] = link
    feeds = {f"F{feed}": PowerFeed(f"F{feed}", f"Feeder {feed}") for feed in range(sites // PER_FEED + 1)}
    return Inventory(sites=places, links=links, power_feeds=feeds)


def uplinks(number: int, sites: int) -> Iterator[int]:
    gateway = number - number % _PER_CITY
    if number % PER_HUB:
        yield number - number % PER_HUB
    elif number != gateway:
        yield gateway
        ring = number // PER_HUB % 2  # every other hub has a second way, over the one before it
        if ring == 0 and number - PER_HUB != gateway and number < sites:
            yield number - PER_HUB


def _day(chance: random.Random, events: int, sites: int) -> Iterator[Said]:
    """Faults until there are events enough, each kind up to its share."""
    for share, fault in _FAULTS:
        made = 0
        while made < events * share:
            for one in fault(chance, sites, chance.uniform(0, _DAY)):
                made += 1
                yield one


def _flapping(chance: random.Random, sites: int, at: float) -> Iterator[Said]:
    site = chance.randrange(sites)
    kind = chance.choice(("link-degraded", "port-down", "link-down"))
    for turn in range(2 * chance.randint(5, 60)):
        yield Said(at, site, f"from-{site - site % PER_HUB}", kind, "cleared" if turn % 2 else "major")
        at += chance.expovariate(1 / 30)


def _cut(chance: random.Random, sites: int, at: float) -> Iterator[Said]:
    """A hub's only link, or the gateway's end of it, and all that is heard of the sites behind it."""
    hub = chance.randrange(sites // PER_HUB) * PER_HUB
    over = at + chance.uniform(600, 14_400)
    gateway = hub - hub % _PER_CITY
    yield from _standing(chance, Said(at, gateway, f"to-{hub}", "link-down", "critical"), over)
    for site in range(hub, min(hub + PER_HUB, sites)):
        for resource, kind in (("fsu", "fsu-offline"), ("bts-1", "base-station-down"), ("bts-2", "base-station-down")):
            began, ended = at + chance.uniform(5, 120), over + chance.uniform(5, 300)
            yield from _standing(chance, Said(began, site, resource, kind, "critical"), ended)


def _feed(chance: random.Random, sites: int, at: float) -> Iterator[Said]:
    first = chance.randrange(sites // PER_FEED) * PER_FEED
    lasts = chance.uniform(600, 10_800)
    for site in range(first, first + PER_FEED):
        yield from _without_mains(chance, site, at + chance.uniform(0, 90), lasts)


def _mains(chance: random.Random, sites: int, at: float) -> Iterator[Said]:
    yield from _without_mains(chance, chance.randrange(sites), at, chance.lognormvariate(8.5, 0.9))


def _without_mains(chance: random.Random, site: int, at: float, lasts: float) -> Iterator[Said]:
    over = at + lasts
    yield from _standing(chance, Said(at, site, "power", "mains-failure", "major"), over, 900)
    yield from _standing(chance, Said(at + 20, site, "battery-1", "battery-discharging", "minor"), over + 30, 900)
    if lasts > 3 * 3600:
        low, off = at + 3 * 3600, at + 3.5 * 3600
        yield from _standing(chance, Said(low, site, "battery-1", "battery-low-voltage", "major"), over + 600)
        yield from _standing(chance, Said(off, site, "power", "load-disconnect", "critical"), over + 300)
        yield from _standing(chance, Said(off + 10, site, "bts-1", "base-station-down", "critical"), over + 400)


def _small(chance: random.Random, sites: int, at: float) -> Iterator[Said]:
    resource, kind, severity = chance.choice(_SMALL)
    raised = Said(at, chance.randrange(sites), resource, kind, severity)
    yield from _standing(chance, raised, at + chance.lognormvariate(7.5, 1.0), 600)


_FAULTS: tuple[tuple[float, Callable[[random.Random, int, float], Iterator[Said]]], ...] = (
    (0.30, _flapping),
    (0.20, _cut),
    (0.10, _feed),
    (0.15, _mains),
    (0.25, _small),
)


def _standing(chance: random.Random, raised: Said, over: float, again: float = 0.0) -> Iterator[Said]:
    """A raise, the same again every so many seconds (0: never), and most times a clear."""
    yield raised
    at = raised.at + again
    while again and at < min(over, _DAY):
        yield raised._replace(at=at)
        at += again
    if chance.random() >= _LOST_CLEARS:
        yield raised._replace(at=over, severity="cleared")


def _as_it_arrives(chance: random.Random, said: list[Said]) -> Iterator[tuple[float, Said]]:
    for one in said:
        late = chance.uniform(0, _LATE_SECONDS) if chance.random() < _LATE else 0.0
        yield one.at + late, one
        if chance.random() < _TWICE:
            yield one.at + late + chance.uniform(0, 5), one


def _mix(said: Iterator[Said]) -> Counter[str]:
    """In the order of arrival: a raise of what stands is a repeat, a clear of what does not is one, too."""
    standing: set[tuple[int, str, str]] = set()
    mix: Counter[str] = Counter()
    for one in said:
        key = (one.site, one.resource, one.alarm_type)
        clears = one.severity == "cleared"
        mix["repeat" if clears != (key in standing) else "clear" if clears else "raise"] += 1
        (standing.discard if clears else standing.add)(key)
    return mix


def _line(one: Said) -> bytes:
    told = {
        "at": START + timedelta(milliseconds=round(one.at * 1000)),
        "site": _name(one.site),
        "resource": one.resource,
        "alarm_type": one.alarm_type,
        "qualifier": "",
        "severity": one.severity,
        "text": f"{one.alarm_type} on {one.resource}",
    }
    return msgspec.json.encode(told) + b"\n"


def _name(number: int) -> str:
    return f"S{number}"
