"""Windows and shelves on the way of an alarm: who does not speak, why, and what opens its ticket afterwards."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from alarm_correlation.engine import resume, step
from alarm_correlation.work import Inputs
from guywire.commands import EndSilence, ShelveAlarm, UnshelveAlarm
from guywire.model import Severity
from tests.unit.alarm_correlation.correlator_desk import START, Desk, at
from tests.unit.alarm_correlation.silent_desk import alarm, plan, why


def test_a_window_keeps_quiet_and_what_still_stands_at_its_end_opens_one_ticket() -> None:
    desk = Desk()
    plan(desk)
    desk.hear(600, "S1", "rectifier-failure")
    assert (alarm(desk).silenced_by, alarm(desk).silenced_until) == ("maintenance:Q1", at(3660))
    assert desk.state.incidents["I1"].state == "open"
    desk.tick(3659)
    assert desk.state.tickets == {}
    desk.tick(3660)
    assert (alarm(desk).silenced_by, alarm(desk).silenced_until) == ("", None)
    for seconds in (3700, 8000, 9000):
        desk.tick(seconds)
    assert desk.ticket.opened_at == at(3660)


def test_what_cleared_inside_its_window_never_speaks() -> None:
    desk = Desk()
    plan(desk)
    desk.hear(600, "S1", "rectifier-failure")
    desk.clear(3000, "S1", "rectifier-failure")
    for seconds in (3660, 5000, 9000):
        desk.tick(seconds)
    assert desk.state.tickets == {}


def test_what_had_its_ticket_before_the_window_keeps_it() -> None:
    desk = Desk()
    plan(desk, starts_at=at(1800))
    desk.hear(0, "S1", "rectifier-failure")
    desk.tick(1000)
    desk.tick(1800)
    assert alarm(desk).silenced_by == "maintenance:Q1"
    assert desk.ticket.state == "acknowledged"
    assert desk.state.needs["N1"].state == "open"


def test_a_hold_that_is_cut_short_by_a_window_begins_anew_at_its_end() -> None:
    desk = Desk()
    hold = desk.state.rules.policy.hold("aircon-failure", "C").total_seconds()
    assert hold > 1
    plan(desk, starts_at=at(hold - 1), ends_at=at(3600))
    desk.hear(0, "S1", "aircon-failure")
    for seconds in (hold - 1, hold, 3600, 3600 + hold - 1):
        desk.tick(seconds)
        assert desk.state.tickets == {}
    desk.tick(3600 + hold)
    assert desk.ticket.opened_at == at(3600 + hold)


def test_a_window_that_is_ended_early_lets_speak_at_once() -> None:
    desk = Desk()
    plan(desk)
    desk.hear(600, "S1", "base-station-down", Severity.CRITICAL)
    assert desk.ask(700, EndSilence(silence="Q1")) == {"id": "Q1", "version": 2}
    assert why(desk) == [""]
    desk.tick(700 + desk.state.rules.policy.hold("base-station-down", "C").total_seconds())
    assert desk.ticket.opened_by == "alarm_correlation"


def test_a_window_that_is_ended_before_it_begins_never_holds() -> None:
    desk = Desk()
    plan(desk, starts_at=at(1000))
    desk.ask(500, EndSilence(silence="Q1"))
    desk.hear(1200, "S1", "smoke")
    assert why(desk) == [""]


def test_a_window_silences_what_stands_when_it_begins_and_nothing_elsewhere() -> None:
    desk = Desk()
    desk.hear(0, "S1", "door-open")
    desk.hear(0, "S2", "door-open")
    plan(desk, 10)
    desk.tick(60)
    assert why(desk) == ["maintenance:Q1", ""]


def test_nothing_is_silent_with_hindsight() -> None:
    desk = Desk()
    hold = desk.state.rules.policy.hold("aircon-failure", "C").total_seconds()
    desk.hear(0, "S1", "aircon-failure")
    desk.clear(hold + 5, "S1", "aircon-failure")
    plan(desk, hold + 6, starts_at=at(-60))
    desk.tick(hold + 7)
    assert len(desk.state.tickets) == 1


def test_a_weekly_window_comes_again() -> None:
    desk = Desk()  # it begins on a Saturday at 08:00 UTC
    plan(desk, starts_at=START, ends_at=None, weekly="Sat 10:00-11:00")
    week = timedelta(days=7).total_seconds()
    for start in (7200, 7200 + week):
        desk.hear(start + 60, "S1", "smoke")
        assert why(desk) == ["maintenance:Q1"]
        desk.tick(start + 3600)
        assert why(desk) == [""]
        desk.clear(start + 3700, "S1", "smoke")


def test_the_first_shelf_that_matches_holds_and_a_window_comes_after_it() -> None:
    desk = Desk()
    plan(desk)
    plan(desk, kind="shelf", title="noise", place=2, sites=(), alarm_types=("door-open", "smoke"))
    plan(desk, kind="shelf", title="doors", place=1, sites=(), resources=("r*",), alarm_types=("door-open",))
    desk.hear(600, "S1", "door-open")
    desk.hear(600, "S1", "smoke")
    desk.hear(600, "S1", "high-humidity")
    assert why(desk) == ["shelf:Q3", "shelf:Q2", "maintenance:Q1"]
    assert [alarm(desk, place).silenced_until for place in (1, 2, 3)] == [None, None, at(3660)]
    desk.ask(700, EndSilence(silence="Q3"))
    assert why(desk)[0] == "shelf:Q2"


def test_an_operators_own_shelving_comes_first_and_ends_by_itself() -> None:
    desk = Desk()
    plan(desk)
    desk.hear(600, "S1", "smoke")
    desk.ask(610, ShelveAlarm(alarm="A1", until=at(5000)))
    assert (alarm(desk).silenced_by, alarm(desk).silenced_until) == ("shelved", at(5000))
    desk.tick(4000)
    assert desk.state.tickets == {}
    desk.tick(5000)
    assert why(desk) == [""]
    assert len(desk.state.tickets) == 1


def test_what_is_unshelved_falls_under_what_else_silences_it() -> None:
    desk = Desk()
    plan(desk)
    desk.hear(600, "S1", "smoke")
    desk.ask(610, ShelveAlarm(alarm="A1", until=at(900)))
    desk.ask(620, UnshelveAlarm(alarm="A1"))
    assert why(desk) == ["maintenance:Q1"]


@pytest.mark.parametrize("unshelve", [False, True])
def test_what_cleared_while_it_was_shelved_never_speaks(unshelve: bool) -> None:
    desk = Desk()
    hold = desk.state.rules.policy.hold("aircon-failure", "C").total_seconds()
    desk.hear(0, "S1", "aircon-failure")
    desk.ask(1, ShelveAlarm(alarm="A1", until=at(5000)))
    desk.clear(hold + 100, "S1", "aircon-failure")
    if unshelve:
        desk.ask(hold + 200, UnshelveAlarm(alarm="A1"))
    desk.tick(hold + 250)
    assert desk.state.tickets == {}


@pytest.mark.parametrize("cut", [1, 100, 700, 3000, 3660, 4000])
def test_a_restart_at_any_point_of_a_window_ends_in_the_same_state(cut: int) -> None:
    def run(restart: bool) -> bytes:
        desk = Desk()
        plan(desk)
        plan(desk, kind="shelf", title="doors", sites=(), alarm_types=("door-open",))
        for seconds in range(0, 6000, 50):
            if restart and seconds == cut // 50 * 50:
                desk.state, changes = resume(desk.state.saved(), desk.state.rules)
                assert changes.alarms == set()
            if seconds == 650:
                desk.hear(650, "S1", "rectifier-failure")
            elif seconds == 700:
                desk.hear(700, "S2", "door-open")
            elif seconds == 750:
                desk.hear(750, "S1", "smoke")
            elif seconds == 3500:
                desk.clear(3500, "S1", "smoke")
            else:
                desk.tick(seconds)
        return msgspec.json.encode(desk.state.saved())

    assert run(restart=True) == run(restart=False)


def test_what_is_over_is_kept_as_long_as_it_explains_an_alarm_and_then_forgotten() -> None:
    desk = Desk()
    plan(desk)
    desk.hear(600, "S1", "door-open", Severity.WARNING)
    desk.hear(650, "S2", "door-open", Severity.WARNING)
    memory = desk.state.rules.policy.windows.memory_seconds
    for seconds in (3660, 3660 + memory, 3660 + 2 * memory):
        desk.tick(seconds)
    assert list(desk.state.silences) == ["Q1"]
    gone = 3660 + 2 * memory + 10
    desk.clear(gone, "S1", "door-open")
    for seconds in (gone + memory + 1, gone + 2 * memory + 2, gone + 3 * memory + 3):
        desk.tick(seconds)
    assert desk.state.silences == {}
    assert not any(desk.state.silences_of.values())
    assert list(desk.state.alarms) == ["A2"]


def test_a_window_elsewhere_costs_an_event_nothing() -> None:
    desk = Desk()
    for place in range(50):
        plan(desk, starts_at=at(60 + place), sites=("S2",))
    desk.hear(1000, "S1", "smoke")
    changes = step(desk.state, Inputs(), at(1001))
    assert (changes.alarms, changes.incidents) == (set(), set())
    assert why(desk) == [""]


def test_under_a_window_over_everything_an_event_touches_no_other_alarm() -> None:
    desk = Desk()
    for place in range(40):
        desk.hear(place, "S1", "tower-light-failure", resource=f"light-{place}")
        desk.hear(place, "S2", "tower-light-failure", resource=f"light-{place}")
    plan(desk, 50, sites=(), regions=("shanghai",))
    begins = desk.tick(60)
    assert len(begins.alarms) == 80
    heard = desk.hear(70, "S3", "tower-light-failure")
    assert heard.alarms == {"A81"}
    assert heard.silences == set()
    assert desk.tick(80).alarms == set()
