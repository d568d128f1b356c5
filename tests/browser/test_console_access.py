"""The console for everybody: axe finds nothing on any view, in either language and theme, busy and empty."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from guywire.database import Connection
from tests.browser.conftest import axe_problems
from tests.browser.network import add_feeder_failure, add_silence

BUSY = {
    "alarms": "#alarm-A3",
    "incidents": "[role=treeitem][aria-level='2']",
    "tickets": ".ticket-row",
    "map": ".map-site",
    "work": ".board-name, .board-phone",
    "silences": "#silence-W1",
}


async def both_languages_and_themes(page: Page) -> list[str]:
    """What axe finds in each of the four; leaves the page as it was."""
    problems = []
    for theme in (("Light", "Dark"), ("浅色", "深色")):
        for button in theme:
            problems += await axe_problems(page)
            await page.get_by_role("button", name=button, exact=True).click()
        await page.locator(".top-side [lang]").click()
    return problems


@pytest.mark.parametrize("view", BUSY)
async def test_axe_finds_nothing_on_a_busy_view(url: str, page: Page, database: Connection, view: str) -> None:
    await add_feeder_failure(database)
    await add_silence(database, "W1", reason="worn out", resources=["rectifier-*"])
    await page.goto(f"{url}/?view={view}")
    await expect(page.locator(BUSY[view]).first).to_be_visible()
    assert await both_languages_and_themes(page) == []


async def test_axe_finds_nothing_on_the_empty_views(url: str, page: Page) -> None:
    for view, sentence in {
        "alarms": "No alarm is active.",
        "incidents": "No incident is open.",
        "tickets": "No ticket is open.",
        "map": "No sites are known.",
        "work": "Nothing waits: everything that wants hands has somebody.",
        "silences": "No maintenance window is planned, and no shelf stands.",
    }.items():
        await page.goto(f"{url}/?view={view}")
        await expect(page.get_by_text(sentence)).to_be_visible()
        assert await axe_problems(page) == []


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


async def test_both_dictionaries_have_the_same_keys(url: str, page: Page) -> None:
    await page.goto(url)
    missing = await page.evaluate(
        """async () => {
          const {en} = await import("/static/words/en.js");
          const {zh} = await import("/static/words/zh.js");
          const optional = (key) => key.startsWith("refused.");
          const lacks = (a, b) => Object.keys(a).filter((key) => !(key in b) && !optional(key));
          return [lacks(en, zh), lacks(zh, en)];
        }"""
    )
    assert missing == [[], []]


@pytest.mark.parametrize("width", [390, 1280, 1920])
async def test_nothing_is_wider_than_the_screen(url: str, page: Page, database: Connection, width: int) -> None:
    await add_feeder_failure(database)
    await add_silence(database, "W1", title="New rectifiers at all the sites of the north", sites=["S1", "S2", "S3"])
    await page.set_viewport_size({"width": width, "height": 844})
    for view, landmark in BUSY.items():
        await page.goto(f"{url}/?view={view}")
        await expect(page.locator(landmark).first).to_be_attached()
        assert await page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), view
