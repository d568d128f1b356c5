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
