"""The trap side of the shipped profiles: what a trap raises is what a poll raises, so that either may end it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from collectors.profile.compile import SHIPPED

SAME = {
    "eltek": [
        ("mains-failure", "mains"),
        ("battery-disconnect", "contactor"),
        ("battery-disconnect", "breaker"),
        ("load-disconnect", "lvd1"),
        ("load-disconnect", "lvd2"),
        ("battery-failure", "symmetry"),
        ("battery-failure", "life"),
        ("rectifier-failure", "major"),
        ("battery-high-temperature", "major"),
        ("battery-low-voltage", ""),
        ("dc-fuse-blown", ""),
    ],
    "ict": [("mains-failure", "")],
    "apc": [
        ("mains-failure", ""),
        ("battery-failure", "battery"),
        ("battery-high-temperature", ""),
        ("rectifier-failure", "bypass"),
        ("rectifier-failure", "output"),
    ],
}


@pytest.mark.parametrize("name", SAME)
def test_a_trap_and_a_poll_that_mean_the_same_have_one_identity(name: str) -> None:
    profile = tomllib.loads((SHIPPED / f"{name}.toml").read_text("utf-8"))
    by_trap = {_identity(alarm) for alarm in profile["alarms"]}
    by_poll = {_identity(alarm) for sensor in profile["sensors"] for alarm in sensor.get("alarms", [])}
    assert set(SAME[name]) <= by_trap & by_poll


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_entries_of_one_identity_can_end_and_speak_of_one_kind_of_resource(path: Path) -> None:
    """Entries that differ in severity only are one alarm: it needs an end, and one resource to stand on."""
    entries: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for alarm in tomllib.loads(path.read_text("utf-8")).get("alarms", []):
        entries.setdefault(_identity(alarm), []).append(alarm)
    for identity, same in entries.items():
        assert len({alarm.get("kind", "") for alarm in same}) == 1, identity
        assert len(same) == 1 or any(alarm.get("clear") for alarm in same), identity


def _identity(alarm: dict[str, Any]) -> tuple[str, str]:
    return alarm["alarm_type"], str(alarm.get("qualifier", ""))
