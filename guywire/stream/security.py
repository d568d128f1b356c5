"""Who may speak on the stream: anybody on this machine; across machines only holders of CURVE keys, both ways.

The keys folder (`GUYWIRE_STREAM_KEYS`) holds, in ZeroMQ's certificate format:

    server.key  server.key_secret     the correlator's pair; collectors need only server.key
    client.key  client.key_secret     a collector's own pair
    clients/*.key                     at the correlator: the public keys of the collectors it lets in
"""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import zmq
import zmq.asyncio
import zmq.auth
from zmq.auth.asyncio import AsyncioAuthenticator

from guywire.errors import GuywireError


class StreamError(GuywireError):
    """The stream cannot be set up as told; says where, and what to do."""


class Guard(Protocol):
    """Whatever must be closed with the socket."""

    def close(self) -> None: ...


class _NoGuard:
    def close(self) -> None:
        """Nothing was set up."""


class _Authenticator:
    def __init__(self, context: zmq.asyncio.Context, clients: Path) -> None:
        self._authenticator = AsyncioAuthenticator(context)
        self._authenticator.start()
        self._authenticator.configure_curve(domain="*", location=str(clients))

    def close(self) -> None:
        self._authenticator.stop()


def stays_here(url: str) -> bool:
    """Whether a stream address cannot be reached from another machine: ipc, inproc, or a loopback address."""
    parts = urlsplit(url)
    if parts.scheme in ("ipc", "inproc"):
        return True
    host = url.removeprefix("tcp://").rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def guard_server(context: zmq.asyncio.Context, socket: zmq.asyncio.Socket, url: str, keys: Path | None) -> Guard:
    """Prepares the receiver's socket before it binds; the guard lives as long as the socket."""
    if keys is None:
        _refuse_if_open(url)
        return _NoGuard()
    _use_pair(socket, keys / "server.key_secret")
    socket.curve_server = True
    if not any((keys / "clients").glob("*.key")):
        raise StreamError(
            f"{keys / 'clients'}: no collector's key is there, so none could connect. Put client.key there."
        )
    return _Authenticator(context, keys / "clients")


def guard_client(socket: zmq.asyncio.Socket, url: str, keys: Path | None) -> None:
    """Prepares the sender's socket before it connects."""
    if keys is None:
        _refuse_if_open(url)
        return
    _use_pair(socket, keys / "client.key_secret")
    socket.curve_serverkey = _load(keys / "server.key")[0]


def make_keys(folder: Path, collector: str = "client") -> None:
    """Makes the pairs of a correlator and of one collector, that collector let in. Existing files stay as they are."""
    (folder / "clients").mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in ("server", "client"):
        if not (folder / f"{name}.key_secret").exists():
            zmq.auth.create_certificates(folder, name)
            (folder / f"{name}.key_secret").chmod(0o600)
    (folder / "clients" / f"{collector}.key").write_bytes((folder / "client.key").read_bytes())


def bind(socket: zmq.asyncio.Socket, url: str) -> None:
    try:
        socket.bind(url)
    except zmq.ZMQError as error:
        raise StreamError(
            f"{url}: cannot be bound: {error}. Set stream_url to a free address of this machine."
        ) from error


def connect(socket: zmq.asyncio.Socket, url: str) -> None:
    try:
        socket.connect(url)
    except zmq.ZMQError as error:
        raise StreamError(f"{url}: cannot be connected to: {error}. Set stream_url to tcp://HOST:PORT.") from error


def _refuse_if_open(url: str) -> None:
    if not stays_here(url):
        raise StreamError(
            f"{url}: the stream leaves this machine, so it needs keys. Make them once with `python -m guywire.stream"
            " DIR` and set stream_keys to that folder on both sides, or use a loopback address."
        )


def _use_pair(socket: zmq.asyncio.Socket, path: Path) -> None:
    public, secret = _load(path)
    if secret is None:
        raise StreamError(f"{path}: holds no secret key. Use the .key_secret file of the pair.")
    socket.curve_publickey = public
    socket.curve_secretkey = secret


def _load(path: Path) -> tuple[bytes, bytes | None]:
    try:
        return zmq.auth.load_certificate(path)
    except (OSError, ValueError) as error:
        raise StreamError(
            f"{path}: not a readable key: {error}. Make keys with `python -m guywire.stream DIR`."
        ) from error
