"""What of the centre's own records stands beside an incident or a site: its claim, and announcements of its places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.centre.announcements import STANDING, concerning
from guywire.database import Connection
from guywire.identity import User
from guywire.web.listing import Filter, Listing, fetch, within

_ANNOUNCEMENTS = Listing("announcement", "starts_at", "timestamptz", body="to_jsonb(v) - 'sites' - 'power_feeds'")
_CLAIMS = Listing("claim")
_MOST = 20


def sites_of(incident: Mapping[str, Any]) -> list[str]:
    """The site of its root and those that it takes down."""
    return sorted(
        {*[outage["site"] for outage in incident["outages"]], *([incident["site"]] if incident["site"] else [])}
    )


async def announced_for(connection: Connection, sites: Sequence[str], user: User) -> list[dict[str, Any]]:
    """Announcements that are not over and concern any of the sites, the soonest first."""
    if not sites:
        return []
    filters = [STANDING, concerning(sites), *within(user, "announcement")]
    return await fetch(connection, _ANNOUNCEMENTS, filters, _MOST)


async def standing_claim(connection: Connection, incident: str) -> dict[str, Any] | None:
    """Who works on it, or null."""
    found = await fetch(connection, _CLAIMS, [Filter("v.id = %s AND v.ended_at IS NULL", (incident,))], 1)
    return found[0] if found else None
