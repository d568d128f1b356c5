"""A phone page asks whether its day is still so, through a reload, news and another account on the same phone."""

from __future__ import annotations

from playwright.async_api import Browser, Page, Response, expect

from guywire.database import Connection
from tests.browser.conftest import Serve
from tests.browser.field_world import PASSWORD, day_of_jobs, phone, sign_in_on, technician, works_offline
from tests.browser.network import publish


class Looks:
    """What a page asked for its day, and how it was answered."""

    def __init__(self, page: Page) -> None:
        self.statuses: list[int] = []
        self.named: list[bool] = []
        page.on("response", self._heard)

    def _heard(self, response: Response) -> None:
        if "/me/day" in response.url:
            self.statuses.append(response.status)
            self.named.append("if-none-match" in response.request.headers)

    def forget(self) -> None:
        self.statuses.clear()
        self.named.clear()


async def test_a_day_that_is_as_it_was_is_shown_live_without_being_sent_again(
    browser: Browser, database: Connection, serve: Serve
) -> None:
    await technician(database)
    await technician(database, "T2", "sunmin")
    await day_of_jobs(database, 2)
    url = serve("field_app_api")
    async with phone(browser) as mine:
        page, looks = mine.page, Looks(mine.page)
        await sign_in_on(page, url)
        await works_offline(page)
        assert (looks.statuses[0], looks.named[0]) == (200, False)
        looks.forget()
        async with page.expect_response(lambda one: "/me/day" in one.url and one.status == 304, timeout=60_000):
            await page.reload()  # places of mates count anew every five minutes: it may be the second look
        assert looks.named[0]
        await expect(page.locator(".top")).to_contain_text("Live")
        await expect(page.get_by_text("留下街道")).to_be_visible()
        await database.execute("UPDATE core.site SET name = 'Renamed hub' WHERE site_id = 'S1'")
        await publish(database, "dispatch", {"work_order": ["W1"]})
        await expect(page.get_by_text("Renamed hub").first).to_be_visible()
        await page.goto(f"{url}/#/more")
        await page.get_by_role("button", name="Sign out").click()
        await page.get_by_label("Name").fill("sunmin")
        looks.forget()
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        await expect(page.get_by_text("Nothing for you now")).to_be_visible()
        assert (looks.statuses[0], looks.named[0]) == (200, False)
