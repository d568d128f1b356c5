"""The last changes of all feeds as they were told, so that a page that was away a moment hears what it missed."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

import msgspec

from dashboards.incident_cut import cut
from guywire.feed import Change
from guywire.model import is_below

MOST_KEPT = 20_000
_TELLS_WHOSE = ("gone", "touches", "regions", "region")


class Told(NamedTuple):
    """A change as JSON, made once for all pages, and of its body only what says who may see it."""

    change: Change
    encoded: bytes


def told(change: Change) -> Told:
    """A change made ready for handing on."""
    whose = {name: change.body[name] for name in _TELLS_WHOSE if name in change.body}
    return Told(msgspec.structs.replace(change, body=whose), msgspec.json.encode(change))


def cut_to(region: str, one: Told) -> bytes:
    """A change as it is told in a region: of an incident that reaches beyond it, what lies in there."""
    if one.change.topic != "incident" or all(is_below(each, region) for each in one.change.body.get("regions", ())):
        return one.encoded
    change = _decoded(one.encoded)
    return msgspec.json.encode(msgspec.structs.replace(change, body=cut(change.body, region)))


@lru_cache(maxsize=1)
def _decoded(encoded: bytes) -> Change:
    """Once for all regions that are told of it one after the other; nobody changes it."""
    return msgspec.json.decode(encoded, type=Change)


class Recent:
    """A bounded memory of changes, oldest first; it knows where it begins for each publisher.

    `epoch` names the history that their numbers belong to. Numbers alone do not say which that is: a restored backup
    counts from an older one on, and another process began elsewhere.
    """

    def __init__(self, most: int = MOST_KEPT) -> None:
        self.epoch = _new_epoch()
        self._most = most
        self._kept: deque[Told] = deque()
        self._begins: dict[str, int] = {}

    def begin(self, seqs: Mapping[str, int]) -> None:
        """Forgets all, in an epoch of its own: what is kept from now on comes behind these numbers."""
        self.epoch = _new_epoch()
        self._kept.clear()
        self._begins = dict(seqs)

    def add(self, one: Told) -> None:
        self._kept.append(one)
        if len(self._kept) > self._most:
            oldest = self._kept.popleft().change
            self._begins[oldest.publisher] = oldest.seq

    def since(self, epoch: str, after: Mapping[str, int]) -> Iterable[Told] | None:
        """What came behind these numbers of that epoch; None when some of it is forgotten, a publisher is not named, or
        the epoch is over."""
        if epoch != self.epoch or any(after.get(publisher, -1) < seq for publisher, seq in self._begins.items()):
            return None
        return [one for one in self._kept if one.change.seq > after[one.change.publisher]]


def _new_epoch() -> str:
    return secrets.token_hex(8)
