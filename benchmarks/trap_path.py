"""Datagrams a CPU-second through the collectors' pure stages: decode, sender, classify, place, event."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime

from collectors.classify import Classifier
from collectors.pipeline import Knowledge, hear
from collectors.places import Equipment, Places, Snapshot, Source
from collectors.profile import SHIPPED, load
from collectors.shelf import profile_files
from guywire.demo.snmp import VarBind, encode_trap

SITES = 1000
DATAGRAMS = 100_000
LINK_DOWN = "1.3.6.1.6.3.1.1.5.3"
INTERFACE: list[VarBind] = [("1.3.6.1.2.1.2.2.1.1.3", 3), ("1.3.6.1.2.1.2.2.1.7.3", 1), ("1.3.6.1.2.1.2.2.1.8.3", 2)]


def knowledge() -> Knowledge:
    """Places of `SITES` sites and the profiles that ship."""
    equipment = [Equipment(f"S{n}", "router-1", "router", f"10.0.{n // 250}.{n % 250 + 1}") for n in range(SITES)]
    snapshot = Snapshot(1, {row.site: "p/c" for row in equipment}, equipment)
    return Knowledge(Places(snapshot), Classifier([load(path) for path in profile_files(SHIPPED)]))


def main() -> None:
    """Prints one line: thousand datagrams a CPU-second."""
    known = knowledge()
    datagrams: Sequence[bytes] = [encode_trap(n, LINK_DOWN, INTERFACE, n) for n in range(1, 1001)]
    sources = [Source(f"10.0.{n // 250}.{n % 250 + 1}", 162) for n in range(SITES)]
    now = datetime.now(UTC)
    start = time.process_time()
    for n in range(DATAGRAMS):
        heard = hear(datagrams[n % 1000], sources[n % SITES], now, known)
        assert heard.event is not None
    seconds = time.process_time() - start
    print(f"{DATAGRAMS / seconds / 1000:.0f} thousand linkDown traps a CPU-second, datagram to alarm event")


if __name__ == "__main__":
    main()
