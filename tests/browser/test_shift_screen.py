"""A shift in a real browser: a call for help, claims, an emergency, the leader's decisions, handover, announcements."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest_asyncio
from playwright.async_api import FilePayload, Page, expect

from guywire.commands import Command
from guywire.commands.centre import DeclareEmergency
from guywire.commands.clocks import DecideExtension
from guywire.commands.visits import AnswerSos, EndSos
from guywire.database import Connection
from guywire.errors import Refused
from guywire.feed import publish as publish_now
from guywire.model import Role
from tests.browser.conftest import Serve, SignIn, axe_problems
from tests.browser.network import DOMAIN, REGION, add_alarm, add_feeder_failure, add_site, ago, insert, publish
from tests.browser.owner import owning


@pytest_asyncio.fixture(loop_scope="session")
async def url(serve: Serve, page: Page, sign_in: SignIn, database: Connection) -> str:
    """A console over the feeder failure; the page is signed in as a shift leader."""
    await add_feeder_failure(database)
    url = serve("dashboards")
    await sign_in(page, url, Role.SHIFT_LEADER)
    return url


async def press(page: Page, keys: str) -> None:
    for key in keys.split():
        await page.keyboard.press(key)


async def add_sos(connection: Connection) -> None:
    await insert(
        connection, "dispatch.sos", sos_id="Q1", person_id="T1", since=ago(minutes=4), raised_by="person",
        region=REGION, domain=DOMAIN, latitude=30.25, longitude=120.15, position_at=ago(minutes=5),
        work_order_id="W1", text="locked in", told=["T2"],
    )  # fmt: skip


async def decide(connection: Connection, command: Command, actor: str) -> dict[str, Any] | Refused:
    """What dispatch does with a leader's words, as far as a screen can see it."""
    if isinstance(command, AnswerSos):
        change = "UPDATE dispatch.sos SET answered_at = now(), answered_by = %s, version = version + 1"
        await connection.execute(change, (actor,))
        return await _told(connection, "sos", command.sos)
    if isinstance(command, EndSos):
        change = "UPDATE dispatch.sos SET ended_at = now(), end_reason = %s, version = version + 1"
        await connection.execute(change, (command.reason,))
        return await _told(connection, "sos", command.sos)
    if isinstance(command, DeclareEmergency):
        await insert(
            connection, "dispatch.emergency", emergency_id="E1", region=command.region, reason=command.reason,
            declared_at=ago(seconds=1), declared_by=actor,
        )  # fmt: skip
        return await _told(connection, "emergency", "E1")
    assert isinstance(command, DecideExtension)
    await connection.execute(
        "UPDATE dispatch.extension SET granted = %s, decided_at = now(), decision_reason = %s, version = version + 1",
        (command.granted, command.reason),
    )
    return await _told(connection, "extension", command.extension)


async def _told(connection: Connection, topic: str, key: str) -> dict[str, Any]:
    await publish_now(connection, "dispatch", {topic: [key]})
    return {"id": key}


async def test_a_call_for_help_stands_on_top_of_every_view_until_it_is_over(
    url: str, page: Page, database: Connection, database_url: str
) -> None:
    await page.goto(f"{url}/?view=tickets")
    headline = page.get_by_role("heading", level=1)
    await expect(headline).to_contain_text("1 site runs out within the hour")
    await add_sos(database)
    await publish(database, "dispatch", {"sos": ["Q1"]})
    calls = page.get_by_role("region", name="Call for help")
    await expect(calls).to_contain_text("Li Wei calls for help")
    await expect(page.get_by_role("alert")).to_have_text("Li Wei calls for help")  # read aloud once: no seconds in it
    await expect(headline).to_have_text("Li Wei calls for help; nobody has it in hand.")
    await expect(page.get_by_text("The sound is off: nobody hears calls for help here.")).to_be_visible()
    await expect(calls.get_by_role("link", name="13900000001")).to_have_attribute("href", "tel:13900000001")
    await expect(calls.get_by_role("link", name="30.25000, 120.15000")).to_have_attribute(
        "href", "?view=map&at=30.25000%2C120.15000"
    )
    assert await axe_problems(page) == []
    await page.get_by_role("button", name="Turn on").click()
    await expect(page.get_by_role("button", name="Sound on")).to_be_visible()
    async with owning(database_url, "dispatch", decide):
        await page.keyboard.press("!")
        await expect(calls).to_contain_text("has it in hand")
        await expect(headline).to_contain_text("1 site runs out within the hour")
        await calls.get_by_role("button", name="It is over").click()
        await page.get_by_label("What was done").fill("The caretaker let him out")
        await page.get_by_role("dialog").get_by_role("button", name="It is over").click()
        await expect(calls).to_have_count(0)


async def test_whoever_works_alone_and_is_overdue_is_named_with_a_phone(
    url: str, page: Page, database: Connection
) -> None:
    await insert(
        database, "dispatch.watch", person_id="T2", work_order_id="", minutes=60, until=ago(minutes=2),
        reminded_at=ago(minutes=2),
    )  # fmt: skip
    await page.goto(url)
    calls = page.get_by_role("region", name="Call for help")
    await expect(calls).to_contain_text("Chen Jie works alone and should have said that all is well 2 min ago")
    await database.execute("DELETE FROM dispatch.watch")
    await publish(database, "dispatch", {"watch": ["T2"]})
    await expect(calls).to_have_count(0)


async def test_an_incident_claimed_by_another_says_so_first_and_is_taken_over_with_one_key(
    url: str, page: Page, database: Connection
) -> None:
    await insert(database, "centre.claim", incident_id="I1", claimed_by="Wang Fang", at=ago(minutes=55), note="called")
    await page.goto(f"{url}/?view=incidents")
    await expect(page.get_by_role("list").get_by_text("Wang Fang")).to_be_visible()
    claim = page.locator(".claim")
    await expect(claim).to_contain_text("Wang Fang works on it for 55 min: called")
    await expect(claim).to_contain_text("did nothing for 55 min")
    await page.keyboard.press("c")
    await page.get_by_role("dialog").get_by_role("button", name="Take over").click()
    await expect(claim).to_contain_text("You work on it")
    await expect(page.get_by_role("status").get_by_role("button", name="Undo")).to_be_visible()
    await page.keyboard.press("u")
    await expect(claim).to_contain_text("Nobody works on it.")
    await page.keyboard.press("c")
    await expect(claim).to_contain_text("You work on it")


async def test_each_number_of_the_sentence_leads_to_exactly_those(url: str, page: Page, database: Connection) -> None:
    await page.goto(f"{url}/?view=tickets")
    await page.get_by_role("link", name="1 site runs out").click()
    await expect(page.get_by_text("1 incident with sites that run out within the hour.")).to_be_visible()
    await page.get_by_role("link", name="1 has a crew under way").click()
    await expect(page.get_by_text("1 incident with a crew under way to what runs out.")).to_be_visible()
    await page.get_by_role("link", name="1 site is down").click()
    await expect(page.get_by_text("1 incident with sites that are down.")).to_be_visible()
    await database.execute("UPDATE correlation.outage SET ended_at = now() WHERE site_id = 'S2'")
    await publish(database, "alarm_correlation", {"incident": ["I1"]})
    await expect(page.get_by_text("No incident is like that any more.")).to_be_visible()


async def test_ten_sites_without_mains_are_suggested_declared_and_reported(
    url: str, page: Page, database: Connection, database_url: str
) -> None:
    for n in range(9):
        await add_site(database, f"D{n}", site_class="A" if n < 2 else "C")
        await add_alarm(database, f"D{n}", f"D{n}", "mains-failure", resource="mains")
    await page.goto(f"{url}/?view=emergency")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="西湖"))
    await expect(row).to_contain_text("10")
    await expect(page.get_by_text("1 county has 10 sites without mains or more")).to_be_visible()
    await row.get_by_role("link", name="3", exact=True).click()
    await expect(page.get_by_role("heading", name="西湖: hubs and VIPs (3)")).to_be_visible()
    await expect(row.get_by_role("link", name="3", exact=True)).to_be_focused()
    assert await axe_problems(page) == []
    await row.locator("a[href*='state=under_way']").click()
    crews = page.get_by_role("region", name="西湖: crews under way or on site (1)")
    await expect(crews.get_by_role("row").filter(has_text="Li Wei")).to_contain_text("W1")
    async with owning(database_url, "dispatch", decide):
        await page.keyboard.press("n")
        await page.get_by_role("dialog").get_by_role("button", name="Declare an emergency").click()
        await expect(row).to_contain_text("◆ Emergency")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("西湖 is in an emergency")
    await page.keyboard.press("d")
    await expect(page.get_by_label("Title")).to_have_value(re.compile("^First report: .*西湖"))
    await page.get_by_label("Text").fill("Ten sites without mains.")
    await page.get_by_role("button", name="Send and keep").click()
    reports = page.get_by_role("region", name="Reports")
    await expect(reports).to_contain_text("Following report due")
    await reports.get_by_role("button", name="First report").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Ten sites without mains.")


async def test_the_leader_decides_on_more_time_with_undo_or_a_reason(
    url: str, page: Page, database: Connection, database_url: str
) -> None:
    await insert(
        database, "dispatch.extension", extension_id="X1", ticket_id="K1", kind="restore", minutes=120,
        reason="The landlord is away", asked_at=ago(minutes=12), asked_by="Li Wei", technician_id="T1",
    )  # fmt: skip
    await page.goto(f"{url}/?view=shift")
    grant = page.get_by_role("button", name="Grant", exact=True)
    await expect(page.get_by_role("link", name="1 request for more time")).to_be_visible()
    await press(page, "j a")  # past the leader's own row, where nothing is to be done
    await expect(grant).to_be_disabled()
    await page.keyboard.press("u")
    await expect(grant).to_be_enabled()
    assert await axe_problems(page) == []
    async with owning(database_url, "dispatch", decide) as taken:
        await page.keyboard.press("o")
        await page.get_by_label("Reason").fill("Ask the caretaker")
        await page.get_by_role("button", name="Refuse").last.click()
        await expect(page.get_by_text("The landlord is away")).to_have_count(0)
    assert taken == [DecideExtension(extension="X1", granted=False, reason="Ask the caretaker")]


async def test_a_shift_is_handed_over_and_the_next_one_signs_for_it(url: str, page: Page, sign_in: SignIn) -> None:
    await page.goto(f"{url}/?view=handover")
    await page.get_by_role("button", name="Begin a handover").click()
    await expect(page.get_by_role("heading", level=2)).to_contain_text("1 open incident, 1 site down")
    await page.keyboard.press("c")
    await page.keyboard.type("The key is with the caretaker")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("The key is with the caretaker")).to_be_visible()
    assert await axe_problems(page) == []
    await page.locator("#handover-title").click()
    await page.keyboard.press("o")
    await page.get_by_role("dialog").get_by_role("button", name="Hand over").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.get_by_text("Somebody of the next shift signs for it.").first).to_be_visible()
    await sign_in(page, url, Role.NOC_OPERATOR)
    await page.goto(f"{url}/?view=handover")
    await page.get_by_role("button", name="Take the shift").click()
    await page.get_by_label("Remarks (optional)").fill("Read")
    await page.get_by_role("dialog").get_by_role("button", name="Take the shift").click()
    await expect(page.locator("#handover-title + p")).to_contain_text("signed by noc_operator")


def csv(text: str) -> FilePayload:
    return {"name": "cuts.csv", "mimeType": "text/csv", "buffer": text.encode()}


async def test_an_announcement_says_what_it_covers_while_one_types(url: str, page: Page, database: Connection) -> None:
    await page.goto(f"{url}/?view=announcements")
    await expect(page.get_by_role("button", name="Enter")).to_be_visible()
    await press(page, "n")
    dialog, covered = page.get_by_role("dialog"), page.get_by_role("dialog").get_by_role("status")
    await dialog.get_by_label("Title").fill("Feeder works")
    regions, sites = (dialog.get_by_role("combobox", name=name) for name in ("Regions", "Sites"))
    await regions.press_sequentially("西湖")
    await expect(dialog.get_by_role("option", name=f"{REGION} 3 sites")).to_be_visible()
    assert await axe_problems(page) == []
    await page.keyboard.press("Enter")
    await expect(regions).to_have_value(f"{REGION}; ")
    await expect(covered).to_have_text("Covers 3 sites.")
    await regions.press_sequentially("nowhere")
    await expect(covered).to_have_text("Covers 3 sites. ▲ Not in the inventory: nowhere")
    await regions.fill("")
    await sites.press_sequentially("留下")
    await press(page, "Escape")  # closes what is suggested, and no more
    await expect(dialog.get_by_role("listbox")).to_have_count(0)
    await sites.fill("S1; 留下")
    await press(page, "Enter")
    await expect(covered).to_have_text("Covers 2 sites.")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("heading", name="shorter than the cut: 0 of 2 sites")).to_be_visible()
    await press(page, "e")
    await dialog.get_by_label("Title").fill("Feeder works, second day")
    withdraw = "UPDATE centre.announcement SET withdrawn_at = now(), version = version + 1 RETURNING announcement_id"
    row = await (await database.execute(withdraw)).fetchone()
    assert row is not None
    line = page.locator(f"#announcement-{row['announcement_id']}")
    await expect(line).to_be_visible()
    await publish(database, "dashboards", {"announcement": [row["announcement_id"]]})
    await expect(line).to_have_count(0)
    await page.keyboard.press("Control+Enter")  # about what was asked, though it is in the list no more
    await expect(dialog.get_by_role("alert")).to_contain_text("Somebody changed it meanwhile")
    await page.keyboard.press("Control+Enter")
    await expect(line).to_contain_text("Feeder works, second day")


async def test_announcements_come_from_a_file_and_stand_beside_the_incident(url: str, page: Page) -> None:
    begins, ends = (datetime.now(UTC) + timedelta(hours=n) for n in (1, 9))
    head = "kind,title,source,regions,starts_at,ends_at\n"
    good = f"power_cut,Feeder works,Grid,{REGION},{begins.isoformat()},{ends.isoformat()}\n"
    await page.goto(f"{url}/?view=announcements")
    await expect(page.get_by_text("No power cut, weather warning or works are announced.")).to_be_visible()
    await page.keyboard.press("i")
    file, dialog = page.get_by_label("File"), page.get_by_role("dialog")
    await file.set_input_files(csv(head + good.replace("power_cut", "cut")))
    await dialog.get_by_role("button", name="Import").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("line 2")
    await file.set_input_files(csv(head + good))
    await dialog.get_by_role("button", name="Import").click()
    row = page.get_by_role("row").filter(has_text="Feeder works")
    await expect(row).to_contain_text("▲ 3")
    await expect(page.get_by_role("heading", name="Batteries shorter than the cut: 3 of 3 sites")).to_be_visible()
    assert await axe_problems(page) == []
    await page.goto(f"{url}/?view=incidents")
    await expect(page.get_by_role("region", name="Announced here")).to_contain_text("Feeder works")


async def test_the_system_says_what_is_not_well_and_what_to_do_in_both_languages(url: str, page: Page) -> None:
    await page.goto(f"{url}/?view=system")
    await expect(
        page.get_by_text("services do not answer: Collector, Correlator, Dispatch, Complaints")
    ).to_be_visible()
    await expect(page.get_by_role("row").filter(has_text="Console dashboards")).to_contain_text("✓ Well")
    assert await axe_problems(page) == []
    await page.get_by_role("button", name="中文").click()
    await expect(page.get_by_text("采集、关联分析、派单、投诉")).to_be_visible()
    for key, words in (
        ("e", "1 个站址停电"),
        ("l", "人均告警量"),
        ("h", "还没有交接班记录"),
        ("n", "没有停电、天气和工程公告"),
        ("i", "无人跟进"),
    ):
        await page.keyboard.press("g")
        await page.keyboard.press(key)
        await expect(page.locator(".view")).to_contain_text(words)
        text = await page.locator(".view").inner_text()
        assert not [word for word in ("claim.", "sitrep.", "announced.", "column.", "load.") if word in text], text
