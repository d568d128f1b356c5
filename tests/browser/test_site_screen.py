"""The site page in a real browser: how it stands, its power, its readings as a chart, its past, and the way on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest_asyncio
from playwright.async_api import Page, expect

from guywire.database import Connection
from guywire.model import Role
from tests.browser.conftest import Serve, SignIn, axe_problems, becomes
from tests.browser.network import add_alarm, add_feeder_failure, ago, insert, publish

LINE = """() => {
  const canvas = document.querySelector(".chart canvas");
  if (!canvas || !canvas.width) return 0;
  const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let line = 0;
  for (let i = 0; i < data.length; i += 4) if (data[i] > 200 && data[i + 1] > 200 && data[i + 3] > 200) line++;
  return line;
}"""


async def measured(connection: Connection, resource: str, metric: str, value: float, unit: str) -> None:
    """A reading each minute of the last two hours, none in the middle half hour."""
    await connection.execute(
        "INSERT INTO collectors.sample (at, site_id, resource, metric, qualifier, value, state)"
        " SELECT now() - n * interval '1 minute', 'S1', %s, %s, '', %s::float8 - n * 0.01, ''"
        " FROM generate_series(0, 120) n WHERE n NOT BETWEEN 45 AND 75",
        (resource, metric, value),
    )
    await insert(
        connection,
        "collectors.latest_reading",
        site_id="S1",
        resource=resource,
        metric=metric,
        qualifier="",
        at=datetime.now(UTC),
        value=value,
        state="",
        health="ok",
        label="",
        unit=unit,
    )


@pytest_asyncio.fixture(loop_scope="session")
async def url(serve: Serve, page: Page, sign_in: SignIn, database: Connection) -> str:
    """A served console over the feeder failure, with equipment and readings at S1; the page is signed in."""
    await add_feeder_failure(database)
    for resource, kind in (("rectifier-1", "rectifier"), ("battery-1", "battery"), ("door-1", "door")):
        await insert(database, "core.resource", site_id="S1", resource=resource, kind=kind)
    await measured(database, "rectifier-1", "dc-output-voltage", 53.4, "V")
    await measured(database, "battery-1", "battery-charge", 81, "%")
    await insert(
        database, "core.contract", tenant="Unicorn Mobile", region="", severity="critical", accept_minutes=10,
        arrive_minutes=60, restore_minutes=240, voltage_low=43.0, voltage_high=60.0,
    )  # fmt: skip
    url = serve("dashboards")
    await sign_in(page, url, Role.NOC_OPERATOR)
    return url


async def test_a_site_tells_how_it_stands_what_feeds_it_and_what_was_measured(
    url: str, page: Page, database: Connection
) -> None:
    await page.goto(f"{url}/?view=site&id=S1")
    await expect(page.get_by_role("heading", name="城西枢纽")).to_be_visible()
    await expect(page.get_by_text("Runs out in 41 min")).to_be_visible()
    power = page.get_by_role("img", name="How power reaches this site")
    label = await power.get_attribute("aria-label") or ""
    assert "Mains: Mains failure" in label
    assert "Battery: Battery discharging · 81 %" in label
    chart = page.get_by_role("img", name="DC output voltage, rectifier-1: last 53.4 V, least 52.2 V, greatest 53.4 V")
    await expect(chart).to_be_visible()
    await becomes(page, LINE, bool)
    await page.get_by_role("button", name="81 %").click()
    await expect(page.get_by_role("img", name="battery charge, battery-1")).to_be_visible()
    await page.keyboard.press("3")
    await expect(page.get_by_role("button", name="7 days")).to_have_attribute("aria-pressed", "true")
    await page.reload()  # the URL holds what is drawn, and over how long
    await expect(page.get_by_role("img", name="battery charge, battery-1")).to_be_visible()
    await expect(page.get_by_role("button", name="7 days")).to_have_attribute("aria-pressed", "true")
    await expect(page.get_by_role("row").filter(has_text="battery-1")).to_contain_text("Battery discharging")
    await expect(page.get_by_role("link", name="留下街道")).to_be_visible()
    await add_alarm(database, "A8", "S1", "smoke", resource="smoke-1", severity="critical")
    await publish(database, "alarm_correlation", {"alarm": ["A8"]})
    await expect(page.get_by_role("row").filter(has_text="smoke-1")).to_contain_text("Smoke")
    assert await axe_problems(page) == []
    await page.get_by_role("link", name="留下街道").click()
    await expect(page.get_by_role("heading", name="留下街道")).to_be_visible()
    await expect(page.get_by_text("No device at this site is polled for readings.")).to_be_visible()


async def test_a_sites_past_is_told_and_a_phone_shows_all_of_it_in_chinese_too(
    url: str, page: Page, database: Connection
) -> None:
    await insert(
        database, "correlation.outage", incident_id="I1", site_id="S3", reason="battery", started_at=ago(days=3),
        ended_at=ago(days=3) + timedelta(hours=2),
    )  # fmt: skip
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(f"{url}/?view=site&id=S3")
    await expect(page.get_by_text("2 h 00 min down")).to_be_visible()
    await page.get_by_role("button", name="中文").click()
    await expect(page.get_by_role("heading", name="历史")).to_be_visible()
    await expect(page.get_by_text("断站 2 小时 00 分钟")).to_be_visible()
    assert await page.evaluate("() => document.querySelector('.view-site').scrollWidth") <= 390
    assert await axe_problems(page) == []


async def test_a_site_that_does_not_exist_says_so(url: str, page: Page) -> None:
    await page.goto(f"{url}/?view=site&id=S99")
    await expect(page.get_by_text("S99")).to_be_visible()
    await page.goto(f"{url}/?view=site")
    await expect(page.get_by_text("No site is named.")).to_be_visible()
