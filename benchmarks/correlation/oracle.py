"""An observer who knows the true fault of every alarm that was heard, and what was lost: nobody can do better.

It names a root only where what was heard tells it: the root's own alarm, a feed by two of its sites, a dead hub or an
unheard link by the silence behind it. Otherwise it names the earliest alarm, as anybody would.
"""

from __future__ import annotations

from benchmarks.correlation.truth import ANY, Fault, Occurrence, RootName, Truth, deserves_ticket, right_names
from benchmarks.correlation.verdict import Group, Verdict, name_of

WAY = "oracle"


def judge(truth: Truth) -> Verdict:
    heard = truth.heard()
    of_fault: dict[int, list[int]] = {}
    for place, one in enumerate(heard):
        of_fault.setdefault(one.fault, []).append(place)
    groups = [
        _group(truth.faults[number], [heard[place] for place in places], places)
        for number, places in sorted(of_fault.items())
    ]
    return Verdict(WAY, groups)


def _group(fault: Fault, alarms: list[Occurrence], places: list[int]) -> Group:
    roots = sorted((one for one in alarms if one.is_root), key=lambda one: (one.first_heard, one.identity))
    named = [name_of(one) for one in roots if any(name.names(name_of(one)) for name in right_names(fault, alarms))]
    earliest = min(alarms, key=lambda one: (one.first_heard, one.identity))
    root = named[0] if named else _inferred(fault, alarms) or name_of(earliest)
    since = roots[fault.told_by - 1].first_heard if len(roots) >= fault.told_by else earliest.first_heard
    return Group(root, frozenset(places), int(deserves_ticket(fault, alarms)), since or 0.0)


def _inferred(fault: Fault, alarms: list[Occurrence]) -> RootName | None:
    """What silence and company tell: a feed, a hub, a link or the site below it."""
    known = right_names(fault, alarms)
    if fault.can_report and known == fault.names:
        return None
    return next((RootName(*(("" if part == ANY else part) for part in name)) for name in known[::-1]), None)
