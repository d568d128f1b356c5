"""The rota as managers and technicians meet it: over both ports and the command line, with dispatch itself behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from dispatch.clocks.kinds import ClockKind
from dispatch.rota.assessments import COUNTED
from guywire.cli import main
from guywire.database import Connection
from guywire.model import Role
from tests.integration.dispatch_world import World, small_area
from tests.integration.field_phone import token_of
from tests.integration.running_console import running_console
from tests.integration.running_field import running_field

TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
NIGHT = TODAY + timedelta(days=3, hours=12)  # 20:00 in Shanghai
DAY = TODAY + timedelta(days=5)
TWELVE = timedelta(hours=12)


@dataclass
class Ports:
    """Who asks: the area's manager, the one of another area and an operator at the console, and three phones."""

    manager: httpx.AsyncClient
    stranger: httpx.AsyncClient
    operator: httpx.AsyncClient
    phones: dict[str, httpx.AsyncClient]


@pytest.fixture
async def world(connection: Connection) -> World:
    world = await small_area(connection)
    for technician, shift in (("A", "10:00-11:00"), ("B", "08:00-20:00"), ("C", "20:00-08:00")):
        query = "UPDATE core.technician SET shift = %s, company = 'North Crew' WHERE technician_id = %s"
        await connection.execute(query, (shift, technician))
    return world


@pytest.fixture
async def ports(world: World, database_url: str, tmp_path: Path) -> AsyncIterator[Ports]:
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "rota.toml").write_text("[swaps]\nmost_hours = 40\n")
    tokens = {
        "manager": await token_of(world, "li", Role.AREA_MANAGER, "M1", "p/c/a"),
        "stranger": await token_of(world, "wu", Role.AREA_MANAGER, "", "p/c/b"),
        "operator": await token_of(world, "ann", Role.NOC_OPERATOR),
    }
    own = {technician: await token_of(world, f"phone-{technician}", technician=technician) for technician in "ABC"}
    async with AsyncExitStack() as stack:
        field = await stack.enter_async_context(running_field(database_url, tmp_path))
        console = await stack.enter_async_context(running_console(database_url, data_dir=tmp_path))
        clients = {name: await stack.enter_async_context(console.client(token)) for name, token in tokens.items()}
        phones = {name: await stack.enter_async_context(field.client(token)) for name, token in own.items()}
        yield Ports(phones=phones, **clients)


def said(since: datetime, until: datetime, **more: Any) -> dict[str, Any]:
    return {"since": since.isoformat(), "until": until.isoformat(), **more}


def ok(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def reason(answer: httpx.Response) -> str:
    return str(answer.json()["reason"])


async def test_a_manager_keeps_the_rota_of_the_own_area_and_nobody_elses(ports: Ports) -> None:
    leave = said(DAY, DAY + TWELVE, technician="B", kind="leave", note="wedding")
    entry = ok(await ports.manager.post("/api/v1/rota", json=leave), 201)
    assert (entry["made_by"], entry["region"]) == ("li", "p/c/a")
    assert (await ports.stranger.post("/api/v1/rota", json=leave)).status_code == 404
    assert (await ports.operator.post("/api/v1/rota", json=leave)).status_code == 403
    assert ok(await ports.stranger.get("/api/v1/rota"))["items"] == []
    assert [one["id"] for one in ok(await ports.operator.get("/api/v1/rota?technician=B"))["items"]] == [entry["id"]]
    later = ok(await ports.manager.get("/api/v1/rota", params={"since": (DAY + TWELVE).isoformat()}))
    assert later["items"] == []
    path = f"/api/v1/rota/{entry['id']}"
    assert (await ports.stranger.post(f"{path}/end")).status_code == 404
    changed = ok(await ports.manager.post(path, json={**leave, "note": "own wedding", "version": 1}))
    assert (changed["note"], changed["version"]) == ("own wedding", 2)
    [person] = ok(await ports.manager.get("/api/v1/rota/duties?technician=B"))["items"]
    assert (person["time_zone"], [one["since"] for one in person["away"]]) == (
        "Asia/Shanghai",
        [f"{DAY:%Y-%m-%dT%H:%M:%SZ}"],
    )
    assert not any(datetime.fromisoformat(one["since"]).date() == DAY.date() for one in person["duty"])
    assert ok(await ports.manager.post(f"{path}/end", json={"version": 2}))["taken_back_by"] == "li"
    assert [one["id"] for one in ok(await ports.manager.get("/api/v1/rota?state=taken_back"))["items"]] == [entry["id"]]


async def test_two_change_duty_by_phone_and_the_manager_decides(ports: Ports) -> None:
    mates = ok(await ports.phones["B"].get("/api/v1/me/rota/mates"))["items"]
    assert [one["id"] for one in mates] == ["A", "C"]
    assert set(mates[0]) == {"id", "name", "time_zone", "duty"}
    swap = said(DAY, DAY + TWELVE, other="C", other_since=NIGHT.isoformat(), other_until=(NIGHT + TWELVE).isoformat())
    asked = ok(await ports.phones["B"].post("/api/v1/me/swaps", json=swap), 201)
    [seen] = ok(await ports.phones["C"].get("/api/v1/me/rota"))["swaps"]
    assert (seen["id"], seen["mine"], seen["state"]) == (asked["id"], False, "asked")
    path = f"/api/v1/me/swaps/{asked['id']}"
    assert reason(await ports.phones["A"].post(f"{path}/answer", json={"agreed": True})) == "not_asked"
    assert reason(await ports.phones["C"].post(f"{path}/withdraw")) == "not_yours"
    assert ok(await ports.phones["C"].post(f"{path}/answer", json={"agreed": True}))["state"] == "agreed"
    [waiting] = ok(await ports.manager.get("/api/v1/swaps?state=agreed"))["items"]
    decide, word = f"/api/v1/swaps/{waiting['id']}/decide", {"approved": True, "version": waiting["version"]}
    assert (await ports.stranger.post(decide, json=word)).status_code == 404
    assert (await ports.operator.post(decide, json=word)).status_code == 403
    assert ok(await ports.manager.post(decide, json=word))["state"] == "approved"
    mine = ok(await ports.phones["B"].get("/api/v1/me/rota"))
    assert [one["kind"] for one in mine["entries"]] == ["taken", "given"]
    starts = {one["since"]: one["until"] for one in mine["duty"]}
    assert f"{DAY:%Y-%m-%dT%H:%M:%SZ}" not in starts
    assert (
        datetime.fromisoformat(starts[f"{NIGHT - TWELVE:%Y-%m-%dT%H:%M:%SZ}"]) == NIGHT + 2 * TWELVE
    )  # day, night, day
    assert ok(await ports.manager.get("/api/v1/swaps"))["items"] == []
    assert [
        one["state"] for one in ok(await ports.manager.get("/api/v1/swaps?state=settled&technician=C"))["items"]
    ] == ["approved"]


async def test_a_calendar_goes_in_over_http_and_out_again(ports: Ports) -> None:
    lines = f"UID:a\r\nDTSTART:{DAY:%Y%m%d}T080000\r\nDTEND:{DAY:%Y%m%d}T200000\r\nSUMMARY:on call\r\n"
    text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\n{lines}END:VEVENT\r\nEND:VCALENDAR\r\n"
    headers = {"Content-Type": "text/calendar; charset=utf-8"}
    path = "/api/v1/rota/import?technician=C"
    source = ok(await ports.manager.post(path, content=text, headers=headers), 201)
    assert (source["entries"], source["added"], source["imported_by"], source["region"]) == (1, 1, "li", "p/c/a")
    again = ok(await ports.manager.post(path, content=text.replace("T200000", "T190000"), headers=headers), 201)
    assert (again["id"], again["added"], again["changed"]) == (source["id"], 0, 1)
    assert [one["id"] for one in ok(await ports.manager.get("/api/v1/rota/sources"))["items"]] == [source["id"]]
    assert (await ports.stranger.post(path, content=text, headers=headers)).status_code == 404
    assert reason(await ports.manager.post(path, content=text)) == "not_a_calendar"
    assert reason(await ports.manager.post(path, content="BEGIN", headers=headers)) == "not_a_calendar"
    assert reason(await ports.manager.post(path, content=b" " * 600_000, headers=headers)) == "calendar_too_large"
    for answer in (
        await ports.manager.get("/api/v1/rota.ics?technician=C"),
        await ports.phones["C"].get("/api/v1/me/rota.ics"),
    ):
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        assert f"DTSTART:{DAY:%Y%m%dT%H%M%SZ}" in answer.text
        assert "Stand-by" in answer.text
    assert (await ports.stranger.get("/api/v1/rota.ics?technician=C")).status_code == 404


async def test_the_command_line_takes_a_calendar_over(
    ports: Ports, database_url: str, tmp_path: Path, world: World
) -> None:
    file = tmp_path / "crew.ics"
    event = f"UID:a\r\nORGANIZER:mailto:B@x.example\r\nDTSTART;VALUE=DATE:{DAY:%Y%m%d}\r\nSUMMARY:年假\r\n"
    text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\n{event}END:VEVENT\r\nEND:VCALENDAR\r\n"
    file.write_text(text, "utf-8")

    async def run(*words: str) -> tuple[int, str]:
        where = ["--database-url", database_url]
        result = await asyncio.to_thread(CliRunner().invoke, main, ["rota", "import", str(file), *words, *where])
        return result.exit_code, result.output

    code, output = await run("--from-organiser")
    assert (code, "1 entries" in output, "1 added" in output) == (0, True, True), output
    rows = await world.rows("SELECT technician, kind, source, made_by FROM views.rota_entry")
    assert rows == [{"technician": "B", "kind": "leave", "source": "calendar::organisers", "made_by": "command line"}]
    assert (await run())[0] == 2
    file.write_text(text.replace("B@x", "nobody@x"), "utf-8")
    code, output = await run("--from-organiser")
    assert (code, "there is no technician 'nobody'" in output) == (1, True), output


async def test_certificates_are_kept_by_the_own_manager(ports: Ports) -> None:
    body = {"technician": "B", "skill": "power", "number": "P-1", "valid_until": "2099-12-31"}
    made = ok(await ports.manager.post("/api/v1/certificates", json=body), 201)
    assert (await ports.stranger.post("/api/v1/certificates", json=body)).status_code == 404
    assert [one["id"] for one in ok(await ports.operator.get("/api/v1/certificates?skill=power&limit=1"))["items"]] == [
        made["id"]
    ]
    assert ok(await ports.manager.get("/api/v1/certificates?until=2099-12-30"))["items"] == []
    assert [one["number"] for one in ok(await ports.phones["B"].get("/api/v1/me/rota"))["certificates"]] == ["P-1"]
    path = f"/api/v1/certificates/{made['id']}/end"
    assert (await ports.stranger.post(path, json={"reason": "lost"})).status_code == 404
    assert ok(await ports.manager.post(path, json={"reason": "lost"}))["end_reason"] == "lost"
    assert ok(await ports.manager.get("/api/v1/certificates"))["items"] == []


async def order(world: World, number: int, technician: str, state: str, at: datetime, **columns: Any) -> None:
    row = {"need_ids": [f"N{number}"], "reason": "", "ended_at": at + timedelta(hours=2), "called": False, **columns}
    names = ", ".join(row)
    await world.connection.execute(
        f"INSERT INTO dispatch.work_order (work_order_id, technician_id, ticket_id, site_id, domain, state, priority,"
        f" summary, offered_at, travel_minutes, distance_km, planned_arrival_at, {names}) VALUES"
        f" (%s, %s, 'T1', 'S1', 'p/c', %s, 2, '', %s, 1, 1, %s, {', '.join(['%s'] * len(row))})".encode(),
        (f"W{number}", technician, state, at, at, *row.values()),
    )


PAST = TODAY - timedelta(days=10)


def after(minutes: float) -> datetime:
    return PAST + timedelta(minutes=minutes)


async def needs_and_clocks_of_old(world: World) -> None:
    """Two needs of a ticket and one of another at the same site three days later; clocks of the first."""
    await world.ticket("T2")
    for need, ticket, opened in (("N1", "T1", PAST), ("N2", "T1", PAST), ("N9", "T2", PAST + timedelta(days=3))):
        await world.connection.execute(
            "INSERT INTO correlation.need (need_id, ticket_id, site_id, domain, kind, alarm_type, summary, priority,"
            " state, opened_at) VALUES (%s, %s, 'S1', 'p/c', 'repair', 'mains-failure', '', 2, 'met', %s)",
            (need, ticket, opened),
        )
    for kind, due in ((ClockKind.ACCEPT, after(10)), (ClockKind.ARRIVE, after(60))):
        await world.connection.execute(
            "INSERT INTO dispatch.clock (clock_id, ticket_id, kind, need_id, site_id, region, domain, started_at,"
            " term_minutes, severity, site_class, state, due_at, time_zone)"
            " VALUES (%s, 'T1', %s, 'N1', 'S1', 'p/c/a', 'p/c', %s, 10, 'major', 'A', 'running', %s, 'UTC')",
            (f"T1-{kind}", str(kind), PAST, due),
        )


async def orders_of_old(world: World) -> None:
    """One of each way in which an offer can go."""
    went = {"accepted_at": after(4), "on_site_at": after(70)}
    await order(world, 1, "B", "done", PAST, **went)
    await order(world, 2, "B", "failed", PAST, accepted_at=after(8), on_site_at=after(38))
    await order(world, 3, "B", "declined", PAST, reason="Road closed by the flood")
    await order(world, 4, "B", "declined", PAST, reason="no mood")
    await order(world, 5, "B", "expired", PAST)
    await order(world, 6, "B", "expired", PAST, reason="no coverage inside the outage")
    await order(world, 7, "B", "expired", PAST, called=True)
    await order(world, 8, "B", "withdrawn", PAST)
    await order(
        world,
        10,
        "C",
        "done",
        PAST + timedelta(days=1),
        need_ids=["N2"],
        accepted_at=after(1441),
        on_site_at=after(1450),
    )


FIGURES_OF_B = {
    "offers": 7,
    "answered": 5,
    "accepted": 2,
    "accepted_percent": 40.0,
    "declined": 2,
    "declined_without_reason": 1,
    "silent": 1,
    "accept_minutes": 6.0,
    "arrive_minutes": 48.0,
    "accepted_in_time_percent": 100.0,
    "arrived_in_time_percent": 0.0,
    "done": 1,
    "failed": 1,
    "first_time_percent": 50.0,
    "repeats": 1,
    "repeats_percent": 100.0,
}


async def test_each_figure_of_an_assessment_is_counted_as_it_says(ports: Ports, world: World) -> None:
    await needs_and_clocks_of_old(world)
    await orders_of_old(world)
    period = {"from": (PAST - timedelta(days=1)).isoformat(), "until": TODAY.isoformat(), "by": "technician"}
    answer = ok(await ports.manager.get("/api/v1/assessments", params=period))
    assert answer["counted"] == COUNTED
    b, c = answer["items"]
    assert {name: b[name] for name in COUNTED} == FIGURES_OF_B
    assert (c["id"], c["first_time_percent"], c["accepted_in_time_percent"]) == ("C", 100.0, None)
    [company] = ok(await ports.operator.get("/api/v1/assessments", params={**period, "by": "company"}))["items"]
    assert (company["id"], company["offers"], company["done"]) == ("North Crew", 8, 2)
    assert ok(await ports.stranger.get("/api/v1/assessments", params=period))["items"] == []
    assert (
        reason(
            await ports.manager.get(
                "/api/v1/assessments", params={"from": TODAY.isoformat(), "until": PAST.isoformat()}
            )
        )
        == "bad_period"
    )
