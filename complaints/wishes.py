"""Whether and when a number is sent messages: kept by its digits, beside all complaints of it."""

from __future__ import annotations

from datetime import datetime

from guywire.database import Connection

_WISH = """
INSERT INTO complaints.wish AS w (phone_digits, opt_out, at_night, at, actor)
VALUES (%(phone)s, coalesce(%(opt_out)s, false), coalesce(%(at_night)s, false), %(now)s, %(actor)s)
ON CONFLICT (phone_digits) DO UPDATE SET opt_out = coalesce(%(opt_out)s, w.opt_out),
    at_night = coalesce(%(at_night)s, w.at_night), at = excluded.at, actor = excluded.actor
"""
_OPEN_OF = """
SELECT complaint_id FROM complaints.complaint WHERE state <> 'closed'
AND (phone_digits = %(phone)s AND phone_digits <> '' OR lower(email) = %(email)s AND email <> '')
"""


async def put_wish(
    connection: Connection,
    phone: str,
    actor: str,
    now: datetime,
    *,
    opt_out: bool | None = None,
    at_night: bool | None = None,
) -> None:
    """Keeps what the digits of a number wish; what is None stays as it was."""
    values = {"phone": phone, "opt_out": opt_out, "at_night": at_night, "now": now, "actor": actor}
    await connection.execute(_WISH, values)


async def open_of(connection: Connection, phone: str, email: str = "") -> list[str]:
    """The complaints of a number's digits or an address that are not closed."""
    rows = await (await connection.execute(_OPEN_OF, {"phone": phone, "email": email})).fetchall()
    return [row["complaint_id"] for row in rows]
