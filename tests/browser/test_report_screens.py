"""Reports on screen and on paper: a figure, its groups, exactly what was counted, and how; in both languages."""

from __future__ import annotations

from datetime import timedelta

from playwright.async_api import Page, expect

from guywire.database import Connection
from guywire.model import Role
from tests.browser.conftest import Serve, SignIn, axe_problems
from tests.browser.network import add_alarm, add_incident, add_outage, add_site, add_ticket, ago, insert

LINES = """async () => {
  const { trendLines, periodOf, sortedBy, lastMonth } = await import("/static/state/report.js");
  const now = new Date(2026, 0, 15, 12).getTime();
  const items = [{id: "a", v: 2}, {id: "b", v: null}, {id: "c", v: 10}];
  const month = periodOf("last_month", now);
  return {
    gap: trendLines([1, 3, null, 2]),
    limits: trendLines([3, 24], [6, 12]),
    flat: trendLines([5, 5]).lines,
    days: (Date.parse(month.until) - Date.parse(month.from)) / 864e5,
    month: lastMonth(now),
    up: sortedBy(items, "v", false).map((one) => one.id),
    down: sortedBy(items, "v", true).map((one) => one.id),
  };
}"""


async def add_history(database: Connection) -> None:
    """Two sites of two tenants, each with a fault ten days ago that one operator acknowledged."""
    await insert(database, "core.contract", tenant="Red", region="", severity="", availability=0.9999)
    for number, tenants in enumerate((["Red", "Blue"], ["Red"]), start=1):
        site, opened = f"S{number}", ago(days=10, hours=number)
        await add_site(database, site, name=f"西湖{number}", tenants=tenants, known_since=ago(days=20))
        over = opened + timedelta(hours=2 * number)
        await add_incident(
            database, f"I{number}", f"A{number}", site, state="closed", opened_at=opened, closed_at=over
        )  # fmt: skip
        await add_alarm(
            database, f"A{number}", site, "mains-failure", raised_at=opened, cleared_at=over, incident_id=f"I{number}",
            acknowledged_at=opened + timedelta(minutes=6), acknowledged_by="ann",
        )  # fmt: skip
        await add_outage(database, f"I{number}", site, started_at=opened, ended_at=over)
        await add_ticket(
            database, f"K{number}", site, incident_id=f"I{number}", state="resolved", opened_at=opened, resolved_at=over
        )  # fmt: skip


async def test_lines_periods_and_orders_are_reckoned_without_a_screen(page: Page, serve: Serve) -> None:
    await page.goto(f"{serve('dashboards')}/health")
    told = await page.evaluate(LINES)
    assert told == {
        "gap": {"lines": ["0,100 33.33,0"], "dots": [{"x": 100, "y": 50}], "low": 1, "high": 3, "limits": []},
        "limits": {"lines": ["0,87.5 100,0"], "dots": [], "low": 0, "high": 24, "limits": [75, 50]},
        "flat": ["0,50 100,50"],
        "days": 31,
        "month": "2025-12",
        "up": ["a", "c", "b"],
        "down": ["c", "a", "b"],
    }


async def test_a_leader_reads_a_figure_asks_which_and_how_it_is_counted(
    page: Page, serve: Serve, sign_in: SignIn, database: Connection
) -> None:
    await add_history(database)
    url = serve("dashboards")
    await sign_in(page, url, Role.SHIFT_LEADER)
    await page.goto(f"{url}/?view=alarms")
    await page.get_by_role("link", name="Reports").wait_for()
    await page.keyboard.press("g")
    await page.keyboard.press("r")
    await expect(page.locator(".report-big")).to_have_text("6 min")
    await page.keyboard.press("j")
    await expect(page.locator(".report-big")).to_have_text("3 h 00 min")
    await page.get_by_role("navigation", name="Reports").get_by_role("link", name="Availability").click()
    rows = page.locator(".report-table tbody tr")
    await expect(rows).to_have_count(2)
    await page.get_by_role("button", name="Tenant").click()
    await expect(page.locator("th[aria-sort=descending]")).to_have_text("Tenant ↓")
    await page.get_by_role("button", name="Red").click()
    await expect(page.locator(".report-which-list li")).to_have_count(2)
    await expect(page.get_by_role("link", name="I2")).to_have_attribute("href", "?view=incidents&id=I2")
    await page.get_by_role("button", name="7 days").click()
    await expect(page.locator(".report-which-list li")).to_have_count(0)
    await page.get_by_role("button", name="30 days").click()
    await expect(page.locator(".report-which-list li")).to_have_count(2)
    await page.get_by_text("How is it counted?").click()
    await expect(page.locator(".report-counted p")).to_contain_text("outages of a site overlap counts once")
    assert await axe_problems(page) == []
    await page.get_by_role("button", name="中文").click()
    await expect(page.get_by_role("heading", name="租户可用率")).to_be_visible()
    async with page.expect_download() as download:
        await page.get_by_role("link", name="导出 CSV").click()
    assert (await download.value).suggested_filename == "availability-tenant.csv"


async def test_the_months_paper_has_a_section_for_each_tenant_and_says_how_it_counts(
    page: Page, serve: Serve, sign_in: SignIn, database: Connection
) -> None:
    await add_history(database)
    url = serve("dashboards")
    await sign_in(page, url, Role.SHIFT_LEADER)
    month = ago(days=10, hours=2)
    await page.goto(f"{url}/reports/print?month={month:%Y-%m}")
    await expect(page.locator(".paper-tenant h3")).to_have_text(["Red", "Blue"])
    await expect(page.locator(".paper-how > div")).to_have_count(11)
    assert await axe_problems(page) == []
    assert (await page.pdf(prefer_css_page_size=True)).startswith(b"%PDF")
    await page.goto(f"{url}/reports/print?month=soon")
    await expect(page.get_by_role("alert")).to_contain_text("2026-10")
