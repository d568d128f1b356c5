"""Profiles: what is wrong in one is told with its line, and the good one stays in use."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from collectors.profile.classify import Classifier, other_form
from collectors.profile.cli import profile
from collectors.profile.compile import SHIPPED, Profile, load, parse
from collectors.profile.file import ProfileError
from collectors.profile.shelf import Shelf, profile_files
from collectors.profile.vocabulary import METRICS, read_metrics
from collectors.wire.decode import decode
from collectors.wire.oid import encode_oid, oid_text
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
    assert found.rules or found.sensors


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
        ('clear = "up"', "cleer = 1", 10, "unknown field `cleer`"),
        ('clear = "up"', 'severity = "urgent"', 10, "urgent"),
        ('description = "a vendor"', 'descripion = "a vendor"', 2, "unknown field `descripion`"),
        ('name = "vendor"', 'name = "vendor', 1, "line 1"),
    ],
)
def test_what_is_wrong_in_a_trap_is_told_with_file_line_and_reason(
    wrong: str, right: str, line: int, reason: str
) -> None:
    assert wrong in GOOD
    with pytest.raises(ProfileError) as refused:
        parse(GOOD.replace(wrong, right), "vendor.toml")
    said = str(refused.value)
    assert said.startswith(f"vendor.toml:{line}: ") or f"(at line {line}," in said
    assert reason in said or "line 1" in said


POLLED = """name = "vendor"
description = "a vendor"
[match]
object_id = "1.3.6.1.4.1.5"
present = ["name.0=^Power"]
[names]
name = "1.3.6.1.4.1.5.1"
volts = "1.3.6.1.4.1.5.2"
state = "1.3.6.1.4.1.5.3"
[[sensors]]
metric = "dc-output-voltage"
oid = "volts.0"
divisor = 10
limits = { low = 46, high = 58 }
[[sensors.alarms]]
alarm_type = "dc-output-low"
below = "low"
[[sensors.alarms]]
alarm_type = "dc-output-high"
above = 58
[[sensors]]
metric = "rectifier-state"
oid = "state"
label = "{name.0} {index}"
when = ["state!=0"]
states.ok = { 1 = "normal" }
states.critical = { 2 = "fault" }
[[sensors.alarms]]
alarm_type = "rectifier-failure"
states = ["fault"]
"""


@pytest.mark.parametrize(
    ("wrong", "right", "line", "reason"),
    [
        ('metric = "rectifier-state"', 'metric = "rectifier-mood"', 22, "there is no metric 'rectifier-mood'"),
        ('oid = "volts.0"', 'oid = "amps.0"', 12, "'amps' is not among the profile's names"),
        ('oid = "volts.0"', 'oid = "volts.x"', 12, "'x' is not an instance"),
        ("divisor = 10", "divisor = 0", 13, "can be 0"),
        ("divisor = 10", "divider = 10", 13, "unknown field `divider`"),
        ("divisor = 10", "pattern = 'Tx=(.*'", 13, "not a regular expression"),
        ("divisor = 10", "pattern = 'Tx=.*'", 13, "one group"),
        ("low = 46, high = 58", "low = 58, high = 46", 14, "limits must rise"),
        ("low = 46, high = 58", 'low = "lowest", high = 58', 14, "'lowest' is not among"),
        ('alarm_type = "dc-output-high"', 'alarm_type = "dc-output-hihg"', 19, "no alarm type 'dc-output-hihg'"),
        ('below = "low"', 'below = "low_warning"', 15, "no limit 'low_warning'"),
        ('below = "low"', "below = 60\nabove = 50", 17, "leave nothing between"),
        ('below = "low"', "", 15, "either states, or below or above"),
        ('below = "low"', 'states = ["low"]', 15, "go with the sensor's states"),
        ('below = "low"', 'below = "low"\nseverity = "cleared"', 18, "never `cleared`"),
        ('label = "{name.0} {index}"', 'label = "{nme.0} {index}"', 24, "'nme' is not among"),
        ('label = "{name.0} {index}"', 'label = "{name.0 {index}"', 24, "without its partner"),
        ('when = ["state!=0"]', 'when = ["state"]', 25, "neither NAME=VALUE"),
        ('states.ok = { 1 = "normal" }', 'states.warning = { 1 = "normal" }', 26, "no state is ok"),
        ('states.critical = { 2 = "fault" }', 'states.critical = { 1 = "fault" }', 26, "under two headings"),
        ('states.critical = { 2 = "fault" }', 'states.awful = { 2 = "fault" }', 26, "awful"),
        ('states = ["fault"]', 'states = ["fualt"]', 30, "'fualt' is none of the sensor's states"),
        (
            'metric = "rectifier-state"\noid = "state"\nlabel = "{name.0} {index}"\nwhen = ["state!=0"]',
            'metric = "dc-output-voltage"\noid = "state.0"\nlabel = "{name.0}"',
            21,
            "two dc-output-voltage with one qualifier",
        ),
        ('present = ["name.0=^Power"]', 'present = ["name.0=(Power"]', 5, "not a regular expression"),
        ('object_id = "1.3.6.1.4.1.5"\npresent = ["name.0=^Power"]', "", 3, "suit every device"),
        ('label = "{name.0} {index}"', 'label = "{index}"\nskip = [9]', 7, "'name' is used by nothing"),
    ],
)
def test_what_is_wrong_in_a_sensor_is_told_with_file_line_and_reason(
    wrong: str, right: str, line: int, reason: str
) -> None:
    assert parse(POLLED, "vendor.toml").sensors
    assert wrong in POLLED
    text = POLLED.replace(wrong, right)
    if "used by nothing" in reason:
        text = text.replace('present = ["name.0=^Power"]\n', "")
        line -= 1
    with pytest.raises(ProfileError) as refused:
        parse(text, "vendor.toml")
    said = str(refused.value)
    assert reason in said
    assert said.startswith(f"vendor.toml:{line}: ")


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ('trap = "prot"\ncolumns = ["port"]', "'prot' is not among"),
        ('trap = "port"\ncolumns = ["port"]', "no alarm is raised by 'port'"),
        ('trap = "down"\ncolumns = []', "without columns"),
        ('trap = "down"\ncolumns = ["port=prot"]', "'prot' is not among"),
        ('trap = "down"\ncolumns = ["port"]\ntime = "when"', "'when' is not among"),
        ('trap = "down"\ncolumns = ["port"]\nrows = 1', "unknown field `rows`"),
    ],
)
def test_what_is_wrong_in_a_table_is_told_with_file_line_and_reason(table: str, reason: str) -> None:
    with pytest.raises(ProfileError) as refused:
        parse(f"{GOOD}[[tables]]\n{table}\n", "vendor.toml")
    assert re.match(r"vendor\.toml:1[2-5]: ", str(refused.value))
    assert reason in str(refused.value)


def test_each_metric_has_a_name_in_both_languages_and_a_unit_or_none() -> None:
    assert all(metric.en and metric.zh and metric.unit.isprintable() for metric in METRICS.values())
    with pytest.raises(ValueError, match=r"\[voltage\] wants en, unit, zh"):
        read_metrics('voltage = { unit = "V" }')


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
    example = "".join(re.findall(r"```toml\n(.*?)```", text, re.DOTALL))  # its parts are one file
    found = parse(example, "docs/profiles.md")
    assert (found.name, len(found.rules), len(found.sensors), len(found.tables)) == ("acme-power", 3, 3, 1)
    assert found.match is not None


def test_the_documentation_tells_every_profile_that_ships() -> None:
    text = (Path(__file__).parents[3] / "docs" / "profiles.md").read_text("utf-8")
    told = set(re.findall(r"^\| ([a-z0-9-]+) \|", text, re.MULTILINE))
    assert {path.stem for path in profile_files(SHIPPED)} <= told


@pytest.mark.parametrize("text", ["name = " + "[" * 100_000, "x = " + "9" * 5_000])
def test_a_profile_that_no_reader_of_toml_survives_is_refused_like_any_other(tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.toml").write_text(text)
    with pytest.raises(ProfileError, match=r"bad\.toml"):
        load(tmp_path / "bad.toml")
