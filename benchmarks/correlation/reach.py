"""Who is cut off from the core, since when, and by which fault: the cables and sites that are broken, step by step.

A site is cut off by the fault whose break took the last way; it stays that fault's until the site is back, whatever
else breaks meanwhile.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from benchmarks.correlation.province import Province
from benchmarks.correlation.world import Broken


def cut_off(province: Province, dead: Sequence[Broken], cables: Sequence[Broken]) -> list[Broken]:
    """The times in which each site had no way to a gateway, or was dead itself."""
    broken_cables: dict[str, int] = defaultdict(int)
    broken_sites: dict[str, int] = defaultdict(int)
    away: dict[str, tuple[float, int]] = {}
    found: list[Broken] = []
    for at, changes in _changes(dead, cables):
        begins = None
        for step, one, is_site in changes:
            (broken_sites if is_site else broken_cables)[one.what] += step
            begins = one.fault if step > 0 else begins
        there = _reached(province, broken_cables, broken_sites)
        for site in [site for site in away if site in there]:
            since, fault = away.pop(site)
            found.append(Broken(site, since, at, fault))
        if begins is not None and len(there) + len(away) < len(province.inventory.sites):
            own = {one.what: one.fault for step, one, is_site in changes if is_site and step > 0}
            for site in province.inventory.sites.keys() - there - away.keys():
                away[site] = (at, own.get(site, begins))
    return sorted(found, key=lambda one: (one.start, one.what))


def _changes(dead: Iterable[Broken], cables: Iterable[Broken]) -> list[tuple[float, list[tuple[int, Broken, bool]]]]:
    """At each time what begins (+1) or ends (-1) to be broken."""
    by_time: dict[float, list[tuple[int, Broken, bool]]] = defaultdict(list)
    for broken, is_site in ((dead, True), (cables, False)):
        for one in broken:
            by_time[one.start].append((1, one, is_site))
            by_time[one.end].append((-1, one, is_site))
    return sorted(by_time.items(), key=lambda item: item[0])


def _reached(province: Province, cables: dict[str, int], sites: dict[str, int]) -> set[str]:
    waiting = [site for site in province.gateways if not sites.get(site)]
    there = set(waiting)
    while waiting:
        for cable, below in province.downwards.get(waiting.pop(), ()):
            if below not in there and not cables.get(cable) and not sites.get(below):
                there.add(below)
                waiting.append(below)
    return there
