"""The incident screen in a real browser: the tree with its reasons, the picture over time, thousands of members."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
import pytest_asyncio
from playwright.async_api import Page, WebSocket, expect

from guywire.database import Connection
from guywire.model import Role
from tests.browser.conftest import Serve, SignIn, axe_problems
from tests.browser.incident_network import add_storm, add_told_failure, add_unreported
from tests.browser.network import REGION, add_alarm, add_outage, add_site, ago, publish

Show = Callable[[str], Awaitable[None]]
SAID = "#picture-said"
LANES = ".lane-name"


@pytest_asyncio.fixture(loop_scope="session")
async def show(serve: Serve, page: Page, sign_in: SignIn) -> Show:
    """Opens an incident as an operator and waits until its tree stands."""
    url = serve("dashboards")
    await sign_in(page, url, Role.NOC_OPERATOR)

    async def do(incident: str) -> None:
        await page.goto(f"{url}/?view=incidents&id={incident}")
        await expect(page.get_by_role("treeitem", level=1)).to_be_visible()

    return do


async def test_what_is_unusual_about_an_alarm_is_told_by_shape_and_word(
    show: Show, page: Page, database: Connection
) -> None:
    await add_told_failure(database)
    await show("I1")
    for alarm, sign, sentence in (
        ("Air conditioner failure", "‖ silenced", "Silenced by the maintenance window W7. Until"),
        ("High temperature", "≈ chattering 14/h", "14 changes an hour, held as one alarm."),
        ("Fan failure", "◷ stale", "it has stood so long that it says little."),
        ("Fan failure", "▤ baseline", "Stood when its device was first looked at"),
    ):
        row = page.get_by_role("treeitem").filter(has_text=alarm)
        await expect(row.locator(".sign").filter(has_text=sign[2:])).to_have_text(sign)
        await row.click()
        await expect(page.get_by_role("region", name="Chosen alarm")).to_contain_text(sentence)


async def test_a_root_that_nobody_reported_says_so_and_why_it_is_believed(
    show: Show, page: Page, database: Connection
) -> None:
    await add_unreported(database)
    await show("I5")
    await expect(page.get_by_role("treeitem", level=1)).to_contain_text("◇ Root, inferred: nobody reported it")
    chosen = page.get_by_role("region", name="Chosen alarm")
    await expect(chosen).to_contain_text(
        "Nobody reported it. Why it is believed: 3 sites on this feed lost mains together."
    )
    await expect(chosen).to_contain_text("3 alarms at 3 sites follow from it")
    await expect(chosen.get_by_role("button")).to_have_count(0)
    await expect(page.locator(".bar-inferred")).to_have_count(1)
    await page.get_by_role("button", name="中文").click()
    await expect(page.get_by_role("region", name="选中的告警")).to_contain_text("无设备上报。推断依据")


async def test_a_reported_root_says_what_would_have_explained_it_and_was_not_heard(
    show: Show, page: Page, database: Connection
) -> None:
    await add_told_failure(database)
    await show("I1")
    await expect(page.get_by_role("region", name="Chosen alarm")).to_contain_text(
        "Nothing was heard in time that could have caused it: no Mains failure of the power feed"
    )
    await page.get_by_role("button", name="中文").click()
    await expect(page.get_by_role("region", name="选中的告警")).to_contain_text(
        "未收到可能引起它的告警：供电线路交流输入停电"
    )


async def test_the_tree_goes_by_keys_like_every_tree(show: Show, page: Page, database: Connection) -> None:
    await add_told_failure(database)
    await show("I1")
    await page.get_by_role("tree").focus()
    here = page.locator("[role=treeitem][aria-selected=true]")
    await expect(here).to_contain_text("Mains failure")
    for key, words in (
        ("ArrowDown", "Fan failure"),
        ("End", "High temperature"),
        ("ArrowLeft", "Mains failure"),
        ("ArrowRight", "Fan failure"),
        ("Home", "Mains failure"),
    ):
        await page.keyboard.press(key)
        await expect(here).to_contain_text(words)
    await page.keyboard.press("ArrowLeft")
    await expect(page.get_by_role("treeitem")).to_have_count(1)
    await expect(here).to_have_attribute("aria-expanded", "false")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("treeitem")).to_have_count(7)


async def test_the_picture_has_a_lane_for_each_alarm_outage_ticket_and_order(
    show: Show, page: Page, database: Connection
) -> None:
    await add_told_failure(database)
    await show("I1")
    assert await page.locator(f"{LANES} .lane-what").all_inner_texts() == [
        *("Mains failure", "Fan failure", "Battery discharging", "Air conditioner failure", "High temperature"),
        *("Runs out", "Base station down", "Controller offline", "Down", "Ticket K1", "Li Wei"),
    ]
    await page.keyboard.press("0")
    for drawn, count in {
        ".lanes .open-end": 6,  # what stands is open to the right
        ".lanes .closed-end": 1,
        ".lanes .link-head": 6,
        ".lanes .outage": 1,
        ".lanes .foreseen circle": 1,
        ".lanes .bar-silent": 1,
        ".lanes .swinging": 1,
        ".lanes .moments .step-done, .lanes .moments .step-open": 4,
    }.items():
        await expect(page.locator(drawn), drawn).to_have_count(count)
    await expect(page.locator(".axis-zone")).to_have_text("Asia/Shanghai")
    await expect(page.locator(".axis-now")).to_have_text("now")


async def test_the_same_facts_stand_in_a_table(show: Show, page: Page, database: Connection) -> None:
    await add_told_failure(database)
    await show("I1")
    await page.get_by_text("As a table").click()
    rows = page.get_by_role("region", name="As a table").get_by_role("row")
    await expect(rows).to_have_count(12)
    for lane, fact in (
        ("Battery discharging", "30 s after Mains failure, same site"),
        ("Base station down", "stands"),
        ("Runs out", "by load"),
        ("Down", "Down since"),
        ("Li Wei", "Accepted"),
    ):
        await expect(rows.filter(has=page.get_by_role("rowheader", name=lane, exact=True))).to_contain_text(fact)
    assert await axe_problems(page) == []


async def test_the_picture_is_read_and_moved_by_keyboard(show: Show, page: Page, database: Connection) -> None:
    await add_told_failure(database)
    await show("I1")
    await page.get_by_role("group", name="Timeline of 11 lanes").focus()
    await page.keyboard.press("ArrowDown")
    await expect(page.locator(SAID)).to_contain_text("Mains failure 城西枢纽")
    for _ in range(2):
        await page.keyboard.press("ArrowDown")
    await expect(page.locator(SAID)).to_contain_text("Battery discharging")
    # what is chosen in the picture is chosen in the tree
    selected = page.locator("[role=treeitem][aria-selected=true]")
    await expect(selected).to_contain_text("Battery discharging")
    bar = page.locator(".lanes .span").first
    before = float(await bar.get_attribute("width") or 0)
    await page.keyboard.press("-")
    await expect(bar).not_to_have_attribute("width", str(before))
    assert float(await bar.get_attribute("width") or 0) < before
    x = float(await bar.get_attribute("x") or 0)
    await page.keyboard.press("ArrowRight")
    await expect(bar).not_to_have_attribute("x", str(x))
    assert float(await bar.get_attribute("x") or 0) < x


async def test_many_alarms_fold_into_lanes_by_type_or_site(show: Show, page: Page, database: Connection) -> None:
    await add_storm(database, effects=300, sites=80)
    await show("I8")
    await expect(page.get_by_role("button", name="Types")).to_have_attribute("aria-pressed", "true")
    assert await page.locator(f"{LANES} .lane-what").all_inner_texts() == [
        *("Link down", "Cell down", "Site unreachable", "Controller offline", "Base station down", "Down"),
    ]
    await page.get_by_role("button", name="Sites", exact=True).click()
    await expect(page.locator(LANES)).to_have_count(81)
    await page.get_by_role("button", name="Alarms", exact=True).click()
    await expect(page.locator(LANES)).to_have_count(302)


async def test_two_thousand_symptoms_are_a_few_rows_and_each_can_be_reached(
    show: Show, page: Page, database: Connection
) -> None:
    await add_storm(database, effects=2000, sites=500)
    await show("I8")
    rows = page.get_by_role("treeitem")
    await expect(rows).to_have_count(5)
    cells = rows.filter(has_text="Controller offline")
    await expect(cells).to_contain_text("500")
    await expect(cells).to_contain_text("at 500 sites")
    await expect(cells).to_contain_text("after Link down")
    await cells.get_by_role("button", name="Unfold 500 alarms").click()
    await page.get_by_role("tree").focus()
    await page.keyboard.press("z")  # by site: five hundred rows
    await expect(rows.nth(1)).to_contain_text("4 types")
    await page.keyboard.press("End")
    last = page.locator("[role=treeitem][aria-selected=true]")
    await expect(last).to_be_in_viewport()
    assert await page.locator("[role=treeitem]").count() < 150, "rows out of sight are not drawn"
    await page.keyboard.press("Home")
    await expect(last).to_contain_text("Link down")
    await expect(last).to_be_in_viewport()


@pytest.mark.parametrize("width", [1440, 390])
async def test_axe_finds_nothing_on_the_incident_screen(
    show: Show, page: Page, database: Connection, width: int
) -> None:
    await add_told_failure(database)
    await page.set_viewport_size({"width": width, "height": 900})
    await show("I1")
    for theme in (("Light", "Dark"), ("浅色", "深色")):
        for button in theme:
            assert await axe_problems(page) == []
            await page.get_by_role("button", name=button, exact=True).click()
        await page.keyboard.press("M")
        await expect(page.get_by_role("dialog")).to_be_visible()
        assert await axe_problems(page) == []
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await page.locator(".top-side [lang]").click()


async def test_on_a_phone_the_incident_has_the_screen_and_a_way_back(
    show: Show, page: Page, database: Connection
) -> None:
    await add_told_failure(database)
    await page.set_viewport_size({"width": 360, "height": 740})
    await show("I1")
    incidents = page.get_by_role("list", name="Incidents by urgency")
    await expect(incidents).to_be_hidden()
    for block in (page.locator("html"), page.locator(".detail")):
        assert await block.evaluate("(block) => block.scrollWidth <= block.clientWidth")
    await page.get_by_role("treeitem").filter(has_text="Base station down").click()
    await expect(page.get_by_role("button", name="Move…")).to_be_visible()
    await page.get_by_role("link", name="← Incidents by urgency").click()
    await expect(incidents).to_be_visible()


async def test_the_help_names_the_keys_of_the_incident(show: Show, page: Page, database: Connection) -> None:
    await add_told_failure(database)
    await show("I1")
    await page.keyboard.press("?")
    for words in ("Next alarm of the tree", "Confirm the root", "Move the alarm to another incident", "See less time"):
        await expect(page.get_by_role("dialog")).to_contain_text(words)


async def test_an_alarm_that_clears_is_shown_clear_though_its_incident_stays_as_it_was(
    show: Show, page: Page, database: Connection
) -> None:
    await add_told_failure(database)
    await show("I1")
    row = page.get_by_role("treeitem").filter(has_text="Battery discharging")
    await expect(row.locator(".severity-minor")).to_have_count(1)
    await database.execute(
        "UPDATE correlation.alarm SET cleared_at = %s, version = 2 WHERE alarm_id = 'A2'", (ago(seconds=5),)
    )
    await publish(database, "alarm_correlation", {"alarm": ["A2"]})
    await expect(row.locator(".severity-cleared")).to_have_count(1)
    await expect(page.locator(".lanes .closed-end")).to_have_count(2)


async def test_an_area_manager_reads_of_sites_elsewhere_only_how_many_they_are(
    serve: Serve, page: Page, sign_in: SignIn, database: Connection
) -> None:
    await add_told_failure(database)
    for number in (71, 72):
        await add_site(database, f"F{number}", name=f"远处{number}", region="浙江/宁波/海曙")
        await add_outage(database, "I1", f"F{number}", reason="power", started_at=ago(minutes=3))
    url = serve("dashboards")
    await sign_in(page, url, Role.AREA_MANAGER, region=REGION)
    await page.goto(f"{url}/?view=incidents&id=I1")
    await expect(page.get_by_text("and 2 sites outside your area")).to_be_visible()
    await page.get_by_role("button", name="中文").click()
    await expect(page.get_by_text("另有 2 个站址不在您的辖区")).to_be_visible()
    await expect(page.locator("body")).not_to_contain_text("远处")


async def test_where_the_cause_lies_elsewhere_it_is_named_and_all_else_there_is_counted(
    serve: Serve, page: Page, sign_in: SignIn, database: Connection
) -> None:
    await add_told_failure(database)
    await add_site(database, "F71", name="远处", region="浙江/宁波/海曙")
    await add_outage(database, "I1", "F71", reason="power", started_at=ago(minutes=3))
    await add_alarm(database, "A71", "F71", "base-station-down", incident_id="I1", cause_alarm_id="A1")
    url = serve("dashboards")
    await sign_in(page, url, Role.AREA_MANAGER, region="浙江/宁波")
    await page.goto(f"{url}/?view=incidents&id=I1")
    await expect(page.locator("#incident-title")).to_contain_text("城西枢纽")
    for sentence in (
        "and 2 sites outside your area",
        "6 more alarms outside your area",
        "Ticket K1 is another area's.",
    ):
        await expect(page.get_by_text(sentence)).to_be_visible()
    assert await axe_problems(page) == []


async def test_a_page_tells_once_that_it_is_used_and_not_that_it_is_open(
    serve: Serve, page: Page, sign_in: SignIn
) -> None:
    said: list[str] = []
    greeted, used = asyncio.Event(), asyncio.Event()

    def sent(frame: str | bytes) -> None:
        said.append(str(frame))
        if "used" in said[-1]:
            used.set()

    def follow(socket: WebSocket) -> None:
        socket.on("framesent", sent)
        socket.on("framereceived", lambda frame: greeted.set() if "hello" in str(frame) else None)

    page.on("websocket", follow)
    url = serve("dashboards")
    await sign_in(page, url, Role.NOC_OPERATOR)
    await page.goto(url)
    async with asyncio.timeout(10):
        await greeted.wait()
        assert not used.is_set()
        await page.keyboard.press("j")
        await used.wait()
    await page.keyboard.press("k")
    await page.mouse.move(300, 300)
    await page.evaluate("1")
    assert [one for one in said if "used" in one] == ['{"type":"used"}']
