"""The field port's answers for a day without coverage, photos, and what a phone says of itself; dispatch is real."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric import ec

from field_app_api.photos import PhotosKept
from guywire import inbox
from guywire.commands import WithdrawWorkOrder
from guywire.push_key import public_push_key, push_key
from tests.integration.dispatch_world import World
from tests.integration.field_phone import HERE, REPORT, offered, step
from tests.integration.running_field import Field

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
WEBP = b"RIFF\x00\x00\x00\x00WEBP" + bytes(100)
STEPS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("accepted", {}),
    ("en_route", {}),
    ("on_site", HERE),
    ("done", REPORT),
)


def now() -> str:
    return datetime.now(UTC).isoformat()


async def day(phone: httpx.AsyncClient, **params: Any) -> dict[str, Any]:
    answer = await phone.get("/api/v1/me/day", params=params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def put_photo(
    phone: httpx.AsyncClient, order: str, content: bytes = JPEG, photo: str = "", said: str = "image/jpeg"
) -> httpx.Response:
    params = {"work_order": order, "kind": "photo", "name": "rack", "at": now()}
    headers = {"Content-Type": said}
    return await phone.put(f"/api/v1/photos/{photo or uuid.uuid4()}", params=params, content=content, headers=headers)


async def test_the_day_holds_all_that_a_job_takes(world: World, near: httpx.AsyncClient) -> None:
    await world.connection.execute(
        "UPDATE core.technician SET phone = '13800000001' WHERE technician_id IN ('M1', 'C')"
    )
    order = (await offered(world, near))["id"]
    await world.connection.execute("UPDATE correlation.need SET alarm_type = 'mains-failure'")
    found = await day(near)
    [job] = found["orders"]
    assert (job["id"], job["fault"]["zh"], job["ticket_title"]) == (order, "交流输入停电", "t")
    assert job["parts"] == {"zh": ["便携式发电机", "交流空开"], "en": ["portable generator", "AC breaker"]}
    assert {one["name"] for one in job["checks"]} >= {"made_safe", "site_locked"}
    assert [one["name"] for one in job["asked_readings"]] == ["dc_voltage", "ac_voltage"]
    assert (job["mates"], job["records"], job["photos"], job["questions"], job["history"]) == ([], [], [], [], [])
    assert job["places"] == {"site": None, "parking": None, "track": None}
    assert found["person"]["manager"] == {"id": "M1", "name": "Mr M1", "phone": "13800000001"}
    assert found["person"]["time_zone"] == "Asia/Shanghai"
    assert found["duty"] == {"on": True, "until": None, "next_from": None}
    assert [(stop["order"], stop["fault"]["en"]) for stop in found["plan"]] == [(order, "Mains failure")]
    assert [notice["kind"] for notice in found["notices"]] != []
    assert found["rules"]["photo_max_bytes"] == 2_000_000
    assert (found["emergency"], found["sos"], found["watch"]) == (None, None, None)
    detail = (await near.get(f"/api/v1/work-orders/{order}")).json()
    assert detail == job


async def test_the_team_is_who_is_on_duty_near_with_a_fresh_position(
    world: World, near: httpx.AsyncClient, far: httpx.AsyncClient
) -> None:
    await world.technician("E", 31.2, shift="08:00-08:01")
    await world.technician("F", 31.2, region="other/city")
    for technician, age in (("A", 200), ("C", 1), ("E", 1), ("F", 1)):
        await world.connection.execute(
            "INSERT INTO dispatch.technician_state (technician_id, latitude, longitude, position_at)"
            " VALUES (%s, 31.35, 121, %s)",
            (technician, datetime.now(UTC) - timedelta(minutes=age)),
        )
    [mate] = (await day(near))["team"]
    assert (mate["id"], mate["busy"], 10 < mate["km"] < 13) == ("C", False, True)
    assert "skills" not in mate
    order = (await offered(world, near))["id"]
    for to in ("accepted", "en_route"):
        await step(near, order, to)
    await near.post("/api/v1/me/positions", json={"at": now(), **HERE})
    assert [(one["id"], one["busy"]) for one in (await day(far))["team"]] == [("B", True)]


async def test_a_phone_that_waits_is_told_of_notices_questions_and_calls_for_help(
    world: World, near: httpx.AsyncClient, far: httpx.AsyncClient
) -> None:
    order = (await offered(world, near))["id"]
    seen = (await day(far))["seen"]
    waiting = asyncio.create_task(day(far, seen=seen, wait=25))
    asked = await near.post(f"/api/v1/work-orders/{order}/questions", json={"text": "Which fuse?"})
    assert (asked.status_code, "experts" in asked.json()) == (201, False)
    told = await asyncio.wait_for(waiting, 20)
    assert [notice["kind"] for notice in told["notices"]][:1] == ["question"]
    [question] = (await far.get("/api/v1/me/questions")).json()["items"]
    assert (question["by"], question["text"], question["mine"]) == ("Mr B", "Which fuse?", False)
    answered = await far.post(f"/api/v1/questions/{question['id']}/answers", json={"text": "F7"})
    assert answered.status_code == 201
    job = (await day(near))["orders"][0]
    assert [(one["by"], one["text"]) for one in job["questions"][0]["answers"]] == [("Mr C", "F7")]
    ids = [notice["id"] for notice in (await day(near))["notices"]]
    assert (await near.post("/api/v1/me/notices/seen", json={"ids": ids})).json() == {"seen": len(ids)}
    assert all(notice["seen_at"] for notice in (await day(near))["notices"])


async def test_the_next_visitor_sees_what_was_done_there_before(world: World, near: httpx.AsyncClient) -> None:
    first = (await offered(world, near))["id"]
    for to, more in STEPS:
        assert (await step(near, first, to, **more)).status_code == 200
    correction = {"kind": "parking", "points": [[31.2001, 121.0]], "note": "behind the school", "at": now()}
    placed = await near.post("/api/v1/sites/S1/places", json=correction)
    assert placed.json()["state"] == "current"
    await world.ticket("T2")
    await world.connection.execute("UPDATE correlation.need SET alarm_type = 'mains-failure'")
    again = (await offered(world, near, "N2", ticket="T2"))["id"]
    await world.connection.execute("UPDATE correlation.need SET alarm_type = 'mains-failure'")
    second = (await near.get(f"/api/v1/work-orders/{again}")).json()
    assert [(one["work_order"], one["cause"], one["technician_name"]) for one in second["history"]] == [
        (first, REPORT["cause"], "Mr B")
    ]
    assert second["repeats"] == 1
    assert second["places"]["parking"]["note"] == "behind the school"


async def test_records_come_back_with_the_order(near: httpx.AsyncClient, world: World) -> None:
    order = (await offered(world, near))["id"]
    photo = str(uuid.uuid4())
    noted = [
        {"id": str(uuid.uuid4()), "at": now(), "kind": "check", "name": "made_safe", "value": True},
        {"id": str(uuid.uuid4()), "at": now(), "kind": "reading", "name": "dc_voltage", "value": 9, "unit": "V"},
        {"id": str(uuid.uuid4()), "at": now(), "kind": "reading", "name": "ac_voltage", "value": None, "photo": photo},
    ]
    for _ in range(2):
        kept = await near.post(f"/api/v1/work-orders/{order}/records", json={"records": noted})
        assert kept.status_code == 200, kept.text
    assert [item["outside"] for item in kept.json()["items"]] == [False, True, False]
    job = (await near.get(f"/api/v1/work-orders/{order}")).json()
    assert [one["value"] for one in job["records"]] == [True, 9, None]
    assert [one["photo"] for one in job["records"]] == ["", "", photo]


async def test_an_order_taken_away_meanwhile_is_refused_with_its_reason_and_what_happened_is_kept(
    field: Field, near: httpx.AsyncClient, world: World
) -> None:
    order = (await offered(world, near))["id"]
    for to in ("accepted", "en_route"):
        await step(near, order, to)
    withdraw = WithdrawWorkOrder(work_order=order, reason="the utility is back")
    await inbox.ask(field.dispatch.pool, field.dispatch.wakeups, withdraw, "zhou")
    refused = await step(near, order, "on_site", **HERE)
    assert (refused.status_code, refused.json()["reason"]) == (409, "withdrawn")
    assert "the utility is back" in refused.json()["message"]
    note = {"id": str(uuid.uuid4()), "at": now(), "kind": "note", "text": "gate is locked"}
    kept = await near.post(f"/api/v1/work-orders/{order}/records", json={"records": [note]})
    assert [item["late"] for item in kept.json()["items"]] == [True]
    assert (await put_photo(near, order)).status_code == 201


async def test_a_photo_is_the_same_again_and_never_another(
    near: httpx.AsyncClient, far: httpx.AsyncClient, world: World
) -> None:
    order, photo = (await offered(world, near))["id"], str(uuid.uuid4())
    at_once = await asyncio.gather(*(put_photo(near, order, photo=photo) for _ in range(4)))
    assert sorted(answer.status_code for answer in at_once) == [200, 200, 200, 201]
    other = await put_photo(near, order, JPEG + b"x", photo)
    assert (other.status_code, other.json()["reason"]) == (409, "photo_id_used")
    served = await near.get(f"/api/v1/photos/{photo}")
    assert (served.content, served.headers["content-type"]) == (JPEG, "image/jpeg")
    assert served.headers["x-content-type-options"] == "nosniff"
    assert served.headers["content-disposition"] == f'inline; filename="{photo}.jpg"'
    [listed] = (await near.get(f"/api/v1/work-orders/{order}")).json()["photos"]
    assert (listed["id"], listed["bytes"], listed["kind"]) == (photo, len(JPEG), "photo")
    assert (await far.get(f"/api/v1/photos/{photo}")).status_code == 404
    assert (await put_photo(far, order)).status_code == 404
    audited = await world.rows("SELECT actor FROM core.audit WHERE action = 'KeepPhoto'")
    assert [row["actor"] for row in audited] == ["bo"]


async def test_a_photo_sent_again_with_another_label_is_answered_as_it_was_kept(
    near: httpx.AsyncClient, world: World
) -> None:
    order, path = (await offered(world, near))["id"], f"/api/v1/photos/{uuid.uuid4()}"
    label = {"work_order": order, "kind": "reading", "at": now(), "name": "voltage"}
    headers = {"Content-Type": "image/jpeg"}
    first = await near.put(path, params=label, content=JPEG, headers=headers)
    again = await near.put(path, params={**label, "kind": "photo", "name": ""}, content=JPEG, headers=headers)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert (again.json()["kind"], again.json()["name"], again.json()["bytes"]) == ("reading", "voltage", len(JPEG))


async def test_a_photo_of_another_age_is_refused(near: httpx.AsyncClient, world: World) -> None:
    label = {"work_order": (await offered(world, near))["id"], "kind": "photo", "at": "0001-01-01T00:00:00+14:00"}
    headers = {"Content-Type": "image/jpeg"}
    answer = await near.put(f"/api/v1/photos/{uuid.uuid4()}", params=label, content=JPEG, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert await world.rows("SELECT photo_id FROM field.photo") == []


async def test_what_is_no_photo_or_too_large_is_refused_and_nothing_is_kept(
    near: httpx.AsyncClient, world: World
) -> None:
    order = (await offered(world, near))["id"]
    for content, said, reason in (
        (b"<svg onload=alert(1)>", "image/svg+xml", "not_a_photo"),
        (b"<html>", "image/jpeg", "type_disagrees"),
        (PNG, "image/webp", "type_disagrees"),
        (b"", "image/png", "type_disagrees"),
    ):
        refused = await put_photo(near, order, content, said=said)
        assert (refused.status_code, refused.json()["reason"]) == (422, reason)
    declared = await put_photo(near, order, JPEG + bytes(2_000_000))
    params = {"work_order": order, "kind": "photo", "at": now()}

    async def in_chunks() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield JPEG[:4] + bytes(100_000)

    chunked = await near.put(
        f"/api/v1/photos/{uuid.uuid4()}", params=params, content=in_chunks(), headers={"Content-Type": "image/jpeg"}
    )
    for refused in (declared, chunked):
        assert (refused.status_code, refused.json()["reason"]) == (413, "photo_too_large")
        assert "2000000 bytes" in refused.json()["message"]
    assert await world.rows("SELECT photo_id FROM field.photo") == []
    for content, said in ((PNG, "image/png"), (WEBP, "image/webp")):
        assert (await put_photo(near, order, content, said=said)).status_code == 201


async def test_photos_are_forgotten_when_policy_says_so(near: httpx.AsyncClient, world: World, tmp_path: Path) -> None:
    order = (await offered(world, near))["id"]
    await put_photo(near, order)
    kept = PhotosKept(tmp_path)
    await kept.forget(world.connection, datetime.now(UTC) + timedelta(days=729))
    assert len(await world.rows("SELECT photo_id FROM field.photo")) == 1
    await kept.forget(world.connection, datetime.now(UTC) + timedelta(days=731))
    assert await world.rows("SELECT photo_id FROM field.photo") == []


async def test_a_phone_calls_for_help_is_watched_and_sees_both(near: httpx.AsyncClient, world: World) -> None:
    watch = await near.post("/api/v1/me/watch", json={"minutes": 30})
    assert watch.status_code == 200
    refused = await near.post("/api/v1/me/watch", json={"minutes": 1})
    assert (refused.status_code, refused.json()["reason"]) == (422, "minutes")
    called = await near.post("/api/v1/me/sos", json={"at": now(), **HERE, "text": "fell"})
    assert (called.status_code, called.json()["told"]) == (201, 1)
    found = await day(near)
    assert found["sos"]["id"] == called.json()["id"]
    assert found["watch"] == watch.json()["watch"]
    assert found["watch"]["until"] > now()
    assert (await near.post("/api/v1/me/watch/end")).status_code == 200
    ended = await near.post("/api/v1/me/sos/end", json={"at": now(), "reason": "only a scratch"})
    assert ended.status_code == 200
    found = await day(near)
    assert (found["sos"], found["watch"]) == (None, None)


async def test_a_technician_sees_the_own_track_and_how_long_it_is_kept(
    near: httpx.AsyncClient, far: httpx.AsyncClient
) -> None:
    await near.post("/api/v1/me/positions", json={"at": now(), **HERE})
    mine = (await near.get("/api/v1/me/positions")).json()
    assert ([item["latitude"] for item in mine["items"]], mine["kept_days"]) == ([31.2], 7)
    later = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    assert (await near.get("/api/v1/me/positions", params={"since": later})).json()["items"] == []
    assert (await far.get("/api/v1/me/positions")).json()["items"] == []


async def test_the_push_key_is_made_once_and_stays(field: Field, near: httpx.AsyncClient) -> None:
    data_dir = field.service.settings.data_dir
    given = [(await near.get("/api/v1/push-key")).json()["key"] for _ in range(2)]
    assert given == [public_push_key(data_dir)] * 2
    assert isinstance(push_key(data_dir).curve, ec.SECP256R1)
    assert (data_dir / "push-key.pem").stat().st_mode & 0o777 == 0o600
    endpoint = "https://fcm.googleapis.com/fcm/send/abc"
    keys = {"p256dh": given[0], "auth": "tBHItJI5svbpez7KI4CCXg"}
    assert (await near.post("/api/v1/me/push", json={"endpoint": endpoint, **keys})).status_code == 200
    assert (await near.post("/api/v1/me/push/end", json={"endpoint": endpoint})).status_code == 200
