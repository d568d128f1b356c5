"""What the tests of silence say to a correlator besides: plans, and the question why an alarm is silent."""

from __future__ import annotations

from typing import Any

from alarm_correlation.records import Alarm
from guywire.commands import PlanSilence
from tests.unit.alarm_correlation.correlator_desk import Desk, at


def plan(desk: Desk, seconds: float = 0, **given: Any) -> str:
    """Plans a window of an hour, beginning after a minute, over S1; returns its id."""
    values: dict[str, Any] = {
        "kind": "maintenance",
        "title": "rectifiers",
        "starts_at": at(60),
        "ends_at": at(3660),
        "sites": ("S1",),
    }
    if given.get("kind") == "shelf":
        values |= {"ends_at": None, "starts_at": at(seconds)}
    answer = desk.ask(seconds, PlanSilence(**(values | given)))
    assert isinstance(answer, dict), answer
    return str(answer["id"])


def alarm(desk: Desk, place: int = 1) -> Alarm:
    return desk.state.alarms[f"A{place}"]


def why(desk: Desk) -> list[str]:
    """Why each alarm that stands is silent, in the order in which they came."""
    return [one.silenced_by for one in desk.state.alarms.values() if one.stands]


FEEDER = ("S1", "S2", "S4")
"""Sites of one power feed."""
