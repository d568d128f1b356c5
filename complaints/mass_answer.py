"""One answer for all complaints under one: the parent's at once, the children's in slices, one a batch.

What is left stands in the database: a kill loses no child and answers none twice.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from complaints.care import steps
from complaints.care.rules import Rules
from complaints.care.store import Read, read_cases
from complaints.policy import Policy
from complaints.settle import settle
from guywire.commands.complaints import AnswerComplaint
from guywire.database import Connection, row_of

SLICE = 500

_BEGIN = """
INSERT INTO complaints.mass_answer (answer, actor, waiting)
SELECT %s::jsonb, %s, array_agg(complaint_id ORDER BY registered_at, complaint_id)
FROM complaints.complaint WHERE parent_id = %s AND state <> 'closed' HAVING count(*) > 0
"""
_NEXT = """
SELECT answer_id, answer::text AS answer, actor, waiting[1:%(slice)s] AS waiting, cardinality(waiting) AS count,
       count(*) OVER () AS answers
FROM complaints.mass_answer ORDER BY answer_id LIMIT 1
"""
_ANSWERED = "UPDATE complaints.mass_answer SET waiting = waiting[%s:] WHERE answer_id = %s"
_DONE = "DELETE FROM complaints.mass_answer WHERE answer_id = %s"


class Answered(NamedTuple):
    """The ids of complaints that changed. `more`: others are still to be answered."""

    changed: set[str]
    more: bool


async def begin(connection: Connection, command: AnswerComplaint, actor: str) -> None:
    """Whoever stands under the complaint now is to have its answer."""
    await connection.execute(_BEGIN, (msgspec.json.encode(command).decode(), actor, command.complaint))


async def answer_next(connection: Connection, rules: Rules, policy: Policy) -> Answered:
    """Answers the next slice. Who was closed, or taken out from under the parent, meanwhile is left out."""
    row = await row_of(connection, _NEXT, {"slice": SLICE})
    if row is None:
        return Answered(set(), more=False)
    command = msgspec.json.decode(row["answer"], type=AnswerComplaint)
    reads = await read_cases(connection, row["waiting"])
    mine = [read for read in reads.values() if _is_waiting(read, command)]
    for read in mine:
        steps.answer(read.case, command, row["actor"], rules)
    changed = await settle(connection, mine, rules, policy)
    some_left = row["count"] > SLICE
    if some_left:
        await connection.execute(_ANSWERED, (SLICE + 1, row["answer_id"]))
    else:
        await connection.execute(_DONE, (row["answer_id"],))
    return Answered(changed, more=some_left or row["answers"] > 1)


def _is_waiting(read: Read, command: AnswerComplaint) -> bool:
    complaint = read.case.complaint
    return complaint.parent_id == command.complaint and not complaint.is_closed
