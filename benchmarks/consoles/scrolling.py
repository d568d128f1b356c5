"""The alarm list in a real browser: rows that change while one scrolls, memory, how soon the first row stands."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from playwright.async_api import Page, async_playwright

from benchmarks.consoles import world
from benchmarks.consoles.system import NAME, System
from benchmarks.traps.kernel import cpu_seconds
from guywire import feed
from guywire.database import Connection

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--enable-precise-memory-info",
)
_FRAMES = """
    window.frames_ = []; window.long_ = [];
    let last = 0;
    const tick = (at) => { if (last) window.frames_.push(at - last); last = at; requestAnimationFrame(tick); };
    requestAnimationFrame(tick);
    new PerformanceObserver((all) => { for (const one of all.getEntries()) window.long_.push(one.duration); })
      .observe({entryTypes: ["longtask"]});
"""
_FIRST_ROW = """
    new MutationObserver((_, observer) => {
      if (!document.querySelector(".rows-seen .alarm-row")) return;
      observer.disconnect();
      requestAnimationFrame(() => requestAnimationFrame((at) => { window.firstRow_ = at; }));
    }).observe(document, {childList: true, subtree: true});
"""


class Frames(NamedTuple):
    """Intervals between frames in milliseconds, over so many."""

    shown: int
    per_second: float
    p50: float
    p95: float
    p99: float
    longest: float


@asynccontextmanager
async def console_page(system: System) -> AsyncIterator[Page]:
    """A signed-in page of 1440x900 in a browser of its own; what is measured begins with its first script."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        page = await browser.new_page(
            viewport={"width": 1440, "height": 900}, locale="en-GB", timezone_id="Asia/Shanghai"
        )
        await page.add_init_script(_FIRST_ROW)
        await page.request.post(f"{system.url}/api/v1/session", data={"name": NAME, "password": system.password})
        yield page
        await browser.close()


async def opened(page: Page, system: System, alarms: int) -> dict[str, float]:
    """Opens the console: milliseconds from navigation to the first row painted, and to all of them held."""
    began = time.perf_counter()
    await page.goto(f"{system.url}/?view=alarms&silent=1")
    async with asyncio.timeout(60):
        while await page.get_by_role("grid").get_attribute("aria-rowcount") != str(alarms + 1):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    whole = (time.perf_counter() - began) * 1000
    asked = "() => performance.getEntriesByType('resource').find((one) => one.name.includes('/snapshot'))?.startTime"
    first = await page.evaluate("() => window.firstRow_")
    return {"first row": first, "after asking": first - await page.evaluate(asked), "all rows": whole}


async def scrolled(page: Page, system: System, seconds: float, changes: int, *, keys: bool) -> Frames:
    """Scrolls without a pause while so many alarms change a second; by wheel, or by the cursor."""
    stop = asyncio.Event()
    changing = asyncio.create_task(_change(system.connection, changes, stop))
    await page.mouse.move(700, 500)
    await page.get_by_role("grid").focus()
    await page.evaluate(_FRAMES)
    until = time.perf_counter() + seconds
    step = 0
    while time.perf_counter() < until:
        step += 1
        if keys:
            await page.keyboard.press("j" if step % 400 < 300 else "PageDown")
        else:
            await page.mouse.wheel(0, 180 if step % 300 < 200 else -180)
        await asyncio.sleep(0.016)
    intervals: list[float] = await page.evaluate("() => window.frames_")
    stop.set()
    await changing
    return _frames(intervals)


async def _change(connection: Connection, changes: int, stop: asyncio.Event) -> None:
    """So many changes a second, ten publications a second: acknowledged, worse, cleared and raised anew."""
    batch, number = max(1, changes // 10), 0
    loop = asyncio.get_running_loop()
    due = loop.time()
    while not stop.is_set():
        ids = [f"A{1 + (number + n * 97) % 50_000}" for n in range(batch)]
        number += batch * 31 + 1
        async with connection.transaction():
            await connection.execute(_CHANGE, {"ids": ids, "number": number})
            await feed.publish(connection, "alarm_correlation", {"alarm": ids})
        due += 0.1
        await asyncio.sleep(max(0.0, due - loop.time()))


_CHANGE = """
    UPDATE correlation.alarm SET version = version + 1, changed_at = now(), count = count + 1,
        raised_at = CASE WHEN %(number)s %% 3 = 0 THEN now() ELSE raised_at END,
        severity = CASE WHEN %(number)s %% 2 = 0 THEN 'critical' ELSE 'major' END,
        acknowledged_at = CASE WHEN %(number)s %% 5 = 0 THEN now() END, acknowledged_by = 'ann'
    WHERE alarm_id = ANY(%(ids)s)
"""


async def memory(page: Page) -> dict[str, float]:
    """Megabytes: the page's own heap after a collection, and what its renderer process holds for itself."""
    session = await page.context.new_cdp_session(page)
    await session.send("HeapProfiler.collectGarbage")
    used: dict[str, Any] = await session.send("Runtime.getHeapUsage")
    return {"heap": used["usedSize"] / 1e6, **_renderer()[0]}


def _renderer() -> tuple[dict[str, float], int]:
    """The largest renderer of this machine, which is ours: resident, what it shares with none, and its process."""
    found, pid = {"resident": 0.0, "private": 0.0}, 0
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if b"--type=renderer" not in (path / "cmdline").read_bytes():
                continue
            sizes = dict(line.split(":", 1) for line in (path / "smaps_rollup").read_text("utf-8").splitlines()[1:])
        except OSError:
            continue
        private = (_kilobytes(sizes["Private_Clean"]) + _kilobytes(sizes["Private_Dirty"])) / 1000
        if private > found["private"]:
            found, pid = {"resident": _kilobytes(sizes["Rss"]) / 1000, "private": private}, int(path.name)
    return found, pid


def _kilobytes(text: str) -> float:
    return float(text.split()[0])


def _frames(intervals: list[float]) -> Frames:
    ordered = sorted(intervals)

    def at(part: float) -> float:
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))]

    return Frames(len(ordered), 1000 * len(ordered) / sum(ordered), at(0.5), at(0.95), at(0.99), ordered[-1])


async def measure(system: System, alarms: int, seconds: float, changes: int) -> None:
    """Prints how the list does."""
    async with console_page(system) as page:
        times = await opened(page, system, alarms)
        print(
            f"first row {times['first row']:.0f} ms after navigation, {times['after asking']:.0f} ms after the"
            f" snapshot was asked for; all {alarms} rows {times['all rows']:.0f} ms after navigation"
        )
        print("memory at rest, MB:", _rounded(await memory(page)))
        for name, keys in (("wheel", False), ("keys", True)):
            pid, before = _renderer()[1], time.perf_counter()
            cpu = system.cpu(), cpu_seconds(pid)
            frames = await scrolled(page, system, seconds, changes, keys=keys)
            took = time.perf_counter() - before
            page_cpu, console_cpu = (cpu_seconds(pid) - cpu[1]) / took, (system.cpu() - cpu[0]) / took
            print(
                f"{name}: {frames.per_second:.1f} frames/s, p50 {frames.p50:.1f} p95 {frames.p95:.1f}"
                f" p99 {frames.p99:.1f} longest {frames.longest:.0f} ms over {frames.shown} frames;"
                f" CPU-seconds a second: page {page_cpu:.2f}, console process {console_cpu:.2f}"
            )
        print("memory after, MB:", _rounded(await memory(page)))
    print(f"({world.SITES} sites)")


def _rounded(sizes: dict[str, float]) -> dict[str, int]:
    return {name: round(size) for name, size in sizes.items()}
