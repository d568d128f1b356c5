"""What the centre says of a ticket beside its state: whose it is, how urgent, a remark; and mass tickets."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alarm_correlation.family import lineage
from guywire.commands import Command, MoveTicket, OpenTicket
from guywire.commands.tickets import AssignTicket, CommentTicket, SetParent, SetTicketPriority
from guywire.errors import Refused
from guywire.model import Severity
from tests.unit.alarm_correlation.correlator_desk import Desk, at

CAUSE = "transformer burnt"


def desk_with(tickets: int) -> Desk:
    desk = Desk()
    for number in range(tickets):
        said = desk.ask(number, OpenTicket(origin=f"manual:{number}", site="S1", title="no mains", priority=3))
        assert not isinstance(said, Refused)
    return desk


def reason_of(said: object) -> str:
    assert isinstance(said, Refused), said
    return said.reason


def states(desk: Desk) -> dict[str, str]:
    return {key: ticket.state.value for key, ticket in desk.state.tickets.items()}


def test_a_ticket_is_given_to_a_person_to_a_group_and_to_nobody_again() -> None:
    desk = desk_with(1)
    desk.ask(10, AssignTicket(ticket="T1", group="power", person="li", note="knows the site"))
    assert (desk.ticket.assignee, desk.ticket.assigned_group, desk.ticket.version) == ("li", "power", 2)
    desk.ask(11, AssignTicket(ticket="T1"))
    assert (desk.ticket.assignee, desk.ticket.assigned_group) == ("", "")


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (AssignTicket(ticket="T1", group="cooks"), "unknown_group"),
        (AssignTicket(ticket="T1", person="li", version=7), "version_is_old"),
        (AssignTicket(ticket="T9", person="li"), "ticket_not_found"),
        (SetTicketPriority(ticket="T1", priority=5, reason="x"), "priority"),
        (SetTicketPriority(ticket="T1", priority=1), "reason"),
        (CommentTicket(ticket="T1", text="  "), "text"),
        (SetParent(ticket="T1", parent="T1"), "parent_cycle"),
        (SetParent(ticket="T1", parent="T9"), "ticket_not_found"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(command: Command, reason: str) -> None:
    desk = desk_with(1)
    assert reason_of(desk.ask(10, command)) == reason
    assert desk.ticket.version == 1


def test_a_persons_priority_stands_until_it_is_given_back_and_needs_take_it_over() -> None:
    desk = Desk()
    desk.hear(0, "S1", "rectifier-failure")
    usual = desk.ticket.priority
    other = 1 if usual != 1 else 4
    desk.ask(10, SetTicketPriority(ticket="T1", priority=other, reason="the mayor is there"))
    desk.hear(20, "S1", "aircon-failure", resource="ac")
    assert (desk.ticket.priority, desk.ticket.priority_by) == (other, "ann")
    assert {need.priority for need in desk.state.needs.values() if need.ticket_id == "T1"} == {other}
    desk.ask(30, SetTicketPriority(ticket="T1", priority=None))
    assert (desk.ticket.priority, desk.ticket.priority_by) == (usual, "")
    assert {need.priority for need in desk.state.needs.values() if need.ticket_id == "T1"} == {usual}


def test_a_child_that_follows_is_held_taken_up_resolved_and_closed_with_its_parent() -> None:
    desk = desk_with(3)
    desk.ask(10, SetParent(ticket="T2", parent="T1"))
    desk.ask(11, SetParent(ticket="T3", parent="T1", follows=False))
    desk.ask(12, MoveTicket(ticket="T1", to="held", reason="landlord", until=at(4000)))
    assert states(desk) == {"T1": "held", "T2": "held", "T3": "acknowledged"}
    assert desk.state.tickets["T2"].hold_until == at(4000)
    for seconds, to in ((20, "in_progress"), (30, "resolved")):
        desk.ask(seconds, MoveTicket(ticket="T1", to=to))
    result = "utility replaced it, mains 228 V"
    desk.ask(40, MoveTicket(ticket="T1", to="closed", cause=CAUSE, result=result, responsible_party="power_company"))
    assert states(desk) == {"T1": "closed", "T2": "closed", "T3": "acknowledged"}
    assert desk.state.tickets["T2"].cause == CAUSE


def test_a_childs_own_move_leaves_the_others_alone_and_says_nothing_of_the_parent() -> None:
    desk = desk_with(2)
    desk.ask(10, SetParent(ticket="T2", parent="T1"))
    changes_of_parent = desk.state.tickets["T1"].version
    desk.ask(11, MoveTicket(ticket="T2", to="resolved"))
    assert states(desk) == {"T1": "acknowledged", "T2": "resolved"}
    assert desk.state.tickets["T1"].version == changes_of_parent
    desk.ask(12, MoveTicket(ticket="T1", to="held", reason="access", until=at(900)))
    assert states(desk)["T2"] == "resolved", "what it cannot become it does not"


def test_grandchildren_follow_through_those_who_follow() -> None:
    desk = desk_with(4)
    for seconds, (child, parent, follows) in enumerate([("T2", "T1", True), ("T3", "T2", True), ("T4", "T3", False)]):
        desk.ask(10 + seconds, SetParent(ticket=child, parent=parent, follows=follows))
    desk.ask(20, MoveTicket(ticket="T1", to="resolved"))
    assert states(desk) == {"T1": "resolved", "T2": "resolved", "T3": "resolved", "T4": "acknowledged"}


def test_what_stood_under_a_duplicate_stands_under_the_ticket_that_survives() -> None:
    desk = Desk()
    for place, site in enumerate(("S1", "S2")):
        desk.hear(100 + place, site, "base-station-down", Severity.CRITICAL)
    desk.ask(103, OpenTicket(origin="manual:1", site="S1", title="door"))
    desk.ask(104, SetParent(ticket="T3", parent="T2"))
    desk.ask(105, SetParent(ticket="T1", parent="T3"))  # the survivor itself stands below its duplicate
    desk.hear(90, "G1", "link-down", resource="fibre-h1", received=110)  # the cut of which both hang
    assert desk.state.tickets["T2"].duplicate_of == "T1"
    parents = {key: one.parent_id for key, one in desk.state.tickets.items()}
    assert parents == {"T1": "T3", "T2": None, "T3": None}, "nobody stands under himself"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 6), st.integers(0, 6)), max_size=25))
def test_nobody_ever_stands_under_himself(pairs: list[tuple[int, int]]) -> None:
    desk = desk_with(6)
    for child, parent in pairs:
        before = {key: one.parent_id for key, one in desk.state.tickets.items()}
        said = desk.ask(20, SetParent(ticket=f"T{child}", parent=f"T{parent}" if parent else ""))
        if isinstance(said, Refused):
            assert {key: one.parent_id for key, one in desk.state.tickets.items()} == before
        for key, one in desk.state.tickets.items():
            line = lineage(desk.state, key)
            assert len(set(line)) == len(line) <= 6
            assert desk.state.tickets[line[-1]].parent_id is None, "every line ends"
            assert one.parent_id != key
