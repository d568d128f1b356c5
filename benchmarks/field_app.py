"""How long the field app takes to be usable on a slow phone (CPU at a quarter) over slow 3G (400 kbit/s, 2 s latency).

Real database, real field service, real browser. Prints, for a first visit and for a start from what the phone keeps:
bytes over the line, and seconds until somebody can sign in or accept the next job. Machines are shared: read the
median.
"""

from __future__ import annotations

import asyncio
import shutil
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Browser, CDPSession, Page, async_playwright, expect

from guywire.database import connect
from guywire.database.migrate import migrate
from guywire.postgres import embedded
from tests.browser.conftest import CHROMIUM_FLAGS, Services
from tests.browser.field_world import day_of_jobs, phone, sign_in_on, technician, works_offline

ROUNDS = 5
CPU_RATE = 4
SLOW_3G = {"offline": False, "latency": 2000, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
PATIENCE_MS = 120_000


async def main() -> None:
    """Runs the rounds and prints the figures."""
    async with _field_service() as url, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(CHROMIUM_FLAGS))
        first = [await _first_visit(browser, url) for _ in range(2)]
        warm = [await _warm_start(browser, url) for _ in range(ROUNDS)]
        await browser.close()
    size, shown = max(one[0] for one in first), statistics.median(one[1] for one in first)
    print(f"first visit, 4x CPU, slow 3G: {size / 1000:.0f} kB over the line, sign-in shown after {shown:.1f} s")
    print(f"start from what the phone keeps, {ROUNDS} rounds, s until the next job can be accepted: ", end="")
    print(f"median {statistics.median(warm):.2f}  max {max(warm):.2f}")


@asynccontextmanager
async def _field_service() -> AsyncIterator[str]:
    """The address of a field service on a fresh database with five jobs for one technician."""
    with tempfile.TemporaryDirectory() as folder:
        async with embedded(Path(folder) / "postgres", durable=False) as database_url:
            async with await connect(database_url) as connection:
                await migrate(connection, datetime.now(UTC).date())
                await technician(connection)
                await day_of_jobs(connection)
            with Services(database_url, Path(folder)) as services:
                yield services.address_of("field_app_api")


async def _first_visit(browser: Browser, url: str) -> tuple[float, float]:
    """Bytes over the line until the worker has all, and seconds until somebody can sign in."""
    async with phone(browser) as mine:
        page = mine.page
        page.set_default_timeout(PATIENCE_MS)
        session = await _slowed(page)
        loaded: list[float] = []
        session.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
        shown = await _seconds(page.goto(url), expect(page.get_by_label("Name")).to_be_visible(timeout=PATIENCE_MS))
        return sum(loaded), shown


async def _warm_start(browser: Browser, url: str) -> float:
    """Seconds until the next job can be accepted, on a phone that was here before."""
    async with phone(browser) as mine:
        await sign_in_on(mine.page, url)
        await works_offline(mine.page)
        page = await mine.another_tab()
        await mine.page.close()
        await _slowed(page)
        accept = expect(page.get_by_role("button", name="Accept")).to_be_visible(timeout=PATIENCE_MS)
        return await _seconds(page.goto(url, wait_until="commit"), accept)


async def _slowed(page: Page) -> CDPSession:
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    await session.send("Network.emulateNetworkConditions", SLOW_3G)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": CPU_RATE})
    return session


async def _seconds(*steps: Awaitable[object]) -> float:
    started = time.perf_counter()
    for step in steps:
        await step
    return time.perf_counter() - started


if __name__ == "__main__":
    asyncio.run(main())
