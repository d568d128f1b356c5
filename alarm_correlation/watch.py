"""Collectors that fall silent on the stream: who is missed, and who is back. Pure; times are one clock's seconds.

A collector says something every second, with or without events. One that does not is an alarm of its own: without it
nothing behind that collector is seen, and no news must never look like good news.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from alarm_correlation.policy import CollectorPolicy
from guywire.model import AlarmEvent, Identity, Severity

SILENT = "collector-silent"
_SOURCE = "alarm_correlation"


class Look(NamedTuple):
    """Names of collectors that are silent and not yet told of, and of those told of that are heard again."""

    missed: frozenset[str]
    back: frozenset[str]


class CollectorWatch:
    """Everybody is given time when it starts, and when it could not listen itself for a while.

    A silence is told once: an operator who clears its alarm is not told again before the collector was heard.
    """

    def __init__(self) -> None:
        self._since = self._looked_at = float("-inf")
        self._told: set[str] = set()

    def look(
        self,
        known: Collection[str],
        heard: Mapping[str, float],
        standing: Collection[str],
        policy: CollectorPolicy,
        now: float,
    ) -> Look:
        """`standing`: whose alarm stands; `heard`: when each last said anything."""
        if now - self._looked_at > policy.silent_seconds / 2:
            self._since = now
        self._looked_at = now
        oldest = now - policy.silent_seconds
        here = {name for name, at in heard.items() if at >= oldest}
        self._told -= here
        silent = set(known) - policy.retired - here if self._since < oldest else set()
        return Look(
            missed=frozenset(silent - set(standing) - self._told),
            back=frozenset(set(standing) & (here | policy.retired)),
        )

    def told(self, look: Look) -> None:
        """What was looked at is committed."""
        self._told |= look.missed


def identity_of(collector: str) -> Identity:
    return Identity("", f"collector:{collector}", SILENT, "")


def events_of(look: Look, policy: CollectorPolicy, now: datetime) -> Iterable[AlarmEvent]:
    """The look as alarm events. Nothing can be seen behind a silent collector: critical, wherever it stands."""
    for name in sorted(look.missed):
        text = f"Collector {name} has not been heard for {policy.silent_seconds:.0f} s: nothing behind it is seen"
        yield _event(name, Severity.CRITICAL, text, now)
    for name in sorted(look.back):
        yield _event(name, Severity.CLEARED, f"Collector {name} is heard again", now)


def _event(collector: str, severity: Severity, text: str, now: datetime) -> AlarmEvent:
    return AlarmEvent(
        at=now,
        received_at=now,
        site="",
        resource=identity_of(collector).resource,
        alarm_type=SILENT,
        severity=severity,
        text=text,
        source=_SOURCE,
    )
