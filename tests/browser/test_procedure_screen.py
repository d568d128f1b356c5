"""Procedures in a real browser: found, followed, written anew, compared; beside a fault with what closed others."""

from __future__ import annotations

from typing import Any

import pytest_asyncio
from playwright.async_api import Page, expect

from guywire.database import Connection
from guywire.model import Role
from tests.browser.conftest import Serve, SignIn, axe_problems
from tests.browser.network import add_alarm, add_feeder_failure, add_incident, add_ticket, ago


@pytest_asyncio.fixture(loop_scope="session")
async def url(serve: Serve, page: Page, sign_in: SignIn, database: Connection) -> str:
    """A console over a feeder failure, and one like it that was closed; the page is signed in as a shift leader."""
    await add_feeder_failure(database)
    url = serve("dashboards")
    await sign_in(page, url, Role.SHIFT_LEADER)
    return url


async def test_a_procedure_is_found_as_one_types_and_followed_with_its_dangers_first(url: str, page: Page) -> None:
    await page.goto(url)
    await expect(page.get_by_role("heading", level=1)).to_contain_text("1 site")
    await page.keyboard.press("g")
    await page.keyboard.press("k")
    listed = page.get_by_role("navigation", name="Procedures").get_by_role("link")
    await expect(listed.first).to_be_visible()
    await page.keyboard.press("/")
    await page.keyboard.type("mains unpaid")
    await expect(listed).to_have_count(1)
    await expect(listed.locator("mark").first).to_have_text("Mains")
    detail = page.get_by_role("article", name="Mains failure")
    await expect(detail).to_contain_text("as it ships")
    warnings = detail.get_by_role("region", name="First of all")
    steps = detail.get_by_role("region", name="Steps", exact=True)
    await expect(warnings).to_contain_text("220/380 V AC")
    assert await warnings.evaluate("(node) => node.getBoundingClientRect().top") < await steps.evaluate(
        "(node) => node.getBoundingClientRect().top"
    ), "what is dangerous stands before what is to be done"
    await steps.get_by_role("checkbox").nth(0).check()
    await expect(steps.get_by_role("status")).to_contain_text("1 of 8 done")
    assert await axe_problems(page) == []


async def test_a_new_version_says_why_and_marks_what_it_changed_until_it_is_retired(url: str, page: Page) -> None:
    await page.goto(f"{url}/?view=procedures&id=mains-failure-en&q=mains unpaid")
    detail = page.get_by_role("article", name="Mains failure")
    await detail.get_by_role("checkbox").nth(0).check()
    await page.keyboard.press("e")
    dialog = page.get_by_role("dialog", name="Write a new version")
    text = dialog.get_by_label("Steps, one a line")
    lines = (await text.input_value()).split("\n")
    await text.fill("\n".join([*lines[:1], "Ring the landlord first.", *lines[2:]]))
    await dialog.get_by_label("Why").fill("Landlords here know before the utility does.")
    assert await axe_problems(page) == []
    await dialog.get_by_role("button", name="Keep").click()
    await expect(detail).to_contain_text("Ring the landlord first.")
    await expect(detail.get_by_role("status")).to_have_count(0)  # another version is followed from its first step
    versions = detail.get_by_role("region", name="Versions")
    await expect(versions).to_contain_text("Landlords here know")
    await versions.get_by_role("button", name="What changed").click()
    await expect(versions.locator("ins")).to_have_text(["Ring the landlord first."])
    await expect(versions.locator("del")).to_have_text([lines[1]])
    assert await axe_problems(page) == []

    await detail.get_by_role("button", name="Retire").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Why").fill("The power company's own is used.")
    await dialog.get_by_role("button", name="Retire").click()
    await expect(detail).to_contain_text("Out of use")
    await expect(detail.get_by_role("button", name="Edit")).to_have_count(0)
    await expect(page.get_by_text("No procedure has all of these words.")).to_be_visible()


async def test_procedures_are_narrowed_by_what_they_are_for_in_the_readers_language(url: str, page: Page) -> None:
    await page.goto(f"{url}/?view=procedures")
    listed = page.get_by_role("navigation", name="Procedures").get_by_role("link")
    await page.get_by_role("combobox", name="For").select_option("category:no_signal")
    await expect(listed).to_have_count(1)
    await expect(page.get_by_role("heading", name="No signal")).to_be_visible()
    await page.get_by_role("button", name="Both languages").click()
    await expect(listed).to_have_count(2)
    await page.get_by_role("button", name="Both languages").click()
    await page.get_by_role("button", name="中文").click()
    await expect(page.get_by_role("heading", name="无信号投诉处理")).to_be_visible()


async def test_an_operator_reads_procedures_and_writes_none(
    serve: Serve, page: Page, sign_in: SignIn, database: Connection
) -> None:
    await add_feeder_failure(database)
    url = serve("dashboards")
    await sign_in(page, url, Role.NOC_OPERATOR)
    await page.goto(f"{url}/?view=procedures&id=mains-failure-en")
    await expect(page.get_by_role("article", name="Mains failure")).to_be_visible()
    await expect(page.get_by_role("button", name="Edit")).to_have_count(0)
    await expect(page.get_by_role("button", name="Write one")).to_have_count(0)


async def test_beside_a_fault_stand_what_to_do_and_what_closed_others_like_it(
    url: str, page: Page, database: Connection
) -> None:
    await add_closed_fault(database)
    await page.goto(f"{url}/?view=incidents&id=I1")
    here = page.get_by_role("region", name="What to do")
    await expect(here.get_by_role("checkbox")).to_have_count(3)
    await page.keyboard.press("w")
    await expect(here.get_by_role("checkbox")).to_have_count(8)
    similar = page.get_by_role("region", name="What closed faults like this")
    await expect(similar).to_contain_text("Breaker worn out")
    await expect(similar.get_by_role("link", name="T8")).to_have_attribute("href", "?view=tickets&id=T8")
    await page.goto(f"{url}/?view=tickets&id=K1")
    await expect(page.get_by_role("region", name="What to do").get_by_role("checkbox")).to_have_count(3)
    await expect(page.get_by_role("region", name="What closed faults like this")).to_contain_text("Breaker worn out")


async def test_changes_finds_and_lines_are_reckoned(serve: Serve, page: Page) -> None:
    await page.goto(f"{serve('dashboards')}/health")
    told = await page.evaluate(
        """async () => {
          const {changedLines, marked, linesOf, filterOf} = await import("/static/state/procedures.js");
          return {
            changed: changedLines(["a", "b", "c"], ["a", "x", "c", "d"]).map(({kind, text}) => `${kind} ${text}`),
            marked: marked("Mains (AC) failure", "ac) MAINS").filter(({found}) => found).map(({text}) => text),
            unmarked: marked("Mains", " "),
            lines: linesOf("1. Call\\n2、测量\\n\\n - Look\\n3.5 V is too low\\n48 V"),
            filters: [filterOf("alarm:door-open"), filterOf("category:no_signal"), filterOf("")],
          };
        }"""
    )
    assert told["changed"] == ["same a", "gone b", "added x", "same c", "added d"]
    assert told["marked"] == ["Mains", "AC)"]
    assert told["unmarked"] == [{"text": "Mains", "found": False}]
    assert told["lines"] == ["Call", "测量", "Look", "3.5 V is too low", "48 V"]
    assert told["filters"] == [{"alarm_type": "door-open"}, {"category": "no_signal"}, {}]


async def add_closed_fault(connection: Connection) -> None:
    """A mains failure at another site, mended and archived yesterday."""
    over: dict[str, Any] = {"state": "closed", "closed_at": ago(hours=20)}
    await add_incident(connection, "I8", "A80", "S3", **over)
    await add_alarm(connection, "A80", "S3", "mains-failure", cleared_at=ago(hours=21), incident_id="I8")
    await add_ticket(
        connection, "T8", "S3", incident_id="I8", cause="Breaker worn out", result="Breaker changed",
        responsible_party="tower_company", resolved_at=ago(hours=21), **over,
    )  # fmt: skip
