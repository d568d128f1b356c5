"""What other services decided, and what it means for complaints: moved, restored, in line to be linked at last.

Thousands may hang on one incident: they are taken in slices, and what is left is remembered in the database.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from complaints import in_turn
from complaints.life import Standing, Verdict, restored_at, verdict
from complaints.policy import Policy
from complaints.relink import explain_again, keep_links
from guywire.database import Connection, Row, rows_of
from guywire.feed import Change

SLICE = 300
"""So many complaints of one kind are written in one batch: half a second on a busy machine."""
_MOST_SHOWN_AGAIN = 100

_LEFT = "SELECT incident_id FROM complaints.to_follow"
_DONE = "DELETE FROM complaints.to_follow WHERE incident_id <> ALL(%s)"
_REMEMBER = "INSERT INTO complaints.to_follow SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING"

_MERGED = """
WITH RECURSIVE heir (origin, id) AS (
    SELECT id, merged_into FROM views.incident
    WHERE id = ANY(%(incidents)s) AND state = 'merged' AND merged_into IS NOT NULL
    UNION
    SELECT h.origin, i.merged_into FROM heir h JOIN views.incident i ON i.id = h.id
    WHERE i.state = 'merged' AND i.merged_into IS NOT NULL
), moving AS (
    SELECT c.complaint_id, h.id FROM heir h
    JOIN views.incident survivor ON survivor.id = h.id AND survivor.state <> 'merged'
    JOIN complaints.complaint c ON c.incident_id = h.origin
    LIMIT %(limit)s
)
UPDATE complaints.complaint c SET incident_id = m.id, look_at = %(now)s, version = c.version + 1
FROM moving m WHERE c.complaint_id = m.complaint_id RETURNING c.complaint_id, c.incident_id
"""

# One row a place: how an incident stands at a site is the same for everybody there.
_PLACES = """
SELECT p.incident_id, p.site_id, i.state = 'open' AS incident_open, i.closed_at, o.incident IS NOT NULL AS has_outage,
       o.ended_at AS outage_ended_at,
       EXISTS (SELECT FROM views.alarm a
               WHERE a.incident = p.incident_id AND a.site = p.site_id AND a.cleared_at IS NULL) AS alarms_stand
FROM (SELECT DISTINCT incident_id, site_id FROM complaints.complaint
      WHERE state = 'linked' AND incident_id = ANY(%s)) p
JOIN views.incident i ON i.id = p.incident_id
LEFT JOIN views.outage o ON o.incident = p.incident_id AND o.site = p.site_id
"""

_LINKED_THERE = """
SELECT c.*, p.restored FROM unnest(%(incidents)s::text[], %(sites)s::text[], %(restored)s::timestamptz[])
    AS p (incident, site, restored)
JOIN complaints.complaint c ON c.incident_id = p.incident AND c.site_id = p.site AND c.state = 'linked'
ORDER BY c.registered_at, c.complaint_id LIMIT %(limit)s
"""

_RESTORED = """
UPDATE complaints.complaint c SET state = 'restored', restored_at = n.restored, look_at = %s, version = c.version + 1
FROM unnest(%s::text[], %s::timestamptz[]) AS n (id, restored) WHERE c.complaint_id = n.id
"""

_SERVED = """
UPDATE complaints.complaint c SET state = 'restored', restored_at = %(now)s, look_at = %(now)s, version = c.version + 1
FROM views.ticket t WHERE c.ticket_id = t.id AND t.state IN ('resolved', 'closed') AND c.state = 'open'
AND (%(tickets)s::text[] IS NULL OR t.id = ANY(%(tickets)s)) RETURNING c.complaint_id
"""

_STIRRED = """
UPDATE complaints.complaint SET look_at = %s WHERE complaint_id IN (
    SELECT complaint_id FROM complaints.complaint WHERE incident_id = ANY(%s) AND state = 'linked'
    ORDER BY registered_at DESC, complaint_id LIMIT %s)
RETURNING complaint_id
"""


def incidents_in(changes: Iterable[Change]) -> set[str]:
    """The incidents that changes of alarm_correlation speak of."""
    named = {change.id if change.topic == "incident" else _incident_of(change) for change in changes}
    return named - {""}


def tickets_in(changes: Iterable[Change]) -> set[str]:
    """The tickets on whose work orders dispatch decided something."""
    return {change.body["ticket"] for change in changes if change.topic == "work_order" and "ticket" in change.body}


def served_in(changes: Iterable[Change]) -> list[str]:
    """The tickets that alarm_correlation says something of."""
    return [change.id for change in changes if change.topic == "ticket"]


@dataclass(slots=True)
class Followed:
    """What became of each complaint that changed, by its id. `more`: there are some left for the next batch."""

    became: dict[str, str] = field(default_factory=dict)
    more: bool = False


async def follow_incidents(
    connection: Connection, news: Collection[str], now: datetime, policy: Policy, never: Collection[str]
) -> Followed:
    """Brings complaints in line with the incidents that changed, and with those that were not done with.

    `never` are the categories that no outage explains.
    """
    left = {row["incident_id"] for row in await rows_of(connection, _LEFT)}
    followed = Followed()
    if incidents := {*news, *left}:
        concerned = await _follow(connection, incidents, now, policy, followed)
        if news:
            fresh = (concerned - left) | set(news)
            await in_turn.line_up(connection, fresh, now, policy.link, never)
        await _remember(connection, concerned if followed.more else set(), left)
    explained = await in_turn.explain_next(connection, now, policy, never, SLICE)
    followed.became |= dict.fromkeys(explained.linked, "linked")
    followed.more |= explained.more
    return followed


async def _follow(
    connection: Connection, incidents: Collection[str], now: datetime, policy: Policy, followed: Followed
) -> set[str]:
    """A slice of what these incidents did; all the incidents that it concerns. What was merged is moved before all."""
    moved = await rows_of(connection, _MERGED, {"incidents": list(incidents), "now": now, "limit": SLICE})
    followed.became |= {row["complaint_id"]: "moved" for row in moved}
    concerned = {*incidents, *(row["incident_id"] for row in moved)}
    followed.more = len(moved) == SLICE
    if not followed.more:
        judged = await _judge_linked(connection, concerned, now, policy)
        followed.became |= judged
        followed.more = len(judged) >= SLICE
    return concerned


async def _remember(connection: Connection, unfinished: Collection[str], before: Collection[str]) -> None:
    if before:
        await connection.execute(_DONE, (list(unfinished),))
    if unfinished:
        await connection.execute(_REMEMBER, (list(unfinished),))


async def incidents_of(connection: Connection, tickets: Collection[str]) -> list[str]:
    rows = await rows_of(
        connection,
        "SELECT DISTINCT incident FROM views.ticket WHERE id = ANY(%s) AND incident IS NOT NULL",
        (list(tickets),),
    )
    return [row["incident"] for row in rows]


async def served(connection: Connection, tickets: Sequence[str] | None, now: datetime) -> dict[str, str]:
    """Complaints whose own ticket is resolved are restored; None: whatever ticket that is."""
    rows = await rows_of(connection, _SERVED, {"tickets": tickets, "now": now})
    return {row["complaint_id"]: "restored" for row in rows}


async def shown_again(connection: Connection, incidents: Collection[str], now: datetime) -> list[str]:
    """Has the newest complaints linked to incidents whose repair moved on looked at; their screens ask anew.

    The others are looked at within minutes anyhow, as all that are linked.
    """
    rows = await rows_of(connection, _STIRRED, (now, list(incidents), _MOST_SHOWN_AGAIN))
    return [row["complaint_id"] for row in rows]


async def live_incidents(connection: Connection) -> list[str]:
    """All that could matter to a complaint, for a start without a usable feed."""
    rows = await rows_of(
        connection,
        "SELECT id FROM views.incident WHERE state = 'open'"
        " UNION SELECT incident_id FROM complaints.complaint WHERE state = 'linked'",
    )
    return [row["id"] for row in rows]


async def _judge_linked(
    connection: Connection, incidents: Collection[str], now: datetime, policy: Policy
) -> dict[str, str]:
    """Restores those whose outage is over, and looks again where the incident speaks of their site no more."""
    over: list[Row] = []
    elsewhere: list[Row] = []
    for place in await rows_of(connection, _PLACES, (list(incidents),)):
        standing = Standing(*(place[name] for name in Standing.__slots__))
        said = verdict(standing)
        if said is not Verdict.KEEP:
            place["restored"] = restored_at(standing, now)
            (over if said is Verdict.RESTORED else elsewhere).append(place)
    rows = await _linked_there(connection, over, SLICE)
    again = await _linked_there(connection, elsewhere, SLICE - len(rows))
    explained = await explain_again(connection, again, now, policy) if again else []
    moved = set(await keep_links(connection, list(zip(again, explained, strict=True)), now))
    rows += [row for row in again if row["complaint_id"] not in moved]
    if rows:
        values = (now, [row["complaint_id"] for row in rows], [row["restored"] for row in rows])
        await connection.execute(_RESTORED, values)
    return dict.fromkeys(moved, "moved") | {row["complaint_id"]: "restored" for row in rows}


async def _linked_there(connection: Connection, places: Sequence[Row], at_most: int) -> list[Row]:
    """The complaints that are linked to these incidents at these sites, the oldest first."""
    if not places or at_most <= 0:
        return []
    values = {
        "incidents": [place["incident_id"] for place in places],
        "sites": [place["site_id"] for place in places],
        "restored": [place["restored"] for place in places],
        "limit": at_most,
    }
    return await rows_of(connection, _LINKED_THERE, values)


def _incident_of(change: Change) -> str:
    if change.topic == "outage":
        return str(change.body.get("incident") or change.id.partition("/")[0])
    return str(change.body.get("incident") or "") if change.topic == "alarm" else ""
