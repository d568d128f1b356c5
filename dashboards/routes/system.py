"""How the system itself does: services, collectors, database, feeds, and alarms per operator."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from dashboards.centre.system import System
from dashboards.routes.common import SystemViewer

router = APIRouter(prefix="/api/v1", tags=["system"])


@router.get("/system")
async def get_system(user: SystemViewer, request: Request) -> dict[str, Any]:
    """Asked of everybody concerned at most every five seconds, the alarm load every thirty, however many look."""
    del user
    system: System = request.app.state.system
    return await system.whole.get() | {"alarm_load": await system.load.get()}
