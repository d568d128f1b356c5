"""A replay that takes many lines in one step ends in the same bytes as one that takes them line by line."""

from __future__ import annotations

import random
from datetime import timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from alarm_correlation.replay import Line, Replay
from guywire.model import Severity
from tests.unit.alarm_correlation.test_replay_confluence import RULES, START, recordings, shuffled


def told(replay: Replay) -> bytes:
    replay.finish()
    return b"\n".join(replay.lines())


def line_by_line(lines: list[Line]) -> bytes:
    replay = Replay(RULES)
    for line in lines:
        replay.feed(line)
    return told(replay)


@settings(max_examples=100, deadline=None)
@given(recordings, st.integers(0, 10_000), st.integers(1, 60))
def test_many_lines_a_step_end_in_the_same_incidents(lines: list[Line], seed: int, squeeze: int) -> None:
    """Squeezed together so that a step has many of them, and a raise and its clear are in one."""
    near = [msgspec.structs.replace(line, at=START + (line.at - START) / squeeze) for line in shuffled(lines, seed)]
    together = Replay(RULES)
    together.feed_all(near)
    assert told(together) == line_by_line(near)


@settings(max_examples=60, deadline=None)
@given(recordings, st.integers(0, 10_000), st.integers(0, 40))
def test_a_run_in_batches_cut_in_two_and_resumed_gives_the_same_bytes(lines: list[Line], seed: int, cut: int) -> None:
    lines = shuffled(lines, seed)
    first = Replay(RULES)
    first.feed_all(lines[:cut])
    second = Replay.resumed(first.saved(), RULES)
    second.feed_all(lines[cut:])
    assert told(second) == line_by_line(lines)


@settings(max_examples=60, deadline=None)
@given(recordings, st.integers(0, 10_000))
def test_a_command_or_a_tick_takes_its_place_among_the_lines(lines: list[Line], seed: int) -> None:
    chance = random.Random(seed)
    mixed: list[Line] = []
    for line in lines:
        mixed.append(line)
        if chance.random() < 0.3:
            mixed.append(Line(at=line.at + timedelta(seconds=1), kind="tick"))
        if chance.random() < 0.2:
            comment = {"alarm": "A1", "comment": "seen"}
            mixed.append(Line(at=line.at, kind="command", command="CommentAlarm", body=comment))
    together = Replay(RULES)
    together.feed_all(mixed)
    assert told(together) == line_by_line(mixed)


def test_what_is_over_is_kept_as_its_line_alone() -> None:
    """Half an hour after the last clear nothing of an incident is in memory but what will be written of it."""
    replay = Replay(RULES)
    replay.feed_all(
        Line(
            at=START + timedelta(seconds=second), site="L", resource="bts", alarm_type="base-station-down", severity=how
        )
        for second, how in ((0, Severity.CRITICAL), (600, Severity.CLEARED))
    )
    before = list(replay.lines())
    replay.feed_all(Line(at=START + timedelta(hours=hour), kind="tick") for hour in range(1, 5))
    assert not replay.state.incidents
    assert list(replay.lines()) == before
    assert len(before) == 1


def test_an_occurrence_outlives_a_later_one_that_was_forgotten() -> None:
    """The first is part of a feed's failure that goes on; the second was a fault of its own, over long ago."""

    def mains(hours: float, site: str, severity: Severity = Severity.MAJOR) -> Line:
        at = START + timedelta(hours=hours)
        return Line(at=at, site=site, resource="power", alarm_type="mains-failure", severity=severity)

    replay = Replay(RULES)
    replay.feed_all([*(mains(0, site) for site in "HKL"), mains(0.5, "H", Severity.CLEARED)])
    replay.feed_all([mains(3, "H"), mains(3.2, "H", Severity.CLEARED)])
    for hour in (4, 5, 25, 27):  # forgotten, and then a day later: whatever stands is stale by now
        replay.feed(Line(at=START + timedelta(hours=hour), kind="tick"))
    assert [len(row["alarms"]) for row in replay.incidents()] == [3, 1]
    assert [incident.state for incident in replay.state.incidents.values()] == ["open"]
    assert Replay.resumed(replay.saved(), RULES).incidents() == replay.incidents()
