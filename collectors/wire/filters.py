"""Who may send, compiled from the policy: the networks that traps may come from, and the communities they may bear.

Pure. A community is compared as it stands on the wire and never told to anybody.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError

from collectors.wire.shape import element

SOURCE_NOT_ALLOWED, WRONG_COMMUNITY = "source_not_allowed", "wrong_community"
"""Reasons for a refusal."""

_REMEMBERED = 16_384
_ALL = 0xFFFF_FFFF


def network(text: str) -> IPv4Network:
    """`10.0.0.0/8`, or one address. Raises ValueError, in words for whoever wrote the policy."""
    try:
        return IPv4Network(text)
    except (AddressValueError, NetmaskValueError):
        raise ValueError(f"{text!r} is no IPv4 network: write it as 10.0.0.0/8") from None
    except ValueError:
        meant = IPv4Network(text, strict=False)
        raise ValueError(f"{text!r} is an address in a network: write {meant} for all of it") from None


class Filters:
    """No networks: from everywhere. `communities` None: with any community."""

    def __init__(self, networks: Iterable[str] = (), communities: frozenset[bytes] | None = None) -> None:
        self._by_mask: dict[int, set[int]] = {}
        for one in map(network, networks):
            self._by_mask.setdefault(int(one.netmask), set()).add(int(one.network_address))
        self._communities = communities
        self.admits = lru_cache(_REMEMBERED)(self._admits)

    def accepts(self, data: bytes, pdu_at: int) -> bool:
        """Whether a decoded message, whose PDU starts at `pdu_at`, bears a community that is known."""
        return self._communities is None or community_of(data, pdu_at) in self._communities

    def _admits(self, ip: str) -> bool:
        """Whether anything may come from this address."""
        if not self._by_mask:
            return True
        address = int(IPv4Address(ip))
        return any(address & mask in networks for mask, networks in self._by_mask.items())


OPEN = Filters()
"""Lets everything through."""


def community_of(data: bytes, pdu_at: int) -> bytes:
    """The community of a message that was decoded: what stands between the version and the PDU (RFC 1157)."""
    message, _ = element(data, 0)
    _, version_end = element(data, message)
    start, _ = element(data, version_end)
    return data[start:pdu_at]
