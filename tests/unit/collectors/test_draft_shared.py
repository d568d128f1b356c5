"""Drafting from real sources, where they are at hand: vendors' MIBs and OpenNMS's event files."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from collectors.draft.cli import drafted
from collectors.draft.model import DraftError
from collectors.profile.compile import SHIPPED, parse

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
MIBS = DATA / "mibs"
SOURCES = [path for folder in (MIBS, DATA / "trap_definitions") if folder.is_dir() for path in sorted(folder.iterdir())]
KNOWN = {"miniLink": "1.3.6.1.4.1.193.223"}  # MINI-LINK-MIB is not among them
MACROS_ONLY = "RFC-1212"

pytestmark = pytest.mark.skipif(not SOURCES, reason="the shared MIB files are not beside the repository")


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_every_real_source_gives_a_profile_that_checks_or_says_that_it_has_no_traps(source: Path) -> None:
    text, refusal = "", ""
    try:
        text = drafted(source, [MIBS], known=KNOWN)
    except DraftError as error:
        refusal = str(error)
    if refusal:
        assert "defines no traps" in refusal or source.name == MACROS_ONLY
    else:
        assert parse(text, source.name).rules


def test_the_site_monitors_pairs_come_out_as_they_were_written_by_hand() -> None:
    by_hand = _pairs((SHIPPED / "huawei-site-monitor-mib.toml").read_text("utf-8"))
    found = _pairs(drafted(MIBS / "HUAWEI-SITE-MONITOR-MIB"))
    assert len(by_hand) == 53
    assert len(by_hand.keys() & found.keys()) >= 50
    assert not found.keys() - by_hand.keys(), "and nothing is paired that is no pair"
    same = [pair for pair in by_hand.keys() & found.keys() if by_hand[pair] == found[pair]]
    assert len(same) >= 35, "alarm types guessed as a person chose them"


def test_a_plant_whose_traps_carry_their_flags_is_paired_by_them() -> None:
    found = _pairs(drafted(MIBS / "ELTEK-DISTRIBUTED-MIB"))
    trap = "1.3.6.1.4.1.12148.9.8.11"
    flag = "1.3.6.1.4.1.12148.9.7.1.11"
    assert found[f"{trap} {flag}=1", f"{trap} {flag}=0"] == "mains-failure"
    assert len(found) >= 45


def test_what_opennms_states_of_clearing_is_taken_over() -> None:
    found = _pairs(drafted(DATA / "trap_definitions" / "Adtran.events.xml"))
    enterprise = "1.3.6.1.4.1.664.5.13.0"
    assert (f"{enterprise}.1001309", f"{enterprise}.1001308") in found
    assert len(found) == 7


def _pairs(text: str) -> dict[tuple[str, str], str]:
    """Alarm types by what raises and what clears, as numbers."""
    profile = tomllib.loads(text)
    names: dict[str, str] = profile["names"]

    def lines(value: str | list[str]) -> list[str]:
        return [_numbered(line, names) for line in ([value] if isinstance(value, str) else value)]

    return {
        (raises, clears): entry["alarm_type"]
        for entry in profile["alarms"]
        for raises in lines(entry["raise"])
        for clears in lines(entry.get("clear", []))
    }


def _numbered(line: str, names: dict[str, str]) -> str:
    trap, *conditions = line.split()
    parts = [condition.partition("=") for condition in conditions]
    return " ".join([names[trap], *(f"{names[name]}={value}" for name, _, value in parts)])
