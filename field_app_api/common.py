"""What the field routes share: who asks is always the technician of the account; bodies refuse unknown fields."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends
from pydantic import BaseModel, ConfigDict
from starlette.requests import HTTPConnection

from dispatch import policy as dispatching
from dispatch.visits import policy as visits
from guywire.database import Connection
from guywire.errors import Refused
from guywire.identity import Permission, User
from guywire.vague import vague_words
from guywire.web import Running, require
from guywire.web.throttle import Throttle

MOST_AT_ONCE = 600
SECONDS_A_REQUEST = 0.25
"""What one account may ask: a day's outbox at once, then four requests a second."""


# Who left the inventory ends what is begun, and is a technician no longer then.
_AT_WORK = """
SELECT jsonb_build_object('id', %(person)s::text) AS body
WHERE EXISTS (SELECT FROM views.technician WHERE id = %(person)s) OR EXISTS (
    SELECT FROM views.work_order WHERE ended_at IS NULL AND (technician = %(person)s OR %(person)s = ANY(mates)))
"""


async def _technician(
    connection: HTTPConnection,
    service: Running,
    user: Annotated[User, Depends(require(Permission.WORK_ORDERS_OF_ONE))],
) -> User:
    if not user.technician_id:
        raise Refused("forbidden", "no_technician", "This account belongs to no technician. Ask an administrator.")
    throttle: Throttle = connection.app.state.accounts
    if seconds := throttle.take(user.name, asyncio.get_running_loop().time()):
        message = f"This account asks too much at once. Wait {ceil(seconds)} s; nothing is lost."
        raise Refused("too_many_requests", "account", message)
    async with service.pool.connection() as database:
        if await body(database, _AT_WORK, {"person": user.technician_id}) is None:
            message = f"{user.technician_id} is no longer in the inventory. Ask an administrator."
            raise Refused("forbidden", "technician_gone", message)
    return user


TechnicianOnly = Depends(_technician)
Technician = Annotated[User, TechnicianOnly]


class Given(BaseModel):
    """The body of a request; a field that is not known is refused, so that a slip of the pen is not lost."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Policies:
    """What is in force of dispatch's policies, which the phone follows too."""

    def __init__(self, data_dir: Path) -> None:
        self._dispatching = dispatching.policy_file(data_dir)
        self._visits = visits.policy_file(data_dir)

    def current(self) -> Rules:
        return Rules(self._dispatching.current(), self._visits.current())


@dataclass(frozen=True, slots=True)
class Rules:
    """The policies as they hold for one request."""

    dispatching: dispatching.Policy
    visits: visits.VisitPolicy

    def for_phone(self) -> dict[str, Any]:
        """What the phone must know to say at once what the server would say later."""
        return {
            "geofence_metres": self.dispatching.geofence_metres,
            "photo_max_bytes": self.visits.photo_max_bytes,
            "photo_max_side": self.visits.photo_max_side,
            "photo_quality": self.visits.photo_quality,
            "result_example": self.dispatching.result_example,
            "vague": sorted(vague_words(self.dispatching.vague_results)),
            "positions_kept_days": self.dispatching.position_keep_days,
            "watch_minutes": [self.visits.watch.least_minutes, self.visits.watch.most_minutes],
        }


def _rules(connection: HTTPConnection) -> Rules:
    policies: Policies = connection.app.state.policies
    return policies.current()


InForce = Annotated[Rules, Depends(_rules)]

Values = tuple[object, ...] | dict[str, object]


async def bodies(connection: Connection, query: str, values: Values) -> list[dict[str, Any]]:
    """The column `body` of a query."""
    return [row["body"] for row in await (await connection.execute(query.encode(), values)).fetchall()]


async def several(connection: Connection, asked: Mapping[str, tuple[str, Values]]) -> dict[str, list[dict[str, Any]]]:
    """As `bodies`, of many queries in one round trip: on a busy machine it is round trips that hold a connection."""
    async with connection.pipeline():
        cursors = {name: await connection.execute(query.encode(), values) for name, (query, values) in asked.items()}
        return {name: [row["body"] for row in await cursor.fetchall()] for name, cursor in cursors.items()}


async def body(connection: Connection, query: str, values: Values) -> dict[str, Any] | None:
    """The first one's column `body`; None without any."""
    found = await bodies(connection, query, values)
    return found[0] if found else None
