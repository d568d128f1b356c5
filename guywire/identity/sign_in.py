"""Signing in and staying so: sessions for browsers, bearer tokens for programs, locks against guessing.

Only a SHA-256 of a secret is kept: 256 random bits need no slow hash, and a stolen table opens nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from guywire.database import Connection, Pool, Row
from guywire.errors import Refused, not_found
from guywire.identity.accounts import NAME
from guywire.identity.audit import audit
from guywire.identity.passwords import verify_password
from guywire.identity.permissions import User
from guywire.model import Role

SESSION = timedelta(hours=12)
SESSION_IN_THE_FIELD = timedelta(hours=72)
"""How long a session lasts that is not used; a technician's phone may be without coverage for a day and more."""
LONGEST_SESSION = timedelta(days=30)
"""Each use prolongs a session, but not beyond this."""
_WORTH_PROLONGING = timedelta(minutes=10)
TRIES_BEFORE_LOCK = 5
_FIRST_LOCK = timedelta(minutes=1)
_LONGEST_LOCK = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session (or a bearer token, with an empty `csrf`). `secret` goes to the client once and is not kept."""

    user: User
    secret: str
    csrf: str
    expires_at: datetime


def lock_after(failed: int) -> timedelta:
    """How long an account rests after so many failed tries in a row: a minute after five, then doubling to an hour."""
    beyond = failed - TRIES_BEFORE_LOCK
    if beyond < 0:
        return timedelta(0)
    return min(_FIRST_LOCK * (1 << min(beyond, 16)), _LONGEST_LOCK)


def session_of(role: Role) -> timedelta:
    """How long a session lasts from its last use."""
    return SESSION_IN_THE_FIELD if role is Role.TECHNICIAN else SESSION


async def sign_in(pool: Pool, name: str, password: str, now: datetime) -> SignedIn:
    """Opens a session, as long as `session_of` says. Raises `Refused("unauthorized", "wrong_name_or_password", ...)`.

    The same refusal, in the same time, for a wrong password, an unknown name, a disabled and a locked account: the
    answer tells a guesser nothing. A try counts before it is verified, so many tries at once do not slip through.
    """
    async with pool.connection() as connection:
        account = await _count_a_try(connection, name, now)
    right = await verify_password(account["password_hash"] if account else None, password)
    if account is None or not right:
        await _record_lock(pool, account)
        raise _wrong()
    async with pool.connection() as connection, connection.transaction():
        await connection.execute(
            "UPDATE core.account SET failed_sign_ins = 0, locked_until = NULL WHERE name = %s", (name,)
        )
        expires_at = now + session_of(Role(account["role"]))
        secret, csrf = await _new_token(connection, name, "session", now, expires_at)
    return SignedIn(_user(account), secret, csrf, expires_at)


async def issue_token(connection: Connection, name: str, now: datetime, days: int = 90) -> str:
    """A bearer token for a program, good for `days`. Raises `Refused` for an unknown or disabled account."""
    row = await _account(connection, name)
    if row is None:
        raise not_found("user", name)
    if row["disabled_at"] is not None:
        raise Refused("forbidden", "account_disabled", f"The user {name!r} is disabled. Use another account.")
    secret, _ = await _new_token(connection, name, "bearer", now, now + timedelta(days=days))
    return secret


async def authenticate(pool: Pool, secret: str, now: datetime) -> User:
    """The user behind a session or bearer secret. Raises `Refused("unauthorized", ...)` with the reason
    `token_unknown` (also: signed out), `token_expired` or `account_disabled`."""
    return (await session(pool, secret, now)).user


async def session(pool: Pool, secret: str, now: datetime) -> SignedIn:
    """As `authenticate`, with the CSRF word that a page must send along with each change it asks for.

    Using a session prolongs it; a bearer token lasts as long as it was issued for.
    """
    async with pool.connection() as connection:
        row = await (
            await connection.execute(
                "SELECT a.name, a.role, a.region, a.technician_id, a.tenant, a.disabled_at, t.kind, t.csrf,"
                " t.created_at, t.expires_at, t.revoked_at"
                " FROM core.token t JOIN core.account a ON a.name = t.account WHERE t.token_hash = %s",
                (_hash(secret),),
            )
        ).fetchone()
    if row is not None and row["disabled_at"] is not None:
        raise Refused("unauthorized", "account_disabled", "This account is disabled. Ask your administrator.")
    if row is None or row["revoked_at"] is not None:
        raise Refused("unauthorized", "token_unknown", "You are not signed in. Sign in, or get a token.")
    if row["expires_at"] <= now:
        raise Refused("unauthorized", "token_expired", "Your sign-in has run out. Sign in again, or get a new token.")
    return SignedIn(_user(row), secret, row["csrf"], await _prolonged(pool, row, secret, now))


async def _prolonged(pool: Pool, row: Row, secret: str, now: datetime) -> datetime:
    """When what was just used runs out; written only when that is worth a write."""
    expires_at: datetime = row["expires_at"]
    until: datetime = min(now + session_of(Role(row["role"])), row["created_at"] + LONGEST_SESSION)
    if row["kind"] != "session" or until < expires_at + _WORTH_PROLONGING:
        return expires_at
    async with pool.connection() as connection:
        await connection.execute(
            "UPDATE core.token SET expires_at = greatest(expires_at, %s) WHERE token_hash = %s", (until, _hash(secret))
        )
    return until


async def sign_out(pool: Pool, secret: str) -> None:
    """Ends the session; ending one that is unknown or over changes nothing."""
    async with pool.connection() as connection:
        await connection.execute(
            "UPDATE core.token SET revoked_at = now() WHERE token_hash = %s AND revoked_at IS NULL", (_hash(secret),)
        )


async def _count_a_try(connection: Connection, name: str, now: datetime) -> Row | None:
    """The account when it may try now, else None. The try is counted as failed until it succeeds."""
    async with connection.transaction():
        account = await _account(connection, name, lock=True)
        if account is None or account["disabled_at"] is not None:
            return None
        if account["locked_until"] is not None and account["locked_until"] > now:
            return None
        failed = account["failed_sign_ins"] + 1
        lock = lock_after(failed)
        await connection.execute(
            "UPDATE core.account SET failed_sign_ins = %s, locked_until = %s WHERE name = %s",
            (failed, now + lock if lock else None, name),
        )
        return account | {"failed_sign_ins": failed}


async def _record_lock(pool: Pool, account: Row | None) -> None:
    if account is None or not lock_after(account["failed_sign_ins"]):
        return
    async with pool.connection() as connection:
        failed = {"failed_sign_ins": account["failed_sign_ins"]}
        await audit(connection, account["name"], "lock_account", "user", account["name"], failed)


async def _account(connection: Connection, name: str, lock: bool = False) -> Row | None:
    if not NAME.fullmatch(name):  # also keeps what PostgreSQL cannot hold, such as a NUL, away from it
        return None
    query = "SELECT * FROM core.account WHERE name = %s"
    return await (await connection.execute(query + (" FOR UPDATE" if lock else ""), (name,))).fetchone()


async def _new_token(
    connection: Connection, name: str, kind: str, now: datetime, expires_at: datetime
) -> tuple[str, str]:
    secret = secrets.token_urlsafe(32)
    csrf = secrets.token_urlsafe(16) if kind == "session" else ""
    await connection.execute(
        "INSERT INTO core.token (token_hash, account, kind, csrf, created_at, expires_at)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        (_hash(secret), name, kind, csrf, now, expires_at),
    )
    return secret, csrf


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode(errors="replace")).digest()


def _user(row: Row) -> User:
    return User(row["name"], Role(row["role"]), row["region"], row["technician_id"], row["tenant"])


def _wrong() -> Refused:
    return Refused(
        "unauthorized",
        "wrong_name_or_password",
        f"The name or the password is wrong. After {TRIES_BEFORE_LOCK} failed tries an account rests for a minute,"
        " then longer each time.",
    )
