"""Accounts, sign-in, locks and tokens hold on a real database; time is passed in."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from guywire import identity
from guywire.database import Connection, Pool, open_pool
from guywire.errors import Refused
from guywire.model import Role

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
PASSWORD = "correct-horse-7"


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    opened = await open_pool(database_url, max_size=8)
    yield opened
    await opened.close()


@pytest.fixture
async def ann(connection: Connection) -> str:
    await identity.add_user(connection, "ann", Role.NOC_OPERATOR, region="sh/sh", password=PASSWORD)
    return "ann"


async def _refused(pool: Pool, name: str, password: str, now: datetime = NOW) -> str:
    with pytest.raises(Refused) as refusal:
        await identity.sign_in(pool, name, password, now)
    assert refusal.value.code == "unauthorized"
    return refusal.value.reason


async def test_whoever_signs_in_is_known_by_the_secret_until_they_sign_out(pool: Pool, ann: str) -> None:
    signed_in = await identity.sign_in(pool, ann, PASSWORD, NOW)
    assert signed_in.user == identity.User("ann", Role.NOC_OPERATOR, "sh/sh", "", "")
    assert signed_in.expires_at == NOW + timedelta(hours=12)
    assert await identity.session(pool, signed_in.secret, NOW) == signed_in
    await identity.sign_out(pool, signed_in.secret)
    with pytest.raises(Refused, match="not signed in"):
        await identity.authenticate(pool, signed_in.secret, NOW)


async def test_neither_passwords_nor_secrets_stand_in_the_database(
    pool: Pool, connection: Connection, ann: str
) -> None:
    signed_in = await identity.sign_in(pool, ann, PASSWORD, NOW)
    account = await (await connection.execute("SELECT password_hash FROM core.account")).fetchone()
    token = await (await connection.execute("SELECT token_hash FROM core.token")).fetchone()
    assert account is not None
    assert token is not None
    assert account["password_hash"].startswith("$argon2id$")
    assert token["token_hash"] == hashlib.sha256(signed_in.secret.encode()).digest()


async def test_a_session_and_a_token_run_out(pool: Pool, connection: Connection, ann: str) -> None:
    signed_in = await identity.sign_in(pool, ann, PASSWORD, NOW)
    token = await identity.issue_token(connection, ann, NOW)
    assert (await identity.authenticate(pool, token, NOW + timedelta(days=89))).name == "ann"
    for secret, later in ((signed_in.secret, timedelta(hours=12)), (token, timedelta(days=90))):
        with pytest.raises(Refused) as refusal:
            await identity.authenticate(pool, secret, NOW + later)
        assert refusal.value.reason == "token_expired"


async def test_each_use_prolongs_a_session_but_not_for_ever(pool: Pool, ann: str) -> None:
    signed_in = await identity.sign_in(pool, ann, PASSWORD, NOW)
    used_at = NOW
    while used_at + timedelta(hours=11) < NOW + identity.LONGEST_SESSION:
        used_at += timedelta(hours=11)
        until = (await identity.session(pool, signed_in.secret, used_at)).expires_at
        assert until == min(used_at + timedelta(hours=12), NOW + identity.LONGEST_SESSION)
    with pytest.raises(Refused) as refusal:
        await identity.session(pool, signed_in.secret, NOW + identity.LONGEST_SESSION)
    assert refusal.value.reason == "token_expired"


async def test_a_technician_s_session_outlives_a_day_without_coverage(pool: Pool, connection: Connection) -> None:
    await connection.execute(
        "INSERT INTO core.technician (technician_id, name, region, role, home_latitude, home_longitude)"
        " VALUES ('T1', 'Bo', 'p/c', 'technician', 31, 121)"
    )
    await identity.add_user(connection, "bo", Role.TECHNICIAN, technician_id="T1", password=PASSWORD)
    signed_in = await identity.sign_in(pool, "bo", PASSWORD, NOW)
    assert (await identity.session(pool, signed_in.secret, NOW + timedelta(hours=71))).user.name == "bo"


async def test_disabling_an_account_ends_its_tokens_and_its_sign_in(
    pool: Pool, connection: Connection, ann: str
) -> None:
    token = await identity.issue_token(connection, ann, NOW)
    await identity.disable_user(connection, ann, NOW)
    with pytest.raises(Refused) as refusal:
        await identity.authenticate(pool, token, NOW)
    assert refusal.value.reason == "account_disabled"
    assert await _refused(pool, ann, PASSWORD) == "wrong_name_or_password"
    with pytest.raises(Refused, match="is disabled"):
        await identity.issue_token(connection, ann, NOW)


async def test_five_failed_tries_lock_for_a_minute_and_the_sixth_for_two(pool: Pool, ann: str) -> None:
    for _ in range(5):
        assert await _refused(pool, ann, "wrong") == "wrong_name_or_password"
    assert await _refused(pool, ann, PASSWORD, NOW + timedelta(seconds=59)) == "wrong_name_or_password"
    a_minute_on = NOW + timedelta(seconds=60)
    assert await _refused(pool, ann, "wrong", a_minute_on) == "wrong_name_or_password"
    assert await _refused(pool, ann, PASSWORD, a_minute_on + timedelta(seconds=119)) == "wrong_name_or_password"
    await identity.sign_in(pool, ann, PASSWORD, a_minute_on + timedelta(seconds=120))
    await _refused(pool, ann, "wrong", a_minute_on + timedelta(seconds=121))
    await identity.sign_in(pool, ann, PASSWORD, a_minute_on + timedelta(seconds=122))


async def test_many_tries_at_once_do_not_slip_past_the_lock(pool: Pool, connection: Connection, ann: str) -> None:
    await asyncio.gather(*(_refused(pool, ann, f"guess-{number}") for number in range(12)))
    row = await (await connection.execute("SELECT failed_sign_ins, locked_until FROM core.account")).fetchone()
    assert row == {"failed_sign_ins": 5, "locked_until": NOW + timedelta(minutes=1)}
    assert await _refused(pool, ann, PASSWORD) == "wrong_name_or_password"
    locks = await (
        await connection.execute("SELECT count(*) AS n FROM core.audit WHERE action = 'lock_account'")
    ).fetchone()
    assert locks == {"n": 1}


@pytest.mark.parametrize("name", ["nobody", "", "a b", "x\0y", "n" * 10_000])
async def test_an_unknown_or_impossible_name_is_refused_like_a_wrong_password(pool: Pool, ann: str, name: str) -> None:
    assert await _refused(pool, name, PASSWORD) == "wrong_name_or_password"


async def test_a_new_password_ends_sessions_and_lifts_the_lock(pool: Pool, connection: Connection, ann: str) -> None:
    signed_in = await identity.sign_in(pool, ann, PASSWORD, NOW)
    for _ in range(5):
        await _refused(pool, ann, "wrong")
    generated = await identity.set_password(connection, ann, NOW)
    assert generated is not None
    with pytest.raises(Refused, match="not signed in"):
        await identity.authenticate(pool, signed_in.secret, NOW)
    assert await _refused(pool, ann, PASSWORD) == "wrong_name_or_password"
    await identity.sign_in(pool, ann, generated, NOW)


async def test_adding_without_a_password_gives_one_that_works(pool: Pool, connection: Connection) -> None:
    generated = await identity.add_user(connection, "bob", Role.ADMIN)
    assert generated is not None
    assert (await identity.sign_in(pool, "bob", generated, NOW)).user.role is Role.ADMIN


@pytest.mark.parametrize(
    ("name", "role", "about", "reason"),
    [
        ("ann", Role.ADMIN, {}, "name_in_use"),
        ("a b", Role.ADMIN, {}, "name_malformed"),
        ("bob", Role.ADMIN, {"password": "short"}, "password_length"),
        ("bob", Role.ADMIN, {"password": "aaaaaaaaaaaaaaaa"}, "password_weak"),
        ("bob", Role.ADMIN, {"password": "bob1bob2bob3"}, "password_weak"),
        ("bob", Role.TECHNICIAN, {}, "technician_missing"),
        ("bob", Role.TECHNICIAN, {"technician_id": "T404"}, "technician_unknown"),
        ("bob", Role.AREA_MANAGER, {}, "region_missing"),
        ("bob", Role.TENANT, {}, "tenant_missing"),
    ],
)
async def test_an_account_that_cannot_be_right_is_refused(
    connection: Connection, ann: str, name: str, role: Role, about: dict[str, str], reason: str
) -> None:
    with pytest.raises(Refused) as refusal:
        await identity.add_user(connection, name, role, **about)
    assert refusal.value.reason == reason
    assert [account.user.name for account in await identity.list_users(connection)] == ["ann"]
