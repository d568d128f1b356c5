"""causes.toml and policy.toml are checked before they rule."""

from __future__ import annotations

from importlib import resources

import pytest

from alarm_correlation.causes import CauseFile, Scope, shipped_causes
from alarm_correlation.policy import Policy, shipped_policy
from guywire.policy_file import PolicyError, read_policy

CAUSES = resources.files("alarm_correlation").joinpath("causes.toml").read_text("utf-8")
POLICY = resources.files("alarm_correlation").joinpath("policy.toml").read_text("utf-8")

CHAIN = [
    ("mains-failure", "battery-discharging"), ("battery-discharging", "battery-low-voltage"),
    ("battery-low-voltage", "load-disconnect"), ("load-disconnect", "base-station-down"),
    ("load-disconnect", "cell-down"), ("load-disconnect", "battery-disconnect"), ("battery-disconnect", "link-down"),
    ("battery-disconnect", "fsu-offline"), ("mains-failure", "aircon-failure"), ("aircon-failure", "high-temperature"),
    ("high-temperature", "rectifier-failure"), ("high-temperature", "base-station-down"),
    ("rectifier-failure", "battery-discharging"), ("rectifier-failure", "dc-output-low"),
    ("genset-failure", "battery-discharging"), ("genset-low-fuel", "battery-discharging"),
    ("dc-fuse-blown", "base-station-down"), ("door-open", "intrusion"), ("smoke", "rectifier-failure"),
    ("water-ingress", "rectifier-failure"),
]  # fmt: skip


@pytest.mark.parametrize(("cause", "effect"), CHAIN)
def test_what_the_trade_knows_is_in_the_shipped_causes(cause: str, effect: str) -> None:
    assert effect in shipped_causes().effects(cause, Scope.SITE)


@pytest.mark.parametrize("cause", ["link-down", "loss-of-signal"])
def test_a_broken_link_explains_what_it_cuts_off(cause: str) -> None:
    assert {"site-unreachable", "fsu-offline", "base-station-down"} <= shipped_causes().effects(cause, Scope.DOWNSTREAM)


CIRCLE = """
[[cause]]
from = ["base-station-down"]
to = ["mains-failure"]
scope = "site"
strength = 0.1
minutes = [0, 1]
"""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (CAUSES + CIRCLE, "circle"),
        (CAUSES + CIRCLE.replace("mains-failure", "mains-falure"), "no such alarm type: mains-falure"),
        (CAUSES + CIRCLE.replace("[0, 1]", "[1, 0]"), "backwards"),
        (CAUSES + CIRCLE.replace('"site"', '"planet"'), "planet"),
        (CAUSES + CIRCLE.replace("0.1", "1.1"), "<= 1"),
        ("cause = 1 1", "not TOML"),
    ],
)
def test_bad_causes_are_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(PolicyError, match=reason):
        read_policy(text, "causes.toml", CauseFile)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ('A = 4.0', 'D = 4.0', "class_weight wants exactly"),
        ("reorder_seconds = 300", "reorder_seconds = -1", "reorder_seconds"),
        ("memory_seconds = 1800", "memory_seconds = 60", "memory_seconds must be at least"),
        ('"genset-running"', '"genset-runing"', "no such alarm type: genset-runing"),
        ("[1, 1, 3, 4],", "[1, 1, 3],", "priority.matrix"),
        ("[1, 1, 3, 4],", "[0, 1, 3, 4],", ">= 1"),
        ("site_class = { A = 1, B = 2, C = 3 }", "site_class = { A = 1, B = 2 }", "site_class wants exactly"),
        ("sites_down = [10, 3]", "sites_down = [3, 10]", "the first of a pair is the greater"),
        ("down_minutes = [120, 360]", "down_minutes = [360, 120]", "the first of down_minutes is the less"),
        ("critical = 1, major = 2", "major = 2", "severity wants each of critical"),
        ("link-degraded = { A = 300, B = 900", "link-degraded = { B = 900", "hold of link-degraded wants exactly"),
        ("link-degraded = {", "link-degradet = {", "no such alarm type: link-degradet"),
        ("after_seconds = 900", "after_seconds = 1800", "after_seconds must be less than windows.memory_seconds"),
        ("{contact}", "{phone}", "reason may name contact"),
        ("{contact}", "{contact!r}", "stands alone in its braces"),
        ("{contact}", "{contact:{site}}", "stands alone in its braces"),
        ("{contact}", "{contact", "expected '}'"),
        ('party = "own"\nreason', 'party = "own"\nof = "link"\nreason', "the last rule must fit everything"),
        ('party = "own"\nreason', 'party = "nobody"\nreason', "nobody"),
        ("device-restart = 3600", "device-restat = 3600", "no such alarm type: device-restat"),
        ("device-restart = 3600", "device-restart = 5", ">= 60"),
        ("silent_seconds = 30", "silent_seconds = 0", "silent_seconds"),
        ("[need]", "[needs]", "needs"),
    ],
)  # fmt: skip
def test_a_bad_policy_is_refused_with_the_reason(before: str, after: str, reason: str) -> None:
    assert before in POLICY
    with pytest.raises(PolicyError, match=reason):
        read_policy(POLICY.replace(before, after), "policy.toml", Policy)


def test_a_hold_is_of_the_type_and_where_policy_says_so_of_the_sites_class() -> None:
    policy = shipped_policy()
    assert [policy.hold(key, "A").total_seconds() for key in ("load-disconnect", "mains-failure")] == [0, 15]
    assert [policy.hold("link-degraded", key).total_seconds() for key in "ABC"] == [300, 900, 1800]


def test_one_hold_can_stand_for_all_types_and_classes() -> None:
    policy = shipped_policy().with_hold(60)
    assert {policy.hold(key, "C").total_seconds() for key in ("load-disconnect", "link-degraded")} == {60}
