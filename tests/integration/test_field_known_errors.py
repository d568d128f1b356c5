"""What is known of a fault that comes back reaches the phone with its job: the workaround, who said it, and when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from dispatch.visits.policy import shipped_policy
from field_app_api.details import with_details
from field_app_api.orders import orders_of
from guywire.commands.problems import EditProblem, LinkProblem, MoveProblem, OpenProblem
from guywire.model import Role
from tests.integration.dispatch_world import NOW, World, minutes
from tests.integration.field_phone import token_of

KNOWN: dict[str, Any] = {"cause": "fan relay sticks", "workaround": "tap the relay"}


@pytest.fixture(autouse=True)
async def _job(world: World) -> None:
    """An order of B's for a rectifier at S1, whose ticket is of the incident I1; S2 is elsewhere."""
    await world.site("S2", 31.9)
    for incident, into in (("I1", None), ("I2", None), ("I3", "I1")):
        await world.connection.execute(
            "INSERT INTO correlation.incident (incident_id, domain, state, title, severity, opened_at, root_kind,"
            " root_site_id, root_resource, root_alarm_type, root_qualifier, merged_into)"
            " VALUES (%s, 'p/c', 'open', 't', 'major', %s, 'alarm', 'S1', 'r', 'rectifier-failure', '', %s)",
            (incident, NOW - timedelta(hours=2), into),
        )
    await world.connection.execute("UPDATE correlation.ticket SET incident_id = 'I1'")
    await world.ticket("T9", "S2")
    await world.need("N1")
    await world.connection.execute("UPDATE correlation.need SET alarm_type = 'rectifier-failure'")
    await world.batch()


async def known_error(world: World, at: float = 2, **opening: Any) -> str:
    """A known error; without more it is of another site, and linked to nothing."""
    given = {"title": "Hot shelter", "sites": ("S2",), **opening}
    problem = str((await world.ask(OpenProblem(**given), minutes(at)))["id"])
    await world.ask(MoveProblem(problem=problem, to="known_error", **KNOWN), minutes(at), actor="li")
    return problem


async def on_phone(world: World) -> list[dict[str, Any]]:
    orders = await orders_of(world.connection, "B")
    [job] = await with_details(world.connection, "B", orders, shipped_policy())
    found: list[dict[str, Any]] = job["known_errors"]
    return found


@pytest.mark.parametrize(
    "opening",
    [
        {"incidents": ("I1",)},
        {"incidents": ("I3",)},
        {"tickets": ("T1",)},
        {"sites": ("S2", "S1"), "alarm_type": "rectifier-failure"},
        {"sites": ("S1",)},
    ],
    ids=["incident", "merged-incident", "ticket", "its-type-at-its-site", "of-its-site"],
)
async def test_a_known_error_of_the_fault_is_on_the_job(world: World, opening: dict[str, Any]) -> None:
    await known_error(world, **opening)
    [known] = await on_phone(world)
    at = datetime.fromisoformat(known["at"])
    assert (known["problem"], known["by"], at) == ("R1", "li", minutes(2))
    assert {name: known[name] for name in KNOWN} == KNOWN


async def test_what_is_of_another_fault_or_not_known_or_over_is_not_on_the_job(world: World) -> None:
    await known_error(world)
    await known_error(world, incidents=("I2",))
    await known_error(world, tickets=("T9",))
    await known_error(world, sites=("S1",), alarm_type="aircon-failure")
    await world.ask(OpenProblem(title="Shelter leaks", sites=("S1",), incidents=("I1",)), minutes(3))
    over = await known_error(world, 3, sites=("S1",))
    assert [one["problem"] for one in await on_phone(world)] == [over]
    await world.ask(MoveProblem(problem=over, to="resolved", solution="relays replaced"), minutes(4))
    assert await on_phone(world) == []


async def test_it_is_signed_by_who_said_the_workaround_last_and_the_newest_stands_first(world: World) -> None:
    first = await known_error(world, 2, sites=("S1",))
    second = await known_error(world, 3, incidents=("I1",))
    assert [one["problem"] for one in await on_phone(world)] == [second, first]
    await world.ask(EditProblem(problem=first, why="weekly"), minutes(4), actor="wang")
    await world.ask(EditProblem(problem=first, workaround="swap the relay", why="daily"), minutes(5), actor="zhao")
    await world.ask(LinkProblem(problem=first, incidents=("I1",)), minutes(6), actor="wang")
    [newest, other] = await on_phone(world)
    assert (newest["workaround"], newest["by"], other["problem"]) == ("swap the relay", "zhao", second)
    await token_of(world, "zhao", Role.AREA_MANAGER, "M1", "p/c")
    assert [one["by"] for one in await on_phone(world)] == ["Mr M1", "li"]
