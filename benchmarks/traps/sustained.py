"""The collector under a steady storm: the real service at a fixed rate, and whether anything was lost on the way."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.traps import receivers
from benchmarks.traps.kernel import cpu_seconds, queue_of
from benchmarks.traps.sender import send
from benchmarks.traps.traffic import datagrams
from benchmarks.traps.waiting import until

_COUNTED = ("received", "spooled", "ignored", "merged", "repeated", "refused", "informs_answered", "acked")


def sustained(rate: int, seconds: int) -> None:
    """Sends `rate` datagrams a second for `seconds`, waits until all of it is acknowledged, and prints the account."""
    traffic = list(datagrams(rate * seconds))
    with tempfile.TemporaryDirectory() as folder, receivers.collecting(Path(folder)) as running:
        before = cpu_seconds(running.pid)
        sent = send(traffic, running.port, rate)
        until(lambda: running.finished(sent.datagrams), 120)
        cpu = cpu_seconds(running.pid) - before
        queue = queue_of(running.port)
        assert queue is not None
        print(f"sent {sent.datagrams} in {sent.seconds:.1f} s: {sent.datagrams / sent.seconds:,.0f} a second")
        print(f"dropped at the socket: {queue.dropped}; informs answered: {sent.answers} of {sent.informs}")
        print(", ".join(f"{name} {receivers.metric(running.metrics_port, name + '_total'):,.0f}" for name in _COUNTED))
        print(
            f"CPU of the collector: {cpu:.1f} s, {cpu / sent.seconds:.2f} of a core;"
            f" {sent.datagrams / cpu:,.0f} a CPU-second"
        )
