"""One step's slate: what came in, what each stage leaves for the next to look at, and what has to be stored."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from alarm_correlation.candidates import Candidate
from alarm_correlation.facts import Evidence
from alarm_correlation.readings import Reading
from alarm_correlation.records import Alarm, Audit, Comment, Note
from alarm_correlation.spans import Span, Stood
from guywire.commands import Command
from guywire.errors import Refused
from guywire.model import AlarmEvent, Identity


class Received(NamedTuple):
    """An event with its place in the stream, `domain` being the stream's lane; the event's own is the true one."""

    event: AlarmEvent
    collector: str
    domain: str
    spool: str
    seq: int


@dataclass(frozen=True, slots=True)
class AskedFor:
    """A command with who asks; `command_id` names it to whoever wants the answer."""

    command_id: int
    command: Command
    actor: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a step takes in. `orders` and `complaints` are bodies of those topics, in feed order."""

    events: tuple[Received, ...] = ()
    commands: tuple[AskedFor, ...] = ()
    orders: tuple[dict[str, Any], ...] = ()
    complaints: tuple[dict[str, Any], ...] = ()
    readings: tuple[Reading, ...] = ()


@dataclass(slots=True)
class Changes:
    """What a step decided, for the store: ids of what changed (the state holds how), and rows that are only added."""

    received: list[tuple[Received, str | None]] = field(default_factory=list)
    """Each event with the id of its alarm, none for a clear that never had one."""
    retold: dict[Identity, list[tuple[datetime, str]]] = field(default_factory=dict)
    """Identities whose past events now belong to other alarms: from when on to which."""
    alarms: set[str] = field(default_factory=set)
    absorbed: dict[str, str] = field(default_factory=dict)
    """Alarms that turned out to be part of another one, and which."""
    incidents: set[str] = field(default_factory=set)
    outages: set[tuple[str, str]] = field(default_factory=set)
    outages_gone: set[tuple[str, str]] = field(default_factory=set)
    tickets: set[str] = field(default_factory=set)
    needs: set[str] = field(default_factory=set)
    corrections: set[str] = field(default_factory=set)
    silences: set[str] = field(default_factory=set)
    discharges: set[tuple[str, datetime]] = field(default_factory=set)
    discharges_gone: set[tuple[str, datetime]] = field(default_factory=set)
    """By site and by when they began."""
    notes: list[Note] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    audits: list[Audit] = field(default_factory=list)
    answers: list[tuple[AskedFor, dict[str, Any] | Refused]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    """Reasons why events changed nothing."""
    would_open: list[str] = field(default_factory=list)
    """Incidents for which a ticket would have been opened, were this not a shadow."""
    forgotten: list[str] = field(default_factory=list)


class Members(NamedTuple):
    """An incident's alarms, and those of them that stand; in no order."""

    alarms: list[Alarm]
    standing: list[Alarm]


@dataclass(slots=True)
class Work:
    """What the stages of one step hand on to each other. The stage that fills a set is named with it."""

    inputs: Inputs
    now: datetime
    changes: Changes = field(default_factory=Changes)
    due: set[str] = field(default_factory=set)
    """What a timer asked for (call_due)."""
    moved: set[str] = field(default_factory=set)
    """Alarms that began, ended or came back (intake)."""
    stood: dict[str, Stood | None] = field(default_factory=dict)
    """From when to when alarms stood before they moved, none for those that are new (intake)."""
    dropped: dict[str, Alarm] = field(default_factory=dict)
    """Alarms absorbed by another one (intake)."""
    silenced: set[str] = field(default_factory=set)
    """Alarms that became silent, or no longer are, by what people planned or asked (operators, follow_silences)."""
    unsettled: set[str] = field(default_factory=set)
    """Nodes whose cause has to be looked for (feeds, isolation)."""
    weighed: dict[str, Candidate | None] = field(default_factory=dict)
    """The best heard cause of what was unsettled before inference (weigh)."""
    evidence: dict[Evidence, set[Span]] = field(default_factory=lambda: defaultdict(set))
    """Places of which the evidence changed, and in what times (weigh, inference)."""
    loose: set[str] = field(default_factory=set)
    """Alarms that may follow another dark site than they did (inference)."""
    shaken: set[str] = field(default_factory=set)
    """Inferred roots that lost something on which they rested (weigh, inference)."""
    uprooted: set[str] = field(default_factory=set)
    """Nodes that are new or have another cause (explain)."""
    incidents: set[str] = field(default_factory=set)
    """Incidents to look at (all stages before `refresh`)."""
    called: set[str] = field(default_factory=set)
    """Incidents of which a timer asked: nothing new is known of them, but a hold, a wait may be over (call_due)."""
    gathered: dict[str, Members] = field(default_factory=dict)
    """What the incidents have that were looked at so far (members_of): none of it changes after regroup."""
    merged: dict[str, str] = field(default_factory=dict)
    """Incidents that became part of another one, and which (regroup)."""
    reopened: set[str] = field(default_factory=set)
    """Incidents that were closed and are open again (refresh)."""
    tickets: set[str] = field(default_factory=set)
    """Tickets to look at (refresh, desk, orders)."""
    restored: bool = False
    """After a restore: what is kept beside the facts is filled in."""
    everything: bool = False
    """After a restore under other rules: nothing is taken as known."""
