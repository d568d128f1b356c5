"""What came of a command: all that follows from it by itself is done, then its answer as the API shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from complaints.care.rules import Rules
from complaints.care.store import Read
from complaints.policy import Policy
from complaints.settle import settle
from guywire.database import Connection


@dataclass(slots=True)
class Did:
    """What came of a command: its answer, the complaints that changed, what was registered with the outage."""

    answer: dict[str, Any]
    changed: set[str] = field(default_factory=set)
    registered: dict[str, Any] | None = None


async def settled(connection: Connection, reads: Mapping[str, Read], name: str, rules: Rules, policy: Policy) -> Did:
    """Settles all that was read; the answer is the complaint of that name."""
    changed = await settle(connection, reads.values(), rules, policy)
    return Did(await as_shown(connection, name), changed)


async def as_shown(connection: Connection, complaint: str) -> dict[str, Any]:
    """A complaint as views.complaint shows it."""
    row = await (
        await connection.execute("SELECT to_jsonb(v) AS body FROM views.complaint v WHERE v.id = %s", (complaint,))
    ).fetchone()
    assert row is not None
    return dict(row["body"])
