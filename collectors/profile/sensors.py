"""A profile seen by whoever polls: what to ask a device for, and what its answers say. Pure; no socket in here.

    wanted(profile)            the OIDs to get, and the columns to walk
    readings(profile, values)  the answers as readings: numbers in the metric's unit, states, limits
    standing(profile, values)  the rows of its active-alarm tables, each as the trap that would have told it
    matching(profiles, values) the profiles that suit a device

Values are keyed by dotted OID without a leading dot, as a poller's library hands them over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from collectors.profile.compile import AlarmTable, Profile
from collectors.profile.match import SYS_DESCR, SYS_OBJECT_ID
from collectors.profile.read_sensor import read
from collectors.profile.sensor import Reading, Ref, Row, Table, Value
from collectors.wire.decode import Trap, Varbind, in_parts
from collectors.wire.oid import encode_oid
from collectors.wire.values import INTEGER, OCTETS, OID

_Values = Mapping[str, Value]


class Wanted(NamedTuple):
    """What to ask for, as dotted OIDs: `gets` are instances, `walks` columns."""

    gets: tuple[str, ...]
    walks: tuple[str, ...]


class Standing(NamedTuple):
    """A row of an active-alarm table. `Classifier.classify(trap, profile.name)` says which alarm it is.

    `at` is the time of the raise, aware and in UTC, where the table tells it.
    """

    trap: Trap
    at: datetime | None = None


def wanted(profile: Profile) -> Wanted:
    """What the profile's sensors read."""
    return _wanted(ref for sensor in profile.sensors for ref in sensor.refs())


def wanted_tables(profile: Profile) -> Wanted:
    """What its active-alarm tables hold; they are read more rarely."""
    return Wanted((), tuple(dict.fromkeys(column for table in profile.tables for _, column in table.columns)))


def wanted_probe(profiles: Iterable[Profile]) -> Wanted:
    """What tells the profiles apart. A walk's first row is enough."""
    present = _wanted(ref for profile in profiles if profile.match for ref, _ in profile.match.present)
    return Wanted((SYS_DESCR, SYS_OBJECT_ID, *present.gets), present.walks)


def readings(profile: Profile, values: _Values) -> list[Reading]:
    """Every reading that the values hold, in the order of the profile."""
    table = Table(values)
    return [reading for sensor in profile.sensors for reading in read(sensor, table)]


def standing(profile: Profile, values: _Values) -> list[Standing]:
    """Every row of the profile's active-alarm tables."""
    table = Table(values)
    return [
        Standing(_as_trap(rows, table, index), _raised_at(rows, table, index))
        for rows in profile.tables
        for index in table.indexes(rows.columns[0][1])
        if all(condition.holds(Row(table, index)) for condition in rows.when)
    ]


def matching(profiles: Iterable[Profile], values: _Values) -> list[tuple[int, Profile]]:
    """The profiles that suit a device, the best first, each with its score (`Match.score`); standard ones come last."""
    table = Table(values)
    scored = [(profile.match.score(table), profile) for profile in profiles if profile.match]
    return sorted((pair for pair in scored if pair[0]), key=lambda pair: (pair[1].standard, -pair[0], pair[1].name))


def _wanted(refs: Iterable[Ref]) -> Wanted:
    gets: dict[str, None] = {}
    walks: dict[str, None] = {}
    for ref in refs:
        if ref.instance:
            gets[ref.at("")] = None
        else:
            walks[ref.oid] = None
    return Wanted(tuple(gets), tuple(walks))


def _as_trap(rows: AlarmTable, table: Table, index: str) -> Trap:
    """The row as the notification that it stands for, so that both are one alarm by construction."""
    varbinds: list[Varbind] = []
    for name, column in rows.columns:
        cell = _cell(table.get(f"{column}.{index}"))
        if cell is not None:
            varbinds.append((_instance(name, index), *cell))
    return Trap(1, False, rows.trap, b"", *in_parts(varbinds), 0)


def _instance(name: str, index: str) -> bytes:
    """The cell's own name; the column's where the two are together longer than a name may be."""
    try:
        return encode_oid(f"{name}.{index}")
    except ValueError:
        return encode_oid(name)


def _cell(value: Value) -> tuple[int, bytes] | None:
    """A value as tag and content; text that is an OID becomes one again."""
    if value is None:
        return None
    if isinstance(value, int):
        return INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True)
    if isinstance(value, str):
        try:
            return OID, encode_oid(value)
        except ValueError:
            pass
    return OCTETS, value if isinstance(value, bytes) else str(value).encode()


def _raised_at(rows: AlarmTable, table: Table, index: str) -> datetime | None:
    if rows.time is None:
        return None
    if rows.time.oid == "":
        return next((at for piece in _strings_in(index) if (at := date_and_time(piece))), None)
    cell = table.get(rows.time.at(index))
    return date_and_time(cell) if isinstance(cell, bytes) else None


def _strings_in(index: str) -> Iterator[bytes]:
    """The octet strings of an index in which each stands behind its length (RFC 2578, section 7.7)."""
    arcs = [int(arc) for arc in index.split(".")]
    at = 0
    while at < len(arcs):
        piece = arcs[at + 1 : at + 1 + arcs[at]]
        if piece and len(piece) == arcs[at] and max(piece) < 256:
            yield bytes(piece)
        at += 1 + arcs[at]


_WIDTHS = (8, 11)


def date_and_time(raw: bytes) -> datetime | None:
    """A DateAndTime (RFC 2579) in UTC; one of 8 octets names no zone and counts as UTC. None for nonsense."""
    if len(raw) not in _WIDTHS:
        return None
    try:
        year, (month, day, hour, minute, second, tenth) = int.from_bytes(raw[:2], "big"), raw[2:8]
        moment = datetime(year, month, day, hour, minute, min(second, 59), tenth * 100_000, tzinfo=UTC)
    except ValueError:
        return None
    if len(raw) == 8:
        return moment
    ahead = timedelta(hours=raw[9], minutes=raw[10]) * (-1 if raw[8:9] == b"-" else 1)
    try:
        return moment - ahead if abs(ahead) < timedelta(hours=24) else None
    except OverflowError:  # the first or the last day that there is
        return None
