"""A collector of several processes: load on all of them, some killed in the middle, the keeper killed, all ended."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import sys
from importlib import resources
from pathlib import Path

from guywire.stream import Receiver
from tests.integration.test_wire_collector import Owner, needs_net_snmp, net_snmp
from tests.integration.wire_collector_process import (
    IF_INDEX,
    INVENTORY,
    LINK_DOWN,
    SECONDS,
    CollectorProcess,
    InformingDevice,
    collecting,
    eventually,
)
from tests.unit.collectors.snmp_messages import v2_message

OUTCOMES = ("spooled", "merged", "ignored", "repeated", "refused")


def feeders_of(collector: CollectorProcess) -> dict[str, int]:
    """The process ids of the feeders that were started last, by name."""
    lines = [json.loads(line) for line in collector.log().splitlines() if line.startswith("{")]
    said = [(line["feeder"], line["state"]) for line in lines if line["event"] == "feeder.state"]
    return {name: int(state.split()[-1]) for name, state in said if state.startswith("runs as process")}


def is_there(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def totals(collector: CollectorProcess, *names: str) -> float:
    return sum(_labelled(collector, name) for name in names)


def _labelled(collector: CollectorProcess, name: str) -> float:
    lines = re.findall(rf"^guywire_collectors_{name}_total(?:{{.*}})? (\S+)$", collector.metrics(), re.MULTILINE)
    return sum(map(float, lines))


def well(collector: CollectorProcess) -> bool:
    found = collector.health()
    return found is not None and found[0] == 200


async def both_work(collector: CollectorProcess) -> None:
    await eventually(lambda: len(feeders_of(collector)) == 2, collector.log)


async def test_every_inform_that_two_workers_answered_arrives_once_though_one_was_killed_in_the_middle(
    tmp_path: Path,
) -> None:
    receiver, owner = Receiver("tcp://127.0.0.1:*", {}), Owner()
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "collectors.toml").write_text("[traps]\nstrangers = 1200\n")  # nobody knows the devices
    async with collecting(tmp_path, receiver.url, workers=2) as collector:
        await both_work(collector)
        devices = [
            InformingDevice(collector.trap_port, range(200 * one, 200 * one + 200), f"127.0.11.{one}")
            for one in range(1, 7)
        ]
        sending = [asyncio.create_task(device.run()) for device in devices]
        taking = asyncio.create_task(owner.take(receiver, lambda: len(owner.events) >= 1200))
        for name in ("traps-1", "traps-2"):
            answered = sum(len(device.answered) for device in devices)
            await eventually(lambda seen=answered: sum(len(one.answered) for one in devices) > seen + 50)  # type: ignore[misc]
            killed = feeders_of(collector)[name]
            os.kill(killed, signal.SIGKILL)
            await eventually(lambda name=name, killed=killed: feeders_of(collector)[name] != killed)  # type: ignore[misc]
        await asyncio.wait_for(asyncio.gather(*sending, taking), SECONDS)
        for device in devices:
            device.close()
        assert well(collector)
        assert totals(collector, "feeder_ends") == 2
        assert totals(collector, "received") == totals(collector, *OUTCOMES)
        assert collector.metric("received_total") >= 1200
    receiver.close()
    assert set().union(*(device.answered for device in devices)) == set(range(200, 1400))
    assert sorted(int(event.qualifier) for event in owner.events) == list(range(200, 1400))


async def test_every_trap_that_two_workers_took_from_many_senders_has_one_outcome(tmp_path: Path) -> None:
    async with collecting(tmp_path, "tcp://127.0.0.1:1", workers=2) as collector:
        await both_work(collector)
        for sender in range(40):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
                device.bind((f"127.0.11.{sender + 1}", 0))
                for number in range(50):
                    trap = v2_message(LINK_DOWN, [(f"{IF_INDEX}.{number}", "integer", number)])
                    device.sendto(trap if number % 5 else b"rubbish", ("127.0.0.1", collector.trap_port))
        await eventually(lambda: totals(collector, "received") == 2000, collector.log)
        assert totals(collector, *OUTCOMES) == 2000
        assert (totals(collector, "refused"), totals(collector, "spooled")) == (400, 1600)
        assert collector.metric("socket_drops") == 0


async def test_the_workers_of_a_killed_keeper_end_and_the_port_is_free_for_the_next(tmp_path: Path) -> None:
    async with collecting(tmp_path, "tcp://127.0.0.1:1", workers=2) as collector:
        await both_work(collector)
        workers = feeders_of(collector).values()
        assert all(map(is_there, workers))
        collector.end(signal.SIGKILL)
        await eventually(lambda: not any(map(is_there, workers)))
        await collector.start()
        await both_work(collector)


async def test_told_to_stop_keeper_and_workers_end_in_order(tmp_path: Path) -> None:
    async with collecting(tmp_path, "tcp://127.0.0.1:1", workers=2) as collector:
        await both_work(collector)
        workers = feeders_of(collector).values()
        assert collector.end(signal.SIGTERM) == 0
        assert not any(map(is_there, workers))
        assert "Traceback" not in collector.log()


@needs_net_snmp
async def test_with_users_in_the_credentials_snmpv3_is_spoken_by_a_process_of_its_own(tmp_path: Path) -> None:
    credentials = tmp_path / "credentials.toml"
    receiver, owner = Receiver("tcp://127.0.0.1:*", {}), Owner()
    async with collecting(tmp_path, receiver.url) as collector:
        assert feeders_of(collector) == {}
        credentials.touch(0o600)
        credentials.write_text(
            '[site]\nversion = "3"\nuser = "site"\nauth = "sha256"\nauth_password = "auth password"\n'
            'priv = "aes128"\npriv_password = "priv password"\n'
        )
        await eventually(lambda: "snmpv3" in feeders_of(collector), collector.log)
        await net_snmp(
            "snmpinform", "-v3", "-usite", "-lauthPriv", "-aSHA-256", "-Aauth password", "-xAES", "-Xpriv password",
            "--clientaddr=127.0.10.2", f"127.0.0.1:{collector.trap_port}", "", LINK_DOWN, f"{IF_INDEX}.7", "i", "7",
        )  # fmt: skip
        await owner.take(receiver, lambda: len(owner.events) >= 1)
        await eventually(lambda: totals(collector, "informs_answered") == 1)
        assert totals(collector, "received") == totals(collector, *OUTCOMES)
    receiver.close()
    assert [(event.site, event.resource, event.qualifier) for event in owner.events] == [("S1", "radio-1", "7")]


async def test_a_number_of_workers_that_makes_no_sense_is_refused(tmp_path: Path) -> None:
    for arguments, environment, words in (
        (["--workers", "0"], {}, b"0 is not in the range"),
        ([], {"GUYWIRE_WORKERS": "99"}, b"it wants 1 to 64"),
    ):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "collectors", *arguments),
            env=os.environ | {"GUYWIRE_DATA_DIR": str(tmp_path), "GUYWIRE_METRICS_PORT": "0"} | environment,
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await asyncio.wait_for(process.communicate(), SECONDS)
        assert process.returncode != 0
        assert words in said


async def test_what_the_kernel_had_to_drop_is_counted_and_told_and_harms_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "policy").mkdir()
    shipped = resources.files("collectors").joinpath("policy.toml").read_text("utf-8")
    own = re.sub(r"^receive_buffer_megabytes = \d+", "receive_buffer_megabytes = 1", shipped, flags=re.MULTILINE)
    (tmp_path / "policy" / "collectors.toml").write_text(own)
    async with collecting(tmp_path, "tcp://127.0.0.1:1") as collector:
        await eventually(lambda: collector.metric("receive_buffer_bytes") == 1 << 20)
        assert collector.process is not None
        collector.process.send_signal(signal.SIGSTOP)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
            for _ in range(10_000):
                device.sendto(b"rubbish", ("127.0.0.1", collector.trap_port))
        collector.process.send_signal(signal.SIGCONT)
        await eventually(lambda: totals(collector, "received") + collector.metric("socket_drops") == 10_000)
        dropped = int(collector.metric("socket_drops"))
        assert 0 < dropped < 10_000
        await eventually(lambda: "collector.datagrams_lost" in collector.log(), collector.log)
        found = collector.health()
        assert found is not None
        assert found[0] == 200, "the collector itself is well"
        assert found[1]["checks"]["trap_socket"].startswith(f"{dropped} datagrams were lost in the last minute")


async def test_once_somebody_can_be_polled_a_process_of_its_own_is_there_to_do_it(tmp_path: Path) -> None:
    async with collecting(tmp_path, "tcp://127.0.0.1:1") as collector:
        credentials = tmp_path / "credentials.toml"
        credentials.touch(0o600)
        credentials.write_text('[ups]\nversion = "2c"\ncommunity = "public"\n')
        ups = {**INVENTORY["equipment"][0], "credential": "ups"}  # type: ignore[index]
        known = tmp_path / "spool" / "local-inventory.json"
        known.write_text(json.dumps({**INVENTORY, "equipment": [ups]}))
        await eventually(lambda: "poller" in feeders_of(collector), collector.log)
        assert well(collector)
