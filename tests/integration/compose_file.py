"""compose.yaml as an engine reads it: variables put in, and each container's command as a process of this machine."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
PASSWORDS = {"GUYWIRE_DB_PASSWORD": "a-long-secret", "GUYWIRE_GRAFANA_PASSWORD": "another-long-secret"}

_VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


class Unset(Exception):
    """A variable that compose demands and nobody gave."""


def read(environ: Mapping[str, str]) -> dict[str, Any]:
    """The file with its variables put in, as Compose does it. Raises `Unset` where it would refuse to start."""
    document = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    interpolated = _interpolate(document, environ)
    assert isinstance(interpolated, dict)
    return interpolated


def container(name: str) -> dict[str, Any]:
    """One service of the file, passwords given."""
    found = read(PASSWORDS)["services"][name]
    assert isinstance(found, dict)
    return found


def as_process(command: list[str]) -> list[str]:
    """A command of the image as it is run here: the same words, with this environment's Python."""
    if command[0] == "python":
        return [sys.executable, *command[1:]]
    assert command[0] == "guywire", f"neither python nor guywire: {command}"
    return [sys.executable, "-m", "guywire", *command[1:]]


def _interpolate(node: Any, environ: Mapping[str, str]) -> Any:
    if isinstance(node, dict):
        return {key: _interpolate(value, environ) for key, value in node.items()}
    if isinstance(node, list):
        return [_interpolate(value, environ) for value in node]
    if isinstance(node, str):
        return _VARIABLE.sub(lambda match: _value(match, environ), node)
    return node


def _value(match: re.Match[str], environ: Mapping[str, str]) -> str:
    name, kind, text = match.groups()
    if value := environ.get(name):
        return value
    if kind == "-":
        return str(text)
    raise Unset(f"{name}: {text}")
