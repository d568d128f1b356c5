"""How a sensor is read from a device's values: its rows, its number or state, its limits. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import isfinite

from collectors.profile.sensor import Health, Limits, Reading, Ref, Row, Sensor, Table, Value, first_text, value_word

MAX_WORDS = 256
"""Characters of a label, a qualifier or a state: devices send what they like."""

_WHOLE = re.compile(r"-?[0-9]{1,20}")


def read(sensor: Sensor, table: Table) -> Iterator[Reading]:
    """The readings of one sensor: one, or one for each row of its column; what cannot be read gives none."""
    indexes = [sensor.oid.instance] if sensor.oid.instance else table.indexes(sensor.oid.oid)
    for index in indexes:
        row = Row(table, index)
        if all(condition.holds(row) for condition in sensor.when) and (reading := _reading(sensor, row)):
            yield reading


def _reading(sensor: Sensor, row: Row) -> Reading | None:
    raw = row.get(sensor.oid)
    word = value_word(raw)
    if raw is None or word == "" or word in sensor.skip:
        return None
    if sensor.states is not None:
        value, state, health = _state(sensor, word)
        limits = Limits()
    else:
        number, factor = _number(raw, sensor), _factor(sensor, row)
        if number is None or factor is None:
            return None
        value, state = _scaled(sensor, number, factor), ""
        if not isfinite(value):  # what is just a number may be none any more once it is scaled
            return None
        if sensor.valid is not None and not sensor.valid[0] <= value <= sensor.valid[1]:
            return None
        limits = Limits(*(_limit(sensor, limit, row, factor) for limit in sensor.limits))
        health = limits.health(value)
    qualifier = first_text(sensor.qualifier, row)[:MAX_WORDS]
    label = first_text(sensor.label, row)[:MAX_WORDS] or sensor.metric.en
    return Reading(sensor, row, qualifier, label, value, state[:MAX_WORDS], health, limits)


def _state(sensor: Sensor, word: str) -> tuple[float, str, Health]:
    """A state's number, or its place in the profile's map where the device says it in words; its name; its meaning."""
    states = sensor.states or {}
    number = int(word) if _WHOLE.fullmatch(word) else None
    if number is not None and sensor.mask:
        number &= sensor.mask
        word = str(number)
    health, name = states.get(word, (Health.UNKNOWN, word))
    place = next((place for place, known in enumerate(states) if known == word), -1)
    return float(place if number is None else number), name, health


def _number(value: Value, sensor: Sensor) -> float | None:
    """A number, or the one that a text holds; None for what is none, or is too large to be one."""
    if isinstance(value, int) and sensor.mask:
        value &= sensor.mask
    if not isinstance(value, int | float):
        found = sensor.pattern.search(value_word(value))
        value = found[1] if found else ""
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) else None


def _factor(sensor: Sensor, row: Row) -> float | None:
    factor = sensor.factor
    for scale in sensor.scales:
        told = scale.factors.get(value_word(row.get(scale.source)))
        if told is None:
            return None
        factor *= told
    return factor


def _scaled(sensor: Sensor, number: float, factor: float) -> float:
    return round(number * factor + sensor.offset, 6)


def _limit(sensor: Sensor, limit: float | Ref | None, row: Row, factor: float) -> float | None:
    if not isinstance(limit, Ref):
        return limit
    raw = row.get(limit)
    number = None if value_word(raw) in sensor.skip else _number(raw, sensor)
    if number is None:
        return None
    return _scaled(sensor, number, factor if sensor.limit_factor is None else sensor.limit_factor)
