"""From the datagram to the phone and back: real SNMP in, tickets resolved, through the outside of a running system."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.acceptance.system import System, items, until

UPS_TRAPS = "1.3.6.1.2.1.33.2"
ON_BATTERY = "1.3.6.1.2.1.33.1.6.3.2"
UPS_VALUES = (
    "1.3.6.1.2.1.33.1.2.3.0",
    "i",
    "30",
    "1.3.6.1.2.1.33.1.2.2.0",
    "i",
    "0",
    "1.3.6.1.2.1.33.1.9.7.0",
    "i",
    "2",
)
LINK_DOWN, LINK_UP = "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.6.3.1.1.5.4"
RADIO, UPS = "127.0.10.2", "127.0.10.1"

pytestmark = pytest.mark.usefixtures("net_snmp")
_if_index = iter(range(1, 1000))


@pytest.fixture
def if_index() -> int:
    """A port of the radio that no other test uses: each test has its own alarm."""
    return next(_if_index)


@pytest.fixture(autouse=True)
def _both_are_free(system: System) -> None:
    """Nobody holds an order from the test before."""
    with system.console("noc") as noc:
        until(lambda: all(order["ended_at"] for order in items(noc, "/api/v1/work-orders", limit=200)))


def test_a_ups_on_battery_becomes_one_order_of_the_nearer_technician_who_is_told_why(system: System) -> None:
    system.snmp("snmptrap", "2c", "", f"{UPS_TRAPS}.1", *UPS_VALUES, source=UPS)
    with system.console("noc") as noc:
        alarm = _the_alarm(noc, alarm_type="mains-failure", resource="ups-1")
        order = _the_order(noc, alarm)
        incident = noc.get(f"/api/v1/incidents/{alarm['incident']}").json()
        assert order["technician"] == "T1"
        assert incident["root"]["alarm"] == alarm["id"]
        assert incident["ticket"] == order["ticket"]
        assert "T2" in str(noc.get(f"/api/v1/work-orders/{order['id']}").json()["explanation"])
    system.snmp("snmptrap", "1", UPS_TRAPS, UPS, "6", "1", "", *UPS_VALUES, source=UPS)
    with system.console("noc") as noc:
        until(lambda: _alarm(noc, alarm["id"])["count"] == 2)
        assert len([one for one in items(noc, "/api/v1/tickets") if one["incident"] == alarm["incident"]]) == 1
    removed = ("1.3.6.1.2.1.33.1.6.2.1.1.1", "i", "1", "1.3.6.1.2.1.33.1.6.2.1.2.1", "o", ON_BATTERY)
    system.snmp("snmptrap", "2c", "", f"{UPS_TRAPS}.4", *removed, source=UPS)
    with system.console("noc") as noc:
        until(lambda: _order(noc, order["id"])["state"] == "withdrawn")
        until(lambda: _ticket(noc, order["ticket"])["state"] == "resolved")


def test_an_inform_is_answered_and_work_done_before_the_clear_resolves_with_the_clear(
    system: System, if_index: int
) -> None:
    _link(system, LINK_DOWN, if_index, inform=True)
    with system.console("noc") as noc, system.field_app("near") as phone:
        order = _the_order(noc, _the_alarm(noc, alarm_type="link-down", qualifier=str(if_index)))
        _work(phone, order, until_state="done")
        until(lambda: _ticket(noc, order["ticket"])["resolution_proposed_at"])
        assert _ticket(noc, order["ticket"])["state"] == "in_progress"
        _link(system, LINK_UP, if_index, inform=True)
        until(lambda: _ticket(noc, order["ticket"])["state"] == "resolved")


def test_a_clear_while_somebody_is_on_site_resolves_with_the_report(system: System, if_index: int) -> None:
    _link(system, LINK_DOWN, if_index)
    with system.console("noc") as noc, system.field_app("near") as phone:
        alarm = _the_alarm(noc, alarm_type="link-down", qualifier=str(if_index))
        order = _the_order(noc, alarm)
        _work(phone, order, until_state="on_site")
        _link(system, LINK_UP, if_index)
        until(lambda: _order(noc, order["id"])["asked_to_return_at"])
        assert _ticket(noc, order["ticket"])["state"] == "in_progress"
        _move(phone, order, "done", cause="antenna cable loose", result="connector tightened, level back to -41 dBm")
        until(lambda: _ticket(noc, order["ticket"])["state"] == "resolved")


def test_a_fault_that_heals_before_anybody_sets_off_withdraws_its_order(system: System, if_index: int) -> None:
    _link(system, LINK_DOWN, if_index)
    with system.console("noc") as noc, system.field_app("near") as phone:
        order = _the_order(noc, _the_alarm(noc, alarm_type="link-down", qualifier=str(if_index)))
        _work(phone, order, until_state="accepted")
        _link(system, LINK_UP, if_index)
        until(lambda: _order(noc, order["id"])["state"] == "withdrawn")
        until(lambda: _ticket(noc, order["ticket"])["state"] == "resolved")
        refused = _send(phone, order, "en_route")
        assert refused.status_code == httpx.codes.CONFLICT
        assert refused.json()["message"]


def test_a_declined_order_goes_to_the_next_one(system: System, if_index: int) -> None:
    _link(system, LINK_DOWN, if_index)
    with system.console("noc") as noc, system.field_app("near") as phone:
        alarm = _the_alarm(noc, alarm_type="link-down", qualifier=str(if_index))
        order = _the_order(noc, alarm)
        _move(phone, order, "declined", reason="on the motorway, cannot turn round within the hour")
        again = until(
            lambda: next((one for one in _orders(noc, alarm) if one["technician"] == "T2"), None),
        )
        assert again["ticket"] == order["ticket"]
        _link(system, LINK_UP, if_index)
        until(lambda: _order(noc, again["id"])["state"] == "withdrawn")


def test_a_customer_of_the_site_is_told_which_outage_it_is_and_when_it_should_be_over(
    system: System, if_index: int
) -> None:
    _link(system, LINK_DOWN, if_index)
    with system.console("noc") as noc, system.console("agent") as agent:
        alarm = _the_alarm(noc, alarm_type="link-down", qualifier=str(if_index))
        _the_order(noc, alarm)
        context = agent.get("/api/v1/outage-context", params={"phone": "138 0000 0002"})
        assert context.status_code == httpx.codes.OK, context.text
        asked = {"channel": "phone", "text": "no signal since this morning", "phone": "13800000002"}
        registered = agent.post("/api/v1/complaints", json=asked)
        assert registered.status_code == httpx.codes.CREATED, registered.text
        outage = registered.json()["outage"]
        assert outage["incident"] == alarm["incident"]
        end = outage["expected_end"]
        assert end["earliest"] <= end["at"] <= end["latest"]
        elsewhere = agent.post("/api/v1/complaints", json=asked | {"phone": "13800000003"})
        assert elsewhere.json()["outage"] is None
        _link(system, LINK_UP, if_index)
        until(lambda: agent.get(f"/api/v1/complaints/{registered.json()['id']}").json()["state"] == "restored")


def _link(system: System, trap: str, if_index: int, inform: bool = False) -> None:
    index = str(if_index)
    status = "2" if trap == LINK_DOWN else "1"
    system.snmp(
        "snmpinform" if inform else "snmptrap",
        "2c",
        *("", trap),
        *(f"1.3.6.1.2.1.2.2.1.1.{index}", "i", index),
        *(f"1.3.6.1.2.1.2.2.1.7.{index}", "i", "1"),
        *(f"1.3.6.1.2.1.2.2.1.8.{index}", "i", status),
        source=RADIO,
    )


def _the_alarm(noc: httpx.Client, **fields: str) -> dict[str, Any]:
    """The one active alarm with these fields, once it stands in an incident."""

    def look() -> dict[str, Any] | None:
        found = [alarm for alarm in items(noc, "/api/v1/alarms", state="active") if fields.items() <= alarm.items()]
        return next((alarm for alarm in found if alarm["incident"]), None)

    return until(look, problem=lambda: f"no active alarm {fields}: {items(noc, '/api/v1/alarms', state='all')}")


def _the_order(noc: httpx.Client, alarm: dict[str, Any]) -> dict[str, Any]:
    """The open order for the alarm's incident."""
    return until(
        lambda: next((order for order in _orders(noc, alarm) if not order["ended_at"]), None),
        problem=lambda: f"no work order: {items(noc, '/api/v1/tickets')}",
    )


def _orders(noc: httpx.Client, alarm: dict[str, Any]) -> list[dict[str, Any]]:
    ticket = noc.get(f"/api/v1/incidents/{alarm['incident']}").json()["ticket"]
    ticket = ticket["id"] if isinstance(ticket, dict) else ticket
    return [order for order in items(noc, "/api/v1/work-orders", limit=200) if order["ticket"] == ticket]


def _order(noc: httpx.Client, order_id: str) -> dict[str, Any]:
    return _get(noc, f"/api/v1/work-orders/{order_id}")


def _ticket(noc: httpx.Client, ticket_id: str) -> dict[str, Any]:
    return _get(noc, f"/api/v1/tickets/{ticket_id}")


def _alarm(noc: httpx.Client, alarm_id: str) -> dict[str, Any]:
    return next(alarm for alarm in items(noc, "/api/v1/alarms", state="all") if alarm["id"] == alarm_id)


def _get(client: httpx.Client, path: str) -> dict[str, Any]:
    answer = client.get(path)
    assert answer.status_code == httpx.codes.OK, answer.text
    body: dict[str, Any] = answer.json()
    return body


_REPORT = {"cause": "antenna cable loose", "result": "connector tightened, level back to -41 dBm"}
_STEPS: list[tuple[str, dict[str, str]]] = [
    ("accepted", {}),
    ("en_route", {}),
    ("on_site", {"position_reason": "no GPS in the shelter"}),
    ("done", _REPORT),
]


def _work(phone: httpx.Client, order: dict[str, Any], until_state: str) -> None:
    """The technician's steps up to and with that state."""
    for state, report in _STEPS:
        _move(phone, order, state, **report)
        if state == until_state:
            return


def _move(phone: httpx.Client, order: dict[str, Any], to: str, **report: str) -> None:
    answer = _send(phone, order, to, **report)
    assert answer.status_code == httpx.codes.OK, answer.text


def _send(phone: httpx.Client, order: dict[str, Any], to: str, **report: str) -> httpx.Response:
    body = {"to": to, "at": datetime.now(UTC).isoformat(), "latitude": 31.2, "longitude": 121.4, **report}
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    return phone.post(f"/api/v1/work-orders/{order['id']}/transitions", json=body, headers=headers)
