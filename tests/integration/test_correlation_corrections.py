"""A correction is in the database with its effect, and a restart keeps to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from guywire.commands import CorrectRoot, MoveAlarm, WithdrawCorrection
from tests.integration.correlation_world import World, event, new_world


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    world = await new_world(database_url)
    yield world
    await world.connection.close()


async def test_a_moved_alarm_stays_where_it_was_put_over_a_restart_until_that_is_withdrawn(world: World) -> None:
    await world.hear(event(0, "G", "link-down", resource="to-N"), event(5, "N", "site-unreachable"))
    await world.hear(event(10, "L", "high-temperature"))
    moved = await world.ask(MoveAlarm(alarm="A3", incident="I1", comment="one and the same digger"), 20)
    assert (moved["id"], moved["incident"], moved["cause_reason"]) == ("A3", "I1", "put under link-down by ann")
    await world.again(30)
    await world.hear(event(40, "L", "aircon-failure"))
    assert (await world.one("SELECT incident FROM views.alarm WHERE id = 'A3'"))["incident"] == "I1"
    said = await world.one("SELECT * FROM views.correction")
    assert (said["kind"], said["cause_alarm"], said["made_by"], said["comment"]) == (
        "under", "A1", "ann", "one and the same digger",
    )  # fmt: skip
    taken_back = await world.ask(WithdrawCorrection(correction="C1"), 50, actor="bo")
    assert (taken_back["id"], taken_back["withdrawn_by"]) == ("C1", "bo")
    assert (await world.one("SELECT cause_alarm FROM views.alarm WHERE id = 'A3'"))["cause_alarm"] == "A4"


async def test_a_confirmed_root_says_by_whom_and_leaves_an_audit_row(world: World) -> None:
    await world.hear(event(0, "N", "mains-failure"), event(60, "N", "battery-discharging"))
    answer = await world.ask(CorrectRoot(incident="I1", alarm="A1"), 70)
    assert (answer["id"], answer["root"]["alarm"], answer["root"]["confirmed_by"]) == ("I1", "A1", "ann")
    audit = await world.one("SELECT * FROM core.audit WHERE action = 'CorrectRoot'")
    assert (audit["actor"], audit["object_kind"], audit["object_id"]) == ("ann", "incident", "I1")
    await world.again(80)
    assert (await world.one("SELECT root FROM views.incident"))["root"]["confirmed_by"] == "ann"
