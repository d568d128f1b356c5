"""The shift leader's look at the shift: load per operator, what is overdue, and the alarm load."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request

from dashboards.centre.policy import CentrePolicy
from dashboards.centre.shift import operators, overdue
from dashboards.centre.system import System
from dashboards.routes.common import ShiftLeader
from guywire.policy_file import PolicyFile
from guywire.web import Database

router = APIRouter(prefix="/api/v1", tags=["shift"])


@router.get("/shift")
async def get_shift(user: ShiftLeader, database: Database, request: Request) -> dict[str, Any]:
    """Who does how much, what is overdue, and how many alarms speak."""
    system: System = request.app.state.system
    policies: PolicyFile[CentrePolicy] = request.app.state.centre_policy
    policy, now = policies.current().shift, datetime.now(UTC)
    people = await system.people(database, now)
    return {
        "at": now,
        "operators": await operators(database, people, policy, now),
        "overdue": await overdue(database, user, policy, now),
        "alarm_load": await system.load.get(),
    }
