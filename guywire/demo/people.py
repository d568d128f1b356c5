"""The province's technicians, who accept, drive and mend, all through the real API of the phones.

One technician is left to whoever watches: nobody drives for them.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Any

import httpx
import structlog

from guywire.demo.province import km
from guywire.inventory import Technician

_log = structlog.get_logger(__name__)
_STEP_SECONDS = 1.0
_ON_SITE_SECONDS = 25.0
_DETOUR = 1.3

SPEED_KMH = 25.0
"""How fast crews drive on the road, in the province's own time."""

OnSite = Callable[[str, bool], None]
"""Told when a crew works at a site: the site, and whether it brought a generator for it."""


class Crew:
    """One technician, driven by the clock: looks for an order, takes it, drives there, works, reports."""

    def __init__(self, person: Technician, client: httpx.AsyncClient, random: Random, pace: float) -> None:
        self._person = person
        self._client = client
        self._random = random
        self._pace = pace
        self._here = (person.home_latitude, person.home_longitude)

    async def work(self, arrived: OnSite, mended: OnSite) -> None:
        """Works until cancelled; whatever goes wrong on the way is looked at again a moment later."""
        while True:
            try:
                await self._report_position()
                await self._pause(3.0)
                if (order := await self._next_order()) is not None:
                    await self._serve(order, arrived, mended)
            except httpx.HTTPError as error:
                _log.info("crew.try_again", technician=self._person.technician_id, error=str(error))
                await self._pause(3.0)

    async def _next_order(self) -> dict[str, Any] | None:
        answer = await self._client.get("/api/v1/me/work-orders")
        answer.raise_for_status()
        mine = (order for order in answer.json()["items"] if order["technician"] == self._person.technician_id)
        return next((order for order in mine if order["ended_at"] is None), None)

    async def _serve(self, order: dict[str, Any], arrived: OnSite, mended: OnSite) -> None:
        generator = "generator" in order["summary"].lower() or "发电" in order["summary"]
        await self._pause(4.0)
        if not await self._move(order, "accepted") or not await self._move(order, "en_route"):
            return
        if not await self._drive_to(order):
            await self._move(order, "done", **_TURNED_BACK)
            return
        if not await self._move(order, "on_site"):
            return
        arrived(order["site"], generator)
        await self._pause(_ON_SITE_SECONDS)
        mended(order["site"], generator)
        await self._pause(5.0)
        await self._move(order, "done", **_report(generator))

    async def _move(self, order: dict[str, Any], to: str, **report: str) -> bool:
        """One transition; False when the order is no longer theirs to move."""
        latitude, longitude = self._here
        answer = await self._client.post(
            f"/api/v1/work-orders/{order['id']}/transitions",
            json={
                "to": to,
                "at": datetime.now(UTC).isoformat(),
                "latitude": latitude,
                "longitude": longitude,
                **report,
            },
            headers={"Idempotency-Key": str(uuid.uuid4())},
        )
        if answer.status_code == httpx.codes.CONFLICT:
            return False
        answer.raise_for_status()
        return True

    async def _drive_to(self, order: dict[str, Any]) -> bool:
        """Moves there in small steps, at the pace of the demo, and reports each; False when asked to turn back."""
        place = (order["latitude"], order["longitude"])
        step_km = SPEED_KMH / _DETOUR / 3600 * self._pace * _STEP_SECONDS
        while (left := km(self._here, place)) > step_km:
            share = step_km / left
            self._here = (
                self._here[0] + (place[0] - self._here[0]) * share,
                self._here[1] + (place[1] - self._here[1]) * share,
            )
            await self._report_position()
            if await self._is_recalled(order):
                return False
            await asyncio.sleep(_STEP_SECONDS)
        self._here = place
        await self._report_position()
        return True

    async def _is_recalled(self, order: dict[str, Any]) -> bool:
        answer = await self._client.get(f"/api/v1/work-orders/{order['id']}")
        answer.raise_for_status()
        return bool(answer.json()["asked_to_return_at"] or answer.json()["ended_at"])

    async def _report_position(self) -> None:
        latitude, longitude = self._here
        fix = {"at": datetime.now(UTC).isoformat(), "latitude": latitude, "longitude": longitude, "accuracy": 12.0}
        await self._client.post("/api/v1/me/positions", json={"positions": [fix]})

    async def _pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds * self._random.uniform(0.6, 1.4))


_TURNED_BACK = {
    "cause": "cleared by itself before arrival",
    "result": "turned back on the way, alarms clear on the phone",
}


def _report(generator: bool) -> dict[str, str]:
    if generator:
        return {"cause": "mains failure of the feeder", "result": "generator connected and running, load carried"}
    return {"cause": "failed unit found on site", "result": "unit replaced, voltages and alarms checked"}
