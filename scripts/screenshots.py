"""Takes the README's pictures anew: runs the demo, waits until its story is in full swing, photographs each face.

`python scripts/screenshots.py` from the repository, or with the names of those to take; needs Chromium.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

OUT = Path(__file__).parents[1] / "docs" / "screenshots"
CONSOLE, FIELD, TRAPS, METRICS = 18480, 18481, 18462, 18440
DESKTOP, WALL, PHONE = (1440, 900), (1600, 900), (390, 844)
PHONE_IS_AT = {"latitude": 31.97, "longitude": 119.15}
LANGUAGES = {"": "en-GB", "-zh": "zh-CN"}
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
STORY_SECONDS = 40
STORM_MS = 300_000
CREWS_SET_OUT_MS = 20_000
SETTLE_MS = 2500

Look = Callable[[Page], Awaitable[Any]]


@dataclass(frozen=True)
class Picture:
    """One picture, taken in both languages: whose face, where (`{language}` is filled in), and what is done there
    before it is taken."""

    name: str
    account: str
    path: str
    size: tuple[int, int] = DESKTOP
    look: Look | None = None

    @property
    def face(self) -> str:
        return f"http://127.0.0.1:{FIELD if self.size == PHONE else CONSOLE}"


async def _open_the_job(page: Page) -> None:
    await page.locator("a.whole").first.click()


async def _ask_for_somebody_off_the_air(page: Page) -> None:
    """The first who complains of an outage that goes on."""
    ask = "async () => (await (await fetch('/api/v1/complaints?state=linked&limit=1')).json()).items"
    while not (linked := await page.evaluate(ask)):  # noqa: ASYNC110 - another process
        await asyncio.sleep(0.2)
    await page.goto(f"http://127.0.0.1:{CONSOLE}/desk?phone={linked[0]['phone']}")


async def _wait_for_the_storm(page: Page) -> None:
    await page.locator(".emergency").first.wait_for(timeout=STORM_MS)
    await page.wait_for_timeout(CREWS_SET_OUT_MS)


PICTURES = (
    Picture("field", "t01", "/", PHONE, _open_the_job),
    Picture("console", "noc", "/?view=incidents"),
    Picture("desk", "agent", "/desk", DESKTOP, _ask_for_somebody_off_the_air),
    Picture("board", "noc", "/?view=work"),
    Picture("map", "noc", "/?view=map"),
    Picture("alarms", "noc", "/?view=alarms"),
    Picture("procedures", "noc", "/?view=procedures&id=mains-failure-{language}"),
    Picture("emergency", "leader", "/?view=emergency", DESKTOP, _wait_for_the_storm),
    Picture("wall", "leader", "/wall", WALL),
)


async def main(wanted: list[str]) -> None:
    """Starts the demo, takes the pictures, stops the demo."""
    OUT.mkdir(exist_ok=True)
    async with _demo() as passwords, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for picture in PICTURES:
            for suffix, locale in LANGUAGES.items():
                if not wanted or picture.name in wanted:
                    await _take(browser, picture, suffix, locale, passwords[picture.account])
        await browser.close()


@asynccontextmanager
async def _demo() -> AsyncIterator[dict[str, str]]:
    """The demo, some way into its story; yields the passwords of its accounts."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "demo.log"
        ports = f"--console-port {CONSOLE} --field-port {FIELD} --trap-port {TRAPS} --metrics-port {METRICS}".split()
        demo = [sys.executable, "-m", "guywire", "demo", "--data-dir", f"{folder}/data", *ports]
        with log.open("wb") as out:
            process = subprocess.Popen(demo, stdout=out)  # noqa: ASYNC220, S603
        try:
            while "Ctrl-C stops everything" not in log.read_text("utf-8"):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.2)
            await asyncio.sleep(STORY_SECONDS)
            yield dict(re.findall(r"demo account\s+(\w+)\s+(\S+)", log.read_text("utf-8")))
        finally:
            process.terminate()
            process.wait(60)


async def _take(browser: Browser, picture: Picture, suffix: str, locale: str, password: str) -> None:
    context = await browser.new_context(
        viewport={"width": picture.size[0], "height": picture.size[1]},
        locale=locale,
        timezone_id="Asia/Shanghai",
        geolocation=PHONE_IS_AT,
        permissions=["geolocation"],
    )
    page = await context.new_page()
    said = {"name": picture.account, "password": password}
    answer = await page.request.post(f"{picture.face}/api/v1/session", data=said)
    assert answer.ok, await answer.text()
    await page.goto(picture.face + picture.path.format(language=locale[:2]))
    if picture.look:
        await picture.look(page)
    await page.wait_for_timeout(SETTLE_MS)
    await page.screenshot(path=OUT / f"{picture.name}{suffix}.png")
    await context.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
