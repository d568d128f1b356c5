"""What the house tests look at: the files of the repository, its Python parsed, and the SQL inside it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[3]
PACKAGES = ("guywire", "collectors", "alarm_correlation", "dispatch", "complaints", "field_app_api", "dashboards")
MIGRATIONS = ROOT / "guywire" / "database" / "migrations"
_MADE = {"node_modules", "vendor", "__pycache__", "build", "dist", "guywire-data", "guywire-demo"}


@cache
def files(suffixes: tuple[str, ...], *folders: str) -> tuple[Path, ...]:
    """The repository's own files with one of the suffixes, below the folders (default: everywhere), sorted."""
    starts = [ROOT / folder for folder in folders] or [ROOT]
    return tuple(sorted(path for start in starts for path in _walk(start) if path.suffix in suffixes))


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir() and path.name not in _MADE and not (path.name.startswith(".") and path.name != ".ci"):
            yield from _walk(path)
        elif path.is_file():
            yield path


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text("utf-8"), str(path))


def name_of(path: Path) -> str:
    """The path as a person writes it: relative to the repository."""
    return path.relative_to(ROOT).as_posix()


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method, nested ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function from its `def` to its end, without its docstring."""
    assert function.end_lineno is not None
    length = function.end_lineno - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None and first.end_lineno is not None:
        length -= first.end_lineno - first.lineno + 1
    return length


def sql_texts(package: str) -> Iterator[tuple[Path, str]]:
    """Every string of a package's Python (adjacent ones joined) and every .sql file, but for the migrations."""
    for path in files((".sql",), package):
        if MIGRATIONS not in path.parents:
            yield path, path.read_text("utf-8")
    for path in files((".py",), package):
        docstrings = {id(node) for node in _docstrings(parsed(path))}
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                yield path, node.value


def _docstrings(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def tables() -> set[str]:
    """Every `schema.table` that the migrations make."""
    text = "\n".join(path.read_text("utf-8") for path in sorted(MIGRATIONS.glob("*.sql")))
    made = re.findall(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+\.\w+)", text)
    return {*made, *re.findall(r"create_series\('(\w+\.\w+)'", text)}
