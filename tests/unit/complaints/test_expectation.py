"""When an outage should be over, and how sure that is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from complaints.expectation import expect, repair_of
from complaints.model import Repair, Stage
from complaints.policy import shipped_policy

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
POLICY = shipped_policy()


def _need(name: str, site: str, state: str = "open", kind: str = "repair", minutes: int = 45) -> dict[str, Any]:
    return {"id": name, "site": site, "kind": kind, "state": state, "service_minutes": minutes}


def _order(name: str, state: str, *needs: str) -> dict[str, Any]:
    about = {"technician": f"T-{name}", "technician_name": "Zhang", "on_site_at": None}
    return {
        "id": name,
        "state": state,
        "needs": list(needs),
        "planned_arrival_at": NOW + timedelta(minutes=20),
        **about,
    }


def _minutes(repair: Repair) -> list[float]:
    expected = expect(NOW, repair, POLICY)
    return [(moment - NOW) / timedelta(minutes=1) for moment in (expected.earliest, expected.at, expected.latest)]


def test_planned_arrival_and_service_time_make_the_end() -> None:
    repair = Repair(Stage.UNDER_WAY, "T1", "", NOW + timedelta(minutes=20), None, 30)
    assert _minutes(repair) == [40, 50, 80]


def test_the_interval_narrows_as_the_work_goes_on() -> None:
    arrives = NOW + timedelta(minutes=30)
    stages = [Repair(stage, "T1", "", arrives, NOW, 60) for stage in Stage if stage is not Stage.RESTORED]
    widths = [latest - earliest for earliest, _, latest in map(_minutes, stages)]
    assert widths == sorted(widths, reverse=True)


def test_without_anybody_sent_the_usual_times_are_assumed() -> None:
    assert _minutes(Repair(Stage.DETECTED)) == [70, 135, 340]


def test_a_crew_that_is_late_is_still_expected_and_work_that_drags_on_ends_no_sooner() -> None:
    late = Repair(Stage.UNDER_WAY, "T1", "", NOW - timedelta(minutes=50), None, 30)
    assert _minutes(late)[1] == 50
    dragging = Repair(Stage.ON_SITE, "T1", "", NOW, NOW - timedelta(hours=5), 30)
    assert _minutes(dragging)[1] == 15


def test_a_ticket_on_hold_ends_after_the_hold() -> None:
    tickets = [{"id": "T", "state": "held", "hold_until": NOW + timedelta(hours=3)}]
    repair = repair_of(tickets, [_need("N1", "S1")], [], "S1", None)
    assert expect(NOW, repair, POLICY).at == NOW + timedelta(hours=3, minutes=120)


def test_the_sites_own_need_counts_before_the_roots_and_the_roots_before_others() -> None:
    needs = [_need("N1", "HUB"), _need("N2", "S1"), _need("N3", "S2")]
    orders = [_order("W1", "on_site", "N1"), _order("W2", "accepted", "N2"), _order("W3", "en_route", "N3")]
    assert repair_of([], needs, orders, "S1", "HUB").technician == "T-W2"
    assert repair_of([], needs, orders, "S9", "HUB").technician == "T-W1"
    assert repair_of([], needs, orders, "S9", None).stage is Stage.ON_SITE


def test_a_declined_order_is_nobody_and_an_offer_names_nobody() -> None:
    needs = [_need("N1", "S1")]
    for state in ("declined", "expired", "failed", "withdrawn"):
        assert repair_of([], needs, [_order("W1", state, "N1")], "S1", None) == Repair(
            Stage.DETECTED, service_minutes=45
        )
    offered = repair_of([], needs, [_order("W1", "offered", "N1")], "S1", None)
    assert (offered.stage, offered.technician) == (Stage.DETECTED, "")


def test_a_visit_that_did_not_mend_it_gives_way_to_the_next() -> None:
    needs = [_need("N1", "S1", "met"), _need("N2", "S1")]
    orders = [_order("W1", "done", "N1"), _order("W2", "accepted", "N2")]
    assert repair_of([], needs, orders, "S1", None).technician == "T-W2"
    assert repair_of([], needs[:1], orders[:1], "S1", None).stage is Stage.ON_SITE


@given(
    st.sampled_from([Stage.DETECTED, Stage.ASSIGNED, Stage.UNDER_WAY, Stage.ON_SITE]),
    st.none() | st.integers(-100_000, 100_000),
    st.none() | st.integers(-100_000, 0),
    st.none() | st.integers(0, 1_000),
)
def test_the_interval_is_in_order_and_never_in_the_past(
    stage: Stage, arrival: int | None, on_site: int | None, service: int | None
) -> None:
    at = [None if seconds is None else NOW + timedelta(seconds=seconds) for seconds in (arrival, on_site)]
    expected = expect(NOW, Repair(stage, "T1", "", at[0], at[1], service), POLICY)
    assert NOW < expected.earliest <= expected.at <= expected.latest
