"""What may be planned and ended, and what is refused before it silences anything."""

from __future__ import annotations

from typing import Any

import pytest

from guywire.commands import EndSilence, PlanSilence
from guywire.errors import Refused
from tests.unit.alarm_correlation.correlator_desk import Desk, at
from tests.unit.alarm_correlation.silent_desk import FEEDER, plan


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"kind": "quiet"}, "kind"),
        ({"title": "  "}, "title"),
        ({"sites": ()}, "everything"),
        ({"sites": ("S1", "S99")}, "unknown_site"),
        ({"sites": (), "regions": ("nowhere",)}, "unknown_region"),
        ({"sites": (), "alarm_types": ("fire",)}, "unknown_alarm_type"),
        ({"resources": ("",)}, "empty"),
        ({"sites": ("S1",) * 3000, "resources": tuple(map(str, range(2000)))}, "too_many"),
        ({"ends_at": at(5)}, "ends_at"),
        ({"ends_at": None}, "ends_at"),
        ({"ends_at": None, "weekly": "Sun 2-4"}, "weekly"),
        ({"ends_at": None, "weekly": "Sun 02:00-04:00", "time_zone": "Mars/Olympus"}, "time_zone"),
        ({"kind": "shelf", "weekly": "Sun 02:00-04:00"}, "weekly"),
        ({"ticket": "T9"}, "ticket_not_found"),
    ],
)
def test_what_cannot_be_planned_is_refused_and_silences_nothing(given: dict[str, Any], reason: str) -> None:
    desk = Desk()
    values: dict[str, Any] = {
        "kind": "maintenance",
        "title": "x",
        "starts_at": at(0),
        "ends_at": at(60),
        "sites": ("S1",),
    }
    answer = desk.ask(10, PlanSilence(**(values | given)))
    assert isinstance(answer, Refused)
    assert answer.reason == reason
    assert desk.state.silences == {}


def test_a_window_planned_from_a_ticket_is_over_its_sites() -> None:
    desk = Desk()
    for seconds, site in enumerate(FEEDER, 1):
        desk.hear(seconds, site, "mains-failure")
    desk.tick(1000)
    plan(desk, 1000, sites=(), ticket="T1")
    assert desk.state.silences["Q1"].sites == FEEDER
    assert desk.state.silences["Q1"].ticket_id == "T1"


def test_ending_is_refused_for_what_is_unknown_changed_meanwhile_or_over() -> None:
    desk = Desk()
    plan(desk)
    reasons = [
        desk.ask(10, EndSilence(silence="Q7")),
        desk.ask(20, EndSilence(silence="Q1", version=7)),
        desk.ask(30, EndSilence(silence="Q1", version=1)),
        desk.ask(40, EndSilence(silence="Q1")),
    ]
    found = [one.reason if isinstance(one, Refused) else "" for one in reasons]
    assert found == ["silence_not_found", "version_is_old", "", "already_ended"]
