"""What every request passes through, as bare ASGI: limits, headers, and errors that nobody took."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.testing import capture_logs

from guywire.web.middleware import BodyLimit, RequestLog, SecurityHeaders

LIMIT = 10


async def _ask(app: ASGIApp, chunks: Sequence[bytes] = (b"",), path: str = "/", **more: Any) -> list[Message]:
    """One request; returns what was sent."""
    headers = [(name.encode(), value.encode()) for name, value in more.pop("headers", {}).items()]
    scope: Scope = {"type": "http", "method": "POST", "path": path, "headers": headers, "scheme": "http", **more}
    waiting = list(chunks)
    sent: list[Message] = []

    async def receive() -> Message:
        body = waiting.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(waiting)}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent


async def _reads_all(scope: Scope, receive: Receive, send: Send) -> None:
    size, more = 0, True
    while more:
        message = await receive()
        size, more = size + len(message["body"]), message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": [(b"cache-control", b"no-cache")]})
    await send({"type": "http.response.body", "body": str(size).encode()})


async def _breaks(scope: Scope, receive: Receive, send: Send) -> None:
    raise RuntimeError("the secret is 42")


async def test_a_body_up_to_the_limit_passes() -> None:
    sent = await _ask(BodyLimit(_reads_all, LIMIT, {}), [b"x" * 4, b"x" * 6], headers={"content-length": "10"})
    assert sent[-1]["body"] == b"10"


@pytest.mark.parametrize("declared", ["11", "99999999999", "-1", "ten", ""])
async def test_a_body_that_declares_too_much_or_nonsense_is_not_read(declared: str) -> None:
    sent = await _ask(BodyLimit(_reads_all, LIMIT, {}), [], headers={"content-length": declared})
    assert sent[0]["status"] == 413
    assert json.loads(sent[1]["body"])["code"] == "too_large"


async def test_a_body_without_a_length_is_counted_as_it_comes() -> None:
    with pytest.raises(HTTPException) as refused:
        await _ask(BodyLimit(_reads_all, LIMIT, {}), [b"x" * 6, b"x" * 6])
    assert refused.value.status_code == 413


async def test_a_path_may_have_a_limit_of_its_own() -> None:
    app = BodyLimit(_reads_all, LIMIT, {"/photos": 100})
    sent = await _ask(app, [b"x" * 50], path="/photos/1", headers={"content-length": "50"})
    assert sent[-1]["body"] == b"50"


async def test_an_error_that_nobody_took_is_one_json_answer_and_one_log_line_of_the_same_id() -> None:
    with capture_logs() as lines:
        sent = await _ask(RequestLog(_breaks), path="/api/v1/alarms", query_string=b"phone=13800000000")
    answer = json.loads(sent[1]["body"])
    assert (sent[0]["status"], answer["code"]) == (500, "internal")
    assert "42" not in sent[1]["body"].decode()
    request_id = dict(sent[0]["headers"])[b"x-request-id"].decode()
    assert len(request_id) == 32
    assert [line["event"] for line in lines] == ["http.broke", "http.request"]
    assert "13800000000" not in str(lines)


async def test_half_an_answer_is_cut_off_not_continued() -> None:
    async def breaks_late(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("late")

    with pytest.raises(RuntimeError, match="late"):
        await _ask(RequestLog(breaks_late))


async def test_the_policy_allows_our_own_files_alone_and_nothing_inline() -> None:
    sent = await _ask(SecurityHeaders(_reads_all))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert {policy[name] for name in ("script-src", "style-src", "connect-src", "worker-src")} == {"'self'"}
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-cache"  # what a route said stays
    assert "strict-transport-security" not in headers


async def test_over_tls_the_browser_is_told_to_stay_there() -> None:
    sent = await _ask(SecurityHeaders(_reads_all), scheme="https")
    assert b"strict-transport-security" in dict(sent[0]["headers"])
