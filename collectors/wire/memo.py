"""Answers to questions that come again and again, as "what is this OID in text": bounded, whoever does the asking."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

V = TypeVar("V")

LONGEST = 64
"""Bytes of a key: no name that comes often is longer. What is longer is worked out each time."""


class Memo(dict[bytes, V]):
    """`memo[key]` is `answer(key)`; errors pass through and are not kept.

    A full memo forgets everything: what is really in use comes back at once, and a sender whose questions never repeat
    costs time, not memory. A plain dict is the fastest look-up that there is, and needs no order of use.
    """

    __slots__ = ("_answer", "_limit", "_longest")

    def __init__(self, answer: Callable[[bytes], V], limit: int, longest: int = LONGEST) -> None:
        super().__init__()
        self._answer, self._limit, self._longest = answer, limit, longest

    def __missing__(self, key: bytes) -> V:
        value = self._answer(key)
        if len(key) <= self._longest:
            if len(self) >= self._limit:
                self.clear()
            self[key] = value
        return value
