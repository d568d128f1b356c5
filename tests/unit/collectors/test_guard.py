"""The storm guard: whatever a device sends, every alarm ends as it was last told, and the counts add up."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from collectors.keeping.guard import Guard, Step
from collectors.keeping.merging import Held, merged
from collectors.policy import Guard as Limits
from guywire.model import AlarmEvent, Identity, Severity
from tests.unit.collectors.spool_events import (
    CLEAR,
    RAISE,
    START,
    WORSE,
    by_identity,
    counts,
    ever_raised,
    final_states,
    heard,
)

TIGHT = Limits(burst=2, per_second=1.0, held_at_most=3)
NOW = START.timestamp()

_SEVERITIES = st.sampled_from([RAISE, WORSE, CLEAR])
_SAID = st.tuples(_SEVERITIES, st.sampled_from("abcde"), st.sampled_from(["10.0.0.1", "10.0.0.2"]))
_STORM = st.lists(st.lists(_SAID, max_size=8), max_size=12)


def merge_all(events: Sequence[AlarmEvent]) -> Held:
    held: Held = ()
    for event in events:
        held = merged(held, event)
    return held


def test_a_raise_and_its_clear_stay_two_so_that_an_alarm_that_came_and_went_is_seen() -> None:
    (first, second) = merge_all([heard(1), heard(2), heard(3, CLEAR), heard(4, CLEAR)])
    assert (first.severity, first.count, second.severity, second.count) == (RAISE, 2, CLEAR, 2)


def test_a_raise_a_clear_and_a_raise_end_raised_with_all_counted() -> None:
    (only,) = merge_all([heard(1), heard(2, CLEAR), heard(3, WORSE)])
    assert (only.severity, only.count, only.at) == (WORSE, 3, heard(3).at)


def test_what_is_said_again_is_so_since_it_was_said_first_in_the_words_that_were_said_last() -> None:
    (only,) = merge_all([heard(1, RAISE, text="first"), heard(60, WORSE, text="last")])
    assert (only.at, only.received_at, only.text) == (heard(1).at, heard(60).at, "last")
    assert only.severity is WORSE


def test_what_was_raised_while_listening_is_no_baseline_when_it_is_found_standing() -> None:
    assert not merge_all([heard(1), heard(2, baseline=True)])[0].baseline
    assert merge_all([heard(1, baseline=True), heard(2, baseline=True)])[0].baseline


@given(st.lists(_SEVERITIES, min_size=1, max_size=20))
def test_merging_keeps_the_last_state_the_count_and_that_it_was_raised_in_two_events_at_most(
    said: list[Severity],
) -> None:
    events = [heard(number, severity) for number, severity in enumerate(said)]
    held = merge_all(events)
    assert len(held) <= 2
    assert held[-1].severity is events[-1].severity
    assert sum(event.count for event in held) == len(events)
    assert ever_raised(held) == ever_raised(events)
    assert [event.at for event in held] == sorted(event.at for event in held)


def test_a_calm_device_is_not_held_up() -> None:
    guard = Guard()
    for second in range(100):
        step = guard.admit([heard(second)], NOW + second, TIGHT)
        assert (len(step.through), step.held, step.merged) == (1, {}, 0)


def test_a_storm_is_held_and_goes_on_in_order_as_tokens_return() -> None:
    guard = Guard()
    step = guard.admit([heard(number / 10, RAISE, letter) for number, letter in enumerate("abcdcd")], NOW, TIGHT)
    assert [event.qualifier for event in step.through] == ["a", "b"]
    assert (step.merged, len(guard)) == (2, 2)
    assert guard.release(NOW + 0.5, TIGHT).through == []
    assert [(one.qualifier, one.count) for one in guard.release(NOW + 1.0, TIGHT).through] == [("c", 2)]
    assert [(one.qualifier, one.count) for one in guard.release(NOW + 2.0, TIGHT).through] == [("d", 2)]
    assert len(guard) == 0


def test_one_device_in_a_storm_holds_up_no_other() -> None:
    guard = Guard()
    guard.admit([heard(0, RAISE, str(number)) for number in range(4)], NOW, TIGHT)
    for other in (heard(1, site="S2"), heard(1, source="10.0.0.9")):
        assert guard.admit([other], NOW, TIGHT).through == [other]


def test_of_a_device_with_too_much_held_the_oldest_goes_on() -> None:
    guard = Guard()
    step = guard.admit([heard(0, RAISE, letter) for letter in "abcdefgh"], NOW, TIGHT)
    assert [event.qualifier for event in step.through] == ["a", "b", "c", "d", "e"]
    assert len(guard) == TIGHT.held_at_most


def test_invented_senders_fill_no_memory() -> None:
    guard = Guard(now=NOW)
    for number in range(1000):
        guard.admit([heard(0, source=str(number))], NOW, TIGHT)
    for seconds in (120.0, 240.0):
        guard.release(NOW + seconds, TIGHT)
    assert len(guard._devices) == 0


class Witness:
    """Drives a guard over what is on disk, and reopens it; sees what comes out."""

    def __init__(self) -> None:
        self.disk: dict[Identity, Held] = {}
        self.out: list[AlarmEvent] = []
        self.guard = Guard()

    def take(self, step: Step) -> None:
        self.out += step.through
        for identity, held in step.held.items():
            if held:
                self.disk[identity] = held
            else:
                self.disk.pop(identity, None)

    def reopen(self, now: float) -> None:
        self.guard = Guard(self.disk.values(), now)


@given(_STORM, st.lists(st.sampled_from(["go on", "reopen", "fail"]), min_size=12, max_size=12))
def test_after_any_storm_failure_and_restart_states_are_right_counts_add_up_and_order_holds(
    storm: list[list[tuple[Severity, str, str]]], fates: list[str]
) -> None:
    witness, said, now = Witness(), list[AlarmEvent](), NOW
    for second, (batch, fate) in enumerate(zip(storm, fates, strict=False)):
        events = [
            heard(second + place / 10, severity, letter, source=source)
            for place, (severity, letter, source) in enumerate(batch)
        ]
        now = NOW + second
        if fate == "fail":  # the disk refuses once: nothing of it was kept, so the sender says it again
            witness.guard.undo(witness.guard.admit(events, now, TIGHT))
        step = witness.guard.admit(events, now, TIGHT)
        witness.take(step)
        said += events
        assert all(len(held) <= 2 for held in witness.disk.values())
        assert len(witness.disk) == len(witness.guard) <= 2 * TIGHT.held_at_most
        assert sum(event.count for event in witness.out) + _held(witness) == len(said)
        if fate == "fail":
            witness.guard.undo(witness.guard.release(now, TIGHT))
        witness.take(witness.guard.release(now, TIGHT))
        if fate == "reopen":
            witness.reopen(now)
    witness.take(witness.guard.release(now + 1000.0, Limits(burst=1000, per_second=1000.0, held_at_most=3)))
    assert witness.disk == {}
    assert final_states(witness.out) == final_states(said)
    assert counts(witness.out) == counts(said)
    assert ever_raised(witness.out) == ever_raised(said)
    for events in by_identity(witness.out).values():
        assert [event.at for event in events] == sorted(event.at for event in events)


def _held(witness: Witness) -> int:
    return sum(event.count for held in witness.disk.values() for event in held)
