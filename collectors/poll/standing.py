"""What stands by the correlator's views, for the poller's ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from collectors.poll.device import RESTART, SYS_UPTIME_NAME
from collectors.poll.ledger import Seen
from guywire.database import Connection
from guywire.model import Identity, Severity

# a restart that a trap told is not the poller's to clear: sysUpTime may never have gone back
_STANDING = """
SELECT site, resource, alarm_type, qualifier, changed_at,
       CASE WHEN cleared_at IS NULL THEN severity ELSE 'cleared' END AS severity
FROM views.alarm
WHERE site = ANY(%(sites)s) AND (cleared_at IS NULL OR cleared_at > %(since)s)
  AND (alarm_type <> %(restart)s OR cleared_at IS NOT NULL OR details ? %(uptime)s)
"""


async def read_standing(connection: Connection, sites: Sequence[str], since: datetime) -> list[Seen]:
    """The active alarms of these sites, and those that were cleared after `since`."""
    values = {"sites": list(sites), "since": since, "restart": RESTART, "uptime": SYS_UPTIME_NAME}
    rows = await (await connection.execute(_STANDING, values)).fetchall()
    return [
        Seen(
            Identity(row["site"], row["resource"], row["alarm_type"], row["qualifier"]),
            Severity(row["severity"]),
            row["changed_at"],
        )
        for row in rows
    ]
