"""Third stage of polling: readings against their thresholds, through hysteresis and delays, to what stands. Pure.

What one reading says of one threshold is a clause. Clauses of the same alarm type, kind and qualifier are one alarm: it
stands while any of them holds, with the severest of those that hold, and is over when all of them are known not to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from typing import NamedTuple

import msgspec

from collectors.profile.sensor import Reading, Threshold
from guywire.catalogue import CATALOGUE
from guywire.model import Severity

SENSOR_FAILURE = "sensor-failure"
MAX_TEXT = 512
MAX_QUALIFIER = 256
SERIES_AT_MOST = 5000
"""Of one device: one that numbers its rows anew at every poll would otherwise bring alarms without end."""


class Subject(NamedTuple):
    """Which alarm of a device: an identity before its resource is looked up. `kind` is empty for the device itself."""

    alarm_type: str
    kind: str
    qualifier: str


class Judgement(NamedTuple):
    """What stands now: `severity` None for nothing. Until `settled`, a part of it is not known: nothing gets better.

    `baseline` says that it was already so when the device was first looked at.
    """

    subject: Subject
    severity: Severity | None
    settled: bool = True
    text: str = ""
    reading: Reading | None = None
    baseline: bool = False


class _Clause(msgspec.Struct):
    """`holds` is None as long as nobody can tell; `leans` is what the readings have said since `since`."""

    subject: Subject
    severity: Severity
    holds: bool | None = None
    leans: bool | None = None
    since: float = 0.0
    text: str = ""
    reading: Reading | None = None
    baseline: bool = False


_SensorKey = tuple[str, str]
_ClauseKey = tuple[str, str, int]


class Watch:
    """The clauses of one device. `lost_after` is how long a sensor may be missing before that is an alarm."""

    def __init__(self, lost_after: float) -> None:
        self._lost_after = lost_after
        self._clauses: dict[_ClauseKey, _Clause] = {}
        self._heard_at: dict[_SensorKey, float] = {}

    def judge(
        self,
        readings: Sequence[Reading],
        at: float,
        stands: Callable[[Subject], bool],
        *,
        whole: bool = True,
        first: bool = False,
    ) -> list[Judgement]:
        """One poll's readings, at a time in seconds.

        `whole` says that what is missing is not there; `first` that nobody looked at this device before. `stands` tells
        of an alarm whose clauses are not known, after a restart, whether it does: its hysteresis holds on.
        """
        touched: dict[Subject, None] = {}
        heard: set[_SensorKey] = set()
        for reading in readings:
            heard.add((reading.metric, reading.qualifier))
            for number, threshold in enumerate(reading.sensor.alarms):
                touched[self._weigh(reading, number, threshold, at, stands, first)] = None
        self._forget_leanings(heard)
        by_subject: dict[Subject, list[_Clause]] = {}
        for clause in self._clauses.values():
            by_subject.setdefault(clause.subject, []).append(clause)
        judged = [_judgement(subject, by_subject[subject]) for subject in touched if subject in by_subject]
        return [*judged, *self._sensors(heard, at, whole)]

    def known(self, readings: Sequence[Reading]) -> list[Reading]:
        """Those of the sensors that there is room for; who was heard before always has it."""
        series = {*self._heard_at, *(key[:2] for key in self._clauses)}
        out = []
        for reading in readings:
            key = (reading.metric, reading.qualifier)
            if key in series or len(series) < SERIES_AT_MOST:
                series.add(key)
                out.append(reading)
        return out

    def subjects(self) -> Set[Subject]:
        """The alarms that its clauses tell of."""
        return {clause.subject for clause in self._clauses.values()}

    def _weigh(
        self,
        reading: Reading,
        number: int,
        threshold: Threshold,
        at: float,
        stands: Callable[[Subject], bool],
        first: bool,
    ) -> Subject:
        subject = _subject(reading, threshold)
        key = (reading.metric, reading.qualifier, number)
        clause = self._clauses.get(key)
        if clause is None or clause.subject != subject:
            clause = self._clauses[key] = _Clause(subject, threshold.severity)
        standing = stands(subject) if clause.holds is None else clause.holds
        crossing = reading.crosses(threshold, standing)
        if clause.leans is not crossing:
            clause.leans, clause.since, clause.baseline = crossing, at, first
        delay = threshold.raise_after if crossing else threshold.clear_after
        if at - clause.since >= delay:
            clause.holds = crossing
        if crossing:
            clause.text, clause.reading = reading.render(threshold.text)[:MAX_TEXT], reading
        return subject

    def _forget_leanings(self, heard: set[_SensorKey]) -> None:
        """No reading is no evidence: what holds goes on, and a delay begins anew."""
        for key, clause in self._clauses.items():
            if key[:2] not in heard:
                clause.leans = None

    def _sensors(self, heard: set[_SensorKey], at: float, whole: bool) -> Iterator[Judgement]:
        """Sensors that are back, or missing for too long; of the latter nothing more is said until they are back."""
        for key in heard:
            self._heard_at[key] = at
            yield Judgement(_lost(key), None)
        if not whole:
            return
        for key in [key for key, then in self._heard_at.items() if at - then >= self._lost_after and key not in heard]:
            del self._heard_at[key]
            self._clauses = {name: clause for name, clause in self._clauses.items() if name[:2] != key or clause.holds}
            text = f"{' '.join(filter(None, key))} gives no reading any more"
            yield Judgement(_lost(key), CATALOGUE[SENSOR_FAILURE].severity, text=text[:MAX_TEXT])


def _judgement(subject: Subject, clauses: Iterable[_Clause]) -> Judgement:
    clauses = list(clauses)
    settled = all(clause.holds is not None for clause in clauses)
    holding = [clause for clause in clauses if clause.holds]
    if not holding:
        return Judgement(subject, None, settled)
    worst = min(holding, key=lambda clause: clause.severity.rank)
    return Judgement(subject, worst.severity, settled, worst.text, worst.reading, worst.baseline)


def _subject(reading: Reading, threshold: Threshold) -> Subject:
    return Subject(threshold.alarm_type, threshold.kind, reading.render(threshold.qualifier)[:MAX_QUALIFIER])


def _lost(key: _SensorKey) -> Subject:
    return Subject(SENSOR_FAILURE, "", " ".join(filter(None, key))[:MAX_QUALIFIER])
