"""Device profiles, compiled: which trap is which alarm, which sensors and active-alarm tables there are.

Pure but for `load`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from collectors.profile.file import (
    AlarmEntry,
    ProfileError,
    ProfileFile,
    SeverityEntry,
    Source,
    TableEntry,
    Texts,
    as_list,
    read_file,
)
from collectors.profile.file_sensors import SensorCompiler
from collectors.profile.match import Match
from collectors.profile.sensor import Condition, Ref, Sensor
from collectors.profile.template import Template
from collectors.wire.oid import encode_oid
from guywire.catalogue import CATALOGUE
from guywire.model import Severity

SHIPPED = Path(__file__).parents[1] / "profiles"


class SeveritySource(NamedTuple):
    template: Template
    values: Mapping[str, Severity]


@dataclass(frozen=True, slots=True)
class Rule:
    """One line `TRAP [NAME=VALUE]` of an alarm, compiled. `alarm_type` is empty when the trap is to be ignored."""

    oid: bytes
    conditions: tuple[tuple[bytes, str], ...]
    alarm_type: str = ""
    clears: bool = False
    severity: Severity | None = None
    kind: str = ""
    qualifier: tuple[Template, ...] = ()
    text: tuple[Template, ...] = ()


@dataclass(frozen=True, slots=True)
class AlarmTable:
    """A compiled `[[tables]]`: each row is what `trap` would say.

    `columns` are pairs of dotted OIDs: of the trap's varbind, and of the column that holds it. `time` is the column of
    the raise, or `Ref("", "index")`. `alarm_types` are those that its rows can raise: of these nothing else stands.
    """

    trap: bytes
    columns: tuple[tuple[str, str], ...]
    when: tuple[Condition, ...] = ()
    time: Ref | None = None
    alarm_types: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Profile:
    """A compiled profile. `standard` ones are tried for every sender of traps."""

    name: str
    description: str
    standard: bool
    names: Mapping[str, bytes]
    site: tuple[Template, ...]
    severities: tuple[SeveritySource, ...]
    rules: tuple[Rule, ...]
    match: Match | None = None
    sensors: tuple[Sensor, ...] = ()
    tables: tuple[AlarmTable, ...] = ()


def load(path: Path) -> Profile:
    """Reads and compiles one file. Raises `ProfileError`."""
    try:
        return parse(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ProfileError(f"{path}: cannot be read: {reason}") from error


def parse(text: str, where: str) -> Profile:
    """Compiles a profile's text; `where` names it in errors."""
    return _Compiler(Source(text, where), read_file(text, where)).profile()


class _Compiler:
    """Turns a file into a profile; every error gets its line."""

    def __init__(self, source: Source, file: ProfileFile) -> None:
        self._source, self._file = source, file
        self._names: dict[str, bytes] = {}

    def profile(self) -> Profile:
        file = self._file
        for name, oid in file.names.items():
            self._names[name] = self._source.attempt(encode_oid, oid, "$.names." + name)
        rules = tuple(self._rules())
        sensors = SensorCompiler(self._source, file)
        profile = Profile(
            name=file.name,
            description=file.description,
            standard=file.standard,
            names=self._names,
            site=self._templates(file.site, "$.site"),
            severities=tuple(self._severity(number, source) for number, source in enumerate(file.severity)),
            rules=rules,
            match=sensors.match(),
            sensors=sensors.sensors(),
            tables=tuple(self._table(table, n, sensors, rules) for n, table in enumerate(file.tables)),
        )
        if not file.alarms:
            sensors.fail_unused()
        return profile

    def _severity(self, number: int, source: SeverityEntry) -> SeveritySource:
        (template,) = self._templates(source.source, f"$.severity[{number}].from")
        return SeveritySource(template, {key: Severity(value) for key, value in source.values.items()})

    def _rules(self) -> list[Rule]:
        out = [Rule(*self._trap(line, "$.ignore")) for line in self._file.ignore]
        for number, alarm in enumerate(self._file.alarms):
            at = f"$.alarms[{number}]"
            if alarm.alarm_type not in CATALOGUE:
                self._source.fail(at + ".alarm_type", f"there is no alarm type {alarm.alarm_type!r} in the catalogue")
            for clears, lines in ((False, alarm.raises), (True, alarm.clears)):
                out += [self._rule(line, alarm, clears, at) for line in as_list(lines)]
        self._no_rule_twice(out)
        return out

    def _rule(self, line: str, alarm: AlarmEntry, clears: bool, at: str) -> Rule:
        oid, conditions = self._trap(line, f"{at}.{'clear' if clears else 'raise'}")
        return Rule(
            oid=oid,
            conditions=conditions,
            alarm_type=alarm.alarm_type,
            clears=clears,
            severity=Severity(alarm.severity) if alarm.severity else None,
            kind=alarm.kind,
            qualifier=self._templates(alarm.qualifier, at + ".qualifier"),
            text=self._templates(alarm.text, at + ".text"),
        )

    def _table(self, table: TableEntry, number: int, cells: SensorCompiler, rules: Sequence[Rule]) -> AlarmTable:
        at = f"$.tables[{number}]"
        trap = self._name(table.trap, at + ".trap")
        types = frozenset(rule.alarm_type for rule in rules if rule.oid == trap and rule.alarm_type)
        if not types:
            self._source.fail(at + ".trap", f"no alarm is raised by {table.trap!r}: the rows would mean nothing")
        pairs = [line.partition("=") for line in table.columns]
        if not pairs:
            self._source.fail(at + ".columns", "a table without columns cannot be read")
        columns = [
            (cells.oid(name, at + ".columns"), cells.oid(column or name, at + ".columns")) for name, _, column in pairs
        ]
        return AlarmTable(
            trap=trap,
            columns=tuple(columns),
            when=cells.conditions(table.when, at + ".when"),
            time=cells.ref(table.time, at + ".time") if table.time not in ("", "index") else _TIMES[table.time],
            alarm_types=types,
        )

    def _trap(self, line: str, at: str) -> tuple[bytes, tuple[tuple[bytes, str], ...]]:
        """`TRAP NAME=VALUE ...`: a VALUE that is one of the profile's names stands for that OID."""
        trap, *rest = line.split() or [""]
        conditions = []
        for condition in rest:
            name, equals, value = condition.partition("=")
            if not equals:
                self._source.fail(at, f"{condition!r} is not NAME=VALUE")
            conditions.append((self._name(name, at), self._file.names.get(value, value).removeprefix(".")))
        return self._name(trap, at), tuple(conditions)

    def _name(self, name: str, at: str) -> bytes:
        if name not in self._names:
            self._source.fail(at, f"{name!r} is not among the profile's names")
        return self._names[name]

    def _templates(self, texts: Texts, at: str) -> tuple[Template, ...]:
        return tuple(
            self._source.attempt(lambda text: Template(text, self._names), text, at) for text in as_list(texts)
        )

    def _no_rule_twice(self, rules: Sequence[Rule]) -> None:
        seen = set()
        for rule in rules:
            key = (rule.oid, rule.conditions)
            if key in seen:
                name = next(name for name, oid in self._names.items() if oid == rule.oid)
                self._source.fail("$.alarms", f"the trap {name} with the same conditions is used twice")
            seen.add(key)


_TIMES = {"": None, "index": Ref("", "index")}
