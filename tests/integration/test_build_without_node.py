"""`pip install .` alone, without node: the screens' modules and their licences arrive, and the command runs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import hatch_build
from tests.unit.house.tree import PACKAGES, ROOT

pytestmark = pytest.mark.packaging

SOURCES = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text("utf-8"), re.MULTILINE)
"""What the container image is built from; enough for pip, or the image could not be built."""


def copy_sources(target: Path) -> None:
    """What a fresh clone has: no vendor folder, nothing that was made."""
    target.mkdir()
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__", "vendor"))
        else:
            shutil.copy(ROOT / name, target / name)


def environment_without_node(folder: Path) -> dict[str, str]:
    """This environment with an empty folder as its only PATH."""
    (folder / "empty").mkdir()
    dropped = ("PYTHONPATH", "VIRTUAL_ENV")
    kept = {key: value for key, value in os.environ.items() if key not in dropped}
    return {**kept, "PATH": str(folder / "empty"), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def run(command: list[str | Path], folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def install(folder: Path) -> Path:
    """The Python of a fresh environment into which the project was installed by pip from a copy of the sources."""
    copy_sources(folder / "sources")
    environment = environment_without_node(folder)
    assert shutil.which("node", path=environment["PATH"]) is None
    run([sys.executable, "-m", "venv", folder / "fresh"], folder, environment)
    python = folder / "fresh" / "bin" / "python"
    run([python, "-m", "pip", "install", "--quiet", folder / "sources"], folder, environment)
    return python


def vendor_of(installed: Path) -> Path:
    code = "import guywire, pathlib; print(pathlib.Path(guywire.__file__).parent)"
    return Path(run([installed, "-c", code], installed.parent, {}).strip()) / hatch_build.VENDOR.relative_to("guywire")


@pytest.mark.skipif(
    "GUYWIRE_TEST_OFFLINE" in os.environ,
    reason="GUYWIRE_TEST_OFFLINE is set: a fresh install needs the package registries",
)
def test_what_pip_installs_without_node_is_whole_and_runs(tmp_path: Path) -> None:
    installed = install(tmp_path)
    said = run([installed, "-m", "guywire", "--version"], installed.parent, {})
    assert said.startswith("guywire, version ")
    assert run([installed.parent / "guywire", "--version"], installed.parent, {}) == said
    vendor = vendor_of(installed)
    the_screens_modules_are_there_and_self_contained(vendor)
    the_licence_of_every_module_ships(vendor)
    every_file_of_every_package_is_installed(tmp_path / "sources", vendor.parents[3])


def the_screens_modules_are_there_and_self_contained(vendor: Path) -> None:
    for module in ("preact.js", "leaflet.js"):
        text = (vendor / module).read_text("utf-8")
        assert "export" in text
        assert "import " not in text.split("\n")[0]
    assert (vendor / "leaflet.css").stat().st_size > 1000
    assert (vendor / "images" / "marker-icon.png").read_bytes().startswith(b"\x89PNG")
    (land,) = json.loads((vendor / "world.json").read_text("utf-8"))["features"]
    assert len(land["geometry"]["coordinates"]) > 1000


def the_licence_of_every_module_ships(vendor: Path) -> None:
    text = (vendor / hatch_build.LICENSES).read_text("utf-8")
    asked = json.loads((ROOT / "package.json").read_text("utf-8"))["dependencies"]
    for package, version in asked.items():
        assert f"\n{package} {version} (" in text
    assert "Permission is hereby granted" in text
    assert "Apache License" in text


def every_file_of_every_package_is_installed(sources: Path, site: Path) -> None:
    wanted = {
        path.relative_to(sources) for package in PACKAGES for path in (sources / package).rglob("*") if path.is_file()
    }
    assert {path for path in wanted if not (site / path).exists() and path.suffix != ".pyc"} == set()
