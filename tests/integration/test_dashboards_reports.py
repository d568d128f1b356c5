"""Reports count what they say they count: known facts in, known figures out; and nobody reads beyond their region."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from dashboards.reports import BY_ID, REPORTS
from dashboards.reports.model import Asked, By
from dashboards.reports.run import facts_of
from dashboards.reports.voltage import roll_voltage
from guywire.database import Connection
from guywire.model import Role
from tests.integration.report_month import (
    NOW,
    START,
    UNTIL,
    add_alarm,
    add_fault,
    ask,
    at,
    picked,
    put,
)
from tests.integration.running_console import running_console
from tests.integration.small_province import ELSEWHERE, REGION, add_account


async def test_times_are_told_as_mean_median_and_p90_with_what_has_none_beside(month: Connection) -> None:
    acknowledged = await ask(month, "acknowledge", By.AREA)
    assert picked(acknowledged, "mean", "median", "n", "missing") == {
        "": (10, 10, 1, 3), REGION: (10, 10, 1, 2), ELSEWHERE: (None, None, 0, 1),
    }  # fmt: skip
    restored = await ask(month, "restore", By.AREA)
    assert picked(restored, "mean", "median", "p90", "n") == {
        "": (150, 150, 240, 4), REGION: (180, 240, 240, 3), ELSEWHERE: (60, 60, 60, 1),
    }  # fmt: skip
    arrived = await ask(month, "arrive", By.COMPANY)
    assert picked(arrived, "mean", "n", "missing")["=Ltd"] == (60, 2, 0)  # 30 min, and 90 min for the third
    assert [point["n"] for point in restored["trend"]] == [2, 2]


async def test_only_the_visit_after_which_nobody_went_again_fixed_it_at_once(month: Connection) -> None:
    assert picked(await ask(month, "first_time_fix", By.TECHNICIAN), "share", "hits", "n")["K1"] == (33.3, 1, 3)


async def test_a_fault_that_was_there_thirty_days_before_is_a_repeat(month: Connection) -> None:
    shown = await ask(month, "repeats", By.ALARM_TYPE)
    assert picked(shown, "hits", "n") == {"": (1, 4), "mains-failure": (1, 3), "link-down": (0, 1)}
    asked = Asked(START, UNTIL, "", By.ALARM_TYPE, "UTC")
    facts = await facts_of(month, BY_ID["repeats"], asked, "mains-failure", NOW)
    assert [(fact["object"], fact["ok"]) for fact in facts] == [("I3", True), ("I4", False), ("I1", False)]


async def test_overlapping_outages_count_once_and_for_each_tenant_that_had_them(month: Connection) -> None:
    hours = 31 * 24
    shown = await ask(month, "availability", By.TENANT)
    down = {"Red": 6 + 1 + 1, "Blue": 6 + 1}
    sites = {"Red": 2, "Blue": 1}
    for tenant in down:
        row = picked(shown, "down", "sites", "available")[tenant]
        assert row == (down[tenant] * 60, sites[tenant], round(100 * (1 - down[tenant] / (sites[tenant] * hours)), 4))
    by_site = await ask(month, "availability", By.SITE, tenant="Red")
    assert picked(by_site, "promised", "met", "n") == {
        "": (None, None, 4), "S1": (99.8, False, 3), "S2": (99.0, True, 1),
    }  # fmt: skip
    assert sum(point["down"] for point in shown["trend"]) == pytest.approx(15 * 60)


async def test_what_befell_one_tenants_equipment_alone_is_no_outage_of_the_other(month: Connection) -> None:
    await put(month, "core.resource", site_id="S1", resource="bts-red", kind="base_station", tenant="Red")
    await add_fault(month, 5, "S1", at(days=20), hours=3, kind="base-station-down")
    await add_alarm(
        month, "A5", "S1", at(days=20), incident_id="I5", resource="bts-red", alarm_type="base-station-down"
    )
    down = picked(await ask(month, "availability", By.TENANT), "down")
    assert (down["Red"], down["Blue"]) == ((11 * 60,), (7 * 60,))


async def test_voltage_is_proved_by_minutes_within_and_gaps_are_told(month: Connection) -> None:
    await put(month, "core.contract", tenant="Blue", region="", severity="", voltage_low=43, voltage_high=60,
              availability=0.998)  # fmt: skip
    name = {"site_id": "S1", "resource": "rectifier-1", "metric": "dc-output-voltage", "qualifier": ""}
    await put(month, "collectors.latest_reading", **name, at=NOW, value=54, state="", health="ok", label="", unit="V")
    day = datetime(2026, 10, 9, 16, tzinfo=UTC)  # the tenth begins in Shanghai
    readings = [54.0] * 12 + [42.0] * 3 + [54.0] * 46  # every five minutes for five hours: fifteen minutes too low
    for place, value in enumerate(readings):
        when = day + timedelta(minutes=5 * place + (60 if place > 30 else 0))  # an hour is missing
        await put(month, "collectors.sample", **name, at=when, value=value, state="")
    assert await roll_voltage(month, NOW) > 30
    assert await roll_voltage(month, NOW) == 1  # only the day that is not over
    shown = await ask(month, "voltage", By.SITE)
    assert picked(shown, "measured", "lowest", "highest", "limits", "met")["S1"] == (295, 42, 54, "43–60 V", False)
    assert shown["items"][0]["within"] == pytest.approx(100 * 280 / 295, abs=0.001)
    days = shown["trend"]
    assert sum(point["gap"] + point["measured"] for point in days) == len(days) * 1440
    assert [point["within"] for point in days].count(None) == len(days) - 1


async def test_the_worst_sites_and_what_explains_complaints(month: Connection) -> None:
    for number, incident in enumerate(["I3", "I3", "I3", "I1", None]):
        await put(month, "complaints.complaint", complaint_id=f"C{number}", state="closed", channel="phone", text="x",
                  site_id="S1", incident_id=incident, registered_at=at(days=9), registered_by="ann",
                  satisfaction=number + 1, satisfied_at=at(days=10))  # fmt: skip
    worst = await ask(month, "bad_sites", By.SITE)
    assert picked(worst, "down", "outages", "faults", "visits", "complaints")["S1"] == (7 * 60, 3, 3, 3, 5)
    causes = await ask(month, "complaints", By.ALARM_TYPE)
    names = ("n", "incidents", "per_outage", "repeated", "wants_problem")
    rows = [tuple(row[name] for name in names) for row in (causes["total"], *causes["items"])]
    assert rows == [(5, 2, 2.0, 3, True), (4, 2, 2.0, 3, True), (1, 0, None, 0, False)]
    said = (await ask(month, "satisfaction", By.AREA))["total"]
    assert (said["mean"], said["satisfied"], said["dissatisfied"], said["n"]) == (3, 40, 2, 5)


async def test_every_report_answers_for_every_grouping_and_an_area_manager_stays_in_the_area(
    month: Connection, database_url: str
) -> None:
    period = {"from": START.isoformat(), "until": UNTIL.isoformat(), "zone": "Asia/Shanghai"}
    manager = await add_account(month, Role.AREA_MANAGER)
    async with running_console(database_url) as console, console.client(manager) as client:
        listed = (await client.get("/api/v1/reports")).json()["items"]
        assert [one["id"] for one in listed] == [report.id for report in REPORTS]
        for report in REPORTS:
            for by in report.by:
                answer = await client.get(f"/api/v1/reports/{report.id}", params=period | {"by": str(by)})
                assert answer.status_code == 200, answer.text
                facts = await client.get(f"/api/v1/reports/{report.id}/facts", params=period | {"by": str(by)})
                assert facts.status_code == (200 if report.facts else 404), facts.text
                assert ELSEWHERE not in answer.text + facts.text
                assert "S2" not in answer.text + facts.text
        refused = [
            await client.get("/api/v1/reports/restore", params=params)
            for params in (
                {"region": ELSEWHERE}, {"by": "tenant"}, {"tenant": "Red"}, {"zone": "Moon/Sea"}, {"from": "x"},
                {"from": UNTIL.isoformat(), "until": START.isoformat()},
            )
        ]  # fmt: skip
        assert [one.status_code for one in refused] == [403, 422, 422, 422, 422, 422]
        assert (await client.get("/api/v1/reports/nothing")).status_code == 404


async def test_a_table_holds_nothing_that_a_spreadsheet_would_run(month: Connection, database_url: str) -> None:
    leader = await add_account(month, Role.SHIFT_LEADER)
    params = {"from": START.isoformat(), "until": UNTIL.isoformat(), "by": "company", "csv": "true"}
    async with running_console(database_url) as console, console.client(leader) as client:
        answer = await client.get("/api/v1/reports/first_time_fix", params=params)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    [row] = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (row["id"], row["name"], row["share"], row["n"]) == ("'=Ltd", "'=Ltd", "33.3", "3")
