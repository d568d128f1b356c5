"""What an event carries besides its alarm: how many it stands for, baseline, its datagram; and what the watch says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from alarm_correlation.policy import shipped_policy
from alarm_correlation.watch import Look, events_of
from alarm_correlation.write import set_aside
from guywire.commands import ClearAlarm
from guywire.model import AlarmEvent
from tests.integration.correlation_world import World, at, batch, event, new_world


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    world = await new_world(database_url)
    yield world
    await world.connection.close()


def changed(told: AlarmEvent, **fields: Any) -> AlarmEvent:
    return msgspec.structs.replace(told, **fields)


async def test_counts_add_up_through_repeats_late_events_and_restarts(world: World) -> None:
    await world.hear(changed(event(0, "N", "smoke"), count=40), event(5, "N", "smoke"))
    await world.again(6)
    await world.hear(changed(event(700, "N", "smoke"), count=7), changed(event(2, "N", "smoke"), count=3))
    await world.again(701)
    await world.hear(changed(event(702, "N", "smoke", clears=True), count=2))
    sums = await world.one(
        "SELECT (SELECT sum(count) FROM correlation.alarm) AS counted,"
        " (SELECT sum(count) FROM correlation.alarm_event WHERE alarm_id IS NOT NULL) AS told"
    )
    assert (sums["counted"], sums["told"]) == (53, 53)
    assert [alarm.occurrence.count for alarm in world.correlator.state.alarms.values()] == [53]


async def test_a_baseline_is_shown_and_opens_no_ticket_until_it_comes_back(world: World) -> None:
    await world.hear(changed(event(0, "N", "smoke"), baseline=True))
    await world.again(60)
    await world.tick(61)
    alarm = await world.one("SELECT state, baseline FROM views.alarm")
    assert (alarm["state"], alarm["baseline"]) == ("active", True)
    assert await world.rows("SELECT id FROM views.ticket") == []
    await world.hear(event(70, "N", "smoke", clears=True))
    await world.again(80)
    await world.hear(event(90, "N", "smoke"))
    assert (await world.one("SELECT baseline FROM views.alarm"))["baseline"] is False
    assert (await world.one("SELECT incident FROM views.ticket"))["incident"] == "I1"


async def test_the_newest_datagrams_of_an_unknown_trap_are_kept_while_it_stands(world: World) -> None:
    def unknown(number: int) -> AlarmEvent:
        told = event(number, "", "unidentified", resource="unidentified:10.0.0.9")
        return changed(told, raw=b"datagram %d" % number, source="10.0.0.9")

    await world.hear(*(unknown(number) for number in range(40)))
    await world.hear(*(unknown(number) for number in range(40, 80)), event(80, "N", "smoke"))
    kept = await world.rows("SELECT * FROM views.kept_trap ORDER BY received_at")
    assert [bytes(row["raw"]) for row in kept] == [b"datagram %d" % number for number in range(30, 80)]
    assert {(row["alarm"], row["collector"], row["source"]) for row in kept} == {("A1", "col", "10.0.0.9")}
    await world.ask(ClearAlarm(alarm="A1"), 90)
    assert await world.rows("SELECT * FROM views.kept_trap") == []


async def test_what_ends_by_its_age_stays_so_through_a_restart_and_comes_back(world: World) -> None:
    await world.hear(event(0, "N", "device-restart"))
    await world.again(3000)
    await world.tick(3601)
    alarm = await world.one("SELECT * FROM views.alarm")
    assert (alarm["state"], alarm["cleared_by"], alarm["cleared_at"]) == ("cleared", "age", at(3600))
    before = world.correlator.state.saved()
    await world.again(3601)
    assert world.correlator.state.saved() == before
    await world.hear(event(3700, "N", "device-restart"))
    alarm = await world.one("SELECT * FROM views.alarm")
    assert (alarm["id"], alarm["state"], alarm["count"]) == ("A1", "active", 2)
    await world.again(8000)
    assert (await world.one("SELECT cleared_at FROM views.alarm"))["cleared_at"] == at(7300), "found at the start"


async def test_a_silent_collector_is_a_critical_alarm_of_its_own_written_once(world: World) -> None:
    policy = shipped_policy().collector

    async def say(look: Look, seconds: float) -> None:
        await world.correlator.cycle(world.connection, [], at(seconds), own=list(events_of(look, policy, at(seconds))))

    await world.hear(event(0, "N", "door-open"))
    assert world.correlator.silent({"col"}) == set()
    await say(Look(frozenset({"col", "north"}), frozenset()), 40)
    await world.again(50)
    assert world.correlator.silent({"col", "north"}) == {"col", "north"}
    alarm = await world.one("SELECT * FROM views.alarm WHERE resource = 'collector:col'")
    assert (alarm["severity"], alarm["site"], alarm["domain"]) == ("critical", None, "unassigned")
    await say(Look(frozenset(), frozenset({"col"})), 60)
    assert world.correlator.silent({"col", "north"}) == {"north"}
    places = await world.rows(
        "SELECT seq FROM correlation.alarm_event WHERE collector = 'alarm_correlation' ORDER BY seq"
    )
    assert [row["seq"] for row in places] == [1, 2, 3]
    assert {row["collector"] for row in await world.rows("SELECT collector FROM correlation.high_water")} == {"col"}


async def test_an_event_that_is_set_aside_is_kept_whole_and_passed_over(world: World) -> None:
    poison = changed(event(0, "N", "smoke"), text="a\0b")
    await set_aside(world.connection, batch(1, poison), "ValueError: a\0b", datetime.now(UTC))
    await world.again(1)
    await world.correlator.cycle(world.connection, [batch(1, poison, event(1, "N", "door-open"))], at(1))
    assert [row["alarm_type"] for row in await world.rows("SELECT alarm_type FROM views.alarm")] == ["door-open"]
    kept = await world.one("SELECT * FROM correlation.poison_event")
    assert (msgspec.msgpack.decode(kept["event"], type=AlarmEvent), kept["reason"]) == (poison, "ValueError: ab")


async def test_events_follow_their_alarm_when_a_late_one_cuts_it_in_two_or_joins_two(world: World) -> None:
    async def told() -> list[tuple[float, str | None]]:
        rows = await world.rows("SELECT at, alarm_id FROM correlation.alarm_event ORDER BY resource, at")
        return [((row["at"] - at(0)).total_seconds(), row["alarm_id"]) for row in rows]

    await world.hear(event(5, "N", "smoke", resource="b", clears=True))
    await world.hear(event(0, "N", "smoke", resource="a"), event(700, "N", "smoke", resource="a"))
    await world.hear(event(100, "N", "smoke", resource="a", clears=True), seconds=701)
    assert await told() == [(0, "A1"), (100, "A1"), (700, "A2"), (5, None)]
    await world.hear(event(350, "N", "smoke", resource="a"), seconds=702)
    assert await told() == [(0, "A1"), (100, "A1"), (350, "A1"), (700, "A1"), (5, None)]
    await world.hear(event(2, "N", "smoke", resource="b"), seconds=703)
    assert (await told())[4:] == [(2, "A3"), (5, "A3")], "the clear that came first had no alarm until now"
