"""What a profile's sensor is, compiled, and what a reading of it is: a number, or a state. Pure.

Values are keyed by the dotted text of their OID, as a poller's library hands them over.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import msgspec

from collectors.wire.values import octets_text
from guywire.model import Severity

Value = int | float | str | bytes | None
"""Numbers, text, octets, OIDs as dotted text; None for what is not there."""

NUMBER = re.compile(r"^\s*([-+]?\d+(?:\.\d+)?)")
"""How a number is found in a text unless the profile says otherwise: it stands at the beginning, as in `53.4 V`."""


class Health(StrEnum):
    """What a state means in general, or where a number stands between its limits."""

    OK = "ok"
    WARNING = "warning"
    CRITICAL = "critical"
    UNKNOWN = "unknown"


class Metric(NamedTuple):
    """A line of vocabulary.toml: what is measured; `unit` is empty for states and counts."""

    name: str
    unit: str
    en: str
    zh: str


class Limits(NamedTuple):
    """Where a number leaves what is normal; None where nobody said."""

    low: float | None = None
    low_warning: float | None = None
    high_warning: float | None = None
    high: float | None = None

    def health(self, value: float) -> Health:
        if _under(value, self.low) or _over(value, self.high):
            return Health.CRITICAL
        beyond = _under(value, self.low_warning) or _over(value, self.high_warning)
        return Health.WARNING if beyond else Health.OK


def _under(value: float, limit: float | None) -> bool:
    return limit is not None and value < limit


def _over(value: float, limit: float | None) -> bool:
    return limit is not None and value > limit


class Ref(NamedTuple):
    """A place in a device's values: a column, with the index of the row that is read; or one fixed instance."""

    oid: str
    instance: str = ""

    def at(self, index: str) -> str:
        return f"{self.oid}.{self.instance or index}"


class Table:
    """A device's values, sorted once so that a column is found without looking at all of them."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = values
        self._keys = sorted(values)

    def get(self, oid: str) -> Value:
        return self._values.get(oid)

    def indexes(self, column: str) -> list[str]:
        """What follows the column in the OIDs of its cells, in the order of the table's rows."""
        start, end = bisect_left(self._keys, column + "."), bisect_left(self._keys, column + "/")
        found = [key[len(column) + 1 :] for key in self._keys[start:end]]
        return sorted(found, key=lambda index: [int(arc) for arc in index.split(".")])


@dataclass(frozen=True, slots=True)
class Row:
    """The cells that stand with one value: those of its table's row, or fixed instances."""

    table: Table
    index: str

    def get(self, ref: Ref) -> Value:
        return self.table.get(ref.at(self.index))


Text = tuple[str | Ref, ...]
"""A text for people or a qualifier: literal pieces and the values of cells. `Ref("", "index")` is the row's index."""

Texts = tuple[Text, ...]
"""Several to choose from: the first that gives anything."""

SAID = ("index", "value", "unit", "state", "label")
"""What a text takes from the reading itself. A label and a qualifier know the index only."""


class Condition(NamedTuple):
    """What another cell must say, or must not say, as text; a cell that is not there says nothing."""

    cell: Ref
    word: str
    denied: bool = False

    def holds(self, row: Row) -> bool:
        return (value_word(row.get(self.cell)) == self.word) is not self.denied


class Scale(NamedTuple):
    """A factor that another cell tells; a value of it that is not listed makes no reading."""

    source: Ref
    factors: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Threshold:
    """When a reading is an alarm. `below` and `above` are numbers or names of limits; seconds and the metric's unit."""

    alarm_type: str
    severity: Severity
    below: float | str | None = None
    above: float | str | None = None
    states: frozenset[str] = frozenset()
    hysteresis: float = 0.0
    raise_after: float = 0.0
    clear_after: float = 0.0
    kind: str = ""
    qualifier: Texts = ()
    text: Texts = ()


@dataclass(frozen=True, slots=True)
class Sensor:
    """A compiled `[[sensors]]`. With an instance `oid` is one value, without it a column with a reading a row."""

    metric: Metric
    oid: Ref
    label: Texts
    qualifier: Texts
    factor: float = 1.0
    offset: float = 0.0
    scales: tuple[Scale, ...] = ()
    mask: int = 0
    when: tuple[Condition, ...] = ()
    skip: frozenset[str] = frozenset()
    pattern: re.Pattern[str] = NUMBER
    valid: tuple[float, float] | None = None
    states: Mapping[str, tuple[Health, str]] | None = None
    limits: tuple[float | Ref | None, ...] = (None, None, None, None)
    limit_factor: float | None = None
    alarms: tuple[Threshold, ...] = ()

    def refs(self) -> Iterator[Ref]:
        """Every cell that a reading of it takes."""
        yield self.oid
        yield from (condition.cell for condition in self.when)
        yield from (scale.source for scale in self.scales)
        yield from (limit for limit in self.limits if isinstance(limit, Ref))
        texts = [self.label, self.qualifier, *(text for alarm in self.alarms for text in (alarm.qualifier, alarm.text))]
        yield from (piece for text in texts for one in text for piece in one if isinstance(piece, Ref) and piece.oid)


class Reading(msgspec.Struct, frozen=True, gc=False):
    """What one sensor said. (`metric`, `qualifier`) is its identity on its device; `value` is in the metric's unit.

    A state's `value` is its number, or its place in the profile's map where the device says it in words.
    """

    sensor: Sensor
    row: Row
    qualifier: str
    label: str
    value: float
    state: str
    health: Health
    limits: Limits

    @property
    def metric(self) -> str:
        return self.sensor.metric.name

    @property
    def unit(self) -> str:
        return self.sensor.metric.unit

    @property
    def oid(self) -> str:
        """The instance that was read."""
        return self.sensor.oid.at(self.row.index)

    def render(self, texts: Texts) -> str:
        """A threshold's text or qualifier with this reading's values."""
        said = {"value": f"{self.value:g}", "unit": self.unit, "state": self.state, "label": self.label}
        return first_text(texts, self.row, said)

    def crosses(self, threshold: Threshold, standing: bool = False) -> bool:
        """Whether the threshold's condition holds; once it is `standing`, as long as the hysteresis has not passed."""
        if threshold.states:
            return self.state in threshold.states or self.health.value in threshold.states
        slack = threshold.hysteresis if standing else 0.0
        below, above = self._limit(threshold.below), self._limit(threshold.above)
        return _under(self.value, below + slack if below is not None else None) or _over(
            self.value, above - slack if above is not None else None
        )

    def _limit(self, limit: float | str | None) -> float | None:
        if isinstance(limit, str):
            found: float | None = getattr(self.limits, limit)
            return found
        return limit


def value_word(value: Value) -> str:
    """A value as text on one line."""
    if isinstance(value, bytes):
        return octets_text(value)
    return "" if value is None else str(value)


def first_text(texts: Texts, row: Row, said: Mapping[str, str] | None = None) -> str:
    """The first of several texts that gives more than blanks."""
    for text in texts:
        if found := "".join([_piece(piece, row, said or {}) for piece in text]).strip():
            return found
    return ""


def _piece(piece: str | Ref, row: Row, said: Mapping[str, str]) -> str:
    if isinstance(piece, str):
        return piece
    if piece.oid:
        return value_word(row.get(piece))
    return row.index if piece.instance == "index" else said.get(piece.instance, "")
