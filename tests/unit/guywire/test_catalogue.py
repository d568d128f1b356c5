"""The alarm catalogue is whole: every fixed id, every field, names that the standards know."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from guywire.catalogue import CATALOGUE, GROUP_SKILLS, CatalogueError, alarm_type, read_catalogue

IDS = """
mains-failure mains-over-voltage mains-under-voltage mains-phase-loss rectifier-failure rectifier-comms-failure
battery-discharging battery-low-voltage battery-failure battery-high-temperature load-disconnect battery-disconnect
dc-output-low dc-output-high dc-fuse-blown surge-arrester-failure genset-running genset-failure genset-low-fuel
solar-failure high-temperature low-temperature high-humidity water-ingress smoke door-open intrusion aircon-failure
fan-failure tower-light-failure link-down link-degraded loss-of-signal port-down base-station-down cell-down das-failure
site-unreachable fsu-offline device-restart sensor-failure authentication-failure collector-silent suspected-outage
unidentified
"""
MIB = Path(__file__).parents[3].parent / "shared/data/mibs/IANA-ITU-ALARM-TC-MIB"


def test_every_fixed_id_is_there_and_no_other() -> None:
    assert set(CATALOGUE) == set(IDS.split())


def test_every_type_has_names_steps_and_a_group() -> None:
    for one in CATALOGUE.values():
        assert one.group in GROUP_SKILLS
        assert one.en
        assert re.search(r"[\u4e00-\u9fff]", one.zh)
        assert one.first_steps_en
        assert len(one.first_steps_en) == len(one.first_steps_zh)
        assert 5 <= one.service_minutes <= 240
        assert one.skill


def test_what_takes_service_down_waits_for_no_better_root() -> None:
    down = {one.id for one in CATALOGUE.values() if one.takes_service_down}
    assert down == {"load-disconnect", "battery-disconnect", "base-station-down", "das-failure", "site-unreachable"}
    assert all(CATALOGUE[key].ticket_hold_seconds == 0 for key in down)


def test_an_unknown_id_is_an_unidentified_alarm() -> None:
    assert alarm_type("no-such-thing").id == "unidentified"
    assert alarm_type("smoke").name("zh-CN") == "烟雾"
    assert alarm_type("smoke").name("en") == "Smoke"


@pytest.mark.skipif(not MIB.exists(), reason="the MIB is not at hand here")
def test_event_types_and_probable_causes_are_labels_of_the_iana_mib() -> None:
    labels = set(re.findall(r"(\w+)\s*\(\d+\s*\)", MIB.read_text("latin-1")))
    used = {label for one in CATALOGUE.values() for label in (one.event_type, one.probable_cause)}
    assert used - labels == set()


GOOD = """
[smoke]
group = "environment"
zh = "烟雾"
en = "Smoke"
event_type = "environmentalAlarm"
probable_cause = "smoke"
severity = "critical"
first_steps.en = ["Look."]
first_steps.zh = ["看。"]
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('severity = "critical"', 'severity = "loud"'),
        ('severity = "critical"', 'severity = "cleared"'),
        ('group = "environment"', 'group = "weather"'),
        ('en = "Smoke"', "en = 3"),
        ('zh = "烟雾"', ""),
        ('en = "Smoke"', 'en = "Smoke"\ncolour = "grey"'),
        ("[smoke]", "[smoke"),
    ],
)
def test_a_bad_entry_is_refused_by_name(before: str, after: str) -> None:
    assert read_catalogue(GOOD)["smoke"].skill == "environment"
    with pytest.raises(CatalogueError, match=r"catalogue\.toml"):
        read_catalogue(GOOD.replace(before, after))
