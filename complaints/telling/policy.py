"""The policy of telling customers as data: ways, quiet hours, when a new end is worth a message, and the texts."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from string import Formatter
from typing import Annotated, Literal

import msgspec

from complaints.care.model import Complaint
from guywire.backoff import Backoff
from guywire.messages import AddressError, check_address, fill
from guywire.policy_file import PolicyError, ReloadedFile, read_policy, refuse_open_to_others
from guywire.quiet_hours import QuietHours

_Minutes = Annotated[int, msgspec.Meta(ge=0, le=43_200)]
_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
_EXAMPLE = {"phone": "+8613800000000", "email": "somebody@example.com", "message": "CM1"}
_DIALLED = frozenset("+0123456789")

Kind = Literal["received", "outage_known", "end_changed", "restored", "are_you_back", "answer", "nothing_open"]
PLACEHOLDERS = frozenset({"id", "cause", "at", "earliest", "latest", "restored", "link", "text"})


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Way(_Table, frozen=True, kw_only=True):
    """One way to customers, for these kinds of message (none named: all)."""

    channel: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z_]{0,29}$")]
    urls: Annotated[tuple[_Text, ...], msgspec.Meta(min_length=1, max_length=20)]
    kinds: frozenset[Kind] = frozenset()

    def addresses(self, complaint: Complaint, kind: str, message: str) -> list[str]:
        """Where it leads for this complaint; nowhere when what it is filled with is not known."""
        if self.kinds and kind not in self.kinds:
            return []
        phone = "".join(sign for sign in complaint.phone if sign in _DIALLED)
        values = {"phone": phone, "email": complaint.email, "message": message}
        return [fill(url, values) for url in self.urls if all(values[name] for name in values if f"{{{name}}}" in url)]


class Texts(_Table, frozen=True, kw_only=True):
    """The sentences of one kind of message."""

    zh: tuple[_Text, ...]
    en: tuple[_Text, ...]

    def __post_init__(self) -> None:
        for sentence in (*self.zh, *self.en):
            if unknown := placeholders_of(sentence) - PLACEHOLDERS:
                raise ValueError(f"unknown placeholders {sorted(unknown)} in {sentence!r}")


class AllTexts(_Table, frozen=True, kw_only=True):
    received: Texts
    outage_known: Texts
    end_changed: Texts
    restored: Texts
    are_you_back: Texts
    answer: Texts
    nothing_open: Texts


class Strangers(_Table, frozen=True, kw_only=True):
    """How much is sent to numbers and addresses that nobody proved."""

    an_hour: Annotated[int, msgspec.Meta(ge=0, le=100_000)]
    a_day_each: Annotated[int, msgspec.Meta(ge=0, le=100)]


class Hear(_Table, frozen=True, kw_only=True):
    """What a customer's words mean."""

    back: tuple[_Text, ...]
    still_out: tuple[_Text, ...]
    stop: tuple[_Text, ...]
    start: tuple[_Text, ...]
    thanks: tuple[_Text, ...]


class TellingPolicy(QuietHours, frozen=True, kw_only=True):
    """What `telling.toml` holds; its comments say what each value means."""

    ways: tuple[Way, ...]
    language: Literal["zh", "en"]
    public_url: Annotated[str, msgspec.Meta(pattern=r"^(https?://[^\s/]+)?$")]
    title: _Text
    change_minutes: _Minutes
    pause_minutes: _Minutes
    most_changes: Annotated[int, msgspec.Meta(ge=0, le=100)]
    too_late_minutes: Annotated[int, msgspec.Meta(ge=1, le=43_200)]
    at_once: Annotated[int, msgspec.Meta(ge=1, le=200)]
    retry: Backoff
    strangers: Strangers
    hear: Hear
    texts: AllTexts

    def addresses(self, complaint: Complaint, kind: str, message: str = "any") -> list[tuple[str, str]]:
        """Channel and address of each way that such a message may go; `message` is its id, by which a gateway may know
        it again."""
        return [(way.channel, address) for way in self.ways for address in way.addresses(complaint, kind, message)]


def placeholders_of(sentence: str) -> set[str]:
    """The names in braces. Raises ValueError for braces that do not close."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


@cache
def shipped_policy() -> TellingPolicy:
    """The policy that ships with the package: it has no ways, so nobody is told."""
    text = resources.files("complaints.telling").joinpath("telling.toml").read_text("utf-8")
    return read_policy(text, "complaints/telling/telling.toml", TellingPolicy)


def policy_file(data_dir: Path) -> ReloadedFile[TellingPolicy]:
    """The policy in force: `policy/complaints-telling.toml` of the data folder over what ships."""
    return ReloadedFile(data_dir / "policy" / "complaints-telling.toml", read_telling, shipped_policy())


def read_telling(path: Path) -> TellingPolicy:
    """What a file holds. Raises `PolicyError` without a word of its secrets, or OSError."""
    refuse_open_to_others(path)
    policy = read_policy(path.read_text("utf-8"), str(path), TellingPolicy, shipped_policy())
    for number, way in enumerate(policy.ways, 1):
        for place, url in enumerate(way.urls, 1):
            try:
                check_address(fill(url, _EXAMPLE))
            except AddressError as error:
                raise PolicyError(f"{path}: way {number} ({way.channel}), url {place}: {error}") from None
    return policy
