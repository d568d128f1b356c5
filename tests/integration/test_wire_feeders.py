"""Feeder processes under their keeper: real trap workers, killed, stopped and told to end, lose nothing that waited."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from collectors import metrics
from collectors.catch import Catch
from collectors.feeding import feeders as feeders_module
from collectors.feeding.feeder import FORWARD_FD, TRAP_FD
from collectors.feeding.feeders import Feeders
from collectors.feeding.link import KEEPER_FD
from collectors.wire.listen import bind_sockets, drain, enlarge
from guywire.settings import Settings
from guywire.telemetry import Health
from tests.integration.wire_collector_process import IF_INDEX, LINK_DOWN, SECONDS, InformingDevice, eventually
from tests.unit.collectors.snmp_messages import v2_message

MODULE = "collectors.wire.trap_worker"


@dataclass
class Bench:
    """A keeper in the test, with one trap worker of its own."""

    folder: Path
    udp: socket.socket
    health: Health = field(default_factory=Health)
    caught: list[Catch] = field(default_factory=list)
    keeps: bool = True

    def __post_init__(self) -> None:
        self.feeders = Feeders(Settings(data_dir=self.folder), self.keep, self.health)

    async def keep(self, catch: Catch) -> bool:
        self.caught.append(catch)
        return self.keeps

    @property
    def port(self) -> int:
        return int(self.udp.getsockname()[1])

    def counted(self, name: str) -> int:
        return sum(catch.tally.get(name, 0) for catch in self.caught)

    def qualifiers(self) -> list[str]:
        return [event.qualifier for catch in self.caught for event in catch.events]

    async def well(self) -> bool:
        return (await self.health.report())[0]

    async def until(self, condition: Callable[[], bool]) -> None:
        await eventually(condition, lambda: str(self.caught[-3:]))

    async def until_well(self, wanted: bool = True) -> dict[str, str]:
        async with asyncio.timeout(SECONDS):
            while (await self.health.report())[0] is not wanted:  # noqa: ASYNC110 - other processes ring no event
                await asyncio.sleep(0.01)
        return (await self.health.report())[1]


@asynccontextmanager
async def fed(folder: Path, module: str = MODULE) -> AsyncIterator[Bench]:
    (udp,) = bind_sockets("127.0.0.1", 0)
    bench = Bench(folder, udp)
    await bench.feeders.add("traps-1", module, {TRAP_FD: udp})
    try:
        yield bench
    finally:
        await bench.feeders.close()
        udp.close()


def worker_of(bench: Bench) -> int:
    """The process that has the bench's trap socket open beside this one."""
    wanted = f"socket:[{os.fstat(bench.udp.fileno()).st_ino}]"
    for process in Path("/proc").glob("[0-9]*"):
        if int(process.name) != os.getpid() and wanted in _open_files(process):
            return int(process.name)
    raise AssertionError("no worker has the trap socket")


def _open_files(process: Path) -> set[str]:
    try:
        return {str(one.readlink()) for one in (process / "fd").iterdir()}
    except OSError:
        return set()


def ends() -> float:
    return float(metrics.FEEDER_ENDS.labels("traps-1")._value.get())


async def test_a_killed_worker_is_told_counted_and_replaced_and_what_waited_for_it_is_heard(tmp_path: Path) -> None:
    async with fed(tmp_path) as bench:
        await bench.until_well()
        before = ends()
        os.kill(worker_of(bench), signal.SIGKILL)
        said = await bench.until_well(False)
        assert "what it would hear is not heard" in said["traps-1"]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
            for number in range(50):
                trap = v2_message(LINK_DOWN, [(f"{IF_INDEX}.{number}", "integer", number)])
                device.sendto(trap, ("127.0.0.1", bench.port))
        await bench.until(lambda: len(bench.qualifiers()) == 50)
        assert await bench.well()
        assert ends() == before + 1


async def test_a_worker_that_hangs_is_given_up_and_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeders_module, "_LOOK_SECONDS", 1.5)
    monkeypatch.setattr(feeders_module, "PATIENCE_SECONDS", 0.2)
    async with fed(tmp_path) as bench:
        await bench.until_well()
        hung = worker_of(bench)
        os.kill(hung, signal.SIGSTOP)
        await bench.until_well(False)
        await bench.until_well()
        assert worker_of(bench) != hung


async def test_a_feeder_that_cannot_start_is_unwell_and_tried_again(tmp_path: Path) -> None:
    before = ends()
    async with fed(tmp_path, "collectors.there_is_no_such_module") as bench:
        assert not await bench.well()
        await bench.until(lambda: ends() >= before + 2)
        assert not await bench.well()


async def test_an_inform_is_answered_by_a_worker_only_when_its_keeper_says_that_it_is_kept(tmp_path: Path) -> None:
    async with fed(tmp_path) as bench:
        bench.keeps = False
        device = InformingDevice(bench.port, range(1, 21))
        sending = asyncio.create_task(device.run())
        await bench.until(lambda: len(bench.qualifiers()) >= 60)
        assert device.answered == set()
        bench.keeps = True
        await asyncio.wait_for(sending, SECONDS)
        device.close()
        assert device.answered == set(range(1, 21))
        assert all(catch.informs.keys() == set(range(len(catch.events))) for catch in bench.caught)
        await bench.until(lambda: bench.counted("informs_answered") >= 20)


async def test_a_worker_told_to_stop_hands_over_what_it_took(tmp_path: Path) -> None:
    async with fed(tmp_path) as bench:
        await bench.until_well()
        enlarge(bench.udp, 1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
            for _ in range(1000):
                device.sendto(b"rubbish", ("127.0.0.1", bench.port))
        await bench.feeders.close()
        left = 0
        while batch := drain(bench.udp):
            left += len(batch)
    assert bench.counted("received") == bench.counted("refused:bad_tag") == 1000 - left


async def test_a_worker_sees_new_inventory_and_sends_snmpv3_on(tmp_path: Path) -> None:
    forward, foreign = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    forward.setblocking(False)
    foreign.settimeout(SECONDS)
    (udp,) = bind_sockets("127.0.0.1", 0)
    bench = Bench(tmp_path, udp)
    credentials = tmp_path / "credentials.toml"
    credentials.touch(0o600)
    credentials.write_text('[ups]\nversion = "3"\nuser = "ups"\nauth = "sha256"\nauth_password = "long enough"\n')
    await bench.feeders.add("traps-1", MODULE, {TRAP_FD: udp, FORWARD_FD: forward})
    try:
        await bench.until_well()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
            device.sendto(b"\x30\x03\x02\x01\x03", ("127.0.0.1", bench.port))
            await bench.until(lambda: bench.counted("forwarded") == 1)
        assert b"\x30\x03\x02\x01\x03" in foreign.recv(65_536)
        assert bench.counted("received") == 0
    finally:
        await bench.feeders.close()
        for one in (udp, forward, foreign):
            one.close()


async def test_a_feeder_whose_keeper_is_gone_ends_by_itself(tmp_path: Path) -> None:
    (udp,) = bind_sockets("127.0.0.1", 0)
    ours, theirs = socket.socketpair()
    environment = {
        **os.environ,
        **Settings(data_dir=tmp_path).environment(),
        KEEPER_FD: str(theirs.fileno()),
        TRAP_FD: str(udp.fileno()),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", MODULE, env=environment, pass_fds=(theirs.fileno(), udp.fileno())
    )
    theirs.close()
    ours.settimeout(SECONDS)
    assert await asyncio.to_thread(ours.recv, 100), "it says that it runs"
    ours.close()
    assert await asyncio.wait_for(process.wait(), SECONDS) == 0
    udp.close()
