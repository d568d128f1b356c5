"""The operating system account that a child runs as when we are root and it must not be."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from typing import Any

from guywire.errors import GuywireError

_UNPRIVILEGED = "nobody"


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the operating system."""

    name: str
    uid: int
    gid: int


def unprivileged() -> Account | None:
    """The account for what refuses to run as root: None when we are not root, so that no change is needed."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(_UNPRIVILEGED)
    except KeyError:
        raise GuywireError(
            f"PostgreSQL does not run as root and this machine has no user {_UNPRIVILEGED!r}."
            " Start guywire as an ordinary user, or give --database-url."
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def as_account(account: Account | None) -> dict[str, Any]:
    """The arguments of `subprocess` that run a child as the account, in none of our groups."""
    return {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": []}
