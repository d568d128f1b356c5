"""Complaints are linked to the outage that explains them, and follow it to its end, on a real database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from complaints import outage_context, outage_of
from complaints.batch import run_batch
from guywire import feed
from guywire.database import Connection
from guywire.errors import Refused
from guywire.inventory import Customer, Inventory
from guywire.inventory.store import load_inventory
from tests.integration.complaints_world import (
    INVENTORY,
    NOW,
    POLICY,
    add_alarm,
    add_incident,
    add_order,
    add_outage,
    add_ticket,
    complaint_row,
    one_row,
    register,
    take_down,
)


@pytest.fixture
async def desk(connection: Connection) -> Connection:
    await load_inventory(connection, INVENTORY, False, NOW)
    return connection


async def test_a_customer_of_a_site_that_is_down_is_told_which_outage_and_when_it_ends(desk: Connection) -> None:
    await take_down(desk)
    await add_ticket(desk, "I1", "S2")
    await add_order(desk, "en_route", NOW + timedelta(minutes=20))
    told = await outage_context(desk, phone="+86 138 0000 0002", now=NOW)
    assert (told["incident"], told["site"], told["state"]) == ("I1", "S2", "under_way")
    assert told["customer"] == {"id": "C-S2", "name": "Wang", "vip": False, "tenant": "mobile"}
    assert told["technician"] == {"id": "T1", "name": "Zhang Wei"}
    assert told["expected_end"] == {
        "at": "2026-11-21T08:50:00+00:00",
        "earliest": "2026-11-21T08:40:00+00:00",
        "latest": "2026-11-21T09:20:00+00:00",
    }
    assert told["cause"] == {"zh": "当地停电，基站供电中断", "en": "a power cut in the area"}
    assert told["script"]["zh"] == [
        "您所在的区域自 15:30 起服务受影响，原因：当地停电，基站供电中断。",
        "维护人员正在途中，预计 16:20 到达现场。",
        "预计 16:50 恢复，最早 16:40，最迟 17:20。",
    ]


async def test_a_registered_complaint_is_linked_promised_audited_and_published(desk: Connection) -> None:
    await take_down(desk)
    complaint = await register(desk, phone="13800000002")
    assert (complaint["id"], complaint["state"], complaint["incident"]) == ("C1", "linked", "I1")
    assert complaint["outage"]["expected_end"]["at"] == complaint["promised_at"]
    assert complaint["customer"] == "C-S2"
    audited = await one_row(desk, "SELECT actor, detail FROM core.audit WHERE object_id = 'C1'")
    assert audited == {"actor": "agent.ann", "detail": {"incident": "I1"}}
    changes = await feed.read(desk, "a face", "complaints")
    assert [(change.topic, change.id, change.body["incident"]) for change in changes] == [("complaint", "C1", "I1")]


async def test_what_the_answer_says_of_the_outage_is_what_can_be_asked_later(desk: Connection) -> None:
    await take_down(desk)
    complaint = await register(desk, customer_id="C-S2")
    later = await outage_of(desk, "C1", now=NOW)
    assert later is not None
    told = complaint["outage"]
    assert {name for name in told if told[name] != later[name]} <= {"score", "signs"}


async def test_a_tenants_customer_is_not_linked_to_another_tenants_equipment(desk: Connection) -> None:
    await add_incident(desk, "I1", "S1", "base-station-down")
    await add_alarm(desk, "A1", "I1", "S1", "bts-u", "base-station-down")
    await add_outage(desk, "I1", "S1")
    assert (await outage_context(desk, phone="13800000001", now=NOW))["incident"] is None
    assert (await outage_context(desk, site="S1", now=NOW))["incident"] == "I1"
    await add_alarm(desk, "A2", "I1", "S1", "rectifier-1", "dc-fuse-blown")
    assert (await outage_context(desk, phone="13800000001", now=NOW))["incident"] == "I1"


async def test_a_place_finds_the_nearest_site_that_is_down_and_not_one_far_away(desk: Connection) -> None:
    await take_down(desk)
    near = await outage_context(desk, latitude=31.011, longitude=121.001, now=NOW)
    assert (near["incident"], near["site"]) == ("I1", "S2")
    assert near["distance_km"] == pytest.approx(0.15, abs=0.02)
    assert (await outage_context(desk, latitude=31.5, longitude=121.0, now=NOW))["incident"] is None


async def test_without_an_outage_the_signs_around_are_shown(desk: Connection) -> None:
    await add_incident(desk, "I1", "S2", "door-open")
    await add_alarm(desk, "A1", "I1", "S2", "door-1", "door-open")
    told = await outage_context(desk, phone="13800000002", now=NOW)
    assert told["incident"] is None
    assert [sign["alarm_type"] for sign in told["signs"]["alarms"]] == ["door-open"]
    assert told["expected_end"] is None
    await register(desk, phone="13800000002")
    assert (await outage_context(desk, site="S2", now=NOW))["signs"]["complaints"] == 1


async def test_an_unexplained_complaint_is_linked_when_its_incident_appears(desk: Connection) -> None:
    for about in ({"phone": "13800000002"}, {"phone": "13800000003"}, {"latitude": 31.011, "longitude": 121.0}):
        assert (await register(desk, **about))["outage"] is None
    unrelated = await register(desk, site="S5")
    await take_down(desk)
    await run_batch(desk, NOW, POLICY)
    for complaint in ("C1", "C2", "C3"):
        row = await complaint_row(desk, complaint)
        assert (row["state"], row["incident"], row["site"]) == ("linked", "I1", "S2")
    assert (await complaint_row(desk, unrelated["id"]))["state"] == "open"


async def test_a_merge_moves_the_complaint_to_the_incident_that_survives(desk: Connection) -> None:
    await take_down(desk)
    await register(desk, phone="13800000002")
    await add_incident(desk, "I2", "S3")
    await add_incident(desk, "I3", "S3")
    async with desk.transaction():
        await desk.execute("UPDATE correlation.incident SET state='merged', merged_into='I2' WHERE incident_id='I1'")
        await desk.execute("UPDATE correlation.incident SET state='merged', merged_into='I3' WHERE incident_id='I2'")
        await desk.execute("UPDATE correlation.alarm SET incident_id = 'I3'")
        await desk.execute("UPDATE correlation.outage SET incident_id = 'I3'")
        await feed.publish(desk, "alarm_correlation", {"incident": ["I1"]})
    await run_batch(desk, NOW, POLICY)
    row = await complaint_row(desk, "C1")
    assert (row["state"], row["incident"]) == ("linked", "I3")


async def test_the_end_of_the_outage_restores_the_complaint(desk: Connection) -> None:
    await take_down(desk)
    await register(desk, phone="13800000002")
    ended = NOW + timedelta(minutes=40)
    async with desk.transaction():
        await desk.execute("UPDATE correlation.alarm SET cleared_at = %s", (ended,))
        await desk.execute("UPDATE correlation.outage SET ended_at = %s", (ended,))
        await desk.execute("UPDATE correlation.incident SET state = 'closed', closed_at = %s", (ended,))
        await feed.publish(desk, "alarm_correlation", {"incident": ["I1"]})
    outcome = await run_batch(desk, ended + timedelta(seconds=1), POLICY)
    assert outcome.became == {"restored": 1}
    row = await complaint_row(desk, "C1")
    assert (row["state"], row["restored_at"]) == ("restored", ended)
    told = await outage_of(desk, "C1", now=ended)
    assert told is not None
    assert (told["state"], told["restored_at"], told["expected_end"]) == ("restored", ended.isoformat(), None)
    assert "16:40" in told["script"]["en"][1]


async def test_a_split_that_takes_the_site_away_finds_the_new_incident_or_restores(desk: Connection) -> None:
    await take_down(desk)
    await register(desk, phone="13800000002")
    await add_incident(desk, "I2", "S2")
    async with desk.transaction():
        await desk.execute("UPDATE correlation.alarm SET incident_id = 'I2'")
        await desk.execute("DELETE FROM correlation.outage")
        await feed.publish(desk, "alarm_correlation", {"incident": ["I1", "I2"]})
    await run_batch(desk, NOW, POLICY)
    row = await complaint_row(desk, "C1")
    assert (row["state"], row["incident"]) == ("linked", "I2")
    async with desk.transaction():
        await desk.execute("UPDATE correlation.alarm SET cleared_at = %s", (NOW,))
        await feed.publish(desk, "alarm_correlation", {"alarm": ["A-I1"]})
    await run_batch(desk, NOW, POLICY)
    assert (await complaint_row(desk, "C1"))["state"] == "restored"


async def test_a_step_of_the_work_order_shows_the_linked_complaint_again(desk: Connection) -> None:
    await take_down(desk)
    await add_ticket(desk, "I1", "S2")
    await register(desk, phone="13800000002")
    before = await feed.head(desk, "complaints")
    await add_order(desk, "accepted", NOW + timedelta(minutes=20))
    await run_batch(desk, NOW, POLICY)
    changes = await feed.read_after(desk, "complaints", before)
    assert [(change.topic, change.id) for change in changes] == [("complaint", "C1")]


async def test_a_batch_without_news_changes_and_publishes_nothing(desk: Connection) -> None:
    await take_down(desk)
    await register(desk, phone="13800000002")
    before = await feed.head(desk, "complaints")
    await run_batch(desk, NOW, POLICY)
    assert await feed.head(desk, "complaints") == before


async def test_after_a_feed_that_was_pruned_the_truth_is_found_in_the_views(desk: Connection) -> None:
    await register(desk, phone="13800000002")
    await take_down(desk)
    await feed.prune(desk, datetime.now(UTC) + timedelta(days=1))
    await run_batch(desk, NOW, POLICY)
    assert (await complaint_row(desk, "C1"))["state"] == "linked"
    assert await feed.position(desk, "complaints", "alarm_correlation") == await feed.head(desk, "alarm_correlation")


@pytest.mark.parametrize(
    ("about", "reason"),
    [
        ({"customer_id": "nobody"}, "customer_not_found"),
        ({"site": "nowhere"}, "site_not_found"),
        ({"latitude": 31.0}, "half_a_position"),
        ({"latitude": 91.0, "longitude": 0.0}, "no_such_position"),
        ({"text": " "}, "nothing_to_go_by"),
        ({"text": "x" * 4001}, "text_too_long"),
        ({"phone": "abc"}, "phone_malformed"),
        ({"channel": ""}, "channel_missing"),
    ],
)
async def test_a_complaint_that_cannot_be_right_is_refused_and_leaves_nothing(
    desk: Connection, about: dict[str, Any], reason: str
) -> None:
    with pytest.raises(Refused) as refusal:
        await register(desk, **about)
    assert refusal.value.reason == reason
    assert await one_row(desk, "SELECT count(*) AS count FROM complaints.complaint") == {"count": 0}
    assert (await register(desk, site="S1"))["id"] == "C1"


async def test_nothing_to_go_by_and_unknown_sites_are_refused_by_the_context_too(desk: Connection) -> None:
    for site, reason in ((None, "nothing_to_go_by"), ("S404", "site_not_found")):
        with pytest.raises(Refused) as refusal:
            await outage_context(desk, site=site, now=NOW)
        assert refusal.value.reason == reason


async def test_several_customers_on_one_phone_are_all_named_and_the_one_in_an_outage_is_meant(desk: Connection) -> None:
    others = {
        name: Customer(name, name, "02155550000", None, None, (site,), False)
        for name, site in (("C-A", "S4"), ("C-B", "S2"))
    }
    await load_inventory(desk, Inventory(customers=others), False, NOW)
    await take_down(desk)
    told = await outage_context(desk, phone="021-5555-0000", now=NOW)
    assert [one["id"] for one in told["customers"]] == ["C-A", "C-B"]
    assert told["customer"]["id"] == "C-B"
