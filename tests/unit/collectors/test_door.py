"""A catch that breaks the keeper is refused, counted and told, and costs no other catch."""

from __future__ import annotations

from datetime import UTC, datetime

from collectors import metrics
from collectors.catch import Catch, Contact
from collectors.keeping.door import Door
from collectors.places import Equipment, Places, Snapshot
from collectors.supervision.rules import Supervision

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


class Fragile:
    """Breaks at what was `received` three times."""

    def keep(self, catch: Catch, now: datetime) -> bool:
        if catch.tally["received"] == 3:
            raise ZeroDivisionError
        return True


def refused() -> float:
    return float(metrics.REFUSED.labels("unforeseen")._value.get())


async def test_a_catch_that_breaks_the_keeper_costs_no_other_and_is_told() -> None:
    door = Door(Fragile(), Supervision("local", AT))
    before = refused()
    assert await door.check() is None
    assert [await door.keep(Catch(tally={"received": number})) for number in (2, 3, 4)] == [True, False, True]
    assert refused() - before == 3
    assert "1 batches" in str(await door.check())


async def test_who_spoke_is_heard_even_when_the_catch_is_not_kept() -> None:
    supervision = Supervision("local", AT)
    supervision.inventory(Places(Snapshot(1, {}, [Equipment("S1", "ups-1", address="10.0.0.1")])), AT)
    await Door(Fragile(), supervision).keep(Catch([], {}, [Contact("10.0.0.1", AT)], {"received": 3}))
    assert supervision._devices["10.0.0.1"].heard == AT
