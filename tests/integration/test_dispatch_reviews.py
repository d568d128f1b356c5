"""What is made of closed tickets, on a real database: inspections, problems, and how long the next visit will take."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from complaints import outage_context
from dispatch.policy import default_policy
from dispatch.read_board import read_board
from dispatch.review import read
from dispatch.review.policy import shipped_policy
from dispatch.review.service_times import learn
from guywire.commands.problems import EditProblem, LinkProblem, MoveProblem, OpenProblem
from guywire.commands.rounds import InspectTicket
from guywire.database import Connection
from guywire.inventory.store import load_inventory
from tests.integration.complaints_world import INVENTORY, add_ticket, take_down
from tests.integration.dispatch_world import NOW, World, minutes, small_area

TIMES = shipped_policy().service_times
FULL = {"cause": 90, "result": 90, "evidence": 90, "on_time": 90}


@pytest.fixture
async def world(connection: Connection) -> World:
    world = await small_area(connection)
    await connection.execute("UPDATE core.technician SET company = 'East' WHERE technician_id = 'B'")
    return world


async def mended(world: World, number: int, days_ago: float = 0.0, served: float = 30.0, **need: Any) -> None:
    """A ticket of S1 that B mended and ann closed, an hour after it was opened."""
    at = NOW - timedelta(days=days_ago)
    row: dict[str, Any] = {
        "id": f"K{number}",
        "need": f"M{number}",
        "order": f"V{number}",
        "at": at,
        "end": at + timedelta(hours=1),
    }
    row |= {"on_site": row["end"] - timedelta(minutes=served), "alarm_type": "rectifier-failure", "kind": "repair"}
    for statement in (
        "INSERT INTO correlation.ticket (ticket_id, origin, site_id, domain, state, priority, title, opened_at,"
        " opened_by, closed_at, cause, result) VALUES (%(id)s, %(id)s, 'S1', 'p/c', 'closed', 2, 'Rectifier failure',"
        " %(at)s, 'x', %(end)s, 'rectifier ' || %(id)s, 'replaced')",
        "INSERT INTO correlation.ticket_note (ticket_id, at, actor, kind, text)"
        " VALUES (%(id)s, %(end)s, 'ann', 'moved', '')",
        "INSERT INTO correlation.need (need_id, ticket_id, site_id, domain, kind, alarm_type, summary, skills,"
        " priority, state, opened_at)"
        " VALUES (%(need)s, %(id)s, 'S1', 'p/c', %(kind)s, %(alarm_type)s, '', '{}', 2, 'met', %(at)s)",
        "INSERT INTO dispatch.work_order (work_order_id, technician_id, ticket_id, site_id, domain, need_ids, state,"
        " priority, summary, offered_at, travel_minutes, distance_km, planned_arrival_at, on_site_at, ended_at)"
        " VALUES (%(order)s, 'B', %(id)s, 'S1', 'p/c', ARRAY[%(need)s], 'done', 2, '', %(at)s, 1, 1, %(at)s,"
        " %(on_site)s, %(end)s)",
    ):
        await world.connection.execute(statement.encode(), row | need)


async def minutes_of(world: World, need: str) -> float:
    """As dispatch decides by it."""
    board = await read_board(world.connection, [], NOW, default_policy())
    return board.needs[need].service_minutes


async def test_what_was_closed_is_drawn_inspected_once_and_counted_for_company_and_technician(world: World) -> None:
    await mended(world, 1, 1)
    await world.batch()
    (wanted,) = await world.rows("SELECT * FROM views.inspection")
    assert (wanted["id"], wanted["state"], wanted["sampled"], wanted["closed_by"]) == ("K1", "wanted", True, "ann")
    assert (wanted["technicians"], wanted["companies"]) == (["B"], ["East"])
    own = await world.ask(InspectTicket(ticket="K1", scores=FULL), minutes(1), actor="ann")
    assert own["reason"] == "own_ticket"
    done = await world.ask(InspectTicket(ticket="K1", scores=FULL), minutes(2), actor="li")
    assert (done["state"], done["score"], done["scores"]) == ("passed", 90.0, FULL)
    again = await world.ask(InspectTicket(ticket="K1", scores=FULL), minutes(3), actor="wang")
    assert again["reason"] == "version_is_old"
    results = await world.rows("SELECT subject, name, inspected, passed, score FROM views.inspection_result ORDER BY 1")
    assert [tuple(row.values()) for row in results] == [
        ("company", "East", 1, 1, 90.0),
        ("technician", "B", 1, 1, 90.0),
    ]
    assert [body["state"] for body in await world.published("inspection")] == ["wanted", "passed"]
    assert await world.rows("SELECT FROM dispatch.clock WHERE ticket_id = 'K1'") == []
    audit = await world.rows("SELECT actor, action, object_id FROM core.audit")
    assert audit == [{"actor": "li", "action": "InspectTicket", "object_id": "K1"}]


async def test_looking_at_what_was_closed_again_draws_and_raises_nothing_twice(world: World) -> None:
    await mended(world, 1, 5)
    await mended(world, 2, 1)
    for at in (0, 5, 15, 30):
        await world.batch(minutes(at))
    assert len(await world.published("inspection")) == 2
    assert len(await world.published("problem")) == 1
    assert len([one for one in await world.published("notice") if one["kind"] == "problem"]) == 1


async def test_many_closed_at_once_are_looked_at_in_turn_and_none_is_left_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "_AT_ONCE", 3)
    for number in range(8):
        await mended(world, number, 8 - number)
    counts = []
    for at in range(5):
        outcome = await world.batch(minutes(at))
        counts.append(len(await world.rows("SELECT FROM views.inspection")))
    assert counts == [3, 5, 7, 8, 8]
    assert outcome.next_at > minutes(4)


async def test_a_fault_that_comes_back_is_raised_linked_and_closed_with_its_cause(world: World) -> None:
    await mended(world, 1, 5)
    await world.batch()
    assert await world.published("problem") == []
    await mended(world, 2, -0.01)
    await world.batch(minutes(90))
    (problem,) = await world.rows("SELECT * FROM views.problem")
    assert (problem["id"], problem["state"], problem["tickets"]) == ("R1", "open", ["K1", "K2"])
    assert (problem["shares"], problem["shared"], problem["region"]) == ("type", "rectifier-failure", "p/c/a")
    notices = [one for one in await world.published("notice") if one["kind"] == "problem"]
    assert [one["person"] for one in notices] == ["M1"]
    await mended(world, 3, -0.1)
    await world.batch(minutes(210))
    assert (await world.published("problem"))[-1]["tickets"] == ["K1", "K2", "K3"]
    resolved = MoveProblem(
        problem="R1", to="resolved", cause="shelf earthed at one end", solution="earthed at both ends", version=1
    )
    old = await world.ask(resolved, minutes(211))
    assert (old["reason"], "linked at 2026-11-21 11:30 UTC by dispatch" in old["message"]) == ("version_is_old", True)
    done = await world.ask(msgspec.structs.replace(resolved, version=2), minutes(212))
    assert (done["state"], done["ended_by"], done["solution"]) == ("resolved", "ann", "earthed at both ends")


async def test_a_problem_that_a_person_opens_takes_in_what_repeats_at_its_sites(world: World) -> None:
    await world.site("S2", 31.3, "p/c/b")
    await mended(world, 1, 5)
    opening = OpenProblem(
        title="Rectifiers of the 2019 batch", sites=("S2", "S1"), alarm_type="rectifier-failure", why="two in a week",
        tickets=("K1",), report="bad_sites", responsible="li",
    )  # fmt: skip
    made = await world.ask(opening, minutes(1))
    assert (made["state"], made["sites"], made["regions"], made["faults"]) == (
        "open", ["S2", "S1"], ["p/c/a", "p/c/b"], 1,
    )  # fmt: skip
    assert (made["site"], made["raised_by"], made["report"], made["domain"]) == (None, "ann", "bad_sites", "p/c")
    assert (await world.ask(opening, minutes(2)))["reason"] == "already_open"
    await mended(world, 2, -0.01)
    await world.batch(minutes(90))
    (problem,) = await world.rows("SELECT * FROM views.problem")
    assert (problem["id"], problem["tickets"]) == (made["id"], ["K1", "K2"])
    notes = await world.rows("SELECT actor, kind, text FROM views.problem_note ORDER BY id::int")
    assert [tuple(note.values()) for note in notes] == [
        ("ann", "opened", "two in a week"),
        ("dispatch", "linked", "K2"),
    ]
    unknown = await world.ask(msgspec.structs.replace(opening, sites=("S9",)), minutes(91))
    assert (unknown["code"], unknown["reason"]) == ("not_found", "site_not_found")


async def test_a_problem_counts_the_complaints_behind_its_faults_and_each_step_is_audited(world: World) -> None:
    for incident in ("I1", "I2"):
        await world.connection.execute(
            "INSERT INTO correlation.incident (incident_id, domain, state, title, severity, opened_at, root_kind,"
            " root_site_id, root_resource, root_alarm_type, root_qualifier)"
            " VALUES (%s, 'p/c', 'open', 't', 'major', %s, 'alarm', 'S1', 'r', 'rectifier-failure', '')",
            (incident, NOW - timedelta(hours=2)),
        )
    await world.connection.execute("UPDATE correlation.ticket SET incident_id = 'I1' WHERE ticket_id = 'T1'")
    for number, incident in enumerate(("I1", "I1", "I2")):
        await world.connection.execute(
            "INSERT INTO complaints.complaint (complaint_id, domain, channel, text, state, incident_id, registered_at,"
            " registered_by) VALUES (%s, 'p/c', 'phone', 'x', 'linked', %s, %s, 'bo')",
            (f"C{number}", incident, NOW),
        )
    made = await world.ask(OpenProblem(title="Hot shelter", sites=("S1",), tickets=("T1",)), minutes(1))
    assert (made["faults"], made["complaints"], made["shared"]) == (1, 2, None)
    more = await world.ask(LinkProblem(problem=made["id"], incidents=("I1", "I2")), minutes(2))
    assert (more["faults"], more["complaints"]) == (2, 3)  # I1 is the ticket's: counted once
    await world.ask(EditProblem(problem=made["id"], responsible="li", version=more["version"]), minutes(3))
    known = MoveProblem(problem=made["id"], to="known_error", cause="fan relay sticks", workaround="tap the relay")
    assert (await world.ask(known, minutes(4)))["state"] == "known_error"
    audit = await world.rows("SELECT action FROM core.audit WHERE object_id = %s ORDER BY at, audit_id", made["id"])
    assert [row["action"] for row in audit] == ["OpenProblem", "LinkProblem", "EditProblem", "MoveProblem"]
    assert [body["version"] for body in await world.published("problem")] == [1, 2, 3, 4]


async def test_visits_alike_teach_how_long_the_next_one_takes(world: World) -> None:
    for number in range(5):
        await mended(world, number, number, served=45 + 10 * number)  # the median is 65
    await mended(world, 8, 1, served=1)  # said done from home
    await mended(world, 9, 1, served=50, alarm_type="smoke")
    for need, alarm_type in (("N1", "rectifier-failure"), ("N2", "fan-failure"), ("N3", "smoke")):
        await world.need(need)
        await world.connection.execute(
            "UPDATE correlation.need SET alarm_type = %s WHERE need_id = %s", (alarm_type, need)
        )
    assert await minutes_of(world, "N1") == 45
    await learn(world.connection, NOW + timedelta(hours=2), TIMES)
    of_type = (5 * 65 + 5 * 45) / 10
    assert await minutes_of(world, "N1") == pytest.approx((5 * 65 + 5 * of_type) / 10)
    assert await minutes_of(world, "N2") == 45
    of_smoke = (50 + 5 * 45) / 6
    assert await minutes_of(world, "N3") == pytest.approx((50 + 5 * of_smoke) / 6)


async def test_times_are_learned_once_a_day_and_old_visits_forgotten(world: World) -> None:
    await mended(world, 1, 1)
    await learn(world.connection, NOW, TIMES)
    assert len(await world.rows("SELECT FROM views.service_time")) == 2
    await mended(world, 2, 1, alarm_type="smoke")
    await learn(world.connection, NOW + timedelta(hours=23), TIMES)
    assert len(await world.rows("SELECT FROM views.service_time")) == 2
    await learn(world.connection, NOW + timedelta(hours=25), msgspec.structs.replace(TIMES, days=1))
    assert await world.rows("SELECT FROM views.service_time") == []


async def test_what_was_learned_moves_the_end_that_a_customer_is_told(connection: Connection) -> None:
    await load_inventory(connection, INVENTORY, prune=False, now=NOW)
    await take_down(connection)
    await add_ticket(connection, "I1", "S2", service_minutes=30)
    before = (await outage_context(connection, site="S2", now=NOW))["expected_end"]
    await connection.execute(
        "INSERT INTO dispatch.service_time (kind, subject, site_class, minutes, visits, weight)"
        " VALUES ('repair', '', '', 90, 5, 5)"  # an hour more, counting for half
    )
    after = (await outage_context(connection, site="S2", now=NOW))["expected_end"]
    later = datetime.fromisoformat(after["at"]) - datetime.fromisoformat(before["at"])
    assert later == timedelta(minutes=30)
