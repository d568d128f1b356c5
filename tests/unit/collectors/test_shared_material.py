"""Real MIBs, where they are at hand: the profiles' numbers are the MIBs'."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from collectors.profile.compile import SHIPPED, load
from collectors.wire.oid import oid_text

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
MIBS = {
    "if-mib": "IF-MIB",
    "snmpv2-mib": "SNMPv2-MIB",
    "ups-mib": "UPS-MIB",
    "alarm-mib": "ALARM-MIB",
    "huawei-site-monitor-mib": "HUAWEI-SITE-MONITOR-MIB",
    "alpha": "ALPHA-NOTIFICATION-MIB",
    "eltek": "ELTEK-DISTRIBUTED-MIB",
    "eltek-bc2000": "ELTEK-BC2000-DC-POWER-MIB",
    "ict": "ICT-POWERSYSTEM-MIB",
    "poseidon": "POSEIDON-MIB",
    "siteboss": "SITEBOSS-571-STD-MIB",
    "vertiv-vec": "VEC-MIBv5-9",
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
