"""A report of positions is bounded, and only credible ones are taken in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.policy import default_policy
from dispatch.positions import credible
from guywire.commands import Position, ReportPositions
from guywire.errors import Refused

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
POLICY = default_policy()


def report(*times: datetime, latitude: float = 31.0) -> ReportPositions:
    positions = tuple(Position(at=at, latitude=latitude, longitude=121.0) for at in times)
    return ReportPositions(technician="T1", positions=positions)


def reason_of(command: ReportPositions) -> str:
    with pytest.raises(Refused) as caught:
        credible(command, NOW, POLICY)
    return caught.value.reason


@given(st.lists(st.integers(-20 * 86_400, 86_400)))
def test_what_is_taken_in_is_sorted_unique_and_of_a_credible_time(seconds: list[int]) -> None:
    taken = [position.at for position in credible(report(*(NOW + timedelta(seconds=s) for s in seconds)), NOW, POLICY)]
    assert taken == sorted(set(taken))
    assert {round((at - NOW).total_seconds()) for at in taken} == {s for s in seconds if -7 * 86_400 <= s <= 180}


def test_too_many_at_once_and_impossible_ones_are_refused() -> None:
    assert reason_of(report(*[NOW] * (POLICY.positions_at_once + 1))) == "too_many_positions"
    assert reason_of(report(NOW, latitude=-90.5)) == "no_such_place"
    assert reason_of(report(NOW.replace(tzinfo=None))) == "time_without_zone"
