"""Mass tickets: which tickets stand under which, and what becomes of them when the one above is merged away."""

from __future__ import annotations

from collections.abc import Iterator

from alarm_correlation.records import Ticket
from alarm_correlation.state import State


def lineage(state: State, ticket_id: str) -> list[str]:
    """The ticket and all above it that are remembered, nearest first."""
    line = [ticket_id]
    while (above := state.tickets[line[-1]].parent_id) is not None and above in state.tickets and above not in line:
        line.append(above)
    return line


def followers(state: State, ticket_id: str) -> Iterator[Ticket]:
    """All below it that move as it is moved, those nearest first; below one that does not, nobody does."""
    below = (one for one in children(state, ticket_id) if one.follows_parent)
    for one in below:
        yield one
        yield from followers(state, one.ticket_id)


def children(state: State, ticket_id: str) -> list[Ticket]:
    """Those right under it, the oldest first."""
    below = (one for one in state.tickets.values() if one.parent_id == ticket_id)
    return sorted(below, key=lambda one: (one.opened_at, one.ticket_id))


def hand_on(state: State, duplicate: str, survivor: str) -> list[Ticket]:
    """What stood under a duplicate stands under the survivor; returns whose parent changed.

    What is above the survivor, and the survivor itself, come to stand under nothing: nobody stands under himself.
    """
    moved = children(state, duplicate)
    for child in moved:
        above = child.ticket_id in lineage(state, survivor)
        child.parent_id = None if above else survivor
        child.follows_parent = child.follows_parent and not above
        child.version += 1
    return moved
