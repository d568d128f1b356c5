"""What the complaints service counts."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

REGISTERED = Counter(
    "guywire_complaints_registered", "Complaints registered, by whether an outage explains them", ["link"]
)
REFUSED = Counter("guywire_complaints_refused", "Complaints refused, by reason", ["reason"])
BECAME = Counter("guywire_complaints_followed", "Complaints changed by what their incidents did", ["change"])
REGISTER_SECONDS = Histogram(
    "guywire_complaints_register_seconds",
    "Time to explain and keep one complaint",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0),
)
WAITING = Gauge("guywire_complaints_standing", "Complaints not yet restored or closed, by state", ["state"])
WITHHELD = Gauge(
    "guywire_complaints_withheld", "Messages to unproven numbers that were beyond their budget within the hour"
)
TOLD = Counter(
    "guywire_complaints_told", "Messages to customers, by kind, way and what came", ["kind", "channel", "state"]
)
