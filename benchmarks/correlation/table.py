"""Scores as tables in Markdown: one line a way of grouping, and for the correlator one line a kind of fault."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from statistics import mean, median

from benchmarks.correlation.run import Outcome
from benchmarks.correlation.scores import FaultScore, StormScore

HEADER = (
    "| way | ARI mean | ARI worst | ARI by alarms | homogeneity | completeness "
    "| top-1 | but lost | root heard | root silent | root lost "
    "| tickets per fault | missing | surplus | cancelled | to root p50 s | p90 s |"
)
KINDS = (
    "| kind | faults | top-1 | but lost | root heard | root silent | root lost "
    "| tickets per fault | missing | surplus | astray | guests | p50 s |"
)


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The table of all ways, each baseline in its best setting by mean ARI over these very seeds."""
    yield HEADER
    yield _rule(HEADER)
    by_way: dict[str, list[StormScore]] = defaultdict(list)
    for outcome in outcomes:
        for one in outcome.scores:
            by_way[one.way].append(one)
    for way in _best(by_way):
        yield _row(way, _cells(by_way[way]))


def kinds_table(outcomes: Sequence[Outcome], way: str) -> Iterator[str]:
    yield KINDS
    yield _rule(KINDS)
    by_kind: dict[str, list[FaultScore]] = defaultdict(list)
    for outcome in outcomes:
        for fault in (fault for one in outcome.scores if one.way == way for fault in one.faults):
            by_kind[fault.fault.kind].append(fault)
    for kind, faults in sorted(by_kind.items()):
        alarms = sum(one.heard for one in faults)
        yield _row(
            kind,
            [
                str(len(faults)),
                *_top1(faults),
                *_tickets(faults, sum(one.tickets for one in faults)),
                _share(sum(one.strays for one in faults), alarms),
                _share(sum(one.guests for one in faults), alarms),
                _seconds(faults, 0.5),
            ],
        )


def _best(by_way: dict[str, list[StormScore]]) -> list[str]:
    """Each way once: of several settings (`name | setting`) the one with the best mean ARI."""
    best: dict[str, str] = {}
    for way, scores in by_way.items():
        name = way.split(" | ")[0]
        if name not in best or _ari(scores) > _ari(by_way[best[name]]):
            best[name] = way
    return list(best.values())


def _cells(scores: Sequence[StormScore]) -> list[str]:
    faults = [fault for one in scores for fault in one.faults]
    return [
        f"{_ari(scores):.3f}",
        f"{min(one.adjusted_rand for one in scores):.3f}",
        f"{_weighted(scores):.3f}",
        f"{mean(one.homogeneity for one in scores):.3f}",
        f"{mean(one.completeness for one in scores):.3f}",
        *_top1(faults),
        *_tickets(faults, sum(one.tickets for one in scores)),
        str(sum(one.cancelled for one in scores)),
        _seconds(faults, 0.5),
        _seconds(faults, 0.9),
    ]


def _ari(scores: Iterable[StormScore]) -> float:
    return mean(one.adjusted_rand for one in scores)


def _weighted(scores: Sequence[StormScore]) -> float:
    """The mean of the adjusted Rand indices, each storm by its alarms."""
    return sum(one.adjusted_rand * one.alarms for one in scores) / max(1, sum(one.alarms for one in scores))


def _top1(faults: Sequence[FaultScore]) -> list[str]:
    """Of all, of all whose root was not lost, and of those whose root was heard, is silent, or was lost."""
    shown = (("heard", "silent", "lost"), ("heard", "silent"), ("heard",), ("silent",), ("lost",))
    groups = [[one for one in faults if one.root in roots] for roots in shown]
    return [_share(sum(one.right for one in group), len(group)) for group in groups]


def _tickets(faults: Sequence[FaultScore], tickets: int) -> list[str]:
    deserving = sum(one.deserves for one in faults)
    missing = sum(one.deserves and not one.tickets for one in faults)
    return [f"{tickets / deserving:.3f}" if deserving else "-", str(missing), str(tickets - (deserving - missing))]


def _seconds(faults: Iterable[FaultScore], share: float) -> str:
    """A quantile of the time to the right root, over the faults that got it."""
    times = sorted(one.to_root for one in faults if one.to_root is not None)
    if not times:
        return "-"
    return f"{median(times) if share == 0.5 else times[min(len(times) - 1, int(share * len(times)))]:.0f}"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


def _row(name: str, cells: Iterable[str]) -> str:
    return f"| {name.replace(' | ', ': ')} | {' | '.join(cells)} |"


def _rule(header: str) -> str:
    return "|" + "---|" * (header.count("|") - 1)
