"""A short random story at the database, told twice: restarted again and again it ends in the same rows as without."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import msgspec
import psycopg
import pytest

from guywire import commands as ask
from guywire.model import AlarmEvent, NeedKind, Severity
from tests.integration.correlation_world import LINKS, SITES, World, at, event, new_world
from tests.unit.alarm_correlation.correlator_checks import differences, facts

PLACES = [
    *((site.site_id, "power", kind) for site in SITES for kind in ("mains-failure", "battery-disconnect")),
    *((link.upstream_site_id, link.resource, "link-down") for link in LINKS),
    *((site, "bts", kind) for site in ("L", "M", "N") for kind in ("base-station-down", "cell-down")),
    *((site, "fsu", kind) for site in ("H", "L") for kind in ("site-unreachable", "device-restart")),
    ("N", "shelter", "smoke"),
    ("", "feed:F", "mains-failure"),
    ("", "unidentified:10.0.0.9", "unidentified"),
]
TABLES = ("alarm", "incident", "outage", "ticket", "need", "silence", "correction", "ticket_note", "alarm_comment")
TO = ("in_progress", "held", "resolved", "closed", "rejected", "cancelled")
ORDERS = ("accepted", "en_route", "done", "failed")
STEPS = 45
"""Of twenty seconds on average: nothing is forgotten meanwhile."""


@pytest.fixture
async def worlds(database_url: str) -> AsyncIterator[tuple[World, World]]:
    """Two of the same, each on a database of its own."""
    one = await new_world(database_url)
    name = one.connection.info.dbname + "_told_again"
    templates = "SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%%' ORDER BY 1 DESC LIMIT 1"
    template = (await one.one(templates))["datname"]
    create = psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    await one.connection.execute(create.format(psycopg.sql.Identifier(name), psycopg.sql.Identifier(template)))
    other = await new_world(psycopg.conninfo.make_conninfo(database_url, dbname=name))
    yield one, other
    await other.connection.close()
    await one.connection.execute(psycopg.sql.SQL("DROP DATABASE {}").format(psycopg.sql.Identifier(name)))
    await one.connection.close()


@pytest.mark.parametrize("seed", range(4))
async def test_a_random_story_ends_the_same_however_often_it_is_restarted(
    worlds: tuple[World, World], seed: int
) -> None:
    plain, restarted = worlds
    chance, seconds = random.Random(seed), 0.0
    for _ in range(STEPS):
        seconds += chance.choice((1, 5, 20, 20, 55))
        happens = _next(plain, chance, seconds)
        for world in worlds:
            await happens(world)
        if chance.random() < 0.3:
            await restarted.again(seconds)
            apart = differences(facts(restarted.correlator.state), facts(plain.correlator.state))
            assert not apart, apart
    rows = differences(await _books(restarted), await _books(plain))
    assert not rows, rows


def _next(world: World, chance: random.Random, seconds: float) -> Callable[[World], Awaitable[object]]:
    """The next thing that happens to a world like this one."""
    what, needs = chance.random(), sorted(world.correlator.state.needs)
    if what < 0.65:
        events = [_event(chance, seconds) for _ in range(chance.randint(1, 4))]
        return lambda world: world.hear(*events, seconds=seconds)
    if what < 0.75 and needs:
        need, state = chance.choice(needs), chance.choice(ORDERS)
        return lambda world: world.order(f"W{need[1:]}", need, state, seconds)
    command = _command(world, chance, seconds)
    return lambda world: world.ask(command, seconds)


def _event(chance: random.Random, seconds: float) -> AlarmEvent:
    site, resource, kind = chance.choice(PLACES)
    late = chance.choice((0, 0, 0, 40, 290))
    heard = event(seconds - late, site, kind, resource=resource, clears=chance.random() < 0.45)
    if heard.severity is not Severity.CLEARED:
        heard = msgspec.structs.replace(
            heard, severity=chance.choice((Severity.CRITICAL, Severity.MAJOR, Severity.MINOR))
        )
    baseline = chance.random() < 0.1
    return msgspec.structs.replace(heard, received_at=at(seconds), baseline=baseline, count=chance.choice((1, 1, 3)))


def _command(world: World, chance: random.Random, seconds: float) -> ask.Command:
    state = world.correlator.state
    alarm, incident = _one_of(chance, state.alarms, "A1"), _one_of(chance, state.incidents, "I1")
    ticket, correction = _one_of(chance, state.tickets, "T1"), _one_of(chance, state.corrections, "C1")
    soon = at(seconds + 120)
    said: dict[str, Any] = {"cause": "fuse F3 blown", "result": "replaced fuse F3", "responsible_party": "own"}
    window: dict[str, Any] = {"title": "work", "starts_at": at(seconds + 30), "ends_at": soon + timedelta(seconds=120)}
    site = chance.choice(SITES).site_id
    choices: tuple[ask.Command, ...] = (
        ask.AcknowledgeAlarm(alarm=alarm, comment="seen"),
        ask.ShelveAlarm(alarm=alarm, until=soon),
        ask.UnshelveAlarm(alarm=alarm),
        ask.CloseAlarm(alarm=alarm),
        ask.ClearAlarm(alarm=alarm),
        ask.MoveAlarm(alarm=alarm, incident=chance.choice(("", incident))),
        ask.CorrectRoot(alarm=alarm, incident=_home(world, alarm, incident)),
        ask.WithdrawCorrection(correction=correction),
        ask.MoveTicket(ticket=ticket, to=chance.choice(TO), reason="because", until=soon, **said),
        ask.OpenTicket(origin=f"manual:{chance.randint(1, 3)}", site=site, title="look", kind=NeedKind.INSPECT),
        ask.PlanSilence(kind="maintenance", sites=(site,), **window),
        ask.PlanSilence(kind="shelf", title="noise", starts_at=at(seconds), alarm_types=("link-down",)),
        ask.EndSilence(silence=_one_of(chance, state.silences, "Q1")),
    )
    return chance.choice(choices)


def _one_of(chance: random.Random, held: dict[str, Any], otherwise: str) -> str:
    return chance.choice(sorted(held)) if held else otherwise


def _home(world: World, alarm: str, otherwise: str) -> str:
    held = world.correlator.state.alarms.get(alarm)
    return (held.incident_id if held else None) or otherwise


async def _books(world: World) -> dict[str, list[Any]]:
    books = {}
    for table in TABLES:
        rows = await world.rows(f"SELECT to_jsonb(t) AS row FROM correlation.{table} t ORDER BY to_jsonb(t)::text")
        books[table] = [row["row"] for row in rows]
    events = await world.rows("SELECT seq, alarm_id FROM correlation.alarm_event ORDER BY seq, alarm_id")
    return {**books, "events": [(row["seq"], row["alarm_id"]) for row in events]}
