"""Who sent a trap, and where its alarm belongs."""

from __future__ import annotations

from collectors.places import Equipment, Place, Places, Sender, Snapshot, Source
from collectors.wire.decode import Trap, decode
from tests.unit.collectors.snmp_messages import v1_message, v2_message

LINK_DOWN = "1.3.6.1.6.3.1.1.5.3"
SOURCE = Source("10.0.0.1", 40000)


def _places(*equipment: Equipment, realm: str = "") -> Places:
    return Places(Snapshot(1, {"S1": "sh/pudong", "S2": "sh/minhang"}, list(equipment)), realm)


def _trap(trap_address: str = "", agent: str = "") -> Trap:
    if agent:
        return decode(v1_message("1.3.6.1.4.1.1", agent, 2, 0))
    varbinds = [("1.3.6.1.6.3.18.1.3.0", "ip", trap_address)] if trap_address else []
    return decode(v2_message(LINK_DOWN, varbinds))


def test_the_first_known_address_of_trap_address_agent_and_source_tells_the_sender() -> None:
    by_source, by_agent = Equipment("S1", "a", address="10.0.0.1"), Equipment("S2", "b", address="10.0.0.2")
    places = _places(by_source, by_agent)
    assert places.sender(_trap(), SOURCE) == Sender(by_source, "10.0.0.1")
    assert places.sender(_trap(agent="10.0.0.2"), SOURCE) == Sender(by_agent, "10.0.0.2")
    assert places.sender(_trap(trap_address="10.0.0.2"), SOURCE) == Sender(by_agent, "10.0.0.2")
    assert places.sender(_trap(agent="192.168.1.1"), SOURCE) == Sender(by_source, "10.0.0.1"), "behind translation"
    assert places.sender(_trap(agent="0.0.0.0"), SOURCE) == Sender(by_source, "10.0.0.1")


def test_an_unknown_sender_goes_by_the_address_that_the_inventory_would_need() -> None:
    places = _places()
    assert places.sender(_trap(), SOURCE) == Sender(None, "10.0.0.1")
    assert places.sender(_trap(agent="10.0.0.2"), SOURCE) == Sender(None, "10.0.0.2")
    assert places.place(Sender(None, "10.0.0.1"), "", "", "") == Place("", "unidentified:10.0.0.1", "unassigned")


def test_address_and_port_tell_apart_what_shares_an_address() -> None:
    one, other = Equipment("S1", "a", address="10.0.0.1:40000"), Equipment("S2", "b", address="10.0.0.1:40001")
    places = _places(one, other)
    assert places.sender(_trap(), SOURCE).equipment == one
    assert places.sender(_trap(), Source("10.0.0.1", 40001)).equipment == other
    assert places.sender(_trap(), Source("10.0.0.1", 40002)).equipment is None


def test_a_device_asked_at_a_port_of_its_own_sends_from_any_port_while_nobody_shares_its_address() -> None:
    alone = Equipment("S1", "a", address="10.0.0.1:1161")
    assert _places(alone).sender(_trap(), SOURCE) == Sender(alone, "10.0.0.1:1161")
    assert _places(alone).sender(_trap(agent="10.0.0.1"), Source("10.9.9.9", 5)) == Sender(alone, "10.0.0.1:1161")
    exact = Equipment("S1", "b", address="10.0.0.1")
    assert _places(alone, exact).sender(_trap(), SOURCE).equipment == exact


def test_a_private_address_of_another_realm_is_another_sender() -> None:
    east, west = Equipment("S1", "a", address="10.0.0.1"), Equipment("S2", "b", address="10.0.0.1", realm="west")
    assert _places(east, west).sender(_trap(), SOURCE).equipment == east
    assert _places(east, west, realm="west").sender(_trap(), SOURCE).equipment == west


def test_of_rows_that_share_an_address_the_controller_speaks() -> None:
    rows = [
        Equipment("S1", "battery", kind="battery", address="10.0.0.1", monitored_by="fsu"),
        Equipment("S1", "fsu", kind="controller", address="10.0.0.1"),
    ]
    for order in (rows, rows[::-1]):
        sender = _places(*order).sender(_trap(), SOURCE)
        assert sender.equipment == rows[1]
        assert _places(*order).place(sender, "battery", "", "").resource == "battery"


def test_a_site_field_that_names_no_site_is_ignored() -> None:
    places = _places(Equipment("S1", "fsu", address="10.0.0.1"))
    sender = places.sender(_trap(), SOURCE)
    assert places.place(sender, "", "nowhere", "p") == Place("S1", "fsu", "sh/pudong")


def test_a_site_field_names_the_site_even_where_no_equipment_of_it_fits() -> None:
    places = _places()
    found = places.place(Sender(None, "10.0.0.1"), "", "S2", "p")
    assert found == Place("S2", "unidentified:10.0.0.1", "sh/minhang")


def test_of_rows_that_share_an_address_the_one_whose_profile_knew_the_trap_speaks() -> None:
    ups = Equipment("S1", "ups-1", kind="ups", address="10.0.0.1", profile="ups-mib")
    router = Equipment("S1", "router-1", kind="router", address="10.0.0.1", profile="if-mib")
    for order in ([ups, router], [router, ups]):
        places = _places(*order)
        sender = places.sender(_trap(), SOURCE)
        assert places.place(sender, "", "", "if-mib").resource == "router-1"
        assert places.place(sender, "", "", "ups-mib").resource == "ups-1"
