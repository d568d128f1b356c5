"""What technicians record, correct, ask and call for, in dispatch's batches: kept once, told to whom it concerns."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dispatch.batch import run_batch
from dispatch.part_policies import PartPolicies
from dispatch.visits.policy import shipped_policy
from dispatch.visits.tracking import PositionsKept
from guywire import inbox
from guywire.commands import Command, MoveWorkOrder, Position, ReportPositions, WithdrawWorkOrder
from guywire.commands.visits import (
    AnswerQuestion,
    AskExpert,
    CorrectPlace,
    DecidePlace,
    EndWatch,
    KeepRecords,
    RaiseSos,
    Record,
    SeeNotices,
    StartWatch,
    SubscribePush,
    UnsubscribePush,
)
from guywire.database import Connection
from tests.integration.dispatch_world import NOW, POLICY, World, minutes
from tests.integration.field_phone import notices, on_site

NEAR = (31.2003, 121.0003)
FAR = (31.9, 121.0)
KEYS = {
    "p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
    "auth": "tBHItJI5svbpez7KI4CCXg",
}
FCM = "https://fcm.googleapis.com/fcm/send/abc"


@pytest.fixture
async def world(connection: Connection) -> World:
    return await on_site(connection)


def check(name: str, value: bool = True, **more: Any) -> Record:
    return Record(record_id=str(uuid.uuid4()), at=NOW, kind="check", name=name, value=value, **more)


def reading(value: float, **more: Any) -> Record:
    return Record(record_id=str(uuid.uuid4()), at=NOW, kind="reading", name="dc_voltage", value=value, unit="V", **more)


def records(*given: Record, technician: str = "B") -> KeepRecords:
    return KeepRecords(work_order="W1", technician=technician, records=given)


def place(
    *points: tuple[float, float], kind: str = "parking", at: datetime = NOW, technician: str = "B"
) -> CorrectPlace:
    return CorrectPlace(site="S1", technician=technician, kind=kind, points=points, at=at, note="behind the school")


async def test_a_record_sent_again_is_the_same_record(world: World) -> None:
    given = records(check("made_safe"), reading(53.5))
    await world.ask(given)
    await world.ask(given)
    rows = await world.rows("SELECT kind, value, outside, late FROM views.record ORDER BY kind")
    assert [(row["kind"], row["value"], row["outside"], row["late"]) for row in rows] == [
        ("check", True, False, False),
        ("reading", 53.5, False, False),
    ]
    assert len(await world.published("record")) == 2


async def test_a_reading_outside_its_range_is_kept_and_marked(world: World) -> None:
    await world.ask(records(reading(12.0)))
    assert [row["outside"] for row in await world.rows("SELECT outside FROM views.record")] == [True]


async def test_what_happened_on_an_order_that_is_gone_meanwhile_is_kept_as_late(world: World) -> None:
    await world.ask(WithdrawWorkOrder(work_order="W1", reason="somebody nearer"))
    await world.ask(records(check("made_safe")), minutes(5))
    assert [row["late"] for row in await world.rows("SELECT late FROM views.record")] == [True]


async def test_records_of_somebody_else_s_order_are_refused(world: World) -> None:
    assert (await world.ask(records(check("made_safe"), technician="C")))["reason"] == "not_your_order"
    assert await world.rows("SELECT * FROM dispatch.record") == []


BAD_RECORDS = [
    ("check_incomplete", Record(record_id=str(uuid.uuid4()), at=NOW, kind="check", name="x", value=1.5)),
    ("reading_incomplete", Record(record_id=str(uuid.uuid4()), at=NOW, kind="reading", name="x", value="much")),
    ("note_incomplete", Record(record_id=str(uuid.uuid4()), at=NOW, kind="note", text=" ")),
    ("part_incomplete", Record(record_id=str(uuid.uuid4()), at=NOW, kind="part")),
    ("song_incomplete", Record(record_id=str(uuid.uuid4()), at=NOW, kind="song")),
    ("id_malformed", Record(record_id="one", at=NOW, kind="note", text="x")),
    ("photo_malformed", Record(record_id=str(uuid.uuid4()), at=NOW, kind="note", text="x", photo="one")),
]


async def test_a_record_that_says_nothing_is_refused_with_all_that_came_along(world: World) -> None:
    for reason, bad in BAD_RECORDS:
        assert (await world.ask(records(check("made_safe"), bad)))["reason"] == reason
    assert await world.rows("SELECT * FROM dispatch.record") == []


async def test_an_id_of_another_order_s_record_is_refused(world: World) -> None:
    one = check("made_safe")
    await world.ask(records(one))
    await world.need("N2", site="S1")
    await world.move("W1", "done", cause="surge", result="replaced fuse F3", at=minutes(1))
    await world.batch(minutes(2))
    other = KeepRecords(work_order="W2", technician="B", records=(one,))
    assert (await world.order("W2"))["technician"] == "B"
    assert (await world.ask(other, minutes(3)))["reason"] == "record_id_used"


async def test_done_names_the_required_checks_that_are_missing_where_policy_wants_them(world: World) -> None:
    wanted = PartPolicies(visits=msgspec.structs.replace(shipped_policy(), done_wants_checks=True))

    async def done() -> dict[str, Any]:
        command = MoveWorkOrder(work_order="W1", to="done", technician="B", cause="surge", result="replaced fuse F3")
        command_id = await inbox.put(world.connection, command, "bo")
        await run_batch(world.connection, NOW, POLICY, parts=wanted)
        answer = await world.rows("SELECT answer FROM core.command WHERE command_id = %s", command_id)
        return dict(answer[0]["answer"])

    refused = await done()
    assert refused["reason"] == "checks_missing"
    assert "Door locked" in refused["message"]
    await world.ask(records(check("made_safe"), check("site_locked")))
    await world.ask(records(check("site_locked", value=False)), minutes(1))  # the last word on it counts
    assert (await done())["reason"] == "checks_missing"
    await world.ask(
        records(Record(record_id=str(uuid.uuid4()), at=minutes(2), kind="check", name="site_locked", value=True)),
        minutes(2),
    )
    assert (await done())["state"] == "done"


async def test_a_corrected_parking_place_holds_at_once_and_an_older_one_changes_nothing(world: World) -> None:
    assert (await world.ask(place(NEAR)))["state"] == "current"
    newer = (31.2001, 121.0001)
    assert (await world.ask(place(newer, at=minutes(5)), minutes(5)))["state"] == "current"
    assert (await world.ask(place((31.2002, 121.0), at=minutes(1)), minutes(6)))["state"] == "replaced"
    rows = await world.rows("SELECT points FROM views.place WHERE state = 'current' AND kind = 'parking'")
    assert [row["points"] for row in rows] == [[list(newer)]]


async def test_a_corrected_place_said_again_is_the_same_one(world: World) -> None:
    first = await world.ask(place(NEAR))
    assert (await world.ask(place(NEAR), minutes(3)))["id"] == first["id"]
    assert len(await world.rows("SELECT * FROM dispatch.place")) == 1


async def test_a_correction_far_off_waits_until_the_response_centre_agrees(world: World) -> None:
    await world.ask(place(NEAR, kind="site"))
    waiting = await world.ask(place(FAR, kind="site", at=minutes(1)), minutes(1))
    assert (waiting["state"], round(waiting["away_km"])) == ("waiting", 78)
    assert (await world.ask(DecidePlace(place=waiting["id"], agreed=False)))["reason"] == "reason_missing"
    assert (await world.ask(DecidePlace(place=waiting["id"], agreed=True), actor="zhou"))["state"] == "current"
    assert (await world.ask(DecidePlace(place=waiting["id"], agreed=True)))["reason"] == "wrong_state"
    rows = await world.rows("SELECT points, decided_by FROM views.place WHERE state = 'current'")
    assert [(row["points"], row["decided_by"]) for row in rows] == [([list(FAR)], "zhou")]


async def test_who_is_refused_a_correction_reads_why(world: World) -> None:
    waiting = await world.ask(place(FAR, kind="site"))
    await world.ask(DecidePlace(place=waiting["id"], agreed=False, reason="that is the next site"))
    [told] = await notices(world, "B", "place_refused")
    assert "that is the next site" in told["words"]["en"]


async def test_only_who_had_work_at_a_site_corrects_it(world: World) -> None:
    assert (await world.ask(place(NEAR, technician="C")))["reason"] == "not_your_site"
    unknown = msgspec.structs.replace(place(NEAR), site="S9")
    assert (await world.ask(unknown))["reason"] == "site_not_found"
    assert (await world.ask(place(NEAR, kind="track")))["reason"] == "points"
    assert (await world.ask(place((91.0, 0.0))))["reason"] == "no_such_place"


async def test_on_site_counts_at_the_corrected_place(world: World) -> None:
    gate = (31.2100, 121.0)  # more than a kilometre off: not at the site as the inventory has it
    await world.ask(place(gate))
    await world.move("W1", "done", cause="surge", result="replaced fuse F3")
    await world.need("N2")
    await world.batch(minutes(1))
    for to in ("accepted", "en_route"):
        await world.move("W2", to, minutes(1))
    arrived = await world.move("W2", "on_site", minutes(2), latitude=gate[0], longitude=gate[1])
    assert arrived["state"] == "on_site"


async def test_a_question_goes_to_who_has_the_skill_and_the_answer_to_who_asked(world: World) -> None:
    asked = await world.ask(AskExpert(work_order="W1", technician="B", text="Which fuse feeds the second rack?"))
    assert asked["experts"] == ["C", "M1"]  # A lacks the skill, B asks
    [told] = await notices(world, "C", "question")
    assert "Which fuse" in told["words"]["zh"]
    assert (await world.ask(AnswerQuestion(question=asked["id"], text="F7", person="A")))["reason"] == "not_asked"
    answered = await world.ask(AnswerQuestion(question=asked["id"], text="F7, left of it", person="C"))
    assert [(one["by"], one["text"]) for one in answered["answers"]] == [("Mr C", "F7, left of it")]
    assert [one["words"]["en"] for one in await notices(world, "B", "answer")] == ["Mr C answers: F7, left of it"]
    assert [one["void_at"] is None for one in await notices(world, "C", "question")] == [False]


async def test_the_response_centre_may_answer_too(world: World) -> None:
    asked = await world.ask(AskExpert(work_order="W1", technician="B", text="Which fuse?", skill="transmission"))
    assert asked["experts"] == ["A", "M1"]
    answered = await world.ask(AnswerQuestion(question=asked["id"], text="F7"), actor="zhou")
    assert answered["answers"][0]["by"] == "zhou"


async def test_push_goes_only_to_services_that_policy_names(world: World) -> None:
    for endpoint in (
        "http://fcm.googleapis.com/x",
        "https://169.254.169.254/x",
        "https://fcm.googleapis.com.evil/x",
        "x",
    ):
        assert (await world.ask(SubscribePush(person="B", endpoint=endpoint, **KEYS)))[
            "reason"
        ] == "push_service_unknown"
    bad = SubscribePush(person="B", endpoint=FCM, p256dh="AAAA", auth=KEYS["auth"])
    assert (await world.ask(bad))["reason"] == "keys_malformed"
    for number in range(7):
        await world.ask(SubscribePush(person="B", endpoint=f"{FCM}{number}", **KEYS), minutes(number))
    await world.ask(UnsubscribePush(person="C", endpoint=f"{FCM}6"))  # not C's
    await world.ask(UnsubscribePush(person="B", endpoint=f"{FCM}5"))
    rows = await world.rows("SELECT id FROM views.push_subscription ORDER BY id")
    assert [row["id"][-1] for row in rows] == ["2", "3", "4", "6"]  # the five newest, without the one that ended


async def test_a_notice_is_seen_once_and_by_its_own_person(world: World) -> None:
    await world.ask(RaiseSos(person="B", at=NOW))
    [told] = await notices(world, "M1", "sos")
    await world.ask(SeeNotices(person="A", notices=(told["id"],)))
    assert (await notices(world, "M1", "sos"))[0]["seen_at"] is None
    await world.ask(SeeNotices(person="M1", notices=(told["id"],)), minutes(1))
    await world.ask(SeeNotices(person="M1", notices=(told["id"],)), minutes(2))
    assert (await notices(world, "M1", "sos"))[0]["seen_at"] == minutes(1)


async def report(world: World, technician: str, *at: datetime) -> dict[str, Any]:
    fixes = tuple(Position(at=one, latitude=31.2, longitude=121.0) for one in at)
    return await world.ask(ReportPositions(technician=technician, positions=fixes), max(at))


async def test_positions_off_duty_are_refused_unless_there_is_an_order_or_need_of_help(world: World) -> None:
    await world.technician("D", 31.5, shift="08:00-10:00", skills=[])  # 00:00 to 02:00 UTC
    assert (await report(world, "D", NOW))["reason"] == "off_duty"
    assert (await report(world, "D", NOW, NOW - timedelta(hours=7)))["taken"] == 1
    await world.ask(RaiseSos(person="D", at=NOW))
    assert (await report(world, "D", minutes(1)))["taken"] == 1
    await world.connection.execute("UPDATE core.technician SET shift = '08:00-10:00' WHERE technician_id = 'B'")
    assert (await report(world, "B", minutes(1)))["taken"] == 1  # on an order


UNKNOWN: list[Command] = [
    RaiseSos(person="X", at=NOW),
    StartWatch(person="X", minutes=30),
    EndWatch(person="X"),
    SubscribePush(person="X", endpoint=FCM, **KEYS),
    UnsubscribePush(person="X", endpoint=FCM),
    SeeNotices(person="X", notices=("n",)),
]


async def test_who_left_the_inventory_is_told_so_and_breaks_nothing(world: World) -> None:
    for command in UNKNOWN:
        assert (await world.ask(command))["reason"] == "technician_not_found"


async def test_positions_are_forgotten_after_the_days_that_policy_keeps(world: World, tmp_path: Path) -> None:
    await world.rows("SELECT core.ensure_days(%s, %s)", minutes(0).date() - timedelta(days=20), minutes(0).date())
    kept = POLICY.position_keep_days
    for technician, days in (("B", kept + 10), ("B", kept - 1), ("C", kept + 0.1)):
        await world.connection.execute(
            "INSERT INTO dispatch.position (technician_id, at, latitude, longitude) VALUES (%s, %s, 31, 121)",
            (technician, NOW - timedelta(days=days)),
        )
        await world.connection.execute(
            "INSERT INTO dispatch.technician_state (technician_id, position_at, latitude, longitude)"
            " VALUES (%s, %s, 31, 121) ON CONFLICT (technician_id) DO UPDATE SET position_at = excluded.position_at",
            (technician, NOW - timedelta(days=days)),
        )
    for _ in range(2):
        await PositionsKept(tmp_path).forget(world.connection, NOW)
    assert [row["technician"] for row in await world.rows("SELECT technician FROM views.position")] == ["B"]
    last = await world.rows("SELECT id FROM views.technician WHERE position_at IS NOT NULL")
    assert [row["id"] for row in last] == ["B"]
    assert (await report(world, "C", minutes(1)))["taken"] == 1  # the days to come have a place still
