"""The map in a real browser: what is painted, found, switched and walked to; and tiles of the centre's own archive."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from guywire import identity
from guywire.database import Connection
from guywire.model import Role
from guywire.settings import Datum
from tests.browser.conftest import Serve, SignIn, axe_problems, becomes
from tests.browser.network import add_feeder_failure, add_site, ago, insert, publish
from tests.browser.tiles import LOADED, archive, png
from tests.integration.running_console import PASSWORD, running_console

PIXELS = """() => {
  const found = new Set();
  for (const canvas of document.querySelectorAll("canvas.map-dots, canvas.map-marks")) {
    if (!canvas.width) continue;
    const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < data.length; i += 4)
      if (data[i + 3] === 255) found.add(`${data[i]},${data[i + 1]},${data[i + 2]}`);
  }
  return [...found];
}"""
MIDDLE_OF = """([red, green, blue]) => {
  const canvas = document.querySelector("canvas.map-dots");
  if (!canvas?.width) return null;
  const {data, width} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let [x, y, n] = [0, 0, 0];
  for (let i = 0; i < data.length; i += 4) {
    if (data[i] !== red || data[i + 1] !== green || data[i + 2] !== blue || data[i + 3] !== 255) continue;
    x += i / 4 % width; y += Math.floor(i / 4 / width); n++;
  }
  const {left, top} = document.querySelector(".map").getBoundingClientRect();
  return n ? [left + x / n, top + y / n] : null;
}"""
# At once, where the mouse is told the name: words step aside while the map settles.
CLICK_ON = """(name) => {
  const map = document.querySelector(".map");
  if (!map) return false;
  const {left, top, width, height} = map.getBoundingClientRect();
  for (let y = 60; y < height; y += 6)
    for (let x = 6; x < width; x += 12) {
      const at = {clientX: left + x, clientY: top + y, bubbles: true};
      map.dispatchEvent(new MouseEvent("mousemove", at));
      if (map.title === name) return map.dispatchEvent(new MouseEvent("click", at));
    }
  return false;
}"""
WHERE = "() => document.querySelector('.leaflet-map-pane').style.transform"
CRITICAL, WARNING, ACCENT = "255,107,107", "98,176,255", "53,194,214"


@pytest_asyncio.fixture(loop_scope="session")
async def url(serve: Serve, page: Page, sign_in: SignIn, database: Connection) -> str:
    """A served console over the feeder failure; the page is signed in as an operator and looks at the map."""
    await add_feeder_failure(database)
    url = serve("dashboards")
    await sign_in(page, url, Role.NOC_OPERATOR)
    await page.goto(f"{url}/?view=map")
    await expect(page.get_by_role("application", name="Map of 3 sites")).to_be_visible()
    return url


async def test_the_map_paints_sites_by_their_worst_alarm_and_technicians_in_the_accent(
    url: str, page: Page, database: Connection
) -> None:
    await becomes(page, PIXELS, lambda painted: {CRITICAL, WARNING, ACCENT} <= set(painted))
    await database.execute("UPDATE correlation.alarm SET cleared_at = now(), version = 2 WHERE alarm_id = 'A4'")
    await publish(database, "alarm_correlation", {"alarm": ["A4"]})
    await expect(page.get_by_role("navigation", name="Worst sites").get_by_role("button")).to_have_count(2)
    await becomes(page, PIXELS, lambda painted: WARNING not in painted)


async def test_a_click_on_a_dot_opens_its_site_and_from_there_its_page(url: str, page: Page) -> None:
    place = await becomes(page, MIDDLE_OF, bool, [98, 176, 255])
    await page.mouse.click(*place)
    panel = page.get_by_role("complementary")
    await expect(panel).to_contain_text("文新路")
    await expect(panel).to_contain_text("4 hours")
    await expect(panel).to_contain_text("Door open")
    await page.keyboard.press("Escape")
    await expect(panel).to_have_count(0)
    await page.mouse.click(*place)
    await panel.get_by_role("link", name="Open the site's page").click()
    await expect(page.get_by_role("heading", name="文新路")).to_be_visible()


async def test_the_map_is_worked_by_keys_alone(url: str, page: Page) -> None:
    await becomes(page, PIXELS, lambda painted: CRITICAL in painted)
    before = await page.evaluate(WHERE)
    await page.keyboard.press("ArrowLeft")
    await becomes(page, WHERE, lambda now: now != before)
    await page.keyboard.press("/")
    await page.keyboard.type("留下")
    await expect(page.get_by_role("option")).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("complementary")).to_contain_text("留下街道")
    await page.keyboard.press("Escape")
    technicians = page.get_by_role("button", name="Technicians")
    await expect(technicians).to_have_attribute("aria-pressed", "true")
    await page.keyboard.press("t")
    await page.keyboard.press("r")
    await expect(technicians).to_have_attribute("aria-pressed", "false")
    await becomes(page, PIXELS, lambda painted: ACCENT not in painted)
    await page.reload()
    await expect(technicians).to_have_attribute("aria-pressed", "false")
    worst = page.get_by_role("navigation", name="Worst sites").get_by_role("button").first
    await worst.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("complementary")).to_contain_text("留下街道")
    assert await axe_problems(page) == []


async def test_a_new_site_comes_onto_the_map_and_an_incident_leads_to_its_page(
    url: str, page: Page, database: Connection
) -> None:
    await add_site(database, "S4", name="三墩", latitude=30.33, longitude=120.08)
    await database.execute("UPDATE core.inventory_version SET version = version + 1")
    rows = await database.execute("SELECT version::text AS version FROM core.inventory_version")
    row = await rows.fetchone()
    assert row is not None
    await publish(database, "guywire", {"inventory": [row["version"]]})
    await expect(page.get_by_role("application", name="Map of 4 sites")).to_be_visible()
    await page.goto(f"{url}/?view=map&at=30.33,120.08")
    await page.get_by_role("button", name="中文").click()
    await expect(page.get_by_role("application", name="4 个站址的地图")).to_be_visible()
    await expect(page.get_by_role("button", name="维护人员")).to_be_visible()


@pytest.mark.parametrize("tile_type", [2, 1], ids=["pictures", "vectors"])
async def test_an_archive_of_pictures_lies_under_the_map_and_one_of_vectors_is_refused_in_words(
    page: Page, database: Connection, database_url: str, tmp_path: Path, tile_type: int
) -> None:
    await add_feeder_failure(database)
    (tmp_path / "east.pmtiles").write_bytes(archive(png(256), tile_type))
    await identity.add_user(database, "ann", Role.NOC_OPERATOR, password=PASSWORD)
    settings: dict[str, Any] = {
        "map_tiles": "east.pmtiles",
        "map_attribution": "© Survey <b>",
        "map_datum": Datum.GCJ02,
    }
    async with running_console(database_url, data_dir=tmp_path, **settings) as console:
        await page.request.post(f"{console.url}/api/v1/session", data={"name": "ann", "password": PASSWORD})
        await page.goto(f"{console.url}/?view=map")
        await expect(page.get_by_role("application", name="Map of 3 sites")).to_be_visible()
        if tile_type == 2:
            await becomes(page, LOADED, lambda widths: 256 in widths)
            await expect(page.get_by_text("© Survey <b>")).to_be_visible()
        else:
            await expect(page.get_by_role("status").filter(has_text="vector tiles")).to_be_visible()
        await becomes(page, PIXELS, lambda painted: CRITICAL in painted)
        await page.goto("about:blank")


async def test_where_a_power_cut_is_announced_its_words_stand_on_the_map_and_lead_to_it(
    url: str, page: Page, database: Connection
) -> None:
    await insert(
        database,
        "dispatch.emergency",
        emergency_id="E1",
        region="浙江/杭州",
        reason="typhoon",
        declared_at=ago(minutes=5),
        declared_by="ann",
    )
    await publish(database, "dispatch", {"emergency": ["E1"]})
    await becomes(page, CLICK_ON, bool, "Emergency · 杭州")
    await expect(page).to_have_url(f"{url}/?view=emergency")
