"""Who is polled and how: what inventory, profiles and credentials say together, and what cannot be done."""

from __future__ import annotations

import pytest

from collectors.credentials import Community, Credentials, User
from collectors.places import Equipment, Snapshot
from collectors.poll.agent import split_address
from collectors.poll.ask import Question
from collectors.poll.targets import Targets, targets
from collectors.profile.compile import SHIPPED, load

UPS = load(SHIPPED / "ups-mib.toml")
CREDENTIALS = Credentials(
    {
        "public": Community("public", "2c", b"public"),
        "chinese": Community("chinese", "2c", "公开".encode()),
        "reader": User("reader", "reader", "sha256", b"a long secret"),
        "elsewhere": User("elsewhere", "reader", context="rack-2"),
    }
)


def found(*equipment: Equipment, realm: str = "") -> Targets:
    return targets(Snapshot(1, {"S1": "p/c"}, list(equipment)), realm, {"ups-mib": UPS}, CREDENTIALS)


def row(resource: str, address: str = "10.0.0.1", credential: str = "public", realm: str = "") -> Equipment:
    return Equipment("S1", resource, "ups", address, "ups-mib", realm, credential=credential)


def test_equipment_with_address_and_credential_is_polled_for_what_its_profile_reads() -> None:
    devices, problems = found(row("a"), row("b", address=""), row("c", credential=""), row("d", credential="reader"))
    assert (sorted(devices), problems) == (["S1/a", "S1/d"], [])
    target = devices["S1/a"]
    assert "1.3.6.1.2.1.33.1.2.1.0" in target.sensors.gets
    assert target.tables.walks
    assert set(target.everything.walks) == {*target.sensors.walks, *target.tables.walks}


def test_equipment_without_a_profile_is_asked_for_nothing_but_its_uptime() -> None:
    plain = Equipment("S1", "a", "router", "10.0.0.1", "unheard-of", credential="public")
    assert found(plain).devices["S1/a"].everything == Question((), ())


def test_each_realm_is_polled_by_its_own_collector() -> None:
    devices, _ = found(row("a", realm="north"), row("b"), realm="north")
    assert sorted(devices) == ["S1/a"]


@pytest.mark.parametrize("credential", ["missing", "chinese", "elsewhere"])
def test_what_cannot_be_polled_is_said_with_what_to_do(credential: str) -> None:
    devices, (problem,) = found(row("a", credential=credential))
    assert devices == {}
    assert problem.startswith("S1/a is not polled: ")
    assert credential in problem


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("10.0.0.1", ("10.0.0.1", 161)),
        ("10.0.0.1:1161", ("10.0.0.1", 1161)),
        ("2001:db8::1", ("2001:db8::1", 161)),
        ("[2001:db8::1]:1161", ("2001:db8::1", 1161)),
    ],
)
def test_addresses_may_name_a_port(address: str, wanted: tuple[str, int]) -> None:
    assert split_address(address) == wanted
