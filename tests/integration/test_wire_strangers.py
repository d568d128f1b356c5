"""50,000 traps of as many invented senders at the real trap socket: few alarms, a small spool, known devices heard."""

from __future__ import annotations

import random
import socket
from pathlib import Path

from collectors.keeping.strangers import OTHERS
from collectors.policy import default_policy
from collectors.spool import Spool
from guywire.model import UNASSIGNED, AlarmEvent
from guywire.stream.protocol import decode_events
from tests.integration.wire_collector_process import DOMAIN, ON_BATTERY, CollectorProcess, collecting, eventually
from tests.unit.collectors.snmp_messages import v1_message, v2_message

TRAPS = 50_000
_AT_ONCE = 500
_SPOOL_BYTES = 32_000_000
_LOG_LINES = 200
_PADDING = ("1.3.6.1.4.1.99999.1", "octets", b"x" * 1000)
_AGENT = "1.2.3.4"


async def test_invented_senders_are_bounded_and_hide_no_known_device(tmp_path: Path) -> None:
    chance = random.Random(20_261_122)
    invented = v1_message("1.3.6.1.4.1.99999", _AGENT, 6, 1, [_PADDING])
    agent = bytes(map(int, _AGENT.split(".")))
    async with collecting(tmp_path, "tcp://127.0.0.1:1") as collector:
        with (
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as attacker,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device,
        ):
            attacker.bind(("127.0.10.99", 0))
            device.bind(("127.0.10.1", 0))
            for sent in range(_AT_ONCE, TRAPS + 1, _AT_ONCE):
                for _ in range(_AT_ONCE):
                    attacker.sendto(invented.replace(agent, chance.randbytes(4), 1), ("127.0.0.1", collector.trap_port))
                await eventually(lambda sent=sent: collector.metric("received_total") >= sent, collector.log)  # type: ignore[misc]
            device.sendto(v2_message(ON_BATTERY), ("127.0.0.1", collector.trap_port))
            await eventually(lambda: collector.metric("received_total") == TRAPS + 1, collector.log)
            await eventually(lambda: _outcomes(collector) == TRAPS + 1, collector.log)
        assert len(collector.log().splitlines()) < _LOG_LINES
        assert collector.metric("unknown_source_total") == TRAPS
        collector.process.kill() if collector.process else None
        collector.process.wait() if collector.process else None
    assert sum(path.stat().st_size for path in (tmp_path / "spool").glob("local.sqlite*")) < _SPOOL_BYTES
    spool = Spool(tmp_path / "spool" / "local.sqlite")
    told = [*_events(spool, UNASSIGNED), *(event for held in spool.held() for event in held)]
    spool_knows = [event.resource for event in _events(spool, DOMAIN)]
    spool.close()
    alarms = {event.identity for event in told}
    assert len(alarms) == default_policy().traps.strangers + 1
    assert sum(event.count for event in told) == TRAPS
    assert sum(event.count for event in told if event.resource == OTHERS) == TRAPS - default_policy().traps.strangers
    assert spool_knows == ["ups-1"]


def _outcomes(collector: CollectorProcess) -> float:
    return sum(collector.metric(f"{name}_total") for name in ("spooled", "merged", "ignored", "repeated"))


def _events(spool: Spool, domain: str) -> list[AlarmEvent]:
    out: list[AlarmEvent] = []
    for lane in (domain, domain + "~late"):
        seq = 0
        while (piece := spool.pending(lane, seq)) is not None:
            out += decode_events(piece.last_seq - piece.first_seq + 1, piece.events)
            seq = piece.last_seq
    return out
