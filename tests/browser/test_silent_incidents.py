"""Incidents that are silenced, inferred or without a ticket, as the console tells them apart."""

from __future__ import annotations

from typing import Any

import pytest_asyncio
from playwright.async_api import Page, expect

from guywire.commands import Command, OpenTicket
from guywire.database import Connection
from guywire.errors import Refused
from guywire.feed import publish as publish_now
from guywire.model import Role
from tests.browser.conftest import Serve, SignIn, axe_problems
from tests.browser.incident_network import add_unreported, ahead
from tests.browser.network import add_alarm, add_feeder_failure, add_incident, add_outage, add_ticket, ago, insert
from tests.browser.owner import owning


@pytest_asyncio.fixture(loop_scope="session")
async def url(serve: Serve, page: Page, sign_in: SignIn, database: Connection) -> str:
    """A console over the feeder failure (I1) and works at S3 under a window (I2)."""
    await add_feeder_failure(database)
    await add_incident(database, "I2", "W1", "S3", opened_at=ago(minutes=20), alarm_count=1)
    await add_alarm(
        database, "W1", "S3", "mains-failure", resource="mains", incident_id="I2", silenced_by="maintenance:Q1"
    )
    await add_outage(database, "I2", "S3", reason="battery", predicted_at=ahead(minutes=3))
    url = serve("dashboards")
    await sign_in(page, url, Role.NOC_OPERATOR)
    return url


def line(page: Page, title: str) -> Any:
    return page.locator(".side li").filter(has_text=title)


async def take_in(connection: Connection, command: Command, actor: str) -> dict[str, Any] | Refused:
    """What the correlator does with a ticket by hand, as far as a screen can see it."""
    assert isinstance(command, OpenTicket)
    await add_ticket(connection, "K9", command.site, title=command.title, text=command.text, opened_by=actor)
    await publish_now(connection, "alarm_correlation", {"ticket": ["K9"]})
    return {"id": "K9"}


async def test_works_that_somebody_planned_are_marked_stand_last_and_are_not_urgent(url: str, page: Page) -> None:
    await page.goto(f"{url}/?view=incidents")
    await expect(page.get_by_role("heading", level=1)).to_have_text(
        "1 site runs out within the hour; 1 has a crew under way. 1 site is down."
    )
    await expect(page.locator(".side li")).to_have_count(2)
    await expect(page.locator(".side li").last).to_contain_text("文新路")
    await expect(page.locator(".side li").last).to_contain_text("‖ silenced")
    await expect(page.locator(".side li").first).not_to_contain_text("silenced")
    assert await axe_problems(page) == []


async def test_the_summary_counts_neither_what_is_silent_nor_what_is_closed(
    url: str, page: Page, database: Connection
) -> None:
    await database.execute("UPDATE correlation.alarm SET closed_at = now() WHERE alarm_id = 'A4'")
    await database.execute("UPDATE correlation.alarm SET silenced_by = 'symptom:A1' WHERE alarm_id = 'A2'")
    await page.goto(url)
    told = await page.evaluate("async () => await (await fetch('/api/v1/summary')).json()")
    assert told["unacknowledged"] == 2  # A1 and A3
    assert [site["site"] for site in told["running_out"]] == ["S1"]
    assert told["down_count"] == 1


async def test_an_inferred_root_is_marked_in_the_list(url: str, page: Page, database: Connection) -> None:
    await add_unreported(database)
    await page.goto(f"{url}/?view=incidents")
    await expect(line(page, "Power feed F9")).to_contain_text("◇ inferred")
    await expect(line(page, "城西枢纽")).not_to_contain_text("inferred")


async def test_a_baseline_incident_says_why_it_has_no_ticket_and_one_is_opened_by_hand(
    url: str, page: Page, database: Connection, database_url: str
) -> None:
    await add_incident(
        database, "I6", "A8", "S2", root_alarm_type="smoke", root_resource="detector-1", alarm_count=1, severity="major"
    )
    await add_alarm(database, "A8", "S2", "smoke", resource="detector-1", incident_id="I6", baseline=True)
    async with owning(database_url, "alarm_correlation", take_in) as taken:
        await page.goto(f"{url}/?view=incidents&id=I6")
        ticket = page.get_by_role("region", name="Ticket")
        await expect(ticket).to_contain_text("No ticket: it stood when its device was first looked at.")
        await page.keyboard.press("n")
        dialog = page.get_by_role("dialog")
        await expect(dialog.get_by_label("What is wrong")).to_have_value("Smoke · 留下街道")
        await expect(dialog.get_by_label("Details")).to_have_value("For incident I6")
        assert await axe_problems(page) == []
        await dialog.get_by_role("button", name="Open ticket").click()
        await expect(ticket.get_by_role("link", name="K9")).to_be_visible()
    (command,) = taken
    assert isinstance(command, OpenTicket)
    assert (command.site, command.title) == ("S2", "Smoke · 留下街道")


async def test_a_silenced_incident_says_that_it_has_no_ticket_for_that(url: str, page: Page) -> None:
    await page.goto(f"{url}/?view=incidents&id=I2")
    await expect(page.get_by_role("region", name="Ticket")).to_contain_text("No ticket while it is silenced.")


async def test_a_forecast_shows_in_which_interval_a_site_runs_out(url: str, page: Page, database: Connection) -> None:
    await database.execute(
        "UPDATE correlation.outage SET predicted_at = '2100-01-01T04:00Z', predicted_earliest = '2100-01-01T03:40Z',"
        " predicted_latest = '2100-01-01T04:50Z', prediction_basis = 'voltage' WHERE site_id = 'S1'"
    )
    await page.goto(f"{url}/?view=incidents&id=I1")
    forecast = page.locator(".sites-box").get_by_text("01-01 11:40 to 01-01 12:50")
    await expect(forecast).to_have_attribute("title", "by the battery's voltage")


async def test_what_the_services_wrote_on_a_ticket_is_read_in_the_readers_language(
    url: str, page: Page, database: Connection
) -> None:
    notes = {"opened": "opened for incident I1", "order": "W1 accepted", "comment": "call the utility"}
    for kind, text in notes.items():
        await insert(
            database, "correlation.ticket_note", ticket_id="K1", at=ago(minutes=5), actor="alarm_correlation",
            kind=kind, text=text,
        )  # fmt: skip
    await add_ticket(database, "K3", "S3", title="Door open at 文新路 (S3)", state="resolved")
    await page.goto(f"{url}/?view=tickets&id=K1")
    await page.get_by_role("button", name="中文").click()
    notes_shown = page.locator(".story")
    for words in ("为故障 I1 建单", "call the utility", "系统"):
        await expect(notes_shown).to_contain_text(words)
    await expect(notes_shown).not_to_contain_text("W1")  # the order itself tells its steps: they are not said twice
    await expect(page.get_by_role("row").filter(has_text="K3")).to_contain_text("门开 · 文新路")
