"""What the correlator lets go of and what it keeps, while something near the gateways stands for weeks."""

from __future__ import annotations

from datetime import timedelta

from alarm_correlation.tickets import OPEN
from guywire.commands import ClearAlarm, EndSilence, MoveAlarm, MoveTicket
from guywire.model import NeedState, Severity, TicketState
from tests.unit.alarm_correlation.correlator_checks import check, decisions, restarted, sizes
from tests.unit.alarm_correlation.correlator_desk import Desk, at
from tests.unit.alarm_correlation.silent_desk import alarm, plan

HUB = ("G1", "fibre-h1")
BELOW = ("H1", "mw-s1")
HOUR = 3600


def break_link(desk: Desk, seconds: float, link: tuple[str, str]) -> None:
    desk.hear(seconds, link[0], "link-down", resource=link[1])


def mend_link(desk: Desk, seconds: float, link: tuple[str, str]) -> None:
    desk.clear(seconds, link[0], "link-down", resource=link[1])


def close(desk: Desk, seconds: float, ticket: str) -> None:
    for to in ("resolved", "closed"):
        said = MoveTicket(
            ticket=ticket, to=to, cause="fuse F3 blown", result="replaced fuse F3", responsible_party="own"
        )
        desk.ask(seconds, said)


def test_what_breaks_and_is_mended_behind_a_link_that_stands_for_weeks_is_forgotten() -> None:
    desk = Desk()
    break_link(desk, 0, HUB)
    desk.tick(HOUR)
    standing, outages = desk.state.incidents["I1"], dict(desk.state.outages["I1"])
    most: dict[str, int] = {}
    for day in range(1, 31):
        break_link(desk, day * 24 * HOUR, BELOW)
        desk.hear(day * 24 * HOUR + 30, "S1", "site-unreachable")
        mend_link(desk, day * 24 * HOUR + HOUR, BELOW)
        desk.clear(day * 24 * HOUR + HOUR + 30, "S1", "site-unreachable")
        for key in [key for key, one in desk.state.tickets.items() if one.state is TicketState.RESOLVED]:
            close(desk, day * 24 * HOUR + 2 * HOUR, key)
        desk.tick(day * 24 * HOUR + 4 * HOUR)
        held = sizes(desk.state)
        assert all(size <= most.setdefault(name, size) for name, size in held.items() if name != "counters")
    assert desk.state.incidents == {"I1": standing}
    assert desk.state.outages["I1"] == outages
    assert not decisions(restarted(desk.state)[1])


def test_what_broke_first_is_kept_while_what_took_over_from_it_stands() -> None:
    desk = Desk()
    break_link(desk, 0, BELOW)
    break_link(desk, 60, HUB)
    mend_link(desk, HOUR, BELOW)
    for day in range(1, 10):
        desk.tick(day * 24 * HOUR)
        assert desk.state.incidents.keys() == {"I1", "I2"}
    assert desk.state.outages["I2"]["S1"].started_at == at(HOUR), "until then it was cut off by the other one"
    mend_link(desk, 10 * 24 * HOUR, HUB)
    for day in range(11, 14):
        desk.tick(day * 24 * HOUR)
    assert not desk.state.incidents
    assert not desk.state.cut_off


def test_a_ticket_that_is_a_duplicate_is_forgotten_too() -> None:
    desk = Desk()
    desk.hear(0, "S1", "smoke")
    desk.hear(1, "S2", "smoke")
    desk.hear(2, "S3", "smoke")
    desk.ask(3, MoveTicket(ticket="T3", to="rejected", reason="a drill"))
    for place in (2, 3):
        desk.ask(10, MoveAlarm(alarm=f"A{place}", incident="I1"))
    assert desk.state.tickets["T2"].duplicate_of == "T1"
    for site in ("S1", "S2", "S3"):
        desk.clear(20, site, "smoke")
    close(desk, 30, "T1")
    for day in range(1, 4):
        desk.tick(day * 24 * HOUR)
    assert {name for name, size in sizes(desk.state).items() if size} == {"counters"}


def test_the_surviving_ticket_waits_for_a_crew_on_its_way_to_what_healed() -> None:
    desk = Desk()
    desk.hear(0, "S1", "smoke")
    desk.hear(1, "S2", "smoke")
    desk.order(5, "N2", "en_route", order_id="W2")
    desk.clear(10, "S2", "smoke")
    assert desk.state.needs["N2"].state is NeedState.HEALED
    desk.ask(20, MoveAlarm(alarm="A2", incident="I1"))
    assert desk.state.tickets["T2"].duplicate_of == "T1"
    desk.clear(30, "S1", "smoke")
    check(desk.state)
    assert desk.state.tickets["T1"].state in OPEN
    again, changes = restarted(desk.state)
    assert not decisions(changes)
    assert again.orders_of["T1"] == {"W2"}
    desk.order(40, "N2", "done", order_id="W2", result="nothing found")
    assert (desk.state.tickets["T1"].state, desk.state.tickets["T1"].result) == (TicketState.RESOLVED, "nothing found")


def test_a_ticket_taken_up_by_hand_is_as_urgent_as_its_incident_has_become() -> None:
    desk = Desk()
    desk.hear(0, "S1", "rectifier-failure")
    desk.tick(120)
    ticket = desk.ticket
    desk.ask(130, MoveTicket(ticket="T1", to="resolved"))
    before = ticket.urgency
    desk.hear(140, "S1", "battery-discharging", Severity.CRITICAL)
    desk.ask(150, MoveTicket(ticket="T1", to="in_progress"))
    assert ticket.urgency == 1 < before
    assert not decisions(restarted(desk.state)[1])


def test_what_clears_in_the_moment_in_which_its_shelf_ends_was_not_silent() -> None:
    desk = Desk()
    shelf = plan(desk, kind="shelf")
    desk.hear(10, "S1", "smoke")
    desk.ask(100, ClearAlarm(alarm="A1"))
    assert alarm(desk).silenced_by == f"shelf:{shelf}"
    desk.ask(100, EndSilence(silence=shelf))
    assert alarm(desk).silenced_by == ""
    assert not decisions(restarted(desk.state)[1])


def test_a_clock_a_little_ahead_makes_no_difference_to_what_was_silent() -> None:
    desk = Desk()
    plan(desk, starts_at=at(102), ends_at=at(103))
    desk.hear(10, "S1", "smoke")
    desk.hear(102.5, "S1", "smoke", Severity.CLEARED, received=100)
    told = alarm(desk).silenced_by
    desk.tick(200)
    assert alarm(desk).silenced_by == told
    assert not decisions(restarted(desk.state)[1])
    assert alarm(desk).cleared_at == at(100) + timedelta(seconds=2.5)


def after_a_blip() -> Desk:
    """A blip that was forgotten, and a raise so soon after the reopen window that both are in what is left of it."""
    desk = Desk()
    desk.hear(0, "S1", "fan-failure")
    desk.clear(20, "S1", "fan-failure")
    desk.hear(340, "S1", "fan-failure")
    assert set(desk.state.alarms) == {"A1", "A2"}
    desk.tick(1830)
    assert set(desk.state.alarms) == {"A2"}
    return desk


def test_what_was_forgotten_is_not_told_again_when_something_comes_late() -> None:
    desk = after_a_blip()
    desk.hear(339, "S1", "fan-failure", received=1831)
    assert set(desk.state.alarms) == {"A2"}
    assert desk.state.alarms["A2"].raised_at == at(339)


def test_what_goes_on_after_something_of_its_identity_was_forgotten_is_the_same_alarm() -> None:
    desk = after_a_blip()
    for seconds in (HOUR, HOUR + 60, HOUR + 420, HOUR + 400):
        desk.hear(seconds, "S1", "fan-failure")
    assert set(desk.state.alarms) == {"A2"}
    assert desk.state.alarms["A2"].occurrence.count == 5
    check(desk.state)
