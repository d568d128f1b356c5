"""Alarm events for the tests of the stream, told apart by a number."""

from __future__ import annotations

from datetime import UTC, datetime

from guywire.model import AlarmEvent, Severity

_AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def event(number: int, domain: str = "sh/pudong") -> AlarmEvent:
    return AlarmEvent(
        at=_AT, received_at=_AT, site="S1", resource="r", alarm_type="link-down", severity=Severity.MAJOR,
        qualifier=str(number), domain=domain,
    )  # fmt: skip
