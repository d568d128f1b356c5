"""What the dispatch service counts, on its own /metrics."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

MOVES = Counter("guywire_dispatch_steps", "Steps of work orders (offered, declined, expired ...).", ["state"])
WAITING = Gauge("guywire_dispatch_waiting_needs", "Needs that nobody can be sent to now, by code.", ["code"])
OPEN = Gauge("guywire_dispatch_open_work_orders", "Work orders that have not ended, by state.", ["state"])
EMERGENCIES = Gauge("guywire_dispatch_emergencies", "Mass outages that nobody has ended.")
PAUSES = Gauge("guywire_dispatch_pauses", "Regions in which dispatch offers nothing by itself.")
REFUSED = Counter("guywire_dispatch_commands_refused", "Commands refused, by reason.", ["reason"])
POSITIONS = Counter("guywire_dispatch_positions", "Positions of technicians taken in.")
ROUTES = Counter("guywire_dispatch_routes", "Jobs for which a routing service was asked, by outcome.", ["outcome"])
TOLD = Counter("guywire_dispatch_notices_sent", "Notices sent to people, by channel and outcome.", ["channel", "state"])
DECIDE = Histogram(
    "guywire_dispatch_decide_seconds",
    "Time that one batch takes to decide, without the database.",
    buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10),
)
