"""Calls for help and the watch over who works alone, in dispatch's batches: who is told, when, and how it ends."""

from __future__ import annotations

import pytest

from dispatch.visits.policy import shipped_policy
from guywire import inbox
from guywire.commands import Position, ReportPositions, WithdrawWorkOrder
from guywire.commands.visits import AnswerSos, EndSos, EndWatch, RaiseSos, StartWatch
from guywire.database import Connection
from tests.integration.dispatch_world import NOW, World, minutes
from tests.integration.field_phone import notices, on_site


@pytest.fixture
async def world(connection: Connection) -> World:
    return await on_site(connection)


async def near_position(world: World, technician: str) -> None:
    fix = Position(at=NOW, latitude=31.21, longitude=121.0)
    await world.ask(ReportPositions(technician=technician, positions=(fix,)))


async def test_a_call_for_help_reaches_the_manager_and_mates_near_and_ends_with_a_reason(world: World) -> None:
    await near_position(world, "A")
    sos = await world.ask(RaiseSos(person="B", at=NOW, latitude=31.2, longitude=121.0, text="fell from the ladder"))
    assert (sos["told"], sos["work_order"], sos["raised_by"]) == (["A", "M1"], "W1", "person")
    for person in ("A", "M1"):
        [told] = await notices(world, person, "sos")
        assert told["urgent"]
        assert "31.20000, 121.00000" in told["words"]["en"]
    again = await world.ask(RaiseSos(person="B", at=minutes(1), latitude=31.3, longitude=121.0), minutes(1))
    assert (again["id"], again["latitude"], again["text"]) == (sos["id"], 31.3, "fell from the ladder")
    assert len(await notices(world, "M1", "sos")) == 1
    assert (await world.ask(EndSos(person="B", reason=" ")))["reason"] == "reason_missing"
    ended = await world.ask(EndSos(person="B", reason="only a scratch"), minutes(2))
    assert ended["end_reason"] == "only a scratch"
    assert [one["void_at"] is None for one in await notices(world, "M1", "sos")] == [False]
    assert "only a scratch" in (await notices(world, "M1", "sos_news"))[0]["words"]["en"]
    assert (await world.ask(EndSos(person="B", reason="again")))["reason"] == "no_sos"


async def test_the_response_centre_takes_a_call_in_hand_and_ends_it(world: World) -> None:
    sos = await world.ask(RaiseSos(person="B", at=NOW))
    answered = await world.ask(AnswerSos(sos=sos["id"], text="the ambulance is on its way"), actor="zhou")
    assert answered["answered_by"] == "zhou"
    [told] = await notices(world, "B", "sos_news")
    assert "ambulance" in told["words"]["en"]
    assert (await world.ask(EndSos(sos=sos["id"], reason="in hospital"), actor="zhou"))["ended_by"] == "zhou"
    assert (await world.ask(AnswerSos(sos=sos["id"])))["reason"] == "wrong_state"


async def test_a_watch_without_a_sign_reminds_first_and_then_calls_for_help_by_itself(world: World) -> None:
    await near_position(world, "B")
    await world.ask(StartWatch(person="B", minutes=30, work_order="W1"))
    assert await world.rows("SELECT id, until FROM views.watch") == [{"id": "B", "until": minutes(30)}]
    outcome = await world.batch(minutes(29))
    assert outcome.next_at <= minutes(30)
    assert await notices(world, "B", "watch") == []
    outcome = await world.batch(minutes(30))
    assert len(await notices(world, "B", "watch")) == 1
    grace = shipped_policy().watch.grace_minutes
    assert outcome.next_at <= minutes(30 + grace)
    await world.batch(minutes(30 + grace - 1))
    assert await world.rows("SELECT * FROM dispatch.sos") == []
    await world.batch(minutes(30 + grace))
    [sos] = await world.rows("SELECT * FROM views.sos")
    assert (sos["person"], sos["raised_by"], sos["latitude"], sos["told"]) == ("B", "watch", 31.21, ["M1"])
    await world.batch(minutes(40))
    assert len(await world.rows("SELECT * FROM dispatch.sos")) == 1
    assert await world.rows("SELECT * FROM dispatch.watch") == []


async def test_a_sign_of_life_starts_the_watch_anew_and_takes_the_reminder_down(world: World) -> None:
    await world.ask(StartWatch(person="B", minutes=30))
    await world.batch(minutes(31))
    await world.ask(StartWatch(person="B", minutes=30), minutes(33))
    await world.batch(minutes(60))
    assert await world.rows("SELECT * FROM dispatch.sos") == []
    assert [one["void_at"] is None for one in await notices(world, "B", "watch")] == [False]
    await world.ask(EndWatch(person="B"), minutes(62))
    await world.batch(minutes(200))
    assert await world.rows("SELECT * FROM dispatch.sos") == []


async def test_who_reports_the_watched_order_done_is_back(world: World) -> None:
    await world.ask(StartWatch(person="B", minutes=30, work_order="W1"))
    await world.move("W1", "done", minutes(10), cause="surge", result="replaced fuse F3")
    assert await world.rows("SELECT * FROM dispatch.watch") == []


async def test_an_order_taken_away_does_not_end_the_watch(world: World) -> None:
    await world.ask(StartWatch(person="B", minutes=30, work_order="W1"))
    await world.ask(WithdrawWorkOrder(work_order="W1", reason="not needed"))
    assert len(await world.rows("SELECT * FROM dispatch.watch")) == 1


async def test_a_call_sent_again_after_its_end_does_not_begin_anew(world: World) -> None:
    sos = await world.ask(RaiseSos(person="B", at=NOW))
    await world.ask(EndSos(person="B", reason="only a scratch"))
    again = await world.ask(RaiseSos(person="B", at=NOW), minutes(1))
    assert (again["id"], again["end_reason"]) == (sos["id"], "only a scratch")
    assert (await world.ask(RaiseSos(person="B", at=minutes(2)), minutes(2)))["ended_at"] is None


async def test_a_watch_that_begins_and_ends_in_one_batch_is_answered_both_times(world: World) -> None:
    for command in (StartWatch(person="B", minutes=30), EndWatch(person="B")):
        await inbox.put(world.connection, command, "bo")
    await world.batch(minutes(1))
    answers = await world.rows("SELECT state FROM core.command WHERE kind IN ('StartWatch', 'EndWatch')")
    assert [row["state"] for row in answers] == ["done", "done"]
    assert await world.rows("SELECT * FROM dispatch.watch") == []


async def test_a_call_that_ends_in_the_batch_in_which_the_next_begins_makes_room_for_it(world: World) -> None:
    await world.ask(RaiseSos(person="B", at=NOW))
    for minute in range(1, 6):
        await inbox.put(world.connection, EndSos(person="B", reason="fetched"), "bo")
        await inbox.put(world.connection, RaiseSos(person="B", at=minutes(minute)), "bo")
        await world.batch(minutes(minute))
    rows = await world.rows("SELECT since FROM views.sos WHERE ended_at IS NULL")
    assert [row["since"] for row in rows] == [minutes(5)]
    assert len(await world.rows("SELECT * FROM dispatch.sos")) == 6
