"""Never two tickets for one incident, whatever merges with what, in which state, and with a crew on the way to whom."""

from __future__ import annotations

import pytest

from alarm_correlation.engine import resume
from guywire.commands import MoveAlarm, MoveTicket, WithdrawCorrection
from guywire.model import Severity
from tests.unit.alarm_correlation.correlator_desk import Desk, at

DOWN = "base-station-down"


def stations_down(*sites: str) -> Desk:
    """A ticket for each, before anybody knows that they have one cause."""
    desk = Desk()
    for place, site in enumerate(sites):
        desk.hear(100 + place, site, DOWN, Severity.CRITICAL)
    return desk


def the_root(desk: Desk, seconds: float) -> None:
    """The cut of which all of them hang comes late."""
    desk.hear(90, "G1", "link-down", resource="fibre-h1", received=seconds)


def tickets(desk: Desk) -> list[tuple[str, str, str | None]]:
    return [(one.ticket_id, one.state, one.duplicate_of) for one in desk.state.tickets.values()]


def open_needs(desk: Desk) -> list[tuple[str, str, str]]:
    needs = desk.state.needs.values()
    return [(need.need_id, need.ticket_id, need.site_id) for need in needs if need.state == "open"]


def order(desk: Desk, seconds: float, order_id: str, need: str, state: str, **more: str) -> None:
    desk.order(seconds, need, state, order_id=order_id, **more)


def test_many_merges_in_one_step_leave_the_oldest_ticket() -> None:
    desk = stations_down("S1", "S2", "S4", "H1")
    the_root(desk, 110)
    assert tickets(desk) == [
        ("T1", "acknowledged", None), ("T2", "cancelled", "T1"), ("T3", "cancelled", "T1"), ("T4", "cancelled", "T1"),
    ]  # fmt: skip
    assert desk.state.ticket_of == {"I1": "T1"}
    assert open_needs(desk) == [("N5", "T1", "G1")]


def test_a_chain_of_merges_hands_everything_on() -> None:
    desk = stations_down("S1", "S2", "S4")
    order(desk, 110, "W3", "N3", "en_route")
    desk.ask(120, MoveAlarm(alarm="A3", incident="I2"))
    assert tickets(desk) == [("T1", "acknowledged", None), ("T2", "in_progress", None), ("T3", "cancelled", "T2")]
    desk.ask(130, MoveAlarm(alarm="A2", incident="I1"))
    assert tickets(desk) == [("T1", "in_progress", None), ("T2", "cancelled", "T1"), ("T3", "cancelled", "T2")]
    assert ("N3", "T1", "S4") in open_needs(desk), "whom the crew is on the way to"


def test_a_crew_under_way_goes_on_under_the_older_ticket_also_after_a_restart() -> None:
    desk = stations_down("S1", "S2")
    order(desk, 105, "W2", "N2", "en_route")
    the_root(desk, 110)
    assert tickets(desk) == [("T1", "in_progress", None), ("T2", "cancelled", "T1")]
    assert open_needs(desk) == [("N2", "T1", "S2"), ("N3", "T1", "G1")]
    desk.state, changes = resume(desk.state.saved(), desk.state.rules)
    assert not changes.tickets | changes.needs
    for site in ("S1", "S2"):
        desk.clear(200, site, DOWN)
    desk.clear(200, "G1", "link-down", resource="fibre-h1")
    assert desk.state.tickets["T1"].state == "in_progress", "it is still driving"
    order(desk, 300, "W2", "N2", "done")
    assert desk.state.tickets["T1"].state == "resolved"


def test_a_younger_ticket_with_a_crew_brings_a_resolved_older_one_back() -> None:
    desk = stations_down("S1", "S2")
    order(desk, 105, "W2", "N2", "en_route")
    desk.clear(120, "S1", DOWN)
    assert desk.state.tickets["T1"].state == "resolved"
    the_root(desk, 130)
    assert tickets(desk) == [("T1", "in_progress", None), ("T2", "cancelled", "T1")]
    assert desk.state.tickets["T1"].resolved_at is None


def test_an_older_ticket_that_a_person_resolved_while_it_stood_comes_back_with_the_work_on_the_younger() -> None:
    desk = stations_down("S1", "S2")
    desk.ask(110, MoveTicket(ticket="T1", to="resolved"))
    desk.ask(120, MoveAlarm(alarm="A2", incident="I1"))
    assert tickets(desk) == [("T1", "acknowledged", None), ("T2", "cancelled", "T1")]
    assert [need[1:] for need in open_needs(desk)] == [("T1", "S1")]


@pytest.mark.parametrize("how", ["cancelled", "rejected"])
def test_a_ticket_that_a_person_refused_is_not_the_one_that_goes_on(how: str) -> None:
    desk = stations_down("S1", "S2")
    desk.ask(110, MoveTicket(ticket="T1", to=how, reason="drill"))
    the_root(desk, 120)
    assert tickets(desk) == [("T1", how, None), ("T2", "acknowledged", None)]
    assert (desk.state.ticket_of, desk.state.incidents["I1"].merged_into) == ({"I2": "T2"}, "I2")


def test_a_closed_ticket_goes_on_before_a_refused_one_but_never_before_an_open_one() -> None:
    desk = stations_down("S4", "S2", "S1")
    desk.ask(110, MoveTicket(ticket="T1", to="cancelled", reason="drill"))
    desk.ask(110, MoveTicket(ticket="T2", to="resolved"))
    said = {"cause": "transmission board", "result": "changed the board", "responsible_party": "tenant"}
    desk.ask(111, MoveTicket(ticket="T2", to="closed", **said))  # type: ignore[arg-type]
    desk.ask(120, MoveAlarm(alarm="A1", incident="I2"))
    assert desk.state.ticket_of == {"I2": "T2", "I3": "T3"}
    desk.ask(130, MoveAlarm(alarm="A1", incident="I3"))
    desk.ask(131, MoveAlarm(alarm="A2", incident="I3"))
    assert desk.state.ticket_of == {"I3": "T3"}
    assert tickets(desk) == [("T1", "cancelled", None), ("T2", "closed", None), ("T3", "acknowledged", None)]


def test_a_held_ticket_stays_held_and_comes_back_to_the_work_that_it_took_over() -> None:
    desk = stations_down("S1", "S2")
    desk.ask(104, MoveTicket(ticket="T1", to="held", reason="landlord", until=at(500)))
    order(desk, 105, "W2", "N2", "accepted")
    the_root(desk, 110)
    assert tickets(desk) == [("T1", "held", None), ("T2", "cancelled", "T1")]
    desk.tick(500)
    assert desk.state.tickets["T1"].state == "in_progress"


def test_a_held_duplicate_holds_nothing_any_more() -> None:
    desk = stations_down("S1", "S2")
    desk.ask(104, MoveTicket(ticket="T2", to="held", reason="landlord", until=at(500)))
    the_root(desk, 110)
    duplicate = desk.state.tickets["T2"]
    assert (duplicate.state, duplicate.hold_until, duplicate.hold_reason) == ("cancelled", None, "")
    desk.tick(500)
    assert duplicate.state == "cancelled"


def test_two_tickets_with_a_need_at_one_place_become_one_with_one_need_the_one_that_is_served() -> None:
    desk = Desk()
    desk.hear(0, "S1", "smoke", Severity.CRITICAL)
    desk.hear(1, "S1", "tower-light-failure")
    assert open_needs(desk) == [("N1", "T1", "S1"), ("N2", "T2", "S1")]
    order(desk, 10, "W1", "N1", "accepted")
    order(desk, 11, "W2", "N2", "en_route")
    desk.ask(20, MoveAlarm(alarm="A2", incident="I1"))
    assert open_needs(desk) == [("N2", "T1", "S1")], "the crew that is farther"
    assert desk.state.needs["N1"].state == "cancelled"


def test_nobody_is_sent_again_where_hands_were_before_the_merge() -> None:
    desk = Desk()
    desk.hear(0, "S1", "smoke", Severity.CRITICAL)
    desk.hear(1, "S1", "tower-light-failure")
    desk.ask(5, MoveTicket(ticket="T1", to="in_progress"))
    order(desk, 10, "W2", "N2", "done", cause="lamp", result="replaced the lamp")
    desk.ask(20, MoveAlarm(alarm="A2", incident="I1"))
    assert (desk.state.needs["N2"].ticket_id, desk.state.needs["N2"].state) == ("T1", "met")
    assert open_needs(desk) == [], "the same hands were there: the response centre says what follows"


def test_what_parts_again_gets_one_ticket_of_its_own_and_the_duplicate_stays_one() -> None:
    desk = stations_down("S1", "S2")
    desk.ask(110, MoveAlarm(alarm="A2", incident="I1"))
    assert tickets(desk) == [("T1", "acknowledged", None), ("T2", "cancelled", "T1")]
    desk.ask(120, WithdrawCorrection(correction="C1"))
    parted = desk.state.alarms["A2"].incident_id
    assert tickets(desk) == [("T1", "acknowledged", None), ("T2", "cancelled", "T1"), ("T3", "acknowledged", None)]
    assert desk.state.ticket_of == {"I1": "T1", parted: "T3"}
    desk.tick(130)
    desk.state, changes = resume(desk.state.saved(), desk.state.rules)
    assert (changes.tickets, len(desk.state.tickets)) == (set(), 3)


def test_a_need_whose_alarm_parted_is_taken_back_and_not_healed() -> None:
    desk = Desk()
    desk.hear(0, "S1", "smoke", Severity.CRITICAL)
    desk.hear(60, "S1", "rectifier-failure")
    desk.clear(90, "S1", "smoke")
    desk.tick(690)
    (need,) = desk.state.needs.values()
    assert (need.alarm_type, need.skills, need.state) == ("rectifier-failure", ("power",), "open")
    desk.ask(700, MoveAlarm(alarm="A2"))
    assert [(need.state, need.ticket_id) for need in desk.state.needs.values()] == [("cancelled", "T1"), ("open", "T2")]


def test_a_refused_ticket_stays_so_while_its_incident_goes_on_and_the_next_occurrence_has_its_own() -> None:
    desk = Desk()
    desk.hear(0, "S1", "smoke")
    desk.ask(1, MoveTicket(ticket="T1", to="cancelled", reason="drill"))
    desk.clear(10, "S1", "smoke")
    desk.hear(310, "S1", "smoke")
    assert tickets(desk) == [("T1", "cancelled", None)], "come back within the reopen window: it goes on"
    desk.clear(320, "S1", "smoke")
    desk.hear(621, "S1", "smoke")
    assert tickets(desk) == [("T1", "cancelled", None), ("T2", "acknowledged", None)]
    assert desk.state.tickets["T2"].incident_id != desk.state.tickets["T1"].incident_id


def test_a_refused_ticket_is_taken_up_again_when_it_gets_worse_and_only_then() -> None:
    desk = Desk()
    desk.hear(0, "S2", "mains-failure")
    desk.tick(15)
    desk.ask(20, MoveTicket(ticket="T1", to="rejected", reason="the utility works until ten"))
    desk.hear(30, "S2", "battery-discharging", Severity.MINOR)
    desk.tick(7199)
    assert (desk.ticket.state, desk.ticket.priority, open_needs(desk)) == ("rejected", 3, [])
    changes = desk.tick(7200)
    assert (desk.ticket.state, desk.ticket.priority, desk.ticket.closed_at) == ("acknowledged", 2, None)
    assert [note.text for note in changes.notes] == ["it got worse: priority 2, impact 3"]
    assert [need[1:] for need in open_needs(desk)] == [("T1", "S2")]
    desk.ask(7300, MoveTicket(ticket="T1", to="cancelled", reason="he knows"))
    desk.tick(9000)
    assert desk.ticket.state == "cancelled"


def test_what_a_person_resolved_while_it_stood_is_taken_up_again_when_it_gets_worse() -> None:
    desk = Desk()
    desk.hear(0, "S1", "mains-failure")
    desk.tick(15)
    desk.ask(20, MoveTicket(ticket="T1", to="resolved"))
    desk.hear(30, "S2", "mains-failure")
    desk.hear(40, "H1", "mains-failure")
    assert (desk.ticket.state, desk.ticket.impact) == ("acknowledged", 1)
