"""What a person is to be told: decided on the board with everything else, sent later (telling)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from guywire.database import Connection

_PUT = """
INSERT INTO dispatch.notice
    (notice_id, person_id, kind, at, words, urgent, work_order_id, ticket_id, site_id, domain)
SELECT notice_id, person_id, kind, at, words, urgent, work_order_id, ticket_id, site_id, domain
FROM jsonb_populate_recordset(NULL::dispatch.notice, %s::jsonb) ON CONFLICT (notice_id) DO NOTHING RETURNING notice_id
"""
_VOID = """
UPDATE dispatch.notice SET void_at = %s, tell_at = '-infinity', version = version + 1
WHERE notice_id = ANY(%s) AND void_at IS NULL RETURNING notice_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message to one person. `words` is a sentence in each language that stands alone on a locked screen.

    `notice_id` says whom, of what and why (`W7/offered/T1`), so that telling twice tells once.
    """

    notice_id: str
    person_id: str
    kind: str
    at: datetime
    words: Mapping[str, str]
    urgent: bool = False
    work_order_id: str = ""
    ticket_id: str = ""
    site_id: str = ""
    domain: str = ""


@dataclass(slots=True)
class Notices:
    """The notices of one batch: new ones, and the ids of those that are over."""

    new: dict[str, Notice] = field(default_factory=dict)
    over: set[str] = field(default_factory=set)

    def tell(self, notice: Notice) -> None:
        """Tells it, unless it was told before."""
        self.new.setdefault(notice.notice_id, notice)

    def is_over(self, notice_id: str) -> None:
        """What it told of is over: it is not sent any more, and the phone takes it down."""
        self.over.add(notice_id)


async def write_notices(connection: Connection, notices: Notices, now: datetime) -> set[str]:
    """Writes what the batch told and took back; the ids of what that changed: what was told before, or was never told
    or over already, changes nothing."""
    changed: set[str] = set()
    if notices.new:
        told = msgspec.json.encode(list(notices.new.values())).decode()
        changed |= await _ids(connection, _PUT, (told,))
    if notices.over:
        changed |= await _ids(connection, _VOID, (now, sorted(notices.over)))
    return changed


async def _ids(connection: Connection, statement: str, values: Sequence[object]) -> set[str]:
    rows = await connection.execute(statement.encode(), values)
    return {row["notice_id"] for row in await rows.fetchall()}
