"""The whole collector with a poller in it: what a lost trap would have told arrives in the correlator's stream."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

from guywire.model import AlarmEvent
from guywire.stream import Receiver
from tests.integration.polled_devices import Device, Devices, a_ups, address
from tests.integration.polling_world import data_folder, ups
from tests.integration.test_polling import BATTERY_BAD, FAST, ON_BATTERY, ON_MAINS, alarm_row
from tests.integration.wire_collector_process import SECONDS, CollectorProcess, eventually


async def test_lost_traps_heal_through_polling_spool_and_stream(tmp_path: Path) -> None:
    receiver, device = Receiver("tcp://127.0.0.1:*", {}), Device(a_ups())
    device.set(alarm_row(1, BATTERY_BAD))
    with Devices({address(0): device.answer}) as served:
        data_folder(tmp_path, [ups("S1", f"{address(0)}:{served.port}")], FAST | {"resync_seconds": 0.5})
        collector = CollectorProcess(tmp_path, receiver.url)
        await collector.start()
        try:
            (found,) = await _events(receiver, 1)
            assert (found.alarm_type, found.baseline, found.site) == ("battery-failure", True, "S1")
            device.set(ON_BATTERY)
            (raised,) = await _events(receiver, 1)
            assert (raised.alarm_type, raised.baseline) == ("mains-failure", False)
            device.set({**ON_MAINS, **dict.fromkeys(alarm_row(1, BATTERY_BAD))})
            cleared = await _events(receiver, 2)
            assert {(one.alarm_type, one.clears) for one in cleared} == {
                ("battery-failure", True),
                ("mains-failure", True),
            }
            assert collector.metric("polls_total") >= 3
            await eventually(lambda: collector.metric("spool_depth") == 0)
        finally:
            collector.end(signal.SIGTERM)
            receiver.close()


async def _events(receiver: Receiver, number: int) -> list[AlarmEvent]:
    """The next events of the poller, acknowledged."""
    found: list[AlarmEvent] = []
    async with asyncio.timeout(SECONDS):
        while len(found) < number:
            batches = await receiver.batch(0.1)
            found += [event for batch in batches for event in batch.events if event.resource == "ups-1"]
            await receiver.ack(batches)
    return found
