"""Where the server keeps its things: the cluster and its password in the data folder, the socket in a short one."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from guywire.errors import GuywireError
from guywire.process.account import Account

_SOCKET = ".s.PGSQL.5432"
_LONGEST_SOCKET = 107  # sun_path of unix(7), without its final zero byte
_PREFIX = "guywire-"
_NEW = "new-"


@dataclass(frozen=True, slots=True)
class Home:
    """The paths inside a data folder. `folder` is ours; of what is in it only `cluster` is the server user's."""

    data_dir: Path

    @property
    def folder(self) -> Path:
        return self.data_dir / "postgres"

    @property
    def cluster(self) -> Path:
        return self.folder / "cluster"

    @property
    def lock(self) -> Path:
        return self.folder / "cluster.lock"

    @property
    def log(self) -> Path:
        return self.data_dir / "logs" / "postgres.log"

    def password(self) -> str:
        """The server's password; made on the first call, readable by this user only."""
        path = self.folder / "password"
        if not path.exists():
            if self.cluster.exists():
                raise GuywireError(
                    f"{path} is gone, and with it the way into {self.cluster}. Restore it from a backup."
                )
            self._write_new(path, secrets.token_urlsafe(24))
        return path.read_text("utf-8").strip()

    def new_cluster(self) -> Path:
        """A folder to make a cluster in, to be renamed to `cluster` once it is whole."""
        return Path(tempfile.mkdtemp(prefix=_NEW, dir=self.folder))

    def sweep(self) -> None:
        """Removes clusters that were never finished. Only while nothing of this home runs."""
        for leftover in self.folder.glob(f"{_NEW}*"):
            shutil.rmtree(leftover)

    def _write_new(self, path: Path, text: str) -> None:
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        with fresh.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)


@contextmanager
def runtime_folder(home: Home, account: Account | None) -> Iterator[Path]:
    """A short folder for the socket that only the server's user may enter; one left by a killed owner is removed."""
    note = home.folder / "runtime"
    try:
        folder = _new_runtime_folder(note, account)
    except OSError as error:
        raise GuywireError(
            f"PostgreSQL cannot be given a folder for its socket: {error}. Start guywire as an ordinary user,"
            " or give --database-url."
        ) from error
    try:
        yield folder
    finally:
        _remove(folder)
        note.unlink(missing_ok=True)


def _new_runtime_folder(note: Path, account: Account | None) -> Path:
    note.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if note.exists():
        _remove(Path(note.read_text("utf-8")))
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_short_base(account)))
    note.write_text(str(folder), "utf-8")
    if account is not None:
        os.chown(folder, account.uid, account.gid)
    return folder


def _remove(folder: Path) -> None:
    if folder.name.startswith(_PREFIX) and folder.parent in _bases():
        shutil.rmtree(folder, ignore_errors=True)


def _bases() -> list[Path]:
    return [Path(tempfile.gettempdir()).absolute(), Path("/tmp"), Path("/var/tmp"), Path("/run")]  # noqa: S108


def _short_base(account: Account | None) -> Path:
    for base in _bases():
        longest = base / f"{_PREFIX}12345678" / _SOCKET
        if len(os.fsencode(longest)) <= _LONGEST_SOCKET and os.access(base, os.W_OK | os.X_OK) and _open(base, account):
            return base
    raise GuywireError(
        f"No folder fits PostgreSQL's socket: {', '.join(map(str, _bases()))} are too long or closed. Set TMPDIR."
    )


def _open(base: Path, account: Account | None) -> bool:
    """Whether another user may walk to `base`."""
    return account is None or all(path.stat().st_mode & 0o001 for path in (base, *base.parents))
