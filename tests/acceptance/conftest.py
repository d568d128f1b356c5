"""One running system for the acceptance tests, with two sites, their people, and an account for each."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance import two_sites
from tests.acceptance.system import System, running


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """`guywire up` on a fresh folder, loaded and with accounts; stopped by Ctrl-C."""
    folder = tmp_path_factory.mktemp("acceptance")
    with running(folder / "data") as system:
        prepare(system, folder)
        yield system


@pytest.fixture
def net_snmp() -> None:
    """Skips where net-snmp's own programs are not installed."""
    if shutil.which("snmptrap") is None or shutil.which("snmpinform") is None:
        pytest.skip("net-snmp is not on this machine: install the package `snmp` to send real traps")


def prepare(system: System, folder: Path) -> None:
    """Loads the two sites and opens the accounts."""
    system.guywire("load", str(two_sites.write(folder / "inventory")))
    system.add_user("noc", "noc_operator")
    system.add_user("agent", "complaint_agent")
    system.add_user("near", "technician", "--technician", "T1")
    system.add_user("far", "technician", "--technician", "T2")
