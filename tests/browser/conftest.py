"""Fixtures of the browser tests: Chromium, real services on a real database, a page that forgives nothing."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, Protocol, Self

import httpx
import psycopg
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright, expect
from psycopg import sql

from guywire import identity
from guywire.database import Connection, connect
from guywire.model import Role
from guywire.settings import Settings
from tests.browser.late import make_late
from tests.conftest import empty_database
from tests.ports import free_metrics_port, free_port

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
WHOLE = ("chromium", "chromium-browser", "google-chrome")
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
START_SECONDS = 60.0
PATIENCE_MS = 20_000
"""How long a screen may take to become as expected: what holds is seen at once, a busy machine fails nothing."""

FACES = ("dashboards", "field_app_api")
FEED = ("feed", "feed_head", "feed_cursor")

Serve = Callable[[str], str]

expect.set_options(timeout=PATIENCE_MS)


class SharedDatabase(NamedTuple):
    url: str
    to_empty: list[tuple[str, str]]


class Services:
    """Service processes on one database, each started when it is first asked for."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self._database_url = database_url
        self._folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []
        self._addresses: dict[str, str] = {}
        self._metrics: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.wait(20)

    def address_of(self, service: str) -> str:
        if service not in self._addresses:
            self._addresses[service] = self._start(service)
        return self._addresses[service]

    def metrics_of(self, service: str) -> str:
        """Where a service that runs tells its figures."""
        return self._metrics[service]

    def _start(self, service: str) -> str:
        settings = _settings(self._database_url, self._folder)
        ports = {"dashboards": settings.console_port, "field_app_api": settings.field_port}
        log = self._folder / f"{service}.log"
        environment = {**os.environ, **settings.environment()}
        with log.open("wb") as out:
            process = subprocess.Popen([sys.executable, "-m", service], env=environment, stdout=out, stderr=out)
        self._processes.append(process)
        self._metrics[service] = f"http://127.0.0.1:{settings.metrics_port_of(service)}/metrics"
        url = f"http://127.0.0.1:{ports.get(service) or settings.metrics_port_of(service)}"
        _wait_until_healthy(url, process, log)
        return url


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
    """One Chromium for the whole run: without its own windows, tabs and buttons, which cost more than our pages."""
    async with _launched("chromium-headless-shell", *WHOLE) as browser:
        yield browser


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def whole_browser() -> AsyncIterator[Browser]:
    """The whole of Chromium, for what its shell lacks: notifications."""
    async with _launched(*WHOLE) as browser:
        yield browser


@asynccontextmanager
async def _launched(*names: str) -> AsyncIterator[Browser]:
    path = next(filter(None, map(shutil.which, names)), None)
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


@pytest.fixture(scope="session")
def shared_database(postgres_url: str, template_database: str) -> Iterator[SharedDatabase]:
    """One database for all browser tests, so that the faces need not start anew for each."""
    with empty_database(postgres_url, template_database) as url:
        yield SharedDatabase(url, _tables_to_empty(url))


@pytest.fixture
def database_url(shared_database: SharedDatabase) -> str:
    """The browser tests' database, emptied. The change feed goes on counting: the faces have read it so far."""
    with psycopg.connect(shared_database.url, autocommit=True) as connection, connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")  # no order of foreign keys to keep
        for schema, table in shared_database.to_empty:
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(schema, table)))
        connection.execute("UPDATE core.inventory_version SET version = version + 1")  # what faces kept is old
    return shared_database.url


@pytest.fixture(scope="session")
def faces(shared_database: SharedDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """The faces that run already: they keep nothing, so they serve one test after the other."""
    with Services(shared_database.url, tmp_path_factory.mktemp("faces")) as services:
        yield services


@pytest.fixture
def serve(faces: Services, database_url: str, tmp_path: Path) -> Iterator[Serve]:
    """Has a service running and gives the address of a face, or of another's health, once it is healthy.

    A face may have been there before; any other service starts now and ends with the test.
    """
    with Services(database_url, tmp_path) as others:
        yield lambda service: (faces if service in FACES else others).address_of(service)


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
    async with _profile(browser) as context:
        yield context


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext) -> AsyncIterator[Page]:
    """A page whose every console error, CSP violation and uncaught exception fails the test."""
    page, problems = await _watched_page(context)
    yield page
    assert problems == [], "the page complained"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def tab(browser: Browser) -> AsyncIterator[tuple[Page, list[str]]]:
    """One tab for all tests of modules alone, because a new one costs more than what they ask; and its complaints."""
    async with _profile(browser) as context:
        yield await _watched_page(context)


@pytest_asyncio.fixture(loop_scope="session")
async def blank(tab: tuple[Page, list[str]], faces: Services) -> AsyncIterator[Page]:
    """A page of the console's origin with nothing on it, loaded anew: its modules may be asked, as `page` may be."""
    page, problems = tab
    problems.clear()
    await page.goto(f"{faces.address_of('dashboards')}/health")
    await page.evaluate("() => localStorage.clear()")
    yield page
    assert problems == [], "the page complained"


@pytest_asyncio.fixture(loop_scope="session")
async def url(serve: Serve, page: Page, sign_in: SignIn) -> str:
    """A served console; the page is signed in as an operator."""
    url = serve("dashboards")
    await sign_in(page, url, Role.NOC_OPERATOR)
    return url


async def go(page: Page, href: str) -> None:
    """To another view of the page as it stands, as a link would."""
    await page.evaluate("(to) => { history.pushState(null, '', to); dispatchEvent(new Event('popstate')); }", href)


async def becomes(page: Page, script: str, holds: Callable[[Any], object], given: Any = None) -> Any:
    """Waits until what a script gives holds, and gives it. The strict CSP forbids Playwright's own way."""
    told = None
    try:
        async with asyncio.timeout(PATIENCE_MS / 1000):
            while not holds(told := await page.evaluate(script, given)):
                await page.evaluate("() => new Promise(requestAnimationFrame)")
    except TimeoutError:
        pytest.fail(f"{script} gave {told!r}")
    return told


async def axe_problems(page: Page) -> list[str]:
    """What axe finds on the page as it stands, one line each: rule, element, and what to do."""
    await page.evaluate(AXE.read_text("utf-8"))
    found = await page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
    return [f"{rule['id']}: {node['target']}: {node['failureSummary']}" for rule in found for node in rule["nodes"]]


@asynccontextmanager
async def _profile(browser: Browser) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="en-GB", timezone_id="Asia/Shanghai", color_scheme="dark"
    )
    context.set_default_timeout(PATIENCE_MS)
    await make_late(context)
    yield context
    await context.close()


async def _watched_page(context: BrowserContext) -> tuple[Page, list[str]]:
    """A new page, and the list that its complaints are added to."""
    page = await context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if _is_error(message) else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    return page, problems


def _is_error(message: ConsoleMessage) -> bool:
    """The browser's own notes on the line are no complaint: refusals and a lost socket are designed states."""
    return message.type == "error" and not message.text.startswith(
        ("Failed to load resource", "WebSocket connection to")
    )


def _tables_to_empty(url: str) -> list[tuple[str, str]]:
    """The tables of the migrated database that hold nothing yet, but for the change feed's."""
    own = (
        "SELECT schemaname, tablename FROM pg_tables"
        " WHERE schemaname IN ('core', 'correlation', 'dispatch', 'complaints', 'collectors', 'field', 'centre')"
    )
    with psycopg.connect(url, autocommit=True) as connection:
        tables = [(schema, table) for schema, table in connection.execute(own) if table not in FEED]
        empty = sql.SQL("SELECT NOT EXISTS (SELECT FROM {})")
        return [one for one in tables if connection.execute(empty.format(sql.Identifier(*one))).fetchone() == (True,)]


def _settings(database_url: str, folder: Path) -> Settings:
    return replace(
        Settings(),
        data_dir=folder,
        database_url=database_url,
        console_port=free_port(),
        field_port=free_port(),
        metrics_port=free_metrics_port(),
    )


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
