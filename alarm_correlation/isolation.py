"""Stage 3: which sites are cut off from every gateway, when, and by which alarm. A function of what is broken when.

Of several broken things the first whose failure left no way up is the culprit; with two ways up that is the second one
to fail. When it is mended and the site is still cut off, the next one takes over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence, Set
from datetime import datetime
from heapq import heappop, heappush
from typing import NamedTuple

from alarm_correlation.candidates import seen_since
from alarm_correlation.facts import Episode
from alarm_correlation.records import Alarm
from alarm_correlation.state import State, is_of_transmission
from alarm_correlation.work import Work
from guywire.model import Identity


class Break(NamedTuple):
    """Something broken on a site's ways up. Sorts by time; at one instant what is nearer to the gateways first."""

    start: datetime
    rank: tuple[int, str]
    identity: Identity
    alarm_id: str
    end: datetime | None
    links: frozenset[str]
    sites: frozenset[str]

    @property
    def cuts(self) -> tuple[frozenset[str], frozenset[str]]:
        return self.links, self.sites


Connected = Callable[[set[str], set[str]], bool]
"""Whether the site has a way up without these links and sites."""


def trace_isolation(state: State, work: Work) -> None:
    """Traces anew the sites below whatever cut or mended something in this step."""
    sites: set[str] = set()
    for alarm in [state.alarms[alarm_id] for alarm_id in work.moved] + list(work.dropped.values()):
        sites |= reach(state, alarm)
    made: dict[str, Break] = {}
    for site in sites:
        found = tuple(episodes(*_breaks(state, site, made)))
        if found != state.cut_off.get(site, ()):
            _note(state, work, site, found)


def reach(state: State, alarm: Alarm) -> set[str]:
    """The sites that an alarm could cut off."""
    topology = state.rules.topology
    if alarm.alarm_type not in state.rules.causes.cutters or not alarm.site:
        return set()
    if is_of_transmission(alarm):
        return {site for link in state.links_cut_by(alarm) for site in topology.below_link(link)}
    return set(topology.below(alarm.site)) - {alarm.site}


def told_otherwise(state: State, gone: Set[str]) -> set[str]:
    """The alarms that would be to blame for other times than they are, had those in `gone` never been."""
    made: dict[str, Break] = {}
    blamed: set[str] = set()
    for site in {site for alarm_id in gone for site in reach(state, state.alarms[alarm_id])}:
        breaks, connected = _breaks(state, site, made)
        without = set(episodes([one for one in breaks if one.alarm_id not in gone], connected))
        left = {episode for episode in state.cut_off.get(site, ()) if episode.culprit not in gone}
        blamed |= {episode.culprit for episode in without ^ left}
    return blamed


def episodes(breaks: Sequence[Break], connected: Connected) -> Iterator[Episode]:
    """When one site was cut off, given what was broken on its ways up; `breaks` sorted, adjoining times joined.

    Of breaks that cut the very same only the first that stands can be the culprit: two hundred ports of one radio cost
    as many steps, not as many squared.
    """
    if not breaks or not connected(set(), set()):
        return  # nothing is broken, or the inventory knows no way up at all
    open_since: datetime | None = None
    blamed: str | None = None
    for at, firsts in _first_standing(breaks):
        culprit = _culprit(firsts, connected)
        if culprit == blamed:
            continue
        if blamed is not None and open_since is not None:
            yield Episode(open_since, at, blamed)
        open_since, blamed = at, culprit
    if blamed is not None and open_since is not None:
        yield Episode(open_since, None, blamed)


def _first_standing(breaks: Sequence[Break]) -> Iterator[tuple[datetime, list[Break]]]:
    """Whenever it changes: the first that stands of each kind of break, sorted."""
    kinds: dict[tuple[frozenset[str], frozenset[str]], list[Break]] = defaultdict(list)
    before: list[Break] = []
    begun = 0
    for at in sorted({at for one in breaks for at in (one.start, one.end) if at is not None}):
        while begun < len(breaks) and breaks[begun].start <= at:
            heappush(kinds[breaks[begun].cuts], breaks[begun])
            begun += 1
        firsts = sorted(kind[0] for kind in kinds.values() if _still_standing(kind, at))
        if firsts != before:
            yield at, firsts
            before = firsts


def _still_standing(kind: list[Break], at: datetime) -> bool:
    """Drops the first ones that have ended from a heap; whether any is left."""
    while kind and (end := kind[0].end) is not None and end <= at:
        heappop(kind)
    return bool(kind)


def _culprit(standing: Sequence[Break], connected: Connected) -> str | None:
    links: set[str] = set()
    sites: set[str] = set()
    for one in standing:
        links |= one.links
        sites |= one.sites
        if not connected(links, sites):
            return one.alarm_id
    return None


def _breaks(state: State, site: str, made: dict[str, Break]) -> tuple[list[Break], Connected]:
    """What is broken on the site's ways up, and how to ask about them; `made` keeps breaks for the next site."""
    topology = state.rules.topology
    above = topology.above(site) - {site}
    cutters: set[str] = set()
    for here in (site, *above):
        for link in topology.uplinks(here):
            cutters |= state.cutting_link.get(link.link_id, set())
    for here in above:
        for alarm in state.alarms_at(here, state.rules.causes.cutters):
            if not is_of_transmission(alarm):
                cutters.add(alarm.alarm_id)
    for alarm_id in cutters:
        if alarm_id not in made:
            made[alarm_id] = _break(state, state.alarms[alarm_id])
    breaks = sorted(made[alarm_id] for alarm_id in cutters)
    return breaks, lambda links, sites: topology.connected(site, links, sites)


def _break(state: State, alarm: Alarm) -> Break:
    links = frozenset(link.link_id for link in state.links_cut_by(alarm))
    sites = frozenset() if links else frozenset({alarm.site})
    rank = state.rules.topology.rank(alarm.site)
    return Break(alarm.raised_at, rank, alarm.identity, alarm.alarm_id, alarm.cleared_at, links, sites)


def _note(state: State, work: Work, site: str, found: tuple[Episode, ...]) -> None:
    known = state.cut_off.pop(site, ())
    before, now = {episode.culprit for episode in known}, {episode.culprit for episode in found}
    if found:
        state.cut_off[site] = found
    for culprit in before - now:
        state.cut_by[culprit].discard(site)
        if not state.cut_by[culprit]:
            del state.cut_by[culprit]
    for culprit in now:
        state.cut_by[culprit].add(site)
    for culprit in before | now:
        if (incident := state.incident_of.get(culprit)) is not None:
            work.incidents.add(incident)
    since, cut_off = _told_otherwise_since(state, known, found), state.rules.causes.cut_off
    work.unsettled |= {alarm.alarm_id for alarm in state.alarms_at(site, cut_off) if alarm.raised_at >= since}


def _told_otherwise_since(state: State, before: Sequence[Episode], now: Sequence[Episode]) -> datetime:
    """From when on what began at the site may be explained otherwise."""
    then, there = ({(one.culprit, one.start): (one.start, one.end) for one in told} for told in (before, now))
    return min(
        seen_since(state, then[key] if key in then and key in there else None, there.get(key) or then[key])
        for key in then.keys() | there.keys()
    )
