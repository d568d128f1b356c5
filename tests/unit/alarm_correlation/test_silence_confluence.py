"""Under windows and shelves, too, no order of arrival and no restart changes an incident, a ticket or a silence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from alarm_correlation.replay import Line, Replay
from tests.unit.alarm_correlation.test_replay_confluence import RULES, START, WINDOW, recordings, shuffled

places = st.sampled_from([{"sites": ["H"]}, {"sites": ["L", "M"]}, {"regions": ["p/c"]}, {"regions": ["p"]}])
things = st.sampled_from(
    [{}, {"alarm_types": ["mains-failure", "link-down"]}, {"resources": ["p*", "bts"]}, {"resources": ["to-[HK]"]}]
)
times = st.one_of(
    st.tuples(st.integers(0, 9000), st.integers(60, 4000)).map(
        lambda given: {"starts_at": moment(given[0]), "ends_at": moment(given[0] + given[1])}
    ),
    st.just({"starts_at": "2026-11-21T08:00:00Z", "weekly": "Sat 16:20-17:10", "time_zone": "Asia/Shanghai"}),
)


def moment(second: int) -> str:
    return (START + timedelta(seconds=second)).isoformat()


def planned(body: dict[str, Any]) -> Line:
    return Line(at=START, kind="command", command="PlanSilence", body=body)


windows = st.builds(
    lambda where, thing, when: planned({"kind": "maintenance", "title": "x"} | where | thing | when),
    places,
    things,
    times,
)
shelves = st.builds(
    lambda place, where, thing: planned(
        {"kind": "shelf", "title": "x", "place": place, "starts_at": moment(0)} | where | thing
    ),
    st.integers(0, 2),
    places,
    things,
)
plans = st.lists(windows | shelves, min_size=1, max_size=4)


def run(lines: list[Line]) -> Replay:
    replay = Replay(RULES)
    for line in lines:
        replay.feed(line)
    return replay


def told(replay: Replay) -> bytes:
    return msgspec.json.encode(replay.incidents())


@settings(max_examples=100, deadline=None)
@given(plans, recordings, st.integers(0, 10_000))
def test_any_order_within_the_window_asks_for_the_same_tickets(
    before: list[Line], lines: list[Line], seed: int
) -> None:
    end = [Line(at=START + timedelta(seconds=9000 + WINDOW), kind="tick")]
    assert told(run([*before, *shuffled(lines, seed), *end])) == told(run([*before, *lines, *end]))


@settings(max_examples=100, deadline=None)
@given(plans, recordings, st.integers(0, 10_000), st.integers(0, 44))
def test_a_restart_at_any_point_ends_in_the_same_bytes(
    before: list[Line], lines: list[Line], seed: int, cut: int
) -> None:
    lines = [*before, *shuffled(lines, seed), Line(at=START + timedelta(seconds=20_000), kind="tick")]
    second = Replay.resumed(run(lines[:cut]).saved(), RULES)
    for line in lines[cut:]:
        second.feed(line)
    assert second.saved() == run(lines).saved()


@settings(max_examples=100, deadline=None)
@given(plans, recordings, st.integers(0, 10_000))
def test_what_silences_each_alarm_is_what_would_be_found_from_scratch(
    before: list[Line], lines: list[Line], seed: int
) -> None:
    replay = run([*before, *shuffled(lines, seed)])
    again = Replay.resumed(replay.saved(), RULES)
    assert {key: (one.silenced_by, one.silenced_until) for key, one in again.state.alarms.items()} == {
        key: (one.silenced_by, one.silenced_until) for key, one in replay.state.alarms.items()
    }
    speakers = [{key: one[:2] for key, one in told.state.voices.items()} for told in (again, replay)]
    assert speakers[0] == speakers[1]
    assert again.state.voices.keys() <= {key for key, members in replay.state.members.items() if members}
