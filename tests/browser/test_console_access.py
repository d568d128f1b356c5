"""The console for everybody: what is empty and what opens above a view; test_every_screen.py has the busy ones."""

from __future__ import annotations

from playwright.async_api import Page, expect

from guywire.database import Connection
from tests.browser.conftest import axe_problems, go
from tests.browser.network import add_feeder_failure

EMPTY = {
    "alarms": "No alarm is active.",
    "incidents": "No incident is open.",
    "tickets": "No ticket is open.",
    "map": "No sites are known.",
    "work": "Nothing waits: everything that wants hands has somebody.",
    "silences": "No maintenance window is planned, and no shelf stands.",
}


async def test_axe_finds_nothing_on_the_empty_views(url: str, page: Page) -> None:
    await page.goto(url)
    for view, sentence in EMPTY.items():
        await go(page, f"?view={view}")
        await expect(page.get_by_text(sentence)).to_be_visible()
        assert await axe_problems(page) == []


async def test_a_server_that_does_not_answer_yet_is_no_sign_out(url: str, page: Page) -> None:
    await page.route("**/api/v1/session", lambda route: route.abort())
    await page.goto(url)
    await expect(page.get_by_text("The server does not answer.")).to_be_visible()
    await expect(page.get_by_label("Password")).to_have_count(0)
    await page.unroute("**/api/v1/session")
    await expect(page.get_by_role("region", name="Alarms")).to_be_visible()


async def test_axe_finds_nothing_on_dialogs_and_panels(url: str, page: Page, database: Connection) -> None:
    await add_feeder_failure(database)
    await page.goto(url)
    await expect(page.locator("#alarm-A3")).to_be_visible()
    await page.keyboard.press("j")
    await page.keyboard.press("x")
    assert await axe_problems(page) == []
    for key in "s?":
        await page.keyboard.press(key)
        await expect(page.get_by_role("dialog")).to_be_visible()
        assert await axe_problems(page) == []
        await page.keyboard.press("Escape")
    await page.goto(f"{url}/?view=map&id=S1")
    await expect(page.get_by_role("complementary")).to_contain_text("城西枢纽")
    assert await axe_problems(page) == []


async def test_help_lists_the_keys_of_the_view_and_gives_the_focus_back(url: str, page: Page) -> None:
    await page.goto(f"{url}/?view=tickets")
    await expect(page.get_by_text("No ticket is open.")).to_be_visible()
    help_button = page.get_by_role("button", name="Keys")
    await help_button.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_contain_text("Open a ticket by hand")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(help_button).to_be_focused()


async def test_a_key_pressed_in_the_instant_after_a_dialog_closes_counts(
    url: str, page: Page, database: Connection
) -> None:
    await add_feeder_failure(database)
    await page.goto(url)
    await expect(page.locator("#alarm-A3")).to_be_visible()
    await page.keyboard.press("j")
    await page.keyboard.press("s")
    await expect(page.get_by_role("dialog")).to_be_visible()
    still_inside = await page.evaluate(
        """() => {
          document.querySelector("dialog").close();
          const focused = document.activeElement;
          focused.dispatchEvent(new KeyboardEvent("keydown", {key: "?", bubbles: true}));
          return focused.closest("dialog") !== null;
        }"""
    )
    assert still_inside
    await expect(page.get_by_role("dialog")).to_contain_text("Acknowledge")


async def test_it_keeps_language_and_theme(url: str, page: Page) -> None:
    await page.goto(url)
    await page.get_by_role("button", name="中文").click()
    await page.get_by_role("button", name="浅色").click()
    await page.reload()
    await expect(page.get_by_text("当前没有活动告警。")).to_be_visible()
    assert await page.locator("html").get_attribute("data-theme") == "light"
    assert await page.locator("html").get_attribute("lang") == "zh-CN"


async def test_both_dictionaries_have_the_same_keys(blank: Page) -> None:
    missing = await blank.evaluate(
        """async () => {
          const {en} = await import("/static/words/en.js");
          const {zh} = await import("/static/words/zh.js");
          const optional = (key) => key.startsWith("refused.");
          const lacks = (a, b) => Object.keys(a).filter((key) => !(key in b) && !optional(key));
          return [lacks(en, zh), lacks(zh, en)];
        }"""
    )
    assert missing == [[], []]
