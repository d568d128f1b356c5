"""SNMPv3 of net-snmp against a running collector: what it believes and answers, and what never twice."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from collectors.credentials import User
from guywire.model import AlarmEvent
from guywire.stream import Receiver
from tests.beside import beside
from tests.integration.wire_collector_process import (
    IF_INDEX,
    LINK_DOWN,
    SECONDS,
    CollectorProcess,
    collecting,
    eventually,
)
from tests.unit.collectors.usm_messages import EVERY_USER

pytestmark = pytest.mark.skipif(
    shutil.which("snmptrap") is None or shutil.which("snmpinform") is None,
    reason="net-snmp's snmptrap and snmpinform are not installed (Debian package snmp)",
)

AUTHS = {
    "md5": "MD5",
    "sha1": "SHA",
    "sha224": "SHA-224",
    "sha256": "SHA-256",
    "sha384": "SHA-384",
    "sha512": "SHA-512",
}
PRIVS = {"": "", "des": "DES", "aes128": "AES", "aes192": "AES-192", "aes256": "AES-256"}
KNOWN_TO_NET_SNMP = [user for user in EVERY_USER if user.priv in PRIVS]
SAFE = next(user for user in EVERY_USER if user.name == "sha256-aes128")
RADIO = "127.0.10.2"


def credentials(users: Sequence[User]) -> str:
    return "\n".join(
        f'[{user.name}]\nversion = "3"\nuser = "{user.user}"\nlegacy = true\n'
        f'auth = "{user.auth}"\nauth_password = "{user.auth_password.decode()}"\n'
        + (f'priv = "{user.priv}"\npriv_password = "{user.priv_password.decode()}"\n' if user.priv else "")
        for user in users
    )


@dataclass
class Running:
    """A collector with users, who hears it, and what has arrived."""

    collector: CollectorProcess
    receiver: Receiver
    folder: Path
    events: list[AlarmEvent] = field(default_factory=list)
    numbers: count[int] = field(default_factory=lambda: count(1))

    async def listen(self) -> None:
        while True:
            batches = await self.receiver.batch(0.1)
            self.events += [event for batch in batches for event in batch.events]
            await self.receiver.ack(batches)

    async def until(self, number: int) -> None:
        """So many events have arrived."""
        await eventually(lambda: len(self.events) >= number, lambda: f"{len(self.events)}\n{self.collector.log()}")
        assert len(self.events) == number

    async def until_refused(self, reason: str, times: int = 1) -> None:
        await eventually(lambda: self.refused(reason) == times, self.collector.log)

    def refused(self, reason: str) -> float:
        return self.collector.metric("refused_total", f'{{reason="{reason}"}}')

    async def send(self, program: str, user: User, *, level: str = "", port: int = 0) -> tuple[int, str]:
        """One notification by net-snmp, from an engine that never spoke before: exit code and what it said."""
        own = self.folder / f"sender-{next(self.numbers)}"
        own.mkdir()
        level = level or ("authPriv" if user.priv else "authNoPriv")
        arguments = ["-v3", "-r0", "-t10", "-u", user.user, "-l", level]
        if level != "noAuthNoPriv":
            arguments += ["-a", AUTHS[user.auth], "-A", user.auth_password.decode()]
        if level == "authPriv":
            arguments += ["-x", PRIVS[user.priv], "-X", user.priv_password.decode()]
        process = await asyncio.create_subprocess_exec(
            program, *arguments, f"--clientaddr={RADIO}", f"127.0.0.1:{port or self.collector.trap_port}",
            "", LINK_DOWN, f"{IF_INDEX}.7", "i", "7",
            env=os.environ | {"SNMP_PERSISTENT_DIR": str(own), "SNMPCONFPATH": str(own)},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await process.communicate()
        return process.returncode or 0, said.decode()

    async def captured(self, user: User) -> bytes:
        """A trap as net-snmp sends it, taken off the wire."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as tap:
            tap.bind(("127.0.0.1", 0))
            tap.settimeout(SECONDS)
            code, said = await self.send("snmptrap", user, port=tap.getsockname()[1])
            assert code == 0, said
            return tap.recv(65_535)

    def replay(self, packet: bytes) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
            device.bind((RADIO, 0))
            device.sendto(packet, ("127.0.0.1", self.collector.trap_port))


@asynccontextmanager
async def running(folder: Path, users: Sequence[User]) -> AsyncIterator[Running]:
    file = folder / "credentials.toml"
    file.write_text(credentials(users))
    file.chmod(0o600)
    receiver = Receiver("tcp://127.0.0.1:*", {})
    async with collecting(folder, receiver.url) as collector:
        own = Running(collector, receiver, folder)
        try:
            async with beside(own.listen()):
                yield own
        finally:
            receiver.close()


async def test_traps_and_informs_of_net_snmp_are_heard_by_each_protocol_that_it_has(tmp_path: Path) -> None:
    async with running(tmp_path, KNOWN_TO_NET_SNMP) as own:
        for program in ("snmptrap", "snmpinform"):
            for user in KNOWN_TO_NET_SNMP:
                code, said = await own.send(program, user)
                assert code == 0, f"{program} {user.name}: {said}"  # for an inform: it was answered, and believed that
        await own.until(2 * len(KNOWN_TO_NET_SNMP))
        assert {(event.site, event.resource, event.alarm_type) for event in own.events} == {
            ("S1", "radio-1", "link-down")
        }
        await eventually(lambda: own.collector.metric("informs_answered_total") == len(KNOWN_TO_NET_SNMP))


async def test_a_captured_packet_is_refused_at_once_and_after_a_restart_of_the_collector(tmp_path: Path) -> None:
    async with running(tmp_path, [SAFE]) as own:
        packet = await own.captured(SAFE)
        own.replay(packet)
        await own.until(1)
        own.replay(packet)
        await own.until_refused("usm_replayed")
        own.collector.end(signal.SIGKILL)
        await own.collector.start()
        own.replay(packet)
        await own.until_refused("usm_replayed")
        assert (await own.send("snmptrap", SAFE))[0] == 0
        await own.until(2)


async def test_a_user_of_authpriv_is_not_believed_at_a_lower_level(tmp_path: Path) -> None:
    async with running(tmp_path, [SAFE]) as own:
        assert (await own.send("snmptrap", SAFE, level="noAuthNoPriv"))[0] == 0
        await own.until_refused("usm_level")
        assert (await own.send("snmptrap", SAFE, level="authNoPriv"))[0] == 0
        await own.until_refused("usm_level", 2)
        code, said = await own.send("snmpinform", SAFE, level="noAuthNoPriv")
        assert code != 0
        assert "nsupported security level" in said
        assert (await own.send("snmpinform", SAFE))[0] == 0
        await own.until(1)


async def test_a_sender_is_told_why_it_is_not_believed(tmp_path: Path) -> None:
    async with running(tmp_path, [SAFE]) as own:
        stranger = User("x", "stranger", "sha256", SAFE.auth_password, "aes128", SAFE.priv_password)
        wrong = User("x", SAFE.user, "sha256", b"another password", "aes128", SAFE.priv_password)
        crossed = User("x", SAFE.user, "sha256", SAFE.auth_password, "aes128", b"another password")
        for user, reason, words in (
            (stranger, "usm_unknown_user", "nknown user name"),
            (wrong, "usm_wrong_digest", "uthentication failure"),
            (crossed, "usm_decryption", "ecryption error"),
        ):
            code, said = await own.send("snmpinform", user)
            assert code != 0
            assert words in said
            await own.until_refused(reason)
        assert not own.events


async def test_new_credentials_are_taken_over_while_it_runs(tmp_path: Path) -> None:
    async with running(tmp_path, [SAFE]) as own:
        changed = User(SAFE.name, SAFE.user, "sha512", b"a new password", "aes256", b"a new one too")
        (tmp_path / "credentials.toml").write_text(credentials([changed]))
        async with asyncio.timeout(SECONDS):
            while (await own.send("snmpinform", changed))[0]:
                pass
        await own.until(1)
        assert (await own.send("snmpinform", SAFE))[0] != 0
