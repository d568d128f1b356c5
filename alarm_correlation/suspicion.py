"""Suspected outages, which complaints tells of by commands: they become events of the resource `customers`.

From here on they are alarms like any other: they join incidents, are acknowledged, corrected, and replayed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from alarm_correlation.intake import alarm_at, hear
from alarm_correlation.records import MOST_TEXT
from alarm_correlation.state import State
from alarm_correlation.work import Received, Work
from guywire.catalogue import alarm_type
from guywire.commands.suspicion import CUSTOMERS, ClearSuspicion, RaiseSuspicion
from guywire.errors import conflict, not_found
from guywire.inventory.model import Site
from guywire.model import AlarmEvent, Identity, Severity

SUSPECTED = "suspected-outage"
_COLLECTOR = "complaints"
_OWN = "own"
_NEXT = timedelta(microseconds=1)


def raise_suspicion(state: State, work: Work, command: RaiseSuspicion, actor: str) -> dict[str, Any]:
    """Raises the alarm, or tells it anew. Refused: a site that does not exist."""
    site = _site(state, command.site)
    severity = alarm_type(SUSPECTED).severity
    earliest = work.now - state.rules.policy.believable[1]
    at = min(work.now, max(command.since, earliest))
    at = _after_all_heard(state, site, command.tenant, at)
    return _hear(state, work, _event(site, command, severity, at, actor))


def clear_suspicion(state: State, work: Work, command: ClearSuspicion, actor: str) -> dict[str, Any]:
    """Clears the alarm. Refused: none stands, such as after an operator's clear."""
    site = _site(state, command.site)
    track = state.tracks.get(_identity(site, command.tenant))
    if track is None or not track.alarms or not state.alarms[track.alarms[-1]].stands:
        raise conflict("already_clear", f"Nothing is suspected at {site.site_id} any more.")
    at = _after_all_heard(state, site, command.tenant, work.now)
    return _hear(state, work, _event(site, command, Severity.CLEARED, at, actor))


def _site(state: State, site_id: str) -> Site:
    if (site := state.rules.topology.site(site_id)) is None:
        raise not_found("site", site_id)
    return site


def _identity(site: Site, tenant: str) -> Identity:
    return Identity(site.site_id, CUSTOMERS, SUSPECTED, tenant)


def _event(
    site: Site, command: RaiseSuspicion | ClearSuspicion, severity: Severity, at: datetime, actor: str
) -> AlarmEvent:
    return AlarmEvent(
        at=at,
        received_at=at,
        site=site.site_id,
        resource=CUSTOMERS,
        alarm_type=SUSPECTED,
        qualifier=command.tenant,
        severity=severity,
        text=command.text[:MOST_TEXT],
        domain=site.domain,
        source=actor,
        details=command.details if isinstance(command, RaiseSuspicion) else {},
    )


def _after_all_heard(state: State, site: Site, tenant: str, at: datetime) -> datetime:
    """Commands come in order: none is older than what was told before it."""
    track = state.tracks.get(_identity(site, tenant))
    last = track.last.heard_at if track is not None and track.last is not None else at
    return max(at, last + _NEXT) if track is not None else at


def _hear(state: State, work: Work, event: AlarmEvent) -> dict[str, Any]:
    track = hear(state, work, event)
    alarm_id = alarm_at(state, track, event.at)
    assert alarm_id is not None, "a raise begins one, and a clear is refused without one"
    state.new_id(_OWN)
    received = Received(event, _COLLECTOR, event.domain, _OWN, state.counters[_OWN])
    work.changes.received.append((received, alarm_id))
    return {"id": alarm_id, "version": state.alarms[alarm_id].version}
