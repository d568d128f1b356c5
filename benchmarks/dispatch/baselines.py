"""What dispatchers do by hand, and the usual rules of software: one pair after the other, by what is known to all."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from benchmarks.dispatch.engine import Pairs, Policy, Situation
from benchmarks.dispatch.world import Floats, Tickets


def nearest_open_ticket(situation: Situation) -> Pairs:
    """A free technician takes the nearest open ticket: of all pairs, the shortest drive first."""
    minutes = situation.minutes()
    pairs: list[tuple[int, int]] = []
    while np.isfinite(minutes).any():
        row, column = divmod(int(np.argmin(minutes)), minutes.shape[1])
        pairs.append((situation.open[row], situation.free[column]))
        minutes[row, :] = np.inf
        minutes[:, column] = np.inf
    return pairs


def in_order_of(rank: Callable[[Tickets], Floats]) -> Policy:
    """Tickets by `rank`, the least first, then the older; each to the nearest free technician."""

    def decide(situation: Situation) -> Pairs:
        tickets, minutes = situation.world.tickets, situation.minutes()
        pairs: list[tuple[int, int]] = []
        for row in np.lexsort((tickets.at[situation.open], rank(tickets)[situation.open])):
            if len(pairs) == len(situation.free):
                break
            column = int(np.argmin(minutes[row]))
            if np.isfinite(minutes[row, column]):
                pairs.append((situation.open[row], situation.free[column]))
                minutes[:, column] = np.inf
        return pairs

    return decide


FIRST_COME = "first come, nearest"
NEAREST_OPEN = "nearest open ticket"

BASELINES: Mapping[str, Policy] = {
    FIRST_COME: in_order_of(lambda tickets: tickets.at),
    "severity first": in_order_of(lambda tickets: tickets.severity.astype(float)),
    "earliest deadline": in_order_of(lambda tickets: tickets.ends),
    NEAREST_OPEN: nearest_open_ticket,
}
