"""Announcements in the database: which sites each one concerns, and whose battery is shorter than the cut."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString

from dashboards.centre.announcement import Announced, not_taken
from dashboards.centre.writing import Done, publish
from guywire import identity
from guywire.database import Connection, Row, row_of
from guywire.errors import Refused, conflict, invalid, not_found
from guywire.identity import User
from guywire.web.listing import Filter

_UNKNOWN = """
SELECT x AS unknown FROM unnest(%(sites)s::text[]) x WHERE NOT EXISTS (SELECT FROM views.site s WHERE s.id = x)
UNION ALL SELECT x FROM unnest(%(power_feeds)s::text[]) x
WHERE NOT EXISTS (SELECT FROM views.power_feed f WHERE f.id = x)
  AND NOT EXISTS (SELECT FROM views.site s WHERE s.power_feed <> '' AND s.power_feed = x)
UNION ALL SELECT x FROM unnest(%(regions)s::text[]) x
WHERE NOT EXISTS (SELECT FROM views.site s WHERE s.region COLLATE "C" = x
    OR (s.region COLLATE "C" >= x || '/' AND s.region COLLATE "C" < x || '0'))
"""

# The sites of an announcement, each kind of place by its index; a region as a range: '0' comes next after '/'.
_CONCERNED: LiteralString = """
    SELECT s.id FROM one a JOIN views.site s ON s.id = ANY(a.sites)
    UNION SELECT s.id FROM one a JOIN views.site s ON s.power_feed <> '' AND s.power_feed = ANY(a.power_feeds)
    UNION SELECT s.id FROM one a CROSS JOIN unnest(a.regions) x JOIN views.site s ON s.region COLLATE "C" = x
        OR (s.region COLLATE "C" >= x || '/' AND s.region COLLATE "C" < x || '0')
"""

# What the inventory makes of an announcement; touches what it names itself, and where its sites are beside that.
_RECKON: LiteralString = f"""
WITH one AS (SELECT * FROM centre.announcement WHERE announcement_id = %(id)s),
concerned AS ({_CONCERNED}),
reckoned AS (
    SELECT count(*) AS concerned,
           count(*) FILTER (WHERE a.kind = 'power_cut'
               AND make_interval(secs => b.hours * 3600) < a.ends_at - a.starts_at) AS runs_out,
           array_agg(DISTINCT s.region) FILTER (WHERE NOT EXISTS (
               SELECT FROM unnest(a.regions) x WHERE s.region = x OR starts_with(s.region, x || '/'))) AS further
    FROM one a CROSS JOIN concerned c JOIN views.site s ON s.id = c.id JOIN views.battery b ON b.id = c.id),
whole AS (
    SELECT r.concerned, r.runs_out,
           ARRAY(SELECT DISTINCT x FROM unnest(a.regions || coalesce(r.further, '{{}}')) x ORDER BY 1) AS touches
    FROM one a CROSS JOIN reckoned r)
UPDATE centre.announcement a SET sites_concerned = w.concerned, runs_out = w.runs_out, touches = w.touches
FROM whole w WHERE a.announcement_id = %(id)s
  AND (a.sites_concerned, a.runs_out, a.touches) IS DISTINCT FROM (w.concerned, w.runs_out, w.touches)
"""  # noqa: S608 - made of constants

_RUNNING_OUT: LiteralString = f"""
WITH one AS (SELECT * FROM views.announcement WHERE id = %(id)s AND kind = 'power_cut'),
concerned AS ({_CONCERNED})
SELECT s.id AS site, s.name AS site_name, s.region, s.site_class, b.hours AS battery_hours,
       a.starts_at + make_interval(secs => b.hours * 3600) AS runs_out_at
FROM one a CROSS JOIN concerned c JOIN views.site s ON s.id = c.id JOIN views.battery b ON b.id = c.id
WHERE make_interval(secs => b.hours * 3600) < a.ends_at - a.starts_at
  AND (%(region)s = '' OR s.region = %(region)s OR starts_with(s.region, %(below)s))
ORDER BY b.hours, s.id LIMIT 500
"""  # noqa: S608 - made of constants

_PUT: LiteralString = """
INSERT INTO centre.announcement AS a (kind, title, text, source, reference, level, regions, sites, power_feeds,
    starts_at, ends_at, made_at, made_by)
VALUES (%(kind)s, %(title)s, %(text)s, %(source)s, %(reference)s, %(level)s, %(regions)s, %(sites)s, %(power_feeds)s,
    %(starts_at)s, %(ends_at)s, %(now)s, %(by)s)
"""
_CHANGE: LiteralString = """
kind = %(kind)s, title = %(title)s, text = %(text)s, source = %(source)s, reference = %(reference)s, level = %(level)s,
regions = %(regions)s, sites = %(sites)s, power_feeds = %(power_feeds)s, starts_at = %(starts_at)s,
ends_at = %(ends_at)s, withdrawn_at = NULL, withdrawn_by = '', withdrawn_reason = '', version = a.version + 1
"""

_EARLIER = """
SELECT touches FROM centre.announcement WHERE reference <> '' AND (source, reference) = (%s, %s) FOR UPDATE
"""

STANDING = Filter("v.withdrawn_at IS NULL AND v.ends_at > now()")


def concerning(sites: Sequence[str]) -> Filter:
    """The filter for announcements that concern any of these sites."""
    clause: LiteralString = (
        "EXISTS (SELECT FROM views.site s WHERE s.id = ANY(%s) AND (s.id = ANY(v.sites)"
        " OR (s.power_feed <> '' AND s.power_feed = ANY(v.power_feeds))"
        " OR EXISTS (SELECT FROM unnest(v.regions) x WHERE s.region = x OR starts_with(s.region, x || '/'))))"
    )
    return Filter(clause, (list(sites),))


async def enter(connection: Connection, user: User, given: Announced, now: datetime) -> Done:
    """A new one. Raises `Refused` for places that are unknown or not the user's, and for a reference that is taken."""
    await _refuse_unknown(connection, given)
    if await row_of(connection, _EARLIER, (given.source, given.reference)):
        raise conflict("reference_taken", "This source's reference was entered before. Change that announcement.")
    row = await row_of(connection, _PUT + " RETURNING announcement_id AS id", _values(given, user, now))
    assert row is not None
    await _reckon(connection, user, row["id"])
    return Done("announcement", row["id"], given.model_dump(mode="json"))


async def say_anew(connection: Connection, user: User, key: str, given: Announced, version: int) -> Done:
    """All of it, as it is from now on; one that was withdrawn stands again."""
    found = await _locked(connection, user, key)
    _refuse_old(found, version)
    await _refuse_unknown(connection, given)
    await connection.execute(
        "UPDATE centre.announcement AS a SET " + _CHANGE + " WHERE a.announcement_id = %(id)s",  # noqa: S608
        {**_values(given, user, found["made_at"]), "id": key},
    )
    await _reckon(connection, user, key)
    return Done("announcement", key, given.model_dump(mode="json"))


async def withdraw(
    connection: Connection, user: User, key: str, reason: str, version: int | None, now: datetime
) -> Done:
    """It will not happen, or is over early. Raises `Refused` when it touches what is not the user's."""
    found = await _locked(connection, user, key)
    _refuse_old(found, version)
    if found["withdrawn_at"]:
        raise conflict("withdrawn", f"{found['withdrawn_by']} has withdrawn this announcement already.")
    await connection.execute(
        "UPDATE centre.announcement SET withdrawn_at = %s, withdrawn_by = %s, withdrawn_reason = %s,"
        " version = version + 1 WHERE announcement_id = %s",
        (now, user.name, reason, key),
    )
    return Done("announcement", key, {"reason": reason})


async def take_in(
    connection: Connection, user: User, rows: Sequence[tuple[int, Announced]], now: datetime
) -> tuple[list[str], list[str]]:
    """All of them or none: the ids that were made, and those that were changed by the same source and reference."""
    made: list[str] = []
    changed: list[str] = []
    wrong = []
    on_conflict = " ON CONFLICT (source, reference) WHERE reference <> '' DO UPDATE SET "
    for line, given in rows:
        try:
            await _refuse_unknown(connection, given)
        except Refused as refused:
            wrong.append(f"line {line}: {refused.message}")
            continue
        if earlier := await row_of(connection, _EARLIER, (given.source, given.reference)):
            _refuse_beyond(user, earlier["touches"])
        query = _PUT + on_conflict + _CHANGE + " RETURNING announcement_id AS id, version"
        row = await row_of(connection, query, _values(given, user, now))
        assert row is not None
        (changed if row["version"] > 1 else made).append(row["id"])
        await _reckon(connection, user, row["id"])
    if wrong:
        raise not_taken(wrong)
    return made, changed


async def running_out(connection: Connection, key: str, region: str) -> list[dict[str, Any]]:
    """The sites that a cut outlasts, the shortest battery first: `{"site", "site_name", "region", "site_class",
    "battery_hours", "runs_out_at"}`."""
    values = {"id": key, "region": region, "below": f"{region}/"}
    return list(await (await connection.execute(_RUNNING_OUT, values)).fetchall())


async def reckon_all(connection: Connection, now: datetime) -> None:
    """What stands, by the inventory and the batteries as they are known now; tells of what changed."""
    query = "SELECT announcement_id AS id FROM centre.announcement WHERE withdrawn_at IS NULL AND ends_at > %s"
    for row in await (await connection.execute(query, (now,))).fetchall():
        async with connection.transaction():
            if (await connection.execute(_RECKON, {"id": row["id"]})).rowcount:
                await publish(connection, {"announcement": [row["id"]]})


async def _reckon(connection: Connection, user: User, key: str) -> None:
    """Raises `Refused` when it touches what is not the user's."""
    await connection.execute(_RECKON, {"id": key})
    row = await row_of(connection, "SELECT touches FROM centre.announcement WHERE announcement_id = %s", (key,))
    assert row is not None
    _refuse_beyond(user, row["touches"])


def _refuse_beyond(user: User, touches: Sequence[str]) -> None:
    if beyond := [region for region in touches if not identity.in_region(user, region)]:
        message = f"{beyond[0]} reaches beyond {user.region}: ask who is in charge."
        raise Refused("forbidden", "beyond_your_region", message)


async def _refuse_unknown(connection: Connection, given: Announced) -> None:
    rows = await connection.execute(_UNKNOWN, _places(given))
    if unknown := [row["unknown"] for row in await rows.fetchall()]:
        named = ", ".join(repr(one) for one in unknown[:5])
        raise invalid("unknown_place", f"The inventory has no site, power feed or region {named}. Mend the name.")


def _places(given: Announced) -> dict[str, Any]:
    return {"sites": list(given.sites), "power_feeds": list(given.power_feeds), "regions": list(given.regions)}


def _values(given: Announced, user: User, now: datetime) -> dict[str, Any]:
    return {**given.model_dump(), **_places(given), "now": now, "by": user.name}


async def _locked(connection: Connection, user: User, key: str) -> Row:
    """It, for a change: whoever sees only a part of what it touches changes none of it."""
    found = await row_of(connection, "SELECT * FROM centre.announcement WHERE announcement_id = %s FOR UPDATE", (key,))
    if found is None:
        raise not_found("announcement", key)
    _refuse_beyond(user, found["touches"])
    return found


def _refuse_old(found: Row, version: int | None) -> None:
    if version is not None and found["version"] != version:
        message = f"Somebody changed it meanwhile: it is version {found['version']} now. Read it again."
        raise conflict("version_is_old", message)
