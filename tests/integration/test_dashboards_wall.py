"""The emergency view's and the wall's figures: what counts where, what runs out first, and nobody else's region."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from guywire.database import Connection
from guywire.model import Role
from tests.integration.running_console import Console, running_console
from tests.integration.small_province import (
    ELSEWHERE,
    NOW,
    REGION,
    add_account,
    add_alarm,
    add_incident,
    add_outage,
    add_site,
    add_technician,
    add_ticket,
)

SOON, LATER = NOW + timedelta(minutes=50), NOW + timedelta(hours=5)


@pytest.fixture
async def console(database_url: str) -> AsyncIterator[Console]:
    async with running_console(database_url) as console:
        yield console


@pytest.fixture(autouse=True)
async def network(connection: Connection) -> None:
    """Four sites without mains: of the quay one is down, one runs out soon, one later; one of the hills."""
    for site, region in (("S1", REGION), ("S2", REGION), ("S3", REGION), ("S4", ELSEWHERE)):
        await add_site(connection, site, region)
    await add_incident(connection, "I1", "S1")
    await add_incident(connection, "I4", "S4")
    for site in ("S1", "S2", "S3", "S4"):
        incident = "I4" if site == "S4" else "I1"
        await add_alarm(connection, f"A-{site}", site, incident=incident, severity="critical")
    lately = datetime.now(UTC) - timedelta(minutes=4)  # and not of NOW, which the whole suite may be behind
    await add_outage(connection, "I1", "S1", lately, started=True)
    await add_outage(connection, "I1", "S2", LATER)
    await add_outage(connection, "I1", "S3", SOON)
    await add_outage(connection, "I4", "S4", SOON)
    await add_ticket(connection, "K1", "I1", "S1")
    await connection.execute("UPDATE correlation.ticket SET customers = 70 WHERE ticket_id = 'K1'")
    await connection.execute("INSERT INTO core.site_customers VALUES ('S1', 40), ('S2', 30), ('S3', 5), ('S4', 9)")
    await add_technician(connection, "T1")
    await connection.execute(
        "INSERT INTO dispatch.work_order (work_order_id, domain, ticket_id, site_id, technician_id, need_ids, state,"
        " priority, summary, offered_at, en_route_at, travel_minutes, distance_km, planned_arrival_at, explanation)"
        " VALUES ('W1', 'south/harbour', 'K1', 'S3', 'T1', '{NK1}', 'en_route', 1, '', %s, %s, 20, 9, %s, '{}')",
        (NOW, NOW, NOW + timedelta(minutes=20)),
    )


async def _asked(console: Console, connection: Connection, path: str, role: Role = Role.NOC_OPERATOR) -> Any:
    async with console.client(await add_account(connection, role)) as client:
        answer = await client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_each_county_tells_what_it_has_and_lacks_the_worst_first(
    connection: Connection, console: Console
) -> None:
    told = await _asked(console, connection, "mass-outages")
    quay, hills = told["areas"]
    assert (quay["region"], hills["region"], told["threshold"]) == (REGION, ELSEWHERE, 10)
    figures = ("without_mains", "on_battery", "down", "soon", "hubs", "crews_under_way", "crews_on_site")
    assert [quay[name] for name in figures] == [3, 2, 1, 1, 3, 1, 0]
    assert [hills[name] for name in figures] == [1, 1, 0, 1, 1, 0, 0]
    assert [site["site"] for site in told["sites"]] == ["S3", "S4", "S2"]
    assert told["sites"][0]["crew"]["technician"] == "T1"


async def test_customers_of_a_county_are_those_of_its_sites_each_once_however_many_tickets_touch_it(
    connection: Connection, console: Console
) -> None:
    await add_incident(connection, "I9", "S1")
    await add_outage(connection, "I9", "S1", NOW - timedelta(minutes=2), started=True)
    await add_alarm(connection, "A-9", "S1", incident="I9", severity="critical", resource="rectifier-9")
    await add_ticket(connection, "K9", "I9", "S1")
    told = await _asked(console, connection, "mass-outages")
    counted = [(one["customers_down"], one["customers_on_battery"]) for one in told["areas"]]
    assert counted == [(40, 35), (0, 9)]


async def test_all_sites_of_one_county_stand_behind_its_figures(connection: Connection, console: Console) -> None:
    told = await _asked(console, connection, f"mass-outages?area={REGION}")
    assert [(site["site"], site["down"]) for site in told["sites"]] == [("S3", False), ("S2", False), ("S1", True)]


async def test_a_site_where_a_generator_is_wanted_is_without_mains_too(
    connection: Connection, console: Console
) -> None:
    await connection.execute("UPDATE correlation.alarm SET cleared_at = now() WHERE alarm_id = 'A-S1'")
    await connection.execute("UPDATE correlation.need SET kind = 'generator' WHERE site_id = 'S1'")
    quay = (await _asked(console, connection, "mass-outages"))["areas"][0]
    assert (quay["without_mains"], quay["generators_needed"], quay["generators_there"]) == (3, 1, 0)


async def test_the_wall_has_the_sentences_figures_what_is_next_and_what_changed(
    connection: Connection, console: Console
) -> None:
    await connection.execute("UPDATE correlation.outage SET ended_at = now() WHERE site_id = 'S4'")
    told = await _asked(console, connection, "wall")
    assert (told["down_count"], told["down_crew_count"], told["running_out_count"]) == (1, 0, 1)
    assert told["crew_under_way_count"] == 1
    assert [(one["site"], one["crew"] and one["crew"]["state"]) for one in told["next"]] == [
        ("S3", "en_route"),
        ("S2", None),
    ]
    assert told["cities"] == [{"region": "south/harbour", "down": 1, "running_out": 2}]
    assert told["sites"] == {"down": ["S1"], "running_out": ["S2", "S3"]}
    assert told["incidents_by_severity"] == {"major": 2}
    assert told["crews"] == {"en_route": 1, "on_site": 0, "waiting": 0}
    assert [(one["what"], one["id"]) for one in told["changed"]] == [("down", "S1")]
    assert told["unacknowledged_critical"] == 4


async def test_the_wall_says_who_calls_for_help_and_how_many_complain(connection: Connection, console: Console) -> None:
    await connection.execute(
        "INSERT INTO dispatch.sos (sos_id, person_id, since, raised_by, region, domain, told)"
        " VALUES ('Q1', 'T1', %s, 'person', %s, 'south/harbour', '{}')",
        (NOW, REGION),
    )
    told = await _asked(console, connection, "wall")
    assert [(one["person_name"], one["answered_by"]) for one in told["sos"]] == [("Tech T1", "")]
    assert told["complaints"] == {"last_hour": 0, "hour_before": 0}


async def test_an_area_manager_sees_the_own_area_alone(connection: Connection, console: Console) -> None:
    async with console.client(await add_account(connection, Role.AREA_MANAGER)) as client:
        for path in ("wall", "mass-outages"):
            told = (await client.get(f"/api/v1/{path}")).text
            assert "S3" in told
            assert "S4" not in told
            assert "hills" not in told


async def test_who_may_not_see_the_network_sees_none_of_it(connection: Connection, console: Console) -> None:
    for role in (Role.COMPLAINT_AGENT, Role.TENANT, Role.TECHNICIAN):
        async with console.client(await add_account(connection, role)) as client:
            answers = [await client.get(f"/api/v1/{path}") for path in ("wall", "mass-outages", "watches")]
        assert [one.status_code for one in answers] == [403, 403, 403], role


async def test_whoever_works_alone_is_listed_within_ones_region(connection: Connection, console: Console) -> None:
    await add_technician(connection, "T9", ELSEWHERE)
    for person in ("T1", "T9"):
        await connection.execute(
            "INSERT INTO dispatch.watch (person_id, work_order_id, minutes, until) VALUES (%s, '', 60, %s)",
            (person, SOON),
        )
    told = await _asked(console, connection, "watches", Role.AREA_MANAGER)
    assert [one["id"] for one in told["items"]] == ["T1"]
