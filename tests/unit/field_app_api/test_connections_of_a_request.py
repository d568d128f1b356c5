"""Who asks is known before a route takes its connection: with one in hand nobody waits for another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from dashboards.app import ROUTERS as CONSOLE
from field_app_api.api import ROUTERS as FIELD
from field_app_api.common import TechnicianOnly
from guywire.web import auth

_CONNECTION = auth.Database.__metadata__[0].dependency  # type: ignore[attr-defined]
_ASK_THE_DATABASE = frozenset({auth.current_session, TechnicianOnly.dependency})


def _in_order(dependant: Dependant) -> Iterator[Callable[..., Any] | None]:
    """What FastAPI calls for a route, one after the other."""
    for one in dependant.dependencies:
        yield from _in_order(one)
        yield one.call


@pytest.mark.parametrize("routers", [CONSOLE, FIELD], ids=["console", "field"])
def test_no_route_asks_who_it_is_with_a_connection_in_hand(routers: Sequence[APIRouter]) -> None:
    called = {
        f"{route.methods} {route.path}": list(_in_order(route.dependant))
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute)
    }
    holding = {path: calls[calls.index(_CONNECTION) :] for path, calls in called.items() if _CONNECTION in calls}
    assert len(holding) > 5
    assert [path for path, calls in holding.items() if not _ASK_THE_DATABASE.isdisjoint(calls)] == []


@pytest.mark.parametrize("routers", [CONSOLE, FIELD], ids=["console", "field"])
def test_no_route_waits_for_an_owner_with_a_connection_in_hand(routers: Sequence[APIRouter]) -> None:
    asking = [
        route
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute) and not {"ask", "apply"}.isdisjoint(route.endpoint.__code__.co_names)
    ]
    assert len(asking) > 5
    assert [route.path for route in asking if _CONNECTION in _in_order(route.dependant)] == []
