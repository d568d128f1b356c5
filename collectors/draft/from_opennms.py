"""OpenNMS's eventconf XML as drafting wants it: events that traps bring, and what their alarm-data says."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from collectors.draft.from_mib import resolve_varbinds
from collectors.draft.mib import Library
from collectors.draft.model import (
    MAX_SOURCE_BYTES,
    MAX_TRAPS,
    SEVERITIES,
    Definitions,
    DraftError,
    TrapDefinition,
    is_oid,
    plain_name,
    plain_text,
    v1_trap_oid,
)

_PARAMETER = re.compile(r"%parm\[#(\d{1,4})\]%")
_NAMED = re.compile(
    r"(?:<b>\s*([A-Za-z][\w.-]{0,127})\s*</b>[^%]{0,400}|(?<![\w.-])([A-Za-z][\w.-]{0,127})\s*=\s*)%parm\[#(\d{1,4})\]%"
)
_BOILERPLATE = re.compile(r"\S trap received", re.IGNORECASE)
_MIB = re.compile(r"^(\S+) defined trap event")
_ARC = re.compile(r"[0-9]{1,10}")
_DEEPEST = 64


def read_opennms(path: Path, mib_path: Sequence[Path]) -> Definitions:
    """The traps of an eventconf file. MIBs in its folder or `mib_path` give its varbinds their OIDs."""
    events = list(_events(_root(path)))
    if len(events) > MAX_TRAPS:
        raise DraftError(f"{path}: more than {MAX_TRAPS} events; split the file.")
    if len(list(islice((oid for event in events for oid in _oids(event)), MAX_TRAPS + 1))) > MAX_TRAPS:
        raise DraftError(f"{path}: more than {MAX_TRAPS} traps; split the file.")
    traps = [trap for event in events for trap in _traps(event)]
    mibs = sorted({match[1] for event in events if (match := _MIB.match(_text(event, "event-label")))})
    library = Library([path.parent, *mib_path])
    modules = [module for name in mibs if (module := library.module(name)) is not None]
    notes = [f"{name} is in no --mib-path: the OIDs of its varbinds are unknown." for name in sorted(library.missing)]
    if skipped := sum(not any(True for _ in _traps(event)) for event in events):
        notes.append(f"{skipped} events are brought by no trap that is named whole, and left out.")
    varbinds = resolve_varbinds(library, modules, (name for trap in traps for name in trap.varbinds))
    return Definitions(path.name, "an OpenNMS event file", tuple(traps), varbinds, tuple(notes))


class _NoDoctype(TreeBuilder):
    """Refuses document types as soon as one begins, and with them entities to blow up or to fetch.

    This is all of what defusedxml would refuse here; its licence is not among those that we take in.
    """

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def doctype(self, *_: object) -> None:
        raise DraftError("a DOCTYPE is not taken. Remove it: event files need none.")

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        """Whatever lies in an event is looked at with it, so that nesting would cost its square."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise DraftError(f"elements stand {_DEEPEST} deep in one another: no event file does.")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def _root(path: Path) -> Element:
    try:
        data = path.read_bytes()
        if len(data) > MAX_SOURCE_BYTES:
            raise DraftError(f"larger than {MAX_SOURCE_BYTES} bytes.")
        parser = XMLParser(target=_NoDoctype())  # noqa: S314 - see `_NoDoctype`
        parser.feed(data)
        root: Element = parser.close()
        return root
    except (OSError, ParseError, ValueError, LookupError, DraftError) as error:
        raise DraftError(f"{path}: not an event file that can be read: {error}") from error


def _events(root: Element) -> Iterator[Element]:
    return (element for element in root.iter() if _tag(element) == "event")


def _traps(event: Element) -> Iterator[TrapDefinition]:
    uei = _text(event, "uei")
    description = html.unescape(_text(event, "descr"))
    message = html.unescape(_text(event, "logmsg"))
    names = _names(description + message)
    conditions = tuple(_conditions(event, names))
    for oid in _oids(event):
        yield TrapDefinition(
            name=plain_name(uei.rpartition("/")[2]),
            oid=oid,
            description=plain_text(_untagged(description.partition("<table")[0])),
            summary=_summary(message, names),
            varbinds=tuple(names[number] for number in sorted(names)),
            severity=SEVERITIES.get(_text(event, "severity").lower(), ""),
            conditions=conditions,
            clears=tuple(plain_name(key.partition(":")[0].rpartition("/")[2]) for key in _clear_keys(event)),
        )


def _oids(event: Element) -> Iterator[str]:
    mask = {
        _text(element, "mename"): _texts(element, "mevalue")
        for element in event.iter()
        if _tag(element) == "maskelement"
    }
    enterprises = filter(is_oid, (text.removeprefix(".") for text in mask.get("id", [])))
    generics, specifics = filter(_ARC.fullmatch, mask.get("generic", [])), mask.get("specific", ["0"])
    for enterprise, generic, specific in product(enterprises, generics, filter(_ARC.fullmatch, specifics)):
        yield v1_trap_oid(enterprise, int(generic), int(specific))


def _conditions(event: Element, names: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    """`<varbind>` of a mask: position and value. One whose name is not known keeps its position as `#2`."""
    for element in event.iter():
        if _tag(element) == "varbind":
            number, values = _text(element, "vbnumber"), _texts(element, "vbvalue")
            if _ARC.fullmatch(number) and values:
                yield names.get(int(number), f"#{number}"), values[0]


def _names(text: str) -> dict[int, str]:
    """The varbinds' names by their positions, as mib2opennms writes them into descriptions and messages."""
    return {int(number): plain_name(bold or equal) for bold, equal, number in _NAMED.findall(text)}


def _summary(message: str, names: Mapping[int, str]) -> str:
    if _BOILERPLATE.search(message):
        return ""
    return _PARAMETER.sub(
        lambda match: f"{{{names[int(match[1])]}}}" if int(match[1]) in names else "", plain_text(_untagged(message))
    )


def _clear_keys(event: Element) -> Iterator[str]:
    for element in event.iter():
        if _tag(element) == "alarm-data" and (key := element.get("clear-key")):
            yield key


def _untagged(text: str) -> str:
    return re.sub(r"<[^<>]*>", " ", text)


def _texts(element: Element, tag: str) -> list[str]:
    return ["".join(child.itertext()).strip() for child in element.iter() if _tag(child) == tag]


def _text(element: Element, tag: str) -> str:
    return next(iter(_texts(element, tag)), "")


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
