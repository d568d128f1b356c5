"""After hours without the correlator: what waited comes in order beside what happens now; neither waits for long."""

from __future__ import annotations

import asyncio
from pathlib import Path

from collectors.spool import Spool
from guywire.model import AlarmEvent
from guywire.stream import Batch, Receiver, Sender
from guywire.stream.outflow import LATE_UNDER_WAY
from guywire.stream.protocol import EVENTS_PER_BATCH, LATE, is_late
from tests.integration.correlation_world import at, event, new_world
from tests.unit.collectors.spool_events import heard

SECONDS = 30.0
CITIES, RESOURCES, BACKLOG = 5, 40, 20_000
MOST_BATCHES = 2 * LATE_UNDER_WAY // EVENTS_PER_BATCH
"""Those under way when the live event came, and those sent in the same moment."""


def late_event(number: int) -> AlarmEvent:
    return heard(number, qualifier=str(number), resource=f"r{number % RESOURCES}", domain=f"sh/{number % CITIES}")


class Owner:
    """Takes batches in and acknowledges them; has live events said on the way and sees when they come."""

    def __init__(self, spool: Spool, sender: Sender, receiver: Receiver) -> None:
        self._spool, self._sender, self._receiver = spool, sender, receiver
        self.late: list[AlarmEvent] = []
        self.waited: list[int] = []

    async def drain(self) -> None:
        asked: int | None = None
        while self._spool.depth:
            batches = await self._receiver.batch(0.1)
            for batch in batches:
                asked = self._take(batch, asked)
            await self._receiver.ack(batches)
            if asked is None and self.late and len(self.late) < BACKLOG * 0.8:
                self._spool.append([heard(0, qualifier="live", resource=f"new-{len(self.late)}", domain="sh/0")])
                self._sender.wake()
                asked = 0

    def _take(self, batch: Batch, asked: int | None) -> int | None:
        if is_late(batch.domain):
            self.late += batch.events
            return None if asked is None else asked + 1
        assert asked is not None
        self.waited.append(asked)
        return None


async def test_a_backlog_arrives_in_order_and_live_events_wait_for_a_few_batches_of_it_only(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "s.sqlite")
    for first in range(0, BACKLOG, 250):
        spool.append([late_event(number) for number in range(first, first + 250)], late=True)
    receiver = Receiver("tcp://127.0.0.1:*", {})
    sender, stop = Sender(receiver.url, "north", spool), asyncio.Event()
    sending = asyncio.create_task(sender.run(stop))
    owner = Owner(spool, sender, receiver)
    async with asyncio.timeout(SECONDS):
        await owner.drain()
    stop.set()
    await sending
    sender.close()
    receiver.close()
    spool.close()
    assert len(owner.waited) > 5
    assert max(owner.waited) <= MOST_BATCHES
    for resource in range(RESOURCES):
        numbers = [int(one.qualifier) for one in owner.late if one.resource == f"r{resource}"]
        assert numbers == list(range(resource, BACKLOG, RESOURCES))


async def test_what_came_by_a_late_lane_belongs_to_the_domain_that_it_tells(database_url: str) -> None:
    world = await new_world(database_url)
    late = event(10, "N", "mains-failure")
    await world.correlator.cycle(world.connection, [Batch("col", late.domain + LATE, "s1", 1, (late,))], at(10))
    assert [row["domain"] for row in await world.rows("SELECT domain FROM correlation.alarm")] == [late.domain]
    assert [row["domain"] for row in await world.rows("SELECT domain FROM correlation.high_water")] == ["p/c" + LATE]
    await world.connection.close()
