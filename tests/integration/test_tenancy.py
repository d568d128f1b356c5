"""Who stood on which site from when until when: written by every load, and what months and figures make of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboards.reports.model import By
from dashboards.reports.voltage import roll_voltage
from dashboards.tenants.figures import figures
from guywire.database import Connection
from guywire.identity import User
from guywire.inventory import Inventory, Site
from guywire.inventory.store import load_inventory
from guywire.model import Role
from tests.integration.report_month import NOW, UNTIL, add_fault, ask, at, picked, put, stood

Stay = tuple[str, str, datetime, datetime | None]
"""A site, a tenant, since when, until when."""


async def tenancy(connection: Connection) -> list[Stay]:
    rows = await connection.execute("SELECT site, tenant, since, until FROM views.tenancy ORDER BY site, tenant, since")
    return [(row["site"], row["tenant"], row["since"], row["until"]) for row in await rows.fetchall()]


async def load(connection: Connection, tenants: Mapping[str, tuple[str, ...]]) -> datetime:
    """Loads exactly these sites; returns the load's own time."""
    sites = {
        key: Site(key, key, 31, 121, "p/c/a", "B", time_zone="UTC", tenants=named) for key, named in tenants.items()
    }
    async with connection.transaction():
        row = await (await connection.execute("SELECT now() AS now")).fetchone()
        assert row is not None
        await load_inventory(connection, Inventory(sites=sites), True, row["now"])
        return datetime.fromisoformat(row["now"].isoformat())


async def test_a_tenant_that_leaves_and_comes_back_stood_there_twice_and_the_same_files_change_nothing(
    connection: Connection,
) -> None:
    first = await load(connection, {"S1": ("Red", "Blue", "Red")})
    await load(connection, {"S1": ("Red", "Blue", "Red")})
    left = await load(connection, {"S1": ("Red",)})
    back = await load(connection, {"S1": ("Blue", "Red")})
    known = [("S1", "Blue", first, left), ("S1", "Blue", back, None), ("S1", "Red", first, None)]
    assert await tenancy(connection) == known
    await load(connection, {"S1": ("Blue", "Red")})
    assert await tenancy(connection) == known


async def test_who_came_and_left_within_one_transaction_was_never_there(connection: Connection) -> None:
    async with connection.transaction():
        await load(connection, {"S1": ("Red",)})
        await connection.execute("UPDATE core.site SET tenants = '{Blue}'")
    assert [(tenant, until) for _, tenant, _, until in await tenancy(connection)] == [("Blue", None)]


async def test_a_load_that_began_before_another_ended_never_makes_anybody_stand_twice(connection: Connection) -> None:
    await load(connection, {"S1": ("Red",)})
    later = NOW + timedelta(days=3650)
    await connection.execute("UPDATE core.tenancy SET until = %s", (later,))
    await load(connection, {"S1": ("Red", "Blue")})
    assert [since for _, tenant, since, until in await tenancy(connection) if tenant == "Red" and until is None] == [
        later
    ]


whose = st.lists(st.sampled_from(["Red", "Blue", "Green"]), max_size=3, unique=True).map(tuple)
inventories = st.dictionaries(st.sampled_from(["S1", "S2"]), whose, min_size=1)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(inventories, min_size=1, max_size=7))
async def test_any_loads_leave_what_going_through_them_one_by_one_gives(
    connection: Connection, loads: list[dict[str, tuple[str, ...]]]
) -> None:
    await connection.execute("DELETE FROM core.tenancy")
    await connection.execute("DELETE FROM core.site")
    expected: list[Stay] = []
    standing: dict[tuple[str, str], datetime] = {}
    for one in loads:
        when = await load(connection, one)
        there = {(site, tenant) for site, named in one.items() for tenant in named}
        expected += [(*gone, standing.pop(gone), when) for gone in standing.keys() - there]
        standing |= dict.fromkeys(there - standing.keys(), when)
    expected += [(*key, since, None) for key, since in standing.items()]
    assert await tenancy(connection) == sorted(expected, key=lambda stay: stay[:3])


LEFT, CAME = at(days=9, minutes=30), at(days=19, hours=6)
"""On the tenth, in the middle of an outage; on the twentieth, in the middle of another."""


@pytest.fixture
async def moves(month: Connection) -> Connection:
    """The month with Blue gone from S1 on the tenth and Green there from the twentieth; voltage falls as Blue goes."""
    await month.execute("UPDATE core.tenancy SET until = %s WHERE tenant = 'Blue'", (LEFT,))
    await stood(month, "S1", "Green", CAME)
    await month.execute("UPDATE core.site SET tenants = '{Red,Green}' WHERE site_id = 'S1'")
    await add_fault(month, 5, "S1", CAME - timedelta(hours=2), hours=4)
    await month.execute("DELETE FROM core.contract")
    for tenant in ("Red", "Blue", "Green"):
        await put(month, "core.contract", tenant=tenant, region="", severity="", voltage_low=43, voltage_high=60,
                  availability=0.998)  # fmt: skip
    name = {"site_id": "S1", "resource": "rectifier-1", "metric": "dc-output-voltage", "qualifier": ""}
    await put(month, "collectors.latest_reading", **name, at=NOW, value=54, state="", health="ok", label="", unit="V")
    for minute in range(-60, 65, 5):
        when = LEFT + timedelta(minutes=minute)
        await put(month, "collectors.sample", **name, at=when, value=54 if minute < 0 else 42, state="")
    await roll_voltage(month, NOW)
    return month


async def test_a_month_counts_for_each_tenant_as_long_as_it_stood_there(moves: Connection) -> None:
    hour = 60
    shown = await ask(moves, "availability", By.TENANT)
    assert picked(shown, "due", "down", "n", "sites") == {
        "": ((2 * 744 + 216.5 + 282) * hour, (12 + 6.5 + 2) * hour, 5 + 3 + 1, 2),
        "Red": (2 * 744 * hour, 12 * hour, 5, 2),
        "Blue": (216.5 * hour, 6.5 * hour, 3, 1),
        "Green": (282 * hour, 2 * hour, 1, 1),
    }
    for name in ("due", "down"):
        assert sum(point[name] for point in shown["trend"]) == pytest.approx(shown["total"][name])
    assert picked(shown, "available")["Blue"] == (pytest.approx(100 * (1 - 6.5 / 216.5), abs=1e-4),)
    assert picked(await ask(moves, "availability", By.SITE, tenant="Green"), "due")["S1"] == (282 * hour,)


async def test_voltage_is_proved_to_each_tenant_as_long_as_it_stood_there(moves: Connection) -> None:
    shown = await ask(moves, "voltage", By.TENANT)
    names = ("measured", "within", "lowest", "sites")
    assert picked(shown, *names)["Blue"] == (60, 100, 54, 1)  # what fell when it had gone is none of its
    assert picked(shown, *names)["Red"] == (120, 50, 42, 2)
    assert picked(shown, *names)["Green"] == (0, None, None, 1)
    # by the days of Shanghai: from the second of October, and until the second of November begins there
    lasted = {"Blue": LEFT - at(hours=16), "Green": UNTIL + timedelta(hours=16) - CAME}
    for tenant, time in lasted.items():
        [(measured, gap)] = [picked(shown, "measured", "gap")[tenant]]
        assert (measured + gap) * 60 == time.total_seconds()
    assert await roll_voltage(moves, NOW) == 2  # the day that is not over at either site


async def test_a_month_that_is_over_does_not_change_when_tenants_come_and_go_today(moves: Connection) -> None:
    async def told() -> list[Any]:
        users = [User(name.lower(), Role.TENANT, "", "", name) for name in ("Red", "Blue", "Green")]
        reports = [await ask(moves, name, by) for name in ("availability", "voltage") for by in (By.TENANT, By.SITE)]
        return [*reports, *[(await figures(moves, user, 2, "UTC", NOW))["items"][1] for user in users]]

    before = await told()
    await moves.execute("UPDATE core.site SET tenants = '{Blue,White}' WHERE site_id = 'S1'")
    await moves.execute("UPDATE core.site SET retired_at = now() WHERE site_id = 'S2'")
    await put(moves, "core.contract", tenant="White", region="", severity="", voltage_low=44, voltage_high=60,
              availability=0.9)  # fmt: skip
    await roll_voltage(moves, NOW)
    assert await told() == before


async def test_a_month_in_which_a_tenant_stood_nowhere_has_no_figures(moves: Connection) -> None:
    blue = User("blue", Role.TENANT, "", "", "Blue")
    november, october = (await figures(moves, blue, 2, "UTC", NOW))["items"]
    assert {value for name in ("availability", "voltage", "breaches") for value in november[name].values()} == {None}
    assert october["availability"]["down"] == 6.5 * 60
    assert october["breaches"] == {"accept": 0, "arrive": 0, "restore": 0}


async def test_a_month_that_begins_in_an_hour_that_comes_twice_has_its_figures(moves: Connection) -> None:
    red = User("red", Role.TENANT, "", "", "Red")
    [november] = (await figures(moves, red, 1, "America/Havana", NOW))["items"]
    assert november["availability"]["sites"] == 2


async def test_what_began_before_a_tenant_came_breaks_nothing_of_its(moves: Connection) -> None:
    for number, began in enumerate((CAME - timedelta(hours=1), CAME + timedelta(hours=1))):
        await put(moves, "dispatch.clock", clock_id=f"X{number}", ticket_id="T5", kind="restore", site_id="S1",
                  domain="south/harbour", started_at=began, term_minutes=60, time_zone="UTC", severity="major",
                  site_class="A", state="running", tenant="Green", breached_at=at(days=21))  # fmt: skip
    green = User("green", Role.TENANT, "", "", "Green")
    assert (await figures(moves, green, 2, "UTC", NOW))["items"][1]["breaches"]["restore"] == 1
