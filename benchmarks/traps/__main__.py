"""`python -m benchmarks.traps`: each receiver is fed the same datagrams, round by round; prints what each made of them.

`--sustained`: 10,000 a second for a minute through the whole service instead. Machines are shared: read the ratios.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

from benchmarks.traps import receivers
from benchmarks.traps.kernel import cpu_seconds, queue_of
from benchmarks.traps.sender import Sent, send
from benchmarks.traps.sustained import sustained
from benchmarks.traps.traffic import Datagram, datagrams
from benchmarks.traps.waiting import until

Start = Callable[[Path], AbstractContextManager[receivers.Running]]


class Contestant(NamedTuple):
    """A receiver, and how many of the datagrams it gets: the slow one the first few, so that it ends today."""

    name: str
    start: Start
    share: float


class Result(NamedTuple):
    """One round of one receiver."""

    sent: Sent
    received: int
    dropped: int
    cpu: float

    @property
    def per_cpu_second(self) -> float:
        return self.received / self.cpu


CONTESTANTS = [
    Contestant("ours, decode and classify", receivers.decoding, 1.0),
    Contestant("ours, to alarm events", receivers.hearing, 1.0),
    Contestant("ours, spooled and acknowledged", receivers.collecting, 1.0),
    *([Contestant("snmptrapd -Lf", receivers.snmptrapd, 1.0)] if receivers.SNMPTRAPD else []),
    Contestant("pysnmp receiver", receivers.pysnmp, 0.03),
]
_HEADER = f"{'':32}{'sent':>8}{'received':>10}{'lost':>6}{'informs':>9}{'CPU-s':>8}{'per CPU-s':>11}"


def main() -> None:
    """Runs the rounds, or the minute, and prints the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.traps", description=__doc__)
    parser.add_argument("--count", type=int, default=60_000, help="datagrams a round (default 60000)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--only", default="", metavar="WORDS", help="only receivers with one of these words, by comma, in their names"
    )
    parser.add_argument("--sustained", action="store_true", help="10,000 a second for 60 s through the service")
    parser.add_argument("--rate", type=int, default=10_000, help="with --sustained: datagrams a second")
    parser.add_argument("--seconds", type=int, default=60, help="with --sustained")
    chosen = parser.parse_args()
    if chosen.sustained:
        sustained(chosen.rate, chosen.seconds)
    else:
        _compare(
            [
                contestant
                for contestant in CONTESTANTS
                if any(word in contestant.name for word in chosen.only.split(","))
            ],
            list(datagrams(chosen.count)),
            chosen.rounds,
        )


def _compare(contestants: Sequence[Contestant], traffic: Sequence[Datagram], rounds: int) -> None:
    results: dict[str, list[Result]] = {contestant.name: [] for contestant in contestants}
    for _ in range(rounds):
        for name, start, share in contestants:
            results[name].append(_round(start, traffic[: int(len(traffic) * share)]))
    print(f"{rounds} rounds, the one in the middle:\n{_HEADER}")
    middle = {name: sorted(of, key=lambda one: one.per_cpu_second)[len(of) // 2] for name, of in results.items()}
    for name, result in middle.items():
        print(_line(name, result))
    if not receivers.SNMPTRAPD:
        print("snmptrapd is not installed (Debian package snmptrapd): not compared")
    _print_ratios({name: statistics.median(one.per_cpu_second for one in of) for name, of in results.items()})


def _round(start: Start, traffic: Sequence[Datagram]) -> Result:
    with tempfile.TemporaryDirectory() as folder, start(Path(folder)) as running:
        before = cpu_seconds(running.pid)
        sent = send(traffic, running.port)
        until(lambda: running.finished(sent.datagrams))
        cpu = cpu_seconds(running.pid) - before
        queue = queue_of(running.port)
        return Result(sent, running.received(), queue.dropped if queue else 0, cpu)


def _line(name: str, result: Result) -> str:
    sent = result.sent
    informs = f"{sent.answers}/{sent.informs}"
    return (
        f"{name:32}{sent.datagrams:8}{result.received:10}{sent.datagrams - result.received:6}"
        f"{informs:>9}{result.cpu:8.2f}{result.per_cpu_second:11,.0f}"
    )


def _print_ratios(medians: dict[str, float]) -> None:
    for ours in medians:
        for other in medians:
            if ours.startswith("ours") and not other.startswith("ours"):
                print(f"{ours}: {medians[ours] / medians[other]:.1f} times {other}")


if __name__ == "__main__":
    main()
