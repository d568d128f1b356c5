"""The command line `guywire`: a table of commands, each loaded when it is called, and how errors are told.

Exit codes: 0 done, 1 failed, 2 wrong use. An error is one line on stderr that says what to do.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click
import psycopg

from guywire import __version__
from guywire.errors import GuywireError

COMMANDS = {
    "up": ("guywire.cli_up:up", "Start everything and keep it running."),
    "demo": ("guywire.demo.cli:demo", "Start everything on a sample province with simulated devices."),
    "load": ("guywire.cli_inventory:load", "Load or update the inventory from CSV files."),
    "user": ("guywire.cli_identity:user", "Manage users."),
    "token": ("guywire.cli_identity:token", "Print a bearer token for a user."),
    "replay": ("alarm_correlation.cli:replay", "Run the correlator over recorded events."),
    "causes": ("alarm_correlation.learning.cli:causes", "Learn from history what causes what."),
    "plan": ("dispatch.cli:plan", "Print the dispatch plan for one problem."),
    "rota": ("dispatch.rota.cli:rota", "Take over calendars of leave, duty and stand-by."),
    "record": ("collectors.wire.cli:record", "Record what the trap port receives into a capture file."),
    "replay-traps": ("collectors.wire.cli:replay_traps", "Send a capture's traps again, or say what they mean."),
    "profile": ("collectors.profile.cli:profile", "Check and draft device profiles."),
    "adopt": ("guywire.cli_adopt:adopt", "Make an unidentified sender or trap a known one."),
    "migrate": ("guywire.cli_migrate:migrate", "Bring a database's schema up to date."),
    "backup": ("guywire.cli_backup:backup", "Save the whole system into a folder."),
    "restore": ("guywire.cli_backup:restore", "Restore a saved system into an empty data folder."),
    "doctor": ("guywire.cli_doctor:doctor", "Say what is wrong with this machine's set-up."),
}
"""Name to `module:attribute` and help. Names, not imports: the kernel imports no sibling, `--help` loads nothing."""


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_text) for name, (_, help_text) in COMMANDS.items()])

    def main(self, *args: Any, **extra: Any) -> Any:
        """Runs and exits. Whatever goes wrong on purpose becomes one line and an exit code."""
        extra["standalone_mode"] = False
        try:
            code = super().main(*args, **extra)
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message(), err=True)
            sys.exit(2)
        except click.UsageError as error:
            name = error.ctx.command_path if error.ctx else "guywire"
            _fail(f"{error.format_message()} See: {name} --help", 2)
        except click.ClickException as error:
            _fail(error.format_message(), 1)
        except GuywireError as error:
            _fail(str(error), 1)
        except psycopg.OperationalError as error:
            _fail(f"The database cannot be reached: {error}. Is guywire up running? Check --database-url.", 1)
        except (click.Abort, KeyboardInterrupt):
            _fail("Stopped.", 1)
        sys.exit(code if isinstance(code, int) else 0)


def _fail(message: str, code: int) -> None:
    click.echo(f"guywire: {' '.join(message.split())}", err=True)
    sys.exit(code)


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="guywire")
def main() -> None:
    """Fault monitoring and dispatch for tower companies: from an SNMP trap to a technician on the road."""
