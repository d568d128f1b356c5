"""Connections to push services only where they may lead: the addresses came from phones, and names from DNS.

The address that was checked is the one that is connected to, so a name that answers differently the second time gains
nothing (DNS rebinding).
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Callable, Iterable

import httpcore

SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class NotAllowed(httpcore.ConnectError):
    """The name leads into a private network."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet's: not private, loopback, link-local, shared or multicast."""
    one = _inner(ipaddress.ip_address(address.partition("%")[0]))
    return one.is_global and not one.is_multicast


def _inner(one: Address) -> Address:
    """The IPv4 address that an IPv6 one leads to, where it does (RFC 4291 2.5.5.2, RFC 3056, RFC 6052)."""
    if not isinstance(one, ipaddress.IPv6Address):
        return one
    if one in _NAT64:
        return ipaddress.IPv4Address(one.packed[12:])
    return one.ipv4_mapped or one.sixtofour or one


class PublicNetwork(httpcore.AsyncNetworkBackend):
    """Connects to public addresses, and to private ones while `may_be_private` says so."""

    def __init__(self, may_be_private: Callable[[], bool]) -> None:
        self._may_be_private = may_be_private
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the base class's name
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Raises `NotAllowed`, and what the connection raises."""
        address = await self._resolve(host, port)
        return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)

    async def _resolve(self, host: str, port: int) -> str:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore.ConnectError("the name is not known") from error
        addresses = [str(info[4][0]) for info in found]
        allowed = [one for one in addresses if self._may_be_private() or is_public(one)]
        if not allowed:
            raise NotAllowed("the name leads into a private network")
        return allowed[0]
