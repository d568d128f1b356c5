"""How long dispatch takes to decide on a storm: needs inserted as correlation writes them, until each is decided.

`python -m benchmarks.dispatch_storm` opens 1,000 needs over a minute, as a storm does, and 1,000 at once, as after a
restart, on an area of 240 technicians; then a single need into a system of 5,000 open needs and 2,000 technicians.
Decided means offered, or waiting with its reason. Machines are shared: read the median of several runs.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dispatch.batch import run_batch
from dispatch.policy import default_policy
from guywire import feed
from guywire.database import Connection, connect
from guywire.database.migrate import migrate
from guywire.postgres import embedded

_SKILLS = (("power",), ("power",), ("power", "environment"), ("transmission",), ("radio",), ("tower",))
_WAVES = 60


@dataclass
class Storm:
    """A province on a real database, with its own seeded chance."""

    connection: Connection
    chance: random.Random
    needs: int = 0

    async def people(self, count: int) -> None:
        rows = [
            (
                f"T{number}",
                f"Technician {number}",
                f"p/c{number % 4}/a{number % 12}",
                *self._place(number % 4),
                ["power", "environment", "tower", *self.chance.sample(["transmission", "radio"], 1)],
                number % 3 == 0,
            )
            for number in range(count)
        ]
        await self._many(
            "INSERT INTO core.technician (technician_id, name, region, role, home_latitude, home_longitude, skills,"
            " generators) VALUES (%s, %s, %s, 'technician', %s, %s, %s, %s::boolean::integer)",
            rows,
        )

    async def open_needs(self, count: int) -> list[str]:
        """Opens that many needs, each of its own ticket at its own site, in one transaction, as correlation does."""
        now, ids = datetime.now(UTC), [f"N{self.needs + number}" for number in range(count)]
        self.needs += count
        sites, tickets, needs = [], [], []
        for key in ids:
            city = self.chance.randrange(4)
            region = f"p/c{city}/a{city + 4 * self.chance.randrange(3)}"
            generator = self.chance.random() < 0.4
            deadline = now + timedelta(minutes=self.chance.randrange(30, 600)) if generator else None
            sites.append((f"S{key}", f"S{key}", *self._place(city), region, f"p/c{city}"))
            tickets.append((f"K{key}", f"incident:{key}", f"S{key}", f"p/c{city}", now))
            skills = ["power"] if generator else list(self.chance.choice(_SKILLS))
            kind, weight = ("generator", 2.0) if generator else ("repair", 1.0)
            needs.append((key, f"K{key}", f"S{key}", f"p/c{city}", kind, skills, weight, deadline, now))
        async with self.connection.transaction():
            await self._many(
                "INSERT INTO core.site (site_id, name, latitude, longitude, region, domain, site_class, time_zone)"
                " VALUES (%s, %s, %s, %s, %s, %s, 'B', 'Asia/Shanghai')",
                sites,
            )
            await self._many(
                "INSERT INTO correlation.ticket (ticket_id, origin, site_id, domain, state, priority, title, opened_at,"
                " opened_by) VALUES (%s, %s, %s, %s, 'acknowledged', 2, 't', %s, 'x')",
                tickets,
            )
            await self._many(
                "INSERT INTO correlation.need (need_id, ticket_id, site_id, domain, kind, summary, skills, priority,"
                " weight, state, deadline, site_down_at, opened_at)"
                " VALUES (%s, %s, %s, %s, %s, 'mend', %s, 2, %s, 'open', %s, %s, %s)",
                [(*row[:-1], row[-2], row[-1]) for row in needs],
            )
            await feed.publish(self.connection, "alarm_correlation", {"need": ids})
        return ids

    async def undecided(self) -> int:
        rows = await self.connection.execute(
            "SELECT count(*) AS n FROM correlation.need n WHERE state = 'open'"
            " AND NOT EXISTS (SELECT FROM dispatch.held_need h WHERE h.need_id = n.need_id)"
            " AND NOT EXISTS (SELECT FROM dispatch.waiting_need w WHERE w.need_id = n.need_id)"
        )
        row = await rows.fetchone()
        assert row is not None
        return int(row["n"])

    async def count(self, table: str) -> int:
        rows = await self.connection.execute(f"SELECT count(*) AS n FROM dispatch.{table}".encode())
        row = await rows.fetchone()
        assert row is not None
        return int(row["n"])

    def _place(self, city: int) -> tuple[float, float]:
        return 30.0 + city + self.chance.uniform(-0.4, 0.4), 120.0 + self.chance.uniform(-0.4, 0.4)

    async def _many(self, statement: str, rows: list[Any]) -> None:
        await self.connection.cursor().executemany(statement.encode(), rows)


class Dispatching:
    """The service's loop without its process: batches until everything is decided."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._policy = default_policy()
        self._due: datetime | None = None
        self.seconds: list[float] = []
        self.deciding: list[float] = []

    async def until_decided(self, storm: Storm) -> float:
        """Seconds until nothing is left undecided."""
        began = time.perf_counter()
        while await self.batch() or await storm.undecided():
            pass
        return time.perf_counter() - began

    async def batch(self) -> bool:
        """One batch; whether more is due at once."""
        began, now = time.perf_counter(), datetime.now(UTC)
        outcome = await run_batch(self._connection, now, self._policy, due=self._due)
        self._due = outcome.next_at
        self.seconds.append(time.perf_counter() - began)
        self.deciding.append(outcome.seconds)
        return outcome.next_at <= now


async def storm_over_a_minute(storm: Storm, dispatching: Dispatching) -> None:
    """1,000 needs in waves of a second each, as fast as they are decided: how long each wave took to be decided."""
    took = []
    for _ in range(_WAVES):
        await storm.open_needs(1000 // _WAVES + 1)
        took.append(await dispatching.until_decided(storm))
    print(f"1,000 in {_WAVES} waves: decided after {_figures(took)} each")


async def at_once(storm: Storm, dispatching: Dispatching, count: int) -> None:
    await storm.open_needs(count)
    took = await dispatching.until_decided(storm)
    offered, waiting = await storm.count("held_need"), await storm.count("waiting_need")
    print(f"{count} at once: decided after {took:.2f} s ({offered} offered, {waiting} wait)")


async def single(storm: Storm, dispatching: Dispatching, rounds: int) -> None:
    took = []
    for _ in range(rounds):
        await storm.open_needs(1)
        took.append(await dispatching.until_decided(storm))
    print(f"one more need, {storm.needs} open: decided after {_figures(took)}")


def _figures(took: list[float]) -> str:
    ordered = sorted(took)
    return f"median {statistics.median(took):.3f} s, worst {ordered[-1]:.3f} s"


async def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--technicians", type=int, default=240)
    asked.add_argument("--needs", type=int, default=1000)
    asked.add_argument("--large", action="store_true", help="also 5,000 open needs and 2,000 technicians")
    given = asked.parse_args()
    await _run("over a minute", given.technicians, storm_over_a_minute)
    await _run("at once", given.technicians, lambda storm, one: at_once(storm, one, given.needs))
    if given.large:
        await _run("large", 2000, _large)


async def _large(storm: Storm, dispatching: Dispatching) -> None:
    await at_once(storm, dispatching, 5000)
    await single(storm, dispatching, 10)


async def _run(name: str, technicians: int, story: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with embedded(Path(folder), durable=False) as url, await connect(url) as connection:
            await migrate(connection, datetime.now(UTC).date())
            storm = Storm(connection, random.Random(7))
            await storm.people(technicians)
            dispatching = Dispatching(connection)
            await story(storm, dispatching)
            batches = len(dispatching.seconds)
            print(
                f"  {name}: {batches} batches, {sum(dispatching.seconds):.2f} s, of which deciding"
                f" {sum(dispatching.deciding):.2f} s; the longest {max(dispatching.seconds):.2f} s"
            )


if __name__ == "__main__":
    asyncio.run(main())
