"""What the kernel tells of any receiver: its CPU-seconds, and what waits and was dropped at its socket."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")


class Queue(NamedTuple):
    """A bound UDP socket: bytes that wait in it (the kernel's own record of each datagram included), and drops."""

    waiting: int
    dropped: int


def queue_of(port: int) -> Queue | None:
    """The socket on an IPv4 UDP port, None where none is bound; several that share the port are added up (proc(5))."""
    wanted = f":{port:04X}"
    found = None
    for line in (_PROC / "net" / "udp").read_text("ascii").splitlines()[1:]:
        if wanted not in line:
            continue
        columns = line.split()
        if columns[1].endswith(wanted):
            before = found or Queue(0, 0)
            waiting = int(columns[4].partition(":")[2], 16)
            found = Queue(before.waiting + waiting, before.dropped + int(columns[-1]))
    return found


def cpu_seconds(pid: int) -> float:
    """User and system time of a process, of its children, and of those that have ended."""
    parents = {int(path.name): stat for path in _PROC.glob("[0-9]*") if (stat := _stat(path)) is not None}
    total, family = 0, [pid]
    for member in family:  # grows while it is read
        total += sum(int(number) for number in parents.get(member, [])[11:15])
        family += [child for child, stat in parents.items() if int(stat[1]) == member]
    return total / _TICKS


def largest_buffer() -> int:
    """The largest receive buffer that an unprivileged process may have, in bytes."""
    return int((_PROC / "sys" / "net" / "core" / "rmem_max").read_text("ascii"))


def _stat(process: Path) -> list[str] | None:
    """The columns of /proc/PID/stat behind the program's name: [1] is the parent, [11:15] are the times."""
    try:
        return (process / "stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:  # it has ended
        return None
