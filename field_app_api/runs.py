"""What I say of a generator run: its start, fuel, its stop, and that I take the machine along."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import AwareDatetime, Field

from field_app_api.common import Given, Technician
from field_app_api.visits import Photo
from guywire.commands.generators import RecordRun
from guywire.web import Key, Running, ask

router = APIRouter(prefix="/api/v1", tags=["field"])

_Amount = Annotated[float | None, Field(ge=0, le=100_000)]


class RunStep(Given):
    """`litres`: in the tank at a start, filled in, or used as said at the stop. `hours`: the machine's meter."""

    step: Literal["start", "fuel", "stop", "fetch"]
    at: AwareDatetime
    generator: str = Field(default="", max_length=100)
    litres: _Amount = None
    hours: _Amount = None
    kwh: _Amount = None
    photo: Photo = ""


@router.post("/work-orders/{order_id}/runs")
async def record_run(
    order_id: str, given: RunStep, service: Running, user: Technician, key: Key = None
) -> dict[str, Any]:
    """Keeps a step of a run at the site of my order; answers the run as it stands, or for `fetch` the machine."""
    said = given.model_dump(exclude={"photo"})
    command = RecordRun(work_order=order_id, technician=user.technician_id, photo=str(given.photo), **said)
    return await ask(service, user, command, key)
