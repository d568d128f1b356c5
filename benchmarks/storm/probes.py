"""Single faults in the middle of the storm: when each was sent, and when its ticket was there for all to see."""

from __future__ import annotations

import socket
import time
from typing import NamedTuple

import psycopg

from benchmarks.storm.devices import PROBE, PROBES, SITES, datagram
from guywire import feed

_NUMBERED_FROM = 1 << 25
_PATIENCE_SECONDS = 60.0
_TICKETS = """
SELECT max(seq) OVER () AS seq, body ->> 'site' AS site FROM core.feed
WHERE publisher = 'alarm_correlation' AND seq > %s AND topic = 'ticket' AND body ->> 'site' = ANY(%s)
"""


class Probed(NamedTuple):
    """Seconds from each fault's datagram to its ticket's commit, sorted; `missing` had none in the end."""

    seconds: list[float]
    missing: int

    def at(self, share: float) -> float:
        return self.seconds[min(len(self.seconds) - 1, int(len(self.seconds) * share))]


def probe(url: str, port: int, seconds: float, number: int) -> Probed:
    """Sends faults of sites that are otherwise quiet, spread over `seconds`, and listens to the change feed.

    `number` of these runs on one system: each has its own share of the quiet sites.
    """
    sites = list(range(SITES - PROBES, SITES))[number::2]
    sent: dict[str, float] = {}
    seen: dict[str, float] = {}
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"LISTEN {feed.channel_of('alarm_correlation')}")
        cursor = _head(connection)
        began = time.monotonic()
        while len(seen) < len(sites) and time.monotonic() - began < seconds + _PATIENCE_SECONDS:
            due = began + seconds * len(sent) / len(sites)
            if len(sent) < len(sites) and time.monotonic() >= due:
                site = sites[len(sent)]
                sent[f"S{site}"] = time.monotonic()
                _say(site, port)
            wait = due - time.monotonic() if len(sent) < len(sites) else 1.0
            if any(True for _ in connection.notifies(timeout=max(0.001, wait), stop_after=1)):
                now, waiting = time.monotonic(), [name for name in sent if name not in seen]
                head = _head(connection)
                for row in connection.execute(_TICKETS, (cursor, waiting)).fetchall():
                    seen.setdefault(str(row[1]), now)
                cursor = head
    return Probed(sorted(seen[name] - sent[name] for name in seen), len(sites) - len(seen))


def _head(connection: psycopg.Connection) -> int:
    row = connection.execute("SELECT seq FROM core.feed_head WHERE publisher = 'alarm_correlation'").fetchone()
    return int(row[0]) if row else 0


def _say(site: int, port: int) -> None:
    told = datagram(_NUMBERED_FROM + site, site, PROBE, True)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        device.bind((told.source, 0))
        device.sendto(told.data, ("127.0.0.1", port))
