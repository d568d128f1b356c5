"""What one tenant may see, read from the views: every question names the tenant of the account, and its region."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from complaints import Policy
from dashboards.tenants.plain import outage_words, repairs_of, ticket_words
from guywire.database import Connection, Row
from guywire.errors import not_found
from guywire.identity import User

LATELY = timedelta(days=60)
"""How far back outages and tickets are shown."""
MOST_SITES = 500

_SQL = Path(__file__).parent / "sql"


async def sites(connection: Connection, user: User, text: str = "", site: str | None = None) -> dict[str, Any]:
    """Its sites with their state, the worst first: `{"items", "next", "total", "down", "at_risk", "next_down_at",
    "next_zone"}`; 500 at the most. `next_down_at` is when the first of those at risk goes down, in its zone."""
    rows = await _ask(connection, "sites", user, text=text, site=site, limit=MOST_SITES)
    counts = {"total": "total", "down": "total_down", "at_risk": "total_at_risk"}
    first = ("next_down_at", "next_zone")
    items = [{name: value for name, value in row.items() if name not in (*counts.values(), *first)} for row in rows]
    return {
        "items": items,
        "next": None,
        **{name: rows[0][key] if rows else 0 for name, key in counts.items()},
        **{name: rows[0][name] if rows else None for name in first},
    }


async def site(connection: Connection, user: User, key: str) -> dict[str, Any]:
    """One site. Raises not found for another's as for one that does not exist."""
    found = (await sites(connection, user, site=key))["items"]
    if not found:
        raise not_found("site", key)
    one: dict[str, Any] = found[0]
    return one


async def outages(
    connection: Connection, user: User, policy: Policy, now: datetime, site: str | None = None
) -> list[dict[str, Any]]:
    """Its outages in plain words, what goes on first; over ones of the last sixty days."""
    rows = await _ask(connection, "outages", user, since=now - LATELY, site=site)
    going_on = sorted({row["incident"] for row in rows if row["ended_at"] is None})
    told = await (await connection.execute(_text("repairs").encode(), {"incidents": going_on})).fetchall()
    repairs = repairs_of(told)
    return [outage_words(row, repairs.get(row["incident"]), policy, now) for row in rows]


async def works(connection: Connection, user: User, now: datetime, site: str | None = None) -> list[Row]:
    return await _ask(connection, "works", user, now=now, site=site)


async def tickets(
    connection: Connection, user: User, policy: Policy, now: datetime, ticket: str | None = None
) -> list[dict[str, Any]]:
    rows = await _ask(connection, "tickets", user, since=now - LATELY, ticket=ticket)
    return [ticket_words(row, policy, now) for row in rows]


async def fault_reports(
    connection: Connection, user: User, site: str | None = None, report: str | None = None
) -> list[Row]:
    return await _ask(connection, "fault_reports", user, site=site, report=report)


async def consents(connection: Connection, user: User, consent: str | None = None) -> list[Row]:
    return await _ask(connection, "consents", user, consent=consent)


def only(found: Iterable[dict[str, Any]], kind: str, key: str) -> dict[str, Any]:
    """The one that was asked for by id. Raises not found where the tenant has none such."""
    for one in found:
        return one
    raise not_found(kind, key)


async def _ask(connection: Connection, name: str, user: User, **values: object) -> list[Row]:
    scope = {"tenant": user.tenant, "region": user.region, **values}
    return list(await (await connection.execute(_text(name).encode(), scope)).fetchall())


@cache
def _text(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text("utf-8")
