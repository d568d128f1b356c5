"""The documents tell of the code that is there: every module has its place, every decision is listed."""

from __future__ import annotations

import json
import re
import tomllib

import pytest
from packaging.requirements import Requirement

from tests.unit.house.module_list import module_list, written_list
from tests.unit.house.tree import PACKAGES, ROOT, files, name_of

pytestmark = pytest.mark.house

README_LINES = 120


def test_every_decision_stands_in_the_list() -> None:
    folder = ROOT / "docs" / "decisions"
    written = {path.name for path in folder.glob("[0-9]*.md")}
    listed = set(re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text("utf-8")))
    assert written == listed


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{name_of(path)} -> {target}"
        for path in files((".md",))
        for target in re.findall(r"\]\(([^)#\s]+)", path.read_text("utf-8"))
        if "://" not in target and not target.startswith("mailto:") and not (path.parent / target).exists()
    ]
    assert broken == []


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_a_readme_is_read_in_one_sitting(name: str) -> None:
    assert len((ROOT / name).read_text("utf-8").splitlines()) <= README_LINES


def test_the_architecture_names_every_module_as_it_says_of_itself() -> None:
    assert written_list() == module_list(), "write it anew: python -m tests.unit.house.module_list"


def test_the_architecture_speaks_of_no_module_that_is_gone() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    named = set(re.findall(rf"\b(?:{'|'.join(PACKAGES)})/[\w/]+\.(?:py|toml|sql)\b", text))
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    telling = [ROOT / ".ci" / "run", ROOT / "Makefile", *files((".md", ".sh"))]
    named = {
        (name_of(path), target)
        for path in telling
        for target in re.findall(r"(?:`|^\s*|\" )make ([a-z]+)\b", path.read_text("utf-8"), re.MULTILINE)
    }
    assert {"demo", "test", "check", "bench"} <= {target for _, target in named}
    assert {(path, target) for path, target in named if target not in targets} == set()


def test_every_direct_dependency_is_told_with_its_licence() -> None:
    text = (ROOT / "docs" / "decisions" / "0906-dependencies.md").read_text("utf-8")
    told = set(re.findall(r"^\| ([\w@/.-]+) \| (?!licence|---)", text, re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = [line for group in project["dependency-groups"].values() for line in group if isinstance(line, str)]
    python = {Requirement(line).name.lower() for line in [*project["project"]["dependencies"], *groups]}
    screens = json.loads((ROOT / "package.json").read_text("utf-8"))
    assert told == {*python, *screens["dependencies"], *screens["devDependencies"]}
