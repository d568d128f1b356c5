"""`guywire demo`: everything that `up` starts, on a fresh sample province that lives, breaks and calls."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from guywire.cli_options import option
from guywire.cli_settings import settings_options
from guywire.cli_up import OPTIONS
from guywire.database import Connection, connect
from guywire.demo import DESK_COLLEAGUE, LEADER_COLLEAGUE, OPERATOR_COLLEAGUE, WATCHED, account_of
from guywire.demo.centre import ANSWERING_TENANT
from guywire.demo.meters import CREDENTIALS_TOML, POLICY_TOML, with_meters
from guywire.demo.people import SPEED_KMH
from guywire.demo.province import PACE, TENANTS, make_province
from guywire.demo.story import metered
from guywire.errors import GuywireError
from guywire.identity import add_user
from guywire.inventory import Inventory
from guywire.inventory.store import load_inventory
from guywire.model import Role
from guywire.owner import running
from guywire.settings import Settings

_MARK = "guywire-demo.txt"
_DEFAULT_DIR = Path("guywire-demo")
_CALL_BACK_TOML = "[call_back]\nafter_minutes = 1\n"


@click.command()
@settings_options(*OPTIONS)
@option("--sites", type=click.IntRange(24, 20_000), default=300, help="How many sites the province has.")
@option("--speed", type=click.FloatRange(0.1, 10), default=1.0, help="How fast the story runs.")
@option("--seed", type=int, default=7, help="Which province, and which story: the same seed tells the same one.")
def demo(settings: Settings, sites: int, speed: float, seed: int) -> None:
    """Starts everything on a sample province whose simulated devices send real SNMP over loopback.

    The data folder (default guywire-demo) is made anew each time. Story: a feeder loses mains, batteries run down, a
    sensor swings, works go on under a maintenance window, a hub takes its children along, another one falls silent and
    cannot say so, customers call about what no device tells, a storm takes a county's mains, and a power cut comes as
    it was announced.
    """
    from guywire.supervisor import Program, run

    if settings.data_dir == Settings().data_dir:
        settings = replace(settings, data_dir=_DEFAULT_DIR)
    if settings.database_url:
        raise GuywireError("The demo makes its own database; leave out --database-url (or unset GUYWIRE_DATABASE_URL).")
    _make_fresh(settings.data_dir)
    _write_policies(settings.data_dir, PACE * speed)
    province = make_province(sites=sites, seed=seed, pace=PACE * speed)
    province = with_meters(province, metered(province), settings.trap_port + 1)

    async def prepare(url: str) -> None:
        async with await connect(url) as connection:
            await load_inventory(connection, province, prune=False, now=datetime.now(UTC))
            for line in await _open_accounts(connection, province):
                click.echo(line)

    story = (sys.executable, "-P", "-m", "guywire.demo", "--speed", str(speed), "--seed", str(seed))
    run(settings, [Program("demo", story)], prepare)


def _make_fresh(data_dir: Path) -> None:
    """An empty folder; only a folder that a demo made is ever emptied."""
    if (owner := running(data_dir)) is not None:
        raise GuywireError(f"Process {owner.pid} runs on {data_dir}. Stop it first, or name another --data-dir.")
    mark = data_dir / _MARK
    if data_dir.exists() and any(data_dir.iterdir()):
        if not mark.exists():
            raise GuywireError(f"{data_dir} holds something that no demo made. Name another folder with --data-dir.")
        shutil.rmtree(data_dir)
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    mark.write_text("Made by `guywire demo`, which empties this folder at each start.\n", "utf-8")


def _write_policies(data_dir: Path, pace: float) -> None:
    """Policies for a province that lives fast: crews arrive as foretold, meters are asked often."""
    policy = data_dir / "policy"
    policy.mkdir()
    (policy / "dispatch.toml").write_text(f"speed_kmh = {SPEED_KMH * pace}\n", "utf-8")
    (policy / "collectors.toml").write_text(POLICY_TOML, "utf-8")
    (policy / "complaint-categories.toml").write_text(_CALL_BACK_TOML, "utf-8")
    credentials = data_dir / "credentials.toml"
    credentials.touch(mode=0o600)
    credentials.write_text(CREDENTIALS_TOML, "utf-8")


async def _open_accounts(connection: Connection, province: Inventory) -> list[str]:
    """An account for each who acts in the story; the lines tell those that are yours."""
    home = province.technicians[WATCHED].region
    lines = []
    for name, role, whose, more in (
        ("leader", Role.SHIFT_LEADER, "NOC console, shift leader", {}),
        ("noc", Role.NOC_OPERATOR, "NOC console", {}),
        ("agent", Role.COMPLAINT_AGENT, "complaint desk", {}),
        ("manager", Role.AREA_MANAGER, f"NOC console, area manager of {home}", {"region": home}),
        ("tenant", Role.TENANT, f"tenants' page, {TENANTS[0]}", {"tenant": TENANTS[0]}),
        ("admin", Role.ADMIN, "NOC console, all rights", {}),
        (account_of(WATCHED), Role.TECHNICIAN, "phone page, technician T01", {"technician_id": WATCHED}),
    ):
        password = await add_user(connection, name, role, **more)
        lines.append(f"{'demo account':<18} {name:<8} {password}   {whose}")
    for name, role, more in _actors(province):
        await add_user(connection, name, role, **more)
    return lines


def _actors(province: Inventory) -> Iterator[tuple[str, Role, dict[str, str]]]:
    """The accounts of those who act by themselves."""
    yield LEADER_COLLEAGUE, Role.SHIFT_LEADER, {}
    yield OPERATOR_COLLEAGUE, Role.NOC_OPERATOR, {}
    yield DESK_COLLEAGUE, Role.COMPLAINT_AGENT, {}
    yield account_of(ANSWERING_TENANT), Role.TENANT, {"tenant": ANSWERING_TENANT}
    for key, person in province.technicians.items():
        if person.role == "technician" and key != WATCHED:
            yield account_of(key), Role.TECHNICIAN, {"technician_id": key}
