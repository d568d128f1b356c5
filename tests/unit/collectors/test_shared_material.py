"""Real MIBs and real trap texts, where they are at hand: the profiles' numbers are the MIBs', and no trap is lost."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from collectors.classify import MAX_DETAIL, Classifier
from collectors.oid import oid_text
from collectors.pipeline import Knowledge, hear
from collectors.places import Places, Snapshot, Source
from collectors.profile import SHIPPED, load
from collectors.shelf import profile_files
from tests.unit.collectors.snmp_messages import v2_message

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
TEXTS = DATA / "traps" / "trap_texts.json"
MIBS = {
    "if-mib": "IF-MIB",
    "snmpv2-mib": "SNMPv2-MIB",
    "ups-mib": "UPS-MIB",
    "alarm-mib": "ALARM-MIB",
    "huawei-site-monitor-mib": "HUAWEI-SITE-MONITOR-MIB",
}
KNOWN = {
    "IF-MIB::linkDown": "link-down",
    "IF-MIB::linkUp": "link-down",
    "SNMPv2-MIB::coldStart": "device-restart",
    "SNMPv2-MIB::warmStart": "device-restart",
}


@pytest.mark.skipif(not (DATA / "mibs").is_dir(), reason="the shared MIB files are not beside the repository")
@pytest.mark.skipif(shutil.which("snmptranslate") is None, reason="net-snmp's snmptranslate is not installed")
@pytest.mark.parametrize("profile", MIBS)
def test_every_number_that_a_profile_gives_a_name_is_the_mibs(profile: str) -> None:
    said = subprocess.run(
        ["snmptranslate", "-M", DATA / "mibs", "-m", MIBS[profile], "-Tz"], capture_output=True, text=True, check=True
    ).stdout
    in_mib: dict[str, set[str]] = {}
    for name, oid in re.findall(r'"([^"]*)"\s+"([^"]*)"', said):
        in_mib.setdefault(name, set()).add(oid)
    names = {name: oid_text(oid) for name, oid in load(SHIPPED / f"{profile}.toml").names.items()}
    shared = names.keys() & in_mib.keys()
    assert len(shared) >= 0.7 * len(names), "the others are another MIB's, or traps of an older revision"
    assert {name: names[name] for name in shared if names[name] not in in_mib[name]} == {}


@pytest.mark.skipif(not TEXTS.is_file(), reason="the shared trap texts are not beside the repository")
def test_every_real_trap_text_becomes_an_event_that_keeps_what_it_said() -> None:
    knowledge = Knowledge(Places(Snapshot()), Classifier(load(path) for path in profile_files(SHIPPED)))
    texts = [text for text in json.loads(TEXTS.read_text("utf-8")) if text["trap_oid"]]
    assert len(texts) > 40
    for text in texts:
        values = list(_values(text))
        varbinds = [(oid, "octets", value.encode()) for oid, value in values]
        heard = hear(
            v2_message(text["trap_oid"].removeprefix("."), varbinds),
            Source("10.0.0.1", 161),
            datetime.now(UTC),
            knowledge,
        )
        assert heard.event is not None, text["trap"]
        assert heard.event.alarm_type == KNOWN.get(text["trap"], "unidentified")
        assert {" ".join(value.split())[:MAX_DETAIL] for _, value in values} <= set(heard.event.details.values())


def _values(text: dict[str, Any]) -> list[tuple[str, str]]:
    """The varbinds of a trap text: `NAME value` a line, names resolved beside it."""
    out = []
    for line in text["text"].splitlines():
        name, _, value = line.partition(" ")
        oid = text["oids"].get(name, "").removeprefix(".")
        if oid and "snmpTrapOID" not in name and "sysUpTime" not in name:
            out.append((oid, value.strip().strip('"')))
    return out
