"""The books of a replay: what became of each incident and ticket, small once it is over, numbered when all is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from alarm_correlation.records import Alarm, Incident, Ticket
from alarm_correlation.state import State
from alarm_correlation.tickets import wanting
from alarm_correlation.work import Changes

_encode = msgspec.json.Encoder().encode


class Told(msgspec.Struct, kw_only=True):
    """What there is to say of one incident."""

    incident: Incident
    alarms: list[Alarm]
    sites_down: list[str]
    ticket: bool


class Past(NamedTuple):
    """An incident that is over, as the line that it becomes; sorts by when it began and by its root."""

    opened_at: datetime
    root: tuple[str, str, str, str, str]
    line: bytes


class Books(msgspec.Struct, kw_only=True):
    """`closed` are those that may come back, `over` those that cannot; what is open stands in the state alone."""

    closed: dict[str, Told] = {}
    over: list[Past] = []
    tickets: dict[str, Ticket] = {}

    def write(self, state: State, changes: Changes) -> None:
        """Notes what may be forgotten from the next step on: only what is closed ever is."""
        touched = changes.incidents | {incident for incident, _ in changes.outages | changes.outages_gone}
        for key in touched | {state.incident_of[alarm_id] for alarm_id in changes.alarms}:
            self._note(state, key)
        for key in changes.forgotten:
            if (told := self.closed.pop(key, None)) is not None:
                self.over.append(_past(told))
        for ticket_id in changes.tickets:
            self.tickets[ticket_id] = state.tickets[ticket_id]

    def lines(self, state: State) -> Iterator[bytes]:
        """Every incident as incidents.jsonl has it, numbered by its beginning and its root, without line ends."""
        unmerged = (key for key, incident in state.incidents.items() if incident.state != "merged")
        standing = [_past(_told(state, key)) for key in unmerged]
        for place, one in enumerate(sorted([*self.over, *standing]), 1):
            yield b'{"incident":"I%d",' % place + one.line[1:]

    def _note(self, state: State, key: str) -> None:
        if state.incidents[key].state == "closed":
            self.closed[key] = _told(state, key)
        else:
            self.closed.pop(key, None)


def _told(state: State, key: str) -> Told:
    outages = state.outages.get(key, {}).values()
    return Told(
        incident=state.incidents[key],
        alarms=[state.alarms[alarm_id] for alarm_id in state.members.get(key, ())],
        sites_down=sorted(outage.site_id for outage in outages if outage.started_at is not None),
        ticket=any(True for _ in wanting(state, key)),
    )


def _past(told: Told) -> Past:
    one = told.incident
    root = (one.root_site_id, one.root_resource, one.root_alarm_type, one.root_qualifier, one.root_kind)
    return Past(one.opened_at, root, _encode(_row(told)))


def _row(told: Told) -> dict[str, Any]:
    incident = told.incident
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
        "sites": sorted({alarm.site for alarm in told.alarms if alarm.site} | set(told.sites_down)),
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
            for alarm in sorted(told.alarms, key=lambda alarm: (alarm.raised_at, alarm.identity))
        ],
    }
