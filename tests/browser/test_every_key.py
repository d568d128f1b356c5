"""Whatever can be done in a view has a key, and the key stands in the help."""

from __future__ import annotations

from playwright.async_api import Page, expect

from guywire.database import Connection
from guywire.model import Role
from tests.browser.conftest import Serve, SignIn
from tests.browser.test_every_screen import add_busy_shift

# Deeds: what changes something. Filters, chips and what sends a form are for Tab and Enter.
PLACES = ":is(.moves, .cell-actions, .bar-end, .decision, .emergency, .bar, .table-pick td)"
DEEDS = f"""
() => [...document.querySelectorAll("main {PLACES} button")]
  .filter((button) => button.checkVisibility() && !button.closest("form, .chips, [aria-pressed]"))
  .map((button) => [button.textContent.trim(), button.querySelector("kbd")?.textContent ?? button.dataset.key ?? ""])
"""
HELD = "() => [...document.querySelectorAll('dialog dt')].map((keys) => keys.textContent.trim())"


# of each view, by the letter that leads to it, a deed that is there once all of it is
VIEWS = {
    "e": "End the emergency", "l": "Grant", "h": "Print", "n": "Withdraw", "t": "Cancel ticket", "s": "End",
    "k": "Retire", "i": "Cancel ticket",
}  # fmt: skip


async def test_each_deed_of_a_view_has_a_key_that_stands_in_the_help(
    page: Page, serve: Serve, sign_in: SignIn, database: Connection
) -> None:
    await add_busy_shift(database)
    url = serve("dashboards")
    await sign_in(page, url, Role.SHIFT_LEADER)
    await page.goto(url)
    await expect(page.get_by_role("navigation", name="Views")).to_be_visible()
    for letter, last in VIEWS.items():
        await page.keyboard.press("g")
        await page.keyboard.press(letter)
        await expect(page.locator(f"main {PLACES} button", has_text=last).first).to_be_visible()
        await page.keyboard.press("?")
        await expect(page.get_by_role("dialog")).to_be_visible()
        held = await page.evaluate(HELD)
        for words, key in await page.evaluate(DEEDS):
            assert key, f"g {letter}: {words!r} has no key"
            assert key in held, f"g {letter}: {key!r} of {words!r} is not in the help: {held}"
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
