"""Whatever the order of arrival within the window, and wherever a run is cut, the incidents are the same bytes."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from alarm_correlation.causes import shipped_causes
from alarm_correlation.facts import Rules
from alarm_correlation.life_policy import ChatterPolicy, DelayPolicy
from alarm_correlation.policy import shipped_policy
from alarm_correlation.replay import Line, Replay
from guywire.inventory.model import Inventory, Link, PowerFeed, Site
from guywire.inventory.topology import Topology
from guywire.model import Severity

START = datetime(2026, 11, 21, 8, tzinfo=UTC)
WINDOW = 300


def _site(site_id: str, feed: str, hours: float) -> Site:
    return Site(site_id, f"Site {site_id}", 31.0, 121.0, "p/c/a", "B", ("t",), hours, feed, "Asia/Shanghai")


def _link(up: str, down: str) -> Link:
    return Link(f"{up}>{down}", up, down, "microwave", f"to-{down}", f"from-{up}")


def province() -> Inventory:
    """A gateway, two hubs, a leaf with one way up, a leaf with two, a ring between the hubs, and one feed of four."""
    sites = [_site("G", "", 8), *(_site(key, "F", 1) for key in ("H", "K", "L", "M")), _site("N", "", 0)]
    links = [_link("G", "H"), _link("G", "K"), _link("H", "K"), _link("K", "H"), _link("H", "L"), _link("H", "M")]
    links += [_link("K", "M"), _link("L", "N")]
    return Inventory(
        sites={site.site_id: site for site in sites},
        links={link.link_id: link for link in links},
        power_feeds={"F": PowerFeed("F", "Feeder F")},
    )


POLICY = msgspec.structs.replace(
    shipped_policy().with_hold(60),
    ages_out={"device-restart": 600.0, "authentication-failure": 60.0},
    chatter=ChatterPolicy(transitions=4, within_seconds=400, quiet_seconds=150),
    delay=DelayPolicy(
        raise_seconds={"site-unreachable": 120, "intrusion": 30, "base-station-down": 45},
        clear_seconds={"link-down": 90, "mains-failure": 30, "fsu-offline": 200, "authentication-failure": 40},
    ),
)
RULES = Rules(Topology(province()), shipped_causes(), POLICY)

PLACES = [
    *((site, "power", kind) for site in "GHKLMN" for kind in ("mains-failure", "battery-discharging")),
    *((site, "power", kind) for site in "HKLM" for kind in ("battery-low-voltage", "load-disconnect")),
    *((site, "power", kind) for site in "HK" for kind in ("battery-disconnect", "genset-running", "rectifier-failure")),
    *((site, "bts", "base-station-down") for site in "HKLMN"),
    *((site, "fsu", kind) for site in "HKLMN" for kind in ("fsu-offline", "site-unreachable")),
    *(("G", f"to-{site}", kind) for site in "HK" for kind in ("link-down", "loss-of-signal")),
    *(("H", f"to-{site}", "link-down") for site in "KLM"),
    *(("K", f"to-{site}", "link-down") for site in "HM"),
    *((site, "from-H", "link-down") for site in "KLM"),
    ("L", "shelter", "door-open"),
    ("L", "shelter", "intrusion"),
    *((site, "fsu", kind) for site in "HL" for kind in ("device-restart", "authentication-failure")),
    ("", "collector:north", "collector-silent"),
    ("", "feed:F", "mains-failure"),
    ("", "unidentified:10.0.0.9", "unidentified"),
]

events = st.builds(
    lambda place, second, clears, count, baseline: Line(
        at=START + timedelta(seconds=second),
        site=place[0],
        resource=place[1],
        alarm_type=place[2],
        severity=Severity.CLEARED if clears else Severity.MAJOR,
        count=count,
        baseline=baseline,
    ),
    st.sampled_from(PLACES),
    st.one_of(st.integers(0, 900), st.integers(0, 9000), st.integers(0, 40).map(lambda k: k * 30)),
    st.booleans(),
    st.integers(1, 3),
    st.booleans(),
)
recordings = st.lists(events, min_size=1, max_size=40).map(lambda lines: sorted(lines, key=lambda line: line.at))


def shuffled(lines: list[Line], seed: int) -> list[Line]:
    """The lines as they may arrive: each late by up to the window."""
    chance = random.Random(seed)
    return sorted(lines, key=lambda line: line.at + timedelta(seconds=chance.uniform(0, WINDOW - 1)))


def told(lines: list[Line], rules: Rules = RULES) -> bytes:
    replay = Replay(rules)
    for line in lines:
        replay.feed(line)
    return b"\n".join(msgspec.json.encode(row) for row in replay.incidents())


@settings(max_examples=150, deadline=None)
@given(recordings, st.integers(0, 10_000))
def test_any_order_within_the_window_gives_the_same_incidents(lines: list[Line], seed: int) -> None:
    assert told(shuffled(lines, seed)) == told(lines)


@settings(max_examples=100, deadline=None)
@given(recordings, st.integers(0, 10_000), st.integers(0, 40))
def test_a_run_cut_in_two_and_resumed_gives_the_same_bytes(lines: list[Line], seed: int, cut: int) -> None:
    lines = shuffled(lines, seed)
    first = Replay(RULES)
    for line in lines[:cut]:
        first.feed(line)
    second = Replay.resumed(first.saved(), RULES)
    for line in lines[cut:]:
        second.feed(line)
    assert b"\n".join(msgspec.json.encode(row) for row in second.incidents()) == told(lines)


@settings(max_examples=100, deadline=None)
@given(recordings, st.integers(0, 10_000))
def test_every_alarm_stands_in_exactly_one_incident_and_causes_never_go_in_circles(
    lines: list[Line], seed: int
) -> None:
    replay = Replay(RULES)
    for line in shuffled(lines, seed):
        replay.feed(line)
        state = replay.state
        grouped = [alarm_id for members in state.members.values() for alarm_id in members]
        assert sorted(grouped) == sorted(state.alarms)
        for alarm_id, alarm in state.alarms.items():
            seen = [alarm_id]
            while (above := state.cause.get(seen[-1])) is not None:
                assert above not in seen
                seen.append(above)
            assert {state.incident_of[node] for node in seen} == {alarm.incident_id}


@settings(max_examples=100, deadline=None)
@given(recordings, st.integers(0, 10_000))
def test_what_is_kept_step_by_step_is_what_would_be_found_from_scratch(lines: list[Line], seed: int) -> None:
    replay = Replay(RULES)
    for line in shuffled(lines, seed):
        replay.feed(line)
    again = Replay.resumed(replay.saved(), RULES)
    assert {key: alarm.cause_alarm_id for key, alarm in again.state.alarms.items()} == {
        key: alarm.cause_alarm_id for key, alarm in replay.state.alarms.items()
    }
    assert again.state.cut_off == replay.state.cut_off
    assert again.saved() == replay.saved()


@settings(max_examples=60, deadline=None)
@given(recordings)
def test_saying_everything_twice_changes_nothing_but_the_counts(lines: list[Line]) -> None:
    assert told([line for line in lines for _ in range(2)]) == told(lines)


@settings(max_examples=60, deadline=None)
@given(recordings, st.integers(0, 10_000))
def test_clearing_everything_closes_everything(lines: list[Line], seed: int) -> None:
    replay = Replay(RULES)
    for line in shuffled(lines, seed):
        replay.feed(line)
    end = START + timedelta(hours=4)
    for site, resource, alarm_type in PLACES:
        replay.feed(Line(at=end, site=site, resource=resource, alarm_type=alarm_type, severity=Severity.CLEARED))
    replay.finish()
    assert all(row["closed_at"] is not None for row in replay.incidents())
    for hour in (1, 2):
        replay.feed(Line(at=end + timedelta(hours=hour), kind="tick"))
    assert {ticket["state"] for ticket in replay.tickets()} <= {"resolved", "closed", "cancelled"}
    assert not replay.state.alarms, "closed incidents are forgotten once they can no longer come back"
