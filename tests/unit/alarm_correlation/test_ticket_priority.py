"""How urgent a ticket is: impact by urgency, from what its incident touches and when a site goes down."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from alarm_correlation.causes import shipped_causes
from alarm_correlation.engine import new_state
from alarm_correlation.facts import Rules
from alarm_correlation.policy import shipped_policy
from alarm_correlation.priority import Extent, measure
from alarm_correlation.records import Incident
from guywire.inventory.csv_files import read_inventory
from guywire.inventory.model import Customer
from guywire.inventory.topology import Topology
from guywire.model import Severity
from tests.unit.alarm_correlation.correlator_desk import INVENTORY, START, Desk, at

SMALL = Extent(sites=1, site_class="C", sites_down=0, tenants=1, customers=0, down_at=None)


def incident(severity: Severity) -> Incident:
    return Incident(incident_id="I1", state="open", domain="d", title="t", severity=severity, opened_at=START)


def priority(severity: Severity, extent: Extent) -> tuple[int, int, int]:
    return measure(shipped_policy(), incident(severity), extent, START)[:3]


@pytest.mark.parametrize(
    ("severity", "by_class"),
    [("critical", [1, 1, 2]), ("major", [1, 2, 3]), ("minor", [3, 3, 4]), ("warning", [4, 4, 4])],
)
def test_priority_goes_by_severity_and_class(severity: str, by_class: list[int]) -> None:
    found = [priority(Severity(severity), SMALL._replace(site_class=one))[2] for one in "ABC"]
    assert found == by_class


@pytest.mark.parametrize(
    ("more", "impact"),
    [
        ({"sites_down": 2}, 3), ({"sites_down": 3}, 2), ({"sites_down": 10}, 1), ({"tenants": 3}, 2),
        ({"tenants": 6}, 1), ({"customers": 499}, 3), ({"customers": 500}, 2), ({"customers": 5000}, 1),
        ({"customers": 500, "sites_down": 10}, 1), ({"site_class": "B", "tenants": 3}, 2),
    ],
)  # fmt: skip
def test_the_greatest_of_what_it_touches_is_its_impact(more: dict[str, int], impact: int) -> None:
    assert priority(Severity.MAJOR, SMALL._replace(**more))[0] == impact  # type: ignore[arg-type]


def test_how_soon_a_site_goes_down_makes_it_urgent_and_says_when_it_will_be_more_so() -> None:
    down_at = START + timedelta(hours=8)
    found = []
    for minutes in (0, 119, 120, 359, 360, 480, 600):
        now = START + timedelta(minutes=minutes)
        one = measure(shipped_policy(), incident(Severity.MINOR), SMALL._replace(down_at=down_at), now)
        found.append((minutes, one.urgency, one.changes_at))
    soon, now_at = START + timedelta(hours=2), START + timedelta(hours=6)
    assert found == [
        (0, 3, soon), (119, 3, soon), (120, 2, now_at), (359, 2, now_at), (360, 1, None), (480, 1, None),
        (600, 1, None),
    ]  # fmt: skip


def test_time_that_changes_nothing_is_not_waited_for() -> None:
    extent = SMALL._replace(down_at=START + timedelta(hours=8))
    assert measure(shipped_policy(), incident(Severity.CRITICAL), extent, START).changes_at is None
    major = measure(shipped_policy(), incident(Severity.MAJOR), extent, START)
    assert major.changes_at == START + timedelta(hours=6), "six hours before it is as urgent as a major alarm anyhow"


def test_a_battery_that_runs_down_raises_the_priority_by_a_timer() -> None:
    desk = Desk()
    desk.hear(0, "S2", "mains-failure")  # class C, four hours
    desk.tick(15)
    assert (desk.ticket.impact, desk.ticket.urgency, desk.ticket.priority) == (3, 2, 3)
    (need,) = desk.state.needs.values()
    assert (need.priority, need.site_down_at) == (3, at(4 * 3600))
    desk.tick(2 * 3600 - 1)
    assert desk.ticket.priority == 3
    assert desk.state.next_due == at(2 * 3600)
    changes = desk.tick(2 * 3600)
    assert (desk.ticket.urgency, desk.ticket.priority, need.priority) == (1, 2, 2)
    assert (changes.tickets, changes.needs) == ({"T1"}, {"N1"})
    assert desk.ticket.version == 1, "a ticket's version grows with its state: nobody's move is refused for this"


def test_an_incident_that_grows_is_more_urgent_and_one_that_shrinks_less() -> None:
    desk = Desk()
    desk.hear(0, "H1", "link-down", Severity.MAJOR, resource="mw-s2")
    assert (desk.ticket.impact, desk.ticket.urgency) == (1, 1), "a hub, and a site behind it is down"
    desk = Desk()
    desk.hear(0, "S4", "rectifier-failure", Severity.MINOR)
    assert (desk.ticket.impact, desk.ticket.urgency, desk.ticket.priority) == (3, 3, 4)
    desk.hear(60, "S4", "dc-output-low")
    assert (desk.ticket.urgency, desk.ticket.priority) == (2, 3)
    desk.clear(90, "S4", "dc-output-low")
    assert (desk.ticket.urgency, desk.ticket.priority) == (3, 4)


def _with_customers(counts: dict[str, int]) -> Desk:
    customers = {
        f"{site}-{number}": Customer(f"{site}-{number}", "x", "1", None, None, (site, "S3"))
        for site, count in counts.items()
        for number in range(count)
    }
    desk = Desk()
    inventory = replace(read_inventory(INVENTORY), customers=customers)
    desk.state = new_state(Rules(Topology(inventory), shipped_causes(), shipped_policy()), START)
    return desk


def test_customers_behind_count_once_at_the_first_of_their_sites() -> None:
    desk = _with_customers({"S1": 300, "S2": 200, "S4": 7})
    desk.hear(0, "S2", "smoke")
    assert (desk.ticket.customers, desk.ticket.impact) == (200, 3)
    desk = _with_customers({"S1": 300, "S2": 200, "S4": 7})
    desk.hear(0, "G1", "link-down", resource="fibre-h1")  # H1, S1, S2, S4 behind it; S3 has another way up
    assert {outage.site_id for outage in desk.state.outages["I1"].values()} == {"H1", "S1", "S2", "S4"}
    assert desk.ticket.customers == 507


def test_a_place_that_is_down_already_has_that_for_its_deadline() -> None:
    desk = Desk()
    desk.hear(0, "S1", "base-station-down", Severity.CRITICAL)
    (need,) = desk.state.needs.values()
    assert (need.site_down_at, need.deadline) == (at(0), at(0))
