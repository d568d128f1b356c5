"""When people work in the days to come, for whoever looks at a week: the same hours that dispatch goes by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from dispatch.model import Interval
from dispatch.rota.hours import hours_of
from dispatch.rota.intervals import joined, overlap
from dispatch.rota.model import Entry, EntryKind
from dispatch.rota.policy import RotaPolicy
from dispatch.shifts import ShiftError, zone_of
from guywire.database import Connection

_PEOPLE = """
SELECT t.id, t.name, t.region, t.shift, z.zone
FROM views.technician t
JOIN (SELECT r.region, core.zone_of(r.region) AS zone FROM (
    SELECT DISTINCT region FROM views.technician WHERE id = ANY(%(people)s)) r) z USING (region)
WHERE t.id = ANY(%(people)s) ORDER BY t.id
"""
_ENTRIES = """
SELECT entry_id, technician_id, kind, since, until, note, source, deputy_id, made_at, made_by, taken_back_at,
       taken_back_by, version
FROM dispatch.rota_entry
WHERE technician_id = ANY(%(people)s) AND taken_back_at IS NULL AND until > %(since)s AND since < %(until)s
"""
_STEP = timedelta(days=6)  # the hours of a person reach a week ahead


async def duties(
    connection: Connection, people: Sequence[str], since: datetime, until: datetime, policy: RotaPolicy
) -> list[dict[str, Any]]:
    """Of each: `{"id", "name", "region", "time_zone", "duty", "standby", "away": [{"since", "until"}], "problem"}`.

    `problem` says why nobody can tell, where the shift cannot be read.
    """
    around = timedelta(days=2)
    entries = await entries_of(connection, people, since - around, until + around)
    rows = await (await connection.execute(_PEOPLE, {"people": list(people)})).fetchall()
    return [
        {
            "id": row["id"],
            "name": row["name"],
            "region": row["region"],
            "time_zone": row["zone"],
            **_hours(
                row["shift"], row["zone"], row["region"], entries.get(row["id"], []), Interval(since, until), policy
            ),
        }
        for row in rows
    ]


async def entries_of(
    connection: Connection, people: Sequence[str], since: datetime, until: datetime
) -> dict[str, list[Entry]]:
    """By person: the entries that hold and touch the time between."""
    values = {"people": list(people), "since": since, "until": until}
    entries: dict[str, list[Entry]] = {}
    for row in await (await connection.execute(_ENTRIES, values)).fetchall():
        entries.setdefault(row["technician_id"], []).append(Entry(**{**row, "kind": EntryKind(row["kind"])}))
    return entries


def _hours(
    shift: str, zone: str | None, region: str, entries: Sequence[Entry], span: Interval, policy: RotaPolicy
) -> dict[str, Any]:
    found: dict[str, list[Interval]] = {"duty": [], "standby": [], "away": []}
    around = span.start
    try:
        while around < span.end + _STEP:
            hours = hours_of(shift, entries, zone_of(zone), around, policy.holidays_in(region))
            week = Interval(max(span.start, around - timedelta(hours=12)), min(span.end, around + _STEP))
            for name, stretches in hours._asdict().items():
                found[name] += overlap(stretches, week)
            around += _STEP
    except ShiftError as error:
        return {"duty": [], "standby": [], "away": [], "problem": str(error)}
    said = {name: [{"since": one.start, "until": one.end} for one in joined(each)] for name, each in found.items()}
    return {**said, "problem": ""}
