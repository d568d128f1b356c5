"""What a device's values say by a profile, for people: `guywire profile try`. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

from collectors.profile.classify import Classifier, Verdict
from collectors.profile.compile import Profile
from collectors.profile.sensor import Health, Reading, Value
from collectors.profile.sensors import readings, standing
from guywire.model import Severity

_MARKS = {Health.OK: "", Health.WARNING: "warning", Health.CRITICAL: "critical", Health.UNKNOWN: "unknown"}


def trial(profile: Profile, profiles: Sequence[Profile], values: Mapping[str, Value]) -> Iterator[str]:
    """The lines to show: readings, then the alarms that they and the active-alarm tables would raise at once.

    Delays are not waited for. `profiles` are those that a table's rows are classified with, beside the profile itself.
    """
    found = readings(profile, values)
    yield ""
    yield from _columns(("metric", "sensor", "value", "state"), [_row(reading) for reading in found])
    classifier = Classifier([profile, *(other for other in profiles if other.name != profile.name)])
    rows = [classifier.classify(row.trap, profile.name) for row in standing(profile, values)]
    alarms = _worst([*crossed(profile, found), *filter(_is_raised, rows)])
    yield ""
    yield from _columns(("alarm", "severity", "qualifier", "text"), [_alarm_row(alarm) for alarm in alarms])


def _row(reading: Reading) -> tuple[str, ...]:
    said = reading.state or f"{reading.value:.10g} {reading.unit}".rstrip()
    return reading.metric, reading.label, said, _MARKS[reading.health]


def crossed(profile: Profile, found: Iterable[Reading]) -> list[Verdict]:
    """What readings raise at once: of the levels of one alarm the most severe."""
    return _worst(
        Verdict(
            threshold.alarm_type,
            threshold.severity,
            reading.render(threshold.qualifier),
            reading.render(threshold.text),
            threshold.kind,
            profile=profile.name,
        )
        for reading in found
        for threshold in reading.sensor.alarms
        if reading.crosses(threshold)
    )


def _is_raised(verdict: Verdict) -> bool:
    return verdict.is_alarm and verdict.severity is not Severity.CLEARED


def _worst(alarms: Iterable[Verdict]) -> list[Verdict]:
    """One for each identity: of its levels the most severe."""
    worst: dict[tuple[str, str, str], Verdict] = {}
    for alarm in alarms:
        key = (alarm.alarm_type, alarm.kind, alarm.qualifier)
        if key not in worst or alarm.severity.rank < worst[key].severity.rank:
            worst[key] = alarm
    return list(worst.values())


def _alarm_row(alarm: Verdict) -> tuple[str, ...]:
    qualifier = f"{alarm.kind} {alarm.qualifier}".strip()
    return alarm.alarm_type, alarm.severity.value, qualifier, alarm.text


def _columns(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    if not rows:
        yield f"no {head[0]}" if head[0] == "alarm" else "no readings"
        return
    widths = [max(_width(row[n]) for row in (head, *rows)) for n in range(len(head) - 1)]
    for row in (head, *rows):
        cells = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=False)]
        yield ("  ".join([*cells, row[-1]])).rstrip()


def _width(text: str) -> int:
    """Columns of a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
