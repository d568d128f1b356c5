"""What a batch decided of visits, written back; returns the changed ids by topic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg.types.json import Jsonb

from dispatch.board import Board
from dispatch.put_rows import put_rows
from dispatch.visits.model import CorrectedPlace, Question, Sos, Watch
from dispatch.visits.state import Visits
from guywire.database import Connection
from guywire.put_rows import columns

_PUT_RECORD = """
INSERT INTO dispatch.record (record_id, work_order_id, technician_id, at, recorded_at, kind, name, value, unit, text,
    photo_id, outside, late) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_PLACE_COLUMNS = columns(CorrectedPlace)
_QUESTION_COLUMNS = [name for name in columns(Question) if name != "crew"]
_SOS_COLUMNS = columns(Sos)
_PUT_ANSWER = """
INSERT INTO dispatch.answer (answer_id, question_id, at, person_id, actor, text) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (answer_id) DO NOTHING
"""
_SUBSCRIBE = """
INSERT INTO dispatch.push_subscription (endpoint, person_id, p256dh, auth, since) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (endpoint) DO UPDATE SET person_id = excluded.person_id, p256dh = excluded.p256dh, auth = excluded.auth,
    since = excluded.since
"""
_KEEP_NEWEST = """
DELETE FROM dispatch.push_subscription WHERE endpoint IN (
    SELECT endpoint FROM dispatch.push_subscription WHERE person_id = %s ORDER BY since DESC, endpoint OFFSET %s)
"""
_SEE = """
UPDATE dispatch.notice SET seen_at = %s, version = version + 1
WHERE person_id = %s AND notice_id = ANY(%s) AND seen_at IS NULL RETURNING notice_id
"""


async def write(connection: Connection, board: Board) -> dict[str, set[str]]:
    """Writes what the batch changed."""
    visits = board.visits
    records = [(*one[:7], Jsonb(one.value), *one[8:]) for one in visits.new_records]
    await _many(connection, _PUT_RECORD, records)
    places = [visits.places[one] for one in visits.changed_places]
    places.sort(key=lambda one: (one.state == "current", one.place_id))  # what it replaces makes room first
    await put_rows(connection, "place", "place_id", _PLACE_COLUMNS, places)
    questions = [visits.questions[one] for one in visits.new_questions]
    await put_rows(connection, "question", "question_id", _QUESTION_COLUMNS, questions)
    await _many(connection, _PUT_ANSWER, visits.new_answers)
    calls = [visits.sos[one] for one in visits.changed_sos]
    calls.sort(key=lambda one: (one.ended_at is None, one.sos_id))  # what ended makes room first
    await put_rows(connection, "sos", "sos_id", _SOS_COLUMNS, calls)
    await _write_watches(connection, visits)
    await _write_subscriptions(connection, visits)
    return {
        "record": {one.record_id for one in visits.new_records},
        "place": visits.changed_places,
        "question": {*visits.new_questions, *(one.question_id for one in visits.new_answers)},
        "sos": visits.changed_sos,
        "watch": visits.changed_watches,
        "notice": await _write_seen(connection, board),
    }


async def _write_watches(connection: Connection, visits: Visits) -> None:
    standing = [visits.watches[one] for one in sorted(visits.changed_watches) if one in visits.watches]
    gone = [one for one in visits.changed_watches if one not in visits.watches]
    if gone:
        await connection.execute("DELETE FROM dispatch.watch WHERE person_id = ANY(%s)", (gone,))
    await put_rows(connection, "watch", "person_id", Watch._fields, standing)


async def _write_subscriptions(connection: Connection, visits: Visits) -> None:
    await _many(connection, _SUBSCRIBE, visits.subscribed)
    most = visits.policy.push.of_a_person
    await _many(connection, _KEEP_NEWEST, [(one.person_id, most) for one in visits.subscribed])
    await _many(
        connection,
        "DELETE FROM dispatch.push_subscription WHERE endpoint = %s AND person_id = %s",
        visits.unsubscribed,
    )


async def _write_seen(connection: Connection, board: Board) -> set[str]:
    seen: set[str] = set()
    for person, notices in board.visits.seen:
        rows = await connection.execute(_SEE, (board.now, person, list(notices)))
        seen |= {row["notice_id"] for row in await rows.fetchall()}
    return seen


async def _many(connection: Connection, statement: str, rows: Sequence[Any]) -> None:
    if rows:
        await connection.cursor().executemany(statement.encode(), rows)
