"""Telling's rows: which notices are due and whom they are for, and what came of sending them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from dispatch.records import DISPATCH
from dispatch.telling.model import Delivery, Message, Recipient, Subscription
from guywire import feed
from guywire.database import Connection, Row, rows_of

_DUE = """
SELECT n.notice_id, n.person_id, n.kind, n.at, n.words, n.urgent, n.work_order_id, n.ticket_id, n.site_id, n.void_at,
       n.seen_at, t.phone, coalesce(t.role, a.role) AS role, coalesce(t.region, a.region) AS region, t.shift,
       t.languages
FROM (SELECT * FROM dispatch.notice WHERE tell_at <= %s AND notice_id <> ALL(%s)
      ORDER BY urgent DESC, at, notice_id LIMIT %s) n
LEFT JOIN views.technician t ON t.id = n.person_id
LEFT JOIN views.account a ON a.id = n.person_id AND t.id IS NULL
ORDER BY n.urgent DESC, n.at, n.notice_id
"""
_SUBSCRIPTIONS = """
SELECT person_id, endpoint, p256dh, auth, since FROM dispatch.push_subscription
WHERE person_id = ANY(%s) ORDER BY since, endpoint
"""
_DELIVERIES = """
SELECT notice_id, channel, target, state, tries, at, next_at, detail FROM dispatch.notice_delivery
WHERE notice_id = ANY(%s)
"""
_ZONES = """
SELECT region, CASE WHEN region <> '' THEN core.zone_of(region)
    ELSE (SELECT time_zone FROM views.site GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1) END AS zone
FROM unnest(%s::text[]) AS asked (region)
"""
_PUT_DELIVERY = """
INSERT INTO dispatch.notice_delivery (notice_id, channel, target, state, tries, at, next_at, detail)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (notice_id, channel, target) DO UPDATE SET state = excluded.state, tries = excluded.tries,
    at = excluded.at, next_at = excluded.next_at, detail = excluded.detail
"""
_END_SUBSCRIPTION = "DELETE FROM dispatch.push_subscription WHERE endpoint = %s AND since = %s"
_LOOK_AGAIN = """
UPDATE dispatch.notice SET tell_at = CASE WHEN (void_at IS NULL) = %s THEN %s ELSE '-infinity'::timestamptz END
WHERE notice_id = %s
"""
_SENT = """
UPDATE dispatch.notice SET sent_at = %s, version = version + 1 WHERE notice_id = %s AND sent_at IS NULL
RETURNING notice_id
"""


async def due_messages(connection: Connection, now: datetime, but: Collection[str], at_most: int) -> list[Message]:
    """The notices to look at now, urgent ones first, the oldest in front; none of `but`."""
    rows = await rows_of(connection, _DUE, (now, list(but), at_most))
    subscriptions: dict[str, list[Subscription]] = {}
    for row in await rows_of(connection, _SUBSCRIPTIONS, (list({row["person_id"] for row in rows}),)):
        subscriptions.setdefault(row.pop("person_id"), []).append(Subscription(**row))
    deliveries: dict[str, dict[tuple[str, str], Delivery]] = {}
    for row in await rows_of(connection, _DELIVERIES, ([row["notice_id"] for row in rows],)):
        of_notice = deliveries.setdefault(row.pop("notice_id"), {})
        of_notice[row["channel"], row["target"]] = Delivery(**row)
    asked = {row["region"] for row in rows if row["region"] is not None and not row["urgent"]}  # quiet hours are theirs
    zones = {row["region"]: row["zone"] for row in await rows_of(connection, _ZONES, (sorted(asked),))} if asked else {}
    return [
        _message(
            {**row, "time_zone": zones.get(row["region"])},
            subscriptions.get(row["person_id"], ()),
            deliveries.get(row["notice_id"], {}),
        )
        for row in rows
    ]


class Record(NamedTuple):
    """What came of a notice: its deliveries, the subscriptions that are no more, when to look at it again, if ever."""

    deliveries: Sequence[Delivery] = ()
    ended: Sequence[Subscription] = ()
    look_at: datetime | None = None


async def record(connection: Connection, message: Message, came: Record, now: datetime) -> None:
    """Writes what came of it, and tells of the notice that it was sent, where this was the first time.

    One notice a transaction: while it waits for a batch that holds the notice, it holds nothing that a batch wants.
    What became void while it was sent is looked at again at once.
    """
    async with connection.transaction():
        for row in came.deliveries:
            await connection.execute(_PUT_DELIVERY, (message.notice_id, *row))
        for one in came.ended:
            await connection.execute(_END_SUBSCRIPTION, (one.endpoint, one.since))
        await connection.execute(_LOOK_AGAIN, (message.void_at is None, came.look_at, message.notice_id))
        if message.void_at is None and any(row.state == "delivered" for row in came.deliveries):
            sent = await rows_of(connection, _SENT, (now, message.notice_id))
            await feed.publish(connection, DISPATCH, {"notice": {row["notice_id"] for row in sent}})


def _message(row: Row, subscriptions: Sequence[Subscription], deliveries: dict[tuple[str, str], Delivery]) -> Message:
    return Message(
        notice_id=row["notice_id"],
        kind=row["kind"],
        at=row["at"],
        words=row["words"],
        recipient=Recipient(
            row["person_id"],
            row["phone"] or "",
            row["role"] or "",
            row["region"] or "",
            row["shift"] or "",
            tuple(row["languages"] or ()),
            row["time_zone"],
        ),
        urgent=row["urgent"],
        work_order_id=row["work_order_id"],
        ticket_id=row["ticket_id"],
        site_id=row["site_id"],
        void_at=row["void_at"],
        seen_at=row["seen_at"],
        subscriptions=tuple(subscriptions),
        deliveries=deliveries,
    )
