"""Every version is locked with its hash, the locks fit what is asked for, and none names a registry."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement

from tests.unit.house.tree import ROOT

pytestmark = pytest.mark.house


def pins(name: str) -> dict[str, str]:
    """Package to version, as a lock of pip pins them."""
    return dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / name).read_text("utf-8"), re.MULTILINE))


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def unmet(asked: list[str], locked: dict[str, str]) -> list[str]:
    """The requirements that the lock does not satisfy."""
    wanted = [Requirement(line) for line in asked]
    return [
        str(one) for one in wanted if one.name.lower() not in locked or locked[one.name.lower()] not in one.specifier
    ]


def test_the_runtime_lock_satisfies_the_project() -> None:
    assert unmet(project()["project"]["dependencies"], pins("requirements.lock")) == []


def test_the_development_lock_satisfies_its_group_and_agrees_with_the_runtime_lock() -> None:
    group = [line for line in project()["dependency-groups"]["dev"] if isinstance(line, str)]
    development = pins("requirements-dev.lock")
    assert unmet(group, development) == []
    assert pins("requirements.lock").items() <= development.items()


def test_what_builds_the_package_is_what_make_installs() -> None:
    required = project()["build-system"]["requires"]
    assert set(required) <= set(project()["dependency-groups"]["build"])
    assert unmet(required, pins("requirements-build.lock")) == []


def test_a_lock_that_is_behind_is_noticed() -> None:
    assert unmet(["psycopg[binary]>=3.3", "click>=8"], {"psycopg": "3.2.0"}) == ["psycopg[binary]>=3.3", "click>=8"]


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock", "requirements-build.lock"])
def test_every_pin_has_hashes_and_no_lock_names_an_index(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    entries = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "index-url" not in text


def test_the_screens_modules_are_locked_with_hashes_and_no_host() -> None:
    asked = json.loads((ROOT / "package.json").read_text("utf-8"))
    locked = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    for name, version in {**asked["dependencies"], **asked["devDependencies"]}.items():
        assert locked[f"node_modules/{name}"]["version"] == version
    others = {path: entry for path, entry in locked.items() if path}
    assert [path for path, entry in others.items() if "integrity" not in entry] == []
    assert [path for path, entry in others.items() if "resolved" in entry] == []
