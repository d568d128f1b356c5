"""The recorded devices, served by snmpsim and polled over the wire, all of them in one run."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from gufo.snmp.aio import SnmpSession

from collectors.profile.compile import Profile
from collectors.profile.match import SYS_OBJECT_ID
from collectors.profile.sensor import Value
from collectors.profile.sensors import Wanted, readings, wanted, wanted_probe
from tests.ports import free_port
from tests.unit.collectors import recordings
from tests.unit.collectors.recordings import DEVICES, FOLDER, MISSING

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=MISSING)

START_SECONDS = 60.0
AT_ONCE = 16


@pytest.fixture
async def simulator(tmp_path: Path) -> AsyncIterator[int]:
    """One snmpsim with all recordings, each behind a community of its own name; yields its port."""
    data = tmp_path / "data"
    data.mkdir()
    for device in DEVICES:
        shutil.copy(FOLDER / f"{device}.snmprec", data / f"{device}.snmprec")
    port = free_port()
    log = tmp_path / "snmpsim.log"
    with log.open("wb") as stderr:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "snmpsim.commands.responder",
            f"--data-dir={data}",
            f"--cache-dir={tmp_path / 'cache'}",
            f"--agent-udpv4-endpoint=127.0.0.1:{port}",
            "--log-level=error",
            *(("--process-user=root", "--process-group=root") if os.getuid() == 0 else ()),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=stderr,
        )
    try:
        async with asyncio.timeout(START_SECONDS):
            while not await _answers(port):
                assert process.returncode is None, f"snmpsim has ended: {log.read_text(errors='replace')}"
        yield port
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _answers(port: int) -> bool:
    """Whether it serves already; looks for a tenth of a second."""
    async with SnmpSession("127.0.0.1", port=port, community=DEVICES[0], timeout=START_SECONDS) as session:
        try:
            await session.get(SYS_OBJECT_ID)
        except TimeoutError:  # what a closed port says, and at once
            await asyncio.sleep(0.1)
            return False
    return True


async def _asked(session: SnmpSession, wanted: Wanted) -> dict[str, Value]:
    out: dict[str, Value] = {}
    for start in range(0, len(wanted.gets), AT_ONCE):
        out |= await session.get_many(wanted.gets[start : start + AT_ONCE])
    for column in wanted.walks:
        async for oid, value in session.getbulk(column):
            out[oid] = value
    return out


async def _covered(port: int, device: str, profiles: Sequence[Profile]) -> recordings.Coverage:
    async with SnmpSession("127.0.0.1", port=port, community=device, timeout=START_SECONDS) as session:
        profile = recordings.profile_of(await _asked(session, wanted_probe(profiles)), profiles)
        values = await _asked(session, wanted(profile))
    return recordings.compare(device, profile, readings(profile, values))


async def test_each_served_device_is_recognised_and_read_as_the_key_has_it(simulator: int) -> None:
    profiles = recordings.shipped()
    coverages = [await _covered(simulator, device, profiles) for device in DEVICES]
    sys.stdout.write(recordings.report(coverages))
    for coverage in coverages:
        assert coverage.same >= 0.95 * coverage.covered, coverage.different
    assert coverages == [recordings.read_from_file(device, profiles) for device in DEVICES], "the wire changes nothing"
