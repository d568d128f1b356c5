"""Ours without its spool, in one process: the collector's own batches from the socket, decoded and classified.

`python -m benchmarks.traps.decode_receiver PORT COUNT_FILE [events]`; with `events` on to alarm events in a catch, as a
worker hands it over.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.traps.kernel import largest_buffer
from benchmarks.traps.traffic import snapshot
from collectors.pipeline import Knowledge
from collectors.places import Places
from collectors.profile.classify import Classifier
from collectors.profile.compile import SHIPPED, load
from collectors.profile.shelf import profile_files
from collectors.wire.datagrams import Datagram
from collectors.wire.decode import answer_to, decode
from collectors.wire.intake import sift
from collectors.wire.listen import bind_sockets, drain, enlarge


class Receiver:
    """Counts what it takes; informs are answered at once, since nothing here is durable."""

    def __init__(self, udp: socket.socket, *, events: bool) -> None:
        self.received = 0
        self._udp = udp
        self._knowledge = Knowledge(Places(snapshot()), Classifier([load(path) for path in profile_files(SHIPPED)]))
        self._take = self._to_events if events else self._to_verdicts

    def drain(self) -> None:
        batch = drain(self._udp)
        self._take(batch)
        self.received += len(batch)

    def _to_verdicts(self, batch: Sequence[Datagram]) -> None:
        places, classifier = self._knowledge.places, self._knowledge.classifier
        for data, source in batch:
            trap = decode(data)
            equipment = places.sender(trap, source).equipment
            classifier.classify(trap, equipment.profile if equipment else "")
            if trap.inform:
                self._udp.sendto(answer_to(data, trap), source)

    def _to_events(self, batch: Sequence[Datagram]) -> None:
        for owed, source in sift(batch, datetime.now(UTC), self._knowledge).answers:
            self._udp.sendto(owed, source)


async def main(port: int, count: Path, *, events: bool) -> None:
    """Listens until it is terminated; SIGUSR1 has it write how many it received."""
    (udp,) = bind_sockets("127.0.0.1", port)
    enlarge(udp, largest_buffer() >> 20)
    receiver, loop = Receiver(udp, events=events), asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, lambda: count.write_text(f"{receiver.received}\n"))
    loop.add_reader(udp, receiver.drain)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2]), events="events" in sys.argv[3:]))
