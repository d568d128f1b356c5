"""The operator's ways to people beside push (policy/contacts.toml): voice, SMS, chat, e-mail, each for some."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from dispatch.clocks.kinds import Level
from dispatch.telling.model import Message, Recipient
from guywire.messages import AddressError, check_address, fill
from guywire.model import Role, is_below
from guywire.policy_file import PolicyError, ReloadedFile, read_policy, refuse_open_to_others

_DIALLED = frozenset("+0123456789")
_LEVELS: tuple[Level, ...] = ("headquarters", "province", "city", "area")
"""By the steps of the region path of an area manager."""
_SAMPLE = Recipient("T1", phone="+8613800000000")

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class Way(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way to some people: those of these persons, roles or levels (none named: everybody), for these kinds.

    It is taken `after_seconds`, unless the notice was seen until then or, with `unless = "delivered"`, a push got
    through. `urls` are Apprise's, with {phone} and {person}.
    """

    channel: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z_]{0,29}$")]
    urls: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1, max_length=20)]
    persons: frozenset[str] = frozenset()
    roles: frozenset[Role] = frozenset()
    levels: frozenset[Level] = frozenset()
    regions: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    urgent_only: bool = True
    after_seconds: Annotated[int, msgspec.Meta(ge=0, le=86_400)] = 0
    unless: Literal["seen", "delivered"] = "seen"

    def concerns(self, message: Message) -> bool:
        """Whether the notice may go this way."""
        one = message.recipient
        return (
            (message.urgent or not self.urgent_only)
            and (not self.kinds or message.kind in self.kinds)
            and (not self.regions or any(is_below(one.region, region) for region in self.regions))
            and (bool(one.phone) or not self.needs_phone)
            and self._names(one)
        )

    @property
    def needs_phone(self) -> bool:
        return any("{phone}" in url for url in self.urls)

    def _names(self, one: Recipient) -> bool:
        if not (self.persons or self.roles or self.levels):
            return True
        return one.person_id in self.persons or one.role in self.roles or level_of(one) in self.levels


class Contacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `contacts.toml` holds."""

    ways: tuple[Way, ...] = ()


NOBODY = Contacts()


def level_of(one: Recipient) -> Level | None:
    """Which level of the ladder a manager is, by how deep in the region tree; None for everybody else."""
    steps = len(one.region.split("/")) if one.region else 0
    return _LEVELS[min(steps, 3)] if one.role == Role.AREA_MANAGER else None


def address_for(url: str, one: Recipient) -> str:
    """The URL of a way, for that person. Of a phone number only what can be dialled."""
    phone = "".join(sign for sign in one.phone if sign in _DIALLED)
    return fill(url, {"phone": phone, "person": one.person_id})


def contacts_file(data_dir: Path) -> ReloadedFile[Contacts]:
    """The contacts in force: those of `policy/contacts.toml` of the data folder; none where there is no file."""
    return ReloadedFile(data_dir / "policy" / "contacts.toml", read_contacts, NOBODY)


def read_contacts(path: Path) -> Contacts:
    """The contacts that a file holds. Raises `PolicyError` without a word of its secrets, or OSError."""
    refuse_open_to_others(path)
    contacts = read_policy(path.read_text("utf-8"), str(path), Contacts)
    for number, way in enumerate(contacts.ways, 1):
        for place, url in enumerate(way.urls, 1):
            try:
                check_address(address_for(url, _SAMPLE))
            except AddressError as error:
                raise PolicyError(f"{path}: way {number} ({way.channel}), url {place}: {error}") from None
    return contacts
