"""Stage 7: what an incident says of itself, from its members: root, title, severity, when it began and ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from alarm_correlation.reasons import reason_of_root
from alarm_correlation.records import Alarm, Incident, Inferred
from alarm_correlation.state import State, feed_named
from alarm_correlation.work import Work
from guywire.catalogue import alarm_type
from guywire.model import UNASSIGNED


def refresh_incidents(state: State, work: Work) -> None:
    """Words the step's incidents anew; those that were closed and are open again go to `work.reopened`."""
    for key in sorted(work.incidents):
        if not state.members.get(key):
            continue
        before = state.incidents.get(key)
        now = describe(state, key, before.version if before else 1)
        if now == before:
            continue
        if before is not None:
            now.version += 1
            if before.state == "closed" and now.state == "open":
                work.reopened.add(key)
        state.incidents[key] = now
        work.changes.incidents.add(key)


def describe(state: State, key: str, version: int = 1) -> Incident:
    """The incident as its members tell it. It is closed once all are clear."""
    members = [state.alarms[alarm_id] for alarm_id in state.members[key]]
    lives = [alarm.occurrence for alarm in members]
    standing = [life for life in lives if life.cleared_at is None]
    ends = [life.cleared_at for life in lives if life.cleared_at is not None]
    incident = Incident(
        incident_id=key,
        state="open" if standing else "closed",
        domain=UNASSIGNED,
        title="",
        severity=min({life.severity for life in standing or lives}, key=lambda one: one.rank),
        opened_at=min([life.raised_at for life in lives]),
        closed_at=None if standing else max(ends),
        alarm_count=len(members),
        version=version,
    )
    return _with_root(state, incident, members)


def _with_root(state: State, incident: Incident, members: Sequence[Alarm]) -> Incident:
    root = state.root(members[0].alarm_id)
    if (inferred := state.inferred.get(root)) is not None:
        first = min(members, key=lambda alarm: (alarm.raised_at, alarm.identity))
        return msgspec.structs.replace(
            incident,
            domain=first.domain,
            title=_title_of_inferred(state, inferred, members),
            root_kind="inferred",
            root_site_id=inferred.site,
            root_resource=inferred.identity.resource,
            root_alarm_type=inferred.alarm_type,
            root_reason=reason_of_root(inferred),
        )
    alarm = state.alarms[root]
    return msgspec.structs.replace(
        incident,
        domain=alarm.domain,
        title=_title(state, alarm, members),
        root_alarm_id=root,
        root_site_id=alarm.site,
        root_resource=alarm.identity.resource,
        root_alarm_type=alarm.alarm_type,
        root_qualifier=alarm.identity.qualifier,
        **_confirmed(state, alarm),
    )


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
