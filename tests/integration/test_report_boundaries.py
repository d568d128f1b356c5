"""Where a report begins and ends to count: what was not known, who was not there, what came again, what is long ago."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashboards.centre.presence import note_presence
from dashboards.reports import BY_ID
from dashboards.reports.model import Asked, By
from dashboards.reports.run import facts_of, rows_of
from dashboards.reports.shape import shaped, table
from dashboards.reports.voltage import roll_voltage
from guywire.database import Connection
from guywire.identity import User
from guywire.model import Role
from tests.integration.report_month import (
    NOW,
    START,
    UNTIL,
    add_alarm,
    add_fault,
    add_visit,
    ask,
    at,
    know,
    picked,
    put,
)
from tests.integration.small_province import ELSEWHERE, REGION


async def test_whoever_goes_again_for_the_same_ticket_goes_for_a_new_need_and_still_goes_again(
    month: Connection,
) -> None:
    await month.execute("DELETE FROM dispatch.work_order")
    need = {"ticket_id": "T1", "site_id": "S1", "domain": "south/harbour", "alarm_type": "mains-failure",
            "summary": "x", "priority": 2, "state": "met", "opened_at": at(days=1)}  # fmt: skip
    for number, kind in ((11, "inspect"), (12, "generator")):
        await put(month, "correlation.need", need_id=f"N{number}", kind=kind, **need)
    await add_visit(month, 1, 1, "S1", at(days=1))
    await add_visit(month, 2, 3, "S1", at(days=9))
    await add_visit(month, 3, 12, "S1", at(days=10), ticket_id="T1")
    whole = {"K1": (100, 2, 2)}  # a generator that was brought is no repair, nor one that did not hold
    assert picked(await ask(month, "first_time_fix", By.TECHNICIAN), "share", "hits", "n").items() >= whole.items()
    await add_visit(month, 4, 11, "S1", at(days=12), ticket_id="T1")
    again = {"K1": (50, 1, 2)}
    assert picked(await ask(month, "first_time_fix", By.TECHNICIAN), "share", "hits", "n").items() >= again.items()


async def test_an_alarm_that_comes_back_does_not_undo_when_it_was_first_acknowledged(month: Connection) -> None:
    await month.execute("UPDATE correlation.alarm SET acknowledged_at = NULL, acknowledged_by = ''")
    for minutes, actor in ((40, "ben"), (25, "ann")):
        await put(month, "core.audit", at=at(days=9, minutes=minutes), actor=actor, action="AcknowledgeAlarm",
                  object_kind="alarm", object_id="A3")  # fmt: skip
    shown = picked(await ask(month, "acknowledge", By.OPERATOR), "mean", "n")
    assert shown["ann"] == (25, 1)


async def test_who_was_there_before_more_was_wanted_arrived_at_once_and_what_was_met_unseen_waits_no_more(
    month: Connection,
) -> None:
    await month.execute("UPDATE correlation.need SET opened_at = %s WHERE need_id = 'N1'", (at(days=1, hours=1),))
    shown = await ask(month, "arrive", By.AREA)
    assert picked(shown, "mean", "n", "missing") == {"": (45, 2, 0), REGION: (45, 2, 0)}
    await month.execute("UPDATE correlation.need SET state = 'open' WHERE need_id = 'N4'")
    assert picked(await ask(month, "arrive", By.AREA), "n", "missing")[ELSEWHERE] == (0, 1)


async def test_an_outage_of_last_year_still_explains_a_complaint_and_one_site_wants_a_problem_not_three(
    month: Connection,
) -> None:
    for number, days in ((7, -70), (8, -95)):
        await add_fault(month, number, "S2", at(days=days), kind="link-down")
    for number, incident in enumerate(["I7", "I7", "I3"]):
        await put(month, "complaints.complaint", complaint_id=f"C{number}", state="open", channel="phone", text="x",
                  site_id="S1", incident_id=incident, registered_at=at(days=9), registered_by="ann")  # fmt: skip
    names = ("n", "linked", "repeated", "wants_problem")
    shown = picked(await ask(month, "complaints", By.ALARM_TYPE), *names)
    assert shown == {"": (3, 3, 3, False), "link-down": (2, 2, 2, False), "mains-failure": (1, 1, 1, False)}
    await month.execute("UPDATE complaints.complaint SET incident_id = 'I7'")
    assert picked(await ask(month, "complaints", By.ALARM_TYPE), "wants_problem") == {"": (True,), "link-down": (True,)}


async def test_time_in_which_a_site_was_not_known_is_no_data_and_not_availability(month: Connection) -> None:
    await know(month, at(days=1, hours=3), "S1")
    await know(month, UNTIL + timedelta(days=1), "S2")
    shown = await ask(month, "availability", By.SITE, tenant="Red")
    due = (31 * 24 - 27) * 60
    assert picked(shown, "due", "down", "n", "sites")["S1"] == (due, (3 + 1) * 60, 3, 1)
    assert [item["id"] for item in shown["items"]] == ["S1"]  # there was no S2 in October
    assert picked(shown, "available", "sites")[""] == (round(100 * (1 - 240 / due), 4), 1)
    assert [point["available"] for point in shown["trend"]][:1] == [None]
    assert sum(point["due"] for point in shown["trend"]) == due
    asked = Asked(START, UNTIL, "", By.SITE, "UTC", "Red")
    facts = await facts_of(month, BY_ID["availability"], asked, "S1", NOW)
    assert sum(fact["value"] for fact in facts) == (1 + 3 + 1) * 60
    nowhere = await ask(month, "availability", By.SITE, tenant="Green")
    assert picked(nowhere, "available", "met", "n", "sites") == {"": (None, None, None, 0)}


async def test_a_tenants_figure_without_data_is_said_to_have_none(month: Connection) -> None:
    await month.execute("UPDATE core.contract SET voltage_low = 43, voltage_high = 60")
    shown = await ask(month, "voltage", By.TENANT)
    assert "Red,Red,no data" in table(BY_ID["voltage"], shown)


async def test_a_site_that_is_retired_leaves_the_months_before_as_they_were(month: Connection) -> None:
    before = await ask(month, "availability", By.TENANT)

    async def retired(when: datetime) -> Mapping[str, Any]:
        async with month.transaction(force_rollback=True):
            await month.execute("UPDATE core.site SET retired_at = %s", (when,))
            return await ask(month, "availability", By.TENANT)

    assert await retired(UNTIL + timedelta(days=1)) == before
    shown = await retired(at(days=9, minutes=30))
    assert picked(shown, "due", "down")["Blue"] == ((9 * 24 + 0.5) * 60, (6 + 0.5) * 60)
    assert (await retired(START))["items"] == []


async def test_a_promise_is_kept_to_the_minute_and_held_against_nobody_who_was_promised_nothing(
    month: Connection,
) -> None:
    await month.execute("UPDATE core.contract SET availability = 1 - 8.0 / (2 * 31 * 24)")
    red = picked(await ask(month, "availability", By.TENANT), "available", "promised", "met")["Red"]
    assert red[0] == red[1]
    assert red[2] is True
    area = picked(await ask(month, "availability", By.AREA), "promised", "met")
    assert area[REGION] == (None, None)  # Blue has equipment there, and no contract


async def test_a_month_of_a_zone_ends_where_the_next_begins(month: Connection) -> None:
    since, until = datetime(2026, 1, 31, 16, tzinfo=UTC), datetime(2026, 5, 31, 16, tzinfo=UTC)
    await know(month, since)
    asked = Asked(since, until, "", By.TENANT, "Asia/Shanghai")
    rows = await rows_of(month, BY_ID["availability"], asked, NOW)
    trend = shaped(BY_ID["availability"], asked, rows)["trend"]
    assert [point["due"] / 3 / 1440 for point in trend] == [28, 31, 30, 31]  # February to May, three tenancies


async def test_the_proof_of_voltage_begins_when_the_site_was_first_known_and_gaps_do_too(month: Connection) -> None:
    await put(month, "core.contract", tenant="Blue", region="", severity="", voltage_low=43, voltage_high=60)
    known = UNTIL - timedelta(days=2, hours=5)
    await know(month, known, "S1")
    assert await roll_voltage(month, UNTIL) == 3  # by the clock of Shanghai: part of a day, a day, part of one
    assert await roll_voltage(month, UNTIL) == 1
    shown = await ask(month, "voltage", By.TENANT)
    assert picked(shown, "gap", "measured", "within")["Blue"] == ((2 * 24 + 5) * 60, 0, None)


async def test_alarms_are_shared_among_those_who_were_there_and_hours_with_nobody_stand_beside(
    month: Connection,
) -> None:
    for name in ("ann", "ben"):
        await put(month, "core.account", name=name, role="noc_operator", password_hash="none", disabled_at=NOW)
        await put(month, "core.audit", at=at(days=2, minutes=5), actor=name, action="AcknowledgeAlarm",
                  object_kind="alarm", object_id="A1")  # fmt: skip
    await put(month, "core.account", name="wes", role="complaint_agent", password_hash="none")
    ann, wes = User("ann", Role.NOC_OPERATOR, "", "", ""), User("wes", Role.COMPLAINT_AGENT, "", "", "")
    for minute in (1, 2):
        await note_presence(month, [ann, ann, wes], at(days=2, hours=1, minutes=minute))  # quiet, but somebody is there
    for number in range(30):
        await add_alarm(month, f"B{number}", "S2", at(days=2, minutes=number / 10), resource=f"r{number}")
    shown = await ask(month, "alarm_load", By.OPERATOR)
    people = picked(shown, "load", "over_most", "peak", "hours", "acts", "acknowledged")
    assert people["ann"] == (7.5, 50, 15, 2, 1, 1)
    assert people["ben"] == (15, 100, 15, 1, 1, 1)
    assert set(people) == {"", "ann", "ben"}
    hours = 31 * 24
    assert picked(shown, "n", "load", "over_most", "hours", "unmanned", "unheard")[""] == (32, 10, 50, 3, hours - 2, 2)
    assert shown["total"]["flood"] == pytest.approx(100 / 12, abs=0.001)
    days = [(point["at"][:10], point["load"]) for point in shown["trend"] if point["load"] is not None]
    assert days == [("2026-10-03", 10)]


async def test_an_area_bears_its_alarms_with_whoever_may_act_there(month: Connection) -> None:
    for name, region in (("all", ""), ("here", REGION), ("there", ELSEWHERE)):
        await put(month, "core.account", name=name, role="noc_operator", password_hash="none", region=region)
        await put(month, "core.audit", at=at(days=1, minutes=5), actor=name, action="x", object_kind="alarm",
                  object_id="A1")  # fmt: skip
    shown = await ask(month, "alarm_load", By.OPERATOR, region=REGION)
    assert picked(shown, "load", "hours") == {"": (0.5, 2), "here": (0.5, 1)}
