"""The console's map with a province of 100,000 sites in Chromium: how soon it is painted, and how smoothly it moves.

Real database, real console, real browser without a graphics card. Prints the seconds from opening the page to the
painted map, and for panning and for zooming the frames a second and the 95th percentile of the time between two frames,
each with a picture that is painted anew. `--sites` and `--alarms` change the size. Machines are shared: read them as a
floor.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import shutil
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright, expect

from guywire import identity
from guywire.database import Connection, connect
from guywire.database.migrate import migrate
from guywire.model import Role
from guywire.postgres import embedded
from tests.browser.conftest import CHROMIUM_FLAGS, Services

ACCOUNT = "bench"
MOVES = 120
PATIENCE_MS = 120_000

# Towns of some hundred sites each, strewn over a province; each site hangs on the one before it in its town.
SITES = """
INSERT INTO core.site (site_id, name, latitude, longitude, region, domain, site_class, tenants, battery_hours,
                       power_feed, time_zone)
SELECT 'S' || lpad(n::text, 6, '0'), '站 ' || n, 27.5 + 3.5 * t.y + 0.12 * (random() - 0.5),
       118.5 + 3.5 * t.x + 0.12 * (random() - 0.5), '浙江/市' || t.town %% 11 || '/县' || t.town,
       '浙江/市' || t.town %% 11, (ARRAY['A', 'B', 'C'])[1 + n %% 3],
       ARRAY['Unicorn', 'Huayun'], 4, 'F' || n / 20, 'Asia/Shanghai'
FROM generate_series(1, %(sites)s) n
JOIN (SELECT town, random() AS x, random() AS y FROM generate_series(0, 399) town) t
  ON t.town = n / (%(sites)s / 400 + 1)
"""
LINKS = """
INSERT INTO core.link (link_id, upstream_site_id, downstream_site_id, medium, resource)
SELECT 'L' || n, 'S' || lpad((n - 1)::text, 6, '0'), 'S' || lpad(n::text, 6, '0'), 'microwave', 'radio'
FROM generate_series(2, %(sites)s) n WHERE n %% 250 <> 0
"""
ALARMS = """
INSERT INTO correlation.alarm (alarm_id, site_id, resource, alarm_type, qualifier, domain, severity, raised_at,
                               received_at, changed_at)
SELECT 'A' || n, 'S' || lpad((1 + (n * 7919) %% %(sites)s)::text, 6, '0'), 'r', 'mains-failure', '', '浙江/市1',
       (ARRAY['critical', 'major', 'minor', 'warning'])[1 + n %% 4], now(), now(), now()
FROM generate_series(1, %(alarms)s) n
"""

# A move each frame, as a hand or a wheel makes it, and how long each frame took. `moved`: that the map did follow.
FRAMES = """([moves, kind]) => new Promise((done) => {
  const box = document.querySelector(".map");
  const pane = document.querySelector(".leaflet-map-pane");
  const times = [], moved = new Set();
  let last = 0, turn = 0;
  const step = (at) => {
    if (last) times.push(at - last);
    last = at;
    moved.add(pane.style.transform + document.querySelector("canvas.map-dots").style.transform);
    if (turn++ >= moves) return done({times, moved: moved.size});
    const middle = {clientX: 700, clientY: 450, bubbles: true, cancelable: true};
    if (kind === "zoom") box.dispatchEvent(new WheelEvent("wheel", {...middle, deltaY: turn % 20 < 10 ? -40 : 40}));
    else {
      const x = 700 + 200 * Math.sin(turn / 9), y = 450 + 150 * Math.cos(turn / 7);
      document.dispatchEvent(new MouseEvent("mousemove", {clientX: x, clientY: y, bubbles: true, buttons: 1}));
    }
    requestAnimationFrame(step);
  };
  const press = {clientX: 700, clientY: 450, bubbles: true, button: 0, buttons: 1};
  if (kind === "pan") box.dispatchEvent(new MouseEvent("mousedown", press));
  requestAnimationFrame(step);
})"""
RELEASE = "() => document.dispatchEvent(new MouseEvent('mouseup', {clientX: 700, clientY: 450, bubbles: true}))"
PAINTED = """() => {
  const canvas = document.querySelector("canvas.map-dots");
  if (!canvas || !canvas.width) return 0;
  const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let painted = 0;
  for (let i = 3; i < data.length; i += 4) if (data[i]) painted++;
  return painted;
}"""


async def main(sites: int, alarms: int) -> None:
    """Fills a database, opens the map three times, moves it, and prints the figures."""
    async with _console(sites, alarms) as (url, password), async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(CHROMIUM_FLAGS))
        opened = []
        for _ in range(3):
            page, seconds = await _opened(browser, url, password, sites)
            opened.append(seconds)
        soon = f"{statistics.median(opened):.2f} s (worst {max(opened):.2f})"
        print(f"{sites:,} sites, {alarms:,} alarms: painted after {soon}")
        for kind in ("pan", "zoom"):
            _say(kind, **await page.evaluate(FRAMES, [MOVES, kind]))
            await page.evaluate(RELEASE)
        await browser.close()


def _say(kind: str, times: list[float], moved: int) -> None:
    assert moved > 2, f"the map did not follow: {moved} positions"
    rate, ninety_five = 1000 * len(times) / sum(times), statistics.quantiles(times, n=20)[-1]
    print(f"{kind:5} {rate:5.1f} frames a second, p95 {ninety_five:.0f} ms, worst {max(times):.0f} ms")


async def _opened(browser: Browser, url: str, password: str, sites: int) -> tuple[Page, float]:
    """A page that shows the map, and the seconds until every site was on it."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    page = await context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    answer = await page.request.post(f"{url}/api/v1/session", data={"name": ACCOUNT, "password": password})
    assert answer.ok, await answer.text()
    started = time.perf_counter()
    await page.goto(f"{url}/?view=map", wait_until="commit")
    await expect(page.get_by_role("application", name=f"Map of {sites} sites")).to_be_visible(timeout=PATIENCE_MS)
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while not await page.evaluate(PAINTED):
            await page.evaluate("() => new Promise(requestAnimationFrame)")
    return page, time.perf_counter() - started


@asynccontextmanager
async def _console(sites: int, alarms: int) -> AsyncIterator[tuple[str, str]]:
    """The address of a console over a province of that size, and the password of its account."""
    password = secrets.token_urlsafe(18)
    with tempfile.TemporaryDirectory() as folder:
        async with embedded(Path(folder) / "postgres", durable=False) as database_url:
            async with await connect(database_url) as connection:
                await migrate(connection, datetime.now(UTC).date())
                await identity.add_user(connection, ACCOUNT, Role.NOC_OPERATOR, password=password)
                await _fill(connection, sites, alarms)
            with Services(database_url, Path(folder)) as services:
                yield services.address_of("dashboards"), password


async def _fill(connection: Connection, sites: int, alarms: int) -> None:
    sizes = {"sites": sites, "alarms": alarms}
    await connection.execute("SELECT setseed(0.7)")
    for statement in (SITES, LINKS, ALARMS):
        await connection.execute(statement, sizes)
    await connection.execute("UPDATE core.inventory_version SET version = version + 1")
    await connection.execute("ANALYZE")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=100_000)
    parser.add_argument("--alarms", type=int, default=5_000)
    given = parser.parse_args()
    asyncio.run(main(given.sites, given.alarms))
