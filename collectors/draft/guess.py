"""What names and descriptions let one guess: alarm type, severity, qualifier, text and states. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from collectors.draft.model import SEVERITIES, TrapDefinition, Varbind, plain_text
from collectors.draft.words import WORDS, alarm_type_of, has, last_word, phrase, without
from guywire.model import Severity

MAX_TEXT = 160
FROM_DESCRIPTION = "alarm_type guessed from the description"
WHICH_ALARM = "TODO which alarm?"

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_OPENING = re.compile(
    r"^((an?|the|this) )?\S*(trap|notification|event)\S* "
    r"(signifies|indicates|((is|was) )?(sent|issued|generated|triggered))"
    r"( (each time|whenever|when|upon|after|if|that))* ",
    re.IGNORECASE,
)
_X733 = {severity.value for severity in Severity}


def line(trap: TrapDefinition) -> str:
    """A trap as a line of `raise` or `clear`."""
    return " ".join((trap.name, *(f"{name}={value}" for name, value in trap.conditions)))


def alarm_type(raises: Sequence[TrapDefinition]) -> tuple[str, str]:
    """By the name, else by the description, which is a doubt; an unknown one is '' and another doubt."""
    for trap in raises:
        if found := alarm_type_of(without(phrase(trap.name), ["trap", "traps"])):
            return found, ""
    for trap in raises:
        if found := alarm_type_of(phrase(sentence(trap))):
            return found, FROM_DESCRIPTION
    return "", WHICH_ALARM


def states(trap: TrapDefinition, varbinds: Mapping[str, Varbind]) -> tuple[list[str], list[str]] | None:
    """The lines that raise and clear by the one state that the trap carries; None when it has none or several."""
    found = [varbinds[name] for name in trap.varbinds if name in varbinds and _is_state(varbinds[name], trap)]
    if len(found) != 1:
        return None
    raises, clears = [], []
    for value, label in found[0].labels.items():
        words = phrase(label)
        if words in WORDS.well:
            clears.append(f"{line(trap)} {found[0].name}={value}")
        elif words not in WORDS.says_nothing:
            raises.append(f"{line(trap)} {found[0].name}={value}")
    return (raises, clears) if raises and clears else None


def _is_state(varbind: Varbind, trap: TrapDefinition) -> bool:
    if severity_labels(varbind) or not any(phrase(label) in WORDS.well for label in varbind.labels.values()):
        return False
    same_name = without(phrase(varbind.name), ["trap"]) == without(phrase(trap.name), ["trap", "traps"])
    return same_name or last_word(varbind.name) in WORDS.state_words or has(phrase(varbind.name), ["alarm", "input"])


def severity(trap: TrapDefinition, varbinds: Mapping[str, Varbind]) -> str:
    """What the source says, else a grade in the name; nothing where the trap itself carries a severity."""
    if trap.severity in _X733 - {"cleared", "indeterminate"}:
        return trap.severity
    if any(name in varbinds and severity_labels(varbinds[name]) for name in trap.varbinds):
        return ""
    words = phrase(trap.name).split()
    return next((grade for grade in WORDS.grades if grade in words), "")


def severity_labels(varbind: Varbind) -> dict[str, str]:
    """Severities by a varbind's values, {} for one that is no severity: two grades at least must be among them."""
    meant = {value: SEVERITIES.get(label.lower(), "") for value, label in varbind.labels.items()}
    grades = {severity for severity in meant.values() if severity in WORDS.grades}
    if len(grades) < 2:
        return {}
    return {value: "cleared" if name == "normal" else name for value, name in meant.items() if name}


def index(traps: Sequence[TrapDefinition], varbinds: Mapping[str, Varbind]) -> str:
    """What tells apart two alarms of one kind: at most two index-like varbinds that all of the traps carry."""
    common = [name for name in traps[0].varbinds if name in varbinds and all(name in trap.varbinds for trap in traps)]
    named = [f"{{{name}}}" for name in common if _is_index(name)]
    rows = [f"{{{name}.index}}" for name in common if varbinds[name].instance]
    return " ".join((named or rows[:1])[:2])


def _is_index(name: str) -> bool:
    words = phrase(name).split()
    return words[-1:] != [] and words[-1] in WORDS.index_words and not set(words) & set(WORDS.no_index_words)


def texts(trap: TrapDefinition, varbinds: Mapping[str, Varbind]) -> tuple[str, ...]:
    """What the device says, where it says something; then what the source says of the trap."""
    said = [name for name in trap.varbinds if name in varbinds and last_word(name) in WORDS.text_words]
    written = _PLACEHOLDER.sub(lambda match: match[0] if match[1] in varbinds else "", trap.summary).strip()
    return (*([f"{{{said[0]}}}"] if said and not written else []), written or sentence(trap))


def sentence(trap: TrapDefinition) -> str:
    """The description's first sentence, or the name in words when there is none."""
    text = plain_text(trap.description)
    first = re.split(r"(?<=[.!?])\s", text, maxsplit=1)[0][: 2 * MAX_TEXT]
    said = _OPENING.sub("", first)[:MAX_TEXT].rstrip(" .")
    return said if len(said.split()) > 1 else without(phrase(trap.name), WORDS.neutral)
