"""A routing service on a real socket: what it says counts, and whatever it does, nothing waits longer than allowed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import msgspec
import pytest

from dispatch.choice.assign import assign
from dispatch.model import Candidate, Interval, Job, Place
from dispatch.policy import default_policy
from dispatch.travel import KnownLegs, crow_km, measure
from dispatch.travel.policy import RoutingPolicy, shipped_policy
from dispatch.travel.routing import Asked, Routes

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
POLICY = default_policy()
SITE, NEAR, FAR = Place(31.0, 121.0), Place(31.02, 121.0), Place(30.9, 121.0)
ASKED = Asked(SITE, [NEAR, FAR])

Says = Callable[[str, bytes], Awaitable[bytes]]


class Service:
    """A routing service that says whatever the test wants."""

    def __init__(self, says: Says) -> None:
        self.says, self.requests, self.url = says, list[str](), ""
        self.over = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = next(
                (int(line[15:]) for line in head.splitlines() if line.lower().startswith("content-length:")), 0
            )
            body = await reader.readexactly(length)
            self.requests.append(head.split()[1])
            writer.write(await self.says(head.split()[1], body))
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass  # whoever asked did not wait
        finally:
            writer.close()


@asynccontextmanager
async def service(says: Says) -> AsyncIterator[Service]:
    served = Service(says)
    server = await asyncio.start_server(served.serve, "127.0.0.1", 0)
    served.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield served
    finally:
        served.over.set()
        server.close()


@asynccontextmanager
async def routes() -> AsyncIterator[Routes]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield Routes(client)


def policy(url: str, kind: str = "osrm", **changes: object) -> RoutingPolicy:
    # the time-out is long for those that answer: only what never does waits for it
    said = {"kind": kind, "url": url, "timeout_ms": 3000, **changes}
    return msgspec.convert({**msgspec.to_builtins(shipped_policy().routing), **said}, RoutingPolicy)


def answer(said: object, status: str = "200 OK") -> bytes:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body


async def osrm(path: str, _: bytes) -> bytes:
    """Over a bridge: from NEAR, beyond the river, it is an hour; from FAR ten minutes."""
    places = urlsplit(path).path.rsplit("/", 1)[1].split(";")
    sources = parse_qs(urlsplit(path).query)["sources"][0].split(";")
    minutes = [60 if places[int(one)].endswith(f"{NEAR.latitude:.6f}") else 10 for one in sources]
    return answer(
        {"code": "Ok", "durations": [[one * 60.0] for one in minutes], "distances": [[one * 900.0] for one in minutes]}
    )


async def valhalla(_: str, body: bytes) -> bytes:
    sources = json.loads(body)["sources"]
    minutes = [60 if one["lat"] == NEAR.latitude else 10 for one in sources]
    return answer({"sources_to_targets": [[{"time": one * 60, "distance": one * 0.9}] for one in minutes]})


@pytest.mark.parametrize(("kind", "says"), [("osrm", osrm), ("valhalla", valhalla)])
async def test_a_river_makes_who_is_near_by_the_crow_the_wrong_one(kind: str, says: Says) -> None:
    async with service(says) as served, routes() as known:
        road = await known.legs([ASKED], policy(served.url, kind), at=0.0)
    assert road(NEAR, SITE, "", POLICY).minutes == 60.0
    assert road(FAR, SITE, "", POLICY) == (10.0, 9.0)
    job = Job(job_id="N1", place=SITE, release=NOW, region="p/c/a")
    duty = (Interval(NOW - timedelta(hours=1), NOW + timedelta(hours=9)),)
    people = [
        Candidate(technician_id=key, place=place, duty=duty, region="p/c/a")
        for key, place in (("near", NEAR), ("far", FAR))
    ]
    by_crow, by_road = (assign([job], people, NOW, POLICY, one)[0].trip for one in (measure, road))
    assert by_crow
    assert by_crow.candidate.technician_id == "near"
    assert by_road
    assert by_road.candidate.technician_id == "far"
    assert by_road.arrive == NOW + timedelta(minutes=10)


async def says_nothing_useful(said: object, status: str = "200 OK") -> bytes:
    return answer(said, status)


_OK = {"code": "Ok", "distances": [[1.0], [1.0]]}


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"<html>", "200 OK"),
        (b"", "200 OK"),
        ({"code": "NoTable"}, "200 OK"),
        ({**_OK, "durations": [[600.0]]}, "200 OK"),
        ({**_OK, "durations": [[600.0, 1.0], [600.0, 1.0]]}, "200 OK"),
        ({**_OK, "durations": [["soon"], [600.0]]}, "200 OK"),
        ({**_OK, "durations": [[-1.0], [600.0]]}, "200 OK"),
        ({**_OK, "durations": [[True], [600.0]]}, "200 OK"),
        ({**_OK, "durations": [[1.0], [1.0]]}, "200 OK"),  # eleven kilometres in a second
        ({**_OK, "durations": None}, "200 OK"),
        ([1, 2], "200 OK"),
        (b"9" * 3_000_000, "200 OK"),
        ({"code": "Ok"}, "500 Internal Server Error"),
        ({}, "302 Found"),
    ],
)
async def test_rubbish_counts_for_nothing(said: object, status: str) -> None:
    async with service(lambda *_: says_nothing_useful(said, status)) as served, routes() as known:
        road = await known.legs([ASKED], policy(served.url), at=0.0)
        assert len(served.requests) == 1
    assert road == KnownLegs({SITE: {}})
    assert road(NEAR, SITE, "", POLICY) == measure(NEAR, SITE, "", POLICY)


async def test_a_place_without_a_road_to_it_is_left_to_the_crow() -> None:
    said = {"code": "Ok", "durations": [[None], [600.0]], "distances": [[None], [9000.0]]}
    async with service(lambda *_: says_nothing_useful(said)) as served, routes() as known:
        road = await known.legs([ASKED], policy(served.url), at=0.0)
    assert road(NEAR, SITE, "", POLICY) == measure(NEAR, SITE, "", POLICY)
    assert road(FAR, SITE, "", POLICY) == (10.0, 9.0)


async def test_what_hangs_is_given_up_in_time_then_nobody_asks_then_one_tries() -> None:
    async def hangs(_: str, __: bytes) -> bytes:
        await served.over.wait()
        return b""

    others = [Asked(Place(31.0 + at / 100, 121.0), [FAR]) for at in range(4)]
    async with service(hangs) as served, routes() as known:
        slow = policy(served.url, timeout_ms=50, failures=2, open_seconds=60)
        async with asyncio.timeout(30):  # the test's own: without a time-out it would hang for ever
            assert not any((await known.legs(others, slow, at=0.0)).legs.values())
            await known.legs(others, slow, at=1.0)
        asked = len(served.requests)
        assert asked <= 8
        await known.legs(others, slow, at=60.0)
        assert len(served.requests) == asked  # open: nobody asks
        served.says = osrm
        tried = await known.legs(others, policy(served.url, failures=2, open_seconds=60), at=61.1)
        assert len(served.requests) == asked + 1
        assert [bool(tried.legs[one.end]) for one in others] == [True, False, False, False]
        closed = await known.legs(others, policy(served.url), at=62.0)
        assert all(closed.legs[one.end] for one in others)


async def test_nobody_is_there_at_all() -> None:
    async with service(osrm) as served:
        url = served.url
    async with routes() as known:
        assert (await known.legs([ASKED], policy(url), at=0.0)).legs == {SITE: {}}


async def test_an_answer_is_kept_for_its_time_and_for_who_hardly_moved() -> None:
    moved = Asked(SITE, [Place(NEAR.latitude + 0.0003, NEAR.longitude), FAR])
    async with service(osrm) as served, routes() as known:
        said = policy(served.url, keep_minutes=30)
        await known.legs([ASKED], said, at=0.0)
        again = await known.legs([moved], said, at=1799.0)
        assert len(served.requests) == 1
        assert again(moved.starts[0], SITE, "", POLICY).minutes == 60.0
        await known.legs([ASKED], said, at=1801.0)
        assert len(served.requests) == 2


async def test_no_more_jobs_are_asked_for_than_policy_says_and_none_where_there_is_no_service() -> None:
    jobs = [Asked(Place(31.0 + at / 100, 121.0), [FAR]) for at in range(9)]
    async with service(osrm) as served, routes() as known:
        await known.legs(jobs, policy(served.url, jobs_at_once=3), at=0.0)
        assert len(served.requests) == 3
        await known.legs(jobs, policy(served.url, kind="none"), at=0.0)
        assert len(served.requests) == 3


def test_the_crow_says_that_near_is_nearer() -> None:
    assert crow_km(NEAR, SITE) < crow_km(FAR, SITE) / 4
