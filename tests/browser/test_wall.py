"""The wall in a real browser: readable from afar, true to the network, honest about its age and its sign-out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest_asyncio
from playwright.async_api import Page, expect

from guywire.database import Connection
from guywire.model import Role
from tests.browser.conftest import Serve, SignIn, axe_problems
from tests.browser.network import DOMAIN, REGION, add_feeder_failure, ago, insert

SMALLEST = """
() => Math.min(...[...document.querySelectorAll('.wall *')]
  .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .filter((element) => !element.closest('.visually-hidden'))
  .map((element) => parseFloat(getComputedStyle(element).fontSize)))
"""
# how many pixels of the map have each of these colours
DRAWN = """
(canvas, colours) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return colours.map(([red, green, blue]) => {
    let count = 0;
    for (let at = 0; at < data.length; at += 4)
      if (data[at] === red && data[at + 1] === green && data[at + 2] === blue && data[at + 3] === 255) count++;
    return count;
  });
}
"""
CRITICAL, MAJOR = [255, 107, 107], [255, 159, 64]
CUT_OFF = "() => document.querySelector('.wall').scrollHeight > document.querySelector('.wall').clientHeight"


@pytest_asyncio.fixture(loop_scope="session")
async def url(serve: Serve, page: Page, sign_in: SignIn, database: Connection) -> str:
    """A wall of 1920 x 1080 over the feeder failure, signed in."""
    await add_feeder_failure(database)
    url = serve("dashboards")
    await sign_in(page, url, Role.NOC_OPERATOR)
    await page.set_viewport_size({"width": 1920, "height": 1080})
    return url


async def test_the_wall_says_what_is_urgent_what_is_next_and_what_changed(
    url: str, page: Page, database: Connection
) -> None:
    await page.goto(f"{url}/wall")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("1 site runs out within the hour; 1 has a crew")
    await expect(page.locator(".wall-next")).to_contain_text("城西枢纽")
    await expect(page.get_by_role("list", name="Changed in the last 10 min")).to_contain_text("留下街道 is down")
    await expect(page.get_by_role("list", name="Places")).to_contain_text("◆1 ▲1")
    drawn = await page.get_by_role("img", name="3 sites").evaluate(DRAWN, [CRITICAL, MAJOR])
    assert all(count > 20 for count in drawn), drawn
    assert await axe_problems(page) == []
    await insert(
        database, "dispatch.sos", sos_id="Q1", person_id="T1", since=ago(minutes=1), raised_by="person",
        region=REGION, domain=DOMAIN, told=[],
    )  # fmt: skip
    # the wall asks every five seconds, which is as long as an expectation waits by itself
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Li Wei calls for help", timeout=15_000)
    await page.keyboard.press("l")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Li Wei 求救，尚无人接手。")


async def test_every_word_has_64_pixels_at_least_and_nothing_is_cut_off_at_either_size(url: str, page: Page) -> None:
    await page.goto(f"{url}/wall?dim=30")
    await expect(page.locator(".wall-next")).to_be_visible()
    assert await page.evaluate(SMALLEST) >= 63.9
    assert not await page.evaluate(CUT_OFF)
    await page.set_viewport_size({"width": 3840, "height": 2160})
    assert await page.evaluate(SMALLEST) >= 127.9
    assert not await page.evaluate(CUT_OFF)
    await expect(page.locator(".wall")).to_have_css("filter", "brightness(0.7)")
    await page.keyboard.press("d")
    await expect(page.locator(".wall")).to_have_css("filter", "brightness(0.6)")
    assert "dim=40" in page.url


async def test_a_wall_without_news_greys_out_and_one_that_is_signed_out_says_so(
    url: str, page: Page, database: Connection
) -> None:
    await page.clock.install(time=datetime.now(UTC))
    await page.goto(f"{url}/wall")
    await expect(page.get_by_role("status")).to_contain_text("old")
    await page.route("**/api/v1/wall", lambda route: route.abort())
    await page.clock.run_for(20_000)
    await expect(page.get_by_role("status")).to_contain_text("Old: from")
    await expect(page.locator(".wall-sentence")).to_have_css("filter", "grayscale(1) opacity(0.5)")
    await page.unroute("**/api/v1/wall")
    await page.clock.run_for(6_000)
    await expect(page.locator(".wall-old")).to_have_count(0)
    await database.execute("UPDATE core.token SET revoked_at = now()")
    await page.clock.run_for(6_000)
    await expect(page.get_by_role("alert")).to_contain_text("The wall was signed out at")
    await expect(page.get_by_label("Password")).to_be_visible()
