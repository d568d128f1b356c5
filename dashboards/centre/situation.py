"""Situation reports of one incident or emergency: the draft of the next one, and those that were sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from psycopg.types.json import Jsonb

from dashboards.centre.policy import ReportPolicy
from dashboards.centre.situation_due import Kind, due_at, next_kind, refuse_out_of_order
from dashboards.centre.situation_words import text, title
from dashboards.centre.writing import Done
from guywire.database import Connection, Row
from guywire.identity import User


class Of(msgspec.Struct, frozen=True):
    """Which series a report belongs to: an incident's or an emergency's; the other id is empty."""

    incident: str = ""
    emergency: str = ""


def draft(kind: Kind | None, facts: Mapping[str, Any], sent: Sequence[Row], policy: ReportPolicy) -> dict[str, Any]:
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


async def sent_reports(connection: Connection, of: Of) -> list[Row]:
    """Those that were sent, the newest first: `{"id", "kind", "number", "sent_at", "facts"}`."""
    rows = await connection.execute(
        "SELECT report_id AS id, kind, number, sent_at, facts FROM centre.situation_report"
        " WHERE incident_id = %s AND emergency_id = %s ORDER BY number DESC LIMIT 500",
        (of.incident, of.emergency),
    )
    return await rows.fetchall()


async def send(
    connection: Connection, user: User, of: Of, said: Mapping[str, Any], facts: Mapping[str, Any], now: datetime
) -> Done:
    """Keeps a report as the reporter left it: `said` is `{"kind", "title", "text"}`. Two who send at once send two,
    one after the other. Raises `Refused` for one that cannot come now."""
    await connection.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"situation:{of.incident}:{of.emergency}",)
    )
    sent = await sent_reports(connection, of)
    refuse_out_of_order(said["kind"], facts, sent)
    number = (sent[0]["number"] if sent else 0) + 1
    words = (Jsonb(said["title"]), Jsonb(said["text"]), Jsonb(dict(facts)))
    row = await (
        await connection.execute(
            "INSERT INTO centre.situation_report (incident_id, emergency_id, kind, number, title, text, facts, sent_at,"
            " sent_by) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING report_id AS id",
            (of.incident, of.emergency, said["kind"], number, *words, now, user.name),
        )
    ).fetchone()
    assert row is not None
    detail = {**msgspec.to_builtins(of), "kind": said["kind"], "number": number}
    return Done("situation_report", row["id"], detail)
