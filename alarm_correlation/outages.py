"""Stage 6: which sites an incident takes down, since when, and which it will. Declared from alarms and isolations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from alarm_correlation.batteries import Forecast
from alarm_correlation.discharges import DISCHARGING, GENSET
from alarm_correlation.incidents import members_of
from alarm_correlation.readings import MAINS
from alarm_correlation.records import Alarm, Outage
from alarm_correlation.state import State, feed_named
from alarm_correlation.work import Work
from guywire.catalogue import CATALOGUE

_TAKING_DOWN = frozenset(key for key, kind in CATALOGUE.items() if kind.takes_service_down)


class Down(msgspec.Struct, gc=False):
    """A time in which a site gave no service, and what said so first."""

    start: datetime
    reason: str
    end: datetime | None


def refresh_outages(state: State, work: Work) -> None:
    """Declares the outages of the step's incidents anew and notes what became different."""
    for alarm in (state.alarms[alarm_id] for alarm_id in work.moved):
        if alarm.alarm_type in (GENSET, DISCHARGING):  # what is predicted changes, wherever the mains failure stands
            mains = state.alarms_at(alarm.site, (MAINS,))
            work.incidents |= {found.incident_id for found in mains if found.incident_id is not None}
    for incident in work.incidents:
        _store(state, work, incident, outages_of(state, incident, members_of(state, work, incident).alarms))
    for incident in work.merged:
        _store(state, work, incident, {})


def outages_of(state: State, incident: str, members: Iterable[Alarm]) -> dict[str, Outage]:
    """The incident's outages by site: what is or was down, and what will be once its battery is empty."""
    found = {
        site: Outage(incident_id=incident, site_id=site, reason=down.reason, started_at=down.start, ended_at=down.end)
        for site, down in _downs(state, members).items()
    }
    for alarm in members:
        if alarm.identity.alarm_type != MAINS or alarm.identity.site in found:
            continue
        if (foretold := forecast_of(state, alarm)) is not None:
            found[alarm.site] = Outage(
                incident_id=incident,
                site_id=alarm.site,
                reason="battery runs out",
                predicted_at=foretold.expected,
                predicted_earliest=foretold.earliest,
                predicted_latest=foretold.latest,
                prediction_basis=foretold.basis,
                predicted_from=foretold.as_of,
            )
    return found


def forecast_of(state: State, mains: Alarm) -> Forecast | None:
    """When the battery of a site without mains is empty, and between when and when; none when something carries it."""
    if mains.alarm_type != MAINS or not mains.stands or feed_named(mains.identity) is not None:
        return None
    return state.batteries.forecasts.get(mains.site)


def runs_on_generator(state: State, site: str) -> bool:
    return any(alarm.stands for alarm in state.alarms_at(site, (GENSET,)))


def _downs(state: State, members: Iterable[Alarm]) -> dict[str, Down]:
    """Most members neither take down nor cut off: those cost a look at their type and one at their id."""
    downs: dict[str, Down] = {}
    for alarm in members:
        site, _, alarm_type, _ = alarm.identity
        if alarm_type in _TAKING_DOWN and site:
            told = alarm.occurrence
            _add(downs, site, told.raised_at, alarm_type, told.cleared_at)
        if (below := state.cut_by.get(alarm.alarm_id)) is None:
            continue
        reason = f"cut off by {alarm_type} at {site}"
        for other in below:
            for start, end, culprit in state.cut_off[other]:
                if culprit == alarm.alarm_id:
                    _add(downs, other, start, reason, end)
    return downs


def _add(downs: dict[str, Down], site: str, start: datetime, reason: str, end: datetime | None) -> None:
    """A site is down from the first to the last of its times, because of what came first."""
    if (known := downs.get(site)) is None:
        downs[site] = Down(start, reason, end)
        return
    if start < known.start or (start == known.start and reason < known.reason):
        known.start, known.reason = start, reason
    if known.end is not None and (end is None or end > known.end):
        known.end = end


def _store(state: State, work: Work, incident: str, now: dict[str, Outage]) -> None:
    before = state.outages.pop(incident, {})
    if now:
        state.outages[incident] = now
    work.changes.outages |= {(incident, site) for site, outage in now.items() if before.get(site) != outage}
    work.changes.outages_gone |= {(incident, site) for site in before.keys() - now.keys()}
