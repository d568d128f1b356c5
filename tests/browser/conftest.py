"""Fixtures of the browser tests: Chromium, real services on a real database, a page that forgives nothing."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

from guywire import identity
from guywire.database import Connection, connect
from guywire.model import Role
from guywire.settings import SERVICES, Settings

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
START_SECONDS = 30.0

Serve = Callable[[str], str]


class SignIn(Protocol):
    """See the fixture `sign_in`; `account` is what `identity.add_user` takes besides. Returns the account's name."""

    async def __call__(self, page: Page, url: str, role: Role, **account: str) -> str: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of a browser test runs in the session's event loop, because its browser does."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for the whole run."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium on this machine: install the package `chromium` to run the browser tests")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def database(database_url: str) -> AsyncIterator[Connection]:
    """A connection of the browser tests' own loop to the fresh database."""
    async with await connect(database_url) as connection:
        yield connection


@pytest.fixture
def serve(database_url: str, tmp_path: Path) -> Iterator[Serve]:
    """Starts a service as a process; gives the address of a face, or of another's health, once it is healthy."""
    started: list[subprocess.Popen[bytes]] = []

    def start(service: str) -> str:
        settings = _settings(database_url, tmp_path)
        faces = {"dashboards": settings.console_port, "field_app_api": settings.field_port}
        log = tmp_path / f"{service}.log"
        environment = {**os.environ, **settings.environment()}
        with log.open("wb") as out:
            started.append(subprocess.Popen([sys.executable, "-m", service], env=environment, stdout=out, stderr=out))
        url = f"http://127.0.0.1:{faces.get(service) or settings.metrics_port_of(service)}"
        _wait_until_healthy(url, started[-1], log)
        return url

    yield start
    for process in started:
        process.terminate()
    for process in started:
        process.wait(20)


@pytest.fixture
def sign_in(database: Connection) -> SignIn:
    """Adds an account of the role and signs the page in as it: `await sign_in(page, url, Role.NOC_OPERATOR)`."""

    async def do(page: Page, url: str, role: Role, **account: str) -> str:
        name = f"{role}-{secrets.token_hex(3)}"
        password = secrets.token_urlsafe(18)
        await identity.add_user(database, name, role, password=password, **account)
        answer = await page.request.post(f"{url}/api/v1/session", data={"name": name, "password": password})
        assert answer.ok, await answer.text()
        return name

    return do


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A fresh browser profile: English, dark, 1440x900, in the sample province's time zone."""
    context = await browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="en-GB", timezone_id="Asia/Shanghai", color_scheme="dark"
    )
    context.set_default_timeout(10_000)
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext) -> AsyncIterator[Page]:
    """A page whose every console error, CSP violation and uncaught exception fails the test."""
    page = await context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if _is_error(message) else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    assert problems == [], "the page complained"


async def axe_problems(page: Page) -> list[str]:
    """What axe finds on the page as it stands, one line each: rule, element, and what to do."""
    await page.evaluate(AXE.read_text("utf-8"))
    found = await page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
    return [f"{rule['id']}: {node['target']}: {node['failureSummary']}" for rule in found for node in rule["nodes"]]


def _is_error(message: ConsoleMessage) -> bool:
    """The browser's own notes on the line are no complaint: refusals and a lost socket are designed states."""
    return message.type == "error" and not message.text.startswith(
        ("Failed to load resource", "WebSocket connection to")
    )


def _settings(database_url: str, folder: Path) -> Settings:
    return replace(
        Settings(),
        data_dir=folder,
        database_url=database_url,
        console_port=_free_port(),
        field_port=_free_port(),
        metrics_port=_free_port(in_a_row=len(SERVICES)),
    )


def _free_port(in_a_row: int = 1) -> int:
    """A port that nobody holds, with as many after it as are asked for."""
    while True:
        with ExitStack() as probes:
            first = _bound(probes, 0)
            try:
                for place in range(1, in_a_row):
                    _bound(probes, first + place)
            except OSError:
                continue
            return first


def _bound(probes: ExitStack, port: int) -> int:
    probe = probes.enter_context(socket.socket())
    probe.bind(("127.0.0.1", port))
    return int(probe.getsockname()[1])


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/health", timeout=2).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            if process.poll() is not None:
                break
            time.sleep(0.05)
    raise AssertionError(f"the service at {url} is not healthy:\n{log.read_text('utf-8')[-4000:]}")
