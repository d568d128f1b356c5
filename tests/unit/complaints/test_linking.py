"""Which outage explains a complaint."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.find import digits_of, distance_km
from complaints.linking import decide, reach_km
from complaints.model import Affected, Link, Near, SiteAlarm, Subject
from complaints.policy import shipped_policy

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
POLICY = shipped_policy()


def _alarm(alarm_type: str = "mains-failure", tenant: str = "", cleared: bool = False) -> SiteAlarm:
    return SiteAlarm(alarm_type, tenant, NOW - timedelta(hours=1), NOW if cleared else None)


def _down(incident: str = "I1", site: str = "S1", *alarms: SiteAlarm) -> Affected:
    return Affected(incident, site, NOW - timedelta(hours=1), alarms, True, started_at=NOW - timedelta(minutes=30))


def _near(*distances: float, tenants: frozenset[str] = frozenset()) -> tuple[Near, ...]:
    return tuple(Near(f"S{number}", tenants, distance) for number, distance in enumerate(distances, 1))


def _linked(subject: Subject, *affected: Affected) -> Link:
    link = decide(subject, affected, POLICY)
    assert link is not None
    return link


def test_a_serving_site_that_is_down_explains_for_certain_and_says_why() -> None:
    link = _linked(Subject(("S1",)), _down())
    assert (link.score, link.distance_km) == (1.0, None)
    assert link.reason == "serving site S1 is down since 2026-11-21 07:30 UTC (incident I1)"


def test_a_serving_site_on_battery_explains_less_than_one_that_is_down() -> None:
    battery = Affected("I2", "S2", NOW, (_alarm(),), True, predicted_at=NOW + timedelta(hours=2))
    both = _linked(Subject(("S1", "S2")), battery, _down())
    assert both.affected.incident == "I1"
    alone = _linked(Subject(("S2",)), battery)
    assert POLICY.link.least_score < alone.score < 1.0
    assert "predicted to go down at 2026-11-21 10:00 UTC" in alone.reason


def test_what_customers_do_not_feel_explains_nothing() -> None:
    for harmless in ("door-open", "tower-light-failure", "sensor-failure"):
        assert decide(Subject(("S1",)), [Affected("I1", "S1", NOW, (_alarm(harmless),))], POLICY) is None
    assert decide(Subject(("S9",)), [_down()], POLICY) is None


def test_another_tenants_equipment_explains_nothing_but_shared_power_does() -> None:
    theirs = _down("I1", "S1", _alarm("base-station-down", "unicom"))
    assert decide(Subject(("S1",), "mobile"), [theirs], POLICY) is None
    assert decide(Subject(("S1",), "unicom"), [theirs], POLICY) is not None
    assert decide(Subject(("S1",), ""), [theirs], POLICY) is not None
    shared = _down("I1", "S1", _alarm("base-station-down", "unicom"), _alarm("load-disconnect"))
    assert decide(Subject(("S1",), "mobile"), [shared], POLICY) is not None


def test_a_near_site_of_another_tenant_does_not_serve_this_customer() -> None:
    near = _near(0.3, tenants=frozenset({"unicom"}))
    assert decide(Subject((), "mobile", near), [_down()], POLICY) is None
    assert decide(Subject((), "unicom", near), [_down()], POLICY) is not None


def test_the_nearer_of_two_affected_sites_explains_better() -> None:
    link = _linked(Subject((), "", _near(0.4, 0.9)), _down("I1", "S2"), _down("I2", "S1"))
    assert (link.affected.incident, link.distance_km) == ("I2", 0.4)


def test_healthy_sites_that_are_nearer_make_a_far_one_less_likely() -> None:
    alone = _linked(Subject((), "", _near(1.0)), _down("I1", "S1"))
    behind = _linked(Subject((), "", _near(0.2, 0.3, 1.0)), _down("I1", "S3"))
    assert behind.score < alone.score
    assert "nearer sites that are well: 2" in behind.reason


def test_the_same_distance_is_near_in_the_country_and_far_in_a_city() -> None:
    city = [0.2, 0.3, 0.4, 0.5, 4.0]
    country = [4.0, 9.0, 12.0, 15.0]
    assert reach_km(city, POLICY.link) == pytest.approx(0.75)
    assert reach_km(country, POLICY.link) == POLICY.link.reach_max_km
    assert decide(Subject((), "", _near(*city)), [_down("I1", "S5")], POLICY) is None
    assert decide(Subject((), "", _near(*country)), [_down("I1", "S1")], POLICY) is not None


def test_an_outage_that_is_over_explains_only_where_nothing_stands() -> None:
    over = Affected("I1", "S1", NOW, (_alarm(cleared=True),), True, started_at=NOW, ended_at=NOW)
    assert _linked(Subject(("S1",)), over).affected.is_over
    assert _linked(Subject(("S1",)), over, _down("I2")).affected.incident == "I2"


@given(st.permutations(range(6)), st.integers())
def test_the_answer_does_not_depend_on_the_order(order: list[int], seed: int) -> None:
    random = Random(seed)
    near = _near(*sorted(random.uniform(0, 3) for _ in range(6)))
    affected = [_down(f"I{random.randint(1, 3)}", f"S{number}", _alarm()) for number in range(1, 7)]
    subject = Subject(("S2", "S5"), "", near)
    assert decide(subject, [affected[index] for index in order], POLICY) == decide(subject, affected, POLICY)


@pytest.mark.parametrize(
    "phone", ["13800000001", "+86 138-0000-0001", "0086 138 0000 0001", "(138) 0000 0001", "86１13800000001"]
)
def test_spellings_of_a_phone_number_meet_in_its_last_eleven_digits(phone: str) -> None:
    assert digits_of(phone) == "13800000001"


def test_distances_are_those_of_the_globe() -> None:
    assert distance_km(31.2304, 121.4737, 39.9042, 116.4074) == pytest.approx(1068, abs=3)  # Shanghai - Beijing
    assert distance_km(10, 20, 10, 20) == 0
