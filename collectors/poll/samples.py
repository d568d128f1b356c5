"""Fifth stage of polling: readings into the database, by binary COPY; they wait, bounded, while it is away."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from collectors.profile.sensor import Reading
from guywire.database import Connection
from guywire.database.series import drop_days

MAX_QUALIFIER = 256
MAX_LABEL = 256
MAX_STATE = 64


class Sample(NamedTuple):
    """One reading as it is stored; `value` in the metric's unit, `state` and `health` by their names."""

    at: datetime
    site: str
    resource: str
    metric: str
    qualifier: str
    value: float
    state: str
    health: str
    label: str
    unit: str

    @classmethod
    def of(cls, reading: Reading, site: str, resource: str, at: datetime) -> Sample:
        qualifier, label, state = (
            reading.qualifier[:MAX_QUALIFIER],
            reading.label[:MAX_LABEL],
            reading.state[:MAX_STATE],
        )
        health, unit = reading.health.value, reading.unit
        return cls(at, site, resource, reading.metric, qualifier, reading.value, state, health, label, unit)


_COPY = "COPY collectors.sample (at, site_id, resource, metric, qualifier, value, state) FROM STDIN (FORMAT BINARY)"
_COPIED = ("timestamptz", "text", "text", "text", "text", "float8", "text")

# in the order of the key, so that two pollers never wait for each other in a circle
_LATEST = """
INSERT INTO collectors.latest_reading AS l (at, site_id, resource, metric, qualifier, value, state, health, label, unit)
SELECT * FROM unnest(%s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::text[], %s::float8[], %s::text[],
                     %s::text[], %s::text[], %s::text[])
ORDER BY 2, 3, 4, 5
ON CONFLICT (site_id, resource, metric, qualifier) DO UPDATE
SET at = excluded.at, value = excluded.value, state = excluded.state, health = excluded.health,
    label = excluded.label, unit = excluded.unit
WHERE excluded.at > l.at
"""


class Waiting:
    """Samples that wait for the database: `most` of them, then the oldest go, and are counted."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._samples: deque[Sample] = deque()

    def __len__(self) -> int:
        return len(self._samples)

    def add(self, samples: Iterable[Sample]) -> int:
        """How many had to go for them."""
        self._samples.extend(samples)
        return self._shed()

    def take(self, most: int) -> list[Sample]:
        """The oldest, for writing; `give_back` what could not be written."""
        return [self._samples.popleft() for _ in range(min(most, len(self._samples)))]

    def give_back(self, samples: Sequence[Sample]) -> int:
        """How many had to go for them."""
        self._samples.extendleft(reversed(samples))
        return self._shed()

    def _shed(self) -> int:
        lost = max(0, len(self._samples) - self.most)
        for _ in range(lost):
            self._samples.popleft()
        return lost


async def write(connection: Connection, samples: Sequence[Sample]) -> None:
    """All of them or none: the samples, and the latest of each series."""
    latest = {sample[1:5]: sample for sample in sorted(samples, key=lambda sample: sample.at)}
    async with connection.transaction():
        async with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            copy.set_types(_COPIED)
            for sample in samples:
                await copy.write_row(sample[:7])
        await connection.execute(_LATEST, [list(column) for column in zip(*latest.values(), strict=True)])


async def forget(connection: Connection, before: datetime) -> None:
    """Deletes the samples of the days that ended before that time; the latest of each series stays."""
    await drop_days(connection, "collectors.sample", before)
