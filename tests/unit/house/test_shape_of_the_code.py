"""Files and functions are small, each module says where it stands, and nothing names the machine it was written on."""

from __future__ import annotations

import ast
import re

import pytest

from tests.unit.house.tree import body_lines, files, functions, name_of, parsed

pytestmark = pytest.mark.house

MOST_LINES = 350
MOST_FUNCTION_LINES = 40
REASON = "# Long because"

FORBIDDEN = {
    "a package registry's host": r"(registry\.npm"
    r"js|pypi\.o"
    r"rg|pythonh"
    r"osted|deb\.deb"
    r"ian\.org|packagec"
    r"loud)",
    "a path of one machine": r"(^|[\s\"'`(=])/(wo" r"rk|ho" r"me|Us" r"ers)/",
    "an issue's number": r"\b[Ii]ss" r"ue #?\d",
}
TEXTS = (".py", ".js", ".css", ".html", ".md", ".toml", ".sql", ".sh", ".yaml", ".yml", ".json", ".lock")


def test_every_module_says_in_its_docstring_where_it_stands() -> None:
    silent = [name_of(path) for path in files((".py",)) if path.stat().st_size and not ast.get_docstring(parsed(path))]
    assert silent == []


def test_no_file_is_long_without_a_reason() -> None:
    long = {
        name_of(path): len(lines)
        for path in files((".py", ".js", ".css", ".sql"))
        if len(lines := path.read_text("utf-8").splitlines()) > MOST_LINES and not any(REASON in line for line in lines)
    }
    assert long == {}, f"split it, or say why in a line that begins with {REASON!r}"


def test_no_function_is_longer_than_forty_lines() -> None:
    long = {
        f"{name_of(path)}:{function.lineno} {function.name}": body_lines(function)
        for path in files((".py",))
        for function in functions(parsed(path))
        if body_lines(function) > MOST_FUNCTION_LINES
    }
    assert long == {}


def test_a_function_is_measured_without_its_docstring() -> None:
    (function,) = functions(ast.parse('def f():\n    """One.\n\n    Two.\n    """\n    return 1\n'))
    assert body_lines(function) == 2


@pytest.mark.parametrize("what", FORBIDDEN)
def test_nothing_names_what_belongs_to_one_workplace(what: str) -> None:
    found = [
        f"{name_of(path)}:{number}: {line.strip()[:100]}"
        for path in files(TEXTS)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(FORBIDDEN[what], line)
    ]
    assert found == []


def test_test_files_have_names_of_their_own() -> None:
    names = [path.name for path in files((".py",), "tests") if path.name.startswith("test_")]
    assert sorted(names) == sorted(set(names))
