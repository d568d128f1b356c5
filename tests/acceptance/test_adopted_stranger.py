"""A stranger's trap is kept, adopted in one step, and stands where it belongs; a site's traffic is kept as a test."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.system import System, items, until

STRANGER, ANOTHER = "127.0.10.77", "127.0.10.78"
LINK_DOWN = ("", "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.2.1.2.2.1.1.7", "i", "7")
NEW_TRAP = ("", "1.3.6.1.4.1.99999.2.0.7")

pytestmark = pytest.mark.usefixtures("net_snmp")


def alarms_where(system: System, **fields: Any) -> list[dict[str, Any]]:
    with system.console("noc") as noc:
        found = items(noc, "/api/v1/alarms", state="all")
    return [alarm for alarm in found if fields.items() <= alarm.items()]


def test_what_a_stranger_said_is_told_anew_once_it_is_adopted(system: System) -> None:
    system.snmp("snmptrap", "2c", *LINK_DOWN, source=STRANGER)
    (unknown,) = until(lambda: alarms_where(system, resource=f"unidentified:{STRANGER}", state="active"))
    system.guywire("adopt", "sender", STRANGER, "--site", "S1", "--resource", "router-9", "--kind", "router")
    (known,) = until(lambda: alarms_where(system, site="S1", resource="router-9", alarm_type="link-down"))
    assert (known["state"], known["raised_at"]) == ("active", unknown["raised_at"])
    until(lambda: alarms_where(system, id=unknown["id"], state="cleared"))


def test_a_trap_that_is_given_a_meaning_is_told_anew_too(system: System) -> None:
    system.snmp("snmptrap", "2c", *NEW_TRAP, source=ANOTHER)
    (unknown,) = until(lambda: alarms_where(system, resource=f"unidentified:{ANOTHER}", state="active"))
    assert "unidentified" in system.guywire("adopt", "list")
    system.guywire("adopt", "trap", NEW_TRAP[1], "--as", "smoke")
    until(lambda: alarms_where(system, resource=f"unidentified:{ANOTHER}", alarm_type="smoke", state="active"))
    until(lambda: alarms_where(system, id=unknown["id"], state="cleared"))


def test_traffic_is_recorded_and_played_again(system: System, tmp_path: Path) -> None:
    capture = tmp_path / "site.pcap"
    command = [
        *(sys.executable, "-m", "guywire", "record", str(capture)),
        *("--count", "1", "--for", "60", "--source", ANOTHER, "--data-dir", str(system.data_dir)),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as recording:
        assert recording.stderr is not None
        assert recording.stdout is not None
        recording.stderr.readline()  # it listens

        def until_it_is_heard() -> bool:
            system.snmp("snmptrap", "2c", *LINK_DOWN, source=ANOTHER)  # taps are found within two seconds
            return recording.poll() is not None

        until(until_it_is_heard)
        assert recording.stdout.read() == f"{capture}: 1 datagram\n"
    said = _replayed(capture)
    assert "1 datagram from 1 sender" in said
    assert "1 link-down" in said
    before = _count(system)
    assert _replayed(capture, "--to", f"127.0.0.1:{system.trap_port}") == (
        f"1 datagram sent to 127.0.0.1:{system.trap_port}\n"
    )
    until(lambda: _count(system) == before + 1)


def _replayed(capture: Path, *more: str) -> str:
    command = [sys.executable, "-m", "guywire", "replay-traps", str(capture), *more]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def _count(system: System) -> int:
    return sum(alarm["count"] for alarm in alarms_where(system, resource=f"unidentified:{ANOTHER}"))
