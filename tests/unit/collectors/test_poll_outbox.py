"""The poller's outbox: everything is handed over once it can be, in order, and looks count only with their events."""

from __future__ import annotations

from collections import Counter as Tally
from datetime import UTC, datetime
from pathlib import Path

from collectors.catch import Catch, Contact
from collectors.poll.memory import Look, Memory
from collectors.poll.outbox import Outbox
from guywire.model import AlarmEvent, Severity

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def event(number: int) -> AlarmEvent:
    return AlarmEvent(
        at=NOON, received_at=NOON, site="S1", resource="ups-1", alarm_type="door-open", severity=Severity.MINOR,
        qualifier=str(number),
    )  # fmt: skip


class Keeper:
    """Keeps or refuses; `outbox` is filled by `turn`."""

    def __init__(self) -> None:
        self.catches: list[Catch] = []
        self.looks: list[Look] = []
        self.refuses = False
        self.outbox = Outbox(self.keep, self.looks.extend)

    async def keep(self, catch: Catch) -> bool:
        if not self.refuses:
            self.catches.append(catch)
        return not self.refuses

    def turn(self, events: list[AlarmEvent], looks: list[Look], address: str = "10.0.0.1") -> None:
        self.outbox.add(events, looks, Contact(address, NOON, asked=True), Tally(polls=1))


async def test_many_events_go_in_several_catches_in_order_and_contacts_and_counts_once() -> None:
    keeper = Keeper()
    keeper.turn([event(number) for number in range(2500)], [("S1/ups-1", "sensors")])
    assert await keeper.outbox.flush()
    assert [len(catch.events) for catch in keeper.catches] == [1000, 1000, 500]
    assert [int(one.qualifier) for catch in keeper.catches for one in catch.events] == list(range(2500))
    assert sum(len(catch.contacts) for catch in keeper.catches) == 1
    assert sum(catch.tally.get("polls", 0) for catch in keeper.catches) == 1
    assert keeper.looks == [("S1/ups-1", "sensors")]
    assert await keeper.outbox.flush()
    assert len(keeper.catches) == 3


async def test_what_the_keeper_refuses_is_handed_over_again_and_is_not_yet_remembered() -> None:
    keeper = Keeper()
    keeper.refuses = True
    keeper.turn([event(1)], [("S1/ups-1", "sensors")])
    assert not await keeper.outbox.flush()
    keeper.turn([event(2)], [])
    assert (keeper.catches, keeper.looks) == ([], [])
    keeper.refuses = False
    assert await keeper.outbox.flush()
    (catch,) = keeper.catches
    assert ([one.qualifier for one in catch.events], len(catch.contacts), catch.tally) == (["1", "2"], 2, {"polls": 2})
    assert keeper.looks == [("S1/ups-1", "sensors")]


async def test_of_contacts_that_nobody_takes_the_latest_are_kept() -> None:
    keeper = Keeper()
    for number in range(12_000):
        keeper.turn([], [], f"10.0.{number // 250}.{number % 250}")
    assert await keeper.outbox.flush()
    (catch,) = keeper.catches
    assert len(catch.contacts) == 10_000
    assert catch.contacts[-1].address == "10.0.47.249"


def test_what_was_looked_at_is_remembered_on_disk(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "spool" / "poll.sqlite")
    memory.remember([("S1/ups-1", "sensors"), ("S1/ups-1", "sensors")])
    memory.close()
    again = Memory(tmp_path / "spool" / "poll.sqlite")
    assert again.knows(("S1/ups-1", "sensors"))
    assert not again.knows(("S1/ups-1", "tables"))
    again.close()
