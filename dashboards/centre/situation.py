"""Situation reports of one incident or emergency: the draft of the next one, and those that were sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, LiteralString

import msgspec
from psycopg.types.json import Jsonb

from dashboards.centre.policy import ReportPolicy
from dashboards.centre.situation_due import Kind, due_at, next_kind, refuse_out_of_order
from dashboards.centre.situation_words import text, title
from dashboards.centre.writing import Done
from guywire.database import Connection
from guywire.identity import User
from guywire.model import is_below
from guywire.web.listing import Filter, fetch, newest_first

SITUATION_TEXTS = newest_first("situation_text", "sent_at")
"""Of each report the whole and its parts: `shown_to` says which of them."""

_SHOWN: LiteralString = (
    "EXISTS (SELECT FROM (VALUES (%s::text, %s::text)) u (own, below) WHERE v.of_region = u.own"
    " OR v.of_region IS NULL AND v.regions <> '{}'"
    " AND NOT EXISTS (SELECT FROM unnest(v.regions) r WHERE r <> u.own AND NOT starts_with(r, u.below)))"
)


class Of(msgspec.Struct, frozen=True):
    """Which series a report belongs to: an incident's or an emergency's; the other id is empty."""

    incident: str = ""
    emergency: str = ""


def draft(
    kind: Kind | None, facts: Mapping[str, Any], sent: Sequence[Mapping[str, Any]], policy: ReportPolicy
) -> dict[str, Any]:
    """`{"kind", "number", "title", "text", "facts", "due_at", "after"}`, of the kind that is due where none is asked
    for; `after` is the report before this one. Pure."""
    kind = kind or next_kind(facts, sent)
    before = sent[0] if sent and kind != "first" else None
    number = (sent[0]["number"] if sent else 0) + 1
    return {
        "kind": kind,
        "number": number,
        "title": title(kind, number, facts),
        "text": text(kind, facts, before["facts"] if before else None),
        "facts": dict(facts),
        "due_at": due_at(facts, sent, policy),
        "after": before["id"] if before else None,
    }


def shown_to(region: str) -> Filter:
    """Of views.situation_text what a user of that region may read: the whole where all of it lies in there, else the
    part of that region; everything whole where the user has none."""
    return Filter(_SHOWN, (region, f"{region}/")) if region else Filter("v.of_region IS NULL")


def parts_of(regions: Collection[str]) -> list[str]:
    """For whom parts are kept: every region that holds some of these, but not all."""
    steps = [region.split("/") for region in regions]
    above = {"/".join(path[:depth]) for path in steps for depth in range(1, len(path) + 1)}
    return sorted(one for one in above if not all(is_below(region, one) for region in regions))


async def sent_reports(connection: Connection, of: Of, region: str = "") -> list[dict[str, Any]]:
    """Those that were sent as a user of that region reads them, the newest first."""
    theirs = Filter("(v.incident = %s OR v.emergency = %s)", (of.incident, of.emergency))
    sent = await fetch(connection, SITUATION_TEXTS, [theirs, shown_to(region)], 500)
    return [one | {"sent_at": datetime.fromisoformat(one["sent_at"])} for one in sent]


async def send(
    connection: Connection,
    user: User,
    of: Of,
    said: Mapping[str, Any],
    facts: Mapping[str, Mapping[str, Any]],
    regions: Sequence[str],
    now: datetime,
) -> Done:
    """Keeps a report as the reporter left it: `said` is `{"kind", "title", "text"}`; `facts` has the whole under "" and
    each part under its region. Two who send at once send two, one after the other. Raises `Refused` for one that cannot
    come now."""
    await connection.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"situation:{of.incident}:{of.emergency}",)
    )
    sent = await sent_reports(connection, of)
    refuse_out_of_order(said["kind"], facts[""], sent)
    number = (sent[0]["number"] if sent else 0) + 1
    words = (Jsonb(said["title"]), Jsonb(said["text"]), Jsonb(dict(facts[""])))
    row = await (
        await connection.execute(
            "INSERT INTO centre.situation_report (incident_id, emergency_id, kind, number, title, text, facts, sent_at,"
            " sent_by, regions) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING report_id AS id",
            (of.incident, of.emergency, said["kind"], number, *words, now, user.name, list(regions)),
        )
    ).fetchone()
    assert row is not None
    parts = {region: of_it for region, of_it in facts.items() if region}
    await _keep_parts(connection, row["id"], sent[0]["id"] if sent else "", said["kind"], number, parts, regions)
    detail = {**msgspec.to_builtins(of), "kind": said["kind"], "number": number}
    return Done("situation_report", row["id"], detail)


async def _keep_parts(
    connection: Connection,
    report: str,
    before: str,
    kind: Kind,
    number: int,
    parts: Mapping[str, Mapping[str, Any]],
    regions: Sequence[str],
) -> None:
    """What the reporter wrote cannot be cut, so a part is what the facts of its region say by themselves."""
    rows = await connection.execute("SELECT region, facts FROM centre.situation_part WHERE report_id = %s", (before,))
    earlier = {row["region"]: row["facts"] for row in await rows.fetchall()}
    for region, facts in parts.items():
        words = (title(kind, number, facts), text(kind, facts, earlier.get(region)), dict(facts))
        await connection.execute(
            "INSERT INTO centre.situation_part (report_id, region, title, text, facts, left_out)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            (report, region, *map(Jsonb, words), [one for one in regions if not is_below(one, region)]),
        )
