"""Ports for what a test starts, below those that the kernel gives to whoever asks for any: nobody is in the way.

A port found by asking for any is let go before the process that shall have it is there; on a busy machine an outgoing
connection may hold it by then. Here each worker of a run has a thousand ports of its own.
"""

from __future__ import annotations

import os
import socket
from contextlib import ExitStack
from itertools import count
from zlib import crc32

_FIRST, _EACH, _BLOCKS = 10_000, 1_000, 22  # up to 32,000; Linux gives out 32,768 and above

_OF_A_SYSTEM = 11  # see guywire.supervisor

_run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_block = _FIRST + (crc32(_run.encode()) + _worker) % _BLOCKS * _EACH
_steps = count(os.getpid() % _EACH)  # a process that a test starts, and that asks here too, begins elsewhere


def free_port() -> int:
    """A port that nobody holds, for TCP or UDP; not given out before."""
    return free_ports(1)


def free_ports(in_a_row: int) -> int:
    """The first of so many ports that follow each other and that nobody holds, for TCP or UDP."""
    for _ in range(_EACH):
        ports = [_block + next(_steps) % _EACH for _ in range(in_a_row)]
        if ports[-1] - ports[0] == in_a_row - 1 and all(map(_is_free, ports)):
            return ports[0]
    raise AssertionError(f"no {in_a_row} free ports in a row from {_block} to {_block + _EACH}")


def free_metrics_port() -> int:
    """A metrics port for a whole system: its services' ports follow it, and behind them the stream's."""
    return free_ports(_OF_A_SYSTEM)


def _is_free(port: int) -> bool:
    with ExitStack() as probes:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            try:
                probes.enter_context(socket.socket(type=kind)).bind(("127.0.0.1", port))
            except OSError:
                return False
        return True
