"""Rounds on a real database with a real correlator: from the plan to the closed ticket, whatever is killed between."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

import msgspec
import pytest

from dispatch.batch import Outcome, run_batch
from dispatch.part_policies import PartPolicies
from dispatch.policy import default_policy
from dispatch.rounds.policy import RoundPlan, RoundPolicy, shipped_policy
from guywire import inbox
from guywire.commands import Command, MoveTicket, MoveWorkOrder
from guywire.commands.rounds import RecordFinding
from tests.integration.correlation_world import World, at, event, new_world

VISITS = "SELECT id, state, ticket, work_order FROM views.round_visit ORDER BY id"
TICKETS = "SELECT id, origin, state, priority FROM views.ticket ORDER BY id"
SILENCES = "SELECT sites, alarm_types, holds, ended_at FROM views.silence ORDER BY id"


def battery_tests(**changes: Any) -> PartPolicies:
    """Every ten days at G, with a tolerance so wide that one is always to be made."""
    shipped = shipped_policy()
    said: dict[str, Any] = {
        "on": True,
        "sites": frozenset({"G"}),
        "resources": frozenset(),
        "hours": "",
        "every_days": 10,
        "early_days": 4,
        "late_days": 5,
        "skills": (),
    }
    plan: RoundPlan = msgspec.structs.replace(shipped.plans["battery_test"], **{**said, **changes})
    policy: RoundPolicy = msgspec.structs.replace(shipped, plans={"battery_test": plan})
    return PartPolicies(rounds=policy)


@dataclass
class Area:
    """A correlator's world with dispatch beside it, and one technician who stands near."""

    world: World
    parts: PartPolicies = field(default_factory=battery_tests)

    async def technician(self, seconds: float, latitude: float = 31.0) -> None:
        await self.world.connection.execute(
            "INSERT INTO core.technician (technician_id, name, region, role, manager_id, home_latitude, home_longitude,"
            " skills, company) VALUES ('T1', 'Li', 'p/c/a', 'technician', '', %s, 121.0, '{power,tower}', 'East')"
            " ON CONFLICT DO NOTHING",
            (latitude,),
        )
        await self.world.connection.execute(
            "INSERT INTO dispatch.technician_state (technician_id, latitude, longitude, position_at)"
            " VALUES ('T1', %(latitude)s, 121.0, %(at)s) ON CONFLICT (technician_id)"
            " DO UPDATE SET latitude = %(latitude)s, position_at = %(at)s",
            {"latitude": latitude, "at": at(seconds)},
        )

    async def batch(self, seconds: float) -> Outcome:
        return await run_batch(self.world.connection, at(seconds), default_policy(), parts=self.parts)

    async def both(self, seconds: float) -> None:
        """Dispatch asks, the correlator answers, dispatch hears of it."""
        await self.batch(seconds)
        await self.world.tick(seconds + 1)
        await self.batch(seconds + 2)

    async def ask(self, command: Command, seconds: float) -> dict[str, Any]:
        command_id = await inbox.put(self.world.connection, command, "li", str(uuid.uuid4()))
        await self.batch(seconds)
        answer: dict[str, Any] = (
            await self.world.one("SELECT answer FROM core.command WHERE command_id = %s", command_id)
        )["answer"]
        return answer

    async def move(self, to: str, seconds: float, **more: Any) -> dict[str, Any]:
        said = {
            "latitude": 31.0,
            "longitude": 121.0,
            "cause": "yearly test",
            "result": "53.2 V after 3 h, all cells good",
        }
        command = MoveWorkOrder(work_order="W1", to=to, at=at(seconds), technician="T1", **{**said, **more})
        return await self.ask(command, seconds)

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for row in await self.world.rows(query)]


@pytest.fixture
async def area(database_url: str) -> AsyncIterator[Area]:
    world = await new_world(database_url)
    yield Area(world)
    await world.connection.close()


async def test_a_visit_is_due_offered_done_and_its_ticket_closed_by_itself(area: Area) -> None:
    await area.technician(0)
    await area.both(0)
    ((visit, state, ticket, order),) = await area.rows(VISITS)
    assert (state, ticket, order) == ("open", "T1", None)
    assert await area.rows(TICKETS) == [("T1", visit, "acknowledged", 4)]
    need = await area.world.one("SELECT kind, deadline, service_minutes, priority, weight FROM views.need")
    row = await area.world.one("SELECT deadline FROM views.round_visit")
    assert (need["kind"], need["deadline"], need["service_minutes"]) == ("inspect", row["deadline"], 150)
    assert need["weight"] < 0.1  # late for weeks it still comes after every fault
    assert await area.rows("SELECT id, technician, state FROM views.work_order") == [("W1", "T1", "offered")]
    for seconds, to in enumerate(("accepted", "en_route", "on_site", "done"), 10):
        assert (await area.move(to, seconds * 60))["state"] == to
    await area.both(14 * 60)
    assert await area.rows(VISITS) == [(visit, "done", "T1", "W1")]
    await area.world.tick(15 * 60)
    closed = await area.world.one("SELECT state, cause, result, responsible_party FROM views.ticket")
    assert closed["state"] == "closed"
    assert closed["cause"].startswith("Battery discharge test due ")
    assert closed["result"] == "53.2 V after 3 h, all cells good"


async def test_check_in_silences_what_the_work_raises_and_nothing_else_until_the_visit_ends(area: Area) -> None:
    await area.technician(0)
    await area.both(0)
    for seconds, to in enumerate(("accepted", "en_route", "on_site"), 10):
        await area.move(to, seconds * 60)
    await area.both(13 * 60)
    ((sites, types, holds, ended),) = await area.rows(SILENCES)
    assert (sites, "mains-failure" in types, "tower-light-failure" in types, holds, ended) == (
        ["G"],
        True,
        False,
        True,
        None,
    )
    await area.world.hear(event(14 * 60, "G", "mains-failure"), event(14 * 60 + 5, "G", "tower-light-failure"))
    heard = await area.rows("SELECT alarm_type, starts_with(silenced_by, 'maintenance:') FROM views.alarm ORDER BY id")
    assert heard == [("mains-failure", True), ("tower-light-failure", False)]
    await area.move("done", 20 * 60)
    await area.both(20 * 60 + 10)
    assert [row[2:] for row in await area.rows(SILENCES)] == [(False, at(20 * 60 + 11))]
    await area.both(30 * 60)
    assert len(await area.rows(SILENCES)) == 1


async def test_a_visit_whose_check_in_and_end_come_in_one_breath_leaves_no_silence_behind(area: Area) -> None:
    await area.technician(0)
    await area.both(0)
    for seconds, to in enumerate(("accepted", "en_route", "on_site", "done"), 10):
        await area.move(to, seconds * 60)  # the correlator is away all the while
    await area.both(15 * 60)
    await area.both(16 * 60)
    assert [row[2:] for row in await area.rows(SILENCES)] == [(False, at(16 * 60 + 1))]


async def test_looking_again_and_starting_anew_asks_for_nothing_twice(area: Area) -> None:
    for seconds in (0, 10, 3700, 7400):
        await area.batch(seconds)
    assert len(await area.world.rows("SELECT FROM core.command")) == 1
    await area.world.again(7500)
    await area.world.tick(7501)
    await area.batch(7510)
    await area.batch(11_200)
    assert len(await area.rows(TICKETS)) == len(await area.rows(VISITS)) == 1


async def test_a_batch_that_is_killed_has_asked_for_nothing_and_the_next_one_asks_once(area: Area) -> None:
    async with area.world.connection.transaction(force_rollback=True):
        await area.batch(0)
        assert len(await area.world.rows("SELECT FROM core.command")) == 1
    assert await area.rows(VISITS) == await area.rows("SELECT FROM core.command") == []
    await area.batch(1)
    assert len(await area.world.rows("SELECT FROM core.command")) == len(await area.rows(VISITS)) == 1


async def test_before_its_day_a_visit_waits_for_a_crew_that_is_near_and_in_its_hours_only(area: Area) -> None:
    today = at(0).astimezone(ZoneInfo("Asia/Shanghai")).date()
    first = crc32(b"battery_test/G") % 100
    early = {"every_days": 100, "early_days": 20, "late_days": 20, "starts_on": today + timedelta(days=10 - first)}
    area.parts = battery_tests(**early)
    await area.technician(0, latitude=31.5)  # 55 km away
    await area.both(0)
    assert await area.rows("SELECT code FROM views.waiting_need") == [("round_no_crew_near",)]
    await area.technician(200, latitude=31.1)
    area.parts = battery_tests(**early, hours=_not_now())
    await area.batch(200)
    assert await area.rows("SELECT code FROM views.waiting_need") == [("round_hours",)]
    area.parts = battery_tests(**early)
    await area.batch(400)
    assert await area.rows("SELECT technician, state FROM views.work_order") == [("T1", "offered")]


def _not_now() -> str:
    """An hour of the day on the clocks of G that is half a day off."""
    hour = (at(200).astimezone(ZoneInfo("Asia/Shanghai")).hour + 12) % 24
    return f"{hour:02}:00-{hour:02}:30"


async def test_a_visit_waits_while_something_urgent_does_and_goes_out_when_it_is_taken(area: Area) -> None:
    await area.technician(0)
    await area.world.hear(event(0, "N", "rectifier-failure"))
    await area.world.tick(400)
    await area.batch(401)  # the failure is offered; the round is asked for
    await area.world.tick(402)
    await area.batch(403)
    assert await area.rows("SELECT ticket, state FROM views.work_order") == [("T1", "offered")]
    waiting = await area.rows("SELECT code FROM views.waiting_need")
    assert waiting != [("round_urgent_first",)]  # it is taken: the round waits for hands only
    await area.move("declined", 420, reason="my car is broken")
    assert ("round_urgent_first",) in await area.rows("SELECT code FROM views.waiting_need")


async def test_what_the_response_centre_takes_back_is_dropped_and_due_again_a_period_later(area: Area) -> None:
    await area.both(0)
    ticket = MoveTicket(ticket="T1", to="cancelled", reason="the site is rebuilt this month")
    await inbox.put(area.world.connection, ticket, "ann")
    await area.world.tick(60)
    await area.batch(61)
    ((first, state, *_),) = await area.rows(VISITS)
    assert state == "dropped"
    await area.batch(3700)
    assert [row[0] for row in await area.rows(VISITS)] == [first]
    await area.batch(8 * 86_400)
    assert len(await area.rows(VISITS)) == 2


async def test_a_finding_becomes_a_ticket_of_its_own_once(area: Area) -> None:
    await area.technician(0)
    await area.both(0)
    await area.move("accepted", 60)
    finding = RecordFinding(
        finding=str(uuid.uuid4()).upper(),
        work_order="W1",
        technician="T1",
        text="bolt missing at the 20 m platform",
        severity="major",
        skills=("tower",),
        at=at(61),
    )
    said = await area.ask(finding, 120)
    again = await area.ask(finding, 130)
    assert said["id"] == again["id"] == finding.finding.lower()
    await area.world.tick(140)
    (row,) = await area.world.rows("SELECT ticket, ticket_state, site, technician_name FROM views.finding")
    assert tuple(row.values()) == ("T2", "acknowledged", "G", "Li")
    need = await area.world.one("SELECT kind, skills, priority, summary FROM views.need WHERE ticket = 'T2'")
    assert tuple(need.values()) == ("repair", ["tower"], 2, "bolt missing at the 20 m platform")
    assert (await area.rows(TICKETS))[1][1] == f"finding:{said['id']}"
    for wrong, reason in (
        ({"text": "已修复"}, "too_vague"),
        ({"severity": "awful"}, "severity"),
        ({"skills": ("magic",)}, "unknown_skill"),
        ({"technician": "T9"}, "not_your_order"),
        ({"finding": "seven"}, "finding_malformed"),
    ):
        given = msgspec.structs.replace(finding, **{"finding": str(uuid.uuid4()), **wrong})
        assert (await area.ask(given, 150))["reason"] == reason
    assert len(await area.rows(TICKETS)) == 2


async def test_a_visit_that_lasts_longer_stays_silent_and_no_longer_than_policy_allows(area: Area) -> None:
    await area.technician(0)
    await area.both(0)
    for seconds, to in enumerate(("accepted", "en_route", "on_site"), 1):
        await area.move(to, seconds)
    outcome = await area.batch(10)
    planned = await area.world.rows("SELECT starts_at, ends_at FROM dispatch.visit_silence")
    assert [tuple(row.values()) for row in planned] == [(at(3), at(3 + 165 * 60))]  # 150 minutes and the margin
    assert outcome.next_at <= at(3 + 163 * 60)
    await area.batch(3 + 164 * 60)
    ends = await area.rows("SELECT starts_at, ends_at FROM dispatch.visit_silence ORDER BY starts_at")
    assert ends[1] == (at(3 + 165 * 60), at(3 + 179 * 60))
    for hour in range(3, 12):
        await area.batch(hour * 3600)
    latest = await area.world.one("SELECT max(ends_at) AS at, count(*) AS n FROM dispatch.visit_silence")
    assert (latest["at"], latest["n"]) == (at(3 + 8 * 3600), 8)
