"""Sends a text by whatever an operator has: SMS, voice, chat, e-mail, each an address as Apprise writes it.

https://github.com/caronc/apprise/wiki lists the services. The addresses hold secrets: they are never logged.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlsplit

import apprise

from guywire.errors import GuywireError

logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # it would write addresses and answers to stderr

_ASSET = apprise.AppriseAsset(app_id="Guywire", app_desc="Guywire", secure_logging=True, async_mode=False)


class AddressError(GuywireError):
    """An address that Apprise does not understand; says nothing of what is in it but its kind."""


def fill(address: str, values: Mapping[str, str]) -> str:
    """The address with `{name}` of each value put in, so quoted that it cannot become another address."""
    for name, value in values.items():
        address = address.replace(f"{{{name}}}", quote(value, safe=""))
    return address


def kind_of(address: str) -> str:
    """What may be shown of an address: its scheme."""
    return address.partition("://")[0][:30] if "://" in address else "?"


def target_of(address: str) -> str:
    """An address without what is secret in it: scheme or host, and enough of a digest to tell it from others."""
    shown = urlsplit(address).hostname if address.startswith("http") else address.partition(":")[0]
    return f"{(shown or '?')[:100]}-{hashlib.sha256(address.encode()).hexdigest()[:8]}"


def check_address(address: str) -> None:
    """Raises `AddressError` for what no service of Apprise understands."""
    _service(address)


class Messenger:
    """Sends in threads of its own: the services' clients block, and one that hangs must stall nobody else."""

    def __init__(self, at_once: int = 8, seconds: float = 20.0) -> None:
        self._threads = ThreadPoolExecutor(at_once, "messages")
        self._seconds = seconds

    async def send(self, addresses: Sequence[str], title: str, body: str) -> tuple[bool, ...]:
        """Which of the addresses took it, in their order. What takes too long counts as not taken; nothing raises."""
        return tuple(await asyncio.gather(*(self._send(address, title, body) for address in addresses)))

    async def _send(self, address: str, title: str, body: str) -> bool:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._seconds):
                return await loop.run_in_executor(self._threads, _notify, address, title, body)
        except Exception:  # noqa: BLE001 - whatever a service's client throws, it was not taken
            return False

    def close(self) -> None:
        """Waits for nobody: what is under way ends by the services' own time-outs."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _notify(address: str, title: str, body: str) -> bool:
    return bool(_service(address).notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT))


def _service(address: str) -> apprise.NotifyBase:
    service = apprise.Apprise.instantiate(address, asset=_ASSET, suppress_exceptions=True)
    if not isinstance(service, apprise.NotifyBase):
        raise AddressError(f"{kind_of(address)}: this is no address that Apprise understands. See its wiki for how.")
    return service
