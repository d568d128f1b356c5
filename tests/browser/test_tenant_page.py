"""The tenants' page on a phone: what is down and why, an answer, a word on a ticket, figures; in both languages."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from playwright.async_api import Page, expect

from guywire.database import Connection
from guywire.model import Role
from tests.browser.conftest import Serve, SignIn, axe_problems
from tests.browser.network import add_feeder_failure, add_incident, add_outage, add_ticket, ago, insert, publish

TENANT = "Unicorn Mobile"


async def add_questions(database: Connection) -> None:
    """The feeder failure, a consent that is asked for, and a ticket of S3 that was resolved."""
    await add_feeder_failure(database)
    await database.execute("UPDATE core.tenancy SET since = %s", (ago(days=1),))
    await insert(
        database, "centre.consent", ticket_id="K1", site_id="S1", tenant=TENANT, text="Two hours, at most.",
        asked_at=ago(minutes=1), asked_by="ann", answer_by=datetime.now(UTC) + timedelta(hours=2), state="asked",
    )  # fmt: skip
    await add_incident(database, "I3", "A9", "S3", state="closed", opened_at=ago(hours=9), closed_at=ago(hours=8))
    await add_outage(database, "I3", "S3", started_at=ago(hours=9), ended_at=ago(hours=8))
    await add_ticket(database, "K3", "S3", incident_id="I3", state="resolved", resolved_at=ago(hours=8))


async def test_a_tenant_answers_a_question_and_says_that_a_ticket_is_not_done(
    page: Page, serve: Serve, sign_in: SignIn, database: Connection
) -> None:
    await add_questions(database)
    url = serve("dashboards")
    await page.set_viewport_size({"width": 390, "height": 844})
    await sign_in(page, url, Role.TENANT, tenant=TENANT)
    await page.goto(f"{url}/tenant")
    harm = r"1 of your sites is down\. 1 more runs on its battery, which should last until .*\d\d:\d\d\.$"
    await expect(page.locator("h1")).to_have_text(re.compile(rf"^A question waits for you\. {harm}"))
    await expect(page.locator("article", has_text="留下街道")).to_contain_text("A crew is under way")
    assert await axe_problems(page) == []
    await page.get_by_role("button", name="Refuse").click()
    await page.get_by_label("Why not?").fill("A hospital is next door.")
    await page.get_by_role("dialog").get_by_role("button", name="Refuse").click()
    await expect(page.locator("h1")).to_have_text(re.compile(rf"^{harm}"))
    await page.get_by_role("link", name="Tickets").click()
    await page.get_by_role("button", name="Disagree").click()
    await page.get_by_label("What is not as it should be?").fill("Still no power.")
    await page.get_by_role("dialog").get_by_role("button", name="Disagree").click()
    await expect(page.locator("article", has_text="K3")).to_contain_text("Still no power.")
    rows = await database.execute(
        "SELECT answer_text AS said FROM views.consent UNION SELECT reason FROM views.agreement"
    )
    assert {row["said"] for row in await rows.fetchall()} == {"A hospital is next door.", "Still no power."}


async def test_the_headline_says_harm_by_its_degree_after_a_question_that_waits(page: Page, serve: Serve) -> None:
    await page.goto(f"{serve('dashboards')}/health")
    said = await page.evaluate(
        """async () => {
          const {headline} = await import("/static/state/tenant.js");
          const of = (down, at_risk, next_down_at, states = []) =>
            headline({sites: {total: 9, down, at_risk, next_down_at, next_zone: null},
              consents: states.map((state) => ({state}))}, Date.parse("2026-11-22T08:00Z"));
          const later = "2026-11-22T09:00Z", gone = "2026-11-22T07:00Z";
          return [of(0, 0, null, ["granted"]), of(2, 0, null), of(0, 3, later), of(2, 3, later, ["asked"]),
            of(2, 1, gone)].map((one) => one.map(({key, n}) => `${key} ${n}`));
        }"""
    )
    assert said == [
        ["tenant.well 9"],
        ["tenant.down 2"],
        ["tenant.at_risk.until 3"],
        ["tenant.asked 1", "tenant.down 2", "tenant.also_at_risk.until 3"],
        ["tenant.down 2", "tenant.also_at_risk.over 1"],
    ]


async def test_a_tenant_finds_a_site_and_its_figures_and_nobody_else_gets_in(
    page: Page, serve: Serve, sign_in: SignIn, database: Connection
) -> None:
    await add_questions(database)
    url = serve("dashboards")
    await sign_in(page, url, Role.TENANT, tenant=TENANT)
    await page.goto(f"{url}/tenant#sites")
    await expect(page.locator(".tenant-site")).to_have_count(3)
    await page.get_by_role("searchbox").fill("留下")
    await expect(page.locator(".tenant-site")).to_have_count(1)
    await page.locator(".tenant-site").click()
    await expect(page.get_by_role("heading", name="留下街道")).to_be_visible()
    await page.get_by_role("button", name="Report a fault").click()
    await expect(page.get_by_label("What is it about?")).to_be_visible()
    assert await axe_problems(page) == []
    await page.keyboard.press("Escape")
    await page.get_by_role("link", name="Figures").click()
    await expect(page.get_by_role("region", name="Month by month")).to_be_visible()
    assert await axe_problems(page) == []
    await page.get_by_role("button", name="中文").click()
    await expect(page.get_by_role("region", name="逐月指标")).to_contain_text("可用率")
    await sign_in(page, url, Role.NOC_OPERATOR)
    await page.reload()
    await expect(page.get_by_text("本页面供塔上租户使用。")).to_be_visible()


async def test_the_centre_asks_a_tenant_from_the_ticket_and_sees_an_objection_before_it_closes(
    page: Page, serve: Serve, sign_in: SignIn, database: Connection
) -> None:
    await add_feeder_failure(database)
    await insert(
        database, "centre.agreement", ticket_id="K1", tenant=TENANT, agreed=False, reason="Still no power",
        at=ago(minutes=2), by="bo",
    )  # fmt: skip
    url = serve("dashboards")
    await sign_in(page, url, Role.NOC_OPERATOR)
    await page.goto(f"{url}/?view=tickets")
    ticket = page.get_by_role("complementary")
    await expect(ticket).to_contain_text("▲ Unicorn Mobile objects: Still no power")
    await expect(ticket.get_by_role("button", name="Ask a tenant")).to_be_visible()
    await page.keyboard.press("q")
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_label("Tenant", exact=True)).to_have_value(TENANT)
    await dialog.get_by_label("Note").fill("Two hours, at most.")
    await page.keyboard.press("Tab")
    await dialog.get_by_role("button", name="Ask a tenant").press("Enter")
    consents = ticket.get_by_role("region", name="Tenants' consent to a generator")
    await expect(consents).to_contain_text("Unicorn Mobile · 城西枢纽 to answer by")
    await consents.get_by_role("button", name="Withdraw").click()
    await expect(consents).to_contain_text("Withdrawn")
    await database.execute("UPDATE correlation.ticket SET state = 'resolved', version = version + 1")
    await publish(database, "alarm_correlation", {"ticket": ["K1"]})
    await ticket.get_by_role("button", name="Close", exact=False).first.click()
    await expect(dialog).to_contain_text("▲ Unicorn Mobile objects: Still no power")
