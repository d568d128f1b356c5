"""The faces' dictionaries against the code that asks for their words: no word is dead, none is missing."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from tests.unit.house.tree import files, name_of

pytestmark = pytest.mark.house

FACES = ("dashboards/static", "field_app_api/static")
SHARED = "guywire/web/static/lib"
IS_DICTIONARY = re.compile(r"/words/(en|zh)(/|\.js$)")
ENTRY = re.compile(r'^\s+"?([\w.-]+)"?:\s*(?:"|\{|`|$)', re.MULTILINE)
FORMS = {"one", "other"}  # of a plural
LITERAL = re.compile(r"[\"'`]([\w.-]+)[\"'`]")
HOLE = re.compile(r"\$\{[^`{}]*(?:\{[^{}]*\}[^{}]*)*\}")
TEMPLATE = re.compile(rf"`((?:[\w.-]|{HOLE.pattern})+)`")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
ASKED = re.compile(r"\bt\(\s*\"([\w.-]+)\"")


@cache
def dictionary(face: str) -> dict[str, str]:
    """Each key of a face, with the file where it stands."""
    found = {}
    for path in files((".js",), face):
        if IS_DICTIONARY.search(path.as_posix()):
            keys = ENTRY.findall(path.read_text("utf-8"))
            found.update({key: name_of(path) for key in keys if key not in FORMS})
    return found


@cache
def code(face: str) -> str:
    """All code and pages of a face, with the modules that all faces share."""
    told = [path for path in files((".js", ".html"), face, SHARED) if not _is_words(path)]
    return COMMENT.sub("", "\n".join(path.read_text("utf-8") for path in told))


def _is_words(path: Path) -> bool:
    return IS_DICTIONARY.search(path.as_posix()) is not None


@cache
def said(face: str) -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """The words that the code of a face spells out, and the shapes of those that it puts together."""
    text = code(face)
    shapes = {tuple(HOLE.split(told)) for told in TEMPLATE.findall(text) if HOLE.search(told)}
    patterns = tuple(re.compile(r"([\w.-]*)".join(map(re.escape, shape))) for shape in sorted(shapes) if any(shape))
    return frozenset(LITERAL.findall(text)), patterns


def is_said(word: str, face: str, depth: int = 2) -> bool:
    """Whether the code can come to say it. A hole is filled by one name, such as a state of the server's, where the
    rest of the shape says what is meant; else by what is said somewhere itself."""
    literals, patterns = said(face)
    if word in literals:
        return True
    found = [match for pattern in patterns if (match := pattern.fullmatch(word))] if depth else []
    return any(all(_fills(hole, face, depth, _means(match)) for hole in match.groups()) for match in found)


def _means(match: re.Match[str]) -> bool:
    return re.search("[a-z]", match.re.pattern.replace(r"([\w.-]*)", "")) is not None


def _fills(hole: str, face: str, depth: int, free: bool) -> bool:
    return (free and "." not in hole) or is_said(hole, face, depth - 1)


@pytest.mark.parametrize("face", FACES)
def test_every_word_can_be_asked_for(face: str) -> None:
    dead = {key: where for key, where in dictionary(face).items() if not is_said(key, face)}
    assert dead == {}


@pytest.mark.parametrize("face", FACES)
def test_every_word_that_is_asked_for_is_in_a_dictionary(face: str) -> None:
    shared = {word for path in files((".js",), SHARED) for word in ENTRY.findall(path.read_text("utf-8"))}
    own = {word for path in files((".js",), face) for word in ENTRY.findall(path.read_text("utf-8"))}
    assert set(ASKED.findall(code(face))) - own - shared == set()


def test_a_word_that_nothing_says_is_found() -> None:
    assert is_said("finding.service.unreachable", FACES[0])
    assert not is_said("finding.service.is.gone", FACES[0])
    assert not is_said("no.such.word", FACES[0])
