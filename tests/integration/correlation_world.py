"""A small network on a real database, and a correlator over it that is told events, commands and news."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from alarm_correlation.correlator import Correlator
from alarm_correlation.policies import Policies
from guywire import feed, inbox
from guywire.commands import Command
from guywire.database import Connection, Row, connect
from guywire.inventory.model import Inventory, Link, PowerFeed, Site
from guywire.inventory.store import load_inventory
from guywire.model import AlarmEvent, Severity
from guywire.stream import Batch

NO_FILES = Policies(Path("/nonexistent"))
START = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=30)


def _site(site_id: str, feed_id: str = "", site_class: str = "B") -> Site:
    return Site(site_id, f"Site {site_id}", 31.0, 121.0, "p/c/a", site_class, ("t",), 4.0, feed_id, "Asia/Shanghai")


SITES = [_site("G", site_class="A"), *(_site(key, "F") for key in ("H", "L", "M")), _site("N")]
LINKS = [Link(f"{up}>{down}", up, down, "fibre", f"to-{down}") for up, down in ("GH", "HL", "HM", "GN")]
INVENTORY = Inventory(
    sites={site.site_id: site for site in SITES},
    links={link.link_id: link for link in LINKS},
    power_feeds={"F": PowerFeed("F", "Feeder F", "p/c")},
)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def event(
    seconds: float, site: str, alarm_type: str, *, clears: bool = False, resource: str = "r", text: str = ""
) -> AlarmEvent:
    severity = Severity.CLEARED if clears else Severity.MAJOR
    return AlarmEvent(
        at=at(seconds), received_at=at(seconds), site=site, resource=resource, alarm_type=alarm_type, severity=severity,
        domain="p/c", text=text, source="10.0.0.1", details={"1.3.6": text},
    )  # fmt: skip


def batch(first_seq: int, *events: AlarmEvent, spool: str = "s1") -> Batch:
    return Batch("col", "p/c", spool, first_seq, events)


@dataclass(slots=True)
class World:
    """One correlator on one connection; `again()` is a restart."""

    url: str
    connection: Connection
    correlator: Correlator = field(default_factory=lambda: Correlator(NO_FILES))
    seq: int = 0

    async def hear(self, *events: AlarmEvent, seconds: float | None = None) -> None:
        """Hears events in a cycle at the time of the last one, or at `seconds`."""
        now = at(seconds) if seconds is not None else max(one.at for one in events)
        await self.correlator.cycle(self.connection, [batch(self.seq + 1, *events)], now)
        self.seq += len(events)

    async def tick(self, seconds: float) -> None:
        await self.correlator.cycle(self.connection, [], at(seconds))

    async def ask(self, command: Command, seconds: float, actor: str = "ann") -> dict[str, Any]:
        """Asks through the inbox; returns the answer, a refusal's body too."""
        command_id = await inbox.put(self.connection, command, actor)
        await self.tick(seconds)
        (row,) = await self.rows("SELECT answer FROM core.command WHERE command_id = %s", command_id)
        answer: dict[str, Any] = row["answer"]
        return answer

    async def order(self, order_id: str, need_id: str, state: str, seconds: float) -> None:
        """Dispatch gives or moves an order for a need, and says so in its feed."""
        async with self.connection.transaction():
            await self.connection.execute(
                "INSERT INTO dispatch.work_order (work_order_id, technician_id, ticket_id, site_id, domain, need_ids,"
                " state, priority, summary, offered_at, travel_minutes, distance_km, planned_arrival_at, cause, result)"
                " SELECT %(order)s, 'T1', ticket_id, site_id, domain, ARRAY[need_id], %(state)s, 1, '', %(at)s, 1, 1,"
                " %(at)s, 'rectifier 2 dead', 'replaced it' FROM correlation.need WHERE need_id = %(need)s"
                " ON CONFLICT (work_order_id) DO UPDATE SET state = excluded.state",
                {"order": order_id, "need": need_id, "state": state, "at": at(seconds)},
            )
            await feed.publish(self.connection, "dispatch", {"work_order": [order_id]})
        await self.tick(seconds)

    async def again(self, seconds: float) -> None:
        """Kills this correlator and starts another one on a new connection."""
        await self.connection.close()
        self.connection = await connect(self.url)
        self.correlator = Correlator(NO_FILES)
        await self.correlator.start(self.connection, at(seconds))

    async def rows(self, query: str, *values: object) -> Sequence[Row]:
        return await (await self.connection.execute(query.encode(), values)).fetchall()

    async def one(self, query: str, *values: object) -> Row:
        (row,) = await self.rows(query, *values)
        return row


async def new_world(database_url: str) -> World:
    connection = await connect(database_url)
    await load_inventory(connection, INVENTORY, prune=False, now=START)
    world = World(database_url, connection)
    await world.correlator.start(connection, START)
    return world
