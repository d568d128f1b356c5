"""Few identities that turn often: with chattering and delays, too, neither order nor repeats nor restarts matter."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st

from alarm_correlation.causes import shipped_causes
from alarm_correlation.facts import Rules
from alarm_correlation.life_policy import ChatterPolicy, DelayPolicy
from alarm_correlation.policy import shipped_policy
from alarm_correlation.replay import Line, Replay
from alarm_correlation.state import State
from guywire.inventory.model import Inventory, Link, Site
from guywire.inventory.topology import Topology
from guywire.model import Identity, Severity

START = datetime(2026, 11, 21, 8, tzinfo=UTC)
WINDOW = 300
LONG = 3 * WINDOW

SITES = [Site(key, f"Site {key}", 31.0, 121.0, "p/c/a", "B", ("t",), 4, "", "Asia/Shanghai") for key in ("G", "H", "L")]
LINKS = [Link(f"{up}>{down}", up, down, "microwave", f"to-{down}", f"from-{up}") for up, down in ("GH", "HL")]
PLACES = [
    ("G", "to-H", "link-down"),
    ("H", "from-G", "link-down"),
    ("L", "bts", "base-station-down"),
    ("L", "fsu", "device-restart"),
]
SHIPPED = shipped_policy().with_hold(60)
RULES = Rules(
    Topology(
        Inventory(
            sites={site.site_id: site for site in SITES},
            links={link.link_id: link for link in LINKS},
            power_feeds={},
        )
    ),
    shipped_causes(),
    msgspec.structs.replace(
        SHIPPED,
        windows=msgspec.structs.replace(SHIPPED.windows, memory_seconds=7200),  # nothing is forgotten on the way
        ages_out={"device-restart": 90.0},
        chatter=ChatterPolicy(transitions=4, within_seconds=120, quiet_seconds=100),
        delay=DelayPolicy(clear_seconds={"base-station-down": 40, "device-restart": 20}),
    ),
)

events = st.builds(
    lambda place, second, clears, severity: Line(
        at=START + timedelta(seconds=second),
        site=place[0],
        resource=place[1],
        alarm_type=place[2],
        severity=Severity.CLEARED if clears else severity,
    ),
    st.sampled_from(PLACES),
    st.one_of(st.integers(0, 200), st.integers(0, 900), st.integers(0, 60).map(lambda turn: turn * 20)),
    st.booleans(),
    st.sampled_from([Severity.MAJOR, Severity.MINOR]),
)
recordings = st.lists(events, min_size=1, max_size=40).map(lambda lines: sorted(lines, key=lambda line: line.at))


def flapping(times: int, every: float, *, severity: Severity = Severity.MAJOR) -> list[Line]:
    return [
        Line(
            at=START + timedelta(seconds=turn * every),
            site="G",
            resource="to-H",
            alarm_type="link-down",
            severity=Severity.CLEARED if turn % 2 else severity,
        )
        for turn in range(times)
    ]


def shuffled(lines: Sequence[Line], seed: int) -> list[Line]:
    """The lines as they may arrive: each late by up to the window."""
    chance = random.Random(seed)
    return sorted(lines, key=lambda line: line.at + timedelta(seconds=chance.uniform(0, WINDOW - 1)))


def run(lines: Sequence[Line], until: float = 0) -> Replay:
    replay = Replay(RULES)
    for line in lines:
        replay.feed(line)
    if until:
        replay.feed(Line(at=START + timedelta(seconds=until), kind="tick"))
    return replay


def life(state: State) -> list[tuple[Identity, list[tuple[object, ...]]]]:
    """What each identity's alarms are, without what depends on when they were received."""
    told: list[tuple[Identity, list[tuple[object, ...]]]] = []
    for identity, track in sorted((key, track) for key, track in state.tracks.items() if track.alarms):
        lives = [state.alarms[key].occurrence for key in track.alarms]
        told.append(
            (identity, [(one.raised_at, one.stands_since, one.cleared_at, one.chatter, one.severity) for one in lives])
        )
    return told


@settings(max_examples=150)
@given(recordings, st.integers(0, 10_000))
@example(flapping(30, 15), 7)
@example(flapping(31, 15), 8)
def test_any_order_within_the_window_gives_the_same_alarms(lines: list[Line], seed: int) -> None:
    newest = (lines[-1].at - START).total_seconds()
    for wait in (WINDOW, LONG + WINDOW):  # perhaps while some are still held, and when all are quiet
        one, other = run(lines, newest + wait), run(shuffled(lines, seed), newest + wait)
        assert other.incidents() == one.incidents()
        assert [lives[-1:] for _, lives in life(other.state)] == [lives[-1:] for _, lives in life(one.state)]


@settings(max_examples=100)
@given(recordings, st.integers(0, 10_000), st.integers(0, 40))
@example(flapping(30, 15), 7, 20)
def test_a_run_cut_in_two_goes_on_exactly(lines: list[Line], seed: int, cut: int) -> None:
    lines = shuffled(lines, seed)
    again = Replay.resumed(run(lines[:cut]).saved(), RULES)
    for line in lines[cut:]:
        again.feed(line)
    whole = run(lines)
    assert again.state.saved() == whole.state.saved()
    for one in (again, whole):
        one.finish()
    assert again.incidents() == whole.incidents()


@settings(max_examples=100)
@given(recordings)
@example(flapping(30, 15))
def test_saying_everything_twice_changes_nothing_but_the_counts(lines: list[Line]) -> None:
    twice = run([line for line in lines for _ in range(2)])
    assert life(twice.state) == life(run(lines).state)


@settings(max_examples=150)
@given(recordings, st.integers(0, 10_000))
@example(flapping(30, 15), 7)
@example(flapping(31, 15), 8)
def test_once_all_is_quiet_each_alarm_is_what_its_device_said_last(lines: list[Line], seed: int) -> None:
    said: dict[tuple[str, str, str], dict[datetime, set[bool]]] = defaultdict(lambda: defaultdict(set))
    for line in lines:
        said[line.site or "", line.resource, line.alarm_type][line.at].add(line.severity is Severity.CLEARED)
    newest = (lines[-1].at - START).total_seconds()
    replay = run(shuffled(lines, seed), newest + LONG)
    for (site, resource, alarm_type), times in said.items():
        track = replay.state.tracks.get(Identity(site, resource, alarm_type, ""))
        stands = track is not None and bool(track.alarms) and replay.state.alarms[track.alarms[-1]].stands
        last = times[max(times)]
        if alarm_type == "device-restart" or last == {True}:
            assert not stands
        elif last == {False}:
            assert stands


def test_a_step_taken_late_finds_what_many_ticks_on_the_way_find() -> None:
    lines = flapping(30, 15)
    ticks = [Line(at=line.at + timedelta(seconds=delay), kind="tick") for line in lines for delay in (3, 9)]
    ticks += [Line(at=lines[-1].at + timedelta(seconds=second), kind="tick") for second in range(10, 400, 10)]
    watched = run(sorted([*lines, *ticks], key=lambda line: line.at))
    assert life(watched.state) == life(run(lines, 30 * 15 + 400).state)
