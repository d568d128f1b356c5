"""What strangers reach on the field port, and learn of it: reports, the page of one complaint, signed hooks."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from field_app_api.public_hooks import unquoted
from guywire.database import Connection
from guywire.hook_secret import hook_secret
from guywire.inventory.store import load_inventory
from tests.integration.complaint_services import public_port
from tests.integration.complaints_world import INVENTORY, one_row, take_down

REPORT = {"phone": "13800000002", "text": "no signal", "place": "house 3", "language": "en"}


@pytest.fixture
async def customer(connection: Connection, database_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    await load_inventory(connection, INVENTORY, False, datetime.now(UTC))
    async with public_port(database_url, tmp_path) as client:
        yield client


async def test_a_report_tells_a_stranger_nothing_and_its_place_alone_explains_it(
    customer: httpx.AsyncClient, connection: Connection
) -> None:
    await take_down(connection)
    known = await customer.post("/api/v1/reports", json=REPORT)
    nobody = await customer.post("/api/v1/reports", json=REPORT | {"phone": "13911112222"})
    there = await customer.post("/api/v1/reports", json=REPORT | {"latitude": 31.011, "longitude": 121.001})
    assert known.status_code == nobody.status_code == httpx.codes.CREATED
    assert known.json().keys() == nobody.json().keys() == {"id", "track"}
    pages = [(await customer.get(f"/api/v1{said.json()['track']}")).json() for said in (known, nobody, there)]
    hidden = {"id", "registered_at"}
    assert {name: value for name, value in pages[0].items() if name not in hidden} == {
        name: value for name, value in pages[1].items() if name not in hidden
    }
    assert (pages[0]["state"], pages[2]["state"]) == ("open", "linked")
    assert pages[2]["cause"] == {"zh": "当地停电，基站供电中断", "en": "a power cut in the area"}
    said = json.dumps(pages[2])
    for secret in ("138", "Wang", "S2", "I1", "T-1", "house 3"):
        assert secret not in said


async def test_the_customer_answers_on_the_page_and_the_link_ends_30_days_after_closing(
    customer: httpx.AsyncClient, connection: Connection
) -> None:
    page = f"/api/v1{(await customer.post('/api/v1/reports', json=REPORT)).json()['track']}"
    early = await customer.post(f"{page}/back")
    assert (early.status_code, early.json()["reason"]) == (409, "not_restored")
    await connection.execute("UPDATE complaints.complaint SET state = 'restored', restored_at = now()")
    assert (await customer.post(f"{page}/still-out")).json()["state"] == "open"
    await connection.execute("UPDATE complaints.complaint SET state = 'restored', restored_at = now()")
    assert (await customer.post(f"{page}/back")).json()["state"] == "closed"
    rated = await customer.post(f"{page}/satisfaction", json={"score": 2, "text": "slow"})
    assert rated.is_success
    row = await one_row(connection, "SELECT satisfaction, leader_reason FROM views.complaint")
    assert row == {"satisfaction": 2, "leader_reason": "dissatisfied"}
    await connection.execute(
        "UPDATE complaints.complaint SET closed_at = %s", (datetime.now(UTC) - timedelta(days=31),)
    )
    assert (await customer.get(page)).status_code == httpx.codes.NOT_FOUND
    with capture_logs() as logs:
        await customer.get(page)
    assert any(entry["event"] == "http.request" for entry in logs)
    assert page.rpartition("/")[2] not in str(logs)
    for guess in ("x", "x" * 43, "x" * 2000, "%00" * 30):
        assert (await customer.get(f"/api/v1/track/{guess}")).status_code in (404, 422)


async def test_too_many_reports_of_one_phone_or_address_have_to_wait(customer: httpx.AsyncClient) -> None:
    for _ in range(3):
        assert (await customer.post("/api/v1/reports", json=REPORT)).is_success
    fourth = await customer.post("/api/v1/reports", json=REPORT)
    assert (fourth.status_code, fourth.json()["reason"]) == (429, "too_many_reports")
    others = [await customer.post("/api/v1/reports", json=REPORT | {"phone": f"1391111000{n}"}) for n in range(8)]
    assert others[0].is_success
    assert others[-1].status_code == httpx.codes.TOO_MANY_REQUESTS


WRONG: list[dict[str, Any]] = [
    {"phone": "a"},
    {"phone": "(  )  -"},
    {"latitude": 91, "longitude": 0},
    {"x": 1},
    {"latitude": 31},
    {"category": "nothing"},
]


async def test_hooks_take_what_is_signed_once(
    customer: httpx.AsyncClient, connection: Connection, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    body = json.dumps({"id": "m1", "from": "+8613800000002", "text": "没有信号", "operator": "x"}).encode()
    for headers in ({}, {"X-Guywire-Signature": "sha256=00"}, {"Authorization": "Bearer x"}):
        refused = await customer.post("/api/v1/hooks/sms", content=body, headers=headers)
        assert (refused.status_code, refused.json()["reason"]) == (401, "signature")
    secret = hook_secret(tmp_path)
    assert (tmp_path / "hook-secret").stat().st_mode & 0o077 == 0
    signed = {"X-Guywire-Signature": f"sha256={hmac.new(secret, body, hashlib.sha256).hexdigest()}"}
    first = await customer.post("/api/v1/hooks/sms", content=body, headers=signed)
    assert first.json() == {"complaint": "C1", "understood": "registered"}
    assert (await customer.post("/api/v1/hooks/sms", content=body, headers=signed)).json() == first.json()
    bearer = {"Authorization": f"Bearer {secret.decode()}"}
    mail = {"id": "m1", "from": "li@example.com", "subject": "no data", "text": "> quoted"}
    heard = await customer.post("/api/v1/hooks/email", json=mail, headers=bearer)
    assert heard.json() == {"complaint": "C2", "understood": "registered"}
    assert (await one_row(connection, "SELECT text FROM views.complaint WHERE id = 'C2'"))["text"] == "no data"
    broken = await customer.post("/api/v1/hooks/sms", content=b"{", headers=bearer)
    assert (broken.status_code, broken.json()["reason"]) == (422, "malformed")
    for number, address in enumerate(("a@b.com%2Cc%40d.com", "a@b.com?cc=c", "a@b.com,c.com", "a@b.com/c")):
        odd = mail | {"id": f"odd-{number}", "from": address}  # each one more stranger, and all of them one mailbox
        assert (await customer.post("/api/v1/hooks/email", json=odd, headers=bearer)).status_code == 422, address
    assert secret.decode() not in caplog.text


async def test_the_pages_come_with_a_strict_policy_and_what_cannot_be_right_is_refused(
    customer: httpx.AsyncClient,
) -> None:
    for wrong in WRONG:
        assert (await customer.post("/api/v1/reports", json=REPORT | wrong)).status_code == 422, wrong
    for path in ("/report", "/track/x"):
        page = await customer.get(path)
        assert page.is_success
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert page.headers["referrer-policy"] == "no-referrer"


def test_of_an_answer_only_what_is_new_counts() -> None:
    assert unquoted("2\n\nOn Monday help@example.com wrote:\n> Are you back?") == "2"
    assert unquoted("still out\n-----Original message-----\nhello") == "still out"
    assert unquoted("> all quoted") == ""
