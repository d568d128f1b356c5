"""pysnmp's own engine in a process of its own, as the judge of SNMPv3 messages: what it accepts, and what it replies.

`python -m tests.unit.collectors.usm_oracle` reads lines: first `{"engine", "senders", "users"}` in JSON, to which it
answers `[boots, time]`, then messages in hex, to each of which it answers `{"heard", "replies"}`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collectors.credentials import User

ROOT = Path(__file__).parents[3]
_AUTHS = {
    "": "USM_AUTH_NONE",
    "md5": "USM_AUTH_HMAC96_MD5",
    "sha1": "USM_AUTH_HMAC96_SHA",
    "sha224": "USM_AUTH_HMAC128_SHA224",
    "sha256": "USM_AUTH_HMAC192_SHA256",
    "sha384": "USM_AUTH_HMAC256_SHA384",
    "sha512": "USM_AUTH_HMAC384_SHA512",
}
_PRIVS = {
    "": "USM_PRIV_NONE",
    "des": "USM_PRIV_CBC56_DES",
    "aes128": "USM_PRIV_CFB128_AES",
    "aes192": "USM_PRIV_CFB192_AES_BLUMENTHAL",
    "aes256": "USM_PRIV_CFB256_AES_BLUMENTHAL",
    "aes192-cisco": "USM_PRIV_CFB192_AES",
    "aes256-cisco": "USM_PRIV_CFB256_AES",
}


@dataclass(frozen=True)
class Verdict:
    """`heard` is the number of notifications that pysnmp handed to its application."""

    heard: int
    replies: tuple[bytes, ...]


class Oracle:
    """The process, as its users see it. pysnmp keeps its boots in the folder."""

    def __init__(self, folder: Path, engine: bytes, senders: Sequence[bytes], users: Sequence[User]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.unit.collectors.usm_oracle"], cwd=ROOT, text=True,
            env=os.environ | {"TMPDIR": str(folder)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        known = [[u.user, u.auth, u.auth_password.decode(), u.priv, u.priv_password.decode()] for u in users]
        told = {"engine": engine.hex(), "senders": [one.hex() for one in senders], "users": known}
        self.boots, self.time = self._ask(json.dumps(told))

    def judge(self, message: bytes) -> Verdict:
        said = self._ask(message.hex())
        return Verdict(said["heard"], tuple(map(bytes.fromhex, said["replies"])))

    def close(self) -> None:
        self._process.communicate()

    def _ask(self, line: str) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


def main() -> None:
    warnings.simplefilter("ignore")
    given = json.loads(sys.stdin.readline())
    senders = [bytes.fromhex(one) for one in given["senders"]]
    engine, dispatcher, heard = pysnmp_engine(bytes.fromhex(given["engine"]), senders, given["users"])
    symbols = engine.get_mib_builder().import_symbols("__SNMP-FRAMEWORK-MIB", "snmpEngineBoots", "snmpEngineTime")
    print(json.dumps([int(symbol.syntax.clone()) for symbol in symbols]), flush=True)  # noqa: T201 - it is its answer
    for line in sys.stdin:
        heard.clear()
        dispatcher.sent.clear()
        receive(engine, bytes.fromhex(line))
        replies = [reply.hex() for reply in dispatcher.sent]
        print(json.dumps({"heard": len(heard), "replies": replies}), flush=True)  # noqa: T201


def receive(engine: Any, message: bytes) -> None:
    """A message off the wire, to pysnmp."""
    from pysnmp.carrier.asyncio.dgram import udp

    with suppress(Exception):  # pysnmp lets many kinds out; none of them is an acceptance
        engine.message_dispatcher.receive_message(
            engine, udp.DOMAIN_NAME, udp.UdpTransportAddress(("127.0.0.1", 9)), message
        )


def pysnmp_engine(engine_id: bytes, senders: Sequence[bytes], users: Sequence[Sequence[str]]) -> Any:
    """pysnmp's engine, what it sends through, and the list of what its application hears."""
    from pysnmp.carrier.base import AbstractTransportDispatcher
    from pysnmp.entity import config
    from pysnmp.entity.engine import SnmpEngine
    from pysnmp.entity.rfc3413 import ntfrcv
    from pysnmp.proto.api import v2c

    class Dispatcher(AbstractTransportDispatcher):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.sent: list[bytes] = []

        def send_message(self, message: bytes, *_: Any) -> None:
            self.sent.append(bytes(message))

    engine, dispatcher, heard = SnmpEngine(v2c.OctetString(engine_id)), Dispatcher(), []
    engine.register_transport_dispatcher(dispatcher)
    for name, auth, auth_password, priv, priv_password in users:
        for sender in (None, *senders):
            where = {} if sender is None else {"securityEngineId": v2c.OctetString(sender)}
            config.add_v3_user(
                engine, name, getattr(config, _AUTHS[auth]), auth_password or None,
                getattr(config, _PRIVS[priv]), priv_password or None, **where,
            )  # fmt: skip
    ntfrcv.NotificationReceiver(engine, lambda *said: heard.append(said))
    return engine, dispatcher, heard


if __name__ == "__main__":
    main()
