"""Who owns a data folder: one `guywire up` at a time, and how `load`, `user`, `token` and `doctor` find it.

Ownership is a lock that the kernel drops with the process, so nothing stale can claim it; the run file beside it says
where the database is and is believed only while the lock is held.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from guywire.errors import GuywireError

_LOCK = "owner.lock"
_RUN_FILE = "running.json"
_PATIENCE_SECONDS = 0.5  # whoever looks whether the lock is held holds it for a moment


class OwnedByAnother(GuywireError):
    """Another process runs on this data folder."""


@dataclass(frozen=True, slots=True)
class Running:
    """A running system: the process that owns it, its database (the URL may hold a password), its metrics ports."""

    pid: int
    database_url: str
    metrics_port: int


@dataclass(frozen=True, slots=True)
class Owner:
    """The proof that this process owns the folder, for as long as the `own` that gave it lasts."""

    data_dir: Path

    def announce(self, database_url: str, metrics_port: int = 0) -> None:
        """Tells `running` where things are, for this user only; to be called once the database is ready."""
        path = self.data_dir / _RUN_FILE
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600, exist_ok=False)
        fresh.write_text(json.dumps(asdict(Running(os.getpid(), database_url, metrics_port))), "utf-8")
        fresh.replace(path)


@contextmanager
def own(data_dir: Path) -> Iterator[Owner]:
    """Makes the folder and owns it. Raises `OwnedByAnother`, or `GuywireError` where a folder cannot be owned."""
    data_dir = data_dir.absolute()
    descriptor = _open_lock(data_dir)
    try:
        _lock_or_refuse(descriptor, data_dir)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        run_file = data_dir / _RUN_FILE
        run_file.unlink(missing_ok=True)
        try:
            yield Owner(data_dir)
        finally:
            run_file.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def running(data_dir: Path) -> Running | None:
    """What runs on this folder now, or None. Raises `GuywireError` when this user may not know."""
    try:
        if not _is_owned(data_dir):
            return None
        return Running(**json.loads((data_dir / _RUN_FILE).read_text("utf-8")))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except PermissionError as error:
        raise GuywireError(
            f"{error.filename} may not be read by this user. Use the user who runs guywire up."
        ) from error


def running_url(data_dir: Path) -> str | None:
    """The URL of the database of the system that runs on this folder, or None when none does."""
    found = running(data_dir)
    return found.database_url if found else None


def _is_owned(data_dir: Path) -> bool:
    descriptor = os.open(data_dir / _LOCK, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return not _try_lock(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def _open_lock(data_dir: Path) -> int:
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        return os.open(data_dir / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise GuywireError(
            f"The data folder {data_dir} cannot be used: {error.strerror}. Choose another with --data-dir."
        ) from error


def _lock_or_refuse(descriptor: int, data_dir: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not _try_lock(descriptor, fcntl.LOCK_EX):
        if time.monotonic() > deadline:
            holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip() or "unknown"
            raise OwnedByAnother(
                f"Process {holder} already runs on {data_dir}. Stop it first (Ctrl-C there, or kill {holder}),"
                " or choose another --data-dir."
            )
        time.sleep(0.01)


def _try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno in (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS):
            raise GuywireError(
                "The data folder is on a filesystem without locks. Choose a local disk with --data-dir."
            ) from error
        raise
    return True
