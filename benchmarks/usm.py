"""SNMPv3 traps per CPU-second, ours and pysnmp's engine in the same run, and what ten thousand senders cost in memory.

`python -m benchmarks.usm [--messages 4000] [--engines 10000]`
"""

from __future__ import annotations

import argparse
import gc
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from collectors.credentials import Credentials, User
from collectors.pipeline import Knowledge
from collectors.places import Places, Snapshot, Source
from collectors.profile.classify import Classifier
from collectors.profile.compile import SHIPPED, load
from collectors.profile.shelf import profile_files
from collectors.usm.encode import Clock
from collectors.usm.engine import Accepted, Engine
from collectors.usm.intake import SteadyClock, Usm
from collectors.usm.memory import Memory
from collectors.usm.store import Store
from tests.unit.collectors.usm_messages import EVERY_USER, Header, message, pdu
from tests.unit.collectors.usm_oracle import pysnmp_engine, receive

OWN = bytes.fromhex("8000000005") + b"benchmark"
SENDERS = 100
BATCH = 128
USERS = ("sha1-aes128", "sha256-aes128", "sha512-aes256", "sha256", "md5-des")
NOW = 10_000.0


def engine_id(number: int) -> bytes:
    return bytes.fromhex("80001f8804") + b"sender-%05d" % number


def traffic(user: User, messages: int, senders: int) -> list[bytes]:
    """Traps of many senders in turn, each with its own clock."""
    return [
        message(Header(user, engine_id(n % senders), 3, 1_000 + n // senders, id=n), pdu(request_id=n))
        for n in range(messages)
    ]


def per_cpu_second(take: Callable[[Sequence[bytes]], int], traps: Sequence[bytes]) -> float:
    started = time.process_time()
    taken = take(traps)
    used = time.process_time() - started
    assert taken == len(traps), f"{taken} of {len(traps)} were accepted"
    return len(traps) / used


def by_engine(user: User) -> Callable[[Sequence[bytes]], int]:
    """From datagram to trap, with nothing remembered on disk."""
    engine = Engine(Clock(OWN, 1, NOW), Memory(), (user,))
    return lambda traps: sum(isinstance(engine.receive(trap, NOW), Accepted) for trap in traps)


def by_process(user: User, folder: Path) -> Callable[[Sequence[bytes]], int]:
    """All that the process does to a batch: believed, on disk, classified, a catch for the keeper."""
    credentials = Credentials({user.name: user})
    usm = Usm(Store(folder / f"{user.name}.sqlite"), lambda: credentials, lambda *_: None, SteadyClock())
    knowledge = Knowledge(Places(Snapshot()), Classifier(load(path) for path in profile_files(SHIPPED)))
    source, at = Source("10.0.0.1", 162), datetime.now(UTC)

    def take(traps: Sequence[bytes]) -> int:
        batches = [traps[start : start + BATCH] for start in range(0, len(traps), BATCH)]
        return sum(len(usm.sift([(trap, source) for trap in batch], at, knowledge).catch.events) for batch in batches)

    return take


def by_pysnmp(user: User) -> Callable[[Sequence[bytes]], int]:
    """Its whole engine, from datagram to the application's callback."""
    known = [(user.user, user.auth, user.auth_password.decode(), user.priv, user.priv_password.decode())]
    engine, _, heard = pysnmp_engine(OWN, [engine_id(n) for n in range(SENDERS)], known)

    def take(traps: Sequence[bytes]) -> int:
        for trap in traps:
            receive(engine, trap)
        return len(heard)

    return take


def resident_megabytes() -> float:
    gc.collect()
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def memory_of(engines: int, user: User) -> float:
    """Megabytes that the state and keys of so many senders take, each heard once."""
    traps = traffic(user, engines, engines)
    take = by_engine(user)
    before = resident_megabytes()
    assert take(traps) == engines
    return resident_megabytes() - before


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=4_000)
    parser.add_argument("--engines", type=int, default=10_000)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    users = {user.name: user for user in EVERY_USER}
    safe = users["sha256-aes128"]
    print(f"{options.engines} senders known: {memory_of(options.engines, safe):.0f} MB more")
    print(f"{'traps per CPU-second':24}{'engine':>10}{'process':>10}{'pysnmp':>10}{'engine is':>12}{'process is':>12}")
    with tempfile.TemporaryDirectory() as folder:
        for name in USERS:
            traps = traffic(users[name], options.messages, SENDERS)
            engine = per_cpu_second(by_engine(users[name]), traps)
            process = per_cpu_second(by_process(users[name], Path(folder)), traps)
            pysnmp = per_cpu_second(by_pysnmp(users[name]), traps[: max(SENDERS, options.messages // 8)])
            ratios = f"{engine / pysnmp:>11.0f}x{process / pysnmp:>11.0f}x"
            print(f"{name:24}{engine:>10.0f}{process:>10.0f}{pysnmp:>10.0f}{ratios}")


if __name__ == "__main__":
    main()
