"""Every screen of the response centre: axe finds nothing, no word is left out, none is wider than what it is shown on.

In English and light, in Chinese and dark: each word and each colour once.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from guywire.database import Connection
from guywire.model import Role
from tests.browser.conftest import Serve, SignIn, axe_problems, go
from tests.browser.network import (
    DOMAIN,
    REGION,
    add_alarm,
    add_customer,
    add_feeder_failure,
    add_incident,
    add_outage,
    add_silence,
    add_ticket,
    ago,
    insert,
)

TENANT = "Unicorn Mobile"
PHONE = "13800000001"
LEADERS = (
    "alarms", "incidents", "map", "tickets", "work", "emergency", "shift", "handover", "silences", "announcements",
    "procedures", "problems", "reports", "system", "site&id=S1",
)  # fmt: skip
TENANTS = ("now", "sites", "sites/S1", "reports", "tickets", "figures")
LOOKS = {"en": "light", "zh": "dark"}

STILL = "(element) => Promise.all(element.getAnimations({subtree: true}).map((one) => one.finished.catch(() => 0)))"
# a key of the dictionary that has no word, or a place in a sentence that nothing filled
LEFT_OUT = re.compile(r"\b(?:[a-z_]+\.){1,3}[a-z_]+\b(?!\w)|\{\w+\}")
WIDTHS = (390, 1920, 1440)
WIDER = "() => document.documentElement.scrollWidth > innerWidth"
NO_WORDS = re.compile(r"^$|^v?[\d.]+$|\.(?:js|csv|toml|log)$")


async def add_busy_shift(database: Connection) -> None:
    """The feeder failure, with something of each kind that a shift can have before it."""
    await add_feeder_failure(database)
    until = datetime.now(UTC) + timedelta(hours=9)
    await add_silence(database, "L1", sites=["S3"])
    await add_customer(database, "C1", PHONE, ["S2"])
    await insert(database, "centre.claim", incident_id="I1", claimed_by="Wang Fang", at=ago(minutes=55), note="called")
    await insert(database, "centre.handover", region="", made_at=ago(minutes=9), made_by="ann")
    await insert(
        database, "centre.announcement", kind="power_cut", title="Feeder works", source="Grid", regions=[REGION],
        starts_at=ago(hours=1), ends_at=until, made_at=ago(hours=2), made_by="ann", touches=[REGION],
        sites_concerned=3, runs_out=2,
    )  # fmt: skip
    await insert(
        database, "dispatch.emergency", emergency_id="E1", region=REGION, reason="12 sites without mains",
        declared_at=ago(minutes=4), declared_by="dispatch",
    )  # fmt: skip
    await insert(
        database, "dispatch.extension", extension_id="X1", ticket_id="K1", kind="restore", minutes=120,
        reason="The landlord is away", asked_at=ago(minutes=12), asked_by="Li Wei", technician_id="T1",
    )  # fmt: skip
    await insert(
        database, "dispatch.sos", sos_id="Q1", person_id="T1", since=ago(minutes=4), raised_by="person",
        region=REGION, domain=DOMAIN, latitude=30.25, longitude=120.15, position_at=ago(minutes=5),
        work_order_id="W1", text="locked in", told=["T2"],
    )  # fmt: skip
    await insert(
        database, "centre.consent", ticket_id="K1", site_id="S1", tenant=TENANT, text="Two hours, at most.",
        asked_at=ago(minutes=1), asked_by="ann", answer_by=until, state="asked",
    )  # fmt: skip
    await insert(
        database, "centre.agreement", ticket_id="K1", tenant=TENANT, agreed=False, reason="Still no power",
        at=ago(minutes=2), by="bo",
    )  # fmt: skip
    await add_known_error(database)
    await add_incident(database, "I3", "A9", "S3", state="closed", opened_at=ago(hours=9), closed_at=ago(hours=8))
    await add_alarm(
        database, "A9", "S3", "link-down", raised_at=ago(hours=9), cleared_at=ago(hours=8), incident_id="I3"
    )
    await add_outage(database, "I3", "S3", started_at=ago(hours=9), ended_at=ago(hours=8))
    await add_ticket(database, "K3", "S3", incident_id="I3", state="resolved", resolved_at=ago(hours=8))


async def add_known_error(database: Connection) -> None:
    """The problem behind the feeder failure, with something in its story."""
    await insert(
        database, "dispatch.problem", problem_id="R1", site_ids=["S1"], domain=DOMAIN, shared="type:mains-failure",
        raised_at=ago(days=9), last_at=ago(days=1), ticket_ids=["K1"], state="known_error", cause="Joint box leaks",
        workaround="Ask the utility to reclose", responsible="Wang Fang", report="repeats",
    )  # fmt: skip
    await insert(
        database, "dispatch.problem_note", problem_id="R1", at=ago(days=2), actor="Wang Fang", kind="edited",
        text="cause, workaround", version=2,
    )  # fmt: skip


class Looker:
    """Goes from screen to screen in one page and keeps what is wrong on each."""

    def __init__(self, page: Page, url: str) -> None:
        self._page = page
        self._url = url
        self.wrong: list[str] = []

    async def open(self, path: str) -> None:
        await self._page.goto(f"{self._url}{path}")
        await self.look(path)

    async def go(self, view: str) -> None:
        """To another view of the page, as a link would."""
        await go(self._page, view)
        await self.look(view)

    async def look(self, where: str) -> None:
        main = self._page.locator("main")
        await expect(main.locator(".nothing-title", has_text="…")).to_have_count(0)  # what is still awaited
        await main.evaluate(STILL)
        self.wrong += [f"{where}: {problem}" for problem in await axe_problems(self._page)]
        words = (await self._page.locator("body").inner_text()).split()
        found = {match[0] for word in words if (match := LEFT_OUT.search(word)) and not NO_WORDS.search(word)}
        self.wrong += [f"{where}: no word for {word}" for word in sorted(found)]
        for width in WIDTHS:
            await self._page.set_viewport_size({"width": width, "height": 900})
            if await self._page.evaluate(WIDER):
                self.wrong.append(f"{where}: wider than {width}")


@pytest.mark.parametrize("language", LOOKS)
async def test_axe_finds_nothing_and_no_word_is_left_out(
    language: str, page: Page, serve: Serve, sign_in: SignIn, database: Connection
) -> None:
    await add_busy_shift(database)
    url = serve("dashboards")
    looker = Looker(page, url)
    kept = {"guywire.lang": language, "guywire.theme": LOOKS[language]}
    await page.add_init_script(f"Object.assign(localStorage, {json.dumps(kept)})")
    await sign_in(page, url, Role.SHIFT_LEADER)
    await looker.open(f"/?view={LEADERS[0]}")
    for view in LEADERS[1:]:
        await looker.go(f"?view={view}")
    await looker.open("/wall")
    await looker.open("/reports/print")
    await sign_in(page, url, Role.COMPLAINT_AGENT)
    await looker.open("/desk")
    await sign_in(page, url, Role.TENANT, tenant=TENANT)
    await looker.open(f"/tenant#{TENANTS[0]}")
    for part in TENANTS[1:]:
        await page.evaluate("(to) => { location.hash = to; }", part)
        await looker.look(part)
    assert not looker.wrong, "\n".join(looker.wrong)
