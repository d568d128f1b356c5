"""How a complaint ends on a real database, and when it does not: back, silent, still out, closed, reopened."""

from __future__ import annotations

import pytest

from guywire import feed
from guywire.commands.complaints import (
    CallBack,
    CloseComplaint,
    HandOverComplaint,
    HearMessage,
    RateComplaint,
    ReopenComplaint,
)
from guywire.database import Connection
from tests.integration.complaint_life_world import Desk, desk_of
from tests.integration.complaints_world import one_row, take_down

VIP, OTHER = "13800000001", "13800000002"


@pytest.fixture
async def desk(connection: Connection) -> Desk:
    return await desk_of(connection)


async def test_back_is_asked_answered_by_message_and_closes_it(desk: Desk) -> None:
    await take_down(desk.connection)
    complaint = await desk.call(phone=OTHER)
    await desk.end_outage()
    await desk.batch(minutes=16)
    shown = await desk.shown(complaint)
    assert (shown["state"], shown["asked_at"]) == ("restored", desk.now)
    assert (await desk.messages(complaint))[-1] == ("are_you_back", "waiting")
    heard = await desk.do(HearMessage(channel="sms", sender="+8613800000002", text=" 1。"), "customer")
    assert heard == {"complaint": complaint, "understood": "back"}
    shown = await desk.shown(complaint)
    assert (shown["state"], shown["closed_reason"]) == ("closed", "customer_confirmed")
    assert await desk.messages(complaint) == [
        ("outage_known", "obsolete"),
        ("restored", "obsolete"),
        ("are_you_back", "obsolete"),
    ]


async def test_a_vip_is_called_by_a_person_and_never_closed_before_they_are_satisfied(desk: Desk) -> None:
    await take_down(desk.connection, site="S1")
    complaint = await desk.call(phone=VIP)
    await desk.end_outage()
    await desk.batch(minutes=20)
    shown = await desk.shown(complaint)
    assert (shown["state"], shown["asked_at"]) == ("restored", None)
    closing = CloseComplaint(complaint=complaint, reason="solved", text="mains is back at the site")
    assert await desk.refusal(closing) == "vip_not_satisfied"
    await desk.batch(days=2)
    assert (await desk.shown(complaint))["leader_reason"] == "no_answer"
    await desk.do(CallBack(complaint=complaint, outcome="back", satisfaction=1))
    shown = await desk.shown(complaint)
    assert (shown["state"], shown["leader_reason"]) == ("restored", "dissatisfied")
    await desk.do(RateComplaint(complaint=complaint, score=5))
    assert (await desk.shown(complaint))["state"] == "closed"
    await desk.do(RateComplaint(complaint=complaint, score=2, channel="web"), "customer")
    assert (await desk.shown(complaint))["state"] == "restored"


async def test_silence_closes_the_complaint_of_others(desk: Desk) -> None:
    await take_down(desk.connection)
    complaint = await desk.call(phone=OTHER)
    await desk.end_outage()
    await desk.batch(minutes=16)
    await desk.batch(hours=25)
    shown = await desk.shown(complaint)
    assert (shown["state"], shown["closed_reason"], shown["closed_by"]) == ("closed", "no_answer", "complaints")


async def test_still_out_is_a_nested_fault_with_a_ticket_of_its_own_and_restored_by_it(desk: Desk) -> None:
    await take_down(desk.connection)
    complaint = await desk.call(phone=OTHER)
    await desk.end_outage()
    await desk.batch(minutes=16)
    await desk.do(CallBack(complaint=complaint, outcome="still_out", channel="web"), "customer")
    shown = await desk.shown(complaint)
    assert (shown["state"], shown["incident"], shown["earlier_incidents"]) == ("open", None, ["I1"])
    assert shown["still_out_at"] == desk.now
    command = await one_row(
        desk.connection, "SELECT kind, body, key FROM core.command WHERE owner = 'alarm_correlation'"
    )
    assert (command["kind"], command["body"]["origin"]) == ("OpenTicket", f"complaint:{complaint}")
    await _answer_ticket(desk, command["key"])
    await desk.batch()
    assert (await desk.shown(complaint))["ticket"] == "T-9"
    async with desk.connection.transaction():
        await desk.connection.execute("UPDATE correlation.ticket SET state = 'resolved' WHERE ticket_id = 'T-9'")
        await feed.publish(desk.connection, "alarm_correlation", {"ticket": ["T-9"]})
    await desk.batch(minutes=30)
    shown = await desk.shown(complaint)
    assert (shown["state"], shown["restored_at"]) == ("restored", desk.now)
    await desk.batch(minutes=16)
    kinds = [kind for kind, _ in await desk.messages(complaint)]
    assert kinds == ["outage_known", "restored", "are_you_back", "restored", "are_you_back"]


async def test_who_is_still_out_is_linked_to_what_still_stands_there(desk: Desk) -> None:
    await take_down(desk.connection)
    complaint = await desk.call(phone=OTHER)
    await desk.end_outage()
    await take_down(desk.connection, "I2")
    await desk.batch(minutes=16)
    await desk.do(CallBack(complaint=complaint, outcome="still_out"))
    shown = await desk.shown(complaint)
    assert (shown["state"], shown["incident"], shown["earlier_incidents"]) == ("linked", "I2", ["I1"])
    load = await one_row(desk.connection, "SELECT * FROM views.complaint_load WHERE incident = 'I2'")
    assert load == {"incident": "I2", "complaints": 1, "vips": 0, "still_out": 1, "heated": 0}


async def test_closed_with_a_reason_reopened_and_handed_over(desk: Desk) -> None:
    complaint = await desk.call(phone="13800000003")
    assert await desk.refusal(CloseComplaint(complaint=complaint, reason="solved", text="fixed")) == "text_too_vague"
    await desk.do(CloseComplaint(complaint=complaint, reason="not_ours", text="the phone itself is broken"))
    assert await desk.refusal(HandOverComplaint(complaint=complaint, note="x", queue="billing")) == "already_closed"
    await desk.do(ReopenComplaint(complaint=complaint, reason="a second phone has none either"))
    assert await desk.refusal(HandOverComplaint(complaint=complaint, note="x", to="nobody")) == "unknown_person"
    shown = await desk.do(HandOverComplaint(complaint=complaint, note="asks about the bill", queue="billing"))
    assert (shown["state"], shown["queue"], shown["closed_at"]) == ("open", "billing", None)
    audited = await (await desk.connection.execute("SELECT action FROM core.audit ORDER BY audit_id")).fetchall()
    assert [row["action"] for row in audited][1:] == [  # after the inventory
        "register_complaint",
        "close_complaint",
        "reopen_complaint",
        "hand_over_complaint",
    ]


async def _answer_ticket(desk: Desk, key: str) -> None:
    """alarm_correlation opened T-9 for it."""
    await desk.connection.execute(
        "INSERT INTO correlation.ticket (ticket_id, origin, site_id, domain, state, priority, title, opened_at,"
        " opened_by) VALUES ('T-9', %s, 'S2', 'sh/sh', 'acknowledged', 2, 't', %s, 'complaints')",
        (key, desk.now),
    )
    await desk.connection.execute(
        "UPDATE core.command SET state = 'done', answer = '{\"id\": \"T-9\"}' WHERE key = %s", (key,)
    )
