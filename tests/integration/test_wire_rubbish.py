"""100,000 random and mutated datagrams at the real trap socket: no crash, memory flat, each counted with its reason."""

from __future__ import annotations

import random
import re
import socket
import urllib.request
from pathlib import Path

from tests.integration.wire_collector_process import (
    LINK_DOWN,
    ON_BATTERY,
    CollectorProcess,
    collecting,
    eventually,
)
from tests.unit.collectors.snmp_messages import v1_message, v2_message

DATAGRAMS = 100_000
_AT_ONCE = 500
_WARM = 20_000
_FLAT_BYTES = 24_000_000


async def test_rubbish_from_the_wire_costs_nothing(tmp_path: Path) -> None:
    chance = random.Random(20_261_121)
    seeds = _seeds()
    async with collecting(tmp_path, "tcp://127.0.0.1:1") as collector:
        sent = 0
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
            device.bind(("127.0.10.2", 0))
            warm = 0
            while sent < DATAGRAMS:
                for _ in range(_AT_ONCE):
                    device.sendto(_datagram(chance, seeds), ("127.0.0.1", collector.trap_port))
                sent += _AT_ONCE
                await eventually(lambda sent=sent: _outcomes(collector) == sent, lambda: _account(collector))  # type: ignore[misc]
                if sent == _WARM:
                    warm = _resident_bytes(collector)
            grown = _resident_bytes(collector) - warm
            assert collector.metric("received_total") + collector.metric("socket_drops") == DATAGRAMS
            assert grown < _FLAT_BYTES, f"grew by {grown} bytes"
            assert len(_reasons(collector)) >= 5
            spooled = collector.metric("spooled_total")
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as another:  # whose alarms no storm guard holds back
                another.bind(("127.0.10.9", 0))
                another.sendto(seeds[0], ("127.0.0.1", collector.trap_port))
            await eventually(lambda: collector.metric("spooled_total") == spooled + 1, lambda: _account(collector))
            assert _health_code(collector) == 200


def _seeds() -> list[bytes]:
    """Good messages of each kind, to be mutated."""
    return [
        v2_message(ON_BATTERY, [("1.3.6.1.2.1.33.1.2.3.0", "integer", 30)]),
        v2_message(LINK_DOWN, [("1.3.6.1.2.1.2.2.1.1.3", "integer", 3)], inform=True, request_id=77),
        v1_message("1.3.6.1.2.1.33.2", "127.0.10.1", 6, 1, [("1.3.6.1.2.1.33.1.2.3.0", "integer", 30)]),
    ]


def _datagram(chance: random.Random, seeds: list[bytes]) -> bytes:
    """Random bytes, or a good message with a few bytes changed, cut, or doubled."""
    if chance.random() < 0.3:
        return chance.randbytes(chance.randrange(0, 300))
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.randrange(1, 5)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    if chance.random() < 0.2:
        del data[chance.randrange(len(data)) :]
    return bytes(data * 2 if chance.random() < 0.05 else data)


def _outcomes(collector: CollectorProcess) -> float:
    """How many datagrams have had their outcome; each has exactly one."""
    named = sum(collector.metric(f"{name}_total") for name in ("spooled", "merged", "ignored", "repeated"))
    of_its_own = collector.metric("found_total")
    return named - of_its_own + sum(_reasons(collector).values()) + collector.metric("socket_drops")


def _account(collector: CollectorProcess) -> str:
    names = ("received", "found", "spooled", "merged", "ignored", "repeated", "forwarded")
    return str({name: collector.metric(f"{name}_total") for name in names} | _reasons(collector))


def _reasons(collector: CollectorProcess) -> dict[str, float]:
    with urllib.request.urlopen(f"http://127.0.0.1:{collector.metrics_port}/metrics", timeout=5) as reply:
        said = reply.read().decode()
    found = re.findall(r'^guywire_collectors_refused_total\{reason="(\w+)"\} (\S+)$', said, re.MULTILINE)
    return {reason: float(count) for reason, count in found}


def _resident_bytes(collector: CollectorProcess) -> int:
    assert collector.process is not None
    (line,) = [
        line for line in Path(f"/proc/{collector.process.pid}/status").read_text().splitlines() if "VmRSS" in line
    ]
    return int(line.split()[1]) * 1024


def _health_code(collector: CollectorProcess) -> int:
    answer = collector.health()
    assert answer is not None
    return answer[0]
