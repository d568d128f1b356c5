"""Whatever is heard, asked and reported in whatever order: one ticket an incident, one open need a place."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from alarm_correlation.engine import resume
from alarm_correlation.state import State
from alarm_correlation.tickets import OPEN
from guywire.commands import CorrectRoot, MoveAlarm, MoveTicket, WithdrawCorrection
from guywire.model import NeedKind, NeedState, Severity, TicketState
from tests.unit.alarm_correlation.correlator_desk import Desk, at

PLACES = [
    *((site, "power", kind) for site in ("H1", "S1", "S2", "S4") for kind in ("mains-failure", "battery-discharging")),
    *((site, "bts", "base-station-down") for site in ("H1", "S1", "S2", "S3")),
    *((site, "shelter", "smoke") for site in ("S1", "S2")),
    ("S1", "rectifier-1", "rectifier-failure"),
    ("G1", "fibre-h1", "link-down"),
    ("H1", "mw-s1", "link-down"),
    ("S1", "mw-up", "link-degraded"),
    ("S3", "fsu", "fsu-offline"),
    ("", "feed:F1", "mains-failure"),
]
TO = ("in_progress", "held", "pending", "resolved", "closed", "rejected", "cancelled", "acknowledged")
ORDERS = ("offered", "accepted", "en_route", "on_site", "done", "declined", "failed", "withdrawn")

number = st.integers(1, 6)
actions = st.one_of(
    st.tuples(st.just("raise"), st.integers(0, len(PLACES) - 1), st.integers(0, 280)),
    st.tuples(st.just("raise"), st.integers(0, len(PLACES) - 1), st.just(0)),
    st.tuples(st.just("clear"), st.integers(0, len(PLACES) - 1), st.just(0)),
    st.tuples(st.just("ticket"), number, st.integers(0, len(TO) - 1)),
    st.tuples(st.just("move"), number, st.integers(0, 6)),
    st.tuples(st.just("root"), number, number),
    st.tuples(st.just("withdraw"), number, st.just(0)),
    st.tuples(st.just("order"), number, st.integers(0, len(ORDERS) - 1)),
    st.tuples(st.just("restart"), st.just(0), st.just(0)),
)
stories = st.lists(st.tuples(st.sampled_from((1, 20, 200, 2000)), actions), min_size=1, max_size=30)


def act(desk: Desk, seconds: float, action: tuple[str, int, int]) -> None:
    match action:
        case ("raise", place, late):
            site, resource, kind = PLACES[place]
            desk.hear(max(0, seconds - late), site, kind, resource=resource, received=seconds)
        case ("clear", place, _):
            site, resource, kind = PLACES[place]
            desk.clear(seconds, site, kind, resource=resource)
        case ("ticket", ticket, to):
            said = {"cause": "fuse F3 blown", "result": "replaced fuse F3", "responsible_party": "own"}
            until = at(seconds + 100)
            desk.ask(seconds, MoveTicket(ticket=f"T{ticket}", to=TO[to], reason="because", until=until, **said))  # type: ignore[arg-type]
        case ("move", alarm, incident):
            desk.ask(seconds, MoveAlarm(alarm=f"A{alarm}", incident=f"I{incident}" if incident else ""))
        case ("root", alarm, incident):
            desk.ask(seconds, CorrectRoot(alarm=f"A{alarm}", incident=f"I{incident}"))
        case ("withdraw", correction, _):
            desk.ask(seconds, WithdrawCorrection(correction=f"C{correction}"))
        case ("order", need, state):
            if f"N{need}" in desk.state.needs:
                desk.order(seconds, f"N{need}", ORDERS[state], order_id=f"W{need}")
        case _:
            before = desk.state
            desk.state, changes = resume(before.saved(), before.rules)
            assert not changes.tickets | changes.needs, "a restart decides nothing"
            assert desk.state.saved() == before.saved()


def survivor(state: State, incident: str) -> str:
    """The incident that an incident has become part of."""
    while (held := state.incidents.get(incident)) is not None and held.merged_into:
        incident = held.merged_into
    return incident


def check(state: State) -> None:
    tickets = list(state.tickets.values())
    refused = (TicketState.CANCELLED, TicketState.REJECTED)
    assert len({ticket.origin for ticket in tickets}) == len(tickets)
    one_each = Counter(ticket.incident_id for ticket in tickets if ticket.state not in refused)
    assert all(count == 1 for count in one_each.values()), "as the database has it"
    going = Counter(survivor(state, one.incident_id) for one in tickets if one.incident_id and one.state in OPEN)
    assert all(count == 1 for count in going.values()), "nor two through a merge"
    for ticket in tickets:
        assert (ticket.duplicate_of is None) or (ticket.state is TicketState.CANCELLED)
        assert (ticket.impact, ticket.urgency) != (None, None)
        assert ticket.proposed_party
    open_needs = [need for need in state.needs.values() if need.state is NeedState.OPEN]
    assert all(state.tickets[need.ticket_id].state in OPEN for need in open_needs)
    places = Counter((need.ticket_id, need.site_id, need.kind) for need in open_needs)
    assert all(count == 1 for count in places.values())
    listed = [key for keys in (*state.needs_of.values(), *state.past_needs_of.values()) for key in keys]
    assert sorted(listed) == sorted(state.needs)


@settings(max_examples=250, deadline=None)
@given(stories)
def test_there_are_never_two_tickets_for_an_incident_nor_two_open_needs_for_a_place(
    story: list[tuple[int, tuple[str, int, int]]],
) -> None:
    desk = Desk()
    seconds = 0
    for pause, action in story:
        seconds += pause
        act(desk, seconds, action)
        check(desk.state)
    ends(desk, seconds)


def ends(desk: Desk, seconds: float) -> None:
    """All clear, nobody under way: no ticket is open, no need is, and what policy closes is closed."""
    for need in [need for need in desk.state.needs.values() if need.kind is NeedKind.INSPECT]:
        desk.order(seconds, need.need_id, "done", order_id=f"W{need.need_id}")
    for order in list(desk.state.orders.values()):
        if order.needs[0] in desk.state.needs:
            desk.order(seconds, order.needs[0], "withdrawn", order_id=order.order_id)
    seconds += 400
    for site, resource, kind in PLACES:
        desk.clear(seconds, site, kind, resource=resource)
    check(desk.state)
    desk.tick(seconds + 1)
    assert not [ticket for ticket in desk.state.tickets.values() if ticket.state in OPEN]
    assert not [need for need in desk.state.needs.values() if need.state is NeedState.OPEN]
    resolved = {ticket.ticket_id for ticket in desk.state.tickets.values() if ticket.state is TicketState.RESOLVED}
    desk.tick(seconds + 1000)
    for ticket in (desk.state.tickets[key] for key in resolved & desk.state.tickets.keys()):
        worked = ticket.in_progress_at or ticket.resolution_proposed_at
        assert ticket.state is TicketState.CLOSED or worked or _cost_service(desk.state, ticket.incident_id)


def _cost_service(state: State, incident: str | None) -> bool:
    outages = state.outages.get(incident or "", {}).values()
    held = state.incidents.get(incident or "")
    return any(one.started_at for one in outages) or held is None or held.severity is Severity.CRITICAL


short = st.lists(st.tuples(st.integers(0, len(PLACES) - 1), st.integers(0, 3000), st.integers(1, 59)), max_size=12)


@settings(max_examples=150, deadline=None)
@given(short)
def test_there_is_no_ticket_for_what_heals_inside_its_hold(faults: list[tuple[int, int, int]]) -> None:
    desk = Desk()
    desk.state.rules = type(desk.state.rules)(
        desk.state.rules.topology, desk.state.rules.causes, desk.state.rules.policy.with_hold(60)
    )
    moments = []
    free_at: dict[int, datetime] = {}
    for place, start, length in faults:
        begins = max(at(start), free_at.get(place, at(0)))
        free_at[place] = begins + timedelta(seconds=length + 400)  # no flap: each is an occurrence of its own
        moments += [(begins, place, True), (begins + timedelta(seconds=length), place, False)]
    for moment, place, raises in sorted(moments):
        site, resource, kind = PLACES[place]
        seconds = (moment - at(0)).total_seconds()
        if raises:
            desk.hear(seconds, site, kind, resource=resource)
        else:
            desk.clear(seconds, site, kind, resource=resource)
    desk.tick(9000)
    assert not desk.state.tickets
    assert not desk.state.needs
