"""Stage 5: incidents are the trees of the forest of causes. Their ids live on through merges and splits.

A tree takes the incident with the oldest ticket among those that its members had, else the oldest; the others are
merged into it. Of an incident that falls apart, the tree with its root goes on as it; what splits off gets a new one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

import msgspec

from alarm_correlation.state import State, number
from alarm_correlation.work import Members, Work
from guywire.model import TicketState

_ENDED = {TicketState.CLOSED: 1, TicketState.REJECTED: 2, TicketState.CANCELLED: 2}
"""What a ticket that has ended counts for in a merge: one that a person refused the least."""


def regroup(state: State, work: Work) -> None:
    """Gives every uprooted node, and all below it, the incident of the tree in which it now stands."""
    moving = {node for start in work.uprooted if state.exists(start) for node in state.subtree(start)}
    former: dict[str, str | None] = {}
    for alarm_id in work.dropped:
        _leave(state, work, alarm_id)
    for node in moving:
        former[node] = state.incident_of.get(node)
        _leave(state, work, node)
    trees: dict[str, list[str]] = defaultdict(list)
    for node in moving:
        trees[state.root(node)].append(node)
    heirs = _heirs(state, {key for key in former.values() if key is not None}, moving)
    for root in sorted(trees, key=state.node_key):
        left = {key for node in trees[root] if (key := former[node]) is not None and not state.members.get(key)}
        claims = {key for key in left if heirs.get(key, root) == root}
        if root not in moving:
            claims.add(state.incident_of[root])
        _settle_in(state, work, _united(state, work, claims), trees[root])
    _empty_absorbed(state, work)


def _heirs(state: State, incidents: Iterable[str], moving: Collection[str]) -> dict[str, str]:
    """By incident, the root of the tree in which its own root stands now, where that moves: of what it falls into that
    tree goes on as it, as it would if only the others had moved away."""
    held = ((key, state.incidents[key].root_alarm_id) for key in incidents if key in state.incidents)
    return {key: state.root(root) for key, root in held if root is not None and root in moving}


def members_of(state: State, work: Work, incident: str) -> Members:
    """An incident's alarms once `regroup` is through; gone through once a step, for all the stages that ask."""
    if (known := work.gathered.get(incident)) is None:
        alarms = [state.alarms[alarm_id] for alarm_id in state.members.get(incident, ())]
        standing = [alarm for alarm in alarms if alarm.occurrence.cleared_at is None]
        known = work.gathered[incident] = Members(alarms, standing)
    return known


def _settle_in(state: State, work: Work, incident: str, nodes: Iterable[str]) -> None:
    for node in nodes:
        state.incident_of[node] = incident
        if (alarm := state.alarms.get(node)) is not None:
            state.members[incident].add(node)
            if alarm.incident_id != incident:
                alarm.incident_id = incident
                work.changes.alarms.add(node)
    work.incidents.add(incident)


def _leave(state: State, work: Work, node: str) -> None:
    incident = state.incident_of.pop(node, None)
    if incident is not None:
        state.members[incident].discard(node)
        work.incidents.add(incident)


def _united(state: State, work: Work, claims: Iterable[str]) -> str:
    """One incident for all that have a claim; a new one where nobody has."""
    standing = [key for key in claims if key not in work.merged]
    if not standing:
        return state.new_id("I")
    winner = min(standing, key=lambda key: _seniority(state, key))
    for other in standing:
        if other != winner:
            merge(state, work, other, winner)
    return winner


def _seniority(state: State, incident: str) -> tuple[int, int, int]:
    """The smallest is the most senior: a ticket that goes on, then any ticket, the oldest one, the oldest incident."""
    ticket = state.tickets.get(state.ticket_of.get(incident, ""))
    if ticket is None:
        return (3, 0, number(incident))
    return (_ENDED.get(ticket.state, 0), number(ticket.ticket_id), number(incident))


def merge(state: State, work: Work, loser: str, winner: str) -> None:
    """Moves the loser's members over. The tickets stage finds the pair in `work.merged` and sees to the tickets."""
    nodes = list(state.members.pop(loser, set()))
    roots = {state.root(node) for node in nodes} & state.inferred.keys()
    inner = {above for node in nodes if (above := state.cause.get(node)) in state.inferred}
    _settle_in(state, work, winner, [*nodes, *roots, *inner])
    work.merged[loser] = winner
    work.incidents.discard(loser)
    if (held := state.incidents.get(loser)) is not None:
        state.incidents[loser] = msgspec.structs.replace(
            held, state="merged", merged_into=winner, alarm_count=0, version=held.version + 1
        )
        work.changes.incidents.add(loser)


def _empty_absorbed(state: State, work: Work) -> None:
    """An incident whose last alarm was absorbed goes where the absorbing alarm stands."""
    for alarm_id, survivor in work.changes.absorbed.items():
        left = work.dropped[alarm_id].incident_id
        if left is None or state.members.get(left) or left in work.merged:
            continue
        home = state.incident_of[survivor]
        if left != home:
            older, younger = sorted((left, home), key=lambda key: _seniority(state, key))
            merge(state, work, younger, older)
