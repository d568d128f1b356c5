"""The alarm view in a real browser: the live list, its keys, its filter, its states."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from playwright.async_api import Page, expect

from guywire.commands import AcknowledgeAlarm, Command, CommentAlarm, ShelveAlarm
from guywire.database import Connection
from guywire.errors import Refused, conflict
from guywire.feed import publish as publish_now
from tests.browser.network import add_alarm, add_feeder_failure, add_site, ago, publish
from tests.browser.owner import owning


def row(page: Page, alarm: str) -> Any:
    return page.locator(f"#alarm-{alarm}")


async def take_in(connection: Connection, command: Command, actor: str) -> dict[str, Any] | Refused:
    """What the correlator does with the three commands of these tests, as far as a screen can see it."""
    if isinstance(command, AcknowledgeAlarm):
        change, value = "acknowledged_at = now(), acknowledged_by = %s", actor
    elif isinstance(command, ShelveAlarm):
        change, value = "shelved_by = 'x', shelved_until = %s::timestamptz", command.until.isoformat()
    else:
        assert isinstance(command, CommentAlarm)
        change, value = "text = %s", command.comment
    await connection.execute(
        f"UPDATE correlation.alarm SET version = version + 1, {change} WHERE alarm_id = %s",
        (value, command.alarm),
    )
    await publish_now(connection, "alarm_correlation", {"alarm": [command.alarm]})
    return {"id": command.alarm}


async def test_alarms_stand_by_severity_and_new_ones_come_in_live(url: str, page: Page, database: Connection) -> None:
    await add_feeder_failure(database)
    await page.goto(url)
    await expect(page.get_by_role("row")).to_have_count(5)
    await expect(page.get_by_role("row").nth(1)).to_contain_text("Base station down")
    await add_alarm(database, "A9", "S3", "smoke", severity="critical", raised_at=ago(minutes=0))
    await publish(database, "alarm_correlation", {"alarm": ["A9"]})
    await expect(page.get_by_role("row").nth(1)).to_contain_text("Smoke")
    await database.execute("UPDATE correlation.alarm SET cleared_at = now(), version = 2 WHERE alarm_id = 'A9'")
    await publish(database, "alarm_correlation", {"alarm": ["A9"]})
    await expect(row(page, "A9")).to_have_count(0)


async def test_the_sentence_says_what_runs_out_and_who_is_under_way(url: str, page: Page, database: Connection) -> None:
    await page.goto(url)
    await expect(page.get_by_role("heading", level=1)).to_have_text(
        "No site is known yet: load the inventory with guywire load."
    )
    await add_feeder_failure(database)
    await publish(database, "guywire", {"inventory": ["0"]})
    await publish(database, "alarm_correlation", {"incident": ["I1"], "alarm": ["A1", "A2", "A3", "A4"]})
    await publish(database, "dispatch", {"work_order": ["W1"]})
    await expect(page.get_by_role("heading", level=1)).to_have_text(
        "1 site runs out within the hour; 1 has a crew under way. 1 site is down."
    )
    await page.get_by_role("button", name="中文").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(
        "1 小时内 1 个站址将退服，其中 1 个已有人员在途。 1 个站址已断站退服。"
    )


async def test_the_keyboard_alone_acknowledges_and_the_row_turns_quiet(
    url: str, page: Page, database: Connection, database_url: str
) -> None:
    await add_feeder_failure(database)
    async with owning(database_url, "alarm_correlation", take_in) as taken:
        await page.goto(url)
        await expect(row(page, "A3")).to_contain_text("New")
        await page.keyboard.press("j")
        await page.keyboard.press("a")
        await expect(row(page, "A3")).to_contain_text("Acknowledged, noc_operator")
        await expect(page.get_by_role("status").filter(has_text="Acknowledged 1 alarm.")).to_be_visible()
    assert taken == [AcknowledgeAlarm(alarm="A3")]


async def test_many_are_chosen_with_x_and_acknowledged_at_once(
    url: str, page: Page, database: Connection, database_url: str
) -> None:
    await add_feeder_failure(database)
    async with owning(database_url, "alarm_correlation", take_in) as taken:
        await page.goto(url)
        await expect(row(page, "A3")).to_be_visible()
        for key in "jxjxa":
            await page.keyboard.press(key)
        await expect(page.get_by_text("Acknowledged 2 alarms.")).to_be_visible()
    assert sorted(command.alarm for command in taken if isinstance(command, AcknowledgeAlarm)) == ["A1", "A3"]


async def test_the_list_stands_still_while_one_chooses_and_counts_what_waits(
    url: str, page: Page, database: Connection
) -> None:
    await add_feeder_failure(database)
    await page.goto(url)
    await expect(row(page, "A3")).to_be_visible()
    await page.keyboard.press("j")
    await page.keyboard.press("x")
    await add_alarm(database, "A9", "S3", "smoke", severity="critical", raised_at=ago(minutes=0))
    await publish(database, "alarm_correlation", {"alarm": ["A9"]})
    await expect(page.get_by_text("1 change waits.")).to_be_visible()
    await expect(row(page, "A9")).to_have_count(0)
    await page.keyboard.press("Escape")
    await expect(row(page, "A9")).to_be_visible()


async def test_shelving_asks_until_when_and_why(url: str, page: Page, database: Connection, database_url: str) -> None:
    await add_feeder_failure(database)
    async with owning(database_url, "alarm_correlation", take_in) as taken:
        await page.goto(url)
        await expect(row(page, "A3")).to_be_visible()
        await page.keyboard.press("j")
        await page.keyboard.press("s")
        await page.get_by_label("For").select_option("2 hours")
        await page.get_by_label("Why").fill("works on the mast")
        await page.get_by_role("button", name="Shelve", exact=True).click()
        await expect(row(page, "A3")).to_contain_text("Shelved until")
        await expect(page.get_by_text("Shelved 1 alarm.")).to_be_visible()
    (command,) = taken
    assert isinstance(command, ShelveAlarm)
    assert command.comment == "works on the mast"
    assert 1.9 < (command.until - datetime.now(command.until.tzinfo)).total_seconds() / 3600 < 2.1


async def test_what_the_server_refuses_is_put_back_and_said(
    url: str, page: Page, database: Connection, database_url: str
) -> None:
    async def refuse(connection: Connection, command: Command, actor: str) -> Refused:
        return conflict("already_cleared", "A3 has just been cleared. Nothing is left to acknowledge.")

    await add_feeder_failure(database)
    async with owning(database_url, "alarm_correlation", refuse):
        await page.goto(url)
        await expect(row(page, "A3")).to_be_visible()
        await page.keyboard.press("j")
        await page.keyboard.press("a")
        await expect(page.get_by_text("A3 has just been cleared.")).to_be_visible()
        await expect(row(page, "A3")).to_contain_text("New")


async def test_the_filter_is_in_the_url_and_comes_back_with_it(url: str, page: Page, database: Connection) -> None:
    await add_feeder_failure(database)
    await page.goto(url)
    await expect(page.get_by_role("row")).to_have_count(5)
    await page.keyboard.press("/")
    await page.keyboard.type("mains")
    await expect(page.get_by_role("row")).to_have_count(2)
    await page.get_by_role("button", name="Critical").click()
    await expect(page.get_by_text("No alarm fits this filter.")).to_be_visible()
    assert "q=mains" in page.url
    assert "severity=critical" in page.url
    await page.reload()
    await expect(page.get_by_label("Find alarms")).to_have_value("mains")
    await page.get_by_role("button", name="Show all active alarms").click()
    await expect(page.get_by_role("row")).to_have_count(5)


async def test_enter_opens_the_incident_and_g_a_comes_back(url: str, page: Page, database: Connection) -> None:
    await add_feeder_failure(database)
    await page.goto(url)
    await expect(row(page, "A3")).to_be_visible()
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("tree")).to_be_visible()
    await page.keyboard.press("g")
    await page.keyboard.press("a")
    await expect(row(page, "A3")).to_be_visible()


async def test_fifty_thousand_alarms_scroll_with_only_the_rows_in_sight(
    url: str, page: Page, database: Connection
) -> None:
    await add_site(database, "S1", name="城西枢纽")
    await database.execute(
        "INSERT INTO correlation.alarm (alarm_id, site_id, resource, alarm_type, qualifier, domain, severity,"
        " raised_at, received_at, changed_at) SELECT 'B' || n, 'S1', 'port-' || n, 'port-down', '', 'd', 'minor',"
        " now() - n * interval '1 s', now(), now() FROM generate_series(1, 50000) n"
    )
    await page.goto(url)
    await expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", "50001", timeout=60_000)
    assert await page.get_by_role("row").count() < 80
    await page.get_by_role("grid").focus()
    await page.keyboard.press("End")
    await expect(row(page, "B50000")).to_be_in_viewport()
    await expect(page.locator(".row-here")).to_have_count(1)


async def test_a_storm_is_said_calmly_and_folds_into_its_incidents(url: str, page: Page, database: Connection) -> None:
    await add_feeder_failure(database)
    for n in range(12):
        await add_alarm(
            database, f"F{n}", "S2", "cell-down", resource=f"c-{n}", incident_id="I1", raised_at=ago(minutes=1)
        )
    await page.goto(url)
    await expect(page.get_by_text("12 alarms in 10 minutes are more than one person can read.")).to_be_visible()
    await page.get_by_role("button", name="Group by incident").click()
    await expect(page.get_by_role("row")).to_have_count(3)
    await expect(row(page, "I1")).to_contain_text("15")


async def test_no_row_moves_when_a_storm_comes_and_the_one_under_the_cursor_stays_in_sight(
    url: str, page: Page, database: Connection
) -> None:
    await add_feeder_failure(database)
    for n in range(60):
        await add_alarm(database, f"O{n}", "S2", "door-open", resource=f"d-{n}", raised_at=ago(minutes=60 + n))
    await page.goto(url)
    grid = page.get_by_role("grid")
    await expect(grid).to_have_attribute("aria-rowcount", "65")
    place = "(grid) => grid.getBoundingClientRect().top"
    top = await grid.evaluate(place)
    await grid.focus()
    await page.keyboard.press("End")
    await expect(page.locator(".row-here")).to_be_in_viewport(ratio=1)
    for n in range(12):
        await add_alarm(
            database, f"F{n}", "S2", "cell-down", resource=f"c-{n}", incident_id="I1", raised_at=ago(minutes=1)
        )
    await publish(database, "alarm_correlation", {"alarm": [f"F{n}" for n in range(12)]})
    await expect(page.get_by_text("12 alarms in 10 minutes are more than one person can read.")).to_be_visible()
    assert await grid.evaluate(place) == top
    await expect(page.locator(".row-here")).to_be_in_viewport(ratio=1)


async def test_only_an_unacknowledged_critical_blinks(url: str, page: Page, database: Connection) -> None:
    await add_feeder_failure(database)
    await add_alarm(
        database, "A8", "S3", "smoke", severity="critical", acknowledged_at=ago(minutes=1), acknowledged_by="ann"
    )
    await page.goto(url)
    await expect(row(page, "A8")).to_be_visible()
    await expect(page.locator(".beat")).to_have_count(1)
    await expect(row(page, "A3").locator(".beat")).to_have_count(1)


async def test_a_baseline_is_marked_and_a_collector_is_no_unidentified_sender(
    url: str, page: Page, database: Connection
) -> None:
    await add_feeder_failure(database)
    silent = {"resource": "collector:north", "severity": "critical", "source": "alarm_correlation"}
    await add_alarm(database, "A7", "", "collector-silent", **silent)
    await add_alarm(database, "A8", "S3", "smoke", baseline=True)
    await page.goto(url)
    await expect(row(page, "A8")).to_contain_text("baseline")
    await expect(row(page, "A7")).not_to_contain_text("baseline")
    await expect(row(page, "A7")).to_contain_text("No site")
    await expect(row(page, "A7")).to_contain_text("Collector north")
    await expect(row(page, "A7")).not_to_contain_text("Unidentified")


async def test_a_collector_that_sees_nothing_is_said_at_the_top_whatever_else_is(
    url: str, page: Page, database: Connection
) -> None:
    await add_feeder_failure(database)
    blind = {"resource": "collector:north", "severity": "critical", "qualifier": "cut-off"}
    await add_alarm(database, "A7", "", "collector-silent", **blind)
    await page.goto(url)
    heading = page.get_by_role("heading", level=1)
    await expect(heading).to_have_text(
        "1 site runs out within the hour; 1 has a crew under way. 1 site is down. 1 collector sees nothing."
    )
    await heading.get_by_role("link", name="1 collector sees nothing.").click()
    await expect(row(page, "A7")).to_contain_text("cut off from its devices")
    await expect(row(page, "A3")).to_have_count(0)
