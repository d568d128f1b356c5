"""What a phone shows of the own duty."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dispatch.shifts import zone_of
from field_app_api.day import duty_of

SHANGHAI = zone_of("Asia/Shanghai")


def at(hour: int) -> datetime:
    return datetime(2026, 11, 23, hour, 0, tzinfo=UTC)  # a Monday


@pytest.mark.parametrize(
    ("shift", "hour", "said"),
    [
        ("08:00-20:00", 1, (True, at(12), datetime(2026, 11, 24, 0, 0, tzinfo=UTC))),
        ("08:00-20:00", 13, (False, None, datetime(2026, 11, 24, 0, 0, tzinfo=UTC))),
        ("", 13, (True, None, None)),
        ("whenever", 13, (False, None, None)),
    ],
)
def test_duty_is_said_with_its_end_and_the_next_beginning(
    shift: str, hour: int, said: tuple[bool, datetime | None, datetime | None]
) -> None:
    found = duty_of(shift, SHANGHAI, at(hour))
    assert (found["on"], found["until"], found["next_from"]) == said
