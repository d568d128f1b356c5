"""The policy of visits: which checks and readings a visit has, which push services are called, what ships is whole."""

from __future__ import annotations

import pytest

from dispatch.visits.policy import VisitPolicy, shipped_policy
from guywire.catalogue import CATALOGUE
from guywire.model import NeedKind
from guywire.policy_file import PolicyError, read_policy

POLICY = shipped_policy()


def test_what_ships_names_only_alarm_types_and_parts_of_the_catalogue() -> None:
    asked = [*POLICY.checks.values(), *POLICY.asked_readings.values()]
    assert {alarm_type for one in asked for alarm_type in one.alarm_types} <= set(CATALOGUE)
    assert set(POLICY.parts_zh) == {part for alarm in CATALOGUE.values() for part in alarm.parts}


def test_every_reading_has_a_plausible_range() -> None:
    assert all(one.low < one.high for one in POLICY.asked_readings.values())


def test_a_visit_is_asked_for_what_concerns_its_kind_and_its_alarms() -> None:
    generator, repair = frozenset({str(NeedKind.GENERATOR)}), frozenset({str(NeedKind.REPAIR)})
    assert "earthing" in POLICY.checks_for(generator, frozenset({"mains-failure"}))
    assert "earthing" not in POLICY.checks_for(repair, frozenset({"mains-failure"}))
    assert "shelter_temperature" in POLICY.readings_for(repair, frozenset({"aircon-failure"}))
    assert "shelter_temperature" not in POLICY.readings_for(repair, frozenset({"mains-failure"}))
    assert {"earthing", "fault_seen"} <= set(POLICY.checks_for(generator | repair, frozenset()))


@pytest.mark.parametrize(
    ("host", "served"),
    [
        ("fcm.googleapis.com", True),
        ("web.push.apple.com", True),
        ("a.b.push.apple.com", True),
        ("push.apple.com", False),
        ("evilpush.apple.com", False),
        ("fcm.googleapis.com.example.org", False),
        ("", False),
    ],
)
def test_a_push_service_is_one_that_is_named_or_lies_below_a_named_domain(host: str, served: bool) -> None:
    assert POLICY.push.serves(host) is served


def test_the_operator_adds_a_check_and_keeps_the_rest() -> None:
    text = '[checks.gate_key]\nwords.zh = "归还钥匙"\nwords.en = "Key returned"\nrequired = true\n'
    changed = read_policy(text, "visits.toml", VisitPolicy, POLICY)
    assert set(changed.checks) == {*POLICY.checks, "gate_key"}


@pytest.mark.parametrize(
    "text",
    ["photo_max_bytes = 99_000_000", "photo_quality = 1.5", "place_trust_km.roof = 1.0", "[watch]\nleast_minutes = 0"],
)
def test_a_policy_out_of_bounds_is_refused(text: str) -> None:
    with pytest.raises(PolicyError):
        read_policy(text, "visits.toml", VisitPolicy, POLICY)
