"""A routing service (OSRM or Valhalla) asked for drives to one place, within a time-out; what it says is checked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any, NamedTuple

import httpx
import msgspec
import structlog

from dispatch import metrics
from dispatch.model import Leg, Place
from dispatch.travel.crow import crow_km
from dispatch.travel.known import KnownLegs
from dispatch.travel.policy import RoutingPolicy

_LARGEST = 1_000_000  # bytes: far more than an answer has
_MOST_KEPT = 200_000
_FASTEST_KMH = 250.0  # by the crow: faster than any road
_log = structlog.get_logger(__name__)


class Asked(NamedTuple):
    """The drives that are wanted to one place."""

    end: Place
    starts: Sequence[Place]


class BadAnswer(Exception):
    """The service said something that is none: what."""


class Routes:
    """Remembers what the service said. While it fails nobody asks; `at` is a monotonic time in seconds."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._kept: dict[tuple[Place, Place], tuple[float, Leg]] = {}
        self._failures = 0
        self._closed_until = 0.0
        self._service = ("", "")

    async def legs(self, asked: Sequence[Asked], policy: RoutingPolicy, at: float) -> KnownLegs:
        """What is known of these drives by the time-out. Never raises, never waits longer."""
        if not policy.is_on:
            return KnownLegs()
        self._forget(policy, at)
        unknown = [one for each in asked if (one := self._unknown(each)).starts]
        if at >= self._closed_until:
            allowed = policy.jobs_at_once if self._failures < policy.failures else 1  # one tries whether it is back
            await self._ask_all(unknown[:allowed], policy, at)
        elif unknown:
            metrics.ROUTES.labels("not_asked").inc(len(unknown))
        return KnownLegs({each.end: self._known(each) for each in asked})

    async def _ask_all(self, asked: Sequence[Asked], policy: RoutingPolicy, at: float) -> None:
        """All at once, within one time-out: whatever has come by then is kept."""
        if not asked:
            return
        tasks = [asyncio.create_task(self._ask(one, policy, at)) for one in asked]
        done, late = await asyncio.wait(tasks, timeout=policy.timeout_ms / 1000)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        reasons = [str(error) for task in done if (error := task.exception())]
        self._judge(len(tasks) - len(reasons) - len(late), [*reasons, *(["it took too long"] * len(late))], policy, at)

    def _judge(self, well: int, reasons: Sequence[str], policy: RoutingPolicy, at: float) -> None:
        metrics.ROUTES.labels("answered").inc(well)
        metrics.ROUTES.labels("failed").inc(len(reasons))
        if not reasons:
            self._failures = 0
            return
        self._failures += 1
        if self._failures >= policy.failures:
            self._closed_until = at + policy.open_seconds
        _log.warning("routing.failed", url=policy.url, reason=reasons[0], count=len(reasons), in_a_row=self._failures)

    async def _ask(self, asked: Asked, policy: RoutingPolicy, at: float) -> None:
        """Raises `BadAnswer` and what httpx raises."""
        starts = list(dict.fromkeys(map(_rounded, asked.starts)))
        request = _REQUESTS[policy.kind](self._client, policy.url.rstrip("/"), starts, asked.end)
        legs = _READERS[policy.kind](await _body(self._client, request), len(starts))
        for start, leg in zip(starts, legs, strict=True):
            if leg is not None:
                _check(start, asked.end, leg)
        self._kept |= {(start, asked.end): (at, leg) for start, leg in zip(starts, legs, strict=True) if leg}

    def _unknown(self, asked: Asked) -> Asked:
        return Asked(asked.end, [one for one in asked.starts if (_rounded(one), asked.end) not in self._kept])

    def _known(self, asked: Asked) -> Mapping[Place, Leg]:
        found = ((one, self._kept.get((_rounded(one), asked.end))) for one in asked.starts)
        return {one: kept[1] for one, kept in found if kept}

    def _forget(self, policy: RoutingPolicy, at: float) -> None:
        """What is old, and all of it when there is another service or too much."""
        if self._service != (policy.kind, policy.url) or len(self._kept) > _MOST_KEPT:
            self._kept.clear()
        if self._service != (policy.kind, policy.url):
            self._service, self._failures, self._closed_until = (policy.kind, policy.url), 0, 0.0
        oldest = at - policy.keep_minutes * 60
        old = [key for key, (asked_at, _) in self._kept.items() if asked_at < oldest]
        for key in old:
            del self._kept[key]


def _rounded(place: Place) -> Place:
    """To about a hundred metres: who stands at a light does not want a new answer."""
    return Place(round(place.latitude, 3), round(place.longitude, 3))


async def _body(client: httpx.AsyncClient, request: httpx.Request) -> Any:
    response = await client.send(request, stream=True)
    try:
        if response.status_code != httpx.codes.OK:
            raise BadAnswer(f"it answered {response.status_code}")
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > _LARGEST:
                raise BadAnswer("its answer never ends")
    finally:
        await response.aclose()
    try:
        return msgspec.json.decode(bytes(body))
    except msgspec.DecodeError:
        raise BadAnswer("its answer is not JSON") from None


def _ask_osrm(client: httpx.AsyncClient, url: str, starts: Sequence[Place], end: Place) -> httpx.Request:
    """https://project-osrm.org/docs/v5.24.0/api/#table-service: longitude first, destination last."""
    places = ";".join(f"{one.longitude:.6f},{one.latitude:.6f}" for one in (*starts, end))
    sources = ";".join(map(str, range(len(starts))))
    asked = {"sources": sources, "destinations": str(len(starts)), "annotations": "duration,distance"}
    return client.build_request("GET", f"{url}/table/v1/driving/{places}", params=asked)


def _read_osrm(said: Any, count: int) -> list[Leg | None]:
    if not isinstance(said, dict) or said.get("code") != "Ok":
        raise BadAnswer("it did not say Ok")
    seconds, metres = _column(said.get("durations"), count), _column(said.get("distances"), count)
    return [
        None if one is None or far is None else Leg(_number(one) / 60, _number(far) / 1000)
        for one, far in zip(seconds, metres, strict=True)
    ]


def _ask_valhalla(client: httpx.AsyncClient, url: str, starts: Sequence[Place], end: Place) -> httpx.Request:
    """https://valhalla.github.io/valhalla/api/matrix/api-reference/."""
    asked = {
        "sources": [{"lat": one.latitude, "lon": one.longitude} for one in starts],
        "targets": [{"lat": end.latitude, "lon": end.longitude}],
        "costing": "auto",
        "units": "kilometers",
    }
    return client.build_request("POST", f"{url}/sources_to_targets", json=asked)


def _read_valhalla(said: Any, count: int) -> list[Leg | None]:
    cells = _column(said.get("sources_to_targets") if isinstance(said, dict) else None, count)
    if not all(isinstance(cell, dict) for cell in cells):
        raise BadAnswer("its answer has no drives in it")
    drives = [(cell.get("time"), cell.get("distance")) for cell in cells]
    return [None if None in drive else Leg(_number(drive[0]) / 60, _number(drive[1])) for drive in drives]


_REQUESTS = {"osrm": _ask_osrm, "valhalla": _ask_valhalla}
_READERS = {"osrm": _read_osrm, "valhalla": _read_valhalla}


def _column(rows: Any, count: int) -> list[Any]:
    """The only column of a matrix of that many rows."""
    if not isinstance(rows, list) or len(rows) != count:
        raise BadAnswer("its answer has another size")
    if not all(isinstance(row, list) and len(row) == 1 for row in rows):
        raise BadAnswer("its answer has another size")
    return [row[0] for row in rows]


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value) or value < 0:
        raise BadAnswer("its answer has no numbers in it")
    return float(value)


def _check(start: Place, end: Place, leg: Leg) -> None:
    km = crow_km(start, end)
    if km > leg.minutes / 60 * _FASTEST_KMH + 1:
        raise BadAnswer(f"it drives {km:.0f} km in {leg.minutes:.1f} min")
