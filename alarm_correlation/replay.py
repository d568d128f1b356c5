"""Recorded lines through the very same engine, in simulated time and without a database: `guywire replay`.

Time is the newest source time seen so far. What the engine changes is kept by id as the database would keep it; when
all lines are read, the incidents are numbered by when they began and by their roots, which no order of lines changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from alarm_correlation.books import Books
from alarm_correlation.engine import new_state, resume, step
from alarm_correlation.facts import Rules, Saved
from alarm_correlation.lifecycle import next_change
from alarm_correlation.readings import Reading
from alarm_correlation.records import as_row
from alarm_correlation.state import State
from alarm_correlation.work import AskedFor, Inputs, Received
from guywire.catalogue import CATALOGUE
from guywire.commands import COMMANDS
from guywire.errors import GuywireError
from guywire.model import UNASSIGNED, AlarmEvent, Severity

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_TOGETHER = timedelta(seconds=20)
"""Lines so near to each other are one step. A timer is looked at up to so much late, which no final incident sees."""

_AT_ONCE = 1000


class ReplayError(GuywireError):
    """A line that cannot be replayed; says the file, the line and why."""


class Line(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=False):
    """One recorded line. Without a severity an event has its type's; `site` is null or empty where none is known.

    A command has `command`, its class name, `body` and `actor`; a reading `metric` and `value`, in the metric's unit;
    a complaint its `body`, as the change feed has it: id, state, incident, vip, still_out_at.
    """

    at: datetime
    kind: Literal["event", "reading", "command", "complaint", "tick"] = "event"
    received_at: datetime | None = None
    site: str | None = None
    resource: str = ""
    alarm_type: str = ""
    qualifier: str = ""
    severity: Severity | None = None
    text: str = ""
    count: Annotated[int, msgspec.Meta(ge=1)] = 1
    baseline: bool = False
    metric: str = ""
    value: float | None = None
    command: str = ""
    body: dict[str, Any] = {}
    actor: str = "replay"


class SavedReplay(msgspec.Struct, kw_only=True):
    """A replay between two lines."""

    correlator: Saved
    books: Books
    lines: int


class Replay:
    """`feed` or `feed_all` it lines, then read `incidents()`. `saved()` and `Replay.resumed` go on exactly."""

    def __init__(self, rules: Rules) -> None:
        self._state = new_state(rules, _BEGINNING)
        self._books = Books()
        self._lines = 0

    @classmethod
    def resumed(cls, saved: bytes, rules: Rules) -> Replay:
        held = msgspec.msgpack.decode(saved, type=SavedReplay)
        replay = cls(rules)
        replay._books, replay._lines = held.books, held.lines
        replay._state, changes = resume(held.correlator, rules)
        replay._books.write(replay._state, changes)
        return replay

    def saved(self) -> bytes:
        held = SavedReplay(correlator=self._state.saved(), books=self._books, lines=self._lines)
        return msgspec.msgpack.encode(held)

    @property
    def state(self) -> State:
        return self._state

    def feed(self, line: Line) -> None:
        """Takes one line in. A tick moves time on."""
        self._take([line])

    def feed_all(self, lines: Iterable[Line]) -> None:
        """Takes lines in as a correlator under load does: several events a step, all less than `_TOGETHER` apart."""
        waiting: list[Line] = []
        until = _BEGINNING
        for line in lines:
            now = line.received_at or line.at
            if waiting and (line.kind != "event" or now >= until or len(waiting) == _AT_ONCE):
                self._take(waiting)
                waiting = []
            if line.kind != "event":
                self._take([line])
                continue
            if not waiting:
                until = max(self._state.now, now) + _TOGETHER
            waiting.append(line)
        if waiting:
            self._take(waiting)

    def finish(self) -> None:
        """The recording is over and nothing more is heard: time runs on until what each device said last counts."""
        while (until := _held_until(self._state)) is not None:
            self._take([Line(at=until, kind="tick")])

    def lines(self) -> Iterator[bytes]:
        """The incidents as `incidents.jsonl` has them, one a line."""
        return self._books.lines(self._state)

    def incidents(self) -> list[dict[str, Any]]:
        """The incidents as `incidents.jsonl` has them, times as text."""
        return [msgspec.json.decode(line) for line in self.lines()]

    def tickets(self) -> list[dict[str, Any]]:
        """Every ticket that was opened, in order; not promised to be the same in another order of lines."""
        return [as_row(ticket) for ticket in self._books.tickets.values()]

    def _take(self, lines: Sequence[Line]) -> None:
        """One step: events, or the one line that is something else."""
        inputs = self._inputs(lines)
        now = inputs.events[-1].event.received_at if inputs.events else lines[0].received_at or lines[0].at
        self._books.write(self._state, step(self._state, inputs, now))

    def _inputs(self, lines: Sequence[Line]) -> Inputs:
        first = self._lines + 1
        self._lines += len(lines)
        if lines[0].kind == "command":
            command = msgspec.convert(lines[0].body, COMMANDS[lines[0].command])
            return Inputs(commands=(AskedFor(first, command, lines[0].actor),))
        if lines[0].kind == "complaint":
            return Inputs(complaints=(lines[0].body,))
        if lines[0].kind == "reading":
            return Inputs(readings=tuple(map(_reading, lines)))
        if lines[0].kind != "event":
            return Inputs()
        return Inputs(events=tuple(self._received(lines, first)))

    def _received(self, lines: Sequence[Line], first: int) -> Iterator[Received]:
        """Each with the time of its receipt: its own, or the newest source time seen before it."""
        now, site_of = self._state.now, self._state.rules.topology.site
        for number, line in enumerate(lines, first):
            now = max(now, line.received_at or line.at)
            site = site_of(line.site or "")
            kind = CATALOGUE[line.alarm_type]
            event = AlarmEvent(
                at=line.at,
                received_at=now,
                site=site.site_id if site else line.site or "",  # the same text once, not once a line: memory is slow
                resource=line.resource,
                alarm_type=kind.id,
                qualifier=line.qualifier,
                severity=line.severity or kind.severity,
                text=line.text,
                domain=site.domain if site else UNASSIGNED,
                count=line.count,
                baseline=line.baseline,
            )
            yield Received(event, "replay", event.domain, "", number)


def _held_until(state: State) -> datetime | None:
    """When the last of the alarms is calm whose device's word does not count yet."""
    held = (one for one in state.alarms.values() if one.occurrence.chatter or one.occurrence.lull)
    ends = (next_change(one.occurrence, state.rules.policy.life(one.alarm_type)) for one in held)
    return max((at for at in ends if at is not None), default=None)


def _reading(line: Line) -> Reading:
    assert line.value is not None, "checked as it was read"
    return Reading(line.at, line.site or "", line.resource, line.metric, line.value, line.qualifier)


def read_lines(path: Path) -> Iterable[Line]:
    """The lines of a recording, checked. Raises `ReplayError` at the first one that cannot be right."""
    decode = msgspec.json.Decoder(Line).decode
    with path.open("rb") as file:
        for number, text in enumerate(file, 1):
            if not text.strip():
                continue
            try:
                yield _checked(decode(text))
            except (msgspec.MsgspecError, ValueError, UnicodeDecodeError) as error:
                raise ReplayError(f"{path}, line {number}: {error}. Mend the line or take it out.") from error


def _checked(line: Line) -> Line:
    if line.at.tzinfo is None or (line.received_at is not None and line.received_at.tzinfo is None):
        raise ValueError("a time has no zone; write it as 2026-11-21T08:00:00Z")
    if line.kind == "event":
        for name in ("resource", "alarm_type"):
            if not getattr(line, name):
                raise ValueError(f"an event needs {name}")
        if line.alarm_type not in CATALOGUE:
            raise ValueError(f"no such alarm type: {line.alarm_type!r}")
    if line.kind == "reading" and not (line.site and line.resource and line.metric and line.value is not None):
        raise ValueError("a reading needs site, resource, metric and value")
    if line.kind == "complaint" and not isinstance(line.body.get("id"), str):
        raise ValueError("a complaint needs a body with its id")
    if line.kind == "command":
        if line.command not in COMMANDS:
            raise ValueError(f"no such command: {line.command!r}")
        msgspec.convert(line.body, COMMANDS[line.command])
    return line
