"""Ports of this machine: whether one is free, and which process has it when it is not."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Literal

from guywire.settings import SERVICES, Settings

Kind = Literal["tcp", "udp"]
_LISTENING = "0A"  # st of /proc/net/tcp


@dataclass(frozen=True, slots=True)
class Port:
    """A port that a system with given settings listens on; `option` is what chooses another."""

    kind: Kind
    host: str
    number: int
    use: str
    option: str


def needed(settings: Settings) -> list[Port]:
    """Every port that `guywire up` wants."""
    metrics = [
        Port("tcp", "127.0.0.1", settings.metrics_port_of(service), f"metrics of {service}", "--metrics-port")
        for service in SERVICES
    ]
    return [
        Port("tcp", settings.host, settings.console_port, "console", "--console-port"),
        Port("tcp", settings.host, settings.field_port, "field app", "--field-port"),
        Port("udp", settings.trap_host, settings.trap_port, "traps", "--trap-port"),
        *metrics,
    ]


def wanted_twice(ports: Sequence[Port]) -> list[str]:
    """What is wrong among the ports that one system wants: each pair that is one port, and what to do about it."""
    return [
        f"{one.kind} port {one.number} is wanted twice, for {one.use} and {other.use}."
        f" Choose another with {' or '.join(dict.fromkeys((one.option, other.option)))}."
        for one, other in combinations(ports, 2)
        if (one.kind, one.number) == (other.kind, other.number) and one.number
    ]


def problem(port: Port) -> str | None:
    """Why the port cannot be listened on and what to do about it, or None when it can."""
    try:
        _bind(port.kind, port.host, port.number)
    except PermissionError:
        return f"{port.kind} port {port.number} ({port.use}) needs root. Choose one above 1023 with {port.option}."
    except OSError as error:
        found = holder(port.kind, port.number)
        by = f"taken by process {found} ({command_of(found)})" if found else f"not to be had: {error.strerror}"
        return f"{port.kind} port {port.number} ({port.use}) is {by}. Stop that, or choose another with {port.option}."
    return None


def free_tcp_port(host: str = "127.0.0.1", preferred: int = 0) -> int:
    """A free port: the preferred one where it is, else any."""
    try:
        return _bind("tcp", host, preferred)
    except OSError:
        return _bind("tcp", host, 0)


def holder(kind: Kind, number: int) -> int | None:
    """The id of a process that listens on the port, as far as this user may see (Linux: /proc)."""
    inodes = {f"socket:[{inode}]" for inode in _listening_inodes(kind, number)}
    if not inodes:
        return None
    for process in Path("/proc").glob("[0-9]*"):
        if inodes & _open_files(process):
            return int(process.name)
    return None


def command_of(pid: int) -> str:
    """The first words of a process's command line; its short name, or nothing when it is gone."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        return ""
    return " ".join([Path(words[0]).name, *words[1:4]]).strip()


def parent_of(pid: int) -> int | None:
    """The id of the process's parent; None when it is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return None
    return int(stat.rpartition(")")[2].split()[1])  # the name, in parentheses, may hold anything


def _bind(kind: Kind, host: str, number: int) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM) as one:
        if kind == "tcp":
            one.setsockopt(
                socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
            )  # what lingers of an earlier run is not in the way
        one.bind((host, number))
        return int(one.getsockname()[1])


def _listening_inodes(kind: Kind, number: int) -> list[str]:
    inodes = []
    for table in (Path(f"/proc/net/{kind}"), Path(f"/proc/net/{kind}6")):
        for line in table.read_text().splitlines()[1:] if table.exists() else ():
            fields = line.split()
            here = int(fields[1].rpartition(":")[2], 16) == number
            if here and (kind == "udp" or fields[3] == _LISTENING):
                inodes.append(fields[9])
    return inodes


def _open_files(process: Path) -> set[str]:
    found = set()
    try:
        for descriptor in (process / "fd").iterdir():
            found.add(str(descriptor.readlink()))
    except OSError:  # it ended, or is somebody else's
        pass
    return found
