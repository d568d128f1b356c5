"""The outbox's rows: which messages are due and whom they are for, and what came of sending them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from psycopg import sql

from complaints.care.model import COMPLAINTS, Complaint, Contact, Heat, Message, State, Who
from complaints.care.opening import CUSTOMER
from complaints.care.rules import Rules
from complaints.care.store import add_contacts
from complaints.telling.when import Came, Envelope
from guywire import feed
from guywire.database import Connection, Row
from guywire.put_rows import columns

_MESSAGE, _COMPLAINT = columns(Message), columns(Complaint)


def _prefixed(table: str, names: Collection[str], prefix: str) -> sql.Composed:
    return sql.SQL(", ").join(
        sql.SQL("{}.{} AS {}").format(sql.Identifier(table), sql.Identifier(name), sql.Identifier(f"{prefix}{name}"))
        for name in names
    )


_DUE = sql.SQL(
    "SELECT {message}, {complaint}, s.time_zone, coalesce(k.vip, false) AS vip, coalesce(w.opt_out, false) AS opt_out,"
    " coalesce(w.at_night, false) AS at_night"
    " FROM (SELECT * FROM complaints.message WHERE state = 'waiting' AND next_at <= %s AND message_id <> ALL(%s)"
    "       ORDER BY next_at, message_id LIMIT %s) m"
    " LEFT JOIN complaints.complaint c ON c.complaint_id = m.complaint_id"
    " LEFT JOIN views.customer k ON k.id = c.customer_id LEFT JOIN views.site s ON s.id = c.site_id"
    " LEFT JOIN complaints.wish w ON w.phone_digits = coalesce(c.phone_digits, m.sender)"
    " ORDER BY m.next_at, m.message_id"
).format(message=_prefixed("m", _MESSAGE, "m_"), complaint=_prefixed("c", _COMPLAINT, "c_"))
_LATER = "UPDATE complaints.message SET state = %s, next_at = %s WHERE message_id = %s AND state = 'waiting'"
_CAME = """
UPDATE complaints.message SET state = %s, tries = %s, taken = %s, next_at = %s, sent_at = coalesce(sent_at, %s)
WHERE message_id = %s AND state = 'waiting'
"""
_TRIED = (
    "UPDATE complaints.message SET tries = tries + 1, taken = %s, sent_at = coalesce(sent_at, %s) WHERE message_id = %s"
)
_ANSWERED = """
UPDATE complaints.complaint SET answered_at = coalesce(answered_at, %s) WHERE complaint_id = %s
"""
_LOCKED = "SELECT FROM complaints.complaint WHERE complaint_id = %s FOR UPDATE"
ANSWERS = frozenset({"outage_known", "end_changed", "answer"})
"""Kinds of message that answer a complaint."""


async def due_messages(connection: Connection, now: datetime, but: Collection[str], at_most: int) -> list[Envelope]:
    """The messages to look at now, the longest due first; none of `but`."""
    rows = await (await connection.execute(_DUE, (now, list(but), at_most))).fetchall()
    return [_envelope(row) for row in rows]


async def put_off(connection: Connection, one: Envelope, state: str, next_at: datetime | None) -> None:
    """Nothing was sent: it waits until then, or has that state for good."""
    await connection.execute(_LATER, (state, next_at, one.message.message_id))


async def record(
    connection: Connection, one: Envelope, came: Came, channels: Collection[str], language: str, rules: Rules
) -> None:
    """What came of a try, in one transaction with the contact that it is for each channel that took it.

    What became obsolete while it was sent stays so; the contact is kept all the same, for it was said.
    """
    message = one.message
    sent_at = rules.now if channels else None
    async with connection.transaction():
        if message.complaint_id:
            await connection.execute(_LOCKED, (message.complaint_id,))  # before its messages, as a batch does
        values = (came.state, came.tries, list(came.taken), came.next_at, sent_at, message.message_id)
        done = await connection.execute(_CAME, values)
        if not done.rowcount:
            await connection.execute(_TRIED, (list(came.taken), sent_at, message.message_id))
        if not channels:
            return
        contacts = [
            Contact(
                complaint_id=message.complaint_id,
                sender="" if message.complaint_id else message.sender,
                direction="out",
                channel=channel,
                at=rules.now,
                actor=COMPLAINTS,
                text=message.words[language],
                outcome=message.kind,
            )
            for channel in sorted(channels)
        ]
        await add_contacts(connection, contacts, (), rules)
        if message.kind in ANSWERS:
            await connection.execute(_ANSWERED, (rules.now, message.complaint_id))
        if message.complaint_id:
            await feed.publish(connection, COMPLAINTS, {"complaint": [message.complaint_id]})


def _envelope(row: Row) -> Envelope:
    message = Message(**{name: row[f"m_{name}"] for name in _MESSAGE})
    complaint = {name: row[f"c_{name}"] for name in _COMPLAINT}
    return Envelope(
        message,
        Complaint(**{**complaint, "state": State(complaint["state"]), "heat": Heat(complaint["heat"])})
        if message.complaint_id
        else _of_nobody(message),
        Who(vip=row["vip"], opt_out=row["opt_out"], at_night=row["at_night"]),
        row["time_zone"],
    )


def _of_nobody(message: Message) -> Complaint:
    """What a message goes by that belongs to no complaint: its value is where it goes, in policy's language."""
    by_mail = "@" in message.value
    return Complaint(
        complaint_id="",
        state=State.CLOSED,
        channel="",
        text="",
        phone="" if by_mail else message.value,
        email=message.value if by_mail else "",
        language="",
        registered_at=message.at,
        registered_by=CUSTOMER,
        token="",
    )
