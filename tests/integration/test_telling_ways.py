"""Beside push: who is called when nobody looks, who is left in peace, and that shadow tells nobody."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from dispatch import service as dispatch_service
from guywire import feed
from guywire.commands import WithdrawWorkOrder
from guywire.commands.problems import EditProblem, OpenProblem
from guywire.commands.visits import SeeNotices
from guywire.database import Connection, Wakeups, open_pool
from guywire.service import Service
from guywire.settings import Settings
from guywire.telemetry import Health
from tests.integration.dispatch_world import minutes, small_area
from tests.integration.push_service import Browser, PushService, let_loopback, subscribed
from tests.integration.running_teller import PATIENCE, telling

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # a plugin of Apprise
CALL = "/voice/+8613800000001"


async def test_who_does_not_see_a_push_is_called_and_who_sees_it_is_not(
    connection: Connection, database_url: str, service: PushService, tmp_path: Path
) -> None:
    way = f"""
        [[ways]]
        channel = "voice"
        urls = ["json://127.0.0.1:{service.url.rpartition(":")[2]}/voice/{{phone}}"]
        roles = ["technician"]
        after_seconds = 120
    """
    let_loopback(tmp_path, contacts=way)
    async with telling(connection, database_url, service, tmp_path) as here:
        await connection.execute(
            "UPDATE core.technician SET phone = '+86 138-0000 0001', languages = '{en}' WHERE technician_id = 'B'"
        )
        await here.subscribe("B")
        await here.world.need("N1")
        await here.world.batch()
        await here.waits("W1/offered/B", minutes(2))
        assert service.at(CALL) == []
        here.clock.now = minutes(2)
        await here.settled("W1/offered/B")
        (call,) = service.at(CALL)
        assert b"New job at S1" in call.body
        assert ("voice", "delivered", 1) in await here.deliveries("W1/offered/B")
        here.clock.now = minutes(0)
        await here.world.ask(WithdrawWorkOrder(work_order="W1", reason="by mistake"))
        await here.waits("W1/withdrawn/B/2", minutes(2))
        await here.world.ask(SeeNotices(person="B", notices=("W1/withdrawn/B/2",)))
        here.clock.now = minutes(2)
        await here.settled("W1/withdrawn/B/2")
        assert len(service.at(CALL)) == 1


async def test_contacts_that_others_may_read_are_not_used_and_health_says_so(
    connection: Connection, database_url: str, service: PushService, tmp_path: Path
) -> None:
    let_loopback(tmp_path, contacts='[[ways]]\nchannel = "sms"\nurls = ["json://127.0.0.1:1/secret"]\n')
    (tmp_path / "policy" / "contacts.toml").chmod(0o644)
    async with telling(connection, database_url, service, tmp_path) as here:
        await here.world.need("N1")
        await here.world.batch()
        await here.settled("W1/offered/B")
        assert await here.deliveries("W1/offered/B") == []
        said = await here.teller.check()
        assert said is not None
        assert "chmod 600" in said


async def test_what_is_not_urgent_waits_for_the_end_of_the_quiet_hours(
    connection: Connection, database_url: str, service: PushService, tmp_path: Path
) -> None:
    let_loopback(tmp_path, 'quiet = "16:00-17:00"\n')  # in Shanghai it is 16:00
    async with telling(connection, database_url, service, tmp_path) as here:
        await here.subscribe("B")
        await here.subscribe("M1")
        await here.world.need("N1")
        await here.world.batch()
        await here.settled("W1/offered/B")
        await here.waits("W1/copied/M1", minutes(60))
        assert [one.path for one in service.pushed] == ["/B"]
        here.clock.now = minutes(60)
        await here.settled("W1/copied/M1")
        assert [one.path for one in service.pushed] == ["/B", "/M1"]


async def test_what_is_found_too_late_is_not_sent_any_more(
    connection: Connection, database_url: str, service: PushService, tmp_path: Path
) -> None:
    let_loopback(tmp_path)
    async with telling(connection, database_url, service, tmp_path) as here:
        await here.subscribe("B")
        here.clock.now = minutes(12 * 60 + 1)
        await here.world.need("N1")
        await here.world.batch()
        await here.settled("W1/offered/B")
        assert service.pushed == []


async def test_in_shadow_nobody_is_told_of_anything(
    connection: Connection, database_url: str, service: PushService, tmp_path: Path
) -> None:
    let_loopback(tmp_path)
    world = await small_area(connection)
    await subscribed(connection, Browser(f"{service.url}/B"), "B")
    await connection.execute(
        "INSERT INTO dispatch.notice (notice_id, person_id, kind, at, words, urgent)"
        " VALUES ('n1', 'B', 'offered', now(), '{\"en\": \"New job\"}', true)"
    )
    settings = Settings(database_url=database_url, data_dir=tmp_path, shadow=True)
    pool = await open_pool(database_url, 2)
    in_shadow = Service("dispatch", settings, pool, Wakeups(database_url, ()), Health(), asyncio.Event())
    running = asyncio.create_task(dispatch_service.run(in_shadow))
    try:
        await world.need("N1")
        await here_it_dispatches(connection)
        assert (await in_shadow.health.report())[1] == {"dispatching": "ok"}
    finally:
        in_shadow.stop.set()
        await running
        await pool.close()
    assert (await world.rows("SELECT 1 FROM views.notice WHERE sent_at IS NOT NULL"), service.pushed) == ([], [])


async def here_it_dispatches(connection: Connection) -> None:
    """Waits until a batch has heard of the need."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if await feed.position(connection, "dispatch", "alarm_correlation"):
                return
            await asyncio.sleep(0.01)


async def test_somebody_of_the_centre_without_a_phone_is_reached_by_role_when_made_responsible_for_a_problem(
    connection: Connection, database_url: str, service: PushService, tmp_path: Path
) -> None:
    way = f"""
        [[ways]]
        channel = "mail"
        urls = ["json://127.0.0.1:{service.url.rpartition(":")[2]}/mail/{{person}}"]
        roles = ["shift_leader"]
        kinds = ["problem"]
        urgent_only = false
    """
    let_loopback(tmp_path, 'quiet = ""\n', contacts=way)
    async with telling(connection, database_url, service, tmp_path) as here:
        await here.subscribe("M1")
        for name, role, technician in (("li", "shift_leader", ""), ("wei", "area_manager", "M1")):
            await connection.execute(
                "INSERT INTO core.account (name, role, technician_id, password_hash) VALUES (%s, %s, %s, 'none')",
                (name, role, technician),
            )
        opening = OpenProblem(title="Hot shelter", sites=("S1",), responsible="li")
        problem = (await here.world.ask(opening))["id"]
        await here.settled(f"{problem}/responsible/li/1")
        (mail,) = service.at("/mail/li")
        assert b"R1" in mail.body
        await here.world.ask(EditProblem(problem=problem, responsible="wei"))
        await here.settled(f"{problem}/responsible/wei/2")
        assert await here.deliveries(f"{problem}/responsible/wei/2") == [("push", "delivered", 1)]
        (told,) = await here.world.rows(
            "SELECT id, person FROM views.notice WHERE kind = 'problem' AND void_at IS NULL"
        )
        assert told == {"id": "R1/responsible/wei/2", "person": "M1"}
