"""Calendars taken over into the rota: what an import adds, changes and takes back, and what refuses it whole."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from guywire.commands.rota import ImportRota, PutRotaEntry, RotaLine
from tests.integration.dispatch_world import NOW, World, minutes


def hours(count: float) -> datetime:
    return minutes(60 * count)


async def duty_rows(world: World) -> list[tuple[str, str]]:
    query = "SELECT technician, kind FROM views.rota_entry WHERE taken_back_at IS NULL ORDER BY technician, kind, since"
    return [(row["technician"], row["kind"]) for row in await world.rows(query)]


def line(uid: str, kind: str, start: float, length: float = 8, technician: str = "B") -> RotaLine:
    return RotaLine(uid=uid, technician=technician, kind=kind, since=hours(start), until=hours(start + length))


def calendar(*lines: RotaLine, **more: Any) -> ImportRota:
    return ImportRota(source="ics", since=NOW, until=hours(24 * 366), lines=lines, **more)


async def test_an_import_adds_changes_and_takes_back_what_it_no_longer_names(world: World) -> None:
    said = await world.ask(calendar(line("a", "leave", 24), line("b", "standby", 48), within="p/c"))
    assert (said["entries"], said["added"], said["region"]) == (2, 2, "p/c")
    said = await world.ask(calendar(line("a", "leave", 25), line("c", "extra", 72), within="p/c"), minutes(1))
    assert [said[name] for name in ("added", "changed", "taken_back", "version")] == [1, 1, 1, 2]
    again = await world.ask(calendar(line("a", "leave", 25), line("c", "extra", 72), within="p/c"), minutes(2))
    assert [again[name] for name in ("added", "changed", "taken_back")] == [0, 0, 0]
    assert await duty_rows(world) == [("B", "extra"), ("B", "leave")]
    back = await world.ask(calendar(line("b", "standby", 48), within="p/c"), minutes(3))
    assert [back[name] for name in ("added", "changed", "taken_back")] == [1, 0, 2]


async def test_calendars_of_two_areas_do_not_touch_each_other_and_by_hand_stays(world: World) -> None:
    await world.ask(PutRotaEntry(technician="B", kind="leave", since=hours(24), until=hours(30)))
    await world.ask(calendar(line("a", "leave", 48), within="p/c"))
    await world.ask(calendar(within="p/d"))
    await world.ask(calendar())
    assert len(await duty_rows(world)) == 2


async def test_one_bad_line_refuses_the_whole_import(world: World) -> None:
    good = line("a", "leave", 24)
    refusals = {
        "technician_not_found": (calendar(good, line("b", "leave", 24, technician="nobody")), "b: there is no"),
        "no_such_kind": (calendar(good, line("b", "given", 24)), "b: 'given'"),
        "ends_before_it_begins": (calendar(good, line("b", "leave", 24, 0)), "b: it ends"),
        "beyond_your_region": (calendar(good, within="p/d"), "a: B works outside p/d"),
        "source_missing": (msgspec.structs.replace(calendar(good), source=" "), "Name the calendar"),
    }
    for reason, (command, words) in refusals.items():
        said = await world.ask(command)
        assert (said["reason"], words in said["message"]) == (reason, True), said
    assert await duty_rows(world) == []
