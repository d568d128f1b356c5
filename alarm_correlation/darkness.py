"""The second tier of inference: a site that fell silent, told by those behind it and those around it.

A hub that loses its controller with everything else reports nothing. But what is behind it falls silent with it, and
its neighbours lose their links to it. The root is the deepest site that stands on every way up from all that fell and
from little that lives.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from alarm_correlation.facts import Sign
from alarm_correlation.finding import Finding, runs
from alarm_correlation.records import Alarm
from alarm_correlation.spans import Span, apart, near
from alarm_correlation.state import State
from guywire.model import Identity

TIER = 1
"""Its place among the tiers of `inference`."""
DARK = "site-unreachable"
_RESOURCE = "site"
_STATIONS = frozenset({"base-station-down", "cell-down", "das-failure"})
_LOST = frozenset({"link-down", "loss-of-signal", "port-down"})


def tells_of(state: State, alarm: Alarm) -> tuple[str, ...]:
    """The sites that may be dark by an alarm that nothing explains, from the gateways inwards; the last is the nearest.

    What a site shows that is cut off, or is back, tells of all that is on every way up from it; a lost link of its far
    end.
    """
    nearest = _nearest(state, alarm)
    return state.rules.topology.chokepoints(nearest) if nearest else ()


def concerned(state: State, alarm: Alarm) -> set[str]:
    """The sites of whose darkness an alarm may decide though it is no evidence: it shows life, or own troubles."""
    topology = state.rules.topology
    if not alarm.site or not (alarm.alarm_type in _LOST or alarm.alarm_type in state.rules.causes.symptoms):
        return set()
    return _around(state, alarm.site) | set(topology.chokepoints(alarm.site))


def weighed_with(state: State, alarms: Iterable[Alarm]) -> set[str]:
    """The alarms of whose site's darkness these may have decided: they are known as long as those are."""
    spans: dict[str, set[Span]] = defaultdict(set)
    for alarm in alarms:
        stood = apart(None, (alarm.raised_at, alarm.cleared_at or state.now))
        for site in concerned(state, alarm):
            spans[site] |= stood
    return {sign.alarm_id for site in spans for run in _suspects(state, site, spans[site]) for sign in run}


def outermost(state: State, changed: Mapping[str, set[Span]]) -> dict[str, set[Span]]:
    """Of the sites of which something changed those that may be dark and have no such site above them, and when."""
    spans: dict[str, set[Span]] = defaultdict(set)
    for site, here in changed.items():
        for above in state.rules.topology.chokepoints(site):
            spans[above] |= here
    found: dict[str, set[Span]] = {}
    for site in sorted(spans, key=lambda site: len(state.rules.topology.chokepoints(site))):
        taken = [span for above in state.rules.topology.chokepoints(site) for span in found.get(above, ())]
        runs_of = (Span(run[0].raised_at, run[-1].raised_at) for run in _suspects(state, site, spans[site]))
        found[site] = {one for one in runs_of if not any(span.since <= one.since <= span.until for span in taken)}
    return {site: here for site, here in found.items() if here}


def conclude(state: State, _: str, alarms: Sequence[Alarm]) -> Iterator[Finding]:
    """The dark sites among this one and those behind it."""
    yield from _dark(state, [alarm for alarm in alarms if _is_core(state, alarm.alarm_type)])


def _is_core(state: State, alarm_type: str) -> bool:
    """Whether it tells that a site fell silent; the rest only follows."""
    return alarm_type in _LOST or alarm_type in state.rules.causes.symptoms


def _nearest(state: State, alarm: Alarm) -> str:
    if not alarm.site or alarm.alarm_type in state.rules.causes.cut_off:
        return alarm.site
    links = state.rules.topology.links_at(alarm.site, alarm.identity.resource) if alarm.alarm_type in _LOST else ()
    ends = {site for link in links for site in (link.upstream_site_id, link.downstream_site_id)} - {alarm.site}
    return ends.pop() if len(ends) == 1 else ""


def _suspects(state: State, site: str, spans: set[Span]) -> Iterator[list[Sign]]:
    """The runs near these times in which a site may be dark: none is left out that `conclude` would find.

    A cheap look first. Behind a gateway something always tells of it, but seldom so many sites at once: without
    counting those, whatever happened behind it would have all of it looked at.
    """
    gap = timedelta(seconds=state.rules.policy.inference.chain_seconds)
    told = state.evidence.get((TIER, site), ())
    core = near(told, spans, gap, lambda sign: _is_core(state, sign.identity.alarm_type))
    return (run for run in runs(core, gap) if _may_be_dark(state, site, run))


def _may_be_dark(state: State, site: str, run: Sequence[Sign]) -> bool:
    """Whether enough sites fell, or lost their links to it, or it was found to be dark by one of these signs before."""
    policy = state.rules.policy.inference
    least = policy.heard_share * len(state.rules.topology.behind(site))
    if len(run) > 1 and len({site, *(sign.identity.site for sign in run)}) >= least:
        return True
    lost = {sign.identity.site for sign in run if sign.identity.alarm_type in _LOST and _nearest_told(sign) == site}
    if len(lost) >= policy.sites:
        return True
    here = (root for node in state.inferred_on.get(site, ()) if (root := state.inferred[node]).tier == TIER)
    return any(sign.alarm_id in root.members for root in here for sign in run)


def _nearest_told(sign: Sign) -> str:
    return next(place for tier, place in reversed(sign.places) if tier == TIER)


def _dark(state: State, alarms: Sequence[Alarm]) -> Iterator[Finding]:
    """From the outside inwards: a run that does not make a site dark is looked at branch by branch."""
    for run in runs(alarms, timedelta(seconds=state.rules.policy.inference.chain_seconds)):
        ways = [tells_of(state, alarm) for alarm in run]
        depth = _shared(ways)
        site = ways[0][depth - 1]
        if _is_silent(state, site, run):
            yield _found(site, run)
            continue
        branches: dict[str, list[Alarm]] = defaultdict(list)
        for alarm, way in zip(run, ways, strict=True):
            branches[way[depth] if len(way) > depth else ""].append(alarm)
        for branch, members in sorted(branches.items()):
            if branch:
                yield from _dark(state, members)
            elif _is_given_up(state, site, members):
                yield _found(site, members)


def _found(site: str, members: Sequence[Alarm]) -> Finding:
    return Finding(Identity(site, _RESOURCE, DARK, ""), tuple(members))


def _shared(ways: Sequence[tuple[str, ...]]) -> int:
    """How many sites all these ways have in common."""
    depth = 0
    for step in zip(*ways, strict=False):
        if len(set(step)) > 1:
            break
        depth += 1
    return depth


def _is_silent(state: State, site: str, run: Sequence[Alarm]) -> bool:
    """Whether enough of the sites behind and around it fell at once."""
    fallen = {alarm.site for alarm in run}
    policy, behind = state.rules.policy.inference, set(state.rules.topology.behind(site))
    if len(fallen | {site}) < policy.heard_share * len(behind) or _of_one_tenant(state, run):
        return False
    if fallen == {site}:  # told by its own equipment: the controller and the stations, or those of several tenants
        return len({alarm.identity.resource for alarm in run}) > 1
    if len(fallen) < policy.sites:
        return False
    return _holds(state, site, run, policy.share, (behind | _around(state, site)) - {site})


def _is_given_up(state: State, site: str, alarms: Sequence[Alarm]) -> bool:
    """Whether enough of its neighbours lost their links to it at once."""
    run = [alarm for alarm in alarms if alarm.alarm_type in _LOST]
    fallen = {alarm.site for alarm in run}
    policy = state.rules.policy.inference
    return len(fallen) >= policy.sites and _holds(state, site, run, policy.around_share, _around(state, site))


def _holds(state: State, site: str, run: Sequence[Alarm], share: float, concerned: Collection[str]) -> bool:
    """Whether the fallen are many among those of which anything can be told, and the site itself says nothing."""
    fallen = {alarm.site for alarm in run}
    margin = timedelta(seconds=state.rules.policy.inference.chain_seconds)
    since, until = run[0].raised_at - margin, run[-1].raised_at + margin
    if any(since <= alarm.raised_at <= until for alarm in state.alarms_at(site, _LOST)):
        return False
    living = sum(other not in fallen and not _is_troubled(state, other, since, until) for other in concerned)
    return len(fallen) >= share * (len(fallen) + living)


def _around(state: State, site: str) -> set[str]:
    topology = state.rules.topology
    above = {link.upstream_site_id for link in topology.uplinks(site)}
    return above | {link.downstream_site_id for link in topology.downlinks(site)}


def _of_one_tenant(state: State, run: Sequence[Alarm]) -> bool:
    """Whether only stations fell, and of one operator, known or not: that may be trouble of its own."""
    tenants = {state.rules.topology.tenant_of(alarm.site, alarm.identity.resource) for alarm in run}
    return len(tenants) == 1 and all(alarm.alarm_type in _STATIONS for alarm in run)


def _is_troubled(state: State, site: str, since: datetime, until: datetime) -> bool:
    """Whether a site is down for a reason of its own at that time, so that it tells nothing."""
    return any(
        alarm.raised_at <= until and (alarm.cleared_at is None or alarm.cleared_at >= since)
        for alarm in state.alarms_at(site, state.rules.causes.symptoms)
    )
