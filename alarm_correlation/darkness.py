"""The second tier of inference: a site that fell silent, told by those behind it and those around it.

A hub that loses its controller with everything else reports nothing. But what is behind it falls silent with it, and
its neighbours lose their links to it. The root is the deepest site that stands on every way up from all that fell and
from little that lives.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache, partial
from operator import attrgetter

from alarm_correlation.facts import Sign
from alarm_correlation.finding import Finding, runs
from alarm_correlation.records import Alarm
from alarm_correlation.state import State
from guywire.model import Identity

TIER = 1
"""Its place among the tiers of `inference`."""
DARK = "site-unreachable"
_RESOURCE = "site"
_RAISED_AT = attrgetter("raised_at")
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


def weighed_with(state: State, alarm: Alarm) -> Iterator[str]:
    """The alarms of whose site's darkness this one may have decided, some of them twice: they are known as long as it
    is."""
    margin = timedelta(seconds=state.rules.policy.inference.chain_seconds)
    since, until = alarm.raised_at - margin, (alarm.cleared_at or state.now) + margin
    for site in concerned(state, alarm):
        if _may_be_dark(state, site):
            signs = state.evidence.get((TIER, site), ())
            first, end = bisect_left(signs, since, key=_RAISED_AT), bisect_right(signs, until, key=_RAISED_AT)
            yield from (sign.alarm_id for sign in signs[first:end])


def outermost(state: State, sites: Collection[str]) -> set[str]:
    """Of the sites to be looked at those that may be dark and have no such site above them."""
    may_be_dark = cache(partial(_may_be_dark, state))  # the same gateway stands above many
    ways = (state.rules.topology.chokepoints(site) for site in sites)
    return {first for way in ways if (first := next(filter(may_be_dark, way), None))}


def conclude(state: State, _: str, alarms: Sequence[Alarm]) -> Iterator[Finding]:
    """The dark sites among this one and those behind it, each with what came late or when it was back."""
    core = _LOST | state.rules.causes.symptoms
    found = list(_dark(state, [alarm for alarm in alarms if alarm.alarm_type in core]))
    taken = {alarm.alarm_id for one in found for alarm in one.members}
    trailing: dict[int, list[Alarm]] = defaultdict(list)
    for alarm in alarms:
        if alarm.alarm_id not in taken and (place := _followed(state, found, alarm)) is not None:
            trailing[place].append(alarm)
    for place, one in enumerate(found):
        yield one._replace(trailing=tuple(trailing[place]))


def _nearest(state: State, alarm: Alarm) -> str:
    if not alarm.site or alarm.alarm_type in state.rules.causes.cut_off:
        return alarm.site
    links = state.rules.topology.links_at(alarm.site, alarm.identity.resource) if alarm.alarm_type in _LOST else ()
    ends = {site for link in links for site in (link.upstream_site_id, link.downstream_site_id)} - {alarm.site}
    return ends.pop() if len(ends) == 1 else ""


def _may_be_dark(state: State, site: str) -> bool:
    """A cheap look first, which never says no of a site that `conclude` would find.

    Behind a gateway something always tells of it, but seldom so many sites at once: without counting those, whatever
    happened behind it would have all of it looked at.
    """
    if any(state.inferred[node].tier == TIER for node in state.inferred_on.get(site, ())):
        return True
    told = state.evidence.get((TIER, site), ())
    if len(told) < 2:
        return False
    least = state.rules.policy.inference.heard_share * len(state.rules.topology.behind(site))
    if len(told) + 1 >= least and _fell_together(state, site, told, least):
        return True
    return sum((TIER, site) in state.places_told(alarm.alarm_id) for alarm in _lost_links(state, site)) >= 2


def _fell_together(state: State, site: str, told: Sequence[Sign], least: float) -> bool:
    """Whether in one run of the alarms that tell of a site at least so many sites fell, itself counted."""
    core = _LOST | state.rules.causes.symptoms
    gap = timedelta(seconds=state.rules.policy.inference.chain_seconds)
    fallen, last = {site}, told[0].raised_at
    for at, identity, *_ in told:
        if identity.alarm_type not in core:
            continue
        if at - last > gap:
            fallen = {site}
        fallen.add(identity.site)
        if len(fallen) >= least:
            return True
        last = at
    return False


def _lost_links(state: State, site: str) -> Iterator[Alarm]:
    """What its neighbours say of their links to it."""
    topology = state.rules.topology
    ends = [(link.upstream_site_id, link.resource) for link in topology.uplinks(site)]
    ends += [(link.downstream_site_id, link.downstream_resource) for link in topology.downlinks(site)]
    for far, resource in ends:
        if _LOST.isdisjoint(state.at_site.get(far, ())):
            continue  # most of a gateway's many neighbours
        yield from (alarm for alarm in state.alarms_at(far, _LOST) if alarm.identity.resource == resource)


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


def _followed(state: State, found: Sequence[Finding], alarm: Alarm) -> int | None:
    """The newest of the dark sites on its way up to which an alarm can still belong, by its place among the found."""
    policy = state.rules.policy.inference
    way = tells_of(state, alarm)
    fitting = []
    for place, one in enumerate(found):
        since = one.members[0].raised_at - timedelta(seconds=policy.chain_seconds)
        until = one.ends + timedelta(seconds=policy.straggler_seconds) if one.ends else None
        if one.place in way and since <= alarm.raised_at and (until is None or alarm.raised_at <= until):
            fitting.append((one.members[0].raised_at, place))
    return max(fitting)[1] if fitting else None
