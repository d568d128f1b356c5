"""How several events of one identity become fewer without a lie about its state: in storms, and in a full spool."""

from __future__ import annotations

import msgspec

from guywire.model import AlarmEvent

Held = tuple[AlarmEvent, ...]
"""What stands for all that was heard of one identity: one event, or a raise and the clear that came after it."""


def merged(held: Held, event: AlarmEvent) -> Held:
    """What stands for `held` and then `event`: at most two events, counts added up.

    The last one's state is always `event`'s. Of the same said again, the latest wording counts and the first time:
    it is so since then. A clear after a raise stands beside it, so that an alarm that came and went is still seen.
    """
    if not held:
        return (event,)
    last = held[-1]
    if last.clears == event.clears:
        return (*held[:-1], _again(last, event))
    if event.clears:
        return (last, event)
    return (_with_count(event, sum(one.count for one in held) + event.count),)


def _again(first: AlarmEvent, event: AlarmEvent) -> AlarmEvent:
    """A baseline opens no ticket, so what was raised while we listened stays no baseline when it is found standing."""
    return msgspec.structs.replace(
        event,
        at=min(first.at, event.at),
        count=first.count + event.count,
        baseline=first.baseline and event.baseline,
    )


def _with_count(event: AlarmEvent, count: int) -> AlarmEvent:
    return msgspec.structs.replace(event, count=count)
