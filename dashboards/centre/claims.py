"""Claims: who works on which incident, so that two never work one unknowingly; they end with their incident."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from dashboards.centre.writing import Done, publish
from guywire import identity
from guywire.database import Connection, Row, row_of
from guywire.errors import Refused, conflict
from guywire.identity import Permission, User, audit

_PUT = """
INSERT INTO centre.claim AS c (incident_id, claimed_by, at, note) VALUES (%(incident)s, %(by)s, %(at)s, %(note)s)
ON CONFLICT (incident_id) DO UPDATE SET
    taken_from = CASE WHEN c.ended_at IS NULL AND c.claimed_by <> excluded.claimed_by THEN c.claimed_by ELSE '' END,
    -- saying it again changes the note, not since when
    at = CASE WHEN c.ended_at IS NULL AND c.claimed_by = excluded.claimed_by THEN c.at ELSE excluded.at END,
    claimed_by = excluded.claimed_by, note = excluded.note, ended_at = NULL, ended_by = '', end_reason = '',
    version = c.version + 1
"""

_OVER = """
SELECT v.incident, v.by, v.at, v.note, i.state, i.merged_into
FROM views.claim v JOIN views.incident i ON i.id = v.incident
WHERE v.ended_at IS NULL AND i.state <> 'open' ORDER BY v.at, v.incident
"""

_MOVE = """
INSERT INTO centre.claim AS c (incident_id, claimed_by, at, note) VALUES (%(incident)s, %(by)s, %(at)s, %(note)s)
ON CONFLICT (incident_id) DO UPDATE SET claimed_by = excluded.claimed_by, at = excluded.at, note = excluded.note,
    taken_from = '', ended_at = NULL, ended_by = '', end_reason = '', version = c.version + 1
WHERE c.ended_at IS NOT NULL
"""

# A merge may itself have been merged: the one that is open in the end.
_SURVIVOR = """
WITH RECURSIVE on_the_way (id, state, merged_into, steps) AS (
    SELECT id, state, merged_into, 0 FROM views.incident WHERE id = %s
    UNION ALL SELECT i.id, i.state, i.merged_into, w.steps + 1
    FROM on_the_way w JOIN views.incident i ON i.id = w.merged_into WHERE w.steps < 100)
SELECT id FROM on_the_way WHERE state = 'open' LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Wish:
    """How somebody wants an incident: `take_over` from whoever has it, and with `version` only as it was seen."""

    note: str = ""
    take_over: bool = False
    version: int | None = None


async def claim(connection: Connection, user: User, incident: str, wish: Wish, now: datetime) -> Done:
    """The user's from now on. Raises `Refused` (409): `claimed` by another unless that very claim is taken over,
    `not_open`."""
    await _lock(connection, incident)
    state = await row_of(connection, "SELECT state FROM views.incident WHERE id = %s", (incident,))
    if state is None or state["state"] != "open":
        raise conflict("not_open", "This incident is no longer open. There is nothing left to claim.")
    standing = await _standing(connection, incident)
    others = standing if standing and standing["claimed_by"] != user.name else None
    if others and not (wish.take_over and _is_as_seen(others, wish.version)):
        raise conflict("claimed", _who_has_it(others))
    await connection.execute(_PUT, {"incident": incident, "by": user.name, "at": now, "note": wish.note})
    return Done("claim", incident, {"taken_from": others["claimed_by"] if others else "", "note": wish.note})


async def release(connection: Connection, user: User, incident: str, version: int | None, now: datetime) -> Done:
    """Gives it back; somebody else's only by who leads the shift, and with `version` only as it was seen. Raises
    `Refused`: `not_claimed`, `not_yours`, `claimed` by somebody else meanwhile."""
    await _lock(connection, incident)
    standing = await _standing(connection, incident)
    if standing is None:
        raise conflict("not_claimed", "Nobody works on this incident. There is nothing to release.")
    if standing["claimed_by"] != user.name and not identity.may(user, Permission.LEAD_SHIFT):
        raise Refused("forbidden", "not_yours", f"{_who_has_it(standing)} Or ask your shift leader to end it.")
    if standing["claimed_by"] != user.name and not _is_as_seen(standing, version):
        raise conflict("claimed", _who_has_it(standing))
    await _end(connection, incident, user.name, "released", now)
    return Done("claim", incident, {"claimed_by": standing["claimed_by"]})


async def tidy(connection: Connection, now: datetime) -> int:
    """Ends the claims whose incident is over; of a merged one it moves to the survivor where that is free.

    Looks at what stands, so it may be called at any time, and after any crash. Answers how many ended.
    """
    async with connection.transaction():
        over = await (await connection.execute(_OVER)).fetchall()
        changed: set[str] = set()
        for row in over:
            await _end(connection, row["incident"], "system", row["state"], now)
            moved_to = await _move(connection, row) if row["state"] == "merged" else None
            changed |= {row["incident"], *([moved_to] if moved_to else [])}
            await audit(connection, "system", "end_claim", "claim", row["incident"], {"moved_to": moved_to})
        if changed:
            await publish(connection, {"claim": changed})
    return len(over)


async def _move(connection: Connection, row: Row) -> str | None:
    survivor = await row_of(connection, _SURVIVOR, (row["merged_into"],))
    if survivor is None:
        return None
    values = {"incident": survivor["id"], "by": row["by"], "at": row["at"], "note": row["note"]}
    moved = await connection.execute(_MOVE, values)
    return str(survivor["id"]) if moved.rowcount else None


async def _end(connection: Connection, incident: str, by: str, reason: str, now: datetime) -> None:
    await connection.execute(
        "UPDATE centre.claim SET ended_at = %s, ended_by = %s, end_reason = %s, version = version + 1"
        " WHERE incident_id = %s AND ended_at IS NULL",
        (now, by, reason, incident),
    )


async def _lock(connection: Connection, incident: str) -> None:
    """Two who claim at once: the second waits, and sees the first. There may be no row yet to lock."""
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"claim:{incident}",))


async def _standing(connection: Connection, incident: str) -> Row | None:
    query = "SELECT claimed_by, at, version FROM centre.claim WHERE incident_id = %s AND ended_at IS NULL FOR UPDATE"
    return await row_of(connection, query, (incident,))


def _is_as_seen(standing: Row, version: int | None) -> bool:
    """Of two who take it over at once the second has seen another's claim."""
    return version is None or bool(standing["version"] == version)


def _who_has_it(standing: Row) -> str:
    since = standing["at"].astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"{standing['claimed_by']} works on this incident since {since}. Talk to them, or take it over."
