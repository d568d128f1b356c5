"""Signing in to a face: the cookie, forged requests, foreign pages, and what every answer carries."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from guywire.database import Connection
from guywire.identity import add_user
from guywire.model import Role
from tests.integration.running_console import PASSWORD, Console, play_owner, running_console
from tests.integration.small_province import add_account, add_province

ACKNOWLEDGE = "/api/v1/alarms/A1/acknowledge"


@pytest.fixture
async def console(connection: Connection, database_url: str) -> AsyncIterator[Console]:
    await add_province(connection)
    await add_user(connection, "ann", Role.NOC_OPERATOR, password=PASSWORD)
    async with running_console(database_url) as console, play_owner(database_url, lambda _: {"id": "A1"}):
        yield console


async def _sign_in(client: httpx.AsyncClient, **headers: str) -> httpx.Response:
    return await client.post("/api/v1/session", json={"name": "ann", "password": PASSWORD}, headers=headers)


async def test_a_session_opens_by_password_and_ends_by_sign_out(console: Console) -> None:
    async with console.client() as client:
        opened = await _sign_in(client)
        who = (await client.get("/api/v1/session")).json()
        [(name, cookie)] = client.cookies.items()
        out = await client.delete("/api/v1/session", headers={"X-Guywire-Csrf": who["csrf"], "Origin": console.url})
        assert not client.cookies
        after = await client.get("/api/v1/session", headers={"Cookie": f"{name}={cookie}"})
    assert opened.status_code == 200
    assert who == opened.json()
    assert who["user"] == {"name": "ann", "role": "noc_operator", "region": "", "technician_id": "", "tenant": ""}
    assert {"view_network", "act_on_alarms"} <= set(who["permissions"])
    assert cookie not in opened.text
    assert (out.status_code, after.status_code) == (204, 401)


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(console: Console) -> None:
    async with console.client() as client:
        cookie = (await _sign_in(client)).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie


async def test_behind_a_trusted_tls_proxy_the_cookie_is_secure(connection: Connection, database_url: str) -> None:
    await add_user(connection, "ann", Role.NOC_OPERATOR, password=PASSWORD)
    forwarded = {"X-Forwarded-Proto": "https", "Host": "noc.example", "Origin": "https://noc.example"}
    async with running_console(database_url, trusted_proxies="127.0.0.1") as console, console.client() as client:
        trusted = await _sign_in(client, **forwarded)
    async with running_console(database_url) as console, console.client() as client:
        not_trusted = await _sign_in(client, **forwarded)
    assert "Secure" in trusted.headers["set-cookie"]
    assert "strict-transport-security" in trusted.headers
    assert (not_trusted.status_code, not_trusted.json()["reason"]) == (403, "foreign_origin")
    assert "trusted_proxies" in not_trusted.json()["message"]


async def test_a_wrong_password_opens_nothing(console: Console) -> None:
    async with console.client() as client:
        answer = await client.post("/api/v1/session", json={"name": "ann", "password": "guess"})
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("csrf", "origin", "status", "reason"),
    [
        (True, "own", 200, None),
        (False, "own", 403, "csrf_missing"),
        (True, "http://evil.example", 403, "foreign_origin"),
        (True, "null", 403, "foreign_origin"),
        (True, None, 403, "foreign_origin"),
    ],
)
async def test_what_changes_something_by_cookie_must_come_from_our_own_page(
    console: Console, csrf: bool, origin: str | None, status: int, reason: str | None
) -> None:
    async with console.client() as client:
        given = (await _sign_in(client)).json()["csrf"]
        headers = {"X-Guywire-Csrf": given if csrf else "guess"}
        if origin:
            headers["Origin"] = console.url if origin == "own" else origin
        answer = await client.post(ACKNOWLEDGE, headers=headers)
    assert answer.status_code == status
    assert answer.json().get("reason") == reason


async def test_another_site_cannot_sign_somebody_in(console: Console) -> None:
    async with console.client() as client:
        answer = await _sign_in(client, Origin="http://evil.example")
    assert (answer.status_code, answer.json()["reason"]) == (403, "foreign_origin")


async def test_a_bearer_token_needs_no_csrf_word_and_a_cookie_is_no_bearer_of_another(
    console: Console, connection: Connection
) -> None:
    token = await add_account(connection, Role.SHIFT_LEADER)
    async with console.client(token) as client:
        assert (await client.post(ACKNOWLEDGE)).status_code == 200
    async with console.client("no-such-token") as client:
        answer = await client.post(ACKNOWLEDGE)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


async def test_every_answer_carries_the_headers_that_keep_a_page_to_itself(console: Console) -> None:
    for path in ("/health", "/openapi.json", "/shared/tokens.css", "/api/v1/alarms", "/nowhere"):
        async with console.client() as client:
            headers = (await client.get(path)).headers
        assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self';")
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert len(headers["x-request-id"]) == 32
        assert "server" not in headers
        assert headers["cache-control"] == ("no-cache" if path.startswith("/shared") else "no-store")


async def test_files_have_their_types_and_are_asked_for_by_etag(console: Console) -> None:
    async with console.client() as client:
        module = await client.get("/shared/lib/api.js")
        again = await client.get("/shared/lib/api.js", headers={"If-None-Match": module.headers["etag"]})
        style = await client.get("/shared/base.css")
        outside = await client.get("/shared/..%2fapp.py")
    assert module.headers["content-type"].startswith("text/javascript")
    assert style.headers["content-type"].startswith("text/css")
    assert (again.status_code, outside.status_code) == (304, 404)


async def test_health_is_open_and_tells_the_truth(console: Console) -> None:
    async def broken() -> str | None:
        return "the roof leaks"

    async with console.client() as client:
        well = await client.get("/health")
        console.service.health.add("roof", broken)
        ill = await client.get("/health")
    assert (well.status_code, well.json()) == (200, {"status": "ok", "checks": {"live_feed": "ok"}})
    assert (ill.status_code, ill.json()["status"]) == (503, "unhealthy")
    assert ill.json()["checks"]["roof"] == "the roof leaks"
