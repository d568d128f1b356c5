"""Definitions to a draft: which alarm each trap or pair of traps is, and how sure that is. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from collectors.draft import guess
from collectors.draft.model import Definitions, TrapDefinition, Varbind, oid_key, plain_text
from collectors.draft.pairing import SURE, Pair, pairs, seems_to_clear
from collectors.draft.words import WORDS, has, is_informational, phrase
from collectors.profile.classify import UNIDENTIFIED

_Group = tuple[Sequence[TrapDefinition], Pair | None]


@dataclass(frozen=True, slots=True)
class Entry:
    """One `[[alarms]]` to be. `raises` and `clears` are its lines, `doubts` what a person has to look at.

    `how` it was put together: `sure`, `guessed`, by its `state`, `alone`, or `more` of the entry before it.
    """

    alarm_type: str
    slug: str
    raises: tuple[str, ...]
    clears: tuple[str, ...]
    severity: str
    qualifier: str
    texts: tuple[str, ...]
    doubts: tuple[str, ...]
    how: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A profile to be. `names` are OIDs by name; the lists of names are left to a person, each with its description."""

    definitions: Definitions
    names: Mapping[str, str]
    severity_from: Mapping[str, Mapping[str, str]]
    site_candidates: tuple[str, ...]
    entries: tuple[Entry, ...]
    informational: Mapping[str, str]
    lonely_clears: Mapping[str, str]
    not_expressible: Mapping[str, str]


def compose(definitions: Definitions) -> Draft:
    """Drafts a profile; the same definitions give the same draft."""
    varbinds = definitions.varbinds
    traps, left_out = _usable(definitions)
    found = pairs(traps)
    alone: dict[str, list[TrapDefinition]] = {"alarm": [], "clear": [], "quiet": []}
    for trap in _others(traps, found):
        alone[_kind(trap, varbinds)].append(trap)
    if not found and not alone["alarm"]:  # a profile needs something that it knows
        alone = {"alarm": alone["clear"] + alone["quiet"], "clear": [], "quiet": []}
    groups: list[_Group] = [(pair.raises, pair) for pair in found] + [((trap,), None) for trap in alone["alarm"]]
    groups.sort(key=lambda group: (oid_key(group[0][0].oid), group[0][0].conditions))
    used = {name: varbinds[name] for trap in traps for name in trap.varbinds if name in varbinds}
    return Draft(
        definitions=definitions,
        names=_names(traps, used),
        severity_from={name: labels for name in sorted(used) if (labels := guess.severity_labels(used[name]))},
        site_candidates=tuple(sorted(name for name in used if has(phrase(name), WORDS.site_words))),
        entries=tuple(_told_apart(entry for raises, pair in groups for entry in _entries(raises, pair, varbinds))),
        informational={trap.name: guess.sentence(trap) for trap in alone["quiet"]},
        lonely_clears={trap.name: guess.sentence(trap) for trap in alone["clear"]},
        not_expressible=left_out,
    )


def _usable(definitions: Definitions) -> tuple[list[TrapDefinition], dict[str, str]]:
    """The traps under names of their own, each meaning of an OID once, and those whose condition cannot be written."""
    taken = {name: varbind.oid for name, varbind in definitions.varbinds.items()}
    renamed: list[TrapDefinition] = []
    left_out: dict[str, str] = {}
    seen: set[tuple[str, frozenset[tuple[str, str]]]] = set()
    for trap in sorted(definitions.traps, key=lambda trap: (oid_key(trap.oid), trap.name, trap.conditions)):
        name = _free_name(trap, taken)
        taken[name] = trap.oid
        missing = [at for at, value in trap.conditions if at not in definitions.varbinds or len(value.split()) != 1]
        key = (trap.oid, frozenset(trap.conditions))
        if missing:
            left_out[name] = " and ".join(f"{at} = {plain_text(value)}" for at, value in trap.conditions)
        elif key not in seen:
            seen.add(key)
            renamed.append(replace(trap, name=name))
    return renamed, left_out


def _free_name(trap: TrapDefinition, taken: Mapping[str, str]) -> str:
    number, name = 1, trap.name
    while taken.get(name, trap.oid) != trap.oid:
        number += 1
        name = f"{trap.name}-{number}"
    return name


def _others(traps: Sequence[TrapDefinition], found: Sequence[Pair]) -> list[TrapDefinition]:
    members = {id(trap) for pair in found for trap in (*pair.raises, pair.clear)}
    return [trap for trap in traps if id(trap) not in members]


def _kind(trap: TrapDefinition, varbinds: Mapping[str, Varbind]) -> str:
    """What a trap without a partner seems to be: an `alarm`, a `clear` of something, or neither, `quiet`."""
    if is_informational(phrase(trap.name)):
        return "quiet"
    if guess.states(trap, varbinds):
        return "alarm"
    if seems_to_clear(trap):
        return "clear"
    return "quiet" if trap.severity == "normal" else "alarm"


def _entries(raises: Sequence[TrapDefinition], pair: Pair | None, varbinds: Mapping[str, Varbind]) -> Iterator[Entry]:
    """One entry, or where the raises are of several severities one for each, with the clear in the first of them."""
    by_severity: dict[str, list[TrapDefinition]] = {}
    for trap in raises:
        by_severity.setdefault(guess.severity(trap, varbinds), []).append(trap)
    alarm_type, doubt = guess.alarm_type(raises)
    for number, (severity, traps) in enumerate(by_severity.items()):
        lines, clears, how, pairing_doubt = _pairing(traps, pair, varbinds)
        yield Entry(
            alarm_type=alarm_type or UNIDENTIFIED,
            slug=_slug(raises[0]),
            raises=tuple(lines),
            clears=() if number else tuple(clears),
            severity=severity,
            qualifier=guess.index([*raises, pair.clear] if pair else raises, varbinds),
            texts=guess.texts(traps[0], varbinds),
            doubts=() if number else tuple(text for text in (doubt, pairing_doubt) if text),
            how="more" if number else how,
        )


def _pairing(
    raises: Sequence[TrapDefinition], pair: Pair | None, varbinds: Mapping[str, Varbind]
) -> tuple[list[str], list[str], str, str]:
    """The lines that raise and that clear, how they were found, and what is doubtful about that."""
    lines = [guess.line(trap) for trap in raises]
    if pair is not None and pair.score >= SURE - 0.05:
        return lines, [guess.line(pair.clear)], "sure", ""
    if pair is not None:
        doubt = f"paired by likeness ({pair.score:.2f}): is {pair.clear.name} its end?"
        return lines, [guess.line(pair.clear)], "guessed", doubt
    if (states := guess.states(raises[0], varbinds)) is not None:
        return *states, "state", "raised and cleared by the trap's own state: are these its values?"
    return lines, [], "alone", "nothing clears it"


def _told_apart(entries: Iterable[Entry]) -> list[Entry]:
    """Where several entries have one alarm type, the qualifier says which of them it is."""
    entries = list(entries)
    of_type = Counter(entry.alarm_type for entry in entries)
    return [
        replace(entry, qualifier=f"{entry.slug} {entry.qualifier}".strip())
        if of_type[entry.alarm_type] > 1 or entry.alarm_type == UNIDENTIFIED
        else entry
        for entry in entries
    ]


def _slug(trap: TrapDefinition) -> str:
    """The trap's own name, with its conditions when it has more than one meaning."""
    return "-".join((trap.name, *(value for _, value in trap.conditions)))


def _names(traps: Sequence[TrapDefinition], used: Mapping[str, Varbind]) -> dict[str, str]:
    names = {trap.name: trap.oid for trap in traps} | {name: varbind.oid for name, varbind in used.items()}
    return dict(sorted(names.items(), key=lambda item: (oid_key(item[1]), item[0])))
