"""Consents: a tenant is asked whether a generator may run for its equipment; the clocks wait for the answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from dashboards.centre.writing import Done
from guywire.commands import Command
from guywire.commands.clocks import PauseClock, ResumeClock
from guywire.database import Connection
from guywire.errors import conflict, invalid
from guywire.identity import User

REASON = "tenant_consent"
"""Why the clocks wait, as the policy of SLA clocks knows it."""

_PUT = """
INSERT INTO centre.consent (ticket_id, site_id, tenant, text, asked_at, asked_by, answer_by, state)
VALUES (%(ticket)s, %(site)s, %(tenant)s, %(text)s, %(now)s, %(by)s, %(answer_by)s, 'asked')
ON CONFLICT (ticket_id, site_id, tenant) WHERE state = 'asked' DO NOTHING RETURNING consent_id
"""
_END = """
UPDATE centre.consent SET state = %(state)s, answered_at = %(now)s, answered_by = %(by)s, answer_text = %(text)s,
    version = version + 1
WHERE consent_id = %(consent)s
"""
_PLACES = """
SELECT s.id, s.tenants FROM views.site s
WHERE s.id = %(site)s AND (EXISTS (SELECT FROM views.ticket t WHERE t.id = %(ticket)s AND t.site = s.id)
    OR EXISTS (SELECT FROM views.need n WHERE n.ticket = %(ticket)s AND n.site = s.id)
    OR EXISTS (SELECT FROM views.ticket t JOIN views.outage o ON o.incident = t.incident
               WHERE t.id = %(ticket)s AND o.site = s.id))
"""
# The ticket's own clock, and those of what is wanted at that site; none of another site's.
_CLOCKS = """
SELECT c.kind, c.need, c.pauses FROM views.clock c
WHERE c.ticket = %(ticket)s AND c.stopped_at IS NULL
    AND (c.kind = 'restore' OR (c.kind = 'arrive' AND c.site = %(site)s))
ORDER BY c.kind, c.need
"""


class Question(NamedTuple):
    """Of whom, about which site, in which words, and by when."""

    site: str
    tenant: str
    text: str
    answer_by: datetime


async def ask(connection: Connection, user: User, ticket: Mapping[str, Any], question: Question, now: datetime) -> Done:
    """Asks a tenant of a site of the ticket. Raises `Refused`: not a site or tenant of it, `already_asked`, ended."""
    if ticket["state"] in ("closed", "cancelled", "rejected"):
        raise conflict("ticket_has_ended", f"{ticket['id']} has ended: there is nothing left to consent to.")
    site, tenant, text, answer_by = question
    named = {"ticket": ticket["id"], "site": site}
    place = await (await connection.execute(_PLACES, named)).fetchone()
    if place is None:
        raise invalid("not_of_the_ticket", f"site: {site!r} is no site of {ticket['id']}.")
    if tenant not in place["tenants"]:
        known = ", ".join(place["tenants"]) or "nobody"
        raise invalid("no_such_tenant", f"tenant: {tenant!r} has nothing at {site}. There are: {known}.")
    values = {**named, "tenant": tenant, "text": text, "now": now, "by": user.name, "answer_by": answer_by}
    row = await (await connection.execute(_PUT, values)).fetchone()
    if row is None:
        raise conflict("already_asked", f"{tenant} was asked already, and has yet to answer.")
    return Done("consent", row["consent_id"], {**named, "tenant": tenant, "answer_by": answer_by.isoformat()})


async def end(
    connection: Connection, user: User, consent: str, state: str, text: str, version: int | None, now: datetime
) -> Done:
    """Granted, refused, or withdrawn by who asked. Raises `Refused`: `already_answered`, `version_is_old`."""
    row = await (
        await connection.execute("SELECT * FROM centre.consent WHERE consent_id = %s FOR UPDATE", (consent,))
    ).fetchone()
    assert row is not None  # who asks has seen it
    if row["state"] != "asked":
        raise conflict("already_answered", f"{consent} is {row['state']} already. Look at it again.")
    if version is not None and version != row["version"]:
        raise conflict("version_is_old", f"{consent} was changed meanwhile. Look at it again.")
    await connection.execute(_END, {"consent": consent, "state": state, "now": now, "by": user.name, "text": text})
    return Done("consent", consent, {"state": state, "text": text, "ticket": row["ticket_id"]})


async def pauses_for(connection: Connection, consent: Mapping[str, Any]) -> list[Command]:
    """What stops the clocks that wait for a consent which is asked; those that wait already are left alone."""
    if consent["state"] != "asked":
        return []
    clocks = await (await connection.execute(_CLOCKS, {name: consent[name] for name in ("ticket", "site")})).fetchall()
    until = datetime.fromisoformat(consent["answer_by"])
    note = f"{consent['id']} {consent['tenant']}"
    return [
        PauseClock(
            ticket=consent["ticket"], kind=row["kind"], reason=REASON, until=until, need=row["need"] or "", note=note
        )
        for row in clocks
        if not _standing(row["pauses"])
    ]


async def resumptions_after(connection: Connection, consent: Mapping[str, Any]) -> list[Command]:
    """What lets the clocks run on that waited for this answer alone; other people's pauses stand."""
    others = await connection.execute(
        "SELECT site FROM views.consent WHERE ticket = %s AND state = 'asked'", (consent["ticket"],)
    )
    waiting = {row["site"] for row in await others.fetchall()}
    clocks = await (await connection.execute(_CLOCKS, {name: consent[name] for name in ("ticket", "site")})).fetchall()
    return [
        ResumeClock(ticket=consent["ticket"], kind=row["kind"], need=row["need"] or "")
        for row in clocks
        if {pause["reason"] for pause in _standing(row["pauses"])} == {REASON}
        and not (waiting if row["kind"] == "restore" else waiting & {consent["site"]})
    ]


def _standing(pauses: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What people paused and nobody ended."""
    return [pause for pause in pauses if pause["how"] == "pause" and pause["ended_at"] is None]
