"""Drives as batches reckon them: by speeds learned from orders, and by a routing service that may do anything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

import httpx
import msgspec
import pytest

from dispatch.ask_roads import ask_roads
from dispatch.batch import Roads, run_batch
from dispatch.board import Board
from dispatch.read_board import read_board
from dispatch.travel.learn import learn_speeds
from dispatch.travel.policy import RoutingPolicy, shipped_policy
from dispatch.travel.routing import Routes
from tests.integration.dispatch_world import NOW, POLICY, World, minutes

SPEEDS = shipped_policy().speeds


async def drives(world: World, count: int, kmh: float, *, by_position: bool = False, kind: str = "repair") -> None:
    """Orders of last week's Saturday, each half a degree of latitude from where he set off to S1."""
    need = f"N-{kind}"
    await world.need(need, kind=kind)
    km = 55.6 * POLICY.detour
    left, there = NOW - timedelta(days=7), NOW - timedelta(days=7) + timedelta(hours=km / kmh)
    for at in range(count):
        key = f"{kind}-{kmh}-{at}"
        await world.connection.execute(
            "INSERT INTO dispatch.work_order (work_order_id, technician_id, ticket_id, site_id, domain, need_ids,"
            " state, priority, summary, offered_at, travel_minutes, distance_km, planned_arrival_at, en_route_at,"
            " on_site_at, ended_at)"
            " VALUES (%s, %s, 'T1', 'S1', 'p/c', %s, 'done', 2, '', %s, 9, 9, %s, %s, %s, %s)",
            (key, key, [need], left, there, left, there, there),
        )
        if by_position:
            await world.connection.execute(
                "INSERT INTO dispatch.position (technician_id, at, latitude, longitude) VALUES (%s, %s, 31.7, 121)",
                (key, left + timedelta(minutes=2)),
            )
        else:
            await world.connection.execute(
                "INSERT INTO dispatch.work_order_step (work_order_id, at, recorded_at, actor, state, latitude,"
                " longitude, version) VALUES (%s, %s, %s, 'x', 'en_route', 31.7, 121, 2)",
                (key, left, left),
            )


@pytest.mark.parametrize("by_position", [False, True])
async def test_what_was_driven_is_what_the_next_batch_reckons_with_at_that_hour(
    world: World, *, by_position: bool
) -> None:
    await drives(world, 60, 20.0, by_position=by_position)
    await drives(world, 60, 80.0, kind="generator")  # over a depot: says nothing of the way
    assert await learn_speeds(world.connection, NOW, POLICY, SPEEDS) == 60
    assert await learn_speeds(world.connection, NOW, POLICY, SPEEDS) == 60  # again is the same
    board = await read_board(world.connection, [], NOW, POLICY)
    an_hour_later = await read_board(world.connection, [], minutes(60), POLICY)
    assert 20.0 <= board.policy.speed_in("p/c/a") < an_hour_later.policy.speed_in("p/c/a") < 30.0
    assert board.policy.speed_in("p/c/b") == POLICY.speed_kmh
    said = msgspec.structs.replace(POLICY, speed_of_region={"p": 55.0})
    assert (await read_board(world.connection, [], NOW, said)).policy.speed_in("p/c/a") == 55.0
    assert await learn_speeds(world.connection, NOW + timedelta(weeks=20), POLICY, SPEEDS) == 0
    assert (await read_board(world.connection, [], NOW, POLICY)).policy is POLICY


@asynccontextmanager
async def roads(answer: bytes | None, **changes: object) -> AsyncIterator[Roads]:
    """What a batch asks; the service answers that to everything, or (None) nothing at all, ever."""
    over = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if answer is None:
            await over.wait()
        else:
            head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(answer)}\r\nConnection: close\r\n\r\n"
            writer.write(head.encode() + answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    said = {**msgspec.to_builtins(shipped_policy().routing), "kind": "osrm", "url": url, "timeout_ms": 3000, **changes}
    async with httpx.AsyncClient(trust_env=False) as client:
        yield partial(_ask, routes=Routes(client), policy=msgspec.convert(said, RoutingPolicy))
    over.set()
    server.close()


async def _ask(board: Board, routes: Routes, policy: RoutingPolicy) -> None:
    await ask_roads(board, routes, policy, at=0.0)


# B is nearest to S1 by the crow, then C: asked in that order. A has not the skill, and nobody asks.
_RIVER = b'{"code": "Ok", "durations": [[7200], [1200]], "distances": [[90000], [14000]]}'


async def test_a_batch_sends_whoever_is_there_first_by_road(world: World) -> None:
    await world.need("N1")
    async with roads(_RIVER) as by_road:
        await run_batch(world.connection, NOW, POLICY, roads=by_road)
    order = await world.order("W1")
    assert (order["technician"], order["travel_minutes"], order["distance_km"]) == ("C", 20.0, 14.0)


@pytest.mark.parametrize("answer", [None, b"rubbish", b"{}"])
async def test_a_service_that_hangs_or_talks_rubbish_holds_nothing_up(world: World, answer: bytes | None) -> None:
    await world.need("N1")
    async with roads(answer, timeout_ms=50) as by_road, asyncio.timeout(30):
        await run_batch(world.connection, NOW, POLICY, roads=by_road)
    assert await world.orders() == [("W1", "B", "offered")]
