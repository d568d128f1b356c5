"""Keys that come before their view: kept in order, played once it is there, dropped when the person has moved on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from playwright.async_api import Page, Route, expect

from guywire.model import Role
from tests.browser.conftest import Serve, SignIn
from tests.browser.modules import Modules

MAKE = """
const { Keymap } = await import("/static/state/keymap.js");
const said = [];
const bound = (...all) => all.map((keys) => ({keys, label: keys, run: () => said.push(keys)}));
const typed = (kept, keys, at = 0) => [...keys].forEach((key, n) => kept.keep(key, at + n));
"""


@pytest_asyncio.fixture(loop_scope="session")
async def url(page: Page, serve: Serve, sign_in: SignIn) -> str:
    """A console whose clock stands still: however slow the machine is, no key grows too old."""
    url = serve("dashboards")
    await sign_in(page, url, Role.SHIFT_LEADER)
    await page.clock.set_fixed_time(datetime.now(UTC))
    await page.goto(f"{url}/?view=alarms")
    await expect(page.get_by_role("navigation", name="Views")).to_be_visible()
    return url


@pytest.fixture
def modules(blank: Page) -> Modules:
    return Modules(blank, MAKE)


@asynccontextmanager
async def held_back(page: Page, pattern: str) -> AsyncIterator[asyncio.Event]:
    """Yields what is set once the page has asked for it; the answer goes on its way when the block ends."""
    asked, let = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        asked.set()
        await let.wait()
        await route.continue_()

    await page.route(pattern, hold)
    yield asked
    let.set()


async def press(page: Page, keys: str) -> None:
    for key in keys.split():
        await page.keyboard.press(key)


async def test_kept_keys_are_played_in_their_order_once_they_mean_something(modules: Modules) -> None:
    told = await modules.ask(
        "kept_keys",
        "KeptKeys",
        """
        const kept = new KeptKeys(), keymap = new Keymap();
        const play = (bindings, awaited, now = 10) => kept.next(keymap, bindings, awaited, now)?.run();
        typed(kept, "xgsn");
        play(bound("n"), true);                       // x means nothing yet: what follows waits too
        play(bound("x", "g s", "n"), true);
        play(bound("x", "g s", "n"), true);
        play(bound("x"), true);                       // where `g s` led, n is not there yet
        play(bound("n"), true);
        typed(kept, "yn", 20);
        play(bound("n"), false, 30);                  // nothing is on the way any more: y never meant anything
        return [said, kept.isEmpty];
        """,
    )
    assert told == [["x", "g s", "n", "n"], True]


async def test_a_few_keys_are_kept_and_for_two_seconds(modules: Modules) -> None:
    told = await modules.ask(
        "kept_keys",
        "KeptKeys",
        """
        const kept = new KeptKeys(), keymap = new Keymap();
        typed(kept, "abcdefghijkl");
        const many = kept.keys.length;
        const late = kept.next(keymap, bound("a"), true, 2_001);
        const left = kept.keys.length;
        typed(kept, "a", 5_000);
        typed(kept, "b", 7_001);
        return [many, late, left, kept.keys.map(({key}) => key)];
        """,
    )
    assert told == [8, None, 0, ["b"]]


@pytest.mark.usefixtures("url")
async def test_keys_typed_while_a_view_is_on_its_way_reach_it_in_order(page: Page) -> None:
    async with held_back(page, "**/console/silences.js") as asked:
        await press(page, "g s n")
        await asked.wait()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Plan a silence")
    await press(page, "Escape")
    await expect(dialog).to_have_count(0)
    # two views one after the other, and then the one draft that its first answer tells of
    async with held_back(page, "**/api/v1/handovers?state=all*") as asked:
        await press(page, "g l g h n")
        await asked.wait()
        await expect(page.get_by_text("Loading the handovers")).to_be_visible()
    await expect(page.get_by_role("button", name="Hand over")).to_be_visible()
    async with held_back(page, "**/api/v1/handovers/*") as asked:
        await page.reload()
        await asked.wait()
        await press(page, "c")
    await expect(page.get_by_label("What the next shift must know")).to_be_focused()


@pytest.mark.usefixtures("url")
async def test_keys_for_a_view_that_somebody_clicked_away_from_are_dropped(page: Page) -> None:
    views = page.get_by_role("navigation", name="Views")
    async with held_back(page, "**/console/silences.js") as asked:
        await press(page, "g s n")
        await asked.wait()
        await views.get_by_role("link", name="Notices").click()
        await expect(page.get_by_role("button", name="Enter")).to_be_visible()
    await press(page, "i")  # of the notices; n would have opened another dialog before it
    await expect(page.get_by_role("dialog")).to_contain_text("Import")
