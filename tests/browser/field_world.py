"""A phone and a day's work for the tests of the field app: a technician, jobs as dispatch keeps them, a page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, expect

from guywire.database import Connection
from guywire.identity import add_user
from guywire.model import Role
from tests.browser.conftest import PATIENCE_MS
from tests.browser.late import make_late
from tests.browser.network import (
    add_alarm,
    add_incident,
    add_need,
    add_site,
    add_technician,
    add_ticket,
    add_work_order,
    ago,
    insert,
)

PASSWORD = "a long enough password"
HERE = {"latitude": 30.21, "longitude": 120.11}
PLACES = ("城西枢纽 West hub", "留下街道 Liuxia", "文新路 Wenxin Road", "转塘 Zhuantang", "龙坞 Longwu")
TYPES = ("rectifier-failure", "battery-discharging", "mains-failure", "aircon-failure", "genset-low-fuel")


@dataclass
class Phone:
    """A browser profile of a phone and its page; `problems` is what the pages complained of."""

    context: BrowserContext
    page: Page
    problems: list[str] = field(default_factory=list)

    async def another_tab(self) -> Page:
        page = await self.context.new_page()
        self.watch(page)
        return page

    def watch(self, page: Page) -> None:
        """The browser's own notes on the line are no complaint: without a connection requests fail."""
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on(
            "console",
            lambda said: (
                self.problems.append(said.text)
                if said.type == "error" and not said.text.startswith("Failed to load resource")
                else None
            ),
        )


@asynccontextmanager
async def phone(browser: Browser, **more: Any) -> AsyncIterator[Phone]:
    """A phone at the first site, in English; whatever its pages complain of fails the test."""
    options: dict[str, Any] = {
        "viewport": {"width": 390, "height": 844},
        "locale": "en-GB",
        "timezone_id": "Asia/Shanghai",
        "has_touch": True,
        "is_mobile": True,
        "geolocation": {**HERE, "accuracy": 9},
        "permissions": ["geolocation"],
    }
    context = await browser.new_context(**(options | more))
    context.set_default_timeout(PATIENCE_MS)
    await make_late(context)
    made = Phone(context, await context.new_page())
    made.watch(made.page)
    yield made
    await context.close()
    assert not made.problems, made.problems


async def technician(connection: Connection, technician_id: str = "T1", account: str = "liwei", **more: Any) -> None:
    """Somebody who works around the clock, with an account of the same right."""
    await add_technician(connection, technician_id, name="Li Wei", **more)
    await add_user(connection, account, Role.TECHNICIAN, technician_id=technician_id, password=PASSWORD)


async def day_of_jobs(connection: Connection, jobs: int = 5, state: str = "offered", technician_id: str = "T1") -> None:
    """Orders W1 to W5 at S1 to S5, all where the phone stands, each with a need and an alarm behind it."""
    for place in range(1, jobs + 1):
        site, order, ticket, need = f"S{place}", f"W{place}", f"K{place}", f"N-W{place}"
        alarm_type, incident = TYPES[(place - 1) % len(TYPES)], f"I{place}"
        name = PLACES[(place - 1) % len(PLACES)]
        shift = (place - 1) * 0.0004
        await add_site(
            connection, site, name=name, access="key at the village office",
            latitude=HERE["latitude"] + shift, longitude=HERE["longitude"],
        )  # fmt: skip
        await add_incident(connection, incident, f"A{place}", site, title=alarm_type, root_alarm_type=alarm_type)
        await add_alarm(connection, f"A{place}", site, alarm_type, incident_id=incident)
        await add_ticket(connection, ticket, site, title=alarm_type, incident_id=incident)
        await add_need(connection, need, ticket, site, summary=alarm_type, alarm_type=alarm_type)
        now = datetime.now(UTC)
        accepted_at = None if state == "offered" else ago(minutes=8)
        await add_work_order(
            connection, order, ticket, site, technician_id, need_ids=[need], state=state, summary=alarm_type,
            priority=place, offered_at=ago(minutes=1), offer_expires_at=now + timedelta(minutes=30),
            planned_arrival_at=now + timedelta(minutes=20 * place), accepted_at=accepted_at,
            en_route_at=None,
        )  # fmt: skip
        await insert(connection, "dispatch.held_need", need_id=need, work_order_id=order)


async def known_error(connection: Connection, workaround: str, by: str) -> None:
    """What somebody found out about rectifiers at the first site."""
    await insert(
        connection, "dispatch.problem", problem_id="R7", site_ids=["S1"], domain="zj/hz",
        shared="type:rectifier-failure", raised_at=ago(hours=9), last_at=ago(hours=9), ticket_ids=[],
        state="known_error", workaround=workaround, cause="The 2019 batch trips above 45 ℃",
    )  # fmt: skip
    await insert(
        connection, "dispatch.problem_note", problem_id="R7", at=ago(hours=8), actor=by, kind="known_error", version=2
    )


async def sign_in_on(page: Page, url: str, account: str = "liwei") -> None:
    """Through the page, as a technician does."""
    await page.goto(url)
    await page.get_by_label("Name").fill(account)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.locator(".top")).to_contain_text("Live")


async def works_offline(page: Page) -> None:
    """Waits until the service worker has the page and answers for it."""
    await page.evaluate(
        "() => new Promise((ready) => navigator.serviceWorker.controller ? ready() :"
        " navigator.serviceWorker.addEventListener('controllerchange', ready))"
    )


async def rows(connection: Connection, query: str, *values: object) -> list[dict[str, Any]]:
    return await (await connection.execute(query.encode(), values)).fetchall()
