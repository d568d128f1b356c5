"""Claims: who works on which incident, so that two never work one unknowingly; they end with their incident."""

from __future__ import annotations

from datetime import UTC, datetime

from dashboards.centre.writing import Done, publish
from guywire import identity
from guywire.database import Connection, Row
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


async def claim(connection: Connection, user: User, incident: str, note: str, take_over: bool, now: datetime) -> Done:
    """The user's from now on. Raises `Refused` (409): `claimed` by another unless that is taken over, `not_open`."""
    await _lock(connection, incident)
    state = await _one(connection, "SELECT state FROM views.incident WHERE id = %s", incident)
    if state is None or state["state"] != "open":
        raise conflict("not_open", "This incident is no longer open. There is nothing left to claim.")
    standing = await _standing(connection, incident)
    if standing and standing["claimed_by"] != user.name and not take_over:
        raise conflict("claimed", _who_has_it(standing))
    await connection.execute(_PUT, {"incident": incident, "by": user.name, "at": now, "note": note})
    taken_from = standing["claimed_by"] if standing and standing["claimed_by"] != user.name else ""
    return Done("claim", incident, {"taken_from": taken_from, "note": note})


async def release(connection: Connection, user: User, incident: str, now: datetime) -> Done:
    """Gives it back; somebody else's only by who leads the shift. Raises `Refused`: `not_claimed`, `not_yours`."""
    await _lock(connection, incident)
    standing = await _standing(connection, incident)
    if standing is None:
        raise conflict("not_claimed", "Nobody works on this incident. There is nothing to release.")
    if standing["claimed_by"] != user.name and not identity.may(user, Permission.LEAD_SHIFT):
        raise Refused("forbidden", "not_yours", f"{_who_has_it(standing)} Or ask your shift leader to end it.")
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
    survivor = await _one(connection, _SURVIVOR, row["merged_into"])
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
    query = "SELECT claimed_by, at FROM centre.claim WHERE incident_id = %s AND ended_at IS NULL FOR UPDATE"
    return await _one(connection, query, incident)


async def _one(connection: Connection, query: str, key: str) -> Row | None:
    return await (await connection.execute(query, (key,))).fetchone()


def _who_has_it(standing: Row) -> str:
    since = standing["at"].astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"{standing['claimed_by']} works on this incident since {since}. Talk to them, or take it over."
