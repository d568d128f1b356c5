"""The rota on a real database: who is sent and who is called, swaps all or nothing, certificates, imports."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from dispatch.batch import run_batch
from dispatch.part_policies import SHIPPED
from guywire.commands import Position, ReportPositions
from guywire.commands.rota import (
    AnswerSwap,
    DecideSwap,
    EndCertificate,
    EndRotaEntry,
    ProposeSwap,
    PutCertificate,
    PutRotaEntry,
    WithdrawSwap,
)
from guywire.database import Connection
from tests.integration.dispatch_world import NOW, POLICY, World, minutes, small_area


@pytest.fixture
async def world(connection: Connection) -> World:
    """Now it is 16:00 where the site is. A and C have other skills or are far; B is nearest."""
    return await small_area(connection)


def put(technician: str, kind: str, since: datetime, until: datetime, **more: Any) -> PutRotaEntry:
    return PutRotaEntry(technician=technician, kind=kind, since=since, until=until, **more)


def hours(count: float) -> datetime:
    return minutes(60 * count)


async def waiting_code(world: World) -> str:
    rows = await world.rows("SELECT code FROM views.waiting_need")
    return str(rows[0]["code"]) if rows else ""


async def words_for(world: World, person: str, kind: str) -> list[str]:
    query = "SELECT words FROM views.notice WHERE person = %s AND kind = %s AND void_at IS NULL ORDER BY at, id"
    return [row["words"]["en"] for row in await world.rows(query, person, kind)]


async def test_who_is_away_is_not_sent_and_gives_back_what_is_not_under_way(world: World) -> None:
    await world.need("N1")
    await world.batch()
    said = await world.ask(put("B", "sick", NOW, hours(24), note="fever"), minutes(1), actor="li")
    assert (said["technician"], said["kind"], said["made_by"], said["domain"]) == ("B", "sick", "li", "p/c")
    assert await world.orders() == [("W1", "B", "withdrawn"), ("W2", "C", "offered")]
    others = (await world.order("W2"))["explanation"]["others"]
    [why] = [one for one in others if one["technician"] == "B"]
    assert (why["code"], "fever" in why["words"], "sick" in why["words"]) == ("away", False, False)
    ended = await world.ask(EndRotaEntry(entry=said["id"], version=1), minutes(2), actor="li")
    assert ended["taken_back_by"] == "li"
    assert (await world.ask(EndRotaEntry(entry=said["id"]), minutes(3)))["reason"] == "taken_back"
    assert [one["id"] for one in await world.published("rota_entry")] == [said["id"]] * 2


async def test_where_somebody_on_leave_is_is_not_kept(world: World) -> None:
    def report(at: datetime) -> ReportPositions:
        return ReportPositions(technician="B", positions=(Position(at=at, latitude=31.2, longitude=121.0),))

    await world.ask(put("B", "leave", minutes(10), hours(24)))
    assert (await world.ask(report(NOW)))["taken"] == 1
    assert (await world.ask(report(hours(5)), hours(5)))["reason"] == "off_duty"
    await world.connection.execute("UPDATE core.technician SET shift = '08:00-12:00' WHERE technician_id = 'C'")
    await world.ask(put("C", "extra", hours(3), hours(6)))
    extra = ReportPositions(technician="C", positions=report(hours(5)).positions)
    assert (await world.ask(extra, hours(5)))["taken"] == 1


async def test_nobody_away_is_asked_who_can_come(world: World) -> None:
    for technician in ("B", "C"):
        await world.ask(put(technician, "leave", NOW, hours(24)))
    await world.need("N1", priority=1)
    for minute in (0, 5, 11, 15):
        await world.batch(minutes(minute))
    assert await world.orders() == []
    assert await waiting_code(world) == "nobody_on_shift"


async def test_an_entry_is_changed_by_its_version_and_nonsense_is_refused(world: World) -> None:
    said = await world.ask(put("B", "extra", hours(1), hours(5)))
    changed = await world.ask(put("B", "extra", hours(1), hours(6), entry=said["id"], version=1))
    assert (changed["id"], changed["version"], datetime.fromisoformat(changed["until"])) == (said["id"], 2, hours(6))
    refusals = {
        "version_is_old": put("B", "extra", hours(1), hours(7), entry=said["id"], version=1),
        "not_theirs": put("C", "extra", hours(1), hours(7), entry=said["id"]),
        "no_such_kind": put("B", "given", hours(1), hours(2)),
        "ends_before_it_begins": put("B", "extra", hours(2), hours(2)),
        "too_long": put("B", "leave", hours(0), hours(24 * 500)),
        "technician_not_found": put("nobody", "leave", hours(0), hours(1)),
        "no_deputy_here": put("B", "leave", hours(0), hours(1), deputy="M1"),
        "cannot_deputise": put("M1", "leave", hours(0), hours(1), deputy="B"),
        "rota_entry_not_found": put("B", "leave", hours(0), hours(1), entry="none"),
    }
    for reason, command in refusals.items():
        assert (await world.ask(command))["reason"] == reason
    assert len(await world.rows("SELECT * FROM dispatch.rota_entry")) == 1


async def test_standby_is_called_for_what_is_urgent_when_nobody_on_duty_fits(world: World) -> None:
    await world.connection.execute("UPDATE core.technician SET shift = '08:00-12:00'")
    await world.ask(put("C", "standby", NOW, hours(12)))
    await world.need("N1", priority=2)
    await world.ticket("T2")
    await world.need("N2", "T2", priority=3)
    await world.batch()
    assert await world.orders() == [("W1", "C", "offered")]
    order = await world.order("W1")
    assert order["offer_expires_at"] == minutes(20)
    assert order["explanation"]["why"]["standby"] is True
    assert [one["code"] for one in await world.rows("SELECT code FROM views.waiting_need")] == ["nobody_on_shift"]
    await world.batch(minutes(20))
    assert (await world.orders())[0] == ("W1", "C", "expired")


async def test_whoever_is_on_duty_goes_before_anybody_on_standby(world: World) -> None:
    await world.connection.execute("UPDATE core.technician SET shift = '08:00-12:00' WHERE technician_id = 'B'")
    await world.ask(put("B", "standby", NOW, hours(12)))
    await world.need("N1", priority=1)
    await world.batch()
    assert await world.orders() == [("W1", "C", "offered")]


async def test_two_on_standby_are_not_sent_to_one_place_nor_one_to_two(world: World) -> None:
    await world.connection.execute("UPDATE core.technician SET shift = '08:00-12:00'")
    await world.ask(put("B", "standby", NOW, hours(12)))
    await world.site("S2", 31.22)
    await world.ticket("T2", "S2")
    await world.need("N1", priority=1)
    await world.need("N2", "T2", "S2", priority=1)
    await world.batch()
    assert [(technician, state) for _, technician, state in await world.orders()] == [("B", "offered")]


async def test_of_a_visit_that_nobody_on_standby_can_make_whole_each_does_a_part(world: World) -> None:
    await world.connection.execute("UPDATE core.technician SET shift = '08:00-12:00'")
    for technician in ("A", "B"):
        await world.ask(put(technician, "standby", NOW, hours(12)))
    await world.need("N1", skills=["power"], priority=1)
    await world.need("N2", skills=["transmission"], priority=1)
    await world.batch()
    assert {(technician, state) for _, technician, state in await world.orders()} == {
        ("A", "offered"),
        ("B", "offered"),
    }


async def test_on_a_holiday_shifts_are_on_standby(world: World) -> None:
    holidays = msgspec.structs.replace(SHIPPED.rota.holidays, regions={"p/c": frozenset({date(2026, 11, 21)})})
    parts = msgspec.structs.replace(SHIPPED.rota, holidays=holidays)
    await world.need("N1", priority=2)
    await world.need("N2", priority=3, site="S1", ticket="T1")
    policies = type(SHIPPED)(rota=parts)
    await run_batch(world.connection, NOW, POLICY, parts=policies)
    assert await world.orders() == [("W1", "B", "offered")]
    assert (await world.order("W1"))["explanation"]["why"]["standby"] is True


MONDAY = datetime(2026, 11, 23, 0, tzinfo=UTC)  # 08:00 there
TWELVE = timedelta(hours=12)


async def swap_world(world: World) -> tuple[ProposeSwap, str]:
    """B asks to give Monday for Thursday, which C works."""
    shifts = {"B": "Mon,Wed,Sat 08:00-20:00", "C": "Tue,Thu 08:00-20:00;Fri 20:00-08:00"}
    for technician, shift in shifts.items():
        query = "UPDATE core.technician SET shift = %s WHERE technician_id = %s"
        await world.connection.execute(query, (shift, technician))
    thursday = MONDAY + timedelta(days=3)
    swap = ProposeSwap(
        technician="B",
        since=MONDAY,
        until=MONDAY + TWELVE,
        other="C",
        other_since=thursday,
        other_until=thursday + TWELVE,
    )
    return swap, "C"


async def duty_rows(world: World) -> list[tuple[str, str]]:
    query = "SELECT technician, kind FROM views.rota_entry WHERE taken_back_at IS NULL ORDER BY technician, kind, since"
    return [(row["technician"], row["kind"]) for row in await world.rows(query)]


async def test_a_swap_holds_once_the_other_and_the_manager_agree(world: World) -> None:
    proposal, other = await swap_world(world)
    swap = await world.ask(proposal)
    assert (swap.get("state"), swap.get("technician_name")) == ("asked", "Mr B"), swap
    assert "Mr B asks to swap 11-23 08:00-20:00" in (await words_for(world, other, "swap"))[0]
    assert (await world.ask(AnswerSwap(swap=swap["id"], technician="B", agreed=True)))["reason"] == "not_asked"
    assert (await world.ask(DecideSwap(swap=swap["id"], approved=True)))["reason"] == "wrong_state"
    assert (await world.ask(AnswerSwap(swap=swap["id"], technician=other, agreed=True)))["state"] == "agreed"
    assert await words_for(world, other, "swap") == []
    assert "Swap to approve" in (await words_for(world, "M1", "swap"))[0]
    done = await world.ask(DecideSwap(swap=swap["id"], approved=True, version=2), actor="li")
    assert (done["state"], done["decided_by"]) == ("approved", "li")
    assert await duty_rows(world) == [("B", "given"), ("B", "taken"), ("C", "given"), ("C", "taken")]
    assert await words_for(world, "M1", "swap") == []
    entry = (await world.rows("SELECT id FROM views.rota_entry WHERE technician = 'C' AND kind = 'taken'"))[0]["id"]
    assert (await world.ask(put("C", "leave", NOW, hours(1), entry=entry)))["reason"] == "of_a_swap"
    assert (await world.ask(EndRotaEntry(entry=entry), actor="li"))["taken_back_by"] == "li"
    assert await duty_rows(world) == []
    assert [row["state"] for row in await world.rows("SELECT state FROM views.swap")] == ["taken_back"]


async def test_a_swap_that_leaves_too_little_rest_is_refused(world: World) -> None:
    proposal, _ = await swap_world(world)
    night = MONDAY + timedelta(days=4) + TWELVE  # before the Saturday that B works
    close = msgspec.structs.replace(proposal, other_since=night, other_until=night + TWELVE)
    said = await world.ask(close)
    assert said["reason"] == "too_little_rest", said
    assert await world.rows("SELECT * FROM dispatch.swap") == []


async def test_a_stretch_given_on_keeps_the_swap_that_took_it(world: World) -> None:
    """B takes C's Thursday, and gives it on to D: only then may the first swap go."""
    proposal, _ = await swap_world(world)
    await world.technician("D", 31.4, shift="Tue 08:00-20:00")
    tuesday = MONDAY + timedelta(days=8)
    span = {"since": proposal.other_since, "until": proposal.other_until, "other": "D"}
    on = msgspec.structs.replace(proposal, **span, other_since=tuesday, other_until=tuesday + TWELVE)
    entries = []
    for minute, swap in enumerate((proposal, on)):
        said = await world.ask(swap, minutes(minute))
        assert said.get("state") == "asked", said
        await world.ask(AnswerSwap(swap=said["id"], technician=swap.other, agreed=True), minutes(minute))
        await world.ask(DecideSwap(swap=said["id"], approved=True), minutes(minute))
        query = "SELECT id FROM views.rota_entry WHERE source = %s AND kind = 'taken' AND technician = 'B'"
        entries.append((await world.rows(query, f"swap:{said['id']}"))[0]["id"])
    assert (await world.ask(EndRotaEntry(entry=entries[0]), minutes(5)))["reason"] == "swapped_on"
    assert len(await duty_rows(world)) == 8
    for entry in reversed(entries):
        assert (await world.ask(EndRotaEntry(entry=entry), minutes(6)))["taken_back_at"]
    assert await duty_rows(world) == []


async def test_only_what_each_has_can_be_swapped(world: World) -> None:
    proposal, _ = await swap_world(world)
    change, hour = msgspec.structs.replace, timedelta(hours=1)
    refusals = {
        "not_on_duty": change(proposal, since=proposal.since - hour),
        "same_technician": change(proposal, other="B"),
        "begins_already": change(proposal, since=NOW - hour),
        "ends_before_it_begins": change(proposal, until=proposal.since),
        "other_area": change(proposal, other="M1"),
        "technician_not_found": change(proposal, other="nobody"),
    }
    for reason, command in refusals.items():
        assert (await world.ask(command))["reason"] == reason
    await world.ask(put("B", "leave", proposal.other_since, proposal.other_until))
    assert (await world.ask(proposal))["reason"] == "away_then"


async def test_a_swap_nobody_settles_lapses_and_can_be_withdrawn_before(world: World) -> None:
    proposal, other = await swap_world(world)
    first = await world.ask(proposal)
    assert (await world.ask(proposal, minutes(1)))["reason"] == "asked_already"
    assert (await world.ask(WithdrawSwap(swap=first["id"], technician=other)))["reason"] == "not_yours"
    assert (await world.ask(WithdrawSwap(swap=first["id"], technician="B")))["state"] == "withdrawn"
    second = await world.ask(proposal, minutes(2))
    await world.connection.execute("UPDATE core.technician SET retired_at = now() WHERE technician_id = 'C'")
    await world.batch(proposal.since)
    rows = await world.rows("SELECT state FROM views.swap WHERE id = %s", second["id"])
    assert rows[0]["state"] == "lapsed"
    assert "Too late" in (await words_for(world, "B", "swap"))[-1]


async def test_a_certificate_is_told_of_in_time_and_its_skill_ends_with_it(world: World) -> None:
    await world.connection.execute(
        "UPDATE core.technician SET skills = '{power,electrician}' WHERE technician_id IN ('B', 'C')"
    )
    said = await world.ask(
        PutCertificate(technician="B", skill="electrician", number="E-7", valid_until=date(2026, 11, 30))
    )
    assert (said["valid_until"], said["region"], said["number"]) == ("2026-11-30", "p/c/a", "E-7")
    for person in ("B", "M1"):
        assert len(await words_for(world, person, "certificate")) == 1
    await world.batch(hours(1))
    assert len(await world.rows("SELECT * FROM views.notice WHERE kind = 'certificate'")) == 2
    await world.need("N1", skills=["electrician"])
    await world.batch(datetime(2026, 11, 30, 17, tzinfo=UTC))  # 01:00 on 1 December there
    assert await world.orders() == [("W1", "C", "offered")]
    others = (await world.order("W1"))["explanation"]["others"]
    assert [one["code"] for one in others if one["technician"] == "B"] == ["certificate_expired"]


async def test_a_certificate_that_ends_early_counts_no_more(world: World) -> None:
    await world.connection.execute("UPDATE core.technician SET skills = '{electrician}' WHERE technician_id = 'B'")
    command = PutCertificate(technician="B", skill="electrician", number="E-7", valid_until=date(2027, 11, 30))
    said = await world.ask(command)
    assert (await world.ask(EndCertificate(certificate=said["id"], reason=" ")))["reason"] == "reason_missing"
    await world.ask(EndCertificate(certificate=said["id"], reason="failed the exam", version=1), actor="li")
    await world.need("N1", skills=["electrician"])
    await world.batch(minutes(1))
    assert await waiting_code(world) == "nobody_certified"
    renewed = await world.ask(msgspec.structs.replace(command, number="E-8"), minutes(4))
    assert (renewed["id"], renewed["number"], renewed["version"], renewed["ended_at"]) == (said["id"], "E-8", 3, None)
    assert await world.orders() == [("W1", "B", "offered")]
    wrong = await world.ask(msgspec.structs.replace(command, skill="diving"))
    assert wrong["reason"] == "not_a_skill"


async def test_without_belief_a_skill_wants_its_certificate_on_record(world: World) -> None:
    await world.connection.execute(
        "UPDATE core.technician SET skills = '{electrician}' WHERE technician_id IN ('B', 'C')"
    )
    await world.ask(PutCertificate(technician="C", skill="electrician", number="E-7", valid_until=date(2027, 11, 30)))
    await world.need("N1", skills=["electrician"])
    strict = type(SHIPPED)(rota=msgspec.structs.replace(SHIPPED.rota, believe_unrecorded=False))
    await run_batch(world.connection, NOW, POLICY, parts=strict)
    assert await world.orders() == [("W1", "C", "offered")]
