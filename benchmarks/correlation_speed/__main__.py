"""`python -m benchmarks.correlation_speed`: every storm through the pure engine, then through the live correlator.

Live means `Correlator.cycle` over an embedded, durable PostgreSQL in a temporary folder. Machines are shared: read the
CPU-microseconds, and compare rows of one run.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from benchmarks.correlation_speed import engine, live
from benchmarks.correlation_speed.storms import PER_SECOND, STORMS
from guywire.stream.protocol import EVENTS_PER_BATCH
from guywire.telemetry import configure_logging


def main() -> None:
    """Prints a line for each storm and each number of events that are taken together."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.correlation_speed", description=__doc__)
    parser.add_argument("--count", type=int, default=20_000, help="events a storm (default 20000)")
    parser.add_argument("--only", default=",".join(STORMS), metavar="STORMS", help="some of: " + ", ".join(STORMS))
    parser.add_argument("--join", type=int, nargs="*", default=[1, 16, 64], help="batches of 50 together")
    parser.add_argument("--seconds", type=int, default=20, help="how long to keep pace (default 20)")
    parser.add_argument("--parts", default="engine,live,pace", help="some of: engine, live, pace")
    chosen = parser.parse_args()
    configure_logging("benchmark", "warning")
    start = datetime.now(UTC).replace(microsecond=0)
    names = chosen.only.split(",")
    parts = chosen.parts.split(",")
    if "engine" in parts:
        _engine(names, chosen.count, chosen.join, start)
    if "live" in parts:
        _live(names, chosen.count, chosen.join, start)
    if "pace" in parts:
        _pace(names, chosen.seconds)


def _engine(names: Sequence[str], count: int, joins: Sequence[int], start: datetime) -> None:
    print(_row("pure engine", "a step", "ev/CPU-s", "us/event", "p50 ms", "p99 ms", "max ms", "alarms", "MiB"))
    for name in names:
        for join in joins:
            got = engine.measure(name, count, start, join)
            times = [f"{got.milliseconds(share):.2f}" for share in (0.5, 0.99, 1)]
            each, mebibytes = f"{1e6 / got.per_second:.1f}", f"{got.memory / 2**20:.1f}"
            together = str(join * EVENTS_PER_BATCH)
            print(_row(name, together, f"{got.per_second:,.0f}", each, *times, str(got.alarms), mebibytes))


def _live(names: Sequence[str], count: int, joins: Sequence[int], start: datetime) -> None:
    print(_row("live", "a cycle", "events/s", "p50 ms", "p99 ms", "max ms", "own us", "all us"))
    for name in names:
        for join in joins:
            got = asyncio.run(live.measure(STORMS[name](count, start), join))
            times = [f"{got.milliseconds(share):.1f}" for share in (0.5, 0.99, 1)]
            cpu = [f"{seconds / got.events * 1e6:.1f}" for seconds in (got.own_cpu, got.all_cpu)]
            print(_row(name, str(join * EVENTS_PER_BATCH), f"{got.per_second:,.0f}", *times, *cpu))


def _pace(names: Sequence[str], seconds: int) -> None:
    print(_row(f"{PER_SECOND} ev/s", "seconds", "lag p50 ms", "p99 ms", "max ms", "busy"))
    for name in names:
        kept = asyncio.run(live.keep_pace(STORMS[name](PER_SECOND * seconds, datetime.now(UTC))))
        times = [f"{kept.milliseconds(share):.0f}" for share in (0.5, 0.99, 1)]
        print(_row(name, str(seconds), *times, f"{kept.busy:.0%}"))


def _row(name: str, *cells: str) -> str:
    return f"{name:12}" + "".join(f"{cell:>10}" for cell in cells)


if __name__ == "__main__":
    main()
