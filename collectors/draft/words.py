"""The words of words.toml, compiled: from a trap's name to plain words, and from those to what the trap is about."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

import msgspec

from guywire.catalogue import CATALOGUE


class Opposite(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"raises": "raise", "clears": "clear"}):
    """`[[opposites]]`: phrases that raise, and phrases that end what those raised."""

    raises: tuple[str, ...]
    clears: tuple[str, ...]
    strong: bool = False
    about: str = ""


class _Type(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    words: tuple[str, ...]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file; its comments say what each list is for."""

    acronyms: tuple[str, ...]
    neutral: tuple[str, ...]
    grades: tuple[str, ...]
    negations: tuple[str, ...]
    index_words: tuple[str, ...]
    no_index_words: tuple[str, ...]
    text_words: tuple[str, ...]
    site_words: tuple[str, ...]
    well: tuple[str, ...]
    says_nothing: tuple[str, ...]
    state_words: tuple[str, ...]
    informational: str
    abbreviations: dict[str, str]
    opposites: tuple[Opposite, ...]
    types: tuple[_Type, ...]


def _read() -> Words:
    text = resources.files("collectors.draft").joinpath("words.toml").read_text("utf-8")
    words = msgspec.convert(tomllib.loads(text), Words)
    if unknown := [entry.id for entry in words.types if entry.id not in CATALOGUE]:
        raise ValueError(f"words.toml: the catalogue has no {', '.join(unknown)}")
    return words


WORDS = _read()

_ACRONYM = re.compile(rf"(?<![A-Z])({'|'.join(sorted(WORDS.acronyms, key=len, reverse=True))})(?=[a-z])")
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_TYPES = [(entry.id, re.compile("|".join(entry.words))) for entry in WORDS.types]
_INFORMATIONAL = re.compile(WORDS.informational)


@lru_cache(65_536)
def phrase(text: str) -> str:
    """A text as plain words in small letters, abbreviations written out: `acVoltLow` is "ac voltage low"."""
    found = _WORD.findall(_ACRONYM.sub(r"\1 ", text))
    return " ".join(WORDS.abbreviations.get(word.lower(), word.lower()) for word in found)


def last_word(name: str) -> str:
    """The last plain word of a name."""
    return phrase(name).rpartition(" ")[2]


def without(text: str, phrases: Sequence[str]) -> str:
    """A phrase without the words of others, at their borders."""
    return " ".join(_any_of(tuple(phrases)).sub(" ", text).split())


def has(text: str, phrases: Sequence[str]) -> bool:
    """Whether a phrase has one of the others in it, at word borders."""
    return _any_of(tuple(phrases)).search(text) is not None


def alarm_type_of(text: str) -> str:
    """The alarm type that a phrase speaks of, '' for none that is known."""
    return next((key for key, pattern in _TYPES if pattern.search(text)), "")


def is_informational(text: str) -> bool:
    """Whether a phrase speaks of something that is no alarm."""
    return _INFORMATIONAL.search(text) is not None


@lru_cache(256)
def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted((text for text in phrases if text), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b" if longest_first else r"(?!)")
