"""What an operator knows better holds, is kept, and can be taken back."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from alarm_correlation.engine import resume
from alarm_correlation.state import State
from guywire.commands import CorrectRoot, MoveAlarm, WithdrawCorrection
from guywire.errors import Refused
from guywire.model import Severity
from tests.unit.alarm_correlation.correlator_desk import Desk


def _two_faults() -> Desk:
    """A1 link-down cuts off S1 (A2 unreachable): I1. A3 heat at S2: I2."""
    desk = Desk()
    desk.hear(0, "H1", "link-down", Severity.CRITICAL, resource="mw-s1")
    desk.hear(30, "S1", "site-unreachable")
    desk.hear(60, "S2", "high-temperature")
    desk.tick(120)
    assert _incidents(desk.state) == {frozenset({"A1", "A2"}), frozenset({"A3"})}
    return desk


def _incidents(state: State) -> set[frozenset[str]]:
    return {frozenset(members) for members in state.members.values() if members}


def _root(desk: Desk, alarm: str) -> str | None:
    return desk.state.incidents[desk.state.alarms[alarm].incident_id or ""].root_alarm_id


def test_a_moved_alarm_joins_the_other_incident_and_its_lonely_ticket_becomes_a_duplicate() -> None:
    desk = _two_faults()
    before = {key: desk.state.ticket_of[key] for key in ("I1", "I2")}
    assert desk.ask(130, MoveAlarm(alarm="A3", incident="I1", comment="the same contractor dug there")) == {"id": "A3"}
    assert _incidents(desk.state) == {frozenset({"A1", "A2", "A3"})}
    assert desk.state.alarms["A3"].cause_reason == "put under link-down by ann"
    assert desk.state.tickets[before["I2"]].duplicate_of == before["I1"]


def test_an_alarm_of_its_own_takes_along_what_it_causes() -> None:
    desk = Desk()
    desk.hear(0, "S1", "mains-failure")
    desk.hear(60, "S1", "aircon-failure")
    desk.hear(600, "S1", "high-temperature")
    desk.ask(700, MoveAlarm(alarm="A2"))
    assert _incidents(desk.state) == {frozenset({"A1"}), frozenset({"A2", "A3"})}
    assert _root(desk, "A3") == "A2"


def test_a_corrected_root_has_the_former_one_under_it_and_stays_confirmed() -> None:
    desk = _two_faults()
    desk.ask(130, CorrectRoot(incident="I1", alarm="A2"))
    assert _root(desk, "A1") == "A2"
    incident = desk.state.incidents["I1"]
    assert (incident.root_confirmed_by, incident.root_alarm_type) == ("ann", "site-unreachable")
    assert _incidents(desk.state) == {frozenset({"A1", "A2"}), frozenset({"A3"})}


def test_a_confirmed_root_is_not_taken_over_by_a_later_cause() -> None:
    desk = Desk()
    desk.hear(60, "S1", "battery-discharging")
    desk.ask(70, CorrectRoot(incident="I1", alarm="A1"))
    desk.hear(0, "S1", "mains-failure", received=80)
    assert (_root(desk, "A1"), _root(desk, "A2")) == ("A1", "A2")
    desk.ask(90, WithdrawCorrection(correction="C1"))
    assert (_root(desk, "A1"), desk.state.incidents["I1"].root_confirmed_by) == ("A2", "")


def test_what_joins_a_root_that_nobody_reported_hangs_on_its_first_alarm() -> None:
    desk = Desk()
    for place, site in enumerate(("S1", "S2", "S4")):
        desk.hear(place, site, "mains-failure")
    desk.hear(30, "S3", "mains-failure")  # of another feed
    assert len(_incidents(desk.state)) == 2
    desk.ask(40, MoveAlarm(alarm="A4", incident=desk.state.alarms["A1"].incident_id or ""))
    assert len(_incidents(desk.state)) == 1
    assert desk.state.alarms["A4"].cause_alarm_id == "A1"


def test_what_makes_no_sense_is_refused_with_what_to_do() -> None:
    desk = _two_faults()
    reasons = [
        desk.ask(200, MoveAlarm(alarm="A1", incident="I1")),
        desk.ask(201, MoveAlarm(alarm="A9")),
        desk.ask(202, MoveAlarm(alarm="A1", incident="I9")),
        desk.ask(203, CorrectRoot(incident="I1", alarm="A3")),
        desk.ask(204, WithdrawCorrection(correction="C7")),
    ]
    assert [said.reason for said in reasons if isinstance(said, Refused)] == [
        "already_there", "alarm_not_found", "incident_not_found", "not_a_member", "correction_not_found",
    ]  # fmt: skip


def test_corrections_go_with_the_incident_that_they_were_about() -> None:
    desk = _two_faults()
    desk.ask(130, MoveAlarm(alarm="A3", incident="I1"))
    for site, kind, resource in (
        ("H1", "link-down", "mw-s1"), ("S1", "site-unreachable", "r"), ("S2", "high-temperature", "r"),
    ):  # fmt: skip
        desk.clear(200, site, kind, resource=resource)
    for hours in (2, 4, 6):
        desk.tick(timedelta(hours=hours).total_seconds())
    assert not desk.state.alarms
    assert (desk.state.corrections, desk.state.corrected) == ({}, {})


_ALARMS = st.sampled_from(["A1", "A2", "A3", "A4", "A5", "A6"])
_COMMANDS = st.lists(
    st.one_of(
        st.builds(MoveAlarm, alarm=_ALARMS, incident=st.sampled_from(["", "I1", "I2", "I3", "I4"])),
        st.builds(CorrectRoot, alarm=_ALARMS, incident=st.sampled_from(["I1", "I2", "I3"])),
        st.builds(WithdrawCorrection, correction=st.sampled_from(["C1", "C2", "C3", "C4"])),
    ),
    max_size=8,
)


@given(_COMMANDS)
def test_whatever_is_corrected_causes_go_in_no_circle_and_a_restart_changes_nothing(
    commands: list[MoveAlarm | CorrectRoot | WithdrawCorrection],
) -> None:
    desk = Desk()
    desk.hear(0, "S1", "mains-failure")
    desk.hear(60, "S1", "battery-discharging")
    desk.hear(70, "H1", "link-down", Severity.CRITICAL, resource="mw-s2")
    desk.hear(90, "S2", "site-unreachable")
    desk.hear(95, "S2", "fsu-offline")
    desk.hear(100, "S4", "high-temperature")
    for place, command in enumerate(commands):
        desk.ask(200 + place, command)
        for node in desk.state.alarms:
            _walk_up(desk.state, node)
    members = [alarm_id for incident in desk.state.members.values() for alarm_id in incident]
    assert sorted(members) == sorted(desk.state.alarms)
    saved = msgspec.msgpack.decode(msgspec.msgpack.encode(desk.state.saved()), type=type(desk.state.saved()))
    again, changes = resume(saved, desk.state.rules)
    assert _incidents(again) == _incidents(desk.state)
    assert again.cause == desk.state.cause
    assert not changes.incidents


def _walk_up(state: State, node: str) -> None:
    seen = set()
    while node in state.cause:
        assert node not in seen, f"a circle through {node}"
        seen.add(node)
        node = state.cause[node]
