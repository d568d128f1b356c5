"""What a tenant says of how a ticket of its sites was ended: it agrees, or says why not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dashboards.centre.writing import Done
from guywire.database import Connection
from guywire.errors import conflict, invalid
from guywire.identity import User

_PUT = """
INSERT INTO centre.agreement AS a (ticket_id, tenant, agreed, reason, at, by)
VALUES (%(ticket)s, %(tenant)s, %(agreed)s, %(reason)s, %(now)s, %(by)s)
ON CONFLICT (ticket_id, tenant) DO UPDATE SET agreed = excluded.agreed, reason = excluded.reason, at = excluded.at,
    by = excluded.by, version = a.version + 1
WHERE %(version)s::integer IS NULL OR a.version = %(version)s
"""


async def judge(
    connection: Connection, user: User, ticket: Mapping[str, Any], agreed: bool, reason: str, version: int | None,
    now: datetime,
) -> Done:  # fmt: skip
    """The tenant's word on a ticket as `read.tickets` shows it; the last one holds. Raises `Refused`."""
    if not ticket["may_be_judged"]:
        raise conflict("not_resolved", f"{ticket['id']} is not resolved yet: there is nothing to agree to.")
    if not agreed and not reason.strip():
        raise invalid("reason_missing", "reason: say what is not as it should be, so that somebody can mend it.")
    values = {"ticket": ticket["id"], "tenant": user.tenant, "agreed": agreed, "reason": reason.strip(), "now": now}
    put = await connection.execute(_PUT, {**values, "by": user.name, "version": version})
    if not put.rowcount:
        raise conflict("version_is_old", "A colleague of yours said something meanwhile. Look at it again.")
    return Done("agreement", f"{ticket['id']}/{user.tenant}", {"agreed": agreed, "reason": reason.strip()})
