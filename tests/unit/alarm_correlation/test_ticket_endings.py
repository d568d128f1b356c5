"""What heals by itself opens no ticket or closes its own; what comes back brings its ticket; crews' words are kept."""

from __future__ import annotations

import msgspec
import pytest

from alarm_correlation.engine import new_state, resume
from alarm_correlation.facts import Rules
from alarm_correlation.ticket_policy import CloseRule
from guywire.commands import MoveTicket
from guywire.model import Severity
from tests.unit.alarm_correlation.correlator_desk import START, Desk, at


def with_rules(*rules: CloseRule) -> Desk:
    desk = Desk()
    held = desk.state.rules
    policy = msgspec.structs.replace(held.policy, ticket=msgspec.structs.replace(held.policy.ticket, close=rules))
    desk.state = new_state(Rules(held.topology, held.causes, policy), START)
    return desk


@pytest.mark.parametrize(("site", "seconds"), [("H1", 300), ("S1", 900), ("S2", 1800)])
def test_what_mostly_heals_by_itself_waits_the_longer_the_less_its_site_matters(site: str, seconds: int) -> None:
    desk = Desk()
    desk.hear(0, site, "link-degraded", resource="r")
    desk.tick(seconds - 1)
    assert (desk.state.tickets, desk.state.next_due) == ({}, at(seconds))
    desk.tick(seconds)
    assert desk.ticket.opened_at == at(seconds)


def test_what_heals_inside_its_hold_opens_no_ticket() -> None:
    desk = Desk()
    desk.hear(0, "S1", "link-degraded", resource="r")
    desk.clear(800, "S1", "link-degraded", resource="r")
    desk.tick(5000)
    assert not desk.state.tickets


def test_what_comes_and_goes_for_longer_than_its_hold_opens_one() -> None:
    desk = Desk()
    for place in range(4):
        desk.hear(240 * place, "S1", "link-degraded", resource="r")
        desk.clear(240 * place + 100, "S1", "link-degraded", resource="r")
    assert not desk.state.tickets
    desk.hear(960, "S1", "link-degraded", resource="r")
    assert desk.ticket.opened_at == at(960), "counted from when it was first heard"


def test_what_healed_before_anybody_took_it_up_is_closed_in_the_systems_words() -> None:
    desk = Desk()
    desk.hear(0, "S1", "rectifier-failure")
    desk.clear(600, "S1", "rectifier-failure")
    assert (desk.ticket.state, desk.needs()) == ("resolved", [("S1", "repair", "healed")])
    desk.tick(1499)
    assert desk.ticket.state == "resolved"
    changes = desk.tick(1500)
    ticket = desk.ticket
    assert (ticket.state, ticket.closed_at, ticket.responsible_party) == ("closed", at(1500), "own")
    assert (ticket.cause, ticket.result) == ("Rectifier failure at Leaf One (S1)", "cleared by itself after 10 min")
    assert [(note.actor, note.kind, note.text) for note in changes.notes] == [
        ("alarm_correlation", "moved", "cleared by itself after 10 min")
    ]
    desk.tick(9000)
    desk.tick(9001)
    assert not desk.state.tickets, "and is forgotten"


def test_a_restart_closes_it_at_the_same_time() -> None:
    desk = Desk()
    desk.hear(0, "S1", "rectifier-failure")
    desk.clear(600, "S1", "rectifier-failure")
    desk.tick(700)
    desk.state, _ = resume(desk.state.saved(), desk.state.rules)
    assert desk.state.next_due == at(1500)
    desk.tick(1500)
    assert desk.ticket.state == "closed"


@pytest.mark.parametrize("alarm_type", ["base-station-down", "smoke"])
def test_what_was_critical_or_an_outage_is_closed_by_a_person(alarm_type: str) -> None:
    desk = Desk()
    desk.hear(0, "S1", alarm_type, Severity.CRITICAL if alarm_type == "smoke" else Severity.MAJOR)
    desk.clear(600, "S1", alarm_type)
    desk.tick(9000)
    assert desk.ticket.state == "resolved"


def test_what_somebody_worked_at_is_closed_by_a_person() -> None:
    desk = Desk()
    desk.hear(0, "S1", "rectifier-failure")
    desk.order(10, "N1", "accepted")
    desk.order(20, "N1", "declined")
    desk.clear(600, "S1", "rectifier-failure")
    desk.tick(9000)
    assert desk.ticket.state == "resolved"


def test_policy_may_close_more_and_then_keeps_the_crews_words() -> None:
    desk = with_rules(CloseRule(after_seconds=60, types=frozenset({"smoke"}), worked=True))
    desk.hear(0, "S1", "smoke", Severity.CRITICAL)
    desk.hear(0, "S2", "rectifier-failure")
    desk.order(10, "N1", "on_site")
    desk.order(20, "N1", "done", cause="dusty sensor", result="cleaned the sensor")
    desk.clear(30, "S1", "smoke")
    desk.clear(30, "S2", "rectifier-failure")
    desk.tick(1000)
    first, second = desk.state.tickets.values()
    assert (first.state, first.closed_at, first.cause, first.result) == (
        "closed", at(1000), "dusty sensor", "cleaned the sensor",
    )  # fmt: skip
    assert second.state == "resolved", "no rule is for it"


def test_what_comes_back_within_the_reopen_window_brings_its_ticket_even_when_that_was_closed() -> None:
    desk = with_rules(CloseRule(after_seconds=60))
    desk.hear(0, "S1", "rectifier-failure")
    desk.clear(30, "S1", "rectifier-failure")
    desk.tick(90)
    assert desk.ticket.state == "closed"
    desk.hear(330, "S1", "rectifier-failure")
    ticket = desk.ticket
    assert (ticket.state, ticket.closed_at, ticket.resolved_at) == ("acknowledged", None, None)
    assert (ticket.cause, ticket.result, ticket.responsible_party) == ("", "", ""), "what was said did not hold"
    desk.clear(340, "S1", "rectifier-failure")
    desk.hear(641, "S1", "rectifier-failure")
    assert len(desk.state.tickets) == 2, "after the window it is another occurrence"


def test_every_crews_words_stand_in_the_notes_once_and_the_first_are_proposed() -> None:
    desk = Desk()
    for place, site in enumerate(("H1", "S1", "S2")):
        desk.hear(place, site, "mains-failure")
    desk.tick(20)
    notes = []
    for place, need in enumerate(("N1", "N2", "N2")):
        before = desk.state.needs[need].state
        said = {"cause": f"cause {place}", "result": f"generator {place} runs"}
        desk.order(100 + place, need, "on_site", order_id=f"W{need}")
        changes = desk.order(110 + place, need, "done", order_id=f"W{need}", **said)
        notes += [(before, note.text) for note in changes.notes]
    assert notes == [("open", "WN1 done: cause 0; generator 0 runs"), ("open", "WN2 done: cause 1; generator 1 runs")]
    assert (desk.ticket.cause, desk.ticket.result) == ("cause 0", "generator 0 runs")


def test_needs_of_what_heals_are_withdrawn_and_those_of_what_stands_stay() -> None:
    desk = Desk()
    for place, site in enumerate(("H1", "S1", "S2")):
        desk.hear(place, site, "mains-failure")
    desk.tick(20)
    desk.clear(100, "S1", "mains-failure")
    assert sorted(desk.needs()) == [
        ("H1", "generator", "open"), ("S1", "generator", "healed"), ("S2", "generator", "open"),
    ]  # fmt: skip
    for site in ("H1", "S2"):
        desk.clear(200, site, "mains-failure")
    assert {state for _, _, state in desk.needs()} == {"healed"}
    assert desk.ticket.state == "resolved"


def test_a_ticket_that_a_person_took_up_is_not_closed_behind_his_back() -> None:
    desk = Desk()
    desk.hear(0, "S1", "rectifier-failure")
    desk.ask(10, MoveTicket(ticket="T1", to="in_progress"))
    desk.clear(600, "S1", "rectifier-failure")
    desk.tick(9000)
    assert desk.ticket.state == "resolved"


def test_a_resolved_ticket_that_is_taken_up_again_sends_somebody_to_look_and_then_resolves_again() -> None:
    desk = Desk()
    desk.hear(0, "S1", "rectifier-failure")
    desk.order(10, "N1", "done", cause="rectifier 2 burnt", result="replaced rectifier 2")
    desk.clear(20, "S1", "rectifier-failure")
    desk.ask(30, MoveTicket(ticket="T1", to="in_progress", reason="the inspection was not satisfied"))
    assert (desk.ticket.state, desk.needs()) == (
        "in_progress", [("S1", "repair", "met"), ("S1", "inspect", "open")],
    )  # fmt: skip
    desk.state, _ = resume(desk.state.saved(), desk.state.rules)
    desk.tick(40)
    assert desk.needs()[1] == ("S1", "inspect", "open"), "no alarm asked for it, and none takes it back"
    desk.order(50, "N2", "done", order_id="W2", cause="screws were loose", result="tightened the screws")
    assert (desk.ticket.state, desk.needs()[1][2]) == ("resolved", "met")
