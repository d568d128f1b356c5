"""The poller's surroundings for tests and benchmarks: a data folder, and a keeper that only listens."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from collectors import inventory
from collectors.catch import Catch
from collectors.feeding.feeder import Feeder
from collectors.feeding.link import KEEPER_FD, serve
from collectors.places import Equipment, Snapshot
from collectors.poll.service import poll
from guywire.model import AlarmEvent
from guywire.settings import Settings

NO_DATABASE = "postgresql://nobody@127.0.0.1:1/none"
DOMAIN = "sh/pudong"
CREDENTIALS = '[public]\nversion = "2c"\ncommunity = "public"\n[old]\nversion = "1"\ncommunity = "public"\n'
SECONDS = 30.0


def ups(site: str, address: str, profile: str = "ups-mib", credential: str = "public") -> Equipment:
    return Equipment(site, "ups-1", "ups", address, profile, credential=credential)


def data_folder(folder: Path, equipment: Sequence[Equipment], policy: Mapping[str, object] | None = None) -> Path:
    """Inventory, credentials and policy as the poller finds them; `policy` changes values of [polling]."""
    (folder / "spool").mkdir(exist_ok=True)
    tell_inventory(folder, equipment)
    secret = folder / "credentials.toml"
    secret.write_text(CREDENTIALS)
    secret.chmod(0o600)
    (folder / "policy").mkdir(exist_ok=True)
    (folder / "policy" / "collectors.toml").write_text(_policy(policy or {}))
    return folder


def tell_inventory(folder: Path, equipment: Sequence[Equipment]) -> None:
    snapshot = Snapshot(1, {row.site: DOMAIN for row in equipment}, list(equipment))
    inventory.save_cache(folder / "spool" / "local-inventory.json", snapshot)


def _policy(changed: Mapping[str, object]) -> str:
    shipped = (Path(inventory.__file__).parent / "policy.toml").read_text("utf-8")
    lines = []
    for line in shipped.splitlines():
        name = line.partition(" = ")[0]
        lines.append(f"{name} = {changed[name]}" if name in changed else line)
    return "\n".join(lines)


@dataclass
class Listener:
    """A keeper that keeps what it is handed; while `refuses` is set, it does not."""

    catches: list[Catch] = field(default_factory=list)
    refuses: bool = False

    async def keep(self, catch: Catch) -> bool:
        if not self.refuses:
            self.catches.append(catch)
        return not self.refuses

    @property
    def events(self) -> list[AlarmEvent]:
        return [event for catch in self.catches for event in catch.events]

    def words(self) -> str:
        """What it was told, for a test that waited in vain."""
        return str(self.told)

    @property
    def told(self) -> list[tuple[str, str, str, str]]:
        """Resource, type, qualifier and severity of each event."""
        return [(event.resource, event.alarm_type, event.qualifier, event.severity.value) for event in self.events]

    def contacts(self, address: str, answered: bool) -> list[datetime]:
        return [
            contact.at
            for catch in self.catches
            for contact in catch.contacts
            if contact.address == address and contact.answered is answered
        ]

    def count(self, name: str) -> int:
        return sum(catch.tally.get(name, 0) for catch in self.catches)


@asynccontextmanager
async def polling(
    folder: Path, database_url: str = NO_DATABASE, keeper: Listener | None = None
) -> AsyncIterator[Listener]:
    """The poller in this process, for as long as the context lasts."""
    keeper, stop = keeper or Listener(), asyncio.Event()
    settings = Settings(data_dir=folder, database_url=database_url)
    task = asyncio.create_task(poll(Feeder(settings, keeper.keep, stop, None, None, None)))
    try:
        yield keeper
    finally:
        stop.set()
        await asyncio.wait_for(task, SECONDS)


@asynccontextmanager
async def polling_process(folder: Path, database_url: str, keeper: Listener) -> AsyncIterator[subprocess.Popen[bytes]]:
    """The poller in a process of its own, as the keeper starts it; its log goes to `log` in the folder."""
    ours, theirs = socket.socketpair()
    environment = os.environ | {
        KEEPER_FD: str(theirs.fileno()), "GUYWIRE_DATA_DIR": str(folder), "GUYWIRE_DATABASE_URL": database_url,
    }  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: ASYNC220 - forking takes no time
            [sys.executable, "-m", "collectors.poll"], env=environment, stderr=log, pass_fds=[theirs.fileno()]
        )
    theirs.close()
    serving = asyncio.create_task(serve(ours, keeper.keep, lambda: None))
    try:
        yield process
    finally:
        process.terminate()
        await asyncio.wait_for(asyncio.to_thread(process.wait), SECONDS)
        await serving


@contextmanager
def real_agent(folder: Path, port: int, users: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """net-snmp's snmpd on 127.0.0.1 with a configuration of its own."""
    configuration = folder / "snmpd.conf"
    (folder / "persistent").mkdir()
    configuration.write_text(f"rocommunity public\nagentAddress udp:127.0.0.1:{port}\n{users}\n")
    process = subprocess.Popen(
        ["snmpd", "-f", "-LE", "0-4", "-C", "-c", str(configuration), "-I", "-smux", "-p", str(folder / "snmpd.pid")],
        env=os.environ | {"SNMP_PERSISTENT_DIR": str(folder / "persistent"), "MIBS": ""},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)
