"""Slows down who guesses at sign-in: each address may fail so often in a while, whatever names it tries."""

from __future__ import annotations

import ipaddress

MOST_AT_ONCE = 20
SECONDS_A_TRY = 3.0
MOST_ADDRESSES = 10_000


class Throttle:
    """A leaky bucket for each address, or whatever name is given: it holds so many tries and lets go of one at a time.

    Times are seconds of any clock that only runs forward. Memory is bounded: the address that tried longest ago goes.
    """

    def __init__(self, most_at_once: int = 0, seconds_a_try: float = 0.0) -> None:
        self._most_at_once = most_at_once or MOST_AT_ONCE
        self._seconds_a_try = seconds_a_try or SECONDS_A_TRY
        self._empty_at: dict[str, float] = {}

    def take(self, address: str, now: float) -> float:
        """Counts a try; the seconds to wait when it is one too many, which is then not counted, else 0."""
        key = _network(address)
        level = max(self._empty_at.pop(key, now) - now, 0.0)
        too_many = level - (self._most_at_once - 1) * self._seconds_a_try
        self._empty_at[key] = now + level + (self._seconds_a_try if too_many <= 0 else 0.0)
        if len(self._empty_at) > MOST_ADDRESSES:
            del self._empty_at[next(iter(self._empty_at))]
        return max(too_many, 0.0)

    def give_back(self, address: str) -> None:
        """The try was good: it does not count. Many people sit behind one address."""
        key = _network(address)
        if key in self._empty_at:
            self._empty_at[key] -= self._seconds_a_try


def _network(address: str) -> str:
    """What one guesser has: an IPv4 address, the /64 of an IPv6 one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)
