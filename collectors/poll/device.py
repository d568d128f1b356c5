"""One polled device: from what it answered to alarm events and samples, with all that has to be remembered for that.

No socket, no database, no clock: the time of the answer is an argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from collectors.pipeline import Knowledge
from collectors.places import Sender
from collectors.policy import Polling
from collectors.poll.agent import split_address
from collectors.poll.ask import REFUSED, Answer, Question
from collectors.poll.ledger import Ledger
from collectors.poll.memory import Look, Memory
from collectors.poll.resync import Row, Scope, compare, rows_of
from collectors.poll.samples import Sample
from collectors.poll.targets import Target
from collectors.poll.thresholds import Judgement, Subject, Watch
from collectors.profile.sensor import Reading
from collectors.profile.sensors import readings
from collectors.wire.values import MAX_VALUE
from guywire.catalogue import CATALOGUE
from guywire.model import AlarmEvent, Identity, Severity

RESTART = "device-restart"
SYS_UPTIME_NAME = "sysUpTime"
"""The detail that tells a restart seen by polling from one that a trap told: only the former ends by sysUpTime."""

_REFUSAL = Subject("authentication-failure", "", "polling")
"""Apart from what a trap tells: somebody else's wrong credential."""

_UPTIME_ENDS = 1 << 32  # TimeTicks: sysUpTime begins anew after 497 days (RFC 2578, section 7.1.8)
_UPTIME_SLACK = 360_000


@dataclass(frozen=True, slots=True)
class World:
    """What devices share: the inventory and the classifier as they are, what stands, what was looked at before."""

    known: Knowledge
    ledger: Ledger
    memory: Memory


@dataclass(slots=True)
class Outcome:
    """What one turn brought. `looks` are remembered once the events are kept."""

    events: list[AlarmEvent] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)


class _Alarm(NamedTuple):
    """An identity and the domain that it lies in."""

    identity: Identity
    domain: str


class _Said(NamedTuple):
    """What an event says beside its severity."""

    text: str = ""
    details: Mapping[str, str] = MappingProxyType({})
    baseline: bool = False


_NOTHING = _Said()


class Device:
    """A device and its past, as far as this process has seen it. `trouble` is that of its last answer."""

    def __init__(self, key: str, target: Target, policy: Polling) -> None:
        self.target, self.trouble = target, ""
        self._key, self._policy = key, policy
        self._sender = Sender(target.equipment, target.equipment.address)
        self._watch = Watch(policy.sensor_lost_seconds)
        self._uptime: tuple[int, datetime] | None = None
        self._resynced_at: float | None = None
        self._resync_was_blind = False
        self._looked: set[Look] = set()

    def question(self, probe: bool, now: float, ledger: Ledger) -> Question:
        """What to ask at this turn; of one that was silent, whether it is there at all."""
        if probe:
            return Question()
        return self.target.everything if self._wants_resync(now, ledger) else self.target.sensors

    def take(self, question: Question, answer: Answer, at: datetime, world: World) -> Outcome:
        """What the answer means. A device that does not answer tells nothing, and is read in full when it is back."""
        outcome = Outcome()
        if not answer.answered:
            self._resynced_at = None
            return outcome
        outcome.events += [*self._refusals(answer, at, world), *self._restarts(answer, at, world)]
        profile = self.target.profile
        if profile is None or question == Question():
            return outcome
        self._sense(readings(profile, answer.values), not answer.trouble, at, world, outcome)
        tables = self.target.tables.walks
        if tables and set(tables) <= set(question.walks) and set(tables) <= answer.whole:
            self._resync(rows_of(profile, self._sender, answer.values, world.known), at, world, outcome)
        return outcome

    def _wants_resync(self, now: float, ledger: Ledger) -> bool:
        if self._resynced_at is None or (self._resync_was_blind and ledger.known):
            return True
        return now - self._resynced_at >= self._policy.resync_seconds

    def _sense(self, found: list[Reading], whole: bool, at: datetime, world: World, outcome: Outcome) -> None:
        first = self._is_first("sensors", world.memory)
        found = self._watch.known(found)
        if found:
            self._look_at("sensors", outcome)
        judgements = self._watch.judge(
            found,
            at.timestamp(),
            lambda subject: world.ledger.stands(self._alarm(subject, world).identity),
            whole=whole,
            first=first,
        )
        for judgement in judgements:
            outcome.events += self._told(judgement, at, world)
        equipment = self.target.equipment
        outcome.samples += [Sample.of(reading, equipment.site, equipment.resource, at) for reading in found]

    def _told(self, judgement: Judgement, at: datetime, world: World) -> Iterator[AlarmEvent]:
        """The event that a judgement asks for, if any: what stands already is not said again."""
        alarm = self._alarm(judgement.subject, world)
        stood, severity = world.ledger.severity(alarm.identity), judgement.severity
        if severity is None:
            if judgement.settled and stood not in (None, Severity.CLEARED):
                yield self._event(alarm, Severity.CLEARED, at, world)
        elif stood is not severity and (judgement.settled or stood is None or severity.rank < stood.rank):
            said = _Said(judgement.text, _details(judgement.reading), judgement.baseline)
            yield self._event(alarm, severity, at, world, said)

    def _resync(self, rows: list[Row], at: datetime, world: World, outcome: Outcome) -> None:
        assert self.target.profile is not None
        baseline = self._is_first("tables", world.memory)
        scope = Scope(self.target.profile, self._sender, world.known)
        watched = {self._alarm(subject, world).identity for subject in self._watch.subjects()}
        found = compare(rows, scope, watched, world.ledger)
        for row in found.missing:
            said = _Said(row.verdict.text, row.details, baseline)
            outcome.events.append(
                self._event(_Alarm(row.identity, row.place.domain), row.verdict.severity, at, world, said)
            )
        domain = self._alarm(Subject("", "", ""), world).domain
        for identity in found.gone:
            outcome.events.append(self._event(_Alarm(identity, domain), Severity.CLEARED, at, world))
        self._look_at("tables", outcome)
        self._resynced_at, self._resync_was_blind = at.timestamp(), not world.ledger.known

    def _refusals(self, answer: Answer, at: datetime, world: World) -> Iterable[AlarmEvent]:
        """A device that is there and lets nobody look is not a quiet device."""
        refused = answer.trouble == REFUSED
        text = f"the device refuses the credential {self.target.credential.name}" if refused else ""
        severity = CATALOGUE[_REFUSAL.alarm_type].severity if refused else None
        return self._told(Judgement(_REFUSAL, severity, text=text), at, world)

    def _restarts(self, answer: Answer, at: datetime, world: World) -> Iterable[AlarmEvent]:
        """A restart is told when sysUpTime goes back, and is over when it has come far enough since."""
        now, before = answer.uptime, self._uptime
        if now is None:
            return
        self._uptime = (now, at)
        alarm = self._alarm(Subject(RESTART, "", ""), world)
        if before is not None and _went_back(before, now, at):
            self._resynced_at = None  # what its tables hold is new
            text = f"sysUpTime went back to {now // 100} s: the agent has restarted"
            said = _Said(text, {SYS_UPTIME_NAME: str(now), "before": str(before[0])})
            yield self._event(alarm, CATALOGUE[RESTART].severity, at, world, said)
        elif now >= self._policy.restart_stands_seconds * 100 and world.ledger.stands(alarm.identity):
            yield self._event(alarm, Severity.CLEARED, at, world)

    def _event(
        self, alarm: _Alarm, severity: Severity, at: datetime, world: World, said: _Said = _NOTHING
    ) -> AlarmEvent:
        identity = alarm.identity
        world.ledger.say(identity, severity, at)
        return AlarmEvent(
            at=at,
            received_at=at,
            site=identity.site,
            resource=identity.resource,
            alarm_type=identity.alarm_type,
            severity=severity,
            qualifier=identity.qualifier,
            text=said.text,
            domain=alarm.domain,
            source=split_address(self.target.equipment.address)[0],
            details=dict(said.details),
            baseline=said.baseline,
        )

    def _alarm(self, subject: Subject, world: World) -> _Alarm:
        profile = self.target.profile.name if self.target.profile else ""
        place = world.known.places.place(self._sender, subject.kind, "", profile)
        return _Alarm(Identity(place.site, place.resource, subject.alarm_type, subject.qualifier), place.domain)

    def _is_first(self, part: str, memory: Memory) -> bool:
        look = (self._key, part)
        return look not in self._looked and not memory.knows(look)

    def _look_at(self, part: str, outcome: Outcome) -> None:
        look = (self._key, part)
        if look not in self._looked:
            self._looked.add(look)
            outcome.looks.append(look)


def _went_back(before: tuple[int, datetime], now: int, at: datetime) -> bool:
    ticks, then = before
    expected = ticks + (at - then).total_seconds() * 100
    return now < ticks and expected < _UPTIME_ENDS - _UPTIME_SLACK


def _details(reading: Reading | None) -> dict[str, str]:
    if reading is None:
        return {}
    said = {
        "metric": reading.metric,
        "qualifier": reading.qualifier,
        "label": reading.label,
        "value": f"{reading.value:g}",
        "unit": reading.unit,
        "state": reading.state,
        "oid": reading.oid,
    }
    return {name: text[:MAX_VALUE] for name, text in said.items() if text}
