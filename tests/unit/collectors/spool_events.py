"""Alarm events for the tests of guard, spool and keeper: told apart by few letters, so that they meet often."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from guywire.model import AlarmEvent, Identity, Severity

START = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
RAISE, WORSE, CLEAR = Severity.MAJOR, Severity.CRITICAL, Severity.CLEARED


def heard(
    seconds: float,
    severity: Severity = RAISE,
    qualifier: str = "",
    *,
    site: str = "S1",
    resource: str = "r",
    source: str = "10.0.0.1",
    domain: str = "sh/pudong",
    text: str = "",
    baseline: bool = False,
) -> AlarmEvent:
    at = START + timedelta(seconds=seconds)
    return AlarmEvent(
        at=at, received_at=at, site=site, resource=resource, alarm_type="link-down", severity=severity, text=text,
        qualifier=qualifier, domain=domain, source=source, baseline=baseline,
    )  # fmt: skip


def by_identity(events: Iterable[AlarmEvent]) -> dict[Identity, list[AlarmEvent]]:
    found: dict[Identity, list[AlarmEvent]] = {}
    for event in events:
        found.setdefault(event.identity, []).append(event)
    return found


def final_states(events: Iterable[AlarmEvent]) -> dict[Identity, Severity]:
    return {identity: some[-1].severity for identity, some in by_identity(events).items()}


def counts(events: Iterable[AlarmEvent]) -> dict[Identity, int]:
    return {identity: sum(event.count for event in some) for identity, some in by_identity(events).items()}


def ever_raised(events: Iterable[AlarmEvent]) -> set[Identity]:
    return {event.identity for event in events if not event.clears}
