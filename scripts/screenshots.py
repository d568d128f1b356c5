"""Takes the README's pictures anew: runs the demo, waits until its story is in full swing, photographs each face.

`python scripts/screenshots.py` from the repository; needs Chromium.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

OUT = Path(__file__).parents[1] / "docs" / "screenshots"
CONSOLE, FIELD, TRAPS, METRICS = 18480, 18481, 18462, 18460
DESKTOP, DESK, PHONE = (1440, 900), (1280, 860), (390, 844)
STORY_SECONDS = 50
LANGUAGES = {"": "en-GB", "-zh": "zh-CN"}
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


async def main() -> None:
    """Starts the demo, takes the pictures, stops the demo."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "demo.log"
        ports = f"--console-port {CONSOLE} --field-port {FIELD} --trap-port {TRAPS} --metrics-port {METRICS}".split()
        demo = [sys.executable, "-m", "guywire", "demo", "--data-dir", f"{folder}/data", *ports]
        with log.open("wb") as out:
            process = subprocess.Popen(demo, stdout=out)  # noqa: ASYNC220, S603
        try:
            await _until_said(log, "Ctrl-C stops everything")
            await asyncio.sleep(STORY_SECONDS)
            await _photograph(_passwords(log))
        finally:
            process.terminate()
            process.wait(60)


async def _photograph(passwords: dict[str, str]) -> None:
    OUT.mkdir(exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        desk = await _signed_in(browser, f"http://127.0.0.1:{CONSOLE}/desk", "agent", passwords, DESK, "en-GB")
        await desk.goto(f"http://127.0.0.1:{CONSOLE}/desk?phone={await _someone_off_the_air(desk)}")
        await _take(desk, "desk")  # in both languages at once: the outage does not last
        await desk.get_by_role("button", name="中文").click()
        await _take(desk, "desk-zh")
        for suffix, locale in LANGUAGES.items():
            page = await _signed_in(browser, f"http://127.0.0.1:{CONSOLE}/", "noc", passwords, DESKTOP, locale)
            await page.keyboard.press("g")
            await page.keyboard.press("i")
            await _take(page, f"console{suffix}")
            await page.keyboard.press("g")
            await page.keyboard.press("m")
            await _take(page, f"map{suffix}")
            phone = await _signed_in(browser, f"http://127.0.0.1:{FIELD}/", "t01", passwords, PHONE, locale)
            await phone.locator("a.next-link, a.row").first.click()
            await _take(phone, f"field{suffix}")
        await browser.close()


async def _signed_in(
    browser: Browser, url: str, name: str, passwords: dict[str, str], size: tuple[int, int], locale: str
) -> Page:
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale=locale,
        timezone_id="Asia/Shanghai",
        geolocation={"latitude": 31.97, "longitude": 119.15},
        permissions=["geolocation"],
    )
    page = await context.new_page()
    await page.goto(url)
    await page.locator("#signin-name").fill(name)
    await page.locator("#signin-password").fill(passwords[name])
    await page.locator(".button-primary").click()
    await page.locator("#signin-name").wait_for(state="detached")
    return page


async def _someone_off_the_air(page: Page) -> str:
    """The phone number of the first who complains of an outage that goes on."""
    ask = "async () => (await (await fetch('/api/v1/complaints?state=linked&limit=1')).json()).items"
    while not (linked := await page.evaluate(ask)):  # noqa: ASYNC110 - another process
        await asyncio.sleep(0.2)
    return str(linked[0]["phone"])


async def _take(page: Page, name: str) -> None:
    await page.wait_for_timeout(2500)
    await page.screenshot(path=OUT / f"{name}.png")


async def _until_said(log: Path, words: str) -> None:
    while words not in log.read_text("utf-8"):  # noqa: ASYNC110, ASYNC240 - another process, a small file
        await asyncio.sleep(0.2)


def _passwords(log: Path) -> dict[str, str]:
    return dict(re.findall(r"demo account\s+(\w+)\s+(\S+)", log.read_text("utf-8")))


if __name__ == "__main__":
    asyncio.run(main())
