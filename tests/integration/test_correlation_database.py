"""The correlator on a real database: nothing twice, nothing lost, and a restart is as if there had been none."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from importlib import resources
from pathlib import Path

import psycopg
import pytest

from alarm_correlation.correlator import Correlator
from alarm_correlation.policies import Policies
from guywire.commands import ClearAlarm, CommentAlarm, MoveTicket, OpenTicket, ShelveAlarm
from guywire.inventory.model import Link
from guywire.inventory.store import load_inventory
from guywire.model import AlarmEvent
from tests.integration.correlation_world import INVENTORY, NO_FILES, World, at, batch, event, new_world


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    world = await new_world(database_url)
    yield world
    await world.connection.close()


@pytest.fixture
async def other(world: World) -> AsyncIterator[World]:
    """The same network on another database."""
    other = await new_world(await _sibling(world))
    yield other
    await other.connection.close()


async def test_a_trap_becomes_alarm_incident_ticket_and_need_in_one_transaction(world: World) -> None:
    await world.hear(event(0, "G", "link-down", resource="to-N", text="LOS"))
    alarm = await world.one("SELECT * FROM views.alarm")
    incident = await world.one("SELECT * FROM views.incident")
    ticket = await world.one("SELECT * FROM views.ticket")
    need = await world.one("SELECT * FROM views.need")
    assert (alarm["state"], alarm["incident"], alarm["text"], alarm["count"]) == ("active", incident["id"], "LOS", 1)
    assert [outage["site"] for outage in incident["outages"]] == ["N"]
    assert (ticket["state"], ticket["incident"], incident["ticket"]) == ("acknowledged", incident["id"], ticket["id"])
    assert (need["ticket"], need["site"], need["kind"], need["skills"]) == (
        ticket["id"], "G", "repair", ["transmission"],
    )  # fmt: skip
    topics = {
        row["topic"] for row in await world.rows("SELECT topic FROM core.feed WHERE publisher = 'alarm_correlation'")
    }
    assert topics == {"alarm", "incident", "outage", "ticket", "need"}


async def test_a_batch_that_comes_again_is_counted_once(world: World) -> None:
    events = (event(0, "N", "door-open"), event(1, "N", "door-open"), event(2, "N", "smoke"))
    for now in (2, 3):
        await world.correlator.cycle(world.connection, [batch(1, *events)], at(now))
    await world.again(4)
    await world.correlator.cycle(world.connection, [batch(2, *events[1:], event(5, "N", "smoke"))], at(5))
    counts = await world.rows("SELECT alarm_type, count FROM correlation.alarm ORDER BY alarm_type")
    assert [(row["alarm_type"], row["count"]) for row in counts] == [("door-open", 2), ("smoke", 2)]
    assert (await world.one("SELECT count(*) AS n FROM correlation.alarm_event"))["n"] == 4


async def test_a_cycle_that_fails_leaves_nothing_and_comes_again_whole(world: World) -> None:
    await world.hear(event(0, "N", "door-open"))
    await world.connection.execute(
        "ALTER TABLE correlation.need ADD CONSTRAINT broken CHECK (kind <> 'repair') NOT VALID"
    )
    with pytest.raises(psycopg.errors.CheckViolation):
        await world.hear(event(1, "N", "smoke"))
    await world.connection.execute("ALTER TABLE correlation.need DROP CONSTRAINT broken")
    assert (await world.one("SELECT count(*) AS n FROM correlation.alarm"))["n"] == 1
    await world.again(2)
    await world.hear(event(1, "N", "smoke"), seconds=3)
    assert (await world.one("SELECT count(*) AS n FROM correlation.alarm"))["n"] == 2


STORY: list[tuple[AlarmEvent, ...]] = [
    (event(0, "H", "mains-failure"),),
    (event(1, "L", "mains-failure"), event(3, "L", "battery-discharging")),
    (event(20, "N", "door-open", clears=True),),
    (event(10, "N", "door-open"), event(15, "N", "intrusion")),
    (event(4, "M", "mains-failure"), event(60, "L", "battery-low-voltage")),
    (event(200, "L", "load-disconnect"), event(210, "L", "base-station-down")),
    (event(205, "G", "link-down", resource="to-H"), event(220, "M", "site-unreachable")),
    (event(230, "G", "link-down", resource="to-H", clears=True),),
    (event(100, "", "mains-failure", resource="feed:F"),),
    (event(400, "L", "mains-failure", clears=True), event(401, "L", "load-disconnect", clears=True)),
    (event(500, "L", "mains-failure"), event(350, "L", "mains-failure"), event(900, "N", "door-open")),
    (event(700, "N", "door-open"),),
    (event(1000, "N", "door-open", clears=True), event(1000, "N", "intrusion", clears=True)),
]


async def _books(world: World) -> dict[str, list[object]]:
    tables = ("alarm", "incident", "outage", "ticket", "need")
    out: dict[str, list[object]] = {}
    for table in tables:
        rows = await world.rows(f"SELECT to_jsonb(t) AS row FROM correlation.{table} t ORDER BY to_jsonb(t)::text")
        out[table] = [row["row"] for row in rows]
    events = await world.rows("SELECT seq, alarm_id FROM correlation.alarm_event ORDER BY seq")
    return {**out, "events": [(row["seq"], row["alarm_id"]) for row in events]}


@pytest.mark.parametrize("every", [1, 3])
async def test_a_restart_at_any_moment_is_as_if_there_had_been_none(world: World, other: World, every: int) -> None:
    for step, events in enumerate(STORY):
        now = max(100.0 * step, 1.0)
        await world.hear(*events, seconds=now)
        await other.hear(*events, seconds=now)
        if step % every == 0:
            await other.again(now)
            assert other.correlator.state.saved() == world.correlator.state.saved()
    assert await _books(other) == await _books(world)


async def _sibling(world: World) -> str:
    """Another empty database on the same server."""
    name = world.connection.info.dbname + "_other"
    template = await world.one(
        "SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%%' ORDER BY 1 DESC LIMIT 1"
    )
    await world.connection.execute(
        psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            psycopg.sql.Identifier(name), psycopg.sql.Identifier(template["datname"])
        )
    )
    return psycopg.conninfo.make_conninfo(world.url, dbname=name)


async def test_a_restart_keeps_what_is_held_longer_than_memory(world: World) -> None:
    """What closed long ago is held while its being gone would tell a standing outage otherwise."""
    outages = "SELECT incident_id, site_id, started_at FROM correlation.outage ORDER BY 1, 2"
    await world.hear(event(0, "H", "link-down", resource="to-L"))
    await world.hear(event(60, "G", "link-down", resource="to-H"))
    await world.hear(event(600, "H", "link-down", resource="to-L", clears=True))
    await world.tick(2500)
    before = await world.rows(outages)
    await world.again(2501)
    await world.hear(event(2550, "G", "link-down", resource="to-H", clears=True))
    assert await world.rows(outages) == before


async def test_done_then_clear_resolves_the_ticket(world: World) -> None:
    await world.hear(event(0, "N", "smoke"))
    for state, seconds in (("offered", 1), ("accepted", 2), ("en_route", 3), ("on_site", 4)):
        await world.order("W1", "N1", state, seconds)
    assert (await world.one("SELECT state FROM views.ticket"))["state"] == "in_progress"
    await world.order("W1", "N1", "done", 5)
    ticket = await world.one("SELECT * FROM views.ticket")
    assert (ticket["state"], ticket["resolution_proposed_at"], ticket["result"]) == (
        "in_progress",
        at(5),
        "replaced it",
    )
    assert (await world.one("SELECT state FROM views.need"))["state"] == "met"
    await world.hear(event(6, "N", "smoke", clears=True))
    assert (await world.one("SELECT state FROM views.ticket"))["state"] == "resolved"


async def test_clear_then_done_resolves_the_ticket_too(world: World) -> None:
    await world.hear(event(0, "N", "smoke"))
    for state, seconds in (("accepted", 2), ("en_route", 3)):
        await world.order("W1", "N1", state, seconds)
    await world.hear(event(4, "N", "smoke", clears=True))
    assert (await world.one("SELECT state FROM views.need"))["state"] == "healed"
    assert (await world.one("SELECT state FROM views.ticket"))["state"] == "in_progress", "a crew is under way"
    await world.again(5)
    await world.order("W1", "N1", "done", 6)
    assert (await world.one("SELECT state FROM views.ticket"))["state"] == "resolved"


async def test_what_heals_before_anybody_drives_resolves_at_once(world: World) -> None:
    await world.hear(event(0, "N", "smoke"))
    await world.order("W1", "N1", "accepted", 2)
    await world.hear(event(3, "N", "smoke", clears=True))
    ticket = await world.one("SELECT * FROM views.ticket")
    need = await world.one("SELECT * FROM views.need")
    assert (ticket["state"], need["state"], need["ended_at"]) == ("resolved", "healed", at(3))


async def test_a_merge_keeps_the_older_ticket_and_moves_the_needs(world: World) -> None:
    await world.hear(event(100, "L", "base-station-down"))
    await world.hear(event(101, "M", "base-station-down"))
    await world.order("W1", "N2", "accepted", 102)
    assert (await world.one("SELECT count(*) AS n FROM views.ticket"))["n"] == 2
    await world.hear(event(99, "G", "link-down", resource="to-H"), seconds=103)
    tickets = await world.rows("SELECT id, state, duplicate_of, incident FROM views.ticket ORDER BY id")
    assert [(row["id"], row["state"], row["duplicate_of"]) for row in tickets] == [
        ("T1", "in_progress", None), ("T2", "cancelled", "T1"),
    ]  # fmt: skip
    incidents = await world.rows("SELECT id, state, merged_into, root FROM views.incident ORDER BY id")
    assert [(row["id"], row["state"], row["merged_into"]) for row in incidents] == [
        ("I1", "open", None), ("I2", "merged", "I1"),
    ]  # fmt: skip
    assert incidents[0]["root"]["alarm_type"] == "link-down"
    needs = await world.rows("SELECT id, ticket, site, state FROM views.need ORDER BY id")
    assert [(row["id"], row["ticket"], row["site"], row["state"]) for row in needs] == [
        ("N1", "T1", "L", "cancelled"), ("N2", "T1", "M", "open"), ("N3", "T1", "G", "open"),
    ], "an order already accepted goes on"  # fmt: skip


async def test_a_ticket_by_hand_is_opened_once_and_resolves_when_done(world: World) -> None:
    command = OpenTicket(origin="manual:1", site="N", title="Fence is down", skills=("tower",), priority=4)
    first = await world.ask(command, 1)
    again = await world.ask(command, 2)
    assert (first["id"], first["state"], first["opened_by"]) == (again["id"], "acknowledged", "ann")
    await world.order("W1", "N1", "done", 3)
    assert (await world.one("SELECT state FROM views.ticket"))["state"] == "resolved"
    refused = await world.ask(OpenTicket(origin="manual:2", site="nowhere", title="x"), 4)
    assert refused["code"] == "not_found"


async def test_commands_are_answered_with_the_object_and_leave_an_audit_row(world: World) -> None:
    await world.hear(event(0, "N", "smoke"))
    shelved = await world.ask(ShelveAlarm(alarm="A1", until=at(50), comment="test of the sensor"), 1)
    assert (shelved["shelved_by"], shelved["state"]) == ("ann", "active")
    await world.ask(CommentAlarm(alarm="A1", comment="seen on the camera"), 2)
    await world.tick(51)
    assert (await world.one("SELECT shelved_until FROM views.alarm"))["shelved_until"] is None
    cleared = await world.ask(ClearAlarm(alarm="A1"), 52)
    assert (cleared["state"], cleared["cleared_by"], cleared["count"]) == ("cleared", "ann", 2)
    audit = await world.rows(
        "SELECT actor, action, object_id FROM core.audit WHERE object_kind = 'alarm' ORDER BY audit_id"
    )
    assert [(row["actor"], row["action"], row["object_id"]) for row in audit] == [
        ("ann", "ShelveAlarm", "A1"), ("ann", "CommentAlarm", "A1"), ("ann", "ClearAlarm", "A1"),
    ]  # fmt: skip
    assert (await world.one("SELECT count(*) AS n FROM correlation.alarm_comment"))["n"] == 2


async def test_a_transition_on_an_old_version_is_refused_with_how_it_stands(world: World) -> None:
    await world.hear(event(0, "N", "smoke"))
    moved = await world.ask(MoveTicket(ticket="T1", to="in_progress", version=1), 1)
    assert (moved["state"], moved["version"]) == ("in_progress", 2)
    old = await world.ask(MoveTicket(ticket="T1", to="pending", version=1), 2)
    assert (old["code"], old["reason"]) == ("conflict", "version_is_old")
    assert "in_progress" in old["message"]
    illegal = await world.ask(MoveTicket(ticket="T1", to="closed", version=2), 3)
    assert (illegal["reason"], "resolved" in illegal["message"]) == ("illegal_transition", True)


async def test_a_new_inventory_regroups_what_stands(world: World) -> None:
    await world.hear(event(0, "G", "link-down", resource="to-N"), event(5, "M", "site-unreachable"))
    assert (await world.one("SELECT count(*) AS n FROM views.incident"))["n"] == 2
    links = {key: link for key, link in INVENTORY.links.items() if key != "H>M"}
    links["N>M"] = Link("N>M", "N", "M", "fibre", "to-M")
    await load_inventory(world.connection, replace(INVENTORY, links=links), prune=True, now=at(6))
    await world.tick(7)
    open_ones = await world.rows("SELECT id, alarm_count FROM views.incident WHERE state = 'open'")
    assert [(row["id"], row["alarm_count"]) for row in open_ones] == [("I1", 2)]


async def test_a_new_policy_file_is_followed_and_a_bad_one_is_not(world: World, tmp_path: Path) -> None:
    file = tmp_path / "policy" / "alarm_correlation.toml"
    file.parent.mkdir()
    shipped = resources.files("alarm_correlation").joinpath("policy.toml").read_text("utf-8")
    world.correlator = Correlator(Policies(tmp_path))
    await world.correlator.start(world.connection, at(0))
    file.write_text(shipped.replace('none = ["genset-running",', 'none = ["smoke",'), "utf-8")
    await world.hear(event(0, "N", "smoke"), event(1, "N", "water-ingress"))
    file.write_text("[windows]\nreorder_seconds = -1\n", "utf-8")
    await world.hear(event(2, "L", "smoke"))
    assert (await world.one("SELECT title FROM views.ticket"))["title"] == "Water ingress at Site N (N)"


async def test_a_shadow_correlates_and_opens_no_ticket(world: World) -> None:
    world.correlator = Correlator(NO_FILES, shadow=True)
    await world.correlator.start(world.connection, at(0))
    await world.hear(event(0, "N", "smoke"))
    assert (await world.one("SELECT count(*) AS n FROM views.incident"))["n"] == 1
    assert (await world.one("SELECT count(*) AS n FROM views.ticket"))["n"] == 0
