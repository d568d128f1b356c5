"""One storm from a seed: province, faults, what follows, what is heard; as inventory, recorded lines and the truth."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from benchmarks.correlation.family import Family
from benchmarks.correlation.faults import KINDS
from benchmarks.correlation.hearing import Report, hear
from benchmarks.correlation.province import Province, make_province
from benchmarks.correlation.reach import cut_off
from benchmarks.correlation.silence import notice
from benchmarks.correlation.truth import Truth
from benchmarks.correlation.world import Cause, World
from guywire.catalogue import CATALOGUE
from guywire.inventory.csv_files import write_inventory

EPOCH = datetime(2026, 11, 21, tzinfo=UTC)
TICK = 15.0
"""Seconds between ticks in the recording: time goes on when nothing is heard."""
_CALM = 3600.0


class Storm(NamedTuple):
    """`reports` in the order of their receipt, of so many that were `sent`; times in seconds since `EPOCH`."""

    family: str
    seed: int
    province: Province
    truth: Truth
    reports: list[Report]
    sent: int


def make_storm(family: Family, seed: int, sites: int | None = None, faults: int | None = None) -> Storm:
    """The same family, seed and sizes give the same storm."""
    chance = Random(f"{family.name}/{seed}")
    world = World(family, make_province(family, chance, sites), chance)
    _break_things(world, faults or chance.randint(*family.mix.faults))
    away = cut_off(world.province, world.dead_sites, world.cut_cables)
    notice(world, away)
    occurrences, reports, sent = hear(world, away)
    return Storm(family.name, seed, world.province, Truth(world.faults, occurrences), reports, sent)


def lines(storm: Storm) -> Iterator[dict[str, Any]]:
    """The recording as `events.jsonl` has it, with ticks between the events."""
    tick = 0.0
    for report in storm.reports:
        while tick < report.received:
            yield {"kind": "tick", "at": moment(tick)}
            tick += TICK
        yield _line(report)
    for place in range(int(_CALM / TICK)):
        yield {"kind": "tick", "at": moment(tick + place * TICK)}


def moment(seconds: float) -> datetime:
    """A time of the storm as the recording has it; seconds before the storm are before `EPOCH`."""
    return EPOCH + timedelta(milliseconds=round(seconds * 1000))


def seconds(at: datetime) -> float:
    return (at - EPOCH).total_seconds()


def write_storm(storm: Storm, directory: Path) -> None:
    """Inventory, events.jsonl and truth.json, for a look by hand or a run of `guywire replay`."""
    write_inventory(storm.province.inventory, directory / "inventory")
    with (directory / "events.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(line, default=lambda at: at.isoformat()) + "\n" for line in lines(storm))
    faults = [fault._asdict() for fault in storm.truth.faults.values()]
    (directory / "truth.json").write_text(json.dumps(faults, indent=1), "utf-8")


def _line(report: Report) -> dict[str, Any]:
    site, resource, alarm_type, qualifier = report.identity
    return {
        "at": moment(report.at),
        "received_at": moment(report.received),
        "site": site,
        "resource": resource,
        "alarm_type": alarm_type,
        "qualifier": qualifier,
        "severity": "cleared" if report.clears else CATALOGUE[alarm_type].severity.value,
    }


def _break_things(world: World, wanted: int) -> None:
    mix, chance = world.family.mix, world.chance
    within = mix.within.draw(chance)
    tries = 0
    while len(world.faults) < wanted and tries < 40 * wanted:
        tries += 1
        kind = chance.choices(list(mix.kinds), list(mix.kinds.values()))[0]
        number = len(world.faults) + 1
        site = _place(world)
        fault = KINDS[kind](Cause(world, number), site, chance.uniform(60, 60 + within))
        if fault is not None:
            world.faults[number] = fault


def _place(world: World) -> str:
    """A site for the next fault: anywhere, or where another fault is, or next to it."""
    mix, chance, province = world.family.mix, world.chance, world.province
    known = [fault.place for fault in world.faults.values() if fault.place in province.traits]
    luck = chance.random()
    if known and luck < mix.same_site:
        return chance.choice(known)
    if known and luck < mix.same_site + mix.neighbour and (near := province.neighbours(chance.choice(known))):
        around = [site for site in near if site not in province.gateways]
        return chance.choice(around or province.leaves)
    return chance.choice(province.hubs if chance.random() < 0.15 else province.leaves)
