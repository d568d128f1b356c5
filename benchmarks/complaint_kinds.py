"""What each kind of question to the complaint desk costs by itself, in CPU, which a busy machine does not change.

Asks the functions behind the API, without HTTP, in the folder that benchmarks/complaint_context.py has loaded: each
kind on fresh connections, whose first question finds nothing prepared and no catalogue in memory.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from psycopg import AsyncCursor

from benchmarks.complaint_context import CONTEXT, KINDS, LIST, Asked, Size
from complaints import outage_context
from complaints.search import search
from dashboards.routes.common import COMPLAINTS
from dashboards.routes.complaints import Question, filters_of
from guywire.database import Connection, connect
from guywire.identity import User
from guywire.model import Role
from guywire.postgres import embedded
from guywire.web.listing import Paging, list_page

_AGENT = User("ann", Role.COMPLAINT_AGENT, "", "", "")
_SIZE = Size(10_000_000, 100_000, 5_000)


class Cost(NamedTuple):
    """Milliseconds of CPU of PostgreSQL's process and of this one, and how many statements."""

    database: float
    python: float
    statements: int


class _Counting(AsyncCursor[Any]):
    """Counts what is asked."""

    statements = 0

    async def execute(self, *given: Any, **named: Any) -> Any:
        _Counting.statements += 1
        return await super().execute(*given, **named)


async def main() -> None:
    """Asks and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("/tmp/guywire-complaint-context"))
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--connections", type=int, default=3)
    given = parser.parse_args()
    gc.freeze()  # as a service does
    async with embedded(given.folder / "postgres", durable=False) as url:
        print("CPU ms, PostgreSQL + Python\n| kind | statements | first | median | worst |\n|---|---|---|---|---|")
        for kind, draw in KINDS.items():
            source = random.Random(kind)
            runs = [
                await _asked(url, [draw(source, _SIZE) for _ in range(given.times)]) for _ in range(given.connections)
            ]
            print(f"| {kind} | {_line([costs[0] for costs in runs], [one for costs in runs for one in costs[1:]])} |")


def _line(first: Sequence[Cost], later: Sequence[Cost]) -> str:
    """Of first questions the dearest, of all others the median and the dearest."""
    worst_first, worst = (max(costs, key=lambda one: one.database + one.python) for costs in (first, later))
    usual = [median(one.database for one in later), median(one.python for one in later)]
    cells = ([worst_first.database, worst_first.python], usual, [worst.database, worst.python])
    statements = f"{median(one.statements for one in later):.0f}"
    return " | ".join([statements, *(f"{database:.1f} + {python:.1f}" for database, python in cells)])


async def _asked(url: str, questions: Sequence[Asked]) -> list[Cost]:
    """What each of the questions costs, one after the other on one fresh connection."""
    async with await connect(url) as connection:
        connection.cursor_factory = _Counting
        return [await _cost(connection, *asked) for asked in questions]


async def _cost(connection: Connection, path: str, query: dict[str, Any]) -> Cost:
    _Counting.statements = 0
    database, python = _cpu(connection), time.process_time()
    if path == CONTEXT:
        await outage_context(connection, now=datetime.now(UTC), **query)
    elif path == LIST:
        asked = Question(**{name: value for name, value in query.items() if name != "limit"})
        await list_page(connection, COMPLAINTS, filters_of(asked, _AGENT), Paging(query["limit"], None))
    else:
        await search(connection, query["text"])
    return Cost(_cpu(connection) - database, (time.process_time() - python) * 1000, _Counting.statements)


def _cpu(connection: Connection) -> float:
    """Milliseconds of CPU of the connection's process so far (Linux: /proc)."""
    return int(Path(f"/proc/{connection.info.backend_pid}/schedstat").read_text("utf-8").split()[0]) / 1e6


if __name__ == "__main__":
    asyncio.run(main())
