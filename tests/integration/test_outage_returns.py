"""An outage that ends and comes back: its customers are told little, and nobody is asked "are you back?" meanwhile."""

from __future__ import annotations

from collections import Counter

from guywire import feed
from guywire.database import Connection
from guywire.inventory.store import load_inventory
from tests.integration.complaint_life_world import Desk
from tests.integration.complaints_world import INVENTORY, NOW, take_down

FLAPS = 20


async def becomes(desk: Desk, *, over: bool) -> None:
    """The outage ends, or goes on once more, as alarm_correlation writes and publishes it."""
    at = desk.now if over else None
    async with desk.connection.transaction():
        await desk.connection.execute("UPDATE correlation.outage SET ended_at = %s", (at,))
        await desk.connection.execute("UPDATE correlation.alarm SET cleared_at = %s", (at,))
        await feed.publish(desk.connection, "alarm_correlation", {"incident": ["I1"]})
    await desk.batch(seconds=5)


async def test_a_flapping_outage_tells_each_customer_once_and_asks_nobody(connection: Connection) -> None:
    await load_inventory(connection, INVENTORY, False, NOW)
    await take_down(connection)
    desk = Desk(connection)
    complaint = await desk.call(phone="13800000002")
    for _ in range(FLAPS):
        await becomes(desk, over=True)
        await becomes(desk, over=False)
    for _ in range(12):
        await desk.batch(minutes=10)
    shown = await desk.shown(complaint)
    assert (shown["state"], shown["incident"], shown["restored_at"], shown["asked_at"]) == ("linked", "I1", None, None)
    await becomes(desk, over=True)
    assert (await desk.shown(complaint))["restored_at"] is not None
    rows = await (await connection.execute("SELECT kind FROM complaints.message ORDER BY message_id")).fetchall()
    told = Counter(row["kind"] for row in rows)
    assert told.pop("end_changed", 0) <= desk.telling.most_changes
    assert told == {"outage_known": 1, "restored": 2}
