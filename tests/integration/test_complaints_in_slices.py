"""Many complaints on one incident: taken in slices, none forgotten, none twice, whatever is killed in between."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from complaints import follow, mass_answer
from complaints.batch import Outcome, run_batch
from guywire import feed, inbox
from guywire.commands.complaints import AnswerComplaint, SplitComplaint
from guywire.database import Connection, connect
from guywire.inventory.store import load_inventory
from tests.integration.complaint_life_world import TELLING
from tests.integration.complaints_world import INVENTORY, NOW, POLICY, add_incident, take_down

MANY, SLICE = 20, 6


@pytest.fixture
async def desk(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> Connection:
    monkeypatch.setattr(follow, "SLICE", SLICE)
    monkeypatch.setattr(mass_answer, "SLICE", SLICE)
    await load_inventory(connection, INVENTORY, False, NOW)
    return connection


async def _complain(connection: Connection, incident: str | None = None) -> None:
    """C1 to C20 about S2, the higher the newer: unexplained, or linked."""
    await connection.execute(
        "INSERT INTO complaints.complaint (complaint_id, state, channel, text, phone, site_id, domain, registered_at,"
        " registered_by, category, incident_id, answered_at)"
        " SELECT 'C' || n, %s, 'phone', 'no signal', '139' || lpad(n::text, 8, '0'), 'S2', 'sh/sh',"
        " %s + interval '1 second' * n, 'ann', 'no_signal', %s, %s FROM generate_series(1, %s) n",
        ("linked" if incident else "open", NOW - timedelta(minutes=5), incident, NOW, MANY),
    )
    await connection.execute("UPDATE complaints.complaint_counter SET last = %s", (MANY,))


async def _batch(connection: Connection, seconds: float = 0) -> Outcome:
    return await run_batch(connection, NOW + timedelta(seconds=seconds), POLICY, telling=TELLING)


async def _in_state(connection: Connection, state: str) -> set[str]:
    query = "SELECT complaint_id FROM complaints.complaint WHERE state = %s"
    return {row["complaint_id"] for row in await (await connection.execute(query, (state,))).fetchall()}


async def _changed(connection: Connection, incident: str = "I1") -> None:
    async with connection.transaction():
        await feed.publish(connection, "alarm_correlation", {"incident": [incident]})


async def _answers(connection: Connection) -> list[str]:
    query = "SELECT complaint_id FROM complaints.contact WHERE outcome = 'told' ORDER BY complaint_id"
    return [row["complaint_id"] for row in await (await connection.execute(query)).fetchall()]


async def _ask(connection: Connection, *commands: Any) -> None:
    async with connection.transaction():
        for command in commands:
            await inbox.put(connection, command, "ann")


async def test_every_open_complaint_is_linked_in_the_end_the_newest_first(desk: Connection) -> None:
    await _complain(desk)
    await take_down(desk)
    sizes = []
    while True:
        outcome = await _batch(desk)
        sizes.append(outcome.became["linked"])
        if sizes == [SLICE]:
            assert await _in_state(desk, "linked") == {f"C{n}" for n in range(15, 21)}
        if not outcome.more:
            break
    assert sizes == [6, 6, 6, 2]
    assert len(await _in_state(desk, "linked")) == MANY
    published = "SELECT count(*) FROM core.feed WHERE publisher = 'complaints' AND body ->> 'state' = 'linked'"
    row = await (await desk.execute(published)).fetchone()
    assert row == {"count": MANY}


async def test_whoever_is_killed_between_two_slices_goes_on_where_it_was(desk: Connection, database_url: str) -> None:
    await _complain(desk)
    await take_down(desk)
    assert (await _batch(desk)).more
    async with desk.transaction(force_rollback=True):  # as a kill before the commit
        await _batch(desk)
    assert len(await _in_state(desk, "linked")) == SLICE
    async with await connect(database_url) as another:
        while (await _batch(another)).more:
            pass
    assert len(await _in_state(desk, "linked")) == MANY


async def test_an_incident_that_changes_all_the_time_holds_nobody_back(desk: Connection) -> None:
    await _complain(desk)
    await desk.execute("UPDATE complaints.complaint SET site_id = '', latitude = 31.09, longitude = 121.0")
    await desk.execute("UPDATE complaints.complaint SET latitude = 31.011 WHERE complaint_id = 'C1'")
    await take_down(desk)  # the others are near, and nothing explains them: only the oldest is in it
    for second in range(4):
        await _batch(desk, second)
        await _changed(desk)
    assert await _in_state(desk, "linked") == {"C1"}


async def test_an_outage_that_is_over_restores_everybody_slice_by_slice(desk: Connection) -> None:
    await take_down(desk)
    await _complain(desk, "I1")
    await _batch(desk)
    await desk.execute("UPDATE correlation.alarm SET cleared_at = %s", (NOW,))
    await desk.execute("UPDATE correlation.outage SET ended_at = %s", (NOW,))
    await _changed(desk)
    assert (await _batch(desk)).became == {"restored": SLICE}
    assert await _in_state(desk, "restored") == {f"C{n}" for n in range(1, 7)}
    while (await _batch(desk)).more:
        pass
    assert len(await _in_state(desk, "restored")) == MANY
    told = "SELECT count(*) FROM complaints.message WHERE kind = 'restored' AND state = 'waiting'"
    assert await (await desk.execute(told)).fetchone() == {"count": MANY}


async def test_a_merge_moves_everybody_before_anybody_is_judged(desk: Connection) -> None:
    await take_down(desk, "I1")
    await _complain(desk, "I1")
    await _batch(desk)
    await add_incident(desk, "I2", "S2")
    await desk.execute("UPDATE correlation.incident SET state = 'merged', merged_into = 'I2' WHERE incident_id = 'I1'")
    await desk.execute("UPDATE correlation.alarm SET incident_id = 'I2'")
    await desk.execute("UPDATE correlation.outage SET incident_id = 'I2'")
    await _changed(desk)
    while (outcome := await _batch(desk)).more:
        assert set(outcome.became) == {"moved"}
        assert await _in_state(desk, "restored") == set()
    row = await (await desk.execute("SELECT count(*) FROM views.complaint WHERE incident = 'I2'")).fetchone()
    assert row == {"count": MANY}


async def test_what_an_incident_leaves_is_explained_anew_or_restored_slice_by_slice(desk: Connection) -> None:
    await take_down(desk, "I1")
    await _complain(desk, "I1")
    await _batch(desk)
    await add_incident(desk, "I2", "S2")
    await desk.execute("UPDATE correlation.alarm SET incident_id = 'I2'")
    await desk.execute("UPDATE correlation.outage SET incident_id = 'I2'")
    await _changed(desk)
    assert (await _batch(desk)).became == {"moved": SLICE}
    while (await _batch(desk)).more:
        pass
    row = await (await desk.execute("SELECT count(*) FROM views.complaint WHERE incident = 'I2'")).fetchone()
    assert row == {"count": MANY}


async def test_one_answer_reaches_every_child_once(desk: Connection, database_url: str) -> None:
    await _complain(desk)
    await desk.execute("UPDATE complaints.complaint SET parent_id = 'C1' WHERE complaint_id <> 'C1'")
    answer = AnswerComplaint(complaint="C1", text="a crew is there", channel="phone", outcome="told", children=True)
    await _ask(desk, answer)
    assert (await _batch(desk)).more
    assert len(await _answers(desk)) == 1 + SLICE
    await desk.execute("UPDATE complaints.complaint SET state = 'closed' WHERE complaint_id = 'C20'")
    await _ask(desk, SplitComplaint(complaint="C19"))
    async with await connect(database_url) as another:
        while (await _batch(another)).more:
            pass
        await _batch(another)
    assert await _answers(desk) == sorted(f"C{n}" for n in range(1, 19))
    row = await (await desk.execute("SELECT count(*) FROM complaints.mass_answer")).fetchone()
    assert row == {"count": 0}


async def test_two_answers_for_many_come_one_after_the_other(desk: Connection) -> None:
    await _complain(desk)
    await desk.execute("UPDATE complaints.complaint SET parent_id = 'C1' WHERE complaint_id <> 'C1'")
    first, second = (
        AnswerComplaint(complaint="C1", text=text, channel="sms", send=True, children=True)
        for text in ("looking into it", "a crew is there")
    )
    await _ask(desk, first)
    await _batch(desk)
    await _ask(desk, second)
    while (await _batch(desk, 1)).more:
        pass
    query = "SELECT words ->> 'en' AS text, count(*) FROM complaints.message WHERE kind = 'answer' GROUP BY 1"
    rows = await (await desk.execute(query)).fetchall()
    assert sorted(row["count"] for row in rows) == [1] * (2 * MANY)
