"""Device profiles, compiled: which trap is which alarm, with what severity, qualifier and text. Pure but for `load`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, NoReturn, TypeVar

from collectors.oid import encode_oid
from collectors.profile_file import (
    AlarmEntry,
    ProfileError,
    ProfileFile,
    SeverityEntry,
    Texts,
    as_list,
    line_of,
    read_file,
)
from collectors.template import Template
from guywire.catalogue import CATALOGUE
from guywire.model import Severity

SHIPPED = Path(__file__).parent / "profiles"

_T = TypeVar("_T")


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
class Profile:
    """A compiled profile. `standard` ones are tried for every sender."""

    name: str
    description: str
    standard: bool
    names: Mapping[str, bytes]
    site: tuple[Template, ...]
    severities: tuple[SeveritySource, ...]
    rules: tuple[Rule, ...]


def load(path: Path) -> Profile:
    """Reads and compiles one file. Raises `ProfileError`."""
    try:
        return parse(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path}: cannot be read: {error}") from error


def parse(text: str, where: str) -> Profile:
    """Compiles a profile's text; `where` names it in errors."""
    return _Compiler(text, where, read_file(text, where)).profile()


class _Compiler:
    """Turns a file into a profile; every error gets its line."""

    def __init__(self, text: str, where: str, file: ProfileFile) -> None:
        self._text, self._where, self._file = text, where, file
        self._names: dict[str, bytes] = {}

    def profile(self) -> Profile:
        file = self._file
        for name, oid in file.names.items():
            self._names[name] = self._try(encode_oid, oid, "$.names." + name)
        return Profile(
            name=file.name,
            description=file.description,
            standard=file.standard,
            names=self._names,
            site=self._templates(file.site, "$.site"),
            severities=tuple(self._severity(number, source) for number, source in enumerate(file.severity)),
            rules=tuple(self._rules()),
        )

    def _severity(self, number: int, source: SeverityEntry) -> SeveritySource:
        (template,) = self._templates(source.source, f"$.severity[{number}].from")
        return SeveritySource(template, {key: Severity(value) for key, value in source.values.items()})

    def _rules(self) -> list[Rule]:
        out = [Rule(*self._trap(line, "$.ignore")) for line in self._file.ignore]
        for number, alarm in enumerate(self._file.alarms):
            at = f"$.alarms[{number}]"
            if alarm.alarm_type not in CATALOGUE:
                self._fail(at + ".alarm_type", f"there is no alarm type {alarm.alarm_type!r} in the catalogue")
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

    def _trap(self, line: str, at: str) -> tuple[bytes, tuple[tuple[bytes, str], ...]]:
        """`TRAP NAME=VALUE ...`: a VALUE that is one of the profile's names stands for that OID."""
        trap, *rest = line.split() or [""]
        conditions = []
        for condition in rest:
            name, equals, value = condition.partition("=")
            if not equals:
                self._fail(at, f"{condition!r} is not NAME=VALUE")
            conditions.append((self._name(name, at), self._file.names.get(value, value).removeprefix(".")))
        return self._name(trap, at), tuple(conditions)

    def _name(self, name: str, at: str) -> bytes:
        if name not in self._names:
            self._fail(at, f"{name!r} is not among the profile's names")
        return self._names[name]

    def _templates(self, texts: Texts, at: str) -> tuple[Template, ...]:
        return tuple(self._try(lambda text: Template(text, self._names), text, at) for text in as_list(texts))

    def _try(self, make: Callable[[str], _T], text: str, at: str) -> _T:
        try:
            return make(text)
        except ValueError as error:
            self._fail(at, str(error))

    def _fail(self, at: str, reason: str) -> NoReturn:
        raise ProfileError(f"{self._where}:{line_of(self._text, at)}: {reason}")

    def _no_rule_twice(self, rules: Sequence[Rule]) -> None:
        seen = set()
        for rule in rules:
            key = (rule.oid, rule.conditions)
            if key in seen:
                name = next(name for name, oid in self._names.items() if oid == rule.oid)
                self._fail("$.alarms", f"the trap {name} with the same conditions is used twice")
            seen.add(key)
