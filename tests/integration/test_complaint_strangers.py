"""Whoever nobody knows: how much they are sent, and what becomes of what they write when nothing is open."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from complaints import metrics
from complaints import service as complaints
from complaints.telling.policy import Strangers
from guywire.commands import RegisterComplaint
from guywire.commands.complaints import CallBack, CloseComplaint, HearMessage, TakeComplaint
from guywire.database import Connection
from guywire.settings import Settings
from tests.integration.complaint_life_world import TELLING, Desk, desk_of
from tests.integration.complaints_world import one_row, take_down
from tests.integration.fake_system import eventually
from tests.integration.running_field import running_service

KNOWN, STRANGER = "13800000002", "13912345678"


@pytest.fixture
async def desk(connection: Connection) -> Desk:
    return await desk_of(connection)


async def _form(desk: Desk, phone: str = STRANGER, **about: Any) -> str:
    """Somebody types a number into the public form."""
    command = RegisterComplaint(**{"channel": "web", "text": "no signal", "phone": phone, "unproven": True, **about})
    return str((await desk.do(command, "customer"))["id"])


async def _write(desk: Desk, text: str, sender: str = STRANGER, key: str = "", channel: str = "sms") -> dict[str, Any]:
    return await desk.do(HearMessage(channel=channel, sender=sender, text=text, message_id=key), "customer")


async def _count(desk: Desk, table: str) -> int:
    return int((await one_row(desk.connection, f"SELECT count(*) FROM complaints.{table}"))["count"])


async def test_the_form_bombs_no_number_whoever_it_belongs_to(desk: Desk) -> None:
    said = [await desk.messages(await _form(desk, phone)) for phone in [STRANGER] * 3 + [KNOWN] * 3]
    assert said == [[("received", "waiting")], [("received", "waiting")], [("received", "withheld")]] * 2
    await desk.batch(hours=25)
    assert await desk.messages(await _form(desk)) == [("received", "waiting")]


async def test_nor_does_it_empty_the_purse(desk: Desk) -> None:
    desk.telling = msgspec.structs.replace(TELLING, strangers=Strangers(an_hour=3, a_day_each=2))
    states = [(await desk.messages(await _form(desk, f"1390000000{n}")))[0][1] for n in range(5)]
    assert states == ["waiting"] * 3 + ["withheld"] * 2
    row = await one_row(
        desk.connection, "SELECT next_at, stranger FROM complaints.message WHERE state = 'withheld' LIMIT 1"
    )
    assert row == {"next_at": None, "stranger": True}
    assert await desk.messages(await desk.call(channel="app", phone=KNOWN)) == [("received", "waiting")]
    await desk.batch(minutes=61)
    assert await desk.messages(await _form(desk, "13900000009")) == [("received", "waiting")]


async def test_what_is_withheld_is_followed_by_nothing_until_somebody_takes_the_complaint(desk: Desk) -> None:
    desk.telling = msgspec.structs.replace(TELLING, strangers=Strangers(an_hour=0, a_day_each=2))
    await take_down(desk.connection)
    complaint = await _form(desk, latitude=31.011, longitude=121.001)
    assert await desk.messages(complaint) == [("outage_known", "withheld")]
    await desk.end_outage()
    await desk.batch(minutes=20)
    shown = await desk.shown(complaint)
    assert (shown["state"], shown["asked_at"]) == ("restored", None)  # somebody calls them instead
    assert await desk.messages(complaint) == [("outage_known", "withheld")]
    await desk.do(TakeComplaint(complaint=complaint))
    await desk.batch(minutes=1)
    assert ("are_you_back", "waiting") in await desk.messages(complaint)


async def test_an_answer_to_nothing_is_kept_and_answered_once_and_opens_no_complaint(desk: Desk) -> None:
    first = await _write(desk, "1", key="m1")
    assert first == {"complaint": None, "understood": "nothing_open"}
    assert await _write(desk, "满意！", key="m2") == first
    assert await _write(desk, "谢谢。", key="m6") == first
    await _write(desk, "2", "13911110000", key="m3")
    await _write(desk, "是", "13911110000", key="m4")
    await _write(desk, "yes", "li@example.com", key="m5", channel="email")
    assert await _count(desk, "complaint") == 0
    rows = await (
        await desk.connection.execute("SELECT text, sender FROM views.contact WHERE complaint IS NULL ORDER BY at, id")
    ).fetchall()
    assert [tuple(row.values()) for row in rows] == [
        ("1", STRANGER),
        ("满意！", STRANGER),
        ("谢谢。", STRANGER),
        ("2", "13911110000"),
        ("是", "13911110000"),
        ("yes", "li@example.com"),
    ]
    rows = await (
        await desk.connection.execute(
            "SELECT sender FROM complaints.message WHERE kind = 'nothing_open' ORDER BY message_id"
        )
    ).fetchall()
    assert [row["sender"] for row in rows] == [STRANGER, "13911110000", "li@example.com"]


async def test_a_stop_of_somebody_without_a_complaint_is_kept_and_nobody_answers_it(desk: Desk) -> None:
    assert await _write(desk, "退订") == {"complaint": None, "understood": "stop"}
    await _write(desk, "1")
    assert (await _count(desk, "complaint"), await _count(desk, "message"), await _count(desk, "contact")) == (0, 0, 2)
    assert await one_row(desk.connection, "SELECT opt_out FROM views.customer_wish") == {"opt_out": True}


async def test_stop_by_mail_ends_the_messages_of_the_complaints_of_that_address(desk: Desk) -> None:
    complaint = (await _write(desk, "no data", "Li@example.com", channel="email"))["complaint"]
    assert await desk.messages(complaint) == [("received", "waiting")]
    heard = await _write(desk, "unsubscribe", "li@Example.com", channel="email")
    assert heard == {"complaint": complaint, "understood": "stop"}
    assert await desk.messages(complaint) == [("received", "obsolete")]


async def test_after_it_was_closed_back_is_thanked_for_once_and_still_out_takes_it_up_again(desk: Desk) -> None:
    await take_down(desk.connection)
    complaint = await desk.call(phone=KNOWN)
    await desk.end_outage()
    await desk.do(CallBack(complaint=complaint, outcome="back"))
    for _ in range(2):
        assert await _write(desk, "1", KNOWN) == {"complaint": complaint, "understood": "nothing_open"}
    kinds = [kind for kind, _ in await desk.messages(complaint)]
    assert kinds.count("nothing_open") == 1
    assert await _write(desk, "2", KNOWN) == {"complaint": complaint, "understood": "still_out"}
    assert (await desk.shown(complaint))["state"] == "open"
    await desk.do(CloseComplaint(complaint=complaint, reason="solved", text="antenna turned, measured -85 dBm"))
    await desk.batch(days=31)
    assert await _write(desk, "2", KNOWN) == {"complaint": None, "understood": "nothing_open"}


async def test_a_message_is_heard_once_even_when_its_command_is_long_forgotten(desk: Desk) -> None:
    first = await _write(desk, "没有信号", key="m1")
    alone = await _write(desk, "1", "13911110000", key="m2")
    await desk.connection.execute("DELETE FROM core.command")
    before = await _count(desk, "contact")
    await desk.batch(days=400)
    assert await _write(desk, "没有信号", key="m1") == {"complaint": first["complaint"], "understood": "repeated"}
    assert await _write(desk, "1", "13911110000", key="m2") == {"complaint": None, "understood": "repeated"}
    assert alone["complaint"] is None
    assert (await _count(desk, "contact"), await _count(desk, "complaint")) == (before, 1)
    other = await _write(desk, "no data", "li@example.com", key="m1", channel="email")  # another gateway's own m1
    assert other["understood"] == "registered"


async def test_only_a_call_answers_from_the_start(desk: Desk) -> None:
    answered = {}
    for channel in ("phone", "visit", "counter", "email"):
        complaint = await desk.call(channel=channel, phone=KNOWN, category="no_signal")
        answered[channel] = (await desk.shown(complaint))["answered_at"]
    assert answered == {"phone": desk.now, "visit": None, "counter": None, "email": None}
    by_machine = await desk.do(RegisterComplaint(channel="phone", text="no signal", phone=KNOWN), "customer")
    assert (await desk.shown(by_machine["id"]))["answered_at"] is None
    await desk.batch(minutes=31)
    shown = await desk.shown("C2")
    assert (shown["leader_reason"], shown["due_at"]) == ("respond_overdue", desk.now - timedelta(minutes=1))


async def test_the_call_is_kept_on_the_first_contact(desk: Desk) -> None:
    complaint = await desk.call(phone=KNOWN, call="acd-77")
    row = await one_row(desk.connection, "SELECT call, outcome FROM views.contact WHERE complaint = %s", complaint)
    assert row == {"call": "acd-77", "outcome": "registered"}
    refused = RegisterComplaint(channel="phone", text="x", phone=KNOWN, call="x" * 129)
    assert await desk.refusal(refused) == "call_too_long"


async def test_how_many_were_withheld_within_the_hour_stands_in_health_and_metrics(
    desk: Desk, database_url: str, tmp_path: Path
) -> None:
    for phone, age in ((STRANGER, timedelta(minutes=5)), (KNOWN, timedelta(hours=2))):
        await desk.connection.execute(
            "INSERT INTO complaints.message (sender, kind, value, words, state, stranger, at)"
            " VALUES (%s, 'nothing_open', %s, '{}', 'withheld', true, now() - %s)",
            (phone, phone, age),
        )
    settings = Settings(database_url=database_url, data_dir=tmp_path)
    metrics.WITHHELD.set(0)
    async with running_service("complaints", settings, complaints.run, complaints.CHANNELS) as running:
        await eventually(lambda: metrics.WITHHELD._value.get() == 1.0, "the figure of this hour")
        _, said = await running.health.report()
    assert said["strangers"] == "1 messages to unproven numbers were withheld within the hour"
