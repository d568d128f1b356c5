"""Figures of reports against a second, naive count of the same story: minute by minute, one by one, in plain Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboards.reports import BY_ID
from dashboards.reports.model import Asked, By
from dashboards.reports.run import rows_of
from dashboards.reports.shape import shaped
from guywire.database import Connection

START = datetime(2026, 10, 1, 10, tzinfo=UTC)
DAYS = 3
PERIOD = DAYS * 1440
STANDS = (("S1", "Red"), ("S1", "Blue"), ("S2", "Red"), ("S3", "Blue"))

checked = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
minutes = st.integers(-PERIOD, 2 * PERIOD)


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


async def insert(connection: Connection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    for row in rows:
        names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
        await connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})".encode(), list(row.values()))


def site_row(site: str) -> dict[str, Any]:
    return {
        "site_id": site, "name": site, "latitude": 31, "longitude": 121, "region": "a/b/c", "domain": "a/b",
        "site_class": "B", "time_zone": "UTC", "known_since": at(-9 * PERIOD),
    }  # fmt: skip


def incident_row(number: int, site: str, kind: str, opened: int) -> dict[str, Any]:
    return {
        "incident_id": f"I{number}", "state": "closed", "domain": "a/b", "title": "x", "severity": "major",
        "opened_at": at(opened), "closed_at": at(opened + 9999), "root_kind": "alarm", "root_site_id": site,
        "root_resource": "r", "root_alarm_type": kind,
    }  # fmt: skip


async def ask(connection: Connection, report: str, by: By, now: int) -> Mapping[str, Any]:
    asked = Asked(START, at(PERIOD), "", by, "UTC")
    return shaped(BY_ID[report], asked, await rows_of(connection, BY_ID[report], asked, at(now)))


class Down(NamedTuple):
    site: str
    since: int
    lasted: int | None


def stays(edges: list[int]) -> list[tuple[int, int | None]]:
    """Comes at the first, leaves at the second, comes back at the third...; stays where it did not leave."""
    return [(since, until) for since, until in zip_longest(edges[::2], edges[1::2]) if since is not None]


tenancies = st.lists(st.lists(minutes, max_size=5, unique=True).map(sorted).map(stays), min_size=4, max_size=4)
outages = st.lists(
    st.builds(Down, st.sampled_from(["S1", "S2", "S3"]), minutes, st.none() | st.integers(1, PERIOD)), max_size=8
)


@checked
@given(tenancies, outages, st.integers(1, 2 * PERIOD))
async def test_availability_is_what_counting_each_minute_of_each_tenancy_gives(
    connection: Connection, comings: list[list[tuple[int, int | None]]], story: list[Down], now: int
) -> None:
    async with connection.transaction(force_rollback=True):
        await insert(connection, "core.site", [site_row(site) for site in ("S1", "S2", "S3")])
        await insert(connection, "core.tenancy", [
            {"site_id": site, "tenant": tenant, "since": at(since), "until": None if until is None else at(until)}
            for (site, tenant), stood in zip(STANDS, comings, strict=True) for since, until in stood
        ])  # fmt: skip
        await insert(connection, "correlation.incident",
                     [incident_row(n, one.site, "link-down", one.since) for n, one in enumerate(story)])  # fmt: skip
        await insert(connection, "correlation.outage", [
            {"incident_id": f"I{n}", "site_id": one.site, "started_at": at(one.since),
             "ended_at": None if one.lasted is None else at(one.since + one.lasted)}
            for n, one in enumerate(story)
        ])  # fmt: skip
        shown = await ask(connection, "availability", By.TENANT, now)
    due, down = dict.fromkeys(("Red", "Blue"), 0), dict.fromkeys(("Red", "Blue"), 0)
    for (site, tenant), stood in zip(STANDS, comings, strict=True):
        for minute in range(min(PERIOD, now)):
            if any(since <= minute and (until is None or minute < until) for since, until in stood):
                due[tenant] += 1
                down[tenant] += any(
                    one.since <= minute < (now if one.lasted is None else one.since + one.lasted)
                    for one in story
                    if one.site == site
                )
    assert {item["id"] for item in shown["items"]} == {tenant for tenant, minutes in due.items() if minutes}
    for item in shown["items"]:
        assert item["available"] == pytest.approx(100 * (1 - down[item["id"]] / due[item["id"]]), abs=1e-4)
        assert (item["due"], item["down"]) == (due[item["id"]], pytest.approx(down[item["id"]]))
    for name, counted in (("due", due), ("down", down)):
        assert sum(point[name] or 0 for point in shown["trend"]) == pytest.approx(sum(counted.values()))


hours = st.integers(0, DAYS * 24 - 1)
people = st.sampled_from(["ann", "ben"])


@checked
@given(
    st.lists(st.integers(0, PERIOD - 1), max_size=60),
    st.lists(st.tuples(people, st.integers(0, PERIOD - 1)), max_size=8),
    st.sets(st.tuples(people, hours), max_size=8),
)
async def test_the_alarm_load_is_what_counting_each_hour_by_hand_gives(
    connection: Connection, alarms: list[int], acts: list[tuple[str, int]], open_consoles: set[tuple[str, int]]
) -> None:
    async with connection.transaction(force_rollback=True):
        await insert(connection, "core.site", [site_row("S1")])
        for name in ("ann", "ben"):
            await insert(connection, "core.account", [{"name": name, "role": "noc_operator", "password_hash": "x"}])
        await insert(connection, "correlation.alarm", [
            {"alarm_id": f"A{n}", "site_id": "S1", "resource": f"r{n}", "alarm_type": "link-down", "qualifier": "",
             "domain": "a/b", "severity": "major", "raised_at": at(one), "received_at": at(one), "changed_at": at(one)}
            for n, one in enumerate(alarms)
        ])  # fmt: skip
        await insert(connection, "core.audit", [
            {"at": at(minute), "actor": name, "action": "x", "object_kind": "alarm", "object_id": "A0"}
            for name, minute in acts
        ])  # fmt: skip
        await insert(connection, "centre.presence",
                     [{"hour": at(60 * hour), "account": name} for name, hour in open_consoles])  # fmt: skip
        shown = (await ask(connection, "alarm_load", By.OPERATOR, 2 * PERIOD))["total"]
    there: dict[int, set[str]] = {hour: set() for hour in range(DAYS * 24)}
    for name, hour in [*open_consoles, *((name, minute // 60) for name, minute in acts)]:
        there[hour].add(name)
    heard = [alarm for alarm in alarms if there[alarm // 60]]
    worked = sum(map(len, there.values()))
    slots = [(len(there[slot // 6]), sum(alarm // 10 == slot for alarm in alarms)) for slot in range(DAYS * 144)]
    assert (shown["n"], shown["hours"], shown["unheard"]) == (len(alarms), worked, len(alarms) - len(heard))
    assert shown["unmanned"] == sum(not names for names in there.values())
    assert shown["load"] == (pytest.approx(len(heard) / worked, abs=1e-4) if worked else None)
    floods = sum(count > 10 * crew for crew, count in slots if crew)
    manned = sum(crew > 0 for crew, _ in slots)
    assert shown["flood"] == (pytest.approx(100 * floods / manned, abs=1e-4) if manned else None)


@checked
@given(
    st.lists(
        st.tuples(st.sampled_from(["S1", "S2"]), st.sampled_from(["link-down", "smoke"]), st.integers(-50, DAYS * 2)),
        max_size=12,
    )
)
async def test_repeats_are_what_looking_back_from_each_fault_gives(
    connection: Connection, faults: list[tuple[str, str, int]]
) -> None:
    async with connection.transaction(force_rollback=True):
        await insert(connection, "core.site", [site_row("S1"), site_row("S2")])
        story = [(site, kind, day * 1440 + number) for number, (site, kind, day) in enumerate(faults)]
        await insert(connection, "correlation.incident",
                     [incident_row(number, *one) for number, one in enumerate(story)])  # fmt: skip
        shown = (await ask(connection, "repeats", By.SITE, PERIOD))["total"]
    counted = [one for one in story if 0 <= one[2] < PERIOD]
    again = [
        (site, kind, minute) for site, kind, minute in counted
        if any((site, kind) == other[:2] and 0 < minute - other[2] <= 30 * 1440 for other in story)
    ]  # fmt: skip
    assert (shown["n"], shown["hits"] or 0) == (len(counted), len(again))
