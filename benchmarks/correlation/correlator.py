"""The correlator under test, by way of `guywire replay`: a storm in, a verdict out. Nothing else here imports it."""

from __future__ import annotations

import json
import tempfile
import time
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from alarm_correlation.causes import shipped_causes
from alarm_correlation.facts import Rules
from alarm_correlation.policy import shipped_policy
from alarm_correlation.records import Incident
from alarm_correlation.replay import Replay, read_lines
from benchmarks.correlation.storm import TICK, Storm, lines, seconds
from benchmarks.correlation.truth import RootName
from benchmarks.correlation.verdict import Group, Verdict
from guywire.inventory.topology import Topology
from guywire.model import Identity

WAY = "guywire"
HOLD = 60.0
_REASONS_EVERY = 300.0


def judge(storm: Storm) -> Verdict:
    """Replays the storm's recording. Roots are watched at every tick."""
    replay = Replay(Rules(Topology(storm.province.inventory), shipped_causes(), shipped_policy().with_hold(HOLD)))
    watch = _Watch()
    began = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        recording = Path(folder) / "events.jsonl"
        recording.write_text("".join(json.dumps(line, default=_iso) + "\n" for line in lines(storm)), "utf-8")
        for line in read_lines(recording):
            replay.feed(line)
            if line.kind == "tick":
                watch.look(replay, seconds(line.at))
    watch.look_for_reasons(replay)
    groups = _groups(storm, replay, watch)
    cancelled = sum(ticket["duplicate_of"] is not None for ticket in replay.tickets())
    return Verdict(WAY, groups, cancelled, time.process_time() - began)


class _Watch:
    """What stood at the head of incidents since when, without a break; and why each alarm went where it went."""

    def __init__(self) -> None:
        self.since: dict[RootName, float] = {}
        self.incidents: dict[tuple[RootName, float], str] = {}
        self.reasons: dict[tuple[Identity, float], str] = {}
        self._last: dict[str, tuple[RootName, float]] = {}

    def look(self, replay: Replay, now: float) -> None:
        """At a tick. What is closed and forgotten keeps what was last seen of it."""
        for key, incident in replay.state.incidents.items():
            if incident.state == "merged" or not replay.state.members.get(key):
                self._last.pop(key, None)
            else:
                self._last[key] = (_root_of(incident), seconds(incident.opened_at))
        self.since = {root: self.since.get(root, now) for root, _ in self._last.values()}
        self.incidents = {root: key for key, root in self._last.items()}
        if now % _REASONS_EVERY < TICK:
            self.look_for_reasons(replay)

    def look_for_reasons(self, replay: Replay) -> None:
        for alarm in replay.state.alarms.values():
            self.reasons[alarm.identity, seconds(alarm.raised_at)] = alarm.cause_reason or "nothing explains it"


def _root_of(incident: Incident) -> RootName:
    return RootName(incident.root_site_id, incident.root_resource, incident.root_alarm_type, incident.root_qualifier)


def _groups(storm: Storm, replay: Replay, watch: _Watch) -> list[Group]:
    """The final incidents; each heard alarm stands where its occurrence of that time stands."""
    rows = msgspec.json.decode(msgspec.json.encode(replay.incidents()))
    told: dict[Identity, list[tuple[float, int]]] = defaultdict(list)
    for place, row in enumerate(rows):
        for alarm in row["alarms"]:
            told[_identity(alarm)].append((_seconds(alarm["raised_at"]), place))
    members: dict[int, dict[int, str]] = defaultdict(dict)
    for place, one in enumerate(storm.truth.heard()):
        raised_at, incident = _standing(told[one.identity], min(one.raises))
        members[incident][place] = watch.reasons.get((one.identity, raised_at), "")
    tickets = Counter(ticket["incident_id"] for ticket in replay.tickets() if ticket["duplicate_of"] is None)
    return [_group(row, members[place], watch, tickets) for place, row in enumerate(rows)]


def _group(row: dict[str, Any], members: dict[int, str], watch: _Watch, tickets: Counter[str]) -> Group:
    said = row["root"]
    root = RootName(said["site"] or "", said["resource"], said["alarm_type"], said["qualifier"])
    incident = watch.incidents.get((root, _seconds(row["opened_at"])), "")
    return Group(
        root=root,
        alarms=frozenset(members),
        tickets=tickets[incident],
        root_since=watch.since.get(root, 0.0),
        name=f"{row['incident']} ({said['kind']})",
        reasons=members,
    )


def _standing(told: list[tuple[float, int]], at: float) -> tuple[float, int]:
    """Raise and incident of the last occurrence that had begun by then, or else of the first one."""
    begun = [one for one in told if one[0] <= at + 0.001]
    return max(begun) if begun else min(told)


def _identity(alarm: dict[str, Any]) -> Identity:
    return Identity(alarm["site"], alarm["resource"], alarm["alarm_type"], alarm["qualifier"])


def _seconds(text: str) -> float:
    return seconds(datetime.fromisoformat(text))


def _iso(at: datetime) -> str:
    return at.isoformat()
