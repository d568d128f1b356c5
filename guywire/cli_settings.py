"""Options that are settings: what is typed wins over GUYWIRE_<NAME>, that over guywire.toml, that over the default."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from guywire.cli_options import Command, check_url, option
from guywire.settings import Settings, load_settings

_PORT = click.IntRange(1, 65535)
_ABOUT: dict[str, dict[str, Any]] = {
    "data_dir": {"type": click.Path(file_okay=False, path_type=Path), "help": "Folder that everything is kept in"},
    "database_url": {"help": "PostgreSQL to use in place of the embedded one"},
    "host": {"help": "Address that the faces listen on"},
    "console_port": {"type": _PORT, "help": "TCP port of the NOC console and the complaint desk"},
    "field_port": {"type": _PORT, "help": "TCP port of the field app"},
    "trap_host": {"help": "Address that traps are received on"},
    "trap_port": {"type": _PORT, "help": "UDP port that traps are received on"},
    "workers": {"type": click.IntRange(1, 64), "help": "Processes that take traps"},
    "metrics_port": {"type": click.IntRange(1, 65530), "help": "First of six loopback ports for metrics and health"},
    "shadow": {"is_flag": True, "help": "Correlate and plan, but open nothing outside and notify nobody"},
}


def settings_options(*names: str) -> Callable[[Command], Command]:
    """Gives a command the named settings as options, and hands it all settings as its first argument."""

    def decorate(function: Command) -> Command:
        @functools.wraps(function)
        def with_settings(**given: Any) -> Any:
            typed = {name: given.pop(name) for name in names}
            settings = replace(load_settings(), **{name: value for name, value in typed.items() if value is not None})
            check_url(settings.database_url)
            return function(settings, **given)

        command: Command = with_settings
        for name in reversed(names):
            command = _option(name)(command)
        return command

    return decorate


def _option(name: str) -> Callable[[Command], Command]:
    about = dict(_ABOUT[name])
    if default := getattr(Settings(), name):
        about["help"] += f" (default {default})"
    return option(f"--{name.replace('_', '-')}", default=None, **{**about, "help": f"{about['help']}."})
