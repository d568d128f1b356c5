"""The field API as one list of routes, and what the application that serves them holds."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from fastapi import FastAPI

from dispatch.visits.policy import LARGEST_PHOTO
from field_app_api import (
    phone,
    photos,
    positions,
    procedures,
    public,
    public_hooks,
    rota,
    routes,
    runs,
    visits,
    wellbeing,
)
from field_app_api.common import MOST_AT_ONCE, SECONDS_A_REQUEST, Policies
from field_app_api.news import News
from guywire.errors import Refused
from guywire.procedures import Shelf
from guywire.service import Service
from guywire.web.throttle import Throttle

ROUTERS = (
    routes.router,
    procedures.router,
    positions.router,
    visits.router,
    runs.router,
    photos.router,
    wellbeing.router,
    phone.router,
    rota.router,
    public.router,
    public_hooks.router,
)

LARGER_BODIES: Mapping[str, int] = {"/api/v1/photos/": LARGEST_PHOTO + 1}
"""Beyond what any policy allows, so that it is the photo's own refusal that says how large it may be."""


def equip(app: FastAPI, service: Service, news: News) -> None:
    """Gives the application what the routes look for."""
    app.state.news = news
    app.state.policies = Policies(service.settings.data_dir)
    app.state.procedures = Shelf()
    app.state.strangers = public.Limits()
    with suppress(Refused):  # it is there before a gateway is set up, or the log says why not
        public_hooks.secret_of(service)
    app.state.accounts = Throttle(MOST_AT_ONCE, SECONDS_A_REQUEST)
