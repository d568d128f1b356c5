"""Who stands in for a manager who is away, and what an absence means to whoever is under way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dispatch.clocks.people import persons_for
from dispatch.model import Place
from dispatch.records import Person
from dispatch.rota.model import Entry, EntryKind
from dispatch.rota.state import Rota

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
DAY = timedelta(days=1)


def manager(person_id: str, region: str = "p/c/a", shift: str = "") -> Person:
    return Person(technician_id=person_id, name="", region=region, home=Place(0, 0), role="area_manager", shift=shift)


def leave(person_id: str, deputy: str = "", since: datetime = NOW) -> Entry:
    return Entry(
        entry_id=f"{person_id}-{deputy}",
        technician_id=person_id,
        kind=EntryKind.LEAVE,
        since=since,
        until=since + DAY,
        made_at=NOW,
        made_by="li",
        deputy_id=deputy,
    )


def told(*entries: Entry) -> list[str]:
    people = [manager("A1"), manager("B1", "p/c/b"), manager("B2", "p/c/b", "20:00-08:00")]
    rota = Rota(entries={one.entry_id: one for one in entries})
    return [one.technician_id for one in persons_for(people, "area", "p/c/a", NOW, UTC, rota)]


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([], ["A1"]),
        ([leave("A1", "B1")], ["B1"]),
        ([leave("A1", "B1", NOW + DAY)], ["A1"]),  # tomorrow
        ([leave("A1", "B1", NOW - DAY)], ["A1"]),  # until this very moment
        ([leave("A1")], []),  # the next level is told
        ([leave("A1", "B1"), leave("B1", "B2")], []),  # a deputy's deputy knows nothing of it
        ([leave("A1", "B2")], ["B2"]),  # off duty, but named
        ([leave("B1", "A1")], ["A1"]),
    ],
)
def test_a_deputy_is_told_in_the_place_of_who_is_away(entries: list[Entry], expected: list[str]) -> None:
    assert told(*entries) == expected


def test_an_entry_that_was_taken_back_keeps_nobody_away() -> None:
    rota = Rota(entries={"A1-B1": leave("A1", "B1")})
    assert rota.is_away("A1", NOW)
    back = Entry(**{name: getattr(rota.entries["A1-B1"], name) for name in Entry.__slots__} | {"taken_back_at": NOW})
    rota.put_entry(back)
    assert not rota.is_away("A1", NOW)
    assert rota.entries["A1-B1"].version == 2
