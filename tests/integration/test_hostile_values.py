"""Values that no form sends: times beyond the calendar, ids without end; and the operator's own policy at the desk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from guywire.database import Connection
from guywire.model import Role
from tests.integration.running_console import running_console
from tests.integration.small_province import add_account, add_complaint, add_province

LAST = "9999-12-31T23:59:59-14:00"
FIRST = "0001-01-01T00:00:00%2B14:00"
LONG = "x" * 300
AN_ANNOUNCEMENT = {"kind": "works", "title": "t", "sites": ["S1"], "starts_at": "9999-12-01T00:00:00Z", "ends_at": LAST}
BEYOND: list[tuple[str, str, dict[str, Any] | None]] = [
    ("GET", f"/api/v1/reports/acknowledge?until={FIRST}", None),
    ("GET", f"/api/v1/reports/acknowledge/facts?until={FIRST}", None),
    ("GET", "/api/v1/rota/duties?since=9999-12-31T23:59:59.999999Z", None),
    ("POST", "/api/v1/announcements", AN_ANNOUNCEMENT),
    ("POST", "/api/v1/announcements", AN_ANNOUNCEMENT | {"starts_at": "9000-01-01T00:00:00Z"}),
]


@pytest.fixture
async def leader(connection: Connection, database_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    await add_province(connection)
    (tmp_path / "policy").mkdir()
    words = '[cause.mains-failure]\nen = "the words of the operator"\n'
    (tmp_path / "policy" / "complaints.toml").write_text(words, "utf-8")
    token = await add_account(connection, Role.SHIFT_LEADER)
    async with running_console(database_url, data_dir=tmp_path) as console, console.client(token) as client:
        yield client


async def test_what_no_calendar_has_is_refused_and_breaks_nothing(leader: httpx.AsyncClient) -> None:
    for method, path, body in BEYOND:
        answer = await leader.request(method, path, json=body)
        assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY, f"{path}: {answer.text}"
    for step in ("comment", "priority", "parent", "assign"):
        answer = await leader.post(f"/api/v1/tickets/{LONG}/{step}", json={"text": "x"} if step == "comment" else {})
        assert answer.status_code in (404, 422), answer.text


async def test_the_desk_speaks_by_the_operators_policy(leader: httpx.AsyncClient, connection: Connection) -> None:
    await add_complaint(connection, "C77", "S1", "I1")
    context = (await leader.get("/api/v1/outage-context?site=S1")).json()
    outage = (await leader.get("/api/v1/complaints/C77")).json()["outage"]
    assert {context["cause"]["en"], outage["cause"]["en"]} == {"the words of the operator"}


async def test_an_area_manager_sees_no_children_of_a_complaint_elsewhere(
    leader: httpx.AsyncClient, connection: Connection
) -> None:
    far = await (
        await connection.execute("SELECT id FROM views.site WHERE region <> 'south/harbour/quay' LIMIT 1")
    ).fetchone()
    assert far is not None
    for complaint, site in (("C90", "S1"), ("C91", "S1"), ("C92", far["id"])):
        await add_complaint(connection, complaint, site)
    await connection.execute("UPDATE complaints.complaint SET parent_id = 'C90' WHERE complaint_id IN ('C91', 'C92')")
    everything = (await leader.get("/api/v1/complaints/C90")).json()["children_of_it"]
    assert {one["id"] for one in everything} == {"C91", "C92"}
    manager = {"Authorization": f"Bearer {await add_account(connection, Role.AREA_MANAGER)}"}
    seen = (await leader.get("/api/v1/complaints/C90", headers=manager)).json()["children_of_it"]
    assert [one["id"] for one in seen] == ["C91"]
