"""What must hold of a correlator's memory after every step, whatever it was told."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from alarm_correlation.engine import resume
from alarm_correlation.facts import Saved
from alarm_correlation.silences import headings
from alarm_correlation.state import State
from alarm_correlation.tickets import OPEN
from alarm_correlation.work import Changes
from guywire.model import NeedState, TicketState

_DECIDED = (
    "alarms",
    "absorbed",
    "incidents",
    "outages",
    "outages_gone",
    "tickets",
    "needs",
    "corrections",
    "silences",
    "notes",
    "retold",
)
"""What a restart must not decide anything of."""


def copied(saved: Saved) -> Saved:
    """As a restart reads it: nothing of it is shared with the memory that it was saved from."""
    return msgspec.msgpack.decode(msgspec.msgpack.encode(saved), type=Saved)


def restarted(state: State) -> tuple[State, Changes]:
    return resume(copied(state.saved()), state.rules)


def decisions(changes: Changes) -> dict[str, Any]:
    return {name: found for name in _DECIDED if (found := getattr(changes, name))}


def check(state: State) -> None:
    """All that holds of a state by itself."""
    _check_forest(state)
    _check_incidents(state)
    _check_tickets(state)
    _check_needs(state)
    _check_indexes(state)


def _check_forest(state: State) -> None:
    nodes = state.alarms.keys() | state.inferred.keys()
    assert state.cause.keys() <= nodes
    assert set(state.cause.values()) <= nodes
    for node in nodes:
        above, seen = state.cause.get(node), {node}
        while above is not None:
            assert above not in seen, f"causes go round: {seen}"
            seen.add(above)
            above = state.cause.get(above)
    effects: dict[str, set[str]] = defaultdict(set)
    for node, cause in state.cause.items():
        effects[cause].add(node)
    assert filled(state.effects) == effects


def _check_incidents(state: State) -> None:
    assert state.incident_of.keys() == state.alarms.keys() | state.inferred.keys()
    trees: dict[str, str] = {}
    for node, incident in state.incident_of.items():
        assert trees.setdefault(state.root(node), incident) == incident, "a tree is one incident"
    assert len(set(trees.values())) == len(trees), "an incident is one tree"
    members: dict[str, set[str]] = defaultdict(set)
    for alarm in state.alarms.values():
        assert alarm.incident_id == state.incident_of[alarm.alarm_id]
        members[alarm.incident_id or ""].add(alarm.alarm_id)
    assert filled(state.members) == members
    for key, held in state.incidents.items():
        assert (held.state == "merged") == (key not in members), f"{key} is {held.state}"
    assert members.keys() <= state.incidents.keys()
    for key, ids in members.items():
        held = state.incidents[key]
        stands = any(state.alarms[one].stands for one in ids)
        assert (held.state, held.alarm_count) == ("open" if stands else "closed", len(ids))


def _check_tickets(state: State) -> None:
    tickets = list(state.tickets.values())
    assert len({ticket.origin for ticket in tickets}) == len(tickets)
    going = Counter(_survivor(state, one.incident_id) for one in tickets if one.incident_id and one.state in OPEN)
    assert all(count == 1 for count in going.values()), "one open ticket an incident"
    for incident, key in state.ticket_of.items():
        assert state.tickets[key].incident_id == incident
        assert incident in state.incidents
    for ticket in tickets:
        assert (ticket.duplicate_of is None) or ticket.state is TicketState.CANCELLED
        if ticket.state in OPEN and ticket.incident_id in state.incidents:
            assert state.ticket_of[ticket.incident_id or ""] == ticket.ticket_id


def _survivor(state: State, incident: str) -> str:
    while (held := state.incidents.get(incident)) is not None and held.merged_into:
        incident = held.merged_into
    return incident


def _check_needs(state: State) -> None:
    opened = [need for need in state.needs.values() if need.state is NeedState.OPEN]
    assert all(state.tickets[need.ticket_id].state in OPEN for need in opened), "open needs only on open tickets"
    places = Counter((need.ticket_id, need.site_id, need.kind) for need in opened)
    assert all(count == 1 for count in places.values()), "one open need a place"
    listed = [
        (key, ticket) for of in (state.needs_of, state.past_needs_of) for ticket, keys in of.items() for key in keys
    ]
    assert sorted(listed) == sorted((need.need_id, need.ticket_id) for need in state.needs.values())
    past = {key for keys in state.past_needs_of.values() for key in keys}
    assert all(state.needs[key].state in (NeedState.HEALED, NeedState.CANCELLED) for key in past)
    assert {key for keys in state.orders_of.values() for key in keys} == state.orders.keys()
    for ticket, orders in filled(state.orders_of).items():
        assert all(state.ticket_of_order(state.orders[key]) == ticket for key in orders)


def _check_indexes(state: State) -> None:
    for key in [*state.voices, *state.leaving, *filled(state.outages)]:
        assert key in state.incidents
    for alarm_id in [*state.watching, *state.inferred_of, *state.corrected]:
        assert alarm_id in state.alarms
    for node, root in state.inferred.items():
        assert node in state.inferred_on[root.place]
        assert all(state.inferred_of[one] == node for one in root.members)
    assert state.resting_on.keys() <= state.alarms.keys() | state.inferred.keys()
    assert {one: node for node, resting in state.resting_on.items() for one in resting} == state.inferred_of
    for alarm_id, key in state.corrected.items():
        assert (state.corrections[key].holds, state.corrections[key].alarm_id) == (True, alarm_id)
    assert {one.correction_id for one in state.corrections.values() if one.holds} == set(state.corrected.values())
    assert all(one.alarm_id in state.alarms for one in state.corrections.values()), "a correction goes with its alarm"
    cut_by: dict[str, set[str]] = defaultdict(set)
    for site, episodes in state.cut_off.items():
        for episode in episodes:
            assert episode.culprit in state.alarms
            cut_by[episode.culprit].add(site)
    assert filled(state.cut_by) == cut_by
    for identity, track in state.tracks.items():
        assert all(state.alarms[key].identity == identity for key in track.alarms)
        assert track.alarms or track.tail, "a track remembers something"
    expected: dict[str, set[str]] = defaultdict(set)
    for silence in state.silences.values():
        for heading in headings(silence):
            expected[heading].add(silence.silence_id)
    assert filled(state.silences_of) == expected
    assert state.asked == set(state.timers)


def filled(index: Mapping[str, Any]) -> dict[str, Any]:
    """An index without its empty places, which come and go as it is read."""
    return {key: held for key, held in index.items() if held}


def derived(state: State) -> dict[str, Any]:
    """All that a state makes of its facts, with inferred roots by what they are instead of by their passing ids."""
    name = _names(state)
    merged = {key for key, incident in state.incidents.items() if incident.state == "merged"}
    needs = {key: {*state.needs_of.get(key, ()), *state.past_needs_of.get(key, ())} for key in state.tickets}
    return {
        "at_site": {site: held for site, types in state.at_site.items() if (held := filled(types))},
        "on_feed": filled(state.on_feed),
        "of_feed": filled(state.of_feed),
        "cutting_link": filled(state.cutting_link),
        "inferred": {name(key): (one.raised_at, one.sites) for key, one in state.inferred.items()},
        "inferred_of": {key: name(node) for key, node in state.inferred_of.items()},
        "cut_off": dict(state.cut_off),
        "cut_by": filled(state.cut_by),
        "cause": {name(node): name(cause) for node, cause in state.cause.items()},
        "incident_of": {name(node): key for node, key in state.incident_of.items()},
        "ticket_of": dict(state.ticket_of),
        "needs_of": needs,
        "orders_of": filled(state.orders_of),
        "corrected": dict(state.corrected),
        "silences_of": filled(state.silences_of),
        "forecasts": state.batteries.forecasts,
        "voices": {key: (one.alarm_id, one.heard) for key, one in state.voices.items() if key not in merged},
    }


def facts(state: State) -> dict[str, Any]:
    """What is saved, piece by piece."""
    pieces: dict[str, Any] = {}
    for name, held in msgspec.structs.asdict(state.saved()).items():
        pieces |= {f"{name} {place}": one for place, one in enumerate(held)} if isinstance(held, list) else {name: held}
    return pieces


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """What is not the same in both; of records only the fields that differ."""
    keys = one.keys() | other.keys()
    return {key: _apart(one.get(key), other.get(key)) for key in keys if one.get(key) != other.get(key)}


def _apart(one: Any, other: Any) -> Any:
    if not isinstance(one, msgspec.Struct) or type(one) is not type(other):
        return one, other
    return {"of": next(iter(msgspec.structs.astuple(one))), **differences(*map(msgspec.structs.asdict, (one, other)))}


def _names(state: State) -> Callable[[str], str]:
    known = {key: f"{one.alarm_type} {sorted(one.members)}" for key, one in state.inferred.items()}
    return lambda node: known.get(node, node)


def sizes(state: State) -> dict[str, int]:
    """How much each part of the memory holds, its inner parts counted; empty places are nothing."""
    parts = {name: getattr(state, name) for name in State.__slots__ if name not in ("rules", "now", "batteries")}
    parts |= {f"batteries.{name}": getattr(state.batteries, name) for name in state.batteries.__slots__}
    return {name: _size(held) for name, held in parts.items()}


def _size(held: Any) -> int:
    if isinstance(held, dict):
        return sum(
            max(1, _size(one)) if not isinstance(one, (dict, set, list, tuple)) else _size(one) for one in held.values()
        )
    return len(held) if isinstance(held, (set, list, tuple)) else 1
