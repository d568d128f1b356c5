"""Makes the cluster: initdb into a folder of its own, renamed when whole, so that a killed initdb costs nothing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from guywire.errors import GuywireError
from guywire.postgres.home import Home
from guywire.process import logs, run_to_end
from guywire.process.account import Account
from guywire.process.child import ending

SUPERUSER = "guywire"
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}

_HERE = "/proc/self/cwd"
"""The working directory by name. The server's user may enter it though it cannot walk to it (a folder below /root)."""


def named(folder: Path, account: Account | None) -> str:
    """The name by which a process of that account, started in `folder`, reaches it."""
    return _HERE if account else str(folder)


async def make_cluster(home: Home, account: Account | None, binaries: Path, durable: bool, hold: int) -> None:
    """Makes `home.cluster`, whole or not at all. `hold` is the lock's descriptor, for initdb to inherit."""
    new = home.new_cluster()
    secret = os.memfd_create("password", os.MFD_CLOEXEC)
    try:
        os.write(secret, home.password().encode())
        if account is not None:
            os.chown(new, account.uid, account.gid)
            os.fchown(secret, account.uid, account.gid)
        await _initdb(home, new, account, binaries, durable, (secret, hold))
        new.rename(home.cluster)
        _sync(home.folder)
    except OSError as error:
        raise GuywireError(f"PostgreSQL's cluster cannot be made in {home.folder}: {error}.") from error
    finally:
        os.close(secret)
        shutil.rmtree(new, ignore_errors=True)


async def _initdb(
    home: Home, new: Path, account: Account | None, binaries: Path, durable: bool, keep_open: tuple[int, int]
) -> None:
    start = logs.size(home.log)
    with logs.appending(home.log) as log:
        code = await run_to_end(
            [
                *(binaries / "bin" / "initdb", "-D", named(new, account), "-U", SUPERUSER),
                *("--auth=scram-sha-256", f"--pwfile=/proc/self/fd/{keep_open[0]}", "--encoding=UTF8"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions"),
                *(() if durable else ("--no-sync",)),
            ],
            output=log,
            environment=ENVIRONMENT,
            folder=new,
            account=account,
            keep_open=keep_open,
        )
    if code:
        said = next((line for line in logs.since(home.log, start) if "error:" in line or "FATAL" in line), ending(code))
        raise GuywireError(f"PostgreSQL's initdb failed: {said}. Look into {home.log}.")


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
