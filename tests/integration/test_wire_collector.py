"""A collector process, real packets of net-snmp, a receiver: what was answered or spooled arrives exactly once."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest

from guywire import feed
from guywire.database import Connection
from guywire.model import AlarmEvent
from guywire.stream import Batch, Mark, Receiver
from tests.integration.wire_collector_process import (
    DOMAIN,
    IF_INDEX,
    LINK_DOWN,
    NO_DATABASE,
    ON_BATTERY,
    SECONDS,
    CollectorProcess,
    InformingDevice,
    collecting,
    eventually,
)
from tests.unit.collectors.snmp_messages import v2_message

needs_net_snmp = pytest.mark.skipif(
    shutil.which("snmptrap") is None or shutil.which("snmpinform") is None,
    reason="net-snmp's snmptrap and snmpinform are not installed (Debian package snmp)",
)


class Owner:
    """The correlator's part: marks and events together, acknowledged after that."""

    def __init__(self) -> None:
        self.marks: dict[tuple[str, str], Mark] = {}
        self.events: list[AlarmEvent] = []

    async def take(self, receiver: Receiver, until: Callable[[], bool]) -> None:
        async with asyncio.timeout(SECONDS):
            while not until():
                batches = await receiver.batch(0.1)
                self.commit(batches)
                await receiver.ack(batches)

    def commit(self, batches: Sequence[Batch]) -> None:
        for batch in batches:
            self.marks[batch.collector, batch.domain] = batch.mark
            self.events += batch.events


async def net_snmp(program: str, *arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(
        program, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()


@needs_net_snmp
async def test_traps_of_both_versions_and_an_inform_from_net_snmp_become_events(tmp_path: Path) -> None:
    receiver, owner = Receiver("tcp://127.0.0.1:*", {}), Owner()
    async with collecting(tmp_path, receiver.url) as collector:
        to = f"127.0.0.1:{collector.trap_port}"
        ups, radio = "--clientaddr=127.0.10.1", "--clientaddr=127.0.10.2"
        seconds = ("1.3.6.1.2.1.33.1.2.2.0", "i", "60")
        port = (f"{IF_INDEX}.7", "i", "7")
        await net_snmp("snmptrap", "-v2c", "-cpublic", ups, to, "", ON_BATTERY, *seconds)
        await net_snmp("snmptrap", "-v1", "-cpublic", ups, to, "1.3.6.1.2.1.33.2", "127.0.10.1", "6", "1", "", *seconds)
        await net_snmp("snmptrap", "-v1", "-cpublic", radio, to, "1.3.6.1.4.1.1", "127.0.10.2", "2", "0", "", *port)
        await net_snmp("snmpinform", "-v2c", "-cpublic", radio, to, "", LINK_DOWN, *port)
        await net_snmp("snmptrap", "-v2c", "-cpublic", to, "", "1.3.6.1.4.1.99999.1")
        await owner.take(receiver, lambda: len(owner.events) >= 5)
        await eventually(lambda: collector.metric("acked_total") == 5)
        assert collector.metric("spool_depth") == 0
        assert collector.metric("informs_answered_total") == 1
    receiver.close()
    assert sorted((one.site, one.resource, one.alarm_type, one.qualifier, one.domain) for one in owner.events) == [
        ("", "unidentified:127.0.0.1", "unidentified", "1.3.6.1.4.1.99999.1", "unassigned"),
        ("S1", "radio-1", "link-down", "7", DOMAIN),
        ("S1", "radio-1", "link-down", "7", DOMAIN),
        ("S1", "ups-1", "mains-failure", "", DOMAIN),
        ("S1", "ups-1", "mains-failure", "", DOMAIN),
    ]


@needs_net_snmp
async def test_snmpv3_is_counted_and_harms_nothing(tmp_path: Path) -> None:
    async with collecting(tmp_path, "tcp://127.0.0.1:1") as collector:
        to = f"127.0.0.1:{collector.trap_port}"
        await net_snmp("snmptrap", "-v3", "-e0x8000000001020304", "-unobody", "-lnoAuthNoPriv", to, "", LINK_DOWN)
        await eventually(lambda: collector.metric("refused_total", '{reason="snmpv3"}') == 1)
        assert collector.metric("received_total") == 1


async def test_a_collector_killed_in_the_middle_of_informs_delivers_every_answered_one_exactly_once(
    tmp_path: Path,
) -> None:
    chance = random.Random(7)
    receiver, owner = Receiver("tcp://127.0.0.1:*", {}), Owner()
    async with collecting(tmp_path, receiver.url) as collector:
        device = InformingDevice(collector.trap_port, range(1, 601))
        sending = asyncio.create_task(device.run())
        taking = asyncio.create_task(owner.take(receiver, lambda: len(owner.events) >= 600))
        for wanted in (100, 300):
            await eventually(partial(_has_answers, device, wanted + chance.randrange(60)))
            collector.end(signal.SIGKILL)
            await collector.start()
        await asyncio.wait_for(asyncio.gather(sending, taking), SECONDS)
        assert collector.metric("spool_depth") == 0 or await _drained(collector)
        device.close()
    receiver.close()
    assert device.answered == set(range(1, 601))
    assert sorted(int(one.qualifier) for one in owner.events) == list(range(1, 601))


def _has_answers(device: InformingDevice, number: int) -> bool:
    return len(device.answered) >= number


async def _drained(collector: CollectorProcess) -> bool:
    await eventually(lambda: collector.metric("spool_depth") == 0, collector.log)
    return True


async def test_a_receiver_killed_in_the_middle_loses_nothing_and_counts_nothing_twice(tmp_path: Path) -> None:
    first, owner = Receiver("tcp://127.0.0.1:*", {}), Owner()
    url = first.url
    async with collecting(tmp_path, url) as collector:
        device = InformingDevice(collector.trap_port, range(1, 401))
        sending = asyncio.create_task(device.run())
        await owner.take(first, lambda: len(owner.events) >= 100)
        async with asyncio.timeout(SECONDS):
            while not (batches := await first.batch(1.0)):
                pass
        owner.commit(batches)  # committed; it dies before it says so
        first.close()
        await asyncio.wait_for(sending, SECONDS)
        second = Receiver(url, owner.marks)
        await owner.take(second, lambda: len(owner.events) >= 400)
        assert await _drained_through(second, collector)
        second.close()
        device.close()
    assert sorted(int(one.qualifier) for one in owner.events) == list(range(1, 401))


async def _drained_through(receiver: Receiver, collector: CollectorProcess) -> bool:
    async with asyncio.timeout(SECONDS):
        while collector.metric("spool_depth"):
            assert await receiver.batch(0.2) == [], "nothing that was committed comes again"
    return True


async def test_without_database_and_correlator_a_collector_is_well_spools_and_says_what_is_away(tmp_path: Path) -> None:
    async with collecting(tmp_path, "tcp://127.0.0.1:1") as collector:
        device = InformingDevice(collector.trap_port, range(1, 11))
        await asyncio.wait_for(device.run(), SECONDS)
        device.close()
        found = collector.health()
        assert found is not None
        code, body = found
        assert (code, body["status"], body["checks"]["spool"]) == (200, "ok", "ok")
        assert "10 events wait" in body["checks"]["stream"]
        assert body["checks"]["database"] != "ok"
        assert collector.metric("spool_depth") == 10
        assert collector.end(signal.SIGTERM) == 0
        await collector.start()
        assert (collector.metric("spool_depth"), collector.metric("spooled_ever")) == (10, 10)


async def test_new_equipment_is_known_as_soon_as_the_inventory_says_so(
    tmp_path: Path, database_url: str, connection: Connection
) -> None:
    receiver, owner = Receiver("tcp://127.0.0.1:*", {}), Owner()
    async with collecting(tmp_path, receiver.url, database_url) as collector:
        await _send(collector, "127.0.10.2")
        await owner.take(receiver, lambda: len(owner.events) == 1)
        await _add_radio(connection)
        await eventually(lambda: '"version": 1' in collector.log() or '"version":1' in collector.log(), collector.log)
        await _send(collector, "127.0.10.2")
        await owner.take(receiver, lambda: len(owner.events) == 2)
        cached = json.loads((tmp_path / "spool" / "local-inventory.json").read_text())
        found = collector.health()
        assert found is not None
        assert found[1]["checks"]["database"] == "ok"
    receiver.close()
    assert [one.resource for one in owner.events] == ["unidentified:127.0.10.2", "radio-1"]
    assert cached["domains"] == {"S1": DOMAIN}


async def _send(collector: CollectorProcess, source: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        device.bind((source, 0))
        device.sendto(v2_message(LINK_DOWN, [(f"{IF_INDEX}.1", "integer", 1)]), ("127.0.0.1", collector.trap_port))


async def _add_radio(connection: Connection) -> None:
    async with connection.transaction():
        await connection.execute(
            "INSERT INTO core.site (site_id, name, latitude, longitude, region, domain, site_class, time_zone)"
            " VALUES ('S1', 'One', 31, 121, 'sh/pudong/north', %s, 'A', 'UTC')",
            (DOMAIN,),
        )
        await connection.execute(
            "INSERT INTO core.resource (site_id, resource, kind, address)"
            " VALUES ('S1', 'radio-1', 'microwave', '127.0.10.2')"
        )
        await connection.execute("UPDATE core.inventory_version SET version = version + 1, loaded_at = now()")
        await feed.publish(connection, "guywire", {"inventory": ["1"]})


async def test_a_second_collector_on_the_same_port_says_what_to_do(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        collector = CollectorProcess(tmp_path, "tcp://127.0.0.1:1", trap_port=taken.getsockname()[1])
        settings = {
            "DATA_DIR": tmp_path,
            "DATABASE_URL": NO_DATABASE,
            "TRAP_HOST": "127.0.0.1",
            "TRAP_PORT": collector.trap_port,
            "METRICS_PORT": collector.metrics_port,
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "collectors",
            env=os.environ | {f"GUYWIRE_{name}": str(value) for name, value in settings.items()},
            stderr=asyncio.subprocess.PIPE, cwd=tmp_path,
        )  # fmt: skip
        _, said = await asyncio.wait_for(process.communicate(), SECONDS)
    assert process.returncode == 1
    assert b"set trap_port" in said
