"""The index of what tells of a dark site, and the cheap look at it that saves going through it."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from alarm_correlation.darkness import TIER, conclude, outermost
from alarm_correlation.replay import Line, Replay
from tests.unit.alarm_correlation.test_replay_confluence import RULES, START, recordings, shuffled

fallen_silent = st.lists(
    st.builds(
        lambda site, alarm_type, second: Line(
            at=START + timedelta(seconds=second), site=site, resource=alarm_type, alarm_type=alarm_type
        ),
        st.sampled_from("HKLMN"),
        st.sampled_from(["fsu-offline", "site-unreachable", "device-restart"]),
        st.integers(0, 900),
    ),
    min_size=2,
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(recordings, st.integers(0, 10_000))
def test_evidence_stands_in_order_of_when_its_alarms_began(lines: list[Line], seed: int) -> None:
    replay = Replay(RULES)
    for line in shuffled(lines, seed):  # what comes late moves the beginning of what it belongs to
        replay.feed(line)
        state = replay.state
        told = {sign.alarm_id: sign for signs in state.evidence.values() for sign in signs}
        assert told == state.evidence_of
        for place, signs in state.evidence.items():
            assert [sign.raised_at for sign in signs] == sorted(state.alarms[sign.alarm_id].raised_at for sign in signs)
            assert all(place in sign.places for sign in signs)


@settings(max_examples=100, deadline=None)
@given(fallen_silent | recordings)
def test_the_cheap_look_says_no_of_no_site_that_is_found_dark(lines: list[Line]) -> None:
    replay = Replay(RULES)
    for line in lines:
        replay.feed(line)
        state = replay.state
        for tier, place in state.evidence:
            if tier == TIER:
                alarms = [state.alarms[sign.alarm_id] for sign in state.evidence[tier, place]]
                for finding in conclude(state, place, alarms):
                    assert outermost(state, {finding.place}), f"{finding.place} is dark behind {place}"
