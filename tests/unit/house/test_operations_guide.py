"""The operations guide names only what there is: commands, options, settings, metrics, files, and every alert."""

from __future__ import annotations

import re
from dataclasses import fields

import click
import pytest

from guywire.cli import COMMANDS, main
from guywire.settings import SERVICES, Settings
from tests.unit.house.tree import PACKAGES, ROOT, files

pytestmark = pytest.mark.house

GUIDE = (ROOT / "docs" / "operations.md").read_text("utf-8")
CODE = "\n".join([*re.findall(r"`([^`\n]+)`", GUIDE), *re.findall(r"^    .+", GUIDE, re.MULTILINE)])
SOURCES = "\n".join(
    path.read_text("utf-8") for path in files((".py", ".toml")) if path.parts[len(ROOT.parts)] in PACKAGES
)


def command_lines() -> list[list[str]]:
    """The words of each `guywire ...`, up to what the shell takes for another command or a comment."""
    return [found.split() for found in re.findall(r"(?:^|[\s/])guywire (?!guywire)([a-z][^`\n#&|]*)", CODE)]


def command_of(words: list[str]) -> click.Command | None:
    command: click.Command | None = main
    for word in words:
        if not isinstance(command, click.Group):
            break
        command = command.get_command(click.Context(command), word)
    return command


def test_every_command_and_each_of_its_options_exists() -> None:
    named = [words for words in command_lines() if words[0] in COMMANDS]
    strange = {words[0] for words in command_lines()} - COMMANDS.keys()
    assert {"up", "backup", "restore", "doctor", "user"} <= {words[0] for words in named}
    assert strange == set()
    for words in named:
        command = command_of(words)
        assert command is not None, words
        assert not isinstance(command, click.Group), words
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known, words


def test_every_setting_exists() -> None:
    known = {f"GUYWIRE_{field.name.upper()}" for field in fields(Settings)}
    named = set(re.findall(r"\bGUYWIRE_[A-Z_]+\b", GUIDE))
    assert named
    assert named <= known
    assert set(re.findall(r"`(\w+) = \"", GUIDE)) <= {field.name for field in fields(Settings)}


def test_every_alert_of_ours_has_its_line_and_no_other_is_named() -> None:
    rules = (ROOT / "dashboards" / "monitoring" / "alerts.yml").read_text("utf-8")
    assert set(re.findall(r"^\| (Guywire[A-Z]\w+) \|", GUIDE, re.MULTILINE)) == set(re.findall(r"alert: (\w+)", rules))
    assert set(re.findall(r"\bGuywire[A-Z]\w+", GUIDE)) <= set(re.findall(r"alert: (\w+)", rules))


def test_every_metric_and_port_of_a_service_exists() -> None:
    assert {name for name in re.findall(r"\bguywire_[a-z_]+\b", CODE) if name not in SOURCES} == set()
    first = Settings().metrics_port
    assert f"{first} to {first + len(SERVICES) - 1}" in GUIDE


def test_every_file_is_in_the_project_or_one_that_the_code_looks_for() -> None:
    paths = set(re.findall(r"`((?:[\w.-]+/)*[\w-]*\.?[\w-]+\.(?:toml|py|yaml|pem|yml|log|example))`", GUIDE))
    paths |= set(re.findall(r"`((?:[a-z_]+/)+)`", GUIDE))
    assert {"collectors/policy.toml", "compose.yaml", "push-key.pem", "dashboards/monitoring/"} <= paths
    of_the_data_folder = {
        path for path in paths if path.split("/")[-1] in SOURCES or path == "policy/" or path.startswith("logs/")
    }
    assert {path for path in paths - of_the_data_folder if not (ROOT / path).exists()} == set()
    logs = {path.removeprefix("logs/").removesuffix(".log") for path in paths if path.startswith("logs/")}
    assert logs <= set(SERVICES)


def test_every_word_of_policy_exists() -> None:
    named = set(re.findall(r"\(`(\w+)`", GUIDE))
    assert {"samples_keep_days", "photo_keep_days"} <= named
    assert {word for word in named if not re.search(rf"^{word} = ", SOURCES, re.MULTILINE)} == set()


def test_the_guide_is_read_in_one_sitting() -> None:
    assert len(GUIDE.splitlines()) <= 225
