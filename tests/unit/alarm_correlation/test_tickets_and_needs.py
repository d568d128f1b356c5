"""Tickets and needs follow what stands, what people decide and what dispatch reports."""

from __future__ import annotations

from alarm_correlation.desk import TRANSITIONS
from guywire.commands import MoveTicket
from guywire.errors import Refused
from guywire.model import NeedKind, Severity, TicketState
from tests.unit.alarm_correlation.correlator_desk import Desk, at


def test_a_ticket_waits_for_its_hold_and_opens_by_the_tick() -> None:
    desk = Desk()
    desk.hear(0, "S1", "mains-failure")
    assert not desk.state.tickets
    assert desk.state.next_due == at(15)
    desk.tick(15)
    assert (desk.ticket.opened_at, desk.ticket.priority) == (at(15), 2)


def test_what_takes_service_down_waits_for_nothing() -> None:
    desk = Desk()
    desk.hear(0, "S1", "base-station-down", Severity.CRITICAL)
    assert desk.ticket.opened_at == at(0)


def test_a_warning_asks_for_nobody() -> None:
    desk = Desk()
    desk.hear(0, "S1", "high-humidity", Severity.WARNING)
    desk.tick(600)
    assert not desk.state.tickets


def test_a_feeder_of_three_sites_is_one_ticket_with_a_generator_for_each() -> None:
    desk = Desk()
    for place, site in enumerate(("H1", "S1", "S2")):
        desk.hear(4 * place, site, "mains-failure")
    desk.tick(15)
    assert sorted(desk.needs()) == [(site, "generator", "open") for site in ("H1", "S1", "S2")]
    (hub,) = (need for need in desk.state.needs.values() if need.site_id == "H1")
    assert (hub.deadline, hub.site_down_at, hub.weight) == (at(8 * 3600), at(8 * 3600), 8.0)


def test_a_site_that_runs_on_its_own_generator_wants_none_brought() -> None:
    desk = Desk()
    for site in ("H1", "S1", "S2"):
        desk.hear(0, site, "mains-failure")
    desk.tick(15)
    desk.hear(16, "S1", "genset-running", Severity.WARNING)
    assert sorted(desk.needs()) == [
        ("H1", "generator", "open"),
        ("S1", "generator", "cancelled"),
        ("S2", "generator", "open"),
    ]
    assert "S1" not in {outage.site_id for outage in desk.state.outages["I1"].values()}, "its battery does not run out"


def test_a_battery_that_stops_discharging_while_mains_is_away_is_carried_and_does_not_run_out() -> None:
    desk = Desk()
    for site in ("H1", "S1", "S2"):
        desk.hear(0, site, "mains-failure")
        desk.hear(1, site, "battery-discharging", Severity.MINOR)
    desk.clear(600, "S1", "battery-discharging")
    assert set(desk.state.outages["I1"]) == {"H1", "S2"}
    assert ("S1", "generator", "open") in desk.needs(), "whoever brought the generator ends the visit"
    desk.hear(900, "S1", "battery-discharging", Severity.MINOR)
    assert set(desk.state.outages["I1"]) == {"H1", "S1", "S2"}, "it ran out of fuel"


def test_a_feeder_that_grows_takes_the_first_sites_repair_back() -> None:
    desk = Desk()
    desk.hear(0, "S1", "mains-failure")
    desk.tick(15)
    assert desk.needs() == [("S1", "repair", "open")]
    desk.hear(16, "S2", "mains-failure")
    desk.hear(17, "H1", "mains-failure")
    assert ("S1", "repair", "cancelled") in desk.needs()
    assert [need for need in desk.needs() if need[2] == "open"] == [
        (site, NeedKind.GENERATOR, "open") for site in ("S1", "S2", "H1")
    ]


def test_sites_cut_off_get_no_need_of_their_own() -> None:
    desk = Desk()
    desk.hear(0, "G1", "link-down", resource="fibre-h1")
    desk.hear(20, "S1", "site-unreachable")
    assert desk.needs() == [("G1", "repair", "open")]


def test_what_outlives_its_cause_wants_hands_after_a_while() -> None:
    desk = Desk()
    desk.hear(0, "G1", "link-down", resource="fibre-h1")
    desk.hear(20, "S1", "base-station-down")
    desk.clear(100, "G1", "link-down", resource="fibre-h1")
    assert desk.needs() == [("G1", "repair", "healed")]
    desk.tick(699)
    assert len(desk.needs()) == 1
    desk.tick(700)
    assert desk.needs()[1:] == [("S1", "repair", "open")]


def test_a_place_that_had_its_visit_gets_another_only_when_it_fails_again() -> None:
    desk = Desk()
    desk.hear(0, "S1", "smoke")
    desk.order(10, "N1", "on_site")
    desk.order(20, "N1", "done")
    desk.hear(30, "S1", "smoke")
    assert desk.needs() == [("S1", "repair", "met")]
    desk.clear(40, "S1", "smoke")
    assert desk.ticket.state == "resolved"
    desk.hear(60, "S1", "smoke")
    assert desk.ticket.state == "in_progress", "the alarm came back, and its ticket with it"
    assert desk.needs() == [("S1", "repair", "met"), ("S1", "repair", "open")]


def test_a_held_ticket_comes_back_by_itself() -> None:
    desk = Desk()
    desk.hear(0, "S1", "smoke")
    refused = desk.ask(1, MoveTicket(ticket="T1", to="held", reason="landlord"))
    assert isinstance(refused, Refused)
    assert refused.reason == "hold"
    desk.ask(1, MoveTicket(ticket="T1", to="held", reason="landlord", until=at(100)))
    assert (desk.ticket.state, desk.ticket.hold_until) == ("held", at(100))
    desk.tick(99)
    assert desk.ticket.state == "held"
    desk.tick(100)
    assert (desk.ticket.state, desk.ticket.hold_until, desk.ticket.hold_reason) == ("acknowledged", None, "")


def test_closing_takes_cause_result_and_responsible_party_in_words() -> None:
    desk = Desk()
    desk.hear(0, "S1", "smoke")
    desk.clear(10, "S1", "smoke")
    said: dict[str, str] = {"cause": "sensor was dusty", "result": "cleaned the sensor", "responsible_party": "tower"}
    for missing in said:
        refused = desk.ask(20, MoveTicket(ticket="T1", to="closed", **{**said, missing: " "}))  # type: ignore[arg-type]
        assert isinstance(refused, Refused)
        assert refused.reason == missing
    vague = desk.ask(21, MoveTicket(ticket="T1", to="closed", **{**said, "result": "Fixed!"}))  # type: ignore[arg-type]
    assert isinstance(vague, Refused)
    assert (vague.reason, "for instance" in vague.message) == ("too_vague", True)
    closed = desk.ask(22, MoveTicket(ticket="T1", to="closed", **said))  # type: ignore[arg-type]
    assert not isinstance(closed, Refused)
    assert (desk.ticket.state, desk.ticket.closed_at, desk.ticket.result) == ("closed", at(22), "cleaned the sensor")


def test_cancelling_takes_the_needs_back_and_opens_no_second_ticket() -> None:
    desk = Desk()
    desk.hear(0, "S1", "smoke")
    desk.ask(1, MoveTicket(ticket="T1", to="cancelled", reason="drill"))
    desk.hear(2, "S1", "smoke")
    desk.hear(3, "S1", "rectifier-failure")
    assert (desk.ticket.state, desk.needs()) == ("cancelled", [("S1", "repair", "cancelled")])


def test_every_state_has_its_transitions_and_the_ended_ones_none() -> None:
    assert set(TRANSITIONS) == set(TicketState)
    assert [state for state, allowed in TRANSITIONS.items() if not allowed] == ["closed", "rejected", "cancelled"]


def test_an_alarm_says_its_cause_in_words() -> None:
    desk = Desk()
    desk.hear(0, "S1", "mains-failure")
    desk.hear(2520, "S1", "battery-low-voltage")
    desk.hear(2600, "G1", "link-down", resource="fibre-h1")
    desk.hear(2630, "S2", "fsu-offline")
    reasons = [alarm.cause_reason for alarm in desk.state.alarms.values()]
    assert reasons == [
        "",
        "battery-low-voltage 42 min after mains-failure at the same site",
        "",
        "fsu-offline 30 s after link-down on fibre-h1 at G1, which cut this site off",
    ]


def test_what_stood_at_the_first_look_opens_no_ticket() -> None:
    desk = Desk()
    desk.hear(0, "S1", "smoke", baseline=True)
    desk.tick(600)
    assert (not desk.state.tickets, desk.state.alarms["A1"].stands) == (True, True)


def test_a_baseline_that_comes_back_opens_its_ticket() -> None:
    desk = Desk()
    desk.hear(0, "S1", "smoke", baseline=True)
    desk.clear(100, "S1", "smoke")
    desk.hear(200, "S1", "smoke")
    assert (desk.ticket.incident_id, list(desk.state.alarms)) == ("I1", ["A1"])


def test_an_alarm_that_joins_a_baseline_opens_one_ticket_for_both() -> None:
    desk = Desk()
    desk.hear(0, "S1", "battery-discharging", baseline=True)
    desk.tick(60)
    assert not desk.state.tickets
    desk.hear(100, "S1", "battery-low-voltage")
    desk.tick(101)
    assert (desk.ticket.incident_id, desk.state.incident_of) == ("I1", {"A1": "I1", "A2": "I1"})


def test_a_baseline_whose_own_trap_comes_late_was_none() -> None:
    desk = Desk()
    desk.hear(100, "S1", "smoke", baseline=True)
    desk.hear(90, "S1", "smoke")
    assert not desk.state.alarms["A1"].occurrence.baseline
    assert desk.ticket.incident_id == "I1"


def test_a_type_that_nobody_clears_ends_by_its_age() -> None:
    desk = Desk()
    desk.hear(0, "S1", "device-restart")
    desk.hear(1800, "S1", "device-restart")
    desk.tick(3600)
    assert desk.state.alarms["A1"].stands, "it was heard again meanwhile"
    assert desk.state.next_due == at(5400)
    desk.tick(5401)
    alarm = desk.state.alarms["A1"]
    assert (alarm.cleared_at, alarm.occurrence.cleared_by, alarm.occurrence.count) == (at(5400), "age", 2)
    assert desk.state.incidents["I1"].state == "closed"
    desk.hear(5500, "S1", "device-restart")
    assert (alarm.stands, alarm.occurrence.count, desk.state.incidents["I1"].state) == (True, 3, "open")
    desk.tick(9100)
    assert alarm.cleared_at == at(9100)
    desk.tick(99999)
    assert not desk.state.alarms, "and is forgotten"


def test_what_was_heard_long_ago_has_ended_when_it_arrives() -> None:
    desk = Desk()
    desk.tick(9000)
    desk.hear(0, "S1", "authentication-failure", arrives=9000)
    assert desk.state.alarms["A1"].cleared_at == at(3600)


def test_a_silent_collector_is_an_incident_without_a_site_and_sends_nobody() -> None:
    desk = Desk()
    desk.hear(0, "", "collector-silent", Severity.CRITICAL, resource="collector:north")
    desk.tick(600)
    incident = desk.state.incidents["I1"]
    assert (incident.severity, incident.title) == ("critical", "Collector silent at collector:north")
    assert not desk.state.tickets
