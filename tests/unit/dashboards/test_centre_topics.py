"""Who hears of the centre's own records on the live feed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from dashboards.live.client import may_see, topics_of
from guywire.feed import Change
from guywire.identity import User
from guywire.model import Role

QUAY = User("max", Role.AREA_MANAGER, "south/harbour/quay", "", "")


@pytest.mark.parametrize(
    ("topic", "body", "heard"),
    [
        ("claim", {"regions": ["south/harbour/quay"]}, True),
        ("claim", {"regions": ["south/harbour/hills"]}, False),
        ("situation_report", {"regions": ["south/harbour/quay"]}, True),
        ("situation_report", {"regions": ["south"]}, False),
        ("announcement", {"touches": ["south"], "regions": ["south"]}, True),
        ("announcement", {"touches": ["south/harbour/hills"], "regions": []}, False),
        ("handover", {"region": ""}, False),
        ("procedure", {}, True),
    ],
)
def test_an_area_hears_of_what_concerns_it(topic: str, body: dict[str, Any], heard: bool) -> None:
    change = Change("dashboards", 1, datetime(2026, 11, 22, tzinfo=UTC), topic, "X1", "", {"id": "X1", **body})
    assert may_see(QUAY, change) is heard


def test_handovers_are_for_those_who_hand_over() -> None:
    assert "handover" not in topics_of(QUAY)
    assert "handover" in topics_of(User("ann", Role.NOC_OPERATOR, "", "", ""))
    assert topics_of(User("amy", Role.COMPLAINT_AGENT, "", "", "")).isdisjoint({"claim", "announcement", "handover"})
