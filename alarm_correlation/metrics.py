"""What the correlator counts of itself, for Prometheus."""

from __future__ import annotations

from collections import Counter as Tally
from datetime import datetime

from prometheus_client import Counter, Gauge, Histogram

from alarm_correlation.state import State
from alarm_correlation.work import Changes

_PREFIX = "guywire_correlation"

EVENTS = Counter(f"{_PREFIX}_events", "Alarm events taken in.", ["kind"])
IGNORED = Counter(f"{_PREFIX}_events_ignored", "Events that changed nothing, by reason.", ["reason"])
COMMANDS = Counter(f"{_PREFIX}_commands", "Commands answered.", ["kind"])
BATCH_SIZE = Histogram(f"{_PREFIX}_batch_events", "Events in a batch.", buckets=(1, 5, 20, 50, 200, 1000, 3200))
BATCH_SECONDS = Histogram(f"{_PREFIX}_batch_seconds", "From taking a batch to its commit.")
LAG = Gauge(f"{_PREFIX}_lag_seconds", "From receipt to commit, of the oldest event in the last batch.")
ALARMS = Gauge(f"{_PREFIX}_alarms_in_memory", "Alarms that stand or may still come back.")
INCIDENTS = Gauge(f"{_PREFIX}_open_incidents", "Incidents that are open.")
OPEN_ALARMS = Gauge(f"{_PREFIX}_open_alarms", "Alarms that stand.")
SET_ASIDE = Counter(f"{_PREFIX}_events_set_aside", "Events that broke the correlator and were set aside.")
REBUILDS = Counter(f"{_PREFIX}_rebuilds", "Times that the memory was read from the database anew.")


def count(changes: Changes, now: datetime) -> None:
    """Counts one committed step."""
    for kind, times in Tally("clear" if received.event.clears else "raise" for received, _ in changes.received).items():
        EVENTS.labels(kind).inc(times)
    for reason, times in Tally(changes.ignored).items():
        IGNORED.labels(reason).inc(times)
    for asked, _ in changes.answers:
        COMMANDS.labels(type(asked.command).__name__).inc()
    if changes.received:
        BATCH_SIZE.observe(len(changes.received))
        oldest = min(received.event.received_at for received, _ in changes.received)
        LAG.set(max(0.0, (now - oldest).total_seconds()))


def gauge(state: State) -> None:
    """Sizes of the memory; walks all of it, so once in a while is enough."""
    ALARMS.set(len(state.alarms))
    OPEN_ALARMS.set(sum(alarm.stands for alarm in state.alarms.values()))
    INCIDENTS.set(sum(incident.state == "open" for incident in state.incidents.values()))
