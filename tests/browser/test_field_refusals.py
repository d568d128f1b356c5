"""What the server does not take and the phone cannot keep: said in plain words, never in the way of the rest."""

from __future__ import annotations

import asyncio
import base64

from playwright.async_api import Browser, Page, expect

from guywire import inbox
from guywire.commands import WithdrawWorkOrder
from guywire.database import Connection
from tests.browser.conftest import Serve, axe_problems
from tests.browser.field_world import day_of_jobs, phone, rows, sign_in_on, technician

POISON = """async () => {
  const { keepItem } = await import('/static/store/outbox_rows.js');
  const record = { id: 'no uuid', at: new Date().toISOString(), kind: 'rumour', text: 'the neighbour says so' };
  await keepItem('liwei', { kind: 'records', path: '/api/v1/work-orders/W1/records', body: { records: [record] },
    order: 'W1', chain: '', urgent: false });
}"""
NOISE = """async (side) => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = side;
  const context = canvas.getContext('2d');
  const noise = context.createImageData(side, side);
  let seed = 1;
  for (let at = 0; at < noise.data.length; at++) {
    seed = (seed * 16807) % 2147483647;
    noise.data[at] = at % 4 === 3 ? 255 : seed % 256;
  }
  context.putImageData(noise, 0, 0);
  return canvas.toDataURL('image/jpeg').split(',')[1];
}"""


async def _withdrawn_meanwhile(database: Connection, order: str) -> None:
    """The response centre takes the order back while the phone has no line."""
    await inbox.put(database, WithdrawWorkOrder(work_order=order, reason="crew from the city takes it"), "ann", order)
    state = "SELECT state FROM views.work_order WHERE id = %s AND state = 'withdrawn'"
    async with asyncio.timeout(20):
        while not await rows(database, state, order):
            await rows(database, "SELECT pg_sleep(0.02)")


async def test_a_job_that_was_withdrawn_meanwhile_is_explained_and_the_rest_goes_on(
    browser: Browser, database: Connection, serve: Serve
) -> None:
    await technician(database)
    await day_of_jobs(database, 2)
    serve("dispatch")
    url = serve("field_app_api")
    async with phone(browser, service_workers="block") as mine:
        page = mine.page
        await sign_in_on(page, url)
        await page.goto(f"{url}/#W1")
        await expect(page.get_by_role("button", name="Accept")).to_be_visible()
        await mine.context.set_offline(True)
        await page.get_by_role("button", name="Accept").click()
        await page.get_by_role("button", name="Set off").click()
        await page.goto(f"{url}/#W2")
        await page.get_by_role("button", name="Accept").click()
        await expect(page.locator(".job-state")).to_contain_text("1 to be sent")
        await _withdrawn_meanwhile(database, "W1")
        await mine.context.set_offline(False)
        await expect(page.locator(".job-state")).not_to_contain_text("to be sent")
        await page.goto(f"{url}/#W1")
        refused = page.locator(".refused")
        await expect(refused).to_contain_text("Not accepted: Accept")
        await expect(refused).to_contain_text("The job was withdrawn meanwhile")
        await expect(refused).to_contain_text("Not sent with it: Set off")
        await expect(page.locator(".job-state strong")).to_have_text("Withdrawn")
        assert await axe_problems(page) == []
        await refused.get_by_role("button", name="Discard").click()
        await expect(refused).to_have_count(0)
    states = await rows(database, "SELECT id, state FROM views.work_order ORDER BY id")
    assert [(row["id"], row["state"]) for row in states] == [("W1", "withdrawn"), ("W2", "accepted")]


async def test_what_will_never_pass_is_set_aside_with_what_can_be_done(
    browser: Browser, database: Connection, serve: Serve
) -> None:
    await technician(database)
    await day_of_jobs(database, 1)
    serve("dispatch")
    url = serve("field_app_api")
    async with phone(browser, service_workers="block") as mine:
        page = mine.page
        await sign_in_on(page, url)
        await mine.context.grant_permissions(["geolocation", "clipboard-read", "clipboard-write"])
        await page.evaluate(POISON)
        await page.get_by_role("button", name="Accept").click()
        await expect(page.get_by_role("button", name="Set off")).to_be_visible()
        await expect(page.get_by_role("link", name="1 not accepted")).to_be_visible()
        await page.get_by_role("link", name="1 not accepted").click()
        refused = page.locator(".refused")
        await refused.get_by_role("button", name="Copy words").click()
        await expect(refused.get_by_role("button", name="Copied")).to_be_visible()
        assert await page.evaluate("() => navigator.clipboard.readText()") == "the neighbour says so"
        await refused.get_by_role("button", name="Send again").click()
        await expect(refused).to_be_visible()  # refused anew, under a key of its own
        await refused.get_by_role("button", name="Discard").click()
        await expect(page.get_by_text("All is sent.")).to_be_visible()
    assert (await rows(database, "SELECT state FROM views.work_order"))[0]["state"] == "accepted"


async def test_a_full_phone_says_so_at_once_and_the_photo_can_be_taken_again(
    browser: Browser, database: Connection, serve: Serve
) -> None:
    await technician(database)
    await day_of_jobs(database, 1, state="on_site")
    url = serve("field_app_api")
    async with phone(browser, service_workers="block") as mine:
        page = mine.page
        await _allow(page, url, 300_000)  # before the first writing: the browser remembers for a while how much is left
        await sign_in_on(page, url)
        await page.goto(f"{url}/#W1")
        await expect(page.get_by_text("Take a photo")).to_be_visible()
        picture = base64.b64decode(await page.evaluate(NOISE, 1600))
        await mine.context.route("**/photos/**", lambda route: route.abort())
        await _choose(page, picture)
        await expect(page.get_by_text("The phone is full: the photo is not kept.")).to_be_visible()
        await _allow(page, url, 2_000_000)
        await _choose(page, picture)
        await expect(page.get_by_text("the photo was kept smaller")).to_be_visible()
        await expect(page.locator(".thumbnail")).to_have_count(1)
        await expect(page.get_by_text("The phone is full")).to_have_count(0)
        await expect(page.get_by_text("0 of 1 photos sent").first).to_be_visible()


async def _choose(page: Page, picture: bytes) -> None:
    chosen = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": picture}
    await page.locator("input[type=file]").last.set_input_files(chosen)  # type: ignore[arg-type]


async def _allow(page: Page, url: str, quota: int) -> None:
    """The room that the phone gives this page, in bytes."""
    session = await page.context.new_cdp_session(page)
    await session.send("Storage.overrideQuotaForOrigin", {"origin": url, "quotaSize": quota})
