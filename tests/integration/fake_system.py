"""A system of small fake services under the real supervisor: as a process of its own, or in the test's.

As a process: `python -m tests.integration.fake_system DATA_DIR METRICS_PORT`, on an embedded PostgreSQL.
"""

from __future__ import annotations

import asyncio
import functools
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from guywire.health import ask
from guywire.settings import Settings
from guywire.supervisor import Prepare, Program, run, supervise
from tests.ports import free_metrics_port, free_port

NAMES = ("collectors", "dispatch", "dashboards")
DEADLINE_SECONDS = 30.0

# Well unless a file NAME.ill stands in the data folder, deaf to SIGTERM where there is a NAME.deaf.
_FAKE = """
import http.server, os, pathlib, signal, sys
name, port, folder = sys.argv[1], int(sys.argv[2]), pathlib.Path(os.environ["GUYWIRE_DATA_DIR"])

class Face(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        ill = (folder / f"{name}.ill").exists()
        self.send_response(503 if ill else 200)
        self.end_headers()
        self.wfile.write(b"has a cold" if ill else b'{"checks": {}}')

if (folder / f"{name}.deaf").exists():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("serving", os.environ["GUYWIRE_DATABASE_URL"], flush=True)
http.server.HTTPServer(("127.0.0.1", port), Face).serve_forever()
"""


def fakes(settings: Settings) -> list[Program]:
    return [
        Program(
            name,
            (sys.executable, "-c", _FAKE, name, str(settings.metrics_port_of(name))),
            functools.partial(ask, settings, name),
        )
        for name in NAMES
    ]


def free_settings(data_dir: Path, database_url: str = "") -> Settings:
    """Settings on ports that are free."""
    return Settings(
        data_dir=data_dir,
        database_url=database_url,
        console_port=free_port(),
        field_port=free_port(),
        trap_host="127.0.0.1",
        trap_port=free_port(),
        metrics_port=free_metrics_port(),
    )


@dataclass
class Told:
    """The lines that the supervisor said."""

    lines: list[tuple[str, str]] = field(default_factory=list)

    def say(self, name: str, what: str) -> None:
        self.lines.append((name, what))

    def count(self, name: str, words: str) -> int:
        return sum(1 for said, what in self.lines if said == name and words in what)

    async def until(self, name: str, words: str, times: int = 1) -> None:
        try:
            await eventually(lambda: self.count(name, words) >= times, f"{name}: {words}")
        except AssertionError as error:
            error.add_note(f"heard: {self.lines}")
            raise


async def eventually(true: Callable[[], object], what: str) -> None:
    """Waits for a condition; fails the test when it does not come true in time."""
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            while not true():  # noqa: ASYNC110 - other processes ring no event
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"waited in vain for {what}") from None


@asynccontextmanager
async def supervised(
    settings: Settings,
    extra: Sequence[Program] = (),
    prepare: Prepare | None = None,
    of: Callable[[Settings], Sequence[Program]] = fakes,
) -> AsyncIterator[Told]:
    """The supervisor at work in this process; cancelled at the end, as Ctrl-C does."""
    told = Told()
    task = asyncio.create_task(supervise(settings, extra, prepare, of, told.say))
    try:
        yield told
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


if __name__ == "__main__":
    run(replace(free_settings(Path(sys.argv[1])), metrics_port=int(sys.argv[2])), of=fakes)
