"""What a collector tells Prometheus.

One outcome each: received + found = spooled + merged + ignored + repeated + refused. What is forwarded is counted as
received by the process that takes it.
"""

from __future__ import annotations

from collections import Counter as Tally

from prometheus_client import Counter, Gauge

RECEIVED = Counter("guywire_collectors_received", "Datagrams taken from the trap socket")
DECODED = Counter("guywire_collectors_decoded", "Datagrams that were SNMPv1 or v2c notifications")
REFUSED = Counter("guywire_collectors_refused", "Datagrams that could not be used, by reason", ["reason"])
IGNORED = Counter("guywire_collectors_ignored", "Notifications that a profile says are no alarm")
REPEATED = Counter("guywire_collectors_repeated", "Informs that came again: answered again, not spooled again")
FOUND = Counter("guywire_collectors_found", "Alarm events that came by no datagram: polled, or of the collector itself")
MERGED = Counter("guywire_collectors_merged", "Alarm events that the storm guard added to the count of a later one")
HELD = Gauge("guywire_collectors_held", "Identities that the storm guard holds back at present")
SPOOL_FULL = Gauge("guywire_collectors_spool_full", "1 while the disk of the spool is full and events are refused")
SPOOLED = Counter("guywire_collectors_spooled", "Alarm events committed to the spool")
UNKNOWN_SOURCE = Counter("guywire_collectors_unknown_source", "Spooled events from a sender not in the inventory")
UNIDENTIFIED = Counter("guywire_collectors_unidentified", "Spooled events that no profile knows")
INFORMS_ANSWERED = Counter("guywire_collectors_informs_answered", "Informs that were acknowledged to their sender")
SPOOL_DEPTH = Gauge("guywire_collectors_spool_depth", "Events in the spool that wait for the correlator")
SPOOLED_EVER = Gauge("guywire_collectors_spooled_ever", "Events ever spooled by this spool, through all restarts")
ACKED = Counter("guywire_collectors_acked", "Events that the correlator has committed")
SOCKET_DROPS = Gauge("guywire_collectors_socket_drops", "Datagrams that the kernel dropped at the trap socket")
RECEIVE_BUFFER = Gauge("guywire_collectors_receive_buffer_bytes", "Receive buffer of each trap socket, as it is")
FORWARDED = Counter("guywire_collectors_forwarded", "SNMPv3 datagrams handed to their process, which counts them")
FEEDER_ENDS = Counter("guywire_collectors_feeder_ends", "Times that a process of the collector ended", ["feeder"])

POLLS = Counter("guywire_collectors_polls", "Devices asked, each time that one was")
POLLS_SILENT = Counter("guywire_collectors_polls_silent", "Polls that the device did not answer")
POLLS_TROUBLED = Counter("guywire_collectors_polls_troubled", "Polls that were answered, but not all or not well")
SAMPLES = Counter("guywire_collectors_samples", "Samples written to the database")
SAMPLES_LOST = Counter("guywire_collectors_samples_lost", "Samples dropped because the database was away too long")

SPOOL_FAILED = "spool_failed"
"""The one reason for a refusal that is not the datagram's fault."""

COUNTED = {
    "received": RECEIVED,
    "decoded": DECODED,
    "ignored": IGNORED,
    "repeated": REPEATED,
    "found": FOUND,
    "spooled": SPOOLED,
    "merged": MERGED,
    "unknown_source": UNKNOWN_SOURCE,
    "unidentified": UNIDENTIFIED,
    "informs_answered": INFORMS_ANSWERED,
    "forwarded": FORWARDED,
    "polls": POLLS,
    "polls_silent": POLLS_SILENT,
    "polls_troubled": POLLS_TROUBLED,
    "samples": SAMPLES,
    "samples_lost": SAMPLES_LOST,
}


def count(tally: Tally[str]) -> None:
    """Adds a batch's tally: names of `COUNTED`, or `refused:<reason>`."""
    for name, number in tally.items():
        if reason := name.removeprefix("refused:") if name.startswith("refused:") else "":
            REFUSED.labels(reason).inc(number)
        else:
            COUNTED[name].inc(number)
