"""Accounts: adding, listing, disabling, new passwords. Called by the command line, later by an administrator's page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from guywire.database import Connection
from guywire.errors import conflict, invalid, not_found
from guywire.identity.passwords import generate, hash_password, refuse_weak
from guywire.identity.permissions import User
from guywire.model import Role

NAME = re.compile(r"[A-Za-z0-9._@-]{1,64}")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Account:
    """An account as an administrator sees it; `disabled_at` and `locked_until` are aware, in UTC."""

    user: User
    created_at: datetime
    disabled_at: datetime | None
    locked_until: datetime | None


async def add_user(
    connection: Connection,
    name: str,
    role: Role,
    *,
    region: str = "",
    technician_id: str = "",
    tenant: str = "",
    password: str | None = None,
) -> str | None:
    """Adds an account; returns the generated password when none was given, to be shown once.

    Raises `Refused`: a name in use or malformed, a weak password, an unknown technician, or a role without what it
    needs (technician: --technician, area_manager: --region, tenant: --tenant).
    """
    _refuse_incomplete(name, role, region, technician_id, tenant)
    await _refuse_unknown_technician(connection, technician_id)
    generated, chosen = _chosen(name, password)
    added = await connection.execute(
        "INSERT INTO core.account (name, role, region, technician_id, tenant, password_hash)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (name) DO NOTHING",
        (name, role.value, region.strip("/"), technician_id, tenant, await hash_password(chosen)),
    )
    if added.rowcount == 0:
        raise conflict("name_in_use", f"There is a user {name!r} already. Take another name.")
    return generated


async def set_password(connection: Connection, name: str, now: datetime, password: str | None = None) -> str | None:
    """Gives a new password and lifts a lock; all sessions and tokens end. Returns it when it was generated."""
    generated, chosen = _chosen(name, password)
    hashed = await hash_password(chosen)
    async with connection.transaction():
        changed = await connection.execute(
            "UPDATE core.account SET password_hash = %s, failed_sign_ins = 0, locked_until = NULL WHERE name = %s",
            (hashed, name),
        )
        if changed.rowcount == 0:
            raise not_found("user", name)
        await _end_tokens(connection, name, now)
    return generated


async def disable_user(connection: Connection, name: str, now: datetime) -> None:
    """Disables an account; its sessions and tokens end at once. Disabling twice changes nothing."""
    async with connection.transaction():
        changed = await connection.execute(
            "UPDATE core.account SET disabled_at = coalesce(disabled_at, %s) WHERE name = %s", (now, name)
        )
        if changed.rowcount == 0:
            raise not_found("user", name)
        await _end_tokens(connection, name, now)


async def list_users(connection: Connection) -> list[Account]:
    """All accounts by name."""
    rows = await (
        await connection.execute(
            "SELECT name, role, region, technician_id, tenant, created_at, disabled_at, locked_until"
            " FROM core.account ORDER BY name"
        )
    ).fetchall()
    return [
        Account(
            User(row["name"], Role(row["role"]), row["region"], row["technician_id"], row["tenant"]),
            row["created_at"],
            row["disabled_at"],
            row["locked_until"],
        )
        for row in rows
    ]


def _chosen(name: str, password: str | None) -> tuple[str | None, str]:
    """The password to set, and the same once more when it was generated."""
    if password is None:
        return (generated := generate()), generated
    refuse_weak(name, password)
    return None, password


async def _end_tokens(connection: Connection, name: str, now: datetime) -> None:
    await connection.execute(
        "UPDATE core.token SET revoked_at = %s WHERE account = %s AND revoked_at IS NULL", (now, name)
    )


def _refuse_incomplete(name: str, role: Role, region: str, technician_id: str, tenant: str) -> None:
    if not NAME.fullmatch(name):
        raise invalid("name_malformed", f"{name!r} cannot be a name: 1 to 64 of A-Z a-z 0-9 . _ @ -")
    for word, value in (("region", region), ("technician", technician_id), ("tenant", tenant)):
        if len(value) > _LONGEST or not value.isprintable():
            raise invalid(f"{word}_malformed", f"--{word} takes one line of plain text, at most {_LONGEST} characters.")
    if role is Role.TECHNICIAN and not technician_id:
        raise invalid("technician_missing", "A technician needs --technician ID, an id of technicians.csv.")
    if role is Role.AREA_MANAGER and not region.strip("/"):
        raise invalid("region_missing", "An area manager needs --region PATH, such as province/city/area.")
    if role is Role.TENANT and not tenant:
        raise invalid("tenant_missing", "A tenant's user needs --tenant NAME, as sites.csv writes it.")


async def _refuse_unknown_technician(connection: Connection, technician_id: str) -> None:
    if not technician_id:
        return
    found = await connection.execute("SELECT 1 FROM views.technician WHERE id = %s", (technician_id,))
    if await found.fetchone() is None:
        raise invalid(
            "technician_unknown",
            f"There is no technician {technician_id!r}. Load technicians.csv with `guywire load` first.",
        )
