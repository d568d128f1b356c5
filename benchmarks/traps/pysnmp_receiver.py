"""pysnmp's notification receiver, as its documentation sets it up: asyncio, v1 and v2c, any OID."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from pysnmp.carrier.asyncio.dgram import udp
from pysnmp.entity import config, engine
from pysnmp.entity.rfc3413 import ntfrcv

from benchmarks.traps.kernel import largest_buffer


async def main(port: int, count: Path) -> None:
    """Listens until it is terminated; SIGUSR1 has it write how many it received."""
    received = 0

    def heard(*_: Any) -> None:
        nonlocal received
        received += 1

    snmp = engine.SnmpEngine()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, largest_buffer())
        own.bind(("127.0.0.1", port))
        config.add_transport(snmp, udp.DOMAIN_NAME, udp.UdpTransport().open_server_mode(sock=own))
        config.add_v1_system(snmp, "any", "public")
        ntfrcv.NotificationReceiver(snmp, heard)
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, lambda: count.write_text(f"{received}\n"))
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2])))
