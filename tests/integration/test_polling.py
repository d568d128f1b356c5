"""Polling as a whole, over real packets: many devices, dead ones and bad ones among them, to events for the keeper."""

from __future__ import annotations

import asyncio
import signal
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from guywire.model import AlarmEvent
from tests.integration.polled_devices import (
    UPTIME,
    Behaviour,
    Device,
    Devices,
    Oid,
    Value,
    a_ups,
    address,
    integer,
    oid,
    ticks,
)
from tests.integration.polling_world import (
    NO_DATABASE,
    Listener,
    data_folder,
    polling,
    polling_process,
    tell_inventory,
    ups,
)
from tests.integration.test_polling_agents import garbage, in_circles, of_another, without_end
from tests.integration.wire_collector_process import eventually

ON_BATTERY: dict[Oid, Value] = {oid("1.3.6.1.2.1.33.1.4.1.0"): integer(5)}
ON_MAINS: dict[Oid, Value] = {oid("1.3.6.1.2.1.33.1.4.1.0"): integer(3)}
BATTERY_BAD = "1.3.6.1.2.1.33.1.6.3.1"
FAST: dict[str, object] = {
    "interval_seconds": 0.5,
    "timeout_seconds": 0.2,
    "back_off_seconds": 1,
    "device_seconds": 1.0,
    "rows_at_most": 100,
}
MAINS_FAILURE = ("ups-1", "mains-failure", "", "major")
MAINS_BACK = ("ups-1", "mains-failure", "", "cleared")


def alarm_row(number: int, alarm: str) -> dict[Oid, Value | None]:
    """A row of upsAlarmTable: upsAlarmDescr is an OID."""
    content = bytes([0x2B, *(int(arc) for arc in alarm.split(".")[2:])])
    return {oid(f"1.3.6.1.2.1.33.1.6.2.1.2.{number}"): (0x06, content)}


async def test_fifty_devices_with_dead_and_bad_ones_among_them_are_all_asked_on_time(tmp_path: Path) -> None:
    bad: dict[str, Behaviour] = dict(
        zip((address(number) for number in range(4)), (in_circles, without_end, of_another, garbage), strict=True)
    )
    good = {address(number): Device(a_ups()).answer for number in range(10, 50)}  # 4 to 9 are dead
    with Devices(bad | good) as served:
        equipment = [ups(f"S{number}", f"{address(number)}:{served.port}") for number in range(50)]
        data_folder(tmp_path, equipment, FAST | {"at_once": 20, "probes_at_once": 2})
        async with polling(tmp_path) as keeper:
            living = [row.address for row in equipment[10:]]
            await eventually(lambda: all(len(keeper.contacts(one, answered=True)) >= 6 for one in living))
            dead = [row.address for row in equipment[4:10]]
            await eventually(lambda: all(keeper.contacts(one, answered=False) for one in dead))
    turns = [len(keeper.contacts(one, answered=True)) for one in living]
    assert max(turns) - min(turns) <= 2, "each has its turn about as often as any other"
    assert not any(keeper.contacts(one, answered=True) for one in dead)
    assert keeper.count("polls_troubled") > 0
    assert keeper.count("polls") == sum(len(catch.contacts) for catch in keeper.catches)
    assert keeper.events == []


async def test_a_device_that_goes_on_battery_is_an_alarm_until_it_is_back_on_mains(tmp_path: Path) -> None:
    device = Device(a_ups())
    with Devices({address(0): device.answer}) as served:
        data_folder(tmp_path, [ups("S1", f"{address(0)}:{served.port}")], FAST)
        async with polling(tmp_path) as keeper:
            await eventually(lambda: keeper.count("polls") >= 2)
            device.set(ON_BATTERY)
            await eventually(lambda: MAINS_FAILURE in keeper.told, keeper.words)
            device.set(ON_MAINS)
            await eventually(lambda: MAINS_BACK in keeper.told, keeper.words)
    assert keeper.told == [MAINS_FAILURE, MAINS_BACK]
    (raised, _) = keeper.events
    assert (raised.site, raised.domain, raised.baseline) == ("S1", "sh/pudong", False)


async def test_what_the_very_first_poll_finds_is_baseline_and_a_restart_makes_no_second_one(
    tmp_path: Path,
) -> None:
    device = Device(a_ups() | ON_BATTERY)
    with Devices({address(0): device.answer}) as served:
        data_folder(tmp_path, [ups("S1", f"{address(0)}:{served.port}")], FAST)
        async with polling(tmp_path) as first:
            await eventually(lambda: first.told == [MAINS_FAILURE])
        async with polling(tmp_path) as second:
            await eventually(lambda: second.told == [MAINS_FAILURE])
    assert first.events[0].baseline
    assert not second.events[0].baseline


async def test_rows_of_the_alarm_table_are_raised_and_cleared_when_the_traps_got_lost(tmp_path: Path) -> None:
    device = Device(a_ups() | {UPTIME: ticks(100)})
    with Devices({address(0): device.answer}) as served:
        data_folder(tmp_path, [ups("S1", f"{address(0)}:{served.port}")], FAST | {"resync_seconds": 0.6})
        async with polling(tmp_path) as keeper:
            await eventually(lambda: keeper.count("polls") >= 2)
            device.set(alarm_row(1, BATTERY_BAD))
            await eventually(lambda: len(keeper.events) == 1, keeper.words)
            device.set(dict.fromkeys(alarm_row(1, BATTERY_BAD)))
            await eventually(lambda: len(keeper.events) == 2, keeper.words)
    assert [one[1] for one in keeper.told] == ["battery-failure", "battery-failure"]
    assert [one.clears for one in keeper.events] == [False, True]
    assert keeper.events[0].identity == keeper.events[1].identity


async def test_a_device_that_was_silent_is_read_in_full_as_soon_as_it_answers(tmp_path: Path) -> None:
    device = Device(a_ups())
    answers: dict[str, Behaviour] = {address(0): device.answer}
    with Devices(answers) as served:
        row = ups("S1", f"{address(0)}:{served.port}")
        data_folder(tmp_path, [row], FAST)
        async with polling(tmp_path) as keeper:
            await eventually(lambda: bool(keeper.contacts(row.address, answered=True)))
            served.devices.clear()
            await eventually(lambda: len(keeper.contacts(row.address, answered=False)) >= 2)
            device.set(alarm_row(1, BATTERY_BAD))
            served.devices |= answers
            await eventually(lambda: bool(keeper.events), keeper.words)
    assert keeper.told[0][1] == "battery-failure"


async def test_a_restarted_agent_is_told_and_what_the_keeper_refuses_is_handed_over_again(tmp_path: Path) -> None:
    device, keeper = Device(a_ups()), Listener()
    with Devices({address(0): device.answer}) as served:
        data_folder(tmp_path, [ups("S1", f"{address(0)}:{served.port}")], FAST | {"restart_stands_seconds": 100})
        async with polling(tmp_path, keeper=keeper):
            await eventually(lambda: keeper.count("polls") >= 1)
            keeper.refuses = True
            device.set({UPTIME: ticks(500)})
            asked = device.asked
            await eventually(lambda: device.asked > asked + 20)
            keeper.refuses = False
            await eventually(lambda: len(keeper.events) == 1)
            device.set({UPTIME: ticks(20_000)})
            await eventually(lambda: len(keeper.events) == 2)
    assert [one[1:] for one in keeper.told] == [("device-restart", "", "warning"), ("device-restart", "", "cleared")]


async def test_equipment_that_comes_goes_or_changes_its_credential_is_polled_accordingly(tmp_path: Path) -> None:
    with Devices({address(number): Device(a_ups()).answer for number in range(3)}) as served:
        rows = [ups(f"S{number}", f"{address(number)}:{served.port}") for number in range(3)]
        data_folder(tmp_path, [rows[0], ups("S1", rows[1].address, credential="unheard-of")], FAST)
        async with polling(tmp_path) as keeper:
            await eventually(lambda: bool(keeper.contacts(rows[0].address, answered=True)))
            tell_inventory(tmp_path, rows[1:])
            await eventually(lambda: all(keeper.contacts(row.address, answered=True) for row in rows[1:]))
            keeper.catches.clear()
            await eventually(lambda: keeper.count("polls") >= 6)
            assert not keeper.contacts(rows[0].address, answered=True)


async def test_equipment_without_sensors_is_asked_whether_it_is_there(tmp_path: Path) -> None:
    device = Device({UPTIME: ticks(4711)})
    with Devices({address(0): device.answer}) as served:
        row = ups("S1", f"{address(0)}:{served.port}", profile="", credential="old")
        data_folder(tmp_path, [row], FAST)
        async with polling(tmp_path) as keeper:
            await eventually(lambda: len(keeper.contacts(row.address, answered=True)) >= 3)
    moments = keeper.contacts(row.address, answered=True)
    assert all(after - before > timedelta(seconds=0.3) for before, after in pairwise(moments))
    assert keeper.events == []


async def test_the_poller_as_the_keeper_starts_it_hands_over_and_ends_when_told_to(tmp_path: Path) -> None:
    keeper, device = Listener(), Device(a_ups() | ON_BATTERY)
    with Devices({address(0): device.answer}) as served:
        data_folder(tmp_path, [ups("S1", f"{address(0)}:{served.port}")], FAST)
        async with polling_process(tmp_path, NO_DATABASE, keeper) as process:
            await eventually(lambda: keeper.told == [MAINS_FAILURE], lambda: (tmp_path / "log").read_text())
            process.send_signal(signal.SIGTERM)
            code = await asyncio.to_thread(process.wait, 20)
    assert code == 0
    assert isinstance(keeper.events[0], AlarmEvent)
