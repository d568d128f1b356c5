"""The console port as one list: which routes there are, and which pages."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI

from alarm_correlation.policies import Policies
from dashboards.live import route as live
from dashboards.live.hub import Hub
from dashboards.routes import (
    adoption,
    alarms,
    certificates,
    clocks,
    complaints,
    corrections,
    dispatching,
    generators,
    incidents,
    inventory,
    needs,
    rota,
    rounds,
    silences,
    summary,
    tickets,
    visits,
    work_orders,
)
from guywire.service import Service
from guywire.web import create_app

STATIC = Path(__file__).parent / "static"


def create(service: Service, hub: Hub) -> FastAPI:
    """The console's application; `hub` must be started, and run beside it."""
    app = create_app(
        service,
        "Guywire console",
        routers=[
            summary.router,
            adoption.router,  # before the alarms', whose transitions take any word
            corrections.router,  # likewise
            alarms.router,
            incidents.router,
            tickets.router,
            clocks.router,
            dispatching.router,
            generators.router,
            needs.router,
            silences.router,
            work_orders.router,
            visits.router,
            rota.router,
            certificates.router,
            rounds.router,
            inventory.router,
            complaints.router,
            live.router,
        ],
        static=STATIC,
        pages={"/": "console.html", "/desk": "desk.html"},
    )
    app.state.hub = hub
    app.state.policies = Policies(service.settings.data_dir)
    return app
