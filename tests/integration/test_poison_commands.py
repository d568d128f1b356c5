"""One command that cannot be read or held is refused alone; its owner, and those behind it, go on."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest

from complaints.batch import run_batch as complaints_batch
from complaints.policy import shipped_policy
from guywire import inbox
from guywire.commands import RegisterComplaint, ShelveAlarm, WithdrawWorkOrder
from guywire.database import Connection
from guywire.errors import Refused
from tests.integration.dispatch_world import small_area

POISON = [
    ("NoSuchCommand", "{}"),
    ("WithdrawWorkOrder", "[1, 2]"),
    ("WithdrawWorkOrder", '{"work_order": 5, "reason": "x"}'),
    ("WithdrawWorkOrder", '{"work_order": "W1", "reason": "x", "unknown": 1}'),
    ("MoveWorkOrder", '{"work_order": "W1", "to": "accepted", "at": "yesterday"}'),
    ("MoveWorkOrder", '{"work_order": "W1", "to": "accepted", "at": "2026-11-21T08:00:00"}'),
    ("MoveWorkOrder", '{"work_order": "W1", "to": "accepted", "at": "9999-12-31T23:59:59-12:00"}'),
    ("ReportPositions", '{"technician": "B", "positions": [{"at": "0001-01-01T00:00:00Z"}]}'),
]


async def _poison(connection: Connection, owner: str, kind: str, body: str) -> int:
    rows = await connection.execute(
        "INSERT INTO core.command (key, owner, kind, body, actor) VALUES (%s, %s, %s, %s, 'mallory')"
        " RETURNING command_id",
        (str(uuid.uuid4()), owner, kind, body),
    )
    row = await rows.fetchone()
    assert row is not None
    return int(row["command_id"])


async def _answers(connection: Connection) -> dict[int, tuple[str, str]]:
    rows = await connection.execute("SELECT command_id, state, answer FROM core.command")
    return {row["command_id"]: (row["state"], (row["answer"] or {}).get("reason", "")) for row in await rows.fetchall()}


async def test_dispatch_refuses_each_poison_alone_and_hears_the_one_behind(connection: Connection) -> None:
    world = await small_area(connection)
    await world.need("N1")
    await world.batch()
    poison = [await _poison(connection, "dispatch", kind, body) for kind, body in POISON]
    said = await world.ask(WithdrawWorkOrder(work_order="W1", reason="healed"))
    assert said["state"] == "withdrawn"
    answers = await _answers(connection)
    assert {answers[command_id][0] for command_id in poison} == {"refused"}
    assert {answers[command_id][1] for command_id in poison} == {"unreadable_command", "unfit_value"}


async def test_complaints_refuses_each_poison_alone_and_hears_the_one_behind(connection: Connection) -> None:
    poison = [await _poison(connection, "complaints", kind, body) for kind, body in POISON]
    good = await inbox.put(connection, RegisterComplaint(channel="phone", text="no signal"), "ann")
    await complaints_batch(connection, datetime.now(UTC), shipped_policy())
    answers = await _answers(connection)
    assert answers.pop(good) == ("done", "")
    assert {answers[command_id][0] for command_id in poison} == {"refused"}


async def test_a_command_that_no_owner_could_hold_does_not_enter_the_inbox(connection: Connection) -> None:
    never = datetime.fromisoformat("9999-12-31T23:59:59-12:00")
    with pytest.raises(Refused, match="until"):
        await inbox.put(connection, ShelveAlarm(alarm="A1", until=never), "ann")
    assert await _answers(connection) == {}
