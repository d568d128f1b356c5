"""Recorded lines through the very same engine, in simulated time and without a database: `guywire replay`.

Time is the newest source time seen so far. What the engine changes is kept by id as the database would keep it; when
all lines are read, the incidents are numbered by when they began and by their roots, which no order of lines changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from alarm_correlation.engine import new_state, resume, step
from alarm_correlation.records import Alarm, Incident, Ticket, as_row
from alarm_correlation.state import Rules, Saved, State
from alarm_correlation.tickets import wanting
from alarm_correlation.work import AskedFor, Changes, Inputs, Received
from guywire.catalogue import CATALOGUE
from guywire.commands import COMMANDS
from guywire.errors import GuywireError
from guywire.model import UNASSIGNED, AlarmEvent, Severity

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class ReplayError(GuywireError):
    """A line that cannot be replayed; says the file, the line and why."""


class Line(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=False):
    """One recorded line. Without a severity an event has its type's; `site` is null or empty where none is known.

    A command has `command`, its class name, `body` and `actor`.
    """

    at: datetime
    kind: Literal["event", "reading", "command", "tick"] = "event"
    received_at: datetime | None = None
    site: str | None = None
    resource: str = ""
    alarm_type: str = ""
    qualifier: str = ""
    severity: Severity | None = None
    text: str = ""
    count: Annotated[int, msgspec.Meta(ge=1)] = 1
    baseline: bool = False
    command: str = ""
    body: dict[str, Any] = {}
    actor: str = "replay"


class Told(msgspec.Struct, kw_only=True):
    """What stands in the books of an incident, live or forgotten."""

    incident: Incident
    alarms: dict[str, Alarm] = {}
    sites_down: list[str] = []
    ticket: bool = False


class SavedReplay(msgspec.Struct, kw_only=True):
    """A replay between two lines."""

    correlator: Saved
    books: dict[str, Told]
    tickets: dict[str, Ticket]
    lines: int


class Replay:
    """`feed` it lines, then read `incidents()`. `saved()` between two lines and `Replay.resumed` go on exactly."""

    def __init__(self, rules: Rules) -> None:
        self._state = new_state(rules, _BEGINNING)
        self._books: dict[str, Told] = {}
        self._tickets: dict[str, Ticket] = {}
        self._lines = 0

    @classmethod
    def resumed(cls, saved: bytes, rules: Rules) -> Replay:
        held = msgspec.msgpack.decode(saved, type=SavedReplay)
        replay = cls(rules)
        replay._books, replay._tickets, replay._lines = held.books, held.tickets, held.lines
        replay._state, changes = resume(held.correlator, rules)
        replay._write(changes)
        return replay

    def saved(self) -> bytes:
        held = SavedReplay(correlator=self._state.saved(), books=self._books, tickets=self._tickets, lines=self._lines)
        return msgspec.msgpack.encode(held)

    @property
    def state(self) -> State:
        return self._state

    def feed(self, line: Line) -> None:
        """Takes one line in. A tick moves time on; readings are for later."""
        self._lines += 1
        now = max(self._state.now, line.received_at or line.at)
        self._write(step(self._state, self._inputs(line, now), now))

    def incidents(self) -> list[dict[str, Any]]:
        """The incidents as `incidents.jsonl` has them."""
        for key in self._state.incidents:
            self._note(key)
        told = [held for held in self._books.values() if held.incident.state != "merged"]
        rows = sorted((_row(held) for held in told), key=_order)
        return [{"incident": f"I{place}", **row} for place, row in enumerate(rows, 1)]

    def tickets(self) -> list[dict[str, Any]]:
        """Every ticket that was opened, in order; not promised to be the same in another order of lines."""
        return [as_row(ticket) for ticket in self._tickets.values()]

    def _inputs(self, line: Line, now: datetime) -> Inputs:
        if line.kind == "command":
            command = msgspec.convert(line.body, COMMANDS[line.command])
            return Inputs(commands=(AskedFor(self._lines, command, line.actor),))
        if line.kind != "event":
            return Inputs()
        site = self._state.rules.topology.site(line.site or "")
        event = AlarmEvent(
            at=line.at,
            received_at=now,
            site=line.site or "",
            resource=line.resource,
            alarm_type=line.alarm_type,
            qualifier=line.qualifier,
            severity=line.severity or CATALOGUE[line.alarm_type].severity,
            text=line.text,
            domain=site.domain if site else UNASSIGNED,
            count=line.count,
            baseline=line.baseline,
        )
        return Inputs(events=(Received(event, "replay", event.domain, "", self._lines),))

    def _write(self, changes: Changes) -> None:
        """Notes what may soon be forgotten, as the store would write it."""
        for key in changes.incidents:
            self._note(key)
        for incident, _ in changes.outages | changes.outages_gone:
            self._note(incident)
        for alarm_id in changes.alarms:
            self._note(self._state.incident_of[alarm_id])
        for ticket_id in changes.tickets:
            self._tickets[ticket_id] = msgspec.structs.replace(self._state.tickets[ticket_id])

    def _note(self, key: str) -> None:
        state = self._state
        self._books[key] = Told(
            incident=state.incidents[key],
            alarms={alarm_id: state.alarms[alarm_id] for alarm_id in state.members.get(key, ())},
            sites_down=sorted(
                outage.site_id for outage in state.outages.get(key, {}).values() if outage.started_at is not None
            ),
            ticket=any(True for _ in wanting(state, key)),
        )


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
    if line.kind == "command":
        if line.command not in COMMANDS:
            raise ValueError(f"no such command: {line.command!r}")
        msgspec.convert(line.body, COMMANDS[line.command])
    return line


def _row(told: Told) -> dict[str, Any]:
    incident = told.incident
    alarms = sorted(told.alarms.values(), key=lambda alarm: (alarm.raised_at, alarm.identity))
    return {
        "opened_at": incident.opened_at,
        "closed_at": incident.closed_at,
        "root": {
            "kind": incident.root_kind,
            "site": incident.root_site_id or None,
            "resource": incident.root_resource,
            "alarm_type": incident.root_alarm_type,
            "qualifier": incident.root_qualifier,
        },
        "sites": sorted({alarm.site for alarm in alarms if alarm.site} | set(told.sites_down)),
        "sites_down": told.sites_down,
        "ticket": told.ticket,
        "alarms": [
            {
                "site": alarm.site,
                "resource": alarm.identity.resource,
                "alarm_type": alarm.alarm_type,
                "qualifier": alarm.identity.qualifier,
                "raised_at": alarm.raised_at,
            }
            for alarm in alarms
        ],
    }


def _order(row: dict[str, Any]) -> tuple[Any, ...]:
    root = row["root"]
    names = (root["site"] or "", root["resource"], root["alarm_type"], root["qualifier"], root["kind"])
    return (row["opened_at"], *names, [(alarm["raised_at"], alarm["site"]) for alarm in row["alarms"]])
