"""The trap socket: drains what has come at each wake-up, and knows what the kernel dropped."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

from collectors.collector import Datagram
from collectors.places import Source
from guywire.errors import GuywireError

_log = structlog.get_logger(__name__)

BUFFER_BYTES = 4 << 20
_AT_ONCE = 256
_LARGEST = 65_535
_SO_RCVBUFFORCE = 33  # Linux, needs CAP_NET_ADMIN; Python has no name for it


class ListenError(GuywireError):
    """The trap port cannot be listened on."""


class TrapSocket:
    """A bound UDP socket (IPv4). Raises `ListenError` when the address cannot be had."""

    def __init__(self, host: str, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        _enlarge(self._socket)
        try:
            self._socket.bind((host, port))
        except OSError as error:
            self._socket.close()
            raise ListenError(
                f"UDP {host}:{port} cannot be listened on: {error.strerror}."
                " Stop whoever has it, or set trap_port; ports under 1024 need the right to bind them."
            ) from error

    def listen(self, take: Callable[[Sequence[Datagram]], None]) -> None:
        """From now on hands what comes to `take`, in batches of up to 256 datagrams."""
        asyncio.get_running_loop().add_reader(self._socket.fileno(), lambda: self._drain(take))

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    def answer(self, data: bytes, to: Source) -> None:
        """Sends an answer; one that the kernel refuses is as good as lost on the way: its sender asks again."""
        try:
            self._socket.sendto(data, to)
        except OSError as error:
            _log.warning("collector.answer_not_sent", to=to.ip, error=str(error))

    def drops(self) -> int:
        """Datagrams dropped because the receive buffer was full, by /proc/net/udp; 0 where there is no such file."""
        if self._socket.fileno() < 0:
            return 0
        return drops_of(os.fstat(self._socket.fileno()).st_ino, Path("/proc/net/udp"))

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._socket.fileno())
        self._socket.close()

    def _drain(self, take: Callable[[Sequence[Datagram]], None]) -> None:
        batch: list[Datagram] = []
        for _ in range(_AT_ONCE):
            try:
                data, address = self._socket.recvfrom(_LARGEST)
            except BlockingIOError:
                break
            except OSError as error:  # an ICMP error for an earlier answer
                _log.debug("collector.socket_error", error=str(error))
                continue
            batch.append((data, Source(*address)))
        if batch:
            take(batch)


def drops_of(inode: int, table: Path) -> int:
    """The last column of a socket's line in /proc/net/udp (Linux, proc(5))."""
    try:
        lines = table.read_text("ascii").splitlines()[1:]
    except OSError:
        return 0
    return next((int(columns[-1]) for line in lines if (columns := line.split())[9] == str(inode)), 0)


def _enlarge(udp: socket.socket) -> None:
    try:
        udp.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, BUFFER_BYTES)
    except OSError:
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
