"""What no owner could hold is refused by name; what is odd but fit passes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from guywire.commands import Command, CommentAlarm, MoveTicket, OpenTicket, Position, ReportPositions, ShelveAlarm
from guywire.errors import Refused
from guywire.fitness import LONGEST_TEXT, refuse_unfit

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def _reported(*fixes: Position) -> ReportPositions:
    return ReportPositions(technician="K1", positions=fixes)


@pytest.mark.parametrize(
    ("command", "named"),
    [
        (CommentAlarm(alarm="A1", comment="no\0thing"), "comment"),
        (CommentAlarm(alarm="A1", comment="half \ud83d of a smile"), "comment"),
        (CommentAlarm(alarm="A" * (LONGEST_TEXT + 1), comment="x"), "alarm"),
        (OpenTicket(origin="o", site="S1", title="t", skills=("power", "no\0thing")), "skills.1"),
        (OpenTicket(origin="o", site="S1", title="t", priority=10**30), "priority"),
        (ShelveAlarm(alarm="A1", until=datetime(2026, 11, 22)), "until"),  # noqa: DTZ001 - that is the point
        (ShelveAlarm(alarm="A1", until=datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-12)))), "until"),
        (ShelveAlarm(alarm="A1", until=datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))), "until"),
        (_reported(Position(at=NOW, latitude=1, longitude=float("nan"))), "positions.0.longitude"),
        (_reported(Position(at=NOW, latitude=1, longitude=1, accuracy=float("inf"))), "positions.0.accuracy"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_its_name(command: Command, named: str) -> None:
    with pytest.raises(Refused) as refused:
        refuse_unfit(command)
    assert (refused.value.code, refused.value.reason) == ("invalid", "unfit_value")
    assert refused.value.message.startswith(f"{named}: ")


@pytest.mark.parametrize(
    "command",
    [
        CommentAlarm(alarm="A1", comment="备用电池已更换 😀\n"),
        MoveTicket(ticket="T1", to="held", until=NOW.astimezone(timezone(timedelta(hours=8))), version=7),
        ShelveAlarm(alarm="A1", until=datetime(1970, 1, 1, tzinfo=timezone(timedelta(hours=14)))),
        _reported(Position(at=NOW, latitude=-90, longitude=180)),
    ],
)
def test_what_is_odd_but_fit_passes(command: Command) -> None:
    refuse_unfit(command)
