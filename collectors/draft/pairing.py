"""Which trap clears which: stated by the source, or inferred from names, with a score for how sure that is. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from collectors.draft.model import TrapDefinition, oid_key
from collectors.draft.words import WORDS, Opposite, has, is_informational, phrase, without

STATED, SURE, LIKELY = 1.0, 0.9, 0.7
"""Scores: the source says so or only the trap's conditions differ; the names differ in nothing else; they nearly do."""

_ALIKE_ENOUGH = 0.6
_FUZZY_AT_MOST = 1_000
_TRIED_AT_MOST = 50

_Stem = Callable[[str, Opposite], str | None]


@dataclass(frozen=True, slots=True)
class Pair:
    """What one clear ends, and how sure that is, from 0 to 1."""

    raises: tuple[TrapDefinition, ...]
    clear: TrapDefinition
    score: float


def pairs(traps: Sequence[TrapDefinition]) -> list[Pair]:
    """Each trap in at most one pair. What the source states goes first, then names by how alike they are."""
    found: list[Pair] = []
    taken: set[int] = set()
    for step in (_stated, _by_condition, _by_name, _by_graded_name, _by_likeness):
        for pair in step([trap for trap in traps if id(trap) not in taken]):
            members = (*pair.raises, pair.clear)
            if not any(id(member) in taken for member in members):
                taken.update(map(id, members))
                found.append(pair)
    return found


def seems_to_clear(trap: TrapDefinition) -> bool:
    """Whether a trap by itself looks like the end of something: its severity says so, or a plain word of its name."""
    if trap.severity == "cleared":
        return True
    name = _bare(trap.name)
    return not is_informational(phrase(trap.name)) and any(
        opposite.strong and _cleared(name, opposite) is not None for opposite in WORDS.opposites
    )


def _stated(traps: Sequence[TrapDefinition]) -> Iterator[Pair]:
    by_name = {trap.name: trap for trap in traps}
    for clear in traps:
        raises = tuple(by_name[name] for name in clear.clears if name in by_name and name != clear.name)
        if raises:
            yield Pair(raises, clear, STATED)


def _by_condition(traps: Sequence[TrapDefinition]) -> Iterator[Pair]:
    """Of one OID's several meanings, those that are well clear those that are not."""
    by_oid: dict[str, list[TrapDefinition]] = defaultdict(list)
    for trap in traps:
        if trap.conditions:
            by_oid[trap.oid].append(trap)
    for same in by_oid.values():
        well = [trap for trap in same if trap.severity in ("normal", "cleared")]
        bad = [trap for trap in same if trap.severity not in ("normal", "cleared", "")]
        if len(well) == 1 and bad:
            yield Pair(tuple(bad), well[0], STATED)


def _by_name(traps: Sequence[TrapDefinition]) -> Iterator[Pair]:
    strong = [opposite for opposite in WORDS.opposites if opposite.strong]
    for opposite in WORDS.opposites:
        if all(" " in raising for raising in opposite.raises):
            yield from _with_stems(traps, opposite, _raised, SURE + 0.05)
    for opposite in strong:
        yield from _with_stems(traps, opposite, lambda name, _: name, SURE + 0.05)
    for opposite in WORDS.opposites:
        yield from _with_stems(traps, opposite, _raised, SURE)
    for opposite in strong:
        yield from _with_stems(traps, opposite, _raised, SURE, bare=True)


def _by_graded_name(traps: Sequence[TrapDefinition]) -> Iterator[Pair]:
    """One clear for several grades: `xMajor`, `xMinor` and `xCleared`."""
    for opposite in WORDS.opposites:
        yield from _with_stems(traps, opposite, _raised_without_grade, SURE - 0.05, several=True)


def _by_likeness(traps: Sequence[TrapDefinition]) -> Iterator[Pair]:
    """Names that share most of their words, under one parent, the clear in plain words."""
    if len(traps) > _FUZZY_AT_MOST:
        return
    for opposite in (opposite for opposite in WORDS.opposites if opposite.strong):
        plain = [trap for trap in traps if not is_informational(phrase(trap.name))]
        clears = [(trap, stem) for trap in plain if (stem := _cleared(_bare(trap.name), opposite))]
        raises = [trap for trap in traps if not _ends_or_informs(trap)]
        for clear, stem in clears:
            ranked = [(_likeness(stem, raise_, clear, opposite), raise_) for raise_ in raises]
            score, best = max(ranked, key=lambda item: (item[0], item[1].name), default=(0.0, clear))
            if score >= _ALIKE_ENOUGH:
                yield Pair((best,), clear, score * LIKELY)


def _likeness(stem: str, raise_: TrapDefinition, clear: TrapDefinition, opposite: Opposite) -> float:
    if _parent(raise_.oid) != _parent(clear.oid):
        return 0.0
    wanted, words = set(stem.split()), set(without(_bare(raise_.name), opposite.raises).split())
    return len(wanted & words) / max(1, len(wanted | words)) - 0.001 * min(_distance(raise_, clear), 100)


def _ends_or_informs(trap: TrapDefinition) -> bool:
    return seems_to_clear(trap) or trap.severity == "normal" or is_informational(phrase(trap.name))


def _with_stems(
    traps: Sequence[TrapDefinition],
    opposite: Opposite,
    stem_of: _Stem,
    score: float,
    *,
    several: bool = False,
    bare: bool = False,
) -> Iterator[Pair]:
    """Pairs whose names are the same once the phrases that raise and clear are taken out.

    `several`: all of one stem have this clear. `bare`: the clear may say what it ends, as in `acFailClear`.
    """
    raises: dict[str, list[TrapDefinition]] = defaultdict(list)
    for trap in traps:
        name = _bare(trap.name)
        if _cleared(name, opposite) is None and (stem := stem_of(name, opposite)) is not None:
            raises[stem].append(trap)
    for clear in traps:
        stem = _cleared(_bare(clear.name), opposite)
        stem = without(stem, opposite.raises) if bare and stem is not None else stem
        if stem is not None and stem in raises:
            near = sorted(raises[stem], key=lambda raise_: _distance(raise_, clear))
            for some in [raises[stem]] if several else [[raise_] for raise_ in near[:_TRIED_AT_MOST]]:
                yield Pair(tuple(some), clear, score)


def _cleared(name: str, opposite: Opposite) -> str | None:
    """What is left of a name without the phrase that clears; None when it has none."""
    rest = without(name, [text for text in opposite.raises if " " in text])
    if rest != name or has(name, WORDS.negations) or not has(name, opposite.clears):
        return None
    if not re.search(opposite.about, name):
        return None
    return without(name, opposite.clears)


def _raised(name: str, opposite: Opposite) -> str | None:
    if "" in opposite.raises:
        return name
    return without(name, opposite.raises) if has(name, opposite.raises) else None


def _raised_without_grade(name: str, opposite: Opposite) -> str | None:
    stem = without(name, [*WORDS.grades, *opposite.raises])
    return stem if has(name, WORDS.grades) else None


@lru_cache(65_536)
def _bare(name: str) -> str:
    return without(phrase(name), WORDS.neutral)


def _parent(oid: str) -> str:
    return oid.rpartition(".")[0]


def _distance(one: TrapDefinition, other: TrapDefinition) -> int:
    """How far two numbers lie apart under one parent; far for different parents."""
    if _parent(one.oid) != _parent(other.oid):
        return 1_000_000
    return abs(oid_key(one.oid)[-1] - oid_key(other.oid)[-1])
