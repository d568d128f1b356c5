"""Compiles what a profile says of polling: `[match]` and `[[sensors]]`. Every mistake is told with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from collectors.profile.file import (
    LimitsEntry,
    MatchEntry,
    ProfileFile,
    ScaleEntry,
    SensorEntry,
    Source,
    Texts,
    ThresholdEntry,
    as_list,
)
from collectors.profile.match import Match
from collectors.profile.sensor import NUMBER, SAID, Condition, Health, Metric, Ref, Scale, Sensor, Text, Threshold
from collectors.profile.sensor import Texts as CompiledTexts
from collectors.profile.template import pieces
from collectors.profile.vocabulary import METRICS
from collectors.wire.oid import encode_oid
from guywire.catalogue import CATALOGUE
from guywire.model import Severity

_LIMITS = ("low", "low_warning", "high_warning", "high")


class SensorCompiler:
    """Turns a file's sensors into compiled ones, and its names into places of a device's values."""

    def __init__(self, source: Source, file: ProfileFile) -> None:
        self._source, self._file = source, file
        self._used: set[str] = set()

    def match(self) -> Match | None:
        entry = self._file.match
        if entry is None:
            return None
        for oid in as_list(entry.object_id):
            self._source.attempt(encode_oid, oid, "$.match.object_id")
        if not (entry.object_id or entry.description or entry.present):
            self._source.fail("$.match", "it states nothing, so that it would suit every device")
        return Match(
            states=_match_words(entry),
            object_ids=tuple(oid.removeprefix(".") for oid in as_list(entry.object_id)),
            description=self._pattern(entry.description, "$.match.description") if entry.description else None,
            present=tuple(self._presence(line) for line in entry.present),
        )

    def sensors(self) -> tuple[Sensor, ...]:
        out = tuple(self._sensor(entry, f"$.sensors[{number}]") for number, entry in enumerate(self._file.sensors))
        self._no_identity_twice(out)
        return out

    def fail_unused(self) -> None:
        """Refuses names that nothing uses; a profile with traps may name what only labels their details."""
        for name in self._file.names:
            if name not in self._used:
                self._source.fail("$.names." + name, f"{name!r} is used by nothing")

    def ref(self, text: str, at: str) -> Ref:
        """`NAME`, a column, or `NAME.INSTANCE`, one fixed value."""
        name, _, instance = text.partition(".")
        oid = self.oid(name, at)
        if instance and not re.fullmatch(r"\d+(\.\d+)*", instance):
            self._source.fail(at, f"{text!r}: {instance!r} is not an instance such as 0 or 3.1")
        return Ref(oid, instance)

    def oid(self, name: str, at: str) -> str:
        """The dotted OID of a name."""
        if name not in self._file.names:
            self._source.fail(at, f"{name!r} is not among the profile's names")
        self._used.add(name)
        return self._file.names[name].removeprefix(".")

    def conditions(self, lines: Sequence[str], at: str) -> tuple[Condition, ...]:
        """`NAME=VALUE` or `NAME!=VALUE` each; a VALUE that is one of the profile's names stands for that OID."""
        out = []
        for line in lines:
            name, equals, value = line.partition("=")
            if not equals:
                self._source.fail(at, f"{line!r} is neither NAME=VALUE nor NAME!=VALUE")
            word = self._file.names.get(value, value).removeprefix(".")
            out.append(Condition(self.ref(name.removesuffix("!"), at), word, name.endswith("!")))
        return tuple(out)

    def _presence(self, line: str) -> tuple[Ref, re.Pattern[str]]:
        name, _, pattern = line.partition("=")
        return self.ref(name, "$.match.present"), self._pattern(pattern, "$.match.present")

    def _pattern(self, text: str, at: str) -> re.Pattern[str]:
        try:
            return re.compile(text)
        except re.error as error:
            self._source.fail(at, f"{text!r} is not a regular expression: {error}")

    def _sensor(self, entry: SensorEntry, at: str) -> Sensor:
        if entry.metric not in METRICS:
            self._source.fail(
                at + ".metric", f"there is no metric {entry.metric!r} (collectors/profile/vocabulary.toml)"
            )
        if not entry.divisor or not entry.multiplier or entry.limits.divisor == 0:
            self._source.fail(at + ".divisor", "neither divisor nor multiplier can be 0")
        oid = self.ref(entry.oid, at + ".oid")
        qualifier = self._texts(entry.qualifier, at + ".qualifier") or (() if oid.instance else _INDEX)
        states = _states(entry)
        self._check_states(entry, states, at)
        self._check_limits(entry.limits, at)
        return Sensor(
            metric=METRICS[entry.metric],
            oid=oid,
            label=self._texts(entry.label, at + ".label") or _default_label(METRICS[entry.metric], oid),
            qualifier=qualifier,
            factor=entry.multiplier / entry.divisor,
            offset=entry.offset,
            scales=tuple(self._scale(scale, at) for scale in entry.scale),
            mask=entry.mask,
            when=self.conditions(entry.when, at + ".when"),
            skip=frozenset(_word(value) for value in entry.skip),
            pattern=self._number_pattern(entry.pattern, at + ".pattern"),
            valid=entry.valid,
            states=states,
            limits=tuple(self._limit(getattr(entry.limits, name), at) for name in _LIMITS),
            limit_factor=1 / entry.limits.divisor if entry.limits.divisor else None,
            alarms=tuple(
                self._threshold(alarm, entry, qualifier, f"{at}.alarms[{n}]") for n, alarm in enumerate(entry.alarms)
            ),
        )

    def _number_pattern(self, text: str, at: str) -> re.Pattern[str]:
        pattern = self._pattern(text, at) if text else NUMBER
        if pattern.groups != 1:
            self._source.fail(at, f"{text!r} wants one group in parentheses: the number")
        return pattern

    def _scale(self, entry: ScaleEntry, at: str) -> Scale:
        if not all(entry.values.values()):
            self._source.fail(at + ".scale", "a factor cannot be 0")
        return Scale(self.ref(entry.source, at + ".scale"), entry.values)

    def _limit(self, limit: float | str | None, at: str) -> float | Ref | None:
        return self.ref(limit, at + ".limits") if isinstance(limit, str) else limit

    def _threshold(self, entry: ThresholdEntry, sensor: SensorEntry, own: CompiledTexts, at: str) -> Threshold:
        if entry.alarm_type not in CATALOGUE:
            self._source.fail(at + ".alarm_type", f"there is no alarm type {entry.alarm_type!r} in the catalogue")
        if entry.severity == "cleared":
            self._source.fail(at + ".severity", "an alarm's severity is never `cleared`")
        self._check_condition(entry, sensor, at)
        return Threshold(
            alarm_type=entry.alarm_type,
            severity=Severity(entry.severity) if entry.severity else CATALOGUE[entry.alarm_type].severity,
            below=entry.below,
            above=entry.above,
            states=frozenset(entry.states),
            hysteresis=entry.hysteresis,
            raise_after=entry.raise_after,
            clear_after=entry.clear_after,
            kind=entry.kind,
            qualifier=self._texts(entry.qualifier, at + ".qualifier") or own,
            text=self._texts(entry.text, at + ".text") or _DEFAULT_TEXT[sensor.states is not None],
        )

    def _check_condition(self, entry: ThresholdEntry, sensor: SensorEntry, at: str) -> None:
        bounds = [bound for bound in (entry.below, entry.above) if bound is not None]
        if bool(bounds) == bool(entry.states):
            self._source.fail(at, "an alarm of a sensor wants either states, or below or above")
        if bool(entry.states) != (sensor.states is not None):
            self._source.fail(at, "an alarm's states go with the sensor's states, below and above with numbers")
        numbers = [bound for bound in bounds if not isinstance(bound, str)]
        if len(numbers) == 2 and numbers[0] >= numbers[1]:
            self._source.fail(at + ".below", f"below {numbers[0]:g} and above {numbers[1]:g} leave nothing between")
        for bound in bounds:
            if isinstance(bound, str) and getattr(sensor.limits, bound) is None:
                self._source.fail(at, f"the sensor has no limit {bound!r}")
        known = {name for names in (sensor.states or {}).values() for name in names.values()} | set(Health)
        for state in entry.states:
            if state not in known:
                self._source.fail(at + ".states", f"{state!r} is none of the sensor's states")

    def _check_states(self, entry: SensorEntry, states: Mapping[str, object] | None, at: str) -> None:
        if entry.states is None or states is None:
            return
        if "ok" not in entry.states:
            self._source.fail(at + ".states", "no state is ok: say which value means that all is well")
        if len(states) < sum(len(names) for names in entry.states.values()):
            self._source.fail(at + ".states", "one value stands under two headings")

    def _check_limits(self, limits: LimitsEntry, at: str) -> None:
        given = [limit for name in _LIMITS if isinstance(limit := getattr(limits, name), float | int)]
        if given != sorted(given):
            self._source.fail(at + ".limits", "limits must rise: low, low_warning, high_warning, high")

    def _texts(self, texts: Texts, at: str) -> CompiledTexts:
        return tuple(tuple(self._text(text, at)) for text in as_list(texts))

    def _text(self, text: str, at: str) -> Iterator[str | Ref]:
        for is_name, piece in self._source.attempt(pieces, text, at):
            if not is_name:
                yield piece
            elif piece in SAID:
                yield Ref("", piece)
            else:
                yield self.ref(piece, at)

    def _no_identity_twice(self, sensors: Sequence[Sensor]) -> None:
        """Two sensors of one metric are told apart by their qualifiers, and so are their alarms."""
        seen: set[tuple[object, ...]] = set()
        for number, sensor in enumerate(sensors):
            keys: set[tuple[object, ...]] = {(sensor.metric.name, sensor.qualifier, sensor.when, sensor.pattern)}
            keys |= {
                (alarm.alarm_type, alarm.kind, alarm.qualifier, sensor.when, sensor.pattern) for alarm in sensor.alarms
            }
            if twice := keys & seen:
                what = next(iter(twice))[0]
                self._source.fail(f"$.sensors[{number}]", f"two {what} with one qualifier: give one of them its own")
            seen |= keys


_INDEX: tuple[Text, ...] = ((Ref("", "index"),),)
_DEFAULT_TEXT: Mapping[bool, tuple[Text, ...]] = {
    False: ((Ref("", "label"), " ", Ref("", "value"), " ", Ref("", "unit")),),
    True: ((Ref("", "label"), ": ", Ref("", "state")),),
}


def _match_words(entry: MatchEntry) -> str:
    said = [f"sysObjectID is under {' or '.join(as_list(entry.object_id))}"] if entry.object_id else []
    said += [f"sysDescr has {entry.description!r}"] if entry.description else []
    return ", ".join([*said, *(f"{line} is there" for line in entry.present)])


def _default_label(metric: Metric, oid: Ref) -> CompiledTexts:
    return ((metric.en,),) if oid.instance else ((metric.en + " ", Ref("", "index")),)


def _states(entry: SensorEntry) -> Mapping[str, tuple[Health, str]] | None:
    if entry.states is None:
        return None
    return {value: (Health(health), name) for health, names in entry.states.items() for value, name in names.items()}


def _word(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.15g}"
