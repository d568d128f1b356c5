"""A complaint as a closed loop on a real database: begun, owned, promised, told, heard."""

from __future__ import annotations

from datetime import timedelta

import pytest

from complaints.commands import ACTIONS
from guywire import feed
from guywire.commands.complaints import (
    OF_A_COMPLAINT,
    OF_A_PROMISE,
    AnswerComplaint,
    ChangeComplaint,
    CloseComplaint,
    DecideGrant,
    GrantToCustomer,
    HearMessage,
    KeepPromise,
    MergeComplaints,
    PromiseToCustomer,
    SplitComplaint,
    TakeComplaint,
    WishOfCustomer,
)
from guywire.database import Connection
from tests.integration.complaint_life_world import Desk, desk_of
from tests.integration.complaints_world import NOW, add_order, add_ticket, one_row, take_down

VIP, OTHER = "13800000001", "13800000002"


@pytest.fixture
async def desk(connection: Connection) -> Desk:
    return await desk_of(connection)


def test_every_step_of_the_contract_is_carried_out() -> None:
    assert {*OF_A_COMPLAINT, *OF_A_PROMISE} - {MergeComplaints, SplitComplaint} == ACTIONS.keys()


async def test_a_complaint_begins_with_due_times_a_queue_and_for_a_vip_somebody_who_answers(desk: Desk) -> None:
    vip = await desk.shown(await desk.call(phone=VIP, category="no_signal", answers={"restarted": "yes"}))
    other = await desk.shown(await desk.call(phone=OTHER, category="billing", channel="web"))
    assert (vip["owner"], vip["queue"], vip["answers"]) == ("ann", "desk", {"restarted": "yes"})
    assert vip["answered_at"] == NOW  # on the phone the customer is answered while they complain
    assert vip["due_at"] == vip["solve_due_at"] == NOW + timedelta(minutes=240)
    assert (other["owner"], other["queue"], other["incident"]) == (None, "billing", None)
    assert other["due_at"] == other["respond_due_at"] == NOW + timedelta(minutes=240)


async def test_no_outage_explains_a_bill(desk: Desk) -> None:
    await take_down(desk.connection)
    complaint = await desk.call(phone=OTHER, category="billing")
    await take_down(desk.connection, "I2")
    await desk.batch()
    assert (await desk.shown(complaint))["state"] == "open"


async def test_what_is_overdue_goes_to_the_leader_once_and_is_published(desk: Desk) -> None:
    complaint = await desk.call(phone=OTHER, category="no_signal", channel="web")
    head = await feed.head(desk.connection, "complaints")
    await desk.batch(minutes=31)
    shown = await desk.shown(complaint)
    assert (shown["leader_reason"], shown["leader_at"]) == ("respond_overdue", desk.now)
    assert await feed.head(desk.connection, "complaints") == head + 1
    await desk.do(TakeComplaint(complaint=complaint, as_leader=True), "lee")
    shown = await desk.shown(complaint)
    assert (shown["leader_at"], shown["owner"]) == (None, "lee")
    await desk.batch(minutes=1)
    assert (await desk.shown(complaint))["leader_at"] is None


async def test_a_heated_customer_is_the_leaders_at_once(desk: Desk) -> None:
    shown = await desk.shown(await desk.call(phone=OTHER, heat="heated"))
    assert shown["leader_reason"] == "heated"


async def test_a_step_on_an_old_version_is_refused_with_what_it_is_now(desk: Desk) -> None:
    complaint = await desk.call(phone=OTHER)
    await desk.do(TakeComplaint(complaint=complaint, version=1))
    assert await desk.refusal(TakeComplaint(complaint=complaint, version=1), "bob") == "version_is_old"
    assert (await desk.shown(complaint))["owner"] == "ann"


async def test_a_promise_is_warned_of_broken_and_kept_late_on_record(desk: Desk) -> None:
    complaint = await desk.call(phone=OTHER, category="no_signal")
    await desk.do(PromiseToCustomer(complaint=complaint, text="call back", due_at=desk.now + timedelta(hours=2)))
    late = PromiseToCustomer(complaint=complaint, text="come", due_at=desk.now + timedelta(days=9))
    assert await desk.refusal(late) == "promise_too_far"
    assert not (await desk.shown(complaint))["promise_warned"]
    await desk.batch(minutes=95)
    assert (await desk.shown(complaint))["promise_warned"]
    closing = CloseComplaint(complaint=complaint, reason="solved", text="antenna of the house turned")
    assert await desk.refusal(closing) == "promise_stands"
    await desk.batch(minutes=30)
    shown = await desk.shown(complaint)
    assert (shown["leader_reason"], shown["promise_due_at"]) == ("promise_broken", NOW + timedelta(hours=2))
    await desk.do(KeepPromise(promise="CP1", note="reached at last"))
    row = await one_row(desk.connection, "SELECT * FROM views.promise")
    assert (row["state"], row["ended_by"], row["ended_at"]) == ("broken", "ann", desk.now)
    assert (await desk.shown(complaint))["promise_due_at"] is None


async def test_a_grant_above_the_agents_limit_waits_for_another_person_who_leads(desk: Desk) -> None:
    complaint = await desk.call(phone=OTHER, category="no_signal")
    await desk.do(GrantToCustomer(complaint=complaint, grant="credit", amount=20))
    await desk.do(GrantToCustomer(complaint=complaint, grant="credit", amount=80))
    assert await desk.refusal(GrantToCustomer(complaint=complaint, grant="credit", amount=101)) == "grant_too_much"
    assert (await desk.shown(complaint))["leader_reason"] == "grant"
    assert await desk.refusal(DecideGrant(promise="CP2", granted=True)) == "own_grant"
    await desk.do(DecideGrant(promise="CP2", granted=True), "lee")
    rows = await (await desk.connection.execute("SELECT state FROM views.promise ORDER BY id")).fetchall()
    assert [row["state"] for row in rows] == ["standing", "standing"]


async def test_the_outage_its_new_end_and_its_end_are_each_told_once(desk: Desk) -> None:
    await take_down(desk.connection)
    await add_ticket(desk.connection, "I1", "S2")
    complaint = await desk.call(phone=OTHER)
    assert await desk.messages(complaint) == [("outage_known", "waiting")]
    await desk.batch()
    await add_order(desk.connection, "accepted", desk.now + timedelta(minutes=200))
    await desk.batch(minutes=40)
    await desk.batch(minutes=1)
    assert await desk.messages(complaint) == [("outage_known", "obsolete"), ("end_changed", "waiting")]
    words = (await one_row(desk.connection, "SELECT words FROM complaints.message WHERE kind = 'end_changed'"))["words"]
    assert "a power cut in the area" in words["en"]
    assert "https://help.example.com/track/" in words["en"]
    await desk.end_outage()
    await desk.batch(minutes=5)
    assert (await desk.messages(complaint))[1:] == [("end_changed", "obsolete"), ("restored", "waiting")]


async def test_in_shadow_nobody_is_told_and_no_ticket_asked_for(desk: Desk) -> None:
    desk.shadow = True
    await take_down(desk.connection)
    complaint = await desk.call(phone=OTHER, category="no_signal", site="S4", latitude=None)
    await desk.batch(hours=3)
    assert await desk.messages(complaint) == []
    assert (await one_row(desk.connection, "SELECT count(*) FROM core.command WHERE owner <> 'complaints'"))[
        "count"
    ] == 0


async def test_an_unexplained_complaint_asks_for_a_ticket_after_the_categorys_time(desk: Desk) -> None:
    complaint = await desk.call(phone=OTHER, category="no_signal")
    await desk.batch(minutes=119)
    assert await _asked(desk) == 0
    await desk.batch(minutes=2)
    await desk.batch(minutes=60)
    assert await _asked(desk) == 1
    body = (await one_row(desk.connection, "SELECT body FROM core.command WHERE owner = 'alarm_correlation'"))["body"]
    assert (body["site"], body["kind"], body["origin"]) == ("S2", "customer_visit", f"complaint:{complaint}")


async def test_children_are_answered_with_their_parent_and_stand_one_deep(desk: Desk) -> None:
    ids = [await desk.call(phone=phone) for phone in (OTHER, "13800000003", VIP)]
    await desk.do(MergeComplaints(complaint=ids[0], children=tuple(ids[1:])))
    assert (await desk.shown(ids[0]))["children"] == 2
    assert await desk.refusal(MergeComplaints(complaint=ids[1], children=(ids[2],))) == "is_a_child"
    fourth = await desk.call(phone="13800000009")
    assert await desk.refusal(MergeComplaints(complaint=fourth, children=(ids[0],))) == "has_children"
    said = AnswerComplaint(
        complaint=ids[0], text="a new antenna goes up on Monday", channel="sms", send=True, children=True
    )
    await desk.do(said)
    for complaint in ids:
        assert (await desk.messages(complaint))[-1] == ("answer", "waiting")
    await desk.do(SplitComplaint(complaint=ids[1]))
    assert (await desk.shown(ids[0]))["children"] == 1


async def test_whoever_does_not_want_messages_gets_none(desk: Desk) -> None:
    await take_down(desk.connection)
    complaint = await desk.call(phone=OTHER)
    await desk.do(WishOfCustomer(complaint=complaint, opt_out=True))
    assert await desk.messages(complaint) == [("outage_known", "obsolete")]
    again = await desk.call(phone=OTHER)
    assert await desk.messages(again) == []
    await desk.do(HearMessage(channel="sms", sender=OTHER, text="START"), "customer")
    assert ("outage_known", "waiting") in await desk.messages(again)


async def test_words_of_a_customer_are_kept_or_are_a_complaint_of_their_own(desk: Desk) -> None:
    first = await desk.do(HearMessage(channel="sms", sender=OTHER, text="没有信号"), "customer")
    assert first["understood"] == "registered"
    second = await desk.do(HearMessage(channel="sms", sender=OTHER, text="还是没有, since yesterday"), "customer")
    assert second == {"complaint": first["complaint"], "understood": "kept"}
    mail = await desk.do(HearMessage(channel="email", sender="li@example.com", text="no data"), "customer")
    assert mail["understood"] == "registered"
    assert (await desk.shown(mail["complaint"]))["email"] == "li@example.com"
    assert [direction for direction, _ in await desk.contacts(first["complaint"])] == ["in", "in"]


async def test_a_strangers_report_says_nothing_of_whose_number_it_is(desk: Desk) -> None:
    await take_down(desk.connection)
    shown = await desk.shown(await desk.call(phone=OTHER, channel="web", unproven=True))
    assert (shown["customer"], shown["incident"], shown["site"]) == (None, None, None)
    await take_down(desk.connection, "I2")
    await desk.batch()
    assert (await desk.shown(shown["id"]))["state"] == "open"


async def test_a_correction_of_the_site_looks_for_the_outage_again(desk: Desk) -> None:
    await take_down(desk.connection)
    complaint = await desk.call(site="S5")
    changed = await desk.do(ChangeComplaint(complaint=complaint, site="S2", category="no_data", heat="annoyed"))
    assert (changed["incident"], changed["category"], changed["heat"]) == ("I1", "no_data", "annoyed")
    assert await desk.refusal(ChangeComplaint(complaint=complaint, site="S404")) == "site_not_found"
    assert await desk.refusal(ChangeComplaint(complaint=complaint, category="x")) == "unknown_category"
    wrong = ChangeComplaint(complaint=complaint, answers={"calls": "perhaps"})
    assert await desk.refusal(wrong) == "answer_malformed"


async def _asked(desk: Desk) -> int:
    row = await one_row(desk.connection, "SELECT count(*) FROM core.command WHERE owner = 'alarm_correlation'")
    return int(row["count"])
