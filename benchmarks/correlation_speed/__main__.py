"""`python -m benchmarks.correlation_speed`: every storm through the pure engine, then through the live correlator.

Live means `Correlator.cycle` over an embedded, durable PostgreSQL in a temporary folder. Machines are shared: read the
CPU-microseconds, and compare rows of one run.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from itertools import pairwise
from multiprocessing import get_context

from benchmarks.correlation_speed import engine, growth, live, replaying, restart
from benchmarks.correlation_speed.storms import PER_SECOND, STORMS
from guywire.stream.protocol import EVENTS_PER_BATCH
from guywire.telemetry import configure_logging

_PARTS = ("engine", "live", "pace", "growth", "restart", "replay")


def main() -> None:
    """Prints a line for each storm and each number of events that are taken together."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.correlation_speed", description=__doc__)
    parser.add_argument("--count", type=int, default=20_000, help="events a storm (default 20000)")
    parser.add_argument("--only", default=",".join(STORMS), metavar="STORMS", help="some of: " + ", ".join(STORMS))
    parser.add_argument("--join", type=int, nargs="*", default=[1, 16, 64], help="batches of 50 together")
    parser.add_argument("--seconds", type=int, default=20, help="how long to keep pace (default 20)")
    parser.add_argument("--parts", default="engine,live,pace", help=f"some of: {', '.join(_PARTS)}")
    parser.add_argument("--events", type=int, default=1_000_000, help="lines to replay (default 1000000)")
    parser.add_argument("--alarms", type=int, default=200_000, help="open alarms at a restart (default 200000)")
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
    if "growth" in parts:
        _growth(chosen.count, start)
    if "restart" in parts:
        _restart(chosen.alarms)
    if "replay" in parts:
        _replay(chosen.events)


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


def _growth(count: int, start: datetime) -> None:
    print(_row("open alarms", "steps/ev", "us/event"))
    for alarms in growth.OPEN:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            cost = pool.submit(growth.measure, alarms, count, start).result()
        print(_row(f"{alarms:,}", f"{cost.steps:,.0f}", f"{cost.microseconds:.1f}"))


def _restart(alarms: int) -> None:
    got = restart.measure(alarms)
    print(_row("restart", "alarms", "incidents", "seconds", "own CPU-s", "MiB"))
    times = f"{got.seconds:.1f}", f"{got.own_cpu:.1f}"
    print(_row("", f"{got.alarms:,}", f"{got.incidents:,}", *times, f"{got.memory / 2**20:,.0f}"))


def _replay(events: int) -> None:
    got = replaying.measure(events)
    mix = ", ".join(f"{share / got.written.lines:.0%} {what}s" for what, share in got.written.mix.most_common())
    print(f"replay of {got.written.lines:,} lines ({mix}): {got.incidents:,} incidents,")
    each = f"{1e6 * got.cpu / got.written.lines:.1f} us a line"
    print(f"  {got.cpu:.1f} CPU-seconds ({each}), at most {got.memory / 2**20:,.0f} MiB, reading and writing included")
    parts = [1e6 * (now - before) / replaying.EACH for before, now in pairwise([0.0, *got.curve])]
    print(f"  us a line of each {replaying.EACH:,}: {' '.join(f'{part:.0f}' for part in parts)}")


def _row(name: str, *cells: str) -> str:
    return f"{name:12}" + "".join(f"{cell:>10}" for cell in cells)


if __name__ == "__main__":
    main()
