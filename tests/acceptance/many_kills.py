"""Fifty times kill -9 of collector or correlator at random moments, under 5,000 traps a second; then the truth.

Run by hand, as it takes minutes: python -m tests.acceptance.many_kills [--kills 50] [--per-second 5000] [--seed 1]
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from tests.acceptance.conftest import prepare
from tests.acceptance.system import System, running, until
from tests.acceptance.traffic import Sent, send
from tests.acceptance.truth import Truth, let_every_trap_through

SOURCES = ["127.0.10.2", "127.0.20.2"]
VICTIMS = ("collectors", "alarm_correlation")
DRAIN_SECONDS = 1800.0


def main() -> None:
    """Prints what was killed, sent and found; ends with an error if anything is lost or counted twice."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--per-second", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="guywire-kills-") as folder, running(Path(folder) / "data") as system:
        prepare(system, Path(folder))
        let_every_trap_through(system)
        started = time.monotonic()
        sent, killed = _storm(system, given.kills, given.per_second, random.Random(given.seed))
        print(f"{killed} in {time.monotonic() - started:.0f} s")
        print(f"sent {sent.traps} traps; {len(sent.answered)} informs were answered")
        with Truth(system) as truth:
            until(truth.is_whole, DRAIN_SECONDS, truth.where)
            print(f"{truth.where()}, which stand for {truth.heard()} notifications")
            truth.every_answered_inform_is_there(sent)
            truth.counts_add_up()
            truth.states_are_right()
            truth.one_ticket_each()
    print("nothing lost, nothing twice")


def _storm(system: System, kills: int, per_second: int, chance: random.Random) -> tuple[Sent, dict[str, int]]:
    killed = dict.fromkeys(VICTIMS, 0)
    over = threading.Event()

    def kill() -> None:
        try:
            for _ in range(kills):
                time.sleep(chance.uniform(0.1, 2.0))
                victim = chance.choice(VICTIMS)
                os.kill(until(lambda victim=victim: _living(system, victim)), signal.SIGKILL)  # type: ignore[misc]
                killed[victim] += 1
        finally:
            over.set()

    def numbers() -> Iterator[int]:
        for number in count():
            if over.is_set():
                return
            yield number

    killer = threading.Thread(target=kill)
    killer.start()
    sent = send(("127.0.0.1", system.trap_port), SOURCES, numbers(), per_second)
    killer.join()
    return sent, killed


def _living(system: System, service: str) -> int | None:
    """Its process, or None while it is between two lives."""
    try:
        return system.pid_of(service)
    except AssertionError:
        return None


if __name__ == "__main__":
    main()
