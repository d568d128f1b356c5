"""Profiles: what is wrong in one is told with its line, and the good one stays in use."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from collectors.classify import Classifier, other_form
from collectors.cli import profile
from collectors.decode import decode
from collectors.oid import encode_oid, oid_text
from collectors.profile import SHIPPED, Profile, load, parse
from collectors.profile_file import ProfileError
from collectors.shelf import Shelf, profile_files
from tests.unit.collectors.snmp_messages import v2_message

GOOD = """name = "vendor"
description = "a vendor"
[names]
down = "1.3.6.1.4.1.5.0.1"
up = "1.3.6.1.4.1.5.0.2"
port = "1.3.6.1.4.1.5.1"
[[alarms]]
alarm_type = "link-down"
raise = "down"
clear = "up"
qualifier = "{port}"
"""


@pytest.mark.parametrize("path", profile_files(SHIPPED), ids=lambda path: path.stem)
def test_each_profile_that_ships_is_good_and_is_named_as_its_file(path: Path) -> None:
    found = load(path)
    assert found.name == path.stem
    assert found.rules


def test_the_huawei_profile_has_all_fifty_three_pairs() -> None:
    rules = load(SHIPPED / "huawei-site-monitor-mib.toml").rules
    prefix = "1.3.6.1.4.1.2011.6.164.2.1.0."
    numbers = {
        int(oid_text(rule.oid).removeprefix(prefix)): rule for rule in rules if oid_text(rule.oid).startswith(prefix)
    }
    assert sorted(numbers) == list(range(1, 107))
    for number in range(1, 107, 2):
        raised, cleared = numbers[number], numbers[number + 1]
        assert (raised.clears, cleared.clears) == (False, True)
        assert (raised.alarm_type, raised.kind) == (cleared.alarm_type, cleared.kind)


@pytest.mark.parametrize(
    ("wrong", "right", "line", "reason"),
    [
        ('alarm_type = "link-down"', 'alarm_type = "link-dwon"', 8, "no alarm type 'link-dwon'"),
        ('raise = "down"', 'raise = "donw"', 9, "'donw' is not among the profile's names"),
        ('qualifier = "{port}"', 'qualifier = "{prot}"', 11, "'prot' is not among"),
        ('qualifier = "{port}"', 'qualifier = "{port"', 11, "without its partner"),
        ('qualifier = "{port}"', 'qualifier = "{port.middle}"', 11, "none of index, last, parent"),
        ('clear = "up"', 'clear = "down"', 7, "used twice"),
        ('clear = "up"', 'clear = "up port"', 10, "not NAME=VALUE"),
        ('port = "1.3.6.1.4.1.5.1"', 'port = "1.3.six"', 6, "not an object identifier"),
        ('clear = "up"', "cleer = 1", 7, "unknown field `cleer`"),
        ('clear = "up"', 'severity = "urgent"', 10, "urgent"),
        ('name = "vendor"', 'name = "vendor', 1, "line 1"),
    ],
)
def test_what_is_wrong_is_told_with_file_line_and_reason(wrong: str, right: str, line: int, reason: str) -> None:
    assert wrong in GOOD
    with pytest.raises(ProfileError) as refused:
        parse(GOOD.replace(wrong, right), "vendor.toml")
    said = str(refused.value)
    assert said.startswith(f"vendor.toml:{line}: ") or f"(at line {line}," in said
    assert reason in said or "line 1" in said


def _classified(profiles: list[Profile], named: str, trap: str) -> str:
    return Classifier(profiles).classify(decode(v2_message(trap)), named).alarm_type


def test_the_named_profile_comes_first_then_the_standard_ones_and_without_a_name_all() -> None:
    own = parse(GOOD.replace("1.3.6.1.4.1.5.0.1", "1.3.6.1.6.3.1.1.5.3").replace("link-down", "port-down"), "own")
    vendor = parse(GOOD.replace('"vendor"', '"other"'), "other")
    profiles = [own, vendor, *(load(path) for path in profile_files(SHIPPED))]
    link_down, cold_start, of_vendor = "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.6.3.1.1.5.1", "1.3.6.1.4.1.5.0.1"
    assert _classified(profiles, "vendor", link_down) == "port-down"
    assert _classified(profiles, "", link_down) == "link-down"
    assert _classified(profiles, "vendor", cold_start) == "device-restart"
    assert _classified(profiles, "if-mib", of_vendor) == "unidentified"
    assert _classified(profiles, "", of_vendor) == _classified(profiles, "no such profile", of_vendor) == "link-down"


@pytest.mark.parametrize(
    ("oid", "other"),
    [
        ("1.3.6.1.2.1.33.2.0.1", "1.3.6.1.2.1.33.2.1"),
        ("1.3.6.1.2.1.33.2.1", "1.3.6.1.2.1.33.2.0.1"),
        ("1.3.6.1.4.1.2011.0.300", "1.3.6.1.4.1.2011.300"),
        ("1.3.6.1.4.1.16384.5", "1.3.6.1.4.1.16384.0.5"),
    ],
)
def test_a_trap_has_a_form_with_and_without_the_zero(oid: str, other: str) -> None:
    assert oid_text(other_form(encode_oid(oid))) == other


def test_a_changed_profile_is_taken_over_and_a_bad_one_leaves_the_old_in_use(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    assert shelf.reload()
    assert "vendor" not in shelf.profiles()
    own = tmp_path / "vendor.toml"
    own.write_text(GOOD)
    assert shelf.reload()
    assert not shelf.reload(), "nothing has changed since"
    _rewrite(own, GOOD.replace("link-down", "nonsense"))
    assert not shelf.reload()
    assert shelf.profiles()["vendor"].rules[0].alarm_type == "link-down"
    _rewrite(own, GOOD.replace("link-down", "port-down"))
    assert shelf.reload()
    assert shelf.profiles()["vendor"].rules[0].alarm_type == "port-down"
    own.unlink()
    assert shelf.reload()
    assert "vendor" not in shelf.profiles()


def _rewrite(path: Path, text: str) -> None:
    before = path.stat().st_mtime_ns
    path.write_text(text)
    os.utime(path, ns=(before + 1_000_000_000, before + 1_000_000_000))


def test_a_profile_of_the_data_folder_replaces_the_shipped_one_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(GOOD.replace('"vendor"', '"if-mib"'))
    shelf = Shelf(tmp_path)
    shelf.reload()
    assert shelf.profiles()["if-mib"].description == "a vendor"


def test_profile_check_says_what_is_well_and_fails_for_what_is_not(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(GOOD)
    bad.write_text(GOOD.replace("link-down", "nonsense"))
    assert CliRunner().invoke(profile, ["check"]).exit_code == 0
    well = CliRunner().invoke(profile, ["check", str(good)])
    assert (well.exit_code, "vendor: 2 traps, well" in well.output) == (0, True)
    ill = CliRunner().invoke(profile, ["check", str(good), str(bad)])
    assert ill.exit_code != 0
    assert f"{bad}:8: there is no alarm type 'nonsense'" in ill.output


def test_profile_list_shows_what_ships() -> None:
    said = CliRunner().invoke(profile, ["list"]).output
    assert all(path.stem in said for path in profile_files(SHIPPED))


def test_the_example_of_the_documentation_is_a_good_profile() -> None:
    text = (Path(__file__).parents[3] / "docs" / "profiles.md").read_text("utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    found = parse(example, "docs/profiles.md")
    assert (found.name, len(found.rules)) == ("acme-power", 3)
