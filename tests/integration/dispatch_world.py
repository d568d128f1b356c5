"""A small area for tests of dispatch: needs as alarm_correlation writes them, and time passed in."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from dispatch.batch import Outcome, run_batch
from dispatch.policy import default_policy
from guywire import feed, inbox
from guywire.commands import Command, MoveWorkOrder
from guywire.database import Connection

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
POLICY = default_policy()
_ANSWER = "SELECT answer FROM core.command WHERE command_id = %s"


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


@dataclass
class World:
    """A small area with a feed of its own; each step is a transaction, as it is in life."""

    connection: Connection

    async def site(self, site_id: str, latitude: float, region: str = "p/c/a") -> None:
        await self.connection.execute(
            "INSERT INTO core.site (site_id, name, latitude, longitude, region, domain, site_class, time_zone)"
            " VALUES (%s, %s, %s, 121, %s, 'p/c', 'A', 'Asia/Shanghai')",
            (site_id, site_id, latitude, region),
        )

    async def technician(self, technician: str, latitude: float, **columns: Any) -> None:
        row = {
            "technician_id": technician,
            "name": f"Mr {technician}",
            "region": "p/c/a",
            "role": "technician",
            "manager_id": "M1",
            "home_latitude": latitude,
            "home_longitude": 121,
            "skills": ["power"],
            **columns,
        }
        names = ", ".join(row)
        marks = ", ".join(["%s"] * len(row))
        await self.connection.execute(
            f"INSERT INTO core.technician ({names}) VALUES ({marks})".encode(), list(row.values())
        )

    async def ticket(self, ticket: str, site: str = "S1") -> None:
        await self.connection.execute(
            "INSERT INTO correlation.ticket (ticket_id, origin, site_id, domain, state, priority, title, opened_at,"
            " opened_by) VALUES (%s, %s, %s, 'p/c', 'acknowledged', 2, 't', %s, 'x')",
            (ticket, f"incident:{ticket}", site, NOW),
        )

    async def need(self, need: str, ticket: str = "T1", site: str = "S1", **columns: Any) -> None:
        row = {"kind": "repair", "summary": f"mend {need}", "skills": ["power"], "priority": 2, **columns}
        await self.connection.execute(
            "INSERT INTO correlation.need (need_id, ticket_id, site_id, domain, kind, summary, skills, priority, state,"
            " opened_at) VALUES (%s, %s, %s, 'p/c', %s, %s, %s, %s, 'open', %s)",
            (need, ticket, site, *row.values(), NOW),
        )
        await self.told(need=[need], ticket=[ticket])

    async def told(self, **changed: list[str]) -> None:
        async with self.connection.transaction():
            await feed.publish(self.connection, "alarm_correlation", changed)

    async def need_becomes(self, need: str, state: str) -> None:
        await self.connection.execute("UPDATE correlation.need SET state = %s WHERE need_id = %s", (state, need))
        await self.told(need=[need])

    async def ticket_becomes(self, ticket: str, state: str, hold_reason: str = "") -> None:
        await self.connection.execute(
            "UPDATE correlation.ticket SET state = %s, hold_reason = %s WHERE ticket_id = %s",
            (state, hold_reason, ticket),
        )
        await self.told(ticket=[ticket])

    async def batch(self, at: datetime = NOW) -> Outcome:
        return await run_batch(self.connection, at, POLICY)

    async def ask(self, command: Command, at: datetime = NOW, actor: str = "ann", key: str = "") -> dict[str, Any]:
        """Puts a command, runs a batch and gives the answer; a refusal has `code` and `reason`."""
        command_id = await inbox.put(self.connection, command, actor, key or str(uuid.uuid4()))
        await self.batch(at)
        answer: dict[str, Any] = (await self.rows(_ANSWER, command_id))[0]["answer"]
        return answer

    async def move(self, order: str, to: str, at: datetime = NOW, **more: Any) -> dict[str, Any]:
        technician = more.pop("technician", (await self.order(order))["technician"])
        if to == "on_site":
            more = {"latitude": 31.2, "longitude": 121.0} | more  # where the sites of this area are
        return await self.ask(MoveWorkOrder(work_order=order, to=to, at=at, technician=technician, **more), at)

    async def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        return await (await self.connection.execute(query.encode(), values)).fetchall()

    async def order(self, order: str) -> dict[str, Any]:
        return (await self.rows("SELECT * FROM views.work_order WHERE id = %s", order))[0]

    async def orders(self) -> list[tuple[str, str, str]]:
        """Every order as (id, technician, state)."""
        rows = await self.rows("SELECT id, technician, state FROM views.work_order ORDER BY offered_at, id")
        return [(row["id"], row["technician"], row["state"]) for row in rows]

    async def published(self, topic: str) -> list[dict[str, Any]]:
        changes = await feed.read_after(self.connection, "dispatch", 0)
        return [change.body for change in changes if change.topic == topic]


async def small_area(connection: Connection) -> World:
    """One site, one ticket, and three who could go: near without the skill, near, and farther."""
    world = World(connection)
    await world.site("S1", 31.20)
    await world.technician("A", 31.21, skills=["transmission"])
    await world.technician("B", 31.25)
    await world.technician("C", 31.30)
    await world.technician("M1", 31.20, role="area_manager")
    await world.ticket("T1")
    return world
