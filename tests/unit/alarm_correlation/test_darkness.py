"""What tells of a dark site: its index, the cheap look at it, and that looking near what changed is looking enough."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from alarm_correlation.causes import shipped_causes
from alarm_correlation.darkness import TIER, conclude, outermost
from alarm_correlation.engine import resume
from alarm_correlation.facts import Rules
from alarm_correlation.fingerprint import FINGERPRINT
from alarm_correlation.policy import shipped_policy
from alarm_correlation.replay import Line, Replay
from alarm_correlation.spans import EVER
from alarm_correlation.state import State
from guywire.inventory.model import Inventory, Link, Site
from guywire.inventory.topology import Topology
from guywire.model import Severity
from tests.unit.alarm_correlation.correlator_checks import copied, derived, differences
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


def tree() -> Inventory:
    """A gateway, two hubs, and three leaves behind each."""
    ways = [("G", "H"), ("G", "K"), *(("H", leaf) for leaf in "abc"), *(("K", leaf) for leaf in "def")]
    sites = [Site(key, key, 31.0, 121.0, "p/c/a", "B", ("t",), 4.0, "", "Asia/Shanghai") for key in "GHKabcdef"]
    links = [Link(f"{up}>{down}", up, down, "fibre", f"to-{down}", f"from-{up}") for up, down in ways]
    return Inventory(sites={one.site_id: one for one in sites}, links={one.link_id: one for one in links})


TREE = Rules(Topology(tree()), shipped_causes(), shipped_policy())
TOLD = [
    *((site, "fsu", kind) for site in "Habcdef" for kind in ("fsu-offline", "device-restart")),
    *((site, "bts", "cell-down") for site in "abd"),
    *((site, "power", "load-disconnect") for site in "bd"),
    *(("H", f"to-{leaf}", "loss-of-signal") for leaf in "ab"),
    *((leaf, "from-H", "loss-of-signal") for leaf in "abc"),
]
falls = st.lists(
    st.tuples(
        st.sampled_from([0, 200, 1500, 3000]),  # near to each other, or not
        st.lists(st.tuples(st.sampled_from(TOLD), st.integers(0, 150), st.booleans()), min_size=2, max_size=8),
    ),
    min_size=1,
    max_size=4,
).map(
    lambda waves: sorted(
        (
            Line(
                at=START + timedelta(seconds=begin + second),
                site=site,
                resource=resource,
                alarm_type=alarm_type,
                severity=Severity.CLEARED if clears else Severity.MAJOR,
            )
            for begin, wave in waves
            for (site, resource, alarm_type), second, clears in wave
        ),
        key=lambda line: line.at,
    )
)


@settings(max_examples=200, deadline=None)
@given(falls, st.integers(0, 10_000))
def test_looking_near_what_changed_finds_what_looking_at_everything_does(lines: list[Line], seed: int) -> None:
    replay = Replay(TREE)
    for line in shuffled(lines, seed):
        replay.feed(line)
    assert_same_as_anew(replay.state)


def assert_same_as_anew(state: State) -> None:
    saved = copied(state.saved())
    saved.counters.pop(FINGERPRINT)
    anew, _ = resume(saved, state.rules)
    assert not (other := differences(derived(state), derived(anew))), other


def said(second: int, site: str, alarm_type: str, *, heard: int | None = None, clears: bool = False) -> Line:
    severity = Severity.CLEARED if clears else Severity.MAJOR
    at, received = START + timedelta(seconds=second), START + timedelta(seconds=second if heard is None else heard)
    return Line(at=at, received_at=received, site=site, resource="fsu", alarm_type=alarm_type, severity=severity)


def restarted_after_all_but_one_were_back(replay: Replay) -> str:
    """Three fall, two are back, one restarts much later: the id of that alarm."""
    for second, leaf in enumerate("abc"):
        replay.feed(said(second, leaf, "fsu-offline"))
    for leaf in "bc":
        replay.feed(said(100, leaf, "fsu-offline", clears=True))
    replay.feed(said(1500, "b", "device-restart"))
    (restart,) = (one.alarm_id for one in replay.state.alarms.values() if one.alarm_type == "device-restart")
    return restart


def test_what_followed_a_dark_site_is_let_go_when_that_turns_out_to_have_been_over_long_before() -> None:
    replay = Replay(TREE)
    restart = restarted_after_all_but_one_were_back(replay)
    (dark,) = replay.state.inferred.values()
    assert (dark.site, replay.state.inferred_of[restart]) == ("H", dark.node_id)
    replay.feed(said(110, "a", "fsu-offline", heard=1600, clears=True))
    assert restart not in replay.state.inferred_of
    assert_same_as_anew(replay.state)


def test_a_site_that_turns_out_to_have_been_dark_is_followed_by_what_came_long_since() -> None:
    replay = Replay(TREE)
    for leaf in "abc":
        replay.feed(said(-300, leaf, "battery-low-voltage"))
    restart = restarted_after_all_but_one_were_back(replay)
    assert not replay.state.inferred, "each had a reason of its own"
    for leaf in "abc":
        replay.feed(said(-200, leaf, "battery-low-voltage", heard=1600, clears=True))
    (dark,) = replay.state.inferred.values()
    assert (dark.site, replay.state.inferred_of[restart]) == ("H", dark.node_id)
    assert_same_as_anew(replay.state)


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
                    assert outermost(state, {finding.place: {EVER}}), f"{finding.place} is dark behind {place}"
