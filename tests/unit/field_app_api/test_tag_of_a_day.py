"""What the server calls a day: another name for whatever a phone could show otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from field_app_api.day import tag_of

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
MATE = {"id": "T2", "name": "Sun Min", "km": 3.1, "busy": False}


def day(**more: Any) -> dict[str, Any]:
    parts = ("orders", "plan", "notices", "team")
    return {"seen": "e-1", "as_of": AT, "duty": {"on": True}, **{part: [] for part in parts}, "sos": None} | more


def test_a_day_read_again_is_the_same_day() -> None:
    assert tag_of(day()) == tag_of(day(as_of=AT + timedelta(hours=3)))
    assert tag_of(day()).startswith('W/"')


@pytest.mark.parametrize(
    "more",
    [
        {"seen": "e-2"},
        {"duty": {"on": False}},
        {"orders": [{"id": "W1", "state": "offered"}]},
        {"plan": [{"arrive": AT}]},
        {"notices": [{"id": "1", "seen_at": None}]},
        {"sos": {"id": "7"}},
        {"team": [MATE]},
    ],
    ids=lambda more: next(iter(more)),
)
def test_whatever_else_has_changed_makes_another_day(more: dict[str, Any]) -> None:
    assert tag_of(day(**more)) != tag_of(day())


def test_mates_on_the_move_make_another_day_every_five_minutes_only() -> None:
    there, moved = day(team=[MATE]), day(team=[MATE | {"km": 3.4, "busy": True}], as_of=AT + timedelta(seconds=299))
    assert tag_of(there) == tag_of(moved)
    assert tag_of(there) != tag_of(moved | {"as_of": AT + timedelta(seconds=300)})
