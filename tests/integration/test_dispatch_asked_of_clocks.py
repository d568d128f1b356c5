"""What people ask of clocks on a real database: more time, urges, and everything that is refused."""

from __future__ import annotations

import pytest

from guywire.commands import Command
from guywire.commands.clocks import (
    AnswerClimb,
    AskExtension,
    DecideExtension,
    ExemptClock,
    PauseClock,
    ResumeClock,
    UrgeTicket,
)
from guywire.database import Connection
from tests.integration.dispatch_world import NOW, World, minutes, small_area

ARRIVE = 90  # what sla.toml says of a major fault at a site of class A


@pytest.fixture
async def world(connection: Connection) -> World:
    world = await small_area(connection)
    await world.need("N1")
    await world.batch()
    return world


async def notices(world: World, kind: str) -> list[tuple[str, bool]]:
    """Whom it was told, and whether that is over."""
    rows = await world.rows("SELECT person, void_at FROM views.notice WHERE kind = %s ORDER BY at, id", kind)
    return [(row["person"], row["void_at"] is not None) for row in rows]


async def test_more_time_is_asked_for_granted_and_told(world: World) -> None:
    await world.move("W1", "accepted", minutes(3))
    ask = AskExtension(ticket="T1", kind="arrive", minutes=60, reason="bridge closed", photos=("P1",), technician="B")
    asked = await world.ask(ask, minutes(20), actor="b")
    assert (asked["id"], asked["state"], asked["technician"], asked["photos"]) == ("T1-X1", "asked", "B", ["P1"])
    assert await notices(world, "extension_asked") == [("M1", False)]
    assert (await world.ask(DecideExtension(extension="T1-X1", granted=True), minutes(21), actor="b"))[
        "code"
    ] == "forbidden"
    granted = await world.ask(DecideExtension(extension="T1-X1", granted=True), minutes(21), actor="lee")
    assert (granted["state"], granted["granted_minutes"], granted["version"]) == ("granted", 60, 2)
    assert (await world.rows("SELECT due_at FROM views.clock WHERE id = 'N1-arrive'"))[0]["due_at"] == minutes(
        ARRIVE + 60
    )
    assert await notices(world, "extension_asked") == [("M1", True)]
    assert await notices(world, "extension_decided") == [("B", False)]


async def test_more_time_changes_nothing_of_what_was_over_before_it_was_asked_for(world: World) -> None:
    await world.site("S2", 31.22)
    await world.need("N2", site="S2")
    for to, at in (("accepted", 3), ("en_route", 4), ("on_site", ARRIVE + 10)):
        await world.move("W1", to, minutes(at))
    ask = AskExtension(ticket="T1", kind="arrive", minutes=60, reason="bridge closed", evidence="see the news")
    await world.ask(ask, minutes(ARRIVE + 11), actor="b")
    await world.ask(DecideExtension(extension="T1-X1", granted=True), minutes(ARRIVE + 12), actor="lee")
    rows = await world.rows("SELECT id, due_at, breached_at FROM views.clock WHERE kind = 'arrive' ORDER BY id")
    assert [tuple(row.values()) for row in rows] == [
        ("N1-arrive", minutes(ARRIVE), minutes(ARRIVE)),
        ("N2-arrive", minutes(ARRIVE + 60), None),
    ]


async def test_a_ticket_is_urged_counted_and_not_too_often(world: World) -> None:
    first = await world.ask(UrgeTicket(ticket="T1", text="a hospital"), minutes(1), actor="desk")
    assert (first["stands"], first["told"], first["times"]) == ("offered", ["B"], 1)
    again = await world.ask(UrgeTicket(ticket="T1"), minutes(2), actor="desk")
    assert (again["code"], again["reason"]) == ("conflict", "urged_lately")
    await world.move("W1", "accepted", minutes(3))
    second = await world.ask(UrgeTicket(ticket="T1"), minutes(4), actor="ann")
    assert (second["stands"], second["told"], second["times"]) == ("under_way", ["B", "M1"], 2)
    assert await notices(world, "urge") == [("B", False), ("B", False), ("M1", False)]


REFUSED: list[tuple[Command, str]] = [
    (PauseClock(ticket="T9", kind="arrive", reason="landlord", until=minutes(60)), "ticket_not_found"),
    (PauseClock(ticket="T1", kind="sleep", reason="landlord", until=minutes(60)), "no_such_clock"),
    (PauseClock(ticket="T1", kind="accept", reason="landlord", until=minutes(60)), "no_such_reason"),
    (PauseClock(ticket="T1", kind="arrive", reason="landlord", until=NOW), "until"),
    (PauseClock(ticket="T1", kind="arrive", reason="landlord", until=minutes(60), need="N9"), "no_clock"),
    (ResumeClock(ticket="T1", kind="arrive"), "not_paused"),
    (ExemptClock(ticket="T1", kind="arrive", since=NOW, until=minutes(60), reason="x"), "not_a_past_stretch"),
    (ExemptClock(ticket="T1", kind="arrive", since=minutes(-9), until=NOW, reason="x"), "outside_the_clock"),
    (AskExtension(ticket="T1", kind="arrive", minutes=0, reason="x", evidence="y"), "minutes"),
    (AskExtension(ticket="T1", kind="arrive", minutes=5, reason=" ", evidence="y"), "reason_missing"),
    (AskExtension(ticket="T1", kind="arrive", minutes=5, reason="x"), "evidence_missing"),
    (AskExtension(ticket="T1", kind="arrive", minutes=5, reason="x", evidence="y", technician="C"), "not_your_order"),
    (DecideExtension(extension="T1-X9", granted=True), "extension_not_found"),
    (AnswerClimb(climb="T1-C9"), "climb_not_found"),
    (UrgeTicket(ticket="T9"), "ticket_not_found"),
    (UrgeTicket(ticket="T1", text="x" * 2001), "text_too_long"),
]


async def test_what_cannot_be_is_refused_and_changes_nothing(world: World) -> None:
    before = await world.rows("SELECT * FROM views.clock ORDER BY id")
    answers = [(await world.ask(command, minutes(1)))["reason"] for command, _ in REFUSED]
    assert answers == [reason for _, reason in REFUSED]
    assert await world.rows("SELECT * FROM views.clock ORDER BY id") == before
