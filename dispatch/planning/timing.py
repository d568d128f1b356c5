"""When work begins: after the drive, the release, whoever lets one in, and no work in a break. Many trips at once."""

from __future__ import annotations

import numpy as np

from dispatch.planning.roads import FAR, Bools, Ints
from dispatch.planning.world import World


def work_begins(world: World, not_before: Ints, who: Ints, job: Ints, leave: Ints, drive: Ints) -> Ints:
    """The second at which each of `who` begins each `job`, setting off at `leave`; FAR or later where never.

    A break stops a drive, which goes on after it; work is not interrupted, and lies in one window as a whole.
    """
    begins = np.maximum(arrives(world, who, leave, drive), not_before)
    return _in_open_hours(world, who, job, begins)


def arrives(world: World, who: Ints, leave: Ints, drive: Ints) -> Ints:
    """When the drive is over."""
    for start, end in _pairs(world.breaks[who]):
        leave = np.where((start <= leave) & (leave < end), end, leave)
    arrive = leave + drive
    for start, end in _pairs(world.breaks[who]):
        arrive = np.where((leave <= start) & (start < arrive), arrive + end - start, arrive)
    return np.asarray(arrive)


def _in_open_hours(world: World, who: Ints, job: Ints, begins: Ints) -> Ints:
    """The first moment from `begins` on at which the whole work lies in a window and touches no break."""
    breaks, windows = _pairs(world.breaks[who]), _pairs(world.windows[job])
    if not breaks and not windows:
        return begins
    service = world.service[job]
    for _ in range(len(breaks) + len(windows) + 1):
        before = begins
        for start, end in breaks:
            begins = np.where(_touches(start, end, begins, service), end, begins)
        if windows:
            opens = [np.maximum(begins, start) for start, _ in windows]
            fits = [at + service <= end for at, (_, end) in zip(opens, windows, strict=True)]
            begins = np.min(np.where(fits, opens, FAR), axis=0)
        if np.array_equal(before, begins):
            break
    return np.asarray(begins)


def _touches(start: Ints, end: Ints, begins: Ints, service: Ints) -> Bools:
    return np.asarray((begins < end) & ((begins + service > start) | (begins >= start)))


def _pairs(stretches: Ints) -> list[tuple[Ints, Ints]]:
    """Columns of starts and ends, in the order of time."""
    return [(stretches[..., at, 0], stretches[..., at, 1]) for at in range(stretches.shape[-2])]
