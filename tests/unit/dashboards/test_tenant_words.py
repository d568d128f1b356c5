"""A tenant is told how an outage stands without who goes, and is asked for its word while that matters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from complaints import shipped_policy
from dashboards.tenants.figures import months_before
from dashboards.tenants.plain import ASKED_FOR, Repairs, outage_words, repairs_of, ticket_words

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
ROW = {
    "id": "I1/S1", "incident": "I1", "site": "S1", "site_name": "Quay", "time_zone": "Asia/Shanghai",
    "started_at": NOW - timedelta(hours=1), "ended_at": None, "site_down_at": None, "alarm_type": "mains-failure",
    "root_site": "S1",
}  # fmt: skip
TICKET = {
    "id": "T1", "state": "closed", "opened_at": NOW - timedelta(days=9), "resolved_at": NOW, "closed_at": NOW,
    "sites": [], "version": 0, "alarm_type": "mains-failure", "agreed": None, "reason": None, "agreed_at": None,
    "agreed_by": None,
}  # fmt: skip


def repairs(state: str, arrival: datetime) -> Repairs:
    [found] = repairs_of(
        [
            {
                "incident": "I1",
                "tickets": [{"id": "T1", "state": "in_progress", "hold_until": None}],
                "needs": [{"id": "N1", "site": "S1", "kind": "repair", "state": "open", "service_minutes": 45}],
                "orders": [
                    {"id": "W1", "needs": ["N1"], "state": state, "technician": "", "technician_name": "",
                     "planned_arrival_at": arrival.isoformat(), "on_site_at": None}
                ],
            }
        ]
    ).values()  # fmt: skip
    return found


@pytest.mark.parametrize(
    ("state", "minutes", "stage", "is_promised"),
    [("en_route", 20, "under_way", True), ("en_route", -5, "under_way", False), ("accepted", 20, "assigned", True),
     ("offered", 20, "detected", False)],
)  # fmt: skip
def test_an_arrival_is_told_while_it_lies_ahead_of_a_crew(
    state: str, minutes: int, stage: str, is_promised: bool
) -> None:
    arrival = NOW + timedelta(minutes=minutes)
    told = outage_words(ROW, repairs(state, arrival), shipped_policy(), NOW)
    assert (told["state"], told["stage"]) == ("down", stage)
    assert told["arrival_at"] == (arrival if is_promised else None)
    end = told["expected_end"]
    assert NOW < end["earliest"] <= end["at"] <= end["latest"]


def test_what_is_over_has_no_expected_end() -> None:
    told = outage_words(ROW | {"ended_at": NOW}, None, shipped_policy(), NOW)
    assert (told["state"], told["stage"], told["expected_end"]) == ("restored", "restored", None)


@pytest.mark.parametrize(
    ("change", "may", "waits"),
    [
        ({}, True, True),
        ({"closed_at": NOW - ASKED_FOR}, True, False),
        ({"state": "resolved", "closed_at": None}, True, True),
        ({"state": "in_progress", "closed_at": None}, False, False),
        ({"agreed": False, "reason": "no"}, True, False),
    ],
)
def test_a_ticket_waits_for_a_word_once_it_is_done(change: dict[str, Any], may: bool, waits: bool) -> None:
    told = ticket_words(TICKET | change, shipped_policy(), NOW)
    assert (told["may_be_judged"], told["waits_for_you"]) == (may, waits)


def test_months_are_those_of_the_zones_calendar() -> None:
    new_year = datetime(2026, 12, 31, 17, tzinfo=UTC)  # the first of January in Shanghai
    found = months_before(new_year, 3, "Asia/Shanghai")
    assert [f"{since:%Y-%m}" for since, _ in found] == ["2027-01", "2026-12", "2026-11"]
    assert [until for _, until in found[1:]] == [since for since, _ in found[:-1]]
