"""First profiles from MIBs, OpenNMS events and snmptt.conf: small sources of our own, and what comes out of them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from collectors.draft.cli import draft, drafted
from collectors.draft.from_snmptt import read_snmptt
from collectors.draft.model import DraftError
from collectors.profile.compile import load, parse
from tests.unit.collectors.draft_sources import EVENTS, ROOT_MIB, SNMPTT, V1_MIB, V2_MIB, event


def test_an_smiv1_mib_gives_pairs_types_severities_and_the_numbers_of_v1(tmp_path: Path) -> None:
    text, found = _draft(tmp_path / "ACME-V1-MIB", V1_MIB)
    mains = found["acFailAlarm"]
    assert (mains["alarm_type"], mains["clear"], mains["severity"]) == ("mains-failure", "acFailClear", "critical")
    rectifier = found["rectifierAlarm"]
    assert rectifier["clear"] == "rectifierAlarmResume"
    assert rectifier["qualifier"] == "{unitIndex}"
    assert rectifier["text"] == "Rectifier has failed"
    names = tomllib.loads(text)["names"]
    assert names["acFailAlarm"] == "1.3.6.1.4.1.99999.0.1"
    assert names["myLinkDown"] == "1.3.6.1.6.3.1.1.5.3", "RFC 3584: a generic trap of enterprise snmp"


def test_a_trap_that_carries_its_state_raises_and_clears_by_it(tmp_path: Path) -> None:
    _, found = _draft(tmp_path / "ACME-V1-MIB", V1_MIB)
    door = found["doorTrap unitState=1"]
    assert (door["alarm_type"], door["clear"]) == ("door-open", "doorTrap unitState=0")
    assert door["qualifier"] == "{unitState.index}", "the row that the state stands in; unknown raises nothing"


def test_a_draft_asks_where_it_does_not_know_and_says_how_much_it_guessed(tmp_path: Path) -> None:
    text, found = _draft(tmp_path / "ACME-V1-MIB", V1_MIB)
    assert found["frobnicated"]["alarm_type"] == "unidentified"
    assert found["frobnicated"]["qualifier"] == "frobnicated", "two unknown alarms are not one"
    assert "# TODO which alarm?\n# nothing clears it\n[[alarms]]" in text
    assert '#    "userLogin",    # Somebody logged in' in text
    assert "Pairs of raise and clear: 2 sure, 0 guessed by likeness, 1 by the trap's own state." in text
    assert "1 unknown (TODO)" in text


def test_an_import_is_found_under_any_file_name_and_a_name_defined_twice_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "root.txt").write_text(ROOT_MIB)
    text, found = _draft(tmp_path / "ACME-V2-MIB", V2_MIB, [tmp_path / "elsewhere"])
    assert found["smokeMajor"]["raise"] == ["smokeMajor", "smokeMinor"]
    assert found["smokeMajor"]["clear"] == "smokeCleared"
    assert found["smokeMajor"]["text"] == ["{alarmText}", "smoke major"]
    profile = tomllib.loads(text)
    assert profile["names"]["smokeMajor"] == "1.3.6.1.4.1.99999.2.0.1"
    assert profile["severity"] == [
        {"from": "{level}", "values": {"1": "minor", "2": "major", "3": "critical", "4": "cleared"}}
    ]
    assert "level is defined twice; the first counts." in text
    assert '# site = "{siteName}"' in text


def test_raises_of_several_grades_share_their_clear_and_their_identity(tmp_path: Path) -> None:
    path = tmp_path / "acme.events.xml"
    grades = [event(1, "xMajorActive", "X", severity="Major"), event(2, "xMinorActive", "X", severity="Minor")]
    path.write_text(EVENTS.format("".join([*grades, event(3, "xCleared", "X", severity="Normal")])))
    found = _alarms(drafted(path))
    major, minor = found["xMajorActive"], found["xMinorActive"]
    assert (major["severity"], major["clear"]) == ("major", "xCleared")
    assert minor["severity"] == "minor"
    assert "clear" not in minor
    assert major["qualifier"] == minor["qualifier"] == "xMajorActive"


def test_a_mib_whose_parent_is_missing_says_which_and_takes_its_number_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "ACME-V2-MIB"
    path.write_text(V2_MIB)
    with pytest.raises(
        DraftError, match=r"smokeMajor has no number.*Missing: ACME-ROOT-MIB\..*--mib-path.*--known NAME=OID"
    ):
        drafted(path)
    text = drafted(path, known={"acmeRoot": "1.3.6.1.4.1.88888"})
    assert 'smokeMajor = "1.3.6.1.4.1.88888.2.0.1"' in text


def test_opennms_clear_keys_pair_what_no_name_would(tmp_path: Path) -> None:
    path = tmp_path / "acme.events.xml"
    keys = 'alarm-type="2" clear-key="uei.opennms.org/vendor/acme/waterHere:%nodeid%" reduction-key="%uei%"'
    path.write_text(
        EVENTS.format(
            event(1, "waterHere", "Water on the floor", severity="Major")
            + event(2, "allDry", "It is dry", more=f"<alarm-data {keys}/>", severity="Cleared")
            + event(3, "batteryLow", "Battery low", severity="Warning")
            + event(4, "batteryLowRestored", "Battery well")
        )
    )
    found = _alarms(drafted(path))
    assert found["waterHere"]["clear"] == "allDry"
    assert (found["waterHere"]["alarm_type"], found["waterHere"]["severity"]) == ("water-ingress", "major")
    assert found["batteryLow"]["clear"] == "batteryLowRestored", "inferred from the names"


def test_opennms_values_have_names_once_the_mib_lies_beside_the_events(tmp_path: Path) -> None:
    path = tmp_path / "acme.events.xml"
    values = {"description": "Smoke unitIndex=%parm[#1]%", "message": "Smoke at unit %parm[#1]%"}
    path.write_text(EVENTS.format(event(1, "smokeSeen", **values)))
    assert "ACME-V1-MIB is in no --mib-path" in drafted(path)
    assert _alarms(drafted(path))["smokeSeen"]["text"] == "Smoke at unit"
    (tmp_path / "acme-v1.mib").write_text(V1_MIB)
    smoke = _alarms(drafted(path))["smokeSeen"]
    assert (smoke["text"], smoke["qualifier"]) == ("Smoke at unit {unitIndex}", "{unitIndex}")


def test_an_event_file_with_a_document_type_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xml"
    path.write_text('<!DOCTYPE events [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><events>&b;</events>')
    with pytest.raises(DraftError, match=r"bomb\.xml.*DOCTYPE is not taken"):
        drafted(path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<events>" + "<event><mask>" * 10_000 + "</mask></event>" * 10_000 + "</events>", "deep in one another"),
        ('<?xml version="1.0" encoding="no-such"?><events/>', "no-such"),
        (
            "<events><event><uei>a/b</uei><mask>"
            + "".join(
                f"<maskelement><mename>{name}</mename>{f'<mevalue>{value}</mevalue>' * 1000}</maskelement>"
                for name, value in (("id", "1.3.6.1.4.1.9"), ("generic", "6"), ("specific", "7"))
            )
            + "</mask></event></events>",
            "more than 20000 traps",
        ),
        (
            f"<events><event><uei>a/b</uei><descr>x=%parm[#{'9' * 6000}]%</descr><mask><maskelement><mename>id</mename>"
            f"<mevalue>1.3.6.1.4.1.9</mevalue></maskelement><maskelement><mename>generic</mename>"
            f"<mevalue>{'9' * 6000}</mevalue></maskelement></mask></event></events>",
            "no trap that is named whole",
        ),
    ],
)
def test_an_event_file_that_would_take_for_ever_is_refused(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "hostile.xml"
    path.write_text(text)
    with pytest.raises(DraftError, match=says):
        drafted(path)


def test_snmptt_matches_become_conditions_and_those_that_are_well_the_clear(tmp_path: Path) -> None:
    (tmp_path / "ACME-V1-MIB").write_text(V1_MIB)
    path = tmp_path / "snmptt.conf.acme"
    path.write_text(SNMPTT)
    text = drafted(path)
    fan = _alarms(text)["fanStopped unitIndex=7"]
    assert (fan["alarm_type"], fan["severity"]) == ("fan-failure", "major")
    assert fan["clear"] == "fanStopped unitIndex=8"
    assert fan["text"] == "Fan of unit {unitIndex} has stopped"
    assert "#   waterAlarm: #1 = (floor)i" in text, "what cannot be written is shown, not dropped"
    assert "left out, for it names no single trap: EVENT range" in text


def test_a_draft_is_the_same_each_time(tmp_path: Path) -> None:
    assert _draft(tmp_path / "ACME-V1-MIB", V1_MIB)[0] == _draft(tmp_path / "ACME-V1-MIB", V1_MIB)[0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nothing of the kind", "neither a MIB"),
        ("<events>", "not an event file that can be read"),
        ("ACME-MIB DEFINITIONS ::= BEGIN oops", "not a MIB that can be read"),
        (ROOT_MIB, "defines no traps"),
    ],
)
def test_what_cannot_be_drafted_is_refused_with_its_reason(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "source"
    path.write_text(text)
    with pytest.raises(DraftError, match=says):
        drafted(path)


def test_the_command_writes_a_profile_that_loads_and_never_over_another(tmp_path: Path) -> None:
    (tmp_path / "ACME-V1-MIB").write_text(V1_MIB)
    out = tmp_path / "acme.toml"
    arguments = [str(tmp_path / "ACME-V1-MIB"), "-o", str(out), "--name", "acme"]
    result = CliRunner().invoke(draft, arguments, catch_exceptions=False)
    assert "guywire profile check" in result.output
    assert load(out).name == "acme"
    again = CliRunner().invoke(draft, arguments)
    assert isinstance(again.exception, DraftError)
    assert "is there already" in str(again.exception)
    assert CliRunner().invoke(draft, [*arguments, "--force"]).exit_code == 0


def test_a_known_number_must_be_one(tmp_path: Path) -> None:
    (tmp_path / "ACME-V1-MIB").write_text(V1_MIB)
    result = CliRunner().invoke(draft, [str(tmp_path / "ACME-V1-MIB"), "--known", "acme=here"])
    assert "not NAME=OID" in str(result.exception)


@given(st.lists(st.sampled_from(SNMPTT.splitlines()), max_size=40), st.text(max_size=200))
def test_no_mixture_of_snmptt_lines_makes_a_draft_that_does_not_load(lines: list[str], noise: str) -> None:
    _never_broken("\n".join([*lines, noise, *lines]))


def _never_broken(text: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "snmptt.conf"
        path.write_text(text, "utf-8", errors="replace")
        if read_snmptt(path, []).traps:
            parse(drafted(path), "draft")


def _draft(path: Path, text: str, mib_path: list[Path] | None = None) -> tuple[str, dict[str, dict[str, Any]]]:
    path.write_text(text)
    out = drafted(path, mib_path or [])
    return out, _alarms(out)


def _alarms(text: str) -> dict[str, dict[str, Any]]:
    """The entries by their first line of `raise`."""
    entries = tomllib.loads(text)["alarms"]
    return {entry["raise"] if isinstance(entry["raise"], str) else entry["raise"][0]: entry for entry in entries}
