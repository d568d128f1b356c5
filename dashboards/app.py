"""The console port as one list: which routes there are, and which pages."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI

from alarm_correlation.policies import Policies
from complaints.policy import policy_file as complaint_policy
from dashboards.centre.policy import policy_file
from dashboards.centre.procedures import category_words
from dashboards.centre.system import System
from dashboards.live import route as live
from dashboards.live.hub import Hub
from dashboards.live.snapshot import Snapshots
from dashboards.routes import (
    adoption,
    alarms,
    alarms_bulk,
    announcements,
    certificates,
    claims,
    clocks,
    complaint_desk,
    complaint_steps,
    complaints,
    consents,
    contacts,
    corrections,
    desk_search,
    dispatching,
    generators,
    handovers,
    incidents,
    inventory,
    maps,
    mass_outages,
    needs,
    problems,
    procedures,
    readings,
    reports,
    rota,
    rounds,
    saved_views,
    shift,
    silences,
    situation_reports,
    summary,
    system,
    tenant,
    ticket_desk,
    ticket_history,
    tickets,
    visits,
    wall,
    work_order_preview,
    work_orders,
)
from dashboards.site_columns import SiteColumns
from guywire.procedures import Shelf
from guywire.service import Service
from guywire.web import create_app

STATIC = Path(__file__).parent / "static"


ROUTERS = (
    summary.router,
    wall.router,
    adoption.router,  # before the alarms', whose transitions take any word
    corrections.router,  # likewise
    alarms_bulk.router,
    alarms.router,
    incidents.router,
    ticket_desk.router,  # before the tickets', whose names take any word
    ticket_history.router,
    tickets.router,
    clocks.router,
    dispatching.router,
    mass_outages.router,
    generators.router,
    needs.router,
    silences.router,
    work_order_preview.router,  # likewise
    work_orders.router,
    visits.router,
    rota.router,
    certificates.router,
    rounds.router,
    problems.router,
    maps.router,
    readings.router,
    inventory.router,
    complaints.router,
    desk_search.router,
    complaint_steps.router,
    complaint_desk.router,
    contacts.router,
    claims.router,
    handovers.router,
    announcements.router,
    situation_reports.router,
    procedures.router,
    saved_views.router,
    shift.router,
    system.router,
    reports.router,
    consents.router,
    tenant.router,
    live.router,
)
"""In the order in which they are asked: what names a path comes before what takes any word."""


def create(service: Service, hub: Hub) -> FastAPI:
    """The console's application; `hub` must be started, and run beside it."""
    app = create_app(
        service,
        "Guywire console",
        routers=ROUTERS,
        static=STATIC,
        pages={
            "/": "console.html",
            "/desk": "desk.html",
            "/reports/print": "report_print.html",
            "/tenant": "tenant.html",
            "/wall": "wall.html",
        },
        pictures_from=maps.origin_of(service.settings.map_tiles),
    )
    app.state.site_columns = SiteColumns()
    app.state.hub = hub
    app.state.snapshots = Snapshots(service.pool, lambda: hub.epoch)
    app.state.policies = Policies(service.settings.data_dir)
    app.state.centre_policy = policy_file(service.settings.data_dir)
    app.state.complaint_policy = complaint_policy(service.settings.data_dir)
    app.state.procedures = Shelf(category_words(service.settings.data_dir))
    app.state.system = System(service, hub, lambda: app.state.centre_policy.current().alarm_load)
    return app
