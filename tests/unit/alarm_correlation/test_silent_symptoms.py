"""Derived silence: what an operator hears are the roots, and what has stood for long enough to be one."""

from __future__ import annotations

import dataclasses

import msgspec

from guywire.commands import MoveTicket
from tests.unit.alarm_correlation.correlator_desk import Desk, at
from tests.unit.alarm_correlation.silent_desk import FEEDER, alarm, plan, why


def outage(desk: Desk) -> None:
    """Mains fails at S2, and what hangs on it."""
    desk.hear(0, "S2", "mains-failure")
    desk.hear(5, "S2", "battery-discharging")
    desk.hear(3600, "S2", "battery-low-voltage")


def test_only_the_root_of_an_incident_speaks() -> None:
    desk = Desk()
    outage(desk)
    assert why(desk) == ["", "symptom:A1", "symptom:A1"]
    assert len(desk.state.tickets) == 1


def test_a_late_root_silences_those_who_spoke_before_it() -> None:
    desk = Desk()
    desk.hear(5, "S2", "battery-discharging", received=5)
    assert why(desk) == [""]
    desk.hear(0, "S2", "mains-failure", received=20)
    assert why(desk) == ["symptom:A2", ""]


def test_what_a_late_cause_draws_into_an_incident_keeps_quiet_there() -> None:
    desk = Desk()
    outage(desk)
    desk.hear(3700, "S2", "high-humidity")
    assert why(desk)[3] == ""
    desk.hear(60, "S2", "aircon-failure", received=3800)
    assert {one.incident_id for one in desk.state.alarms.values()} == {"I1"}
    assert why(desk) == ["", *["symptom:A1"] * 4]


def test_a_symptom_that_outlives_its_root_speaks_after_the_recovery() -> None:
    desk = Desk()
    outage(desk)
    recovery = desk.state.rules.policy.silence.recovery_seconds
    desk.clear(4000, "S2", "mains-failure")
    desk.clear(4010, "S2", "battery-discharging")
    desk.tick(4000 + recovery - 1)
    assert why(desk) == ["symptom:A1"]
    desk.tick(4000 + recovery)
    assert why(desk) == [""]
    assert [one.silenced_by for one in desk.state.alarms.values()] == ["", "", ""]


def test_symptoms_of_a_silent_root_without_a_ticket_speak_and_open_it() -> None:
    desk = Desk()
    plan(desk, sites=("S2",), alarm_types=("mains-failure",))
    desk.hear(100, "S2", "mains-failure")
    desk.hear(105, "S2", "battery-discharging")
    assert why(desk) == ["maintenance:Q1", ""]
    desk.tick(2000)
    assert desk.ticket.incident_id == "I1"
    assert why(desk) == ["maintenance:Q1", "symptom:A1"]  # the ticket speaks for it now


def test_a_ticket_that_is_cancelled_no_longer_speaks_for_the_symptoms_of_a_silent_root() -> None:
    desk = Desk()
    plan(desk, sites=("S2",), alarm_types=("mains-failure",), starts_at=at(2000))
    desk.hear(0, "S2", "mains-failure")
    desk.hear(5, "S2", "battery-discharging")
    desk.tick(2000)
    assert why(desk) == ["maintenance:Q1", "symptom:A1"]
    desk.ask(2001, MoveTicket(ticket="T1", to="cancelled", reason="planned work"))
    assert why(desk) == ["maintenance:Q1", ""]


def test_of_a_feed_that_nobody_reported_the_first_alarm_speaks() -> None:
    desk = Desk()
    for seconds, site in enumerate(FEEDER, 1):
        desk.hear(seconds, site, "mains-failure")
    assert why(desk) == ["", *["symptom:A1"] * (len(FEEDER) - 1)]
    late = next(site for site in FEEDER[1:])
    desk.hear(0, late, "mains-failure", resource="other", received=10)
    assert why(desk) == ["symptom:A4", *["symptom:A4"] * (len(FEEDER) - 1), ""]


def test_incidents_that_merge_have_one_voice() -> None:
    desk = Desk()
    for seconds, site in enumerate(FEEDER):
        desk.hear(seconds, site, "mains-failure")
        desk.hear(seconds, site, "battery-discharging")
    assert [voice.alarm_id for voice in desk.state.voices.values()] == ["A1"]
    assert why(desk) == ["", *["symptom:A1"] * 5]


def delayed(desk: Desk) -> None:
    """Aircon failures speak after two minutes, mains failures after one."""
    policy = desk.state.rules.policy
    delays = msgspec.structs.replace(policy.delay, raise_seconds={"aircon-failure": 120, "mains-failure": 60})
    policy = msgspec.structs.replace(policy, delay=delays)
    desk.state.rules = dataclasses.replace(desk.state.rules, policy=policy)


def test_an_alarm_speaks_once_it_has_stood_for_its_raise_delay() -> None:
    desk = Desk()
    delayed(desk)
    desk.hear(0, "S1", "aircon-failure")
    assert (alarm(desk).silenced_by, alarm(desk).silenced_until) == ("delay", at(120))
    desk.tick(119)
    assert desk.state.tickets == {}
    desk.tick(120)
    assert why(desk) == [""]
    assert desk.ticket.opened_at == at(120)


def test_what_clears_within_its_raise_delay_never_speaks() -> None:
    desk = Desk()
    delayed(desk)
    desk.hear(0, "S1", "aircon-failure")
    desk.clear(100, "S1", "aircon-failure")
    desk.hear(200, "S1", "aircon-failure")  # the same alarm come back: counted anew
    desk.clear(300, "S1", "aircon-failure")
    desk.tick(400)
    assert (alarm(desk).silenced_by, desk.state.tickets) == ("delay", {})


def test_symptoms_of_a_root_that_is_about_to_speak_keep_quiet() -> None:
    desk = Desk()
    delayed(desk)
    desk.hear(0, "S2", "mains-failure")
    desk.hear(5, "S2", "battery-discharging")
    assert why(desk) == ["delay", "symptom:A1"]
    desk.clear(30, "S2", "mains-failure")
    assert why(desk) == [""]
