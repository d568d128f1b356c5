"""Who may do what, and where."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guywire.errors import Refused
from guywire.identity import PERMISSIONS, Permission, User, in_region, may
from guywire.identity.passwords import generate, refuse_weak
from guywire.identity.sign_in import lock_after
from guywire.model import Role


def _user(role: Role, region: str = "", technician: str = "") -> User:
    return User("u", role, region, technician, "")


def test_every_role_stands_in_the_table_and_every_permission_is_somebodys() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert frozenset().union(*PERMISSIONS.values()) == set(Permission)


def test_only_an_administrator_manages_users() -> None:
    assert [role for role in Role if Permission.MANAGE_USERS in PERMISSIONS[role]] == [Role.ADMIN]


def test_a_technician_sees_their_own_work_orders_and_nothing_else() -> None:
    technician = _user(Role.TECHNICIAN, technician="T1")
    assert [permission for permission in Permission if may(technician, permission)] == [Permission.WORK_ORDERS_OF_ONE]
    assert not may(_user(Role.TECHNICIAN), Permission.WORK_ORDERS_OF_ONE)


def test_a_tenant_does_not_see_the_network_or_other_peoples_complaints() -> None:
    assert PERMISSIONS[Role.TENANT].isdisjoint({Permission.VIEW_NETWORK, Permission.VIEW_COMPLAINTS})


@pytest.mark.parametrize(
    ("bound", "region", "seen"),
    [
        ("", "sh/sh/pd", True),
        ("", None, True),
        ("sh/sh", "sh/sh", True),
        ("sh/sh", "sh/sh/pd", True),
        ("sh/sh", "sh/shx/pd", False),
        ("sh/sh/pd", "sh/sh", False),
        ("sh/sh", None, False),
    ],
)
def test_a_region_bounds_what_is_seen_by_whole_steps_of_the_path(bound: str, region: str | None, seen: bool) -> None:
    assert in_region(_user(Role.AREA_MANAGER, bound), region) is seen


def test_the_lock_doubles_from_a_minute_to_an_hour() -> None:
    minutes = [lock_after(failed) / timedelta(minutes=1) for failed in (4, 5, 6, 7, 10, 11, 12, 1000)]
    assert minutes == [0, 1, 2, 4, 32, 60, 60, 60]


def test_generated_passwords_are_strong_and_never_the_same() -> None:
    made = {generate() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        refuse_weak("a", password)


@pytest.mark.parametrize("password", ["", "short", "x" * 257, "abababababababab", "ANNE-annE-anne12"])
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(Refused):
        refuse_weak("anne", password)
