"""A complaint comes in: checked, explained, kept, and answered with the outage that it is part of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from complaints import find
from complaints.explain import Explained, Place, explain, refuse_bad_place, refuse_unknown_site
from complaints.outage import outage_object
from complaints.policy import Policy
from guywire.commands import RegisterComplaint
from guywire.database import Connection, Row
from guywire.errors import invalid, not_found
from guywire.identity import audit

_LONGEST = {"channel": 32, "text": 4000, "phone": 32, "customer_id": 64, "site": 64}
_FEWEST_DIGITS = 3

_INSERT = """
INSERT INTO complaints.complaint (complaint_id, state, channel, text, phone, customer_id, site_id, domain, latitude,
    longitude, incident_id, link_reason, registered_at, registered_by, promised_at, restored_at)
VALUES (%(id)s, %(state)s, %(channel)s, %(text)s, %(phone)s, %(customer)s, %(site)s, %(domain)s, %(latitude)s,
    %(longitude)s, %(incident)s, %(reason)s, %(now)s, %(actor)s, %(promised_at)s, %(restored_at)s)
"""


async def register(
    connection: Connection, command: RegisterComplaint, actor: str, now: datetime, policy: Policy
) -> dict[str, Any]:
    """Keeps the complaint; returns it as views.complaint shows it, with `outage` (see `complaints.outage_context`).

    Raises `Refused` before anything is written: nothing to go by, too long, a customer or site that does not exist.
    """
    refuse_malformed(command)
    place = Place(command.site, command.latitude, command.longitude)
    await refuse_unknown_site(connection, place.site)
    explained = await explain(connection, await _callers(connection, command), place, now, policy)
    number = await _next_number(connection)
    outage = await outage_object(connection, f"complaint:{number}", explained, now, policy) if explained.link else None
    await connection.execute(_INSERT, await _values(connection, number, command, explained, outage, actor, now))
    await audit(
        connection, actor, "register_complaint", "complaint", number, {"incident": outage and outage["incident"]}
    )
    return {**await _as_shown(connection, number), "outage": outage}


def refuse_malformed(command: RegisterComplaint) -> None:
    """Raises `Refused` for what cannot be right whatever the database says."""
    for name, longest in _LONGEST.items():
        if len(value := getattr(command, name)) > longest:
            raise invalid(f"{name}_too_long", f"{name} has {len(value)} characters; at most {longest} are kept.")
        if "\0" in value:
            raise invalid(f"{name}_malformed", f"{name} holds a NUL character. Send plain text.")
    if not command.channel.strip():
        raise invalid("channel_missing", "Say by which channel the complaint came, such as phone or app.")
    if command.phone and len(find.digits_of(command.phone)) < _FEWEST_DIGITS:
        raise invalid("phone_malformed", f"{command.phone!r} is not a phone number. Give its digits.")
    place = Place(command.site, command.latitude, command.longitude)
    refuse_bad_place(place)
    if not (command.text.strip() or command.phone or command.customer_id or command.site or place.position):
        raise invalid("nothing_to_go_by", "Give a text, a phone number, a customer, a site or a position.")


async def _callers(connection: Connection, command: RegisterComplaint) -> list[Row]:
    if not command.customer_id:
        return await find.customers_by_phone(connection, command.phone)
    if (known := await find.customer(connection, command.customer_id)) is None:
        raise not_found("customer", command.customer_id)
    return [known]


async def _values(
    connection: Connection,
    number: str,
    command: RegisterComplaint,
    explained: Explained,
    outage: dict[str, Any] | None,
    actor: str,
    now: datetime,
) -> dict[str, Any]:
    where = await find.site(connection, explained.site)
    expected = outage["expected_end"] if outage else None
    return {
        "id": number,
        "channel": command.channel,
        "text": command.text,
        "phone": command.phone,
        "customer": explained.customer["id"] if explained.customer else "",
        "site": explained.site,
        "domain": where["domain"] if where else "",
        "latitude": command.latitude,
        "longitude": command.longitude,
        "now": now,
        "actor": actor,
        "promised_at": expected["at"] if expected else None,
        **link_values(explained),
    }


def link_values(explained: Explained) -> dict[str, Any]:
    """The columns that say what explains a complaint: open without a link, restored when the outage is over."""
    if explained.link is None:
        return {"state": "open", "incident": None, "reason": "", "restored_at": None}
    one = explained.link.affected
    over_at = one.ended_at if one.is_over else None
    return {
        "state": "restored" if over_at else "linked",
        "incident": one.incident,
        "reason": explained.link.reason,
        "restored_at": over_at,
    }


async def _next_number(connection: Connection) -> str:
    row = await (
        await connection.execute("UPDATE complaints.complaint_counter SET last = last + 1 RETURNING last")
    ).fetchone()
    assert row is not None
    return f"C{row['last']}"


async def _as_shown(connection: Connection, complaint: str) -> dict[str, Any]:
    row = await (
        await connection.execute("SELECT to_jsonb(v) AS body FROM views.complaint v WHERE v.id = %s", (complaint,))
    ).fetchone()
    assert row is not None
    return dict(row["body"])
