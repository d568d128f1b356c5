"""Stage 7: what an incident says of itself, from its members: root, title, severity, when it began and ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from alarm_correlation.incidents import members_of
from alarm_correlation.reasons import reason_of_root
from alarm_correlation.records import Alarm, Incident, Inferred
from alarm_correlation.state import State, feed_named
from alarm_correlation.work import Members, Work
from guywire.catalogue import alarm_type


def refresh_incidents(state: State, work: Work) -> None:
    """Words the step's incidents anew; those that were closed and are open again go to `work.reopened`."""
    for key in sorted(work.incidents):
        if not state.members.get(key):
            continue
        before = state.incidents.get(key)
        now = describe(state, key, members_of(state, work, key), before.version if before else 1)
        if now == before:
            continue
        if before is not None:
            now.version += 1
            if before.state == "closed" and now.state == "open":
                work.reopened.add(key)
        state.incidents[key] = now
        work.changes.incidents.add(key)


def describe(state: State, key: str, members: Members, version: int = 1) -> Incident:
    """The incident as its members tell it. It is closed once all are clear."""
    alarms, standing = members
    ends = () if standing else [end for alarm in alarms if (end := alarm.occurrence.cleared_at) is not None]
    severities = {alarm.occurrence.severity for alarm in standing or alarms}
    return Incident(
        incident_id=key,
        state="open" if standing else "closed",
        severity=severities.pop() if len(severities) == 1 else min(severities, key=lambda one: one.rank),
        opened_at=min([alarm.occurrence.raised_at for alarm in alarms]),
        closed_at=max(ends, default=None),
        alarm_count=len(alarms),
        version=version,
        **_of_root(state, alarms),
    )


def _of_root(state: State, members: Sequence[Alarm]) -> dict[str, Any]:
    """What an incident has from its root: domain, title, and which it is."""
    root = state.root(members[0].alarm_id)
    if (inferred := state.inferred.get(root)) is not None:
        first = min(members, key=lambda alarm: (alarm.raised_at, alarm.identity))
        return {
            "domain": first.domain,
            "title": _title_of_inferred(state, inferred, members),
            "root_kind": "inferred",
            "root_site_id": inferred.site,
            "root_resource": inferred.identity.resource,
            "root_alarm_type": inferred.alarm_type,
            "root_reason": reason_of_root(inferred),
        }
    alarm = state.alarms[root]
    site, resource, type_id, qualifier = alarm.identity
    return {
        "domain": alarm.domain,
        "title": _title(state, alarm, members),
        "root_alarm_id": root,
        "root_site_id": site,
        "root_resource": resource,
        "root_alarm_type": type_id,
        "root_qualifier": qualifier,
        **_confirmed(state, alarm),
    }


def _confirmed(state: State, root: Alarm) -> dict[str, Any]:
    """By whom, where an operator said that it is the root."""
    if (key := state.corrected.get(root.alarm_id)) is None or (said := state.corrections[key]).cause_alarm_id:
        return {}
    return {"root_confirmed_at": said.made_at, "root_confirmed_by": said.made_by}


def _title(state: State, root: Alarm, members: Sequence[Alarm]) -> str:
    what = alarm_type(root.alarm_type).en
    if (feed := feed_named(root.identity)) is not None:
        return f"{what} on {_feed_name(state, feed)}"
    others = {alarm.identity.site for alarm in members} | state.cut_by.get(root.alarm_id, set())
    return _title_at(state, what, root.site, root.site or root.identity.resource, others)


def _title_of_inferred(state: State, root: Inferred, members: Sequence[Alarm]) -> str:
    what = alarm_type(root.alarm_type).en
    if (feed := feed_named(root.identity)) is not None:
        return f"{what} on {_feed_name(state, feed)}: {root.sites} sites"
    return _title_at(state, what, root.site, root.site, {alarm.identity.site for alarm in members})


def _title_at(state: State, what: str, site_id: str, place: str, sites: set[str]) -> str:
    if (site := state.rules.topology.site(site_id)) is not None:
        place = f"{site.name} ({site_id})"
    more = len(sites - {site_id})
    return f"{what} at {place}" + (f", {more} more {'site' if more == 1 else 'sites'}" if more else "")


def _feed_name(state: State, feed: str) -> str:
    return state.rules.topology.feed_names.get(feed) or f"power feed {feed}"
