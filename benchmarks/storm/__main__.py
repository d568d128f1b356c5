"""`python -m benchmarks.storm`: 5,000 datagrams a second for a minute, then 10,000 a second for ten seconds.

Prints what the mix was, what was lost, how long it took to drain, how late the tickets of single faults came, and the
CPU-microseconds an event of each process. Machines are shared: read the CPU, and compare rows of one run.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import psycopg

from benchmarks.storm import devices
from benchmarks.storm.probes import Probed, probe
from benchmarks.storm.system import Costs, Running, running
from benchmarks.traps.sender import Sent, send
from benchmarks.traps.waiting import until

_DRAIN_SECONDS = 600.0
_HEARD = "SELECT coalesce(sum(count), 0) FROM correlation.alarm_event WHERE collector <> 'alarm_correlation'"


class Result(NamedTuple):
    """One storm: what was sent and heard, seconds until all of it was committed, CPU-seconds meanwhile."""

    sent: Sent
    mix: Counter[str]
    heard: int
    dropped: int
    drained: float
    costs: Costs
    cycles: int
    probed: Probed


def main() -> None:
    """Runs both storms on one fresh system and prints a block for each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.storm", description=__doc__)
    parser.add_argument("--storms", default="5000x60,10000x10", help="rate x seconds, by comma (at most two)")
    parser.add_argument("--folder", type=Path, help="keep the system's folder here")
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="guywire-storm-") as folder,
        running(chosen.folder or Path(folder)) as system,
    ):
        for number, storm in enumerate(chosen.storms.split(",")):
            rate, seconds = (int(part) for part in storm.split("x"))
            _print(rate, seconds, _run(system, rate, seconds, number))


def _run(system: Running, rate: int, seconds: int, number: int) -> Result:
    said = devices.storm(rate * seconds, seconds)
    traffic = devices.datagrams(said)
    before, heard, dropped, cycles = system.costs(), _heard(system), system.dropped(), _cycles(system)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        probing = pool.submit(probe, system.url, system.settings.trap_port, float(seconds), number)
        sent = send(traffic, system.settings.trap_port, rate)
        over = time.monotonic()
        until(lambda: _is_drained(system), _DRAIN_SECONDS)
        drained, costs = time.monotonic() - over, system.costs().since(before)
        probed = probing.result()
    until(lambda: _is_drained(system), _DRAIN_SECONDS)
    cycles, dropped = _cycles(system) - cycles, system.dropped() - dropped
    return Result(sent, devices.mix(said), _heard(system) - heard, dropped, drained, costs, cycles, probed)


def _cycles(system: Running) -> int:
    return int(system.metric("alarm_correlation", "guywire_correlation_batch_seconds_count"))


def _is_drained(system: Running) -> bool:
    """Nothing waits at the socket, in the storm guard or in the spool: the correlator has committed all of it."""
    depth = system.metric("collectors", "guywire_collectors_spool_depth")
    return depth == 0 and system.metric("collectors", "guywire_collectors_held") == 0


def _heard(system: Running) -> int:
    with psycopg.connect(system.url) as connection:
        row = connection.execute(_HEARD).fetchone()
        assert row is not None
        return int(row[0])


def _print(rate: int, seconds: int, result: Result) -> None:
    events = result.sent.datagrams + len(result.probed.seconds) + result.probed.missing
    sent = result.sent
    mix = ", ".join(f"{share / sent.datagrams:.0%} {what}s" for what, share in result.mix.most_common())
    print(f"{rate} a second for {seconds} s: sent {events} at {sent.datagrams / sent.seconds:,.0f} a second ({mix})")
    print(f"  heard {result.heard}, lost {events - result.heard}, of them {result.dropped} at the socket")
    print(f"  all committed {result.drained:.1f} s after the last was sent, in {result.cycles} transactions")
    probed = result.probed
    times = ", ".join(f"{name} {probed.at(share):.2f}" for name, share in (("p50", 0.5), ("p99", 0.99), ("max", 1.0)))
    print(f"  trap to ticket of {len(probed.seconds)} single faults, seconds: {times}; without one {probed.missing}")
    each = {name: cpu / events * 1e6 for name, cpu in result.costs._asdict().items()}
    print("  CPU us an event: " + ", ".join(f"{name} {us:.0f}" for name, us in each.items()), end="")
    print(f", all {sum(each.values()):.0f}", flush=True)


if __name__ == "__main__":
    main()
