"""A draft as the TOML of a profile: commented, sorted, the same text for the same draft."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from collectors.draft.compose import Draft, Entry
from collectors.draft.guess import FROM_DESCRIPTION, WHICH_ALARM
from collectors.draft.model import plain_text

MAX_WIDTH = 118


def write(draft: Draft, name: str) -> str:
    """The profile's text; `name` is what equipment.csv will write in its profile column."""
    lines = [
        *_head(draft),
        f"name = {_string(name)}",
        f"description = {_string(f'Drafted from {plain_text(draft.definitions.title)}')}",
        *(f'# site = "{{{candidate}}}"    # if the device knows the site id' for candidate in draft.site_candidates),
        *_ignore(draft.informational),
        *(["alarms = []"] if not draft.entries else []),
        *_severity(draft.severity_from),
        "",
        "[names]",
        *(f"{key} = {_string(oid)}" for key, oid in draft.names.items()),
        *(line for entry in draft.entries for line in _alarm(entry)),
        *_remark("Each of these seems to end something. Put it into the `clear` of what it ends:", draft.lonely_clears),
        *_remark(
            "These hang on a varbind whose OID is not known here; with its MIB beside the source they can be written:",
            draft.not_expressible,
        ),
    ]
    return "\n".join(lines) + "\n"


def _head(draft: Draft) -> Iterator[str]:
    how = Counter(entry.how for entry in draft.entries)
    doubts = Counter(doubt for entry in draft.entries for doubt in entry.doubts)
    unknown, described = doubts[WHICH_ALARM], doubts[FROM_DESCRIPTION]
    named = len(draft.entries) - how["more"] - unknown - described
    says = (
        f"Drafted from {plain_text(draft.definitions.title)}, {draft.definitions.kind}. Read it through before use: "
        "a comment over an alarm says what there is guessed.",
        f"Pairs of raise and clear: {how['sure']} sure, {how['guessed']} guessed by likeness, {how['state']} by the "
        f"trap's own state. Alarms that nothing clears: {how['alone']}.",
        f"Alarm types: {named} by the trap's name, {described} by its description, {unknown} unknown (TODO).",
        f"Left to you: {len(draft.informational)} traps that seem to be no alarms, {len(draft.lonely_clears)} clears "
        f"without a raise, {len(draft.not_expressible)} that cannot be written yet.",
    )
    for text in says:
        yield from _comment(text)
    for note in draft.definitions.notes:
        yield from _comment(f"Note: {note}")


def _ignore(informational: Mapping[str, str]) -> list[str]:
    if not informational:
        return []
    lines = [f"#    {_string(name)},    # {plain_text(text)}"[:MAX_WIDTH] for name, text in informational.items()]
    return ["# No alarms, it seems. Without a # a line makes its trap counted, not kept.", "ignore = [", *lines, "]"]


def _severity(sources: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    for name, values in sources.items():
        pairs = ", ".join(f"{_string(value)} = {_string(severity)}" for value, severity in values.items())
        yield from ("", "[[severity]]", f'from = "{{{name}}}"', f"values = {{ {pairs} }}")


def _alarm(entry: Entry) -> Iterator[str]:
    yield ""
    yield from (f"# {doubt}" for doubt in entry.doubts)
    yield "[[alarms]]"
    yield f"alarm_type = {_string(entry.alarm_type)}"
    yield f"raise = {_strings(entry.raises)}"
    if entry.clears:
        yield f"clear = {_strings(entry.clears)}"
    if entry.severity:
        yield f"severity = {_string(entry.severity)}"
    if entry.qualifier:
        yield f"qualifier = {_string(entry.qualifier)}"
    yield f"text = {_strings(entry.texts)}"


def _remark(title: str, items: Mapping[str, str]) -> Iterator[str]:
    if items:
        yield ""
        yield from _comment(title)
        yield from (f"#   {name}: {plain_text(text)}"[:MAX_WIDTH] for name, text in items.items())


def _comment(text: str) -> Iterator[str]:
    """A text as comment lines of bounded width, broken between words."""
    line = "#"
    for word in plain_text(text).split():
        if len(line) + len(word) >= MAX_WIDTH and line != "#":
            yield line
            line = "#"
        line += f" {word}"
    yield line


def _strings(texts: Sequence[str]) -> str:
    return _string(texts[0]) if len(texts) == 1 else f"[{', '.join(map(_string, texts))}]"


def _string(text: str) -> str:
    """A TOML basic string; JSON's escapes are a part of TOML's."""
    return json.dumps(text, ensure_ascii=False)
