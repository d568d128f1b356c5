"""What closed faults alike: closed tickets of the same root type, the same site's first, and how often each cause."""

from __future__ import annotations

from typing import Any

from guywire.database import Connection
from guywire.identity import User

_MOST = 20
_LOOKED_AT = 500
"""Of all faults of a type the last ones count: what was the matter years ago says little."""

_SEEN = "(%(region)s = '' OR v.region = %(region)s OR starts_with(v.region, %(below)s))"
_COLUMNS = """
v.id, v.ticket, v.site, v.site_name, v.region, v.resource, v.closed_at, v.cause, v.result, v.responsible_party,
round(extract(epoch FROM coalesce(v.resolved_at, v.closed_at) - v.opened_at) / 60)::int AS minutes
"""
_SAME_SITE = f"""
SELECT {_COLUMNS} FROM views.closed_fault v
WHERE v.site = %(site)s AND v.alarm_type = %(alarm_type)s AND v.id <> %(incident)s AND {_SEEN}
ORDER BY v.fault_closed_at DESC LIMIT %(most)s
"""  # noqa: S608 - made of constants
_LATELY = f"""
SELECT {_COLUMNS}, v.site = %(site)s AS same_site FROM views.closed_fault v
WHERE v.alarm_type = %(alarm_type)s AND v.id <> %(incident)s AND {_SEEN}
ORDER BY v.fault_closed_at DESC LIMIT %(looked_at)s
"""  # noqa: S608 - made of constants
_PLACE = "SELECT region FROM views.site WHERE id = %s"


async def similar(
    connection: Connection, user: User, alarm_type: str, site: str, resource: str, incident: str
) -> dict[str, Any]:
    """`{"items": [...], "causes": [{"cause", "count"}], "looked_at": n, "next": null}`: at most 20 items, the same site
    first, then the same kind of resource, then the same region, each the last closed first."""
    values = {
        "alarm_type": alarm_type,
        "site": site,
        "incident": incident,
        "region": user.region,
        "below": f"{user.region}/",
        "most": _MOST,
        "looked_at": _LOOKED_AT,
    }
    here = await (await connection.execute(_SAME_SITE, values)).fetchall() if site else []
    lately = await (await connection.execute(_LATELY, values)).fetchall()
    place = await (await connection.execute(_PLACE, (site,))).fetchone()
    region, kind = place["region"] if place else "", resource.partition("-")[0]
    elsewhere = sorted(
        (row for row in lately if not row["same_site"]),
        key=lambda row: (bool(kind) and row["resource"].partition("-")[0] != kind, row["region"] != region),
    )
    items = [*({**row, "same_site": True} for row in here), *elsewhere][:_MOST]
    return {"items": items, "causes": _causes(lately), "looked_at": len(lately), "next": None}


def _causes(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The ten that closed most, as they were written but for case and the spaces around."""
    counts: dict[str, tuple[str, int]] = {}
    for row in rows:
        key = row["cause"].strip().casefold()
        if key:
            written, count = counts.get(key, (row["cause"].strip(), 0))
            counts[key] = (written, count + 1)
    most = sorted(counts.values(), key=lambda one: -one[1])[:10]
    return [{"cause": cause, "count": count} for cause, count in most]
