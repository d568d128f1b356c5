"""Which sites stand on every way up from a site: its dominators in the graph of links, read from the gateways down.

The algorithm is Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm" (2001).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

Neighbours = Callable[[str], Iterable[str]]
_START = ""
"""Stands above all gateways: no site has an empty id."""


def immediate_dominators(gateways: Collection[str], below: Neighbours, above: Neighbours) -> Mapping[str, str]:
    """For each site that a gateway serves the nearest site that all its ways up share; `""` where there is none."""
    order = _outermost_last(gateways, below)
    place = {site: number for number, site in enumerate(order)}
    found: dict[str, str] = {_START: _START, **dict.fromkeys(gateways, _START)}
    changed = True
    while changed:
        changed = False
        for site in order[1:]:
            if site in gateways:
                continue
            nearest = None
            for one in above(site):
                if one in found:
                    nearest = one if nearest is None else _shared(found, place, one, nearest)
            if nearest is not None and found.get(site) != nearest:
                found[site] = nearest
                changed = True
    del found[_START]
    return found


def _shared(found: Mapping[str, str], place: Mapping[str, int], one: str, other: str) -> str:
    while one != other:
        if place[one] > place[other]:
            one = found[one]
        else:
            other = found[other]
    return one


def _outermost_last(gateways: Collection[str], below: Neighbours) -> list[str]:
    """Reverse postorder of a walk from the gateways down: a site comes after what leads to it, but for rings."""
    done: list[str] = []
    seen = {_START}
    waiting = [(_START, iter(sorted(gateways)))]
    while waiting:
        here, rest = waiting[-1]
        following = next((site for site in rest if site not in seen), None)
        if following is None:
            done.append(here)
            waiting.pop()
        else:
            seen.add(following)
            waiting.append((following, iter(below(following))))
    return done[::-1]
