"""`python -m dashboards` as it runs in production: up, serving, and gone without a trace of trouble at SIGTERM."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import httpx
from websockets.asyncio.client import connect

from dashboards.live.route import STOPPING
from guywire.database import Connection
from guywire.model import Role
from guywire.settings import Settings
from tests.integration.running_console import close_code
from tests.integration.small_province import add_account
from tests.ports import free_metrics_port, free_port

START_SECONDS = 20


async def _start(settings: Settings, log: Path) -> asyncio.subprocess.Process:
    with log.open("wb") as file:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-W", "error", "-m", "dashboards"),
            env={**os.environ, **settings.environment()},
            stdout=file,
            stderr=file,
        )


async def _until_healthy(process: asyncio.subprocess.Process, url: str) -> None:
    ended = asyncio.create_task(process.wait())
    async with httpx.AsyncClient() as client, asyncio.timeout(START_SECONDS):
        while True:
            assert not ended.done(), "the console died; see its log"
            try:
                if (await client.get(f"{url}/health")).status_code == 200:
                    break
            except httpx.TransportError:
                await asyncio.wait([ended], timeout=0.05)
    ended.cancel()


async def test_the_console_starts_serves_and_stops_cleanly_with_a_page_open(
    connection: Connection, database_url: str, tmp_path: Path
) -> None:
    settings = replace(
        Settings(),
        database_url=database_url,
        console_port=free_port(),
        metrics_port=free_metrics_port(),
        data_dir=tmp_path,
    )
    url, log = f"http://127.0.0.1:{settings.console_port}", tmp_path / "log"
    token = await add_account(connection, Role.NOC_OPERATOR)
    process = await _start(settings, log)
    try:
        await _until_healthy(process, url)
        async with httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {token}"}) as client:
            pages = [await client.get(path) for path in ("/", "/desk")]
            metrics = await client.get(f"http://127.0.0.1:{settings.metrics_port_of('dashboards')}/metrics")
            hidden = await client.get("/metrics")
        assert [(page.status_code, page.headers["content-type"]) for page in pages] == [
            (200, "text/html; charset=utf-8")
        ] * 2
        # the first page: the second one's measure is taken while its answer is already on the way
        assert 'guywire_http_requests_total{method="GET",route="/",status="200"} 1.0' in metrics.text
        assert hidden.status_code == 404
        live = f"ws://127.0.0.1:{settings.console_port}/api/v1/live"
        async with connect(live, additional_headers={"Authorization": f"Bearer {token}"}) as socket:
            await socket.send('{"type": "subscribe", "topics": ["alarm"]}')
            assert json.loads(await socket.recv())["type"] in ("hello", "ping")
            process.send_signal(signal.SIGTERM)
            assert await close_code(socket) == STOPPING
        assert await asyncio.wait_for(process.wait(), 10) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    said = await asyncio.to_thread(log.read_text)
    assert "Traceback" not in said
    assert "Warning" not in said
    assert token not in said


async def test_a_port_in_use_is_said_in_words(connection: Connection, database_url: str, tmp_path: Path) -> None:
    taken = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]
    settings = replace(
        Settings(), database_url=database_url, console_port=port, metrics_port=free_metrics_port(), data_dir=tmp_path
    )
    async with taken:
        process = await _start(settings, tmp_path / "log")
        assert await asyncio.wait_for(process.wait(), START_SECONDS) == 1
    assert f"Cannot listen on 127.0.0.1:{port}" in await asyncio.to_thread((tmp_path / "log").read_text)
