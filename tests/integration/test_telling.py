"""From a decision to a phone: push messages arrive, sealed and signed, once, and are taken down when it is over."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import psycopg

from dispatch.batch import run_batch
from dispatch.part_policies import PartPolicyFiles
from dispatch.telling.store import due_messages
from guywire import inbox
from guywire.commands import WithdrawWorkOrder
from guywire.commands.visits import SubscribePush
from guywire.database import Connection
from guywire.push_key import public_push_key
from tests.integration.dispatch_world import NOW, POLICY, World, minutes
from tests.integration.push_service import Browser, PushService, let_loopback
from tests.integration.running_teller import PATIENCE, telling


async def test_an_offer_reaches_the_phone_sealed_for_it_alone_and_signed(
    connection: Connection, database_url: str, service: PushService, tmp_path: Path
) -> None:
    let_loopback(tmp_path)
    async with telling(connection, database_url, service, tmp_path) as here:
        browser = Browser(f"{service.url}/b")
        command = SubscribePush(person="B", endpoint=browser.endpoint, p256dh=browser.p256dh, auth=browser.auth)
        await inbox.put(connection, command, "b", "k1")
        await run_batch(connection, NOW, POLICY, parts=PartPolicyFiles(tmp_path).current())
        await here.world.need("N1")
        await here.world.batch()
        await here.settled("W1/offered/B")
        (message,) = service.pushed
        said = browser.opened(message)
        assert said == {
            "id": "W1/offered/B", "kind": "offered", "urgent": True, "at": "2026-11-21T08:00:00Z",
            "words": said["words"], "work_order": "W1", "ticket": "T1", "site": "S1",
        }  # fmt: skip
        assert "mend N1" in said["words"]["zh"]
        assert "mend N1" in said["words"]["en"]
        claims = message.claims(service.url)
        assert claims["exp"] - NOW.timestamp() == 12 * 3600
        assert claims["sub"].startswith("mailto:")
        assert message.signed_by == public_push_key(tmp_path)
        assert (message.headers["ttl"], message.headers["urgency"]) == ("3600", "high")
        assert len(message.headers["topic"]) == 32
        (row,) = await here.world.rows("SELECT * FROM views.notice WHERE id = 'W1/offered/B'")
        assert row["sent_at"] == NOW
        assert [one["sent_at"] for one in await here.world.published("notice") if one["id"] == "W1/offered/B"][-1]


async def test_who_has_no_phone_that_is_pushed_to_costs_nothing_and_stays_unsent(
    connection: Connection, database_url: str, service: PushService, tmp_path: Path
) -> None:
    let_loopback(tmp_path)
    async with telling(connection, database_url, service, tmp_path) as here:
        await here.world.need("N1")
        await here.world.batch()
        await here.settled("W1/offered/B")
        assert await here.world.rows("SELECT 1 FROM dispatch.notice WHERE sent_at IS NOT NULL") == []
        assert await here.teller.check() is None


async def test_a_subscription_that_is_gone_is_forgotten_and_the_other_phone_told_all_the_same(
    connection: Connection, database_url: str, service: PushService, tmp_path: Path
) -> None:
    let_loopback(tmp_path)
    async with telling(connection, database_url, service, tmp_path) as here:
        await here.subscribe("B", "first")
        await here.subscribe("B", "second")
        service.answers = [(410, {})]
        await here.world.need("N1")
        await here.world.batch()
        await here.settled("W1/offered/B")
        rows = await here.deliveries("W1/offered/B")
        assert sorted(rows) == [("push", "delivered", 1), ("push", "gone", 1)]
        assert len(await here.world.rows("SELECT 1 FROM views.push_subscription")) == 1


async def test_what_a_busy_service_does_not_take_is_tried_again_when_it_says_and_not_for_ever(
    connection: Connection, database_url: str, service: PushService, tmp_path: Path
) -> None:
    let_loopback(tmp_path, "[retry]\nfirst_seconds = 5.0\nlongest_seconds = 100.0\ntries = 4\n")
    async with telling(connection, database_url, service, tmp_path) as here:
        await here.subscribe("B")
        service.answers = [(503, {}), (429, {"Retry-After": "60"}), (500, {}), (502, {})]
        await here.world.need("N1")
        await here.world.batch()
        for pause in (5, 60, 20):
            await here.waits("W1/offered/B", here.clock.now + timedelta(seconds=pause))
            here.clock.now += timedelta(seconds=pause)
        await here.settled("W1/offered/B")
        assert await here.deliveries("W1/offered/B") == [("push", "failed", 4)]
        assert len(service.pushed) == 4


async def test_what_is_over_before_it_was_sent_is_not_sent_and_afterwards_it_is_taken_down(
    connection: Connection, database_url: str, service: PushService, tmp_path: Path
) -> None:
    let_loopback(tmp_path)
    async with telling(connection, database_url, service, tmp_path) as here:
        browser = await here.subscribe("B")
        service.answers = [(503, {})]
        await here.world.need("N1")
        await here.world.batch()
        await here.waits("W1/offered/B", minutes(5 / 60))
        service.pushed.clear()
        await here.world.ask(WithdrawWorkOrder(work_order="W1", reason="by mistake"))
        await here.settled("W1/offered/B")
        await here.settled("W1/withdrawn/B/2")
        said = [(browser.opened(one)["kind"], browser.opened(one)["id"]) for one in service.pushed]
        # the first push may have got through all the same: it is taken down, never sent again
        assert sorted(said) == [("over", "W1/offered/B"), ("withdrawn", "W1/withdrawn/B/2")]
        over = next(one for one in service.pushed if browser.opened(one)["kind"] == "over")
        assert (await here.deliveries("W1/offered/B"))[-1] == ("take_down", "delivered", 1)
        assert over.headers["urgency"] == "normal"


async def test_a_notice_that_becomes_void_while_it_is_sent_is_taken_down_at_once(
    connection: Connection, database_url: str, service: PushService, tmp_path: Path
) -> None:
    let_loopback(tmp_path)
    async with telling(connection, database_url, service, tmp_path) as here:
        browser = await here.subscribe("B")

        def voided(_: object) -> None:
            service.hold = lambda _: None
            with psycopg.connect(database_url, autocommit=True) as beside:
                beside.execute("UPDATE dispatch.notice SET void_at = %s, tell_at = '-infinity'", (NOW,))

        service.hold = voided
        await here.world.need("N1")
        await here.world.batch()
        await here.until(lambda: len(service.pushed) == 2)
        assert [browser.opened(one)["kind"] for one in service.pushed] == ["offered", "over"]
        assert service.pushed[0].headers["topic"] == service.pushed[1].headers["topic"]


async def test_an_address_that_policy_does_not_name_is_never_called(
    connection: Connection, database_url: str, service: PushService, tmp_path: Path
) -> None:
    async with telling(connection, database_url, service, tmp_path) as here:  # without let_loopback
        await here.subscribe("B")
        await here.world.need("N1")
        await here.world.batch()
        await here.settled("W1/offered/B")
        assert await here.deliveries("W1/offered/B") == [("push", "failed", 1)]
        assert service.pushed == []


async def test_a_redirect_is_not_followed(
    connection: Connection, database_url: str, service: PushService, tmp_path: Path
) -> None:
    let_loopback(tmp_path)
    async with telling(connection, database_url, service, tmp_path) as here:
        await here.subscribe("B")
        service.answers = [(307, {"Location": f"{service.url}/inside"})]
        await here.world.need("N1")
        await here.world.batch()
        await here.settled("W1/offered/B")
        assert [one.path for one in service.pushed] == ["/B"]


async def test_a_service_that_never_answers_holds_up_nobody_else(
    connection: Connection, database_url: str, service: PushService, tmp_path: Path
) -> None:
    let_loopback(tmp_path, "at_once = 4\n")
    async with telling(connection, database_url, service, tmp_path) as here:
        released = threading.Event()
        service.hold = lambda one: one.path != "/B" or released.wait(PATIENCE)
        await here.subscribe("B")
        await here.subscribe("M1")
        await here.world.need("N1")
        await here.world.batch()
        await here.world.connection.execute("UPDATE dispatch.notice SET urgent = true")  # M1's is a copy, at night
        await here.until(lambda: service.at("/M1"))
        assert service.at("/B") == []
        released.set()
        await here.settled("W1/offered/B")
        assert len(service.at("/B")) == 1


async def test_an_address_that_takes_too_long_is_left_for_later(
    connection: Connection, database_url: str, service: PushService, tmp_path: Path
) -> None:
    let_loopback(tmp_path, "endpoint_seconds = 0.1\n")
    async with telling(connection, database_url, service, tmp_path) as here:
        released = threading.Event()
        service.hold = lambda _: released.wait(PATIENCE)
        await here.subscribe("B")
        await here.world.need("N1")
        await here.world.batch()
        await here.waits("W1/offered/B", minutes(5 / 60))
        released.set()
        (row,) = await here.world.rows("SELECT detail FROM views.notice_delivery")
        assert row["detail"] == "no answer in time"


async def test_urgent_notices_come_first_then_the_oldest(connection: Connection) -> None:
    for notice, urgent, minute in (("copy", False, 0), ("late", True, 2), ("early", True, 1), ("void", True, 3)):
        await connection.execute(
            "INSERT INTO dispatch.notice (notice_id, person_id, kind, at, words, urgent)"
            " VALUES (%s, 'B', 'k', %s, '{}', %s)",
            (notice, minutes(minute), urgent),
        )
    found = await due_messages(connection, NOW, ["void"], 10)
    assert [message.notice_id for message in found] == ["early", "late", "copy"]
    assert [message.notice_id for message in await due_messages(connection, NOW, [], 1)] == ["early"]


async def test_it_tells_on_after_its_connection_was_cut(
    connection: Connection, database_url: str, service: PushService, tmp_path: Path
) -> None:
    let_loopback(tmp_path)
    async with telling(connection, database_url, service, tmp_path) as here:
        await here.subscribe("B")
        await here.until(lambda: _lock_is_held(here.world))
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await here.world.need("N1")
        await here.world.batch()
        await here.settled("W1/offered/B")
        assert len(service.pushed) == 1
        assert await here.teller.check() is None


async def _lock_is_held(world: World) -> bool:
    return bool(await world.rows("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = %s", 0x74656C6C))
