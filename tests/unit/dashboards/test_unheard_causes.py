"""What is said not to have been heard is what the rules in force would have believed."""

from __future__ import annotations

from typing import Any

from alarm_correlation.causes import CauseFile, Causes, shipped_causes
from dashboards.unheard import unheard
from guywire.policy_file import read_policy

RULES = """
[[cause]]
from = ["rectifier-failure", "mains-failure"]
to = ["battery-discharging"]
scope = "site"
strength = 0.5
minutes = [0, 60]

[[cause]]
from = ["mains-failure"]
to = ["battery-discharging"]
scope = "site"
strength = 0.9
minutes = [0, 60]

[[cause]]
from = ["mains-failure"]
to = ["mains-failure"]
scope = "feed"
strength = 1.0
minutes = [0, 60]
"""
CAUSES = Causes(read_policy(RULES, "causes.toml", CauseFile).rules())


def _root(alarm_type: str, kind: str = "alarm", confirmed_by: str | None = None) -> dict[str, Any]:
    return {"alarm_type": alarm_type, "kind": kind, "confirmed_by": confirmed_by}


def test_the_strongest_stands_first_and_each_once() -> None:
    assert unheard(CAUSES, _root("battery-discharging")) == [
        {"alarm_type": "mains-failure", "scope": "site"},
        {"alarm_type": "rectifier-failure", "scope": "site"},
    ]


def test_what_nothing_causes_has_nothing_unheard() -> None:
    assert unheard(CAUSES, _root("rectifier-failure")) == []


def test_an_inferred_feed_lacks_only_the_word_of_the_feed() -> None:
    assert unheard(CAUSES, _root("mains-failure", "inferred")) == [{"alarm_type": "mains-failure", "scope": "feed"}]
    assert unheard(CAUSES, _root("battery-discharging", "inferred")) == []


def test_what_an_operator_named_needs_no_proof() -> None:
    assert unheard(CAUSES, _root("battery-discharging", confirmed_by="ann")) == []


def test_a_short_list_is_given_of_the_shipped_rules() -> None:
    assert 0 < len(unheard(shipped_causes(), _root("base-station-down"))) <= 8
