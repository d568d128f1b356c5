"""How long a page of a list takes with 200,000 complaints, 220,000 incidents and tickets, and 880,000 alarms.

Loads them once into `--folder`, then asks for the first 200 of each list by the queries of the routes themselves, five
times on one connection, and prints the least time, and the CPU that PostgreSQL's process took (without its helpers').
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from benchmarks.complaint_province import load_province
from dashboards.routes.alarms import at_site
from dashboards.routes.common import ALARMS, COMPLAINTS, INCIDENTS, TICKETS, WORK_ORDERS
from dashboards.routes.complaints import Question, filters_of
from guywire.database import Connection, connect
from guywire.database.migrate import migrate
from guywire.identity import User
from guywire.model import Role
from guywire.postgres import embedded
from guywire.web.listing import Filter, Listing, Paging, list_page, within

_CUSTOMERS, _SITES, _OPEN = 200_000, 10_000, 20_000
_TIMES = 5
_EVERYWHERE, _AREA, _NOTHING = "", "p/c3/a13", "q/c1/a1"
_REGIONS = {_EVERYWHERE: "", _AREA: ", one of forty areas", _NOTHING: ", an area without any"}
_ADD_QUIET_AREA = """
INSERT INTO core.site (site_id, name, latitude, longitude, region, domain, site_class, tenants, time_zone)
SELECT 'Q' || n, 'quiet ' || n, 20, 110, 'q/c1/a1', 'q/c1', 'C', '{mobile}', 'Asia/Shanghai'
FROM generate_series(1, 50) n
"""
_CLOSED = Filter("v.state = 'closed'")


class Case(NamedTuple):
    """A list as somebody asks for it."""

    name: str
    listing: Listing
    filters: Sequence[Filter]


async def main() -> None:
    """Loads, asks and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("/tmp/guywire-complaint-lists"))
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    async with embedded(given.folder / "postgres", durable=False) as url, await connect(url) as connection:
        await _prepare(connection)
        print("| list | rows | least ms | CPU ms |\n|---|---|---|---|")
        for case in _cases():
            rows, least, cpu = await _measure(connection, case)
            print(f"| {case.name} | {rows} | {least:.1f} | {cpu:.1f} |", flush=True)


def _cases() -> Iterator[Case]:
    asked = {
        "newest": Question(),
        "a category that one in ten thousand has": Question(category="tower_nuisance"),
        "a category that none has": Question(category="billing"),
        "open": Question(state="open"),
        "restored (none)": Question(state="restored"),
        "text 没有信号 (a third)": Question(text="没有信号"),
        "text 解放 (one in forty)": Question(text="解放"),
        "text 解放路12号 (four)": Question(text="解放路12号"),
        "text 没有这样的 (none)": Question(text="没有这样的"),
        "text of a number, 138000": Question(text="138000"),
    }
    for region, words in _REGIONS.items():
        user = User("amy", Role.AREA_MANAGER if region else Role.ADMIN, region, "", "")
        for name, question in asked.items():
            yield Case(f"complaints: {name}{words}", COMPLAINTS, filters_of(question, user))
        for listing in (INCIDENTS, TICKETS):
            yield Case(f"{listing.view}s{words}", listing, within(user, listing.view))
            yield Case(f"{listing.view}s: closed{words}", listing, [_CLOSED, *within(user, listing.view)])
        cleared = Filter("v.cleared_at IS NOT NULL")
        yield Case(f"alarms{words}", ALARMS, within(user, "alarm"))
        yield Case(f"alarms: cleared{words}", ALARMS, [cleared, *within(user, "alarm")])
        yield Case(f"work orders{words}", WORK_ORDERS, within(user, "work_order"))
    yield Case("alarms of a site", ALARMS, [at_site("S77")])
    yield Case("tickets of a site", TICKETS, [Filter("v.site = %s", ("S77",))])


async def _measure(connection: Connection, case: Case) -> tuple[int, float, float]:
    """How many rows, the least milliseconds, and the least of CPU."""
    took: list[float] = []
    spent: list[float] = []
    rows = 0
    for _ in range(_TIMES):
        cpu, began = _cpu(connection), time.perf_counter()
        answer = await list_page(connection, case.listing, case.filters, Paging(200, None))
        took.append((time.perf_counter() - began) * 1000)
        spent.append(_cpu(connection) - cpu)
        rows = bytes(answer.body).count(b'"version":')
    return rows, min(took), min(spent)


def _cpu(connection: Connection) -> float:
    """Milliseconds of CPU of PostgreSQL's process so far (Linux: /proc)."""
    return int(Path(f"/proc/{connection.info.backend_pid}/schedstat").read_text("utf-8").split()[0]) / 1e6


async def _prepare(connection: Connection) -> None:
    await migrate(connection, datetime.now(UTC).date())
    if await (await connection.execute("SELECT 1 FROM core.site LIMIT 1")).fetchone():
        return
    await load_province(connection, _CUSTOMERS, _SITES, _OPEN)
    await connection.execute(_ADD_QUIET_AREA)
    await connection.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    asyncio.run(main())
