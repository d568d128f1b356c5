"""Procedures in memory: read from the files beside this one, covered by people's versions, searched as one types."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Annotated, Literal

import msgspec

from guywire.catalogue import CATALOGUE
from guywire.database import Connection
from guywire.errors import GuywireError

LANGUAGES: tuple[Literal["zh", "en"], ...] = ("zh", "en")
FILES = ("power", "environment", "transmission", "service", "supervision", "complaints")

_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]


class ProcedureError(GuywireError):
    """A file of procedures cannot be used; says which entry and why."""


class Procedure(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a procedure in one language, as the API shows it; one that ships is version 0 and has no maker."""

    id: str
    version: int = 0
    title: str
    alarm_types: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    language: Literal["zh", "en"]
    summary: str = ""
    steps: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    made_at: datetime | None = None
    made_by: str = ""
    note: str = ""
    shipped: bool = False
    current: bool = True


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: _Text
    summary: _Text
    steps: Annotated[tuple[_Text, ...], msgspec.Meta(min_length=4, max_length=8)]
    warnings: tuple[_Text, ...] = ()


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    zh: _Words
    en: _Words
    alarm_types: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@cache
def shipped() -> Mapping[str, Procedure]:
    """What ships, by id: `<name>-zh` and `<name>-en` of each entry."""
    folder = resources.files("guywire.procedures")
    warnings = tomllib.loads(folder.joinpath("warnings.toml").read_text("utf-8"))
    found = [
        procedure
        for file in FILES
        for procedure in read_procedures(folder.joinpath(f"{file}.toml").read_text("utf-8"), f"{file}.toml", warnings)
    ]
    return {procedure.id: procedure for procedure in found}


def read_procedures(text: str, where: str, warnings: Mapping[str, Mapping[str, str]]) -> list[Procedure]:
    """The procedures of one file, each in both languages; an entry is for the alarm type of its name unless it says
    else, and names warnings that many share. Raises `ProcedureError`."""
    try:
        entries = msgspec.convert(tomllib.loads(text), dict[str, _Entry])
        return [
            _procedure(name, entry, language, warnings) for name, entry in entries.items() for language in LANGUAGES
        ]
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, KeyError) as error:
        raise ProcedureError(f"{where}: {error}. Compare the entry with its neighbours.") from error


def _procedure(
    name: str, entry: _Entry, language: Literal["zh", "en"], warnings: Mapping[str, Mapping[str, str]]
) -> Procedure:
    words: _Words = getattr(entry, language)
    own = () if entry.categories or entry.alarm_types else (name,)
    return Procedure(
        id=f"{name}-{language}",
        title=words.title,
        alarm_types=entry.alarm_types or own,
        categories=entry.categories,
        language=language,
        summary=words.summary,
        steps=words.steps,
        warnings=(*words.warnings, *(warnings[one][language] for one in entry.warnings)),
        shipped=True,
    )


class Library:
    """The procedures that hold, to be looked through many times. `category_words` are the categories' names."""

    def __init__(self, written: Iterable[Procedure], category_words: Mapping[str, str] | None = None) -> None:
        words = category_words or {}
        held = {**shipped(), **{procedure.id: procedure for procedure in written}}
        self._all = {
            procedure.id: (procedure, _haystack(procedure, words))
            for procedure in sorted(held.values(), key=lambda one: one.id)
            if procedure.current
        }

    def get(self, key: str) -> Procedure | None:
        """The one that holds under that id."""
        found = self._all.get(key)
        return found[0] if found else None

    def find(self, text: str = "", alarm_type: str = "", category: str = "", language: str = "") -> Sequence[Procedure]:
        """Those of which each word of the text occurs somewhere; first those with all of it in the title."""
        words = text.lower().split()
        found = [
            procedure
            for procedure, haystack in self._all.values()
            if (not alarm_type or alarm_type in procedure.alarm_types)
            and (not category or category in procedure.categories)
            and (not language or language == procedure.language)
            and all(word in haystack for word in words)
        ]
        return sorted(found, key=lambda one: not all(word in one.title.lower() for word in words))


def _haystack(procedure: Procedure, category_words: Mapping[str, str]) -> str:
    """All that a procedure is found by, in both languages where there are two."""
    types = [CATALOGUE[key] for key in procedure.alarm_types if key in CATALOGUE]
    named = [f"{one.zh} {one.en}" for one in types] + [category_words.get(key, "") for key in procedure.categories]
    texts = (
        procedure.title,
        procedure.summary,
        *procedure.steps,
        *procedure.alarm_types,
        *procedure.categories,
        *named,
    )
    return "\n".join(texts).lower()


class Shelf:
    """The library as the database has it now: read again only when somebody wrote a version since."""

    def __init__(self, category_words: Mapping[str, str] | None = None) -> None:
        self._category_words = category_words
        self._number = -1
        self._library = Library(())

    async def library(self, connection: Connection) -> Library:
        newest = await (
            await connection.execute("SELECT coalesce(max(number), 0) AS number FROM views.procedure_version")
        ).fetchone()
        number = int(newest["number"]) if newest else 0
        if number != self._number:
            rows = await (await connection.execute("SELECT v.* FROM views.procedure v")).fetchall()
            written = [msgspec.convert({**row, "domain": None}, Procedure) for row in rows]
            self._library, self._number = Library(written, self._category_words), number
        return self._library
