"""Whatever breaks a cycle, wherever it stands among thousands, it alone is taken out; a broken world blames nobody."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from alarm_correlation.caution import Blamed, Caution, Portion, count, split
from guywire.model import AlarmEvent, Severity
from guywire.stream import Batch

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


def batch(domain: str, first_seq: int, events: int) -> Batch:
    event = AlarmEvent(
        at=NOW, received_at=NOW, site="S", resource="r", alarm_type="smoke", severity=Severity.MAJOR, domain=domain
    )
    return Batch("col", domain, "s", first_seq, (event,) * events)


class World:
    """Collectors that send what is not committed, commands that wait, and a correlator that breaks on some of them."""

    def __init__(self, domains: dict[str, int], poison: set[tuple[str, int]], commands: list[bool]) -> None:
        self.caution = Caution(200)
        self.domains = domains
        self.poison = poison
        self.commands = commands
        self.marks = dict.fromkeys(domains, 0)
        self.set_aside: list[tuple[str, int]] = []
        self.refused = 0
        self.cycles = 0

    def waiting(self) -> list[Batch]:
        return [
            batch(domain, first, min(50, last - first + 1))
            for domain, last in self.domains.items()
            for first in range(self.marks[domain] + 1, last + 1, 50)
        ]

    def run(self) -> None:
        waiting = self.waiting()
        while waiting or self.commands or not self.caution.calm:
            self.cycles += 1
            portion = self.caution.portion()
            taken, waiting = split(waiting, portion.events)
            if self.breaks(taken, self.commands[: portion.commands]):
                self.take_out(self.caution.broke(taken), taken)
                waiting = self.waiting()
                continue
            for one in taken:
                assert one.first_seq == self.marks[one.domain] + 1, "nothing is passed over"
                self.marks[one.domain] = one.last_seq
            del self.commands[: portion.commands]
            self.caution.went_well(taken, more_commands=bool(self.commands))

    def breaks(self, taken: list[Batch], commands: list[bool]) -> bool:
        numbers = {(one.domain, seq) for one in taken for seq in range(one.first_seq, one.last_seq + 1)}
        return any(commands) or bool(numbers & self.poison)

    def take_out(self, blamed: Blamed, taken: list[Batch]) -> None:
        if blamed is Blamed.COMMAND:
            self.refused += self.commands.pop(0)
        elif blamed is Blamed.EVENT:
            (one,) = taken
            self.marks[one.domain] = one.last_seq
            self.set_aside.append((one.domain, one.first_seq))


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from("abc"), st.integers(1, 300), min_size=1),
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 300)), max_size=6),
    st.lists(st.booleans(), max_size=5),
)
def test_exactly_the_poison_is_taken_out_and_all_else_goes_on(
    domains: dict[str, int], poison: list[tuple[str, int]], commands: list[bool]
) -> None:
    there = {(domain, seq) for domain, seq in poison if seq <= domains.get(domain, 0)}
    world = World(domains, there, list(commands))
    world.run()
    assert sorted(world.set_aside) == sorted(there)
    assert world.refused == sum(commands)
    assert world.marks == domains


def test_one_poison_among_thousands_costs_few_breaks() -> None:
    world = World({"a": 3200}, {("a", 1777)}, [])
    world.run()
    assert world.set_aside == [("a", 1777)]
    assert world.cycles < 150


def test_what_breaks_without_any_input_blames_nobody() -> None:
    caution = Caution(200)
    taken = [batch("a", 1, 1)]
    assert caution.broke(taken) is Blamed.NOBODY
    for _ in range(9):
        assert caution.portion() == Portion(0, 0)
        assert caution.broke([]) is Blamed.NOBODY


def test_an_event_that_breaks_beside_a_timer_and_then_does_not_is_taken_in() -> None:
    caution = Caution(200)
    taken = [batch("a", 1, 1)]
    assert caution.broke(taken) is Blamed.NOBODY
    caution.went_well([], more_commands=False)
    caution.went_well([], more_commands=False)
    assert caution.portion() == Portion(1, 0)
    caution.went_well(taken, more_commands=False)
    assert caution.portion() == Portion(None, 200)


@given(st.lists(st.integers(1, 50), max_size=6), st.integers(0, 200))
def test_a_split_loses_nothing_and_keeps_the_order(sizes: list[int], events: int) -> None:
    first = [1 + sum(sizes[:place]) for place in range(len(sizes))]
    batches = [batch("a", at, size) for at, size in zip(first, sizes, strict=True)]
    taken, rest = split(batches, events)
    assert count(taken) == min(events, sum(sizes))
    numbers = [seq for one in taken + rest for seq in range(one.first_seq, one.last_seq + 1)]
    assert numbers == list(range(1, sum(sizes) + 1))
