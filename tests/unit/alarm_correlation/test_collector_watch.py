"""A collector that is not heard is told of once, gets its time after every start, and is cleared when it is back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from alarm_correlation.policy import CollectorPolicy
from alarm_correlation.watch import CollectorWatch, Look, events_of, identity_of
from guywire.model import UNASSIGNED, Severity

POLICY = CollectorPolicy(silent_seconds=30, retired=frozenset())
NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


class Listener:
    """A correlator that looks every second: its clock, whom it heard when, and whose alarm stands."""

    def __init__(self, known: set[str]) -> None:
        self.watch = CollectorWatch()
        self.known = known
        self.now = 1000.0
        self.heard: dict[str, float] = {}
        self.standing: set[str] = set()
        self.policy = POLICY

    def listen(self, seconds: int, *speaking: str) -> list[tuple[float, set[str], set[str]]]:
        """What was seen in so many seconds: when, who was missed, who was back."""
        seen = []
        for _ in range(seconds):
            self.now += 1
            self.heard |= dict.fromkeys(speaking, self.now)
            look = self.look()
            if any(look):
                seen.append((self.now, set(look.missed), set(look.back)))
        return seen

    def look(self) -> Look:
        look = self.watch.look(self.known | self.heard.keys(), self.heard, self.standing, self.policy, self.now)
        self.standing = (self.standing | look.missed) - look.back
        self.watch.told(look)
        return look


def test_a_silent_collector_is_missed_once_and_comes_back() -> None:
    listener = Listener({"north", "south"})
    assert listener.listen(60, "north", "south") == []
    assert listener.listen(60, "south") == [(1091, {"north"}, set())]
    assert listener.listen(60, "south") == []
    assert listener.listen(60, "north", "south") == [(1181, set(), {"north"})]
    assert listener.listen(60, "south") == [(1271, {"north"}, set())]


def test_everybody_has_time_after_a_start() -> None:
    listener = Listener({"north"})
    assert listener.listen(30) == []
    assert [who for _, who, _ in listener.listen(2)] == [{"north"}]


def test_what_stood_before_a_start_is_cleared_when_it_is_heard_and_not_before() -> None:
    listener = Listener({"north"})
    listener.standing = {"north"}
    assert listener.listen(100) == []
    assert listener.listen(1, "north") == [(1101, set(), {"north"})]


def test_one_that_was_never_heard_before_is_known_once_it_speaks() -> None:
    listener = Listener(set())
    listener.listen(1, "new")
    assert [who for _, who, _ in listener.listen(60)] == [{"new"}]


def test_who_could_not_listen_itself_accuses_nobody() -> None:
    listener = Listener({"north"})
    listener.listen(60, "north")
    listener.now += 300  # a database that was away
    assert not any(listener.look())
    assert listener.listen(29) == []
    assert [who for _, who, _ in listener.listen(5)] == [{"north"}]


def test_an_operators_clear_is_not_undone_before_the_collector_was_heard() -> None:
    listener = Listener({"north"})
    listener.listen(60)
    listener.standing.clear()
    assert listener.listen(600) == []
    listener.listen(1, "north")
    assert [who for _, who, _ in listener.listen(60)] == [{"north"}]


def test_what_was_not_committed_is_told_again() -> None:
    watch = CollectorWatch()
    watch.look({"north"}, {}, set(), POLICY, 0.0)
    for now in range(1, 31):
        watch.look({"north"}, {}, set(), POLICY, float(now))
    looks = [watch.look({"north"}, {}, set(), POLICY, now) for now in (31.0, 32.0)]
    assert [look.missed for look in looks] == [{"north"}, {"north"}]


def test_a_retired_one_is_neither_missed_nor_left_standing() -> None:
    listener = Listener({"north"})
    listener.listen(60)
    listener.policy = CollectorPolicy(silent_seconds=30, retired=frozenset({"north"}))
    assert [back for _, _, back in listener.listen(60)] == [{"north"}]


@pytest.mark.parametrize(("look", "severity"), [
    (Look(frozenset({"north"}), frozenset()), Severity.CRITICAL),
    (Look(frozenset(), frozenset({"north"})), Severity.CLEARED),
])  # fmt: skip
def test_it_is_critical_wherever_it_stands(look: Look, severity: Severity) -> None:
    (event,) = events_of(look, POLICY, NOW)
    assert (event.identity, event.severity, event.domain) == (identity_of("north"), severity, UNASSIGNED)
    assert "north" in event.text
