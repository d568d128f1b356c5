"""What a collector tells Prometheus. One outcome a datagram: received = spooled + ignored + repeated + refused."""

from __future__ import annotations

from collections import Counter as Tally

from prometheus_client import Counter, Gauge

RECEIVED = Counter("guywire_collectors_received", "Datagrams taken from the trap socket")
DECODED = Counter("guywire_collectors_decoded", "Datagrams that were SNMPv1 or v2c notifications")
REFUSED = Counter("guywire_collectors_refused", "Datagrams that could not be used, by reason", ["reason"])
IGNORED = Counter("guywire_collectors_ignored", "Notifications that a profile says are no alarm")
REPEATED = Counter("guywire_collectors_repeated", "Informs that came again: answered again, not spooled again")
SPOOLED = Counter("guywire_collectors_spooled", "Alarm events committed to the spool")
UNKNOWN_SOURCE = Counter("guywire_collectors_unknown_source", "Spooled events from a sender not in the inventory")
UNIDENTIFIED = Counter("guywire_collectors_unidentified", "Spooled events that no profile knows")
INFORMS_ANSWERED = Counter("guywire_collectors_informs_answered", "Informs that were acknowledged to their sender")
SPOOL_DEPTH = Gauge("guywire_collectors_spool_depth", "Events in the spool that wait for the correlator")
SPOOLED_EVER = Gauge("guywire_collectors_spooled_ever", "Events ever spooled by this spool, through all restarts")
ACKED = Counter("guywire_collectors_acked", "Events that the correlator has committed")
SOCKET_DROPS = Gauge("guywire_collectors_socket_drops", "Datagrams that the kernel dropped at the trap socket")

SPOOL_FAILED = "spool_failed"
"""The one reason for a refusal that is not the datagram's fault."""

COUNTED = {
    "received": RECEIVED,
    "decoded": DECODED,
    "ignored": IGNORED,
    "repeated": REPEATED,
    "spooled": SPOOLED,
    "unknown_source": UNKNOWN_SOURCE,
    "unidentified": UNIDENTIFIED,
    "informs_answered": INFORMS_ANSWERED,
}


def count(tally: Tally[str]) -> None:
    """Adds a batch's tally: names of `COUNTED`, or `refused:<reason>`."""
    for name, number in tally.items():
        if reason := name.removeprefix("refused:") if name.startswith("refused:") else "":
            REFUSED.labels(reason).inc(number)
        else:
            COUNTED[name].inc(number)
