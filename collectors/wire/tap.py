"""Taps: whoever records gets a copy of every datagram, refused ones too, by way of a unix socket in the data folder.

Whoever wants copies (`guywire record`) binds a datagram socket of unix as `<data_dir>/taps/<any name>.sock`, readable
and writable by the collector's user only, sets itself a large receive buffer, and reads; at the end it removes the
file. Copies hold communities: only a socket of the collector's own user, or root's, gets any, and no link to one.
Within two seconds every process that listens sends it what it takes from its trap socket. Each message is one
batch as `collectors.wire.datagrams` says: MessagePack, an array of `[at, ip, port, data]`; `decode_batch` reads it.
Sending never waits: what a tap cannot take at once is its loss, and is not counted. Batches of several workers come in
the order of their receipt in each worker; `at` tells the order over all of them.
"""

from __future__ import annotations

import errno
import os
import socket
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import structlog

from collectors.wire.datagrams import Datagram, encode_batches

_ROOT = 0

_log = structlog.get_logger(__name__)


class Taps:
    """Those that listen in, by their sockets' paths. `look` every now and then; `copy` every batch."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "taps"
        self._open: dict[Path, socket.socket] = {}

    def look(self) -> None:
        """Takes up taps that are new, and lets go of those whose file is gone."""
        found = set(self._folder.glob("*.sock"))
        for path in self._open.keys() - found:
            self._let_go(path)
        for path in found - self._open.keys():
            self._take_up(path)

    def copy(self, datagrams: Sequence[Datagram], at: float) -> None:
        """`at` is the time of receipt in seconds since the epoch."""
        if not self._open:
            return
        for message, _ in encode_batches(datagrams, at):
            for path, tap in list(self._open.items()):
                self._send(path, tap, message)

    def close(self) -> None:
        for path in list(self._open):
            self._let_go(path)

    def _take_up(self, path: Path) -> None:
        tap = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        tap.setblocking(False)
        try:
            if not _is_own_socket(path):
                raise PermissionError(errno.EACCES, "no socket of the collector's user")
            with short_way(path.parent) as folder:
                tap.connect(f"{folder}/{path.name}")
        except OSError as error:  # a file that a recorder left behind
            tap.close()
            _log.debug("tap.nobody_there", path=str(path), error=error.strerror)
            return
        self._open[path] = tap
        _log.info("tap.copies", path=str(path))

    def _let_go(self, path: Path) -> None:
        self._open.pop(path).close()

    def _send(self, path: Path, tap: socket.socket, message: bytes) -> None:
        try:
            tap.send(message)
        except BlockingIOError:
            return
        except OSError:  # it went away
            self._let_go(path)


def _is_own_socket(path: Path) -> bool:
    status = path.lstat()
    return stat.S_ISSOCK(status.st_mode) and status.st_uid in (os.geteuid(), _ROOT)


@contextmanager
def short_way(folder: Path) -> Iterator[str]:
    """The folder under a name that fits into a socket's address, which holds 107 bytes (unix(7))."""
    descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)
