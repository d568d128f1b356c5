"""One polled device from answers to events: thresholds, tables, restarts, baselines, and what nobody can tell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from collectors.credentials import Community
from collectors.pipeline import Knowledge
from collectors.places import Equipment, Places, Snapshot
from collectors.policy import default_policy
from collectors.poll.ask import SYS_UPTIME, Answer, Question, Value
from collectors.poll.device import Device, World
from collectors.poll.ledger import Ledger, Seen
from collectors.poll.memory import Memory
from collectors.poll.targets import Target
from collectors.profile.classify import Classifier
from collectors.profile.compile import parse
from collectors.profile.sensors import wanted, wanted_tables
from guywire.model import AlarmEvent, Identity, Severity

PROFILE = parse(
    """
name = "plant"
description = "a power plant with a table of its alarms"
[names]
mains = "1.3.6.1.4.1.9.2"
alarmRaised = "1.3.6.1.4.1.9.0.1"
alarmGone = "1.3.6.1.4.1.9.0.2"
alarmKind = "1.3.6.1.4.1.9.5.1.2"
alarmUnit = "1.3.6.1.4.1.9.5.1.3"

[[sensors]]
metric = "output-state"
oid = "mains.0"
states = { ok = { 1 = "present" }, critical = { 2 = "absent" } }
[[sensors.alarms]]
alarm_type = "mains-failure"
states = ["critical"]
text = "no mains"

[[tables]]
trap = "alarmRaised"
columns = ["alarmKind", "alarmUnit"]

[[alarms]]
alarm_type = "rectifier-failure"
raise = "alarmRaised alarmKind=7"
clear = "alarmGone alarmKind=7"
qualifier = "{alarmUnit}"
kind = "rectifier"
severity = "major"

[[alarms]]
alarm_type = "mains-failure"
raise = "alarmRaised alarmKind=8"
clear = "alarmGone alarmKind=8"

[[alarms]]
alarm_type = "high-temperature"
raise = "alarmRaised alarmKind=9"
clear = "alarmGone alarmKind=9"
qualifier = "{alarmUnit}"
severity = "minor"
""",
    "plant.toml",
)
ROWS = [
    Equipment("S1", "plant-1", "controller", "10.0.0.1", "plant", credential="public"),
    Equipment("S1", "rectifier-1", "rectifier", monitored_by="plant-1"),
]
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
KIND, UNIT = "1.3.6.1.4.1.9.5.1.2", "1.3.6.1.4.1.9.5.1.3"
RECTIFIER = ("rectifier-1", "rectifier-failure", "2", "major")


class Life:
    """A device over simulated time, with a ledger that is told by hand."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.at, self.asked_tables = folder, NOON, False
        self.start()

    def start(self) -> None:
        """A fresh poller: of the past it has what is on disk."""
        known = Knowledge(Places(Snapshot(1, {"S1": "sh/pudong"}, ROWS)), Classifier([PROFILE]))
        self.memory = Memory(self.folder / "poll.sqlite")
        self.world = World(known, Ledger(), self.memory)
        credential = Community("public", "2c", b"public")
        questions = Question(*wanted(PROFILE)), Question(*wanted_tables(PROFILE))
        self.device = Device("S1/plant-1", Target(ROWS[0], credential, PROFILE, *questions), default_policy().polling)

    def poll(
        self, mains: int = 1, alarms: Sequence[tuple[int, str]] = (), uptime: int | None = None, minutes: float = 1,
        trouble: str = "",
    ) -> list[tuple[str, str, str, str]]:  # fmt: skip
        return [
            (one.resource, one.alarm_type, one.qualifier, one.severity.value)
            for one in self.events(mains, alarms, uptime, minutes, trouble)
        ]

    def events(
        self, mains: int = 1, alarms: Sequence[tuple[int, str]] = (), uptime: int | None = None, minutes: float = 1,
        trouble: str = "",
    ) -> list[AlarmEvent]:  # fmt: skip
        self.at += timedelta(minutes=minutes)
        question = self.device.question(False, self.at.timestamp(), self.world.ledger)
        self.asked_tables = KIND in question.walks
        values: dict[str, Value] = {"1.3.6.1.4.1.9.2.0": mains}
        if uptime is not None:
            values[SYS_UPTIME] = uptime
        for number, (kind, unit) in enumerate(alarms if self.asked_tables else ()):
            values |= {f"{KIND}.{number}": kind, f"{UNIT}.{number}": unit.encode()}
        answer = Answer(True, values, set() if trouble else set(question.walks), trouble)
        outcome = self.device.take(question, answer, self.at, self.world)
        self.memory.remember(outcome.looks)
        return outcome.events

    def silence(self) -> None:
        self.at += timedelta(minutes=1)
        question = self.device.question(True, self.at.timestamp(), self.world.ledger)
        assert question == Question(), "one that is silent is asked for its uptime alone"
        outcome = self.device.take(question, Answer(), self.at, self.world)
        assert (outcome.events, outcome.samples) == ([], [])

    def stands(self, *alarms: tuple[str, str, str, Severity]) -> None:
        """The views show these, and nothing else."""
        self.world.ledger.learn([Seen(Identity("S1", *one[:3]), one[3], self.at) for one in alarms])


@pytest.fixture
def life(tmp_path: Path) -> Life:
    return Life(tmp_path)


def test_a_threshold_raises_once_and_clears_once(life: Life) -> None:
    life.stands()
    told = [life.poll(mains) for mains in (1, 2, 2, 1, 1)]
    mains = ("plant-1", "mains-failure", "")
    assert told == [[], [(*mains, "major")], [], [(*mains, "cleared")], []]


def test_an_event_says_where_it_comes_from(life: Life) -> None:
    (event,) = life.events(mains=2)
    assert (event.site, event.domain, event.source, event.text) == ("S1", "sh/pudong", "10.0.0.1", "no mains")
    assert event.at == event.received_at == life.at
    assert event.details["metric"] == "output-state"
    assert event.details["state"] == "absent"


def test_after_a_restart_only_what_really_stands_is_cleared(life: Life) -> None:
    assert life.poll(mains=1) == [], "before the views were read nothing is known to stand"
    life.stands(("plant-1", "mains-failure", "", Severity.MAJOR), ("plant-1", "door-open", "", Severity.MINOR))
    assert life.poll(mains=1) == [("plant-1", "mains-failure", "", "cleared")]
    assert life.poll(mains=1) == []


def test_what_is_bad_is_raised_though_the_views_are_away(life: Life) -> None:
    assert life.poll(mains=2) == [("plant-1", "mains-failure", "", "major")]
    assert life.poll(mains=2) == []
    assert life.poll(mains=1) == [("plant-1", "mains-failure", "", "cleared")]


def test_a_lost_raise_is_healed_by_the_table_under_the_trap_s_own_identity(life: Life) -> None:
    life.stands()
    assert life.poll(alarms=[(7, "2")]) == [RECTIFIER]
    assert life.poll(alarms=[(7, "2")]) == []
    assert not life.asked_tables, "the table is read at the start, and then once an hour"


def test_a_lost_clear_is_healed_by_the_table(life: Life) -> None:
    life.stands(("rectifier-1", "rectifier-failure", "2", Severity.MAJOR), ("plant-1", "door-open", "", Severity.MINOR))
    assert life.poll() == [("rectifier-1", "rectifier-failure", "2", "cleared")]


def test_the_table_is_read_again_after_an_hour_and_after_a_gap(life: Life) -> None:
    life.stands()
    life.poll()
    assert life.poll(alarms=[(7, "2")], minutes=58) == []
    assert life.poll(alarms=[(7, "2")], minutes=2) == [RECTIFIER]
    life.stands(("rectifier-1", "rectifier-failure", "2", Severity.MAJOR))
    life.silence()
    assert life.poll() == [("rectifier-1", "rectifier-failure", "2", "cleared")]


def test_a_table_that_was_not_read_to_its_end_clears_nothing_and_is_read_again(life: Life) -> None:
    life.stands(("rectifier-1", "rectifier-failure", "2", Severity.MAJOR))
    assert life.poll(trouble="timeout") == []
    assert life.poll() == [("rectifier-1", "rectifier-failure", "2", "cleared")]


def test_a_table_that_was_read_while_the_views_were_away_is_read_again_once_they_are_back(life: Life) -> None:
    assert life.poll(alarms=[(7, "2")]) == [RECTIFIER]
    life.stands(
        ("rectifier-1", "rectifier-failure", "2", Severity.MAJOR), ("plant-1", "high-temperature", "x", Severity.MINOR)
    )
    assert life.poll(alarms=[(7, "2")]) == [("plant-1", "high-temperature", "x", "cleared")]


def test_what_a_threshold_tells_is_not_the_table_s_to_raise_or_clear(life: Life) -> None:
    life.stands()
    assert life.poll(mains=2) == [("plant-1", "mains-failure", "", "major")]
    assert life.poll(mains=1, alarms=[(8, "")], minutes=61) == [("plant-1", "mains-failure", "", "cleared")]


def test_a_row_that_no_profile_knows_is_kept_and_goes_with_the_row(life: Life) -> None:
    life.stands()
    unknown = ("plant-1", "unidentified", "1.3.6.1.4.1.9.0.1")
    assert [one[:3] for one in life.poll(alarms=[(99, "2")])] == [unknown]
    life.stands((*unknown, Severity.INDETERMINATE))
    assert life.poll(minutes=61) == [(*unknown, "cleared")]


def test_what_is_found_at_the_first_look_is_baseline_and_what_comes_later_is_not(life: Life) -> None:
    first = life.events(mains=2, alarms=[(7, "2")])
    assert [one.baseline for one in first] == [True, True]
    life.stands()
    life.poll(mains=1)
    (again,) = life.events(mains=2)
    assert not again.baseline
    life.memory.close()
    life.start()
    life.stands()
    assert [one.baseline for one in life.events(mains=2, alarms=[(9, "3")])] == [False, False]


def test_a_device_that_refuses_the_credential_is_an_alarm_until_it_lets_us_look(life: Life) -> None:
    life.stands(
        ("plant-1", "authentication-failure", "", Severity.WARNING)
    )  # a trap's, over somebody else's credential
    refused = Answer(True, {}, set(), "refused")
    first = life.device.take(Question(), refused, life.at, life.world).events
    again = life.device.take(Question(), refused, life.at, life.world).events
    assert [(one.alarm_type, one.qualifier, one.text) for one in first] == [
        ("authentication-failure", "polling", "the device refuses the credential public")
    ]
    assert again == []
    assert life.poll() == [("plant-1", "authentication-failure", "polling", "cleared")]


def test_a_restart_is_told_and_is_over_when_the_agent_has_been_up_for_a_while(life: Life) -> None:
    life.stands()
    assert life.poll(uptime=500_000) == []
    assert life.poll(uptime=6_000) == [("plant-1", "device-restart", "", "warning")]
    assert life.poll(uptime=12_000) == []
    assert life.asked_tables, "a restarted agent's table is new"
    assert life.poll(uptime=91_000, minutes=13) == [("plant-1", "device-restart", "", "cleared")]
    assert life.poll(uptime=97_000) == []


def test_a_restart_that_stood_before_the_poller_restarted_is_cleared_too(life: Life) -> None:
    life.stands(("plant-1", "device-restart", "", Severity.WARNING))
    assert life.poll(uptime=50_000) == []
    assert life.poll(uptime=100_000, minutes=9) == [("plant-1", "device-restart", "", "cleared")]


def test_an_uptime_that_wraps_after_497_days_is_no_restart(life: Life) -> None:
    life.poll(uptime=(1 << 32) - 3_000)
    assert life.poll(uptime=3_000) == []


def test_samples_carry_value_state_and_place(life: Life) -> None:
    life.at = NOON
    question = life.device.question(False, NOON.timestamp(), life.world.ledger)
    answer = Answer(True, {"1.3.6.1.4.1.9.2.0": 2}, set(question.walks))
    (sample,) = life.device.take(question, answer, NOON, life.world).samples
    assert (sample.site, sample.resource, sample.metric, sample.value) == ("S1", "plant-1", "output-state", 2)
    assert (sample.state, sample.health, sample.at) == ("absent", "critical", NOON)
