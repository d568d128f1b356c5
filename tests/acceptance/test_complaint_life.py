"""A complaint's whole life in the running system: call, link, new end, restored, still out, nested fault, satisfied."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.acceptance.inboxes import Inboxes, inboxes
from tests.acceptance.system import System, items, until

LINK_DOWN, LINK_UP = "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.6.3.1.1.5.4"
RADIO = "127.0.10.2"
PHONE, EMAIL = "13800000002", "wang@example.com"

pytestmark = pytest.mark.usefixtures("net_snmp")

_WAYS = """
public_url = "http://127.0.0.1:{field_port}"
quiet = ""
change_minutes = 10
pause_minutes = 0
[[ways]]
channel = "sms"
urls = ["json://127.0.0.1:{hook_port}/{{phone}}"]
[[ways]]
channel = "email"
urls = ["mailto://127.0.0.1:{smtp_port}?from=help@example.com&to={{email}}&mode=insecure"]
"""
_SOON = "[call_back]\nafter_minutes = 0.04\n"


@pytest.fixture
def arrived(system: System) -> Iterator[Inboxes]:
    """Where messages arrive, with the running system told to send them there."""
    with inboxes() as kept:
        folder = system.data_dir / "policy"
        folder.mkdir(exist_ok=True)
        (folder / "complaint-categories.toml").write_text(_SOON)
        ways = folder / "complaints-telling.toml"
        ways.touch(mode=0o600)
        ways.write_text(_WAYS.format(field_port=system.field_port, hook_port=kept.hook_port, smtp_port=kept.smtp_port))
        log = system.data_dir / "logs" / "complaints.log"
        until(lambda: log.read_text().count("policy.read") >= 2)
        yield kept


def test_a_complaint_lives_until_the_customer_is_satisfied(system: System, arrived: Inboxes) -> None:
    _link(system, LINK_DOWN)
    with system.console("noc") as noc, system.console("agent") as agent, system.field_app("near") as phone:
        order = _order_of(noc, _incident(noc))
        complaint = _called(agent)
        assert _told(arrived, "we found the cause").startswith(f"Your report {complaint}")

        far = noc.post(f"/api/v1/work-orders/{order['id']}/reassign", json={"technician": "T2", "reason": "an SOS"})
        assert far.status_code == httpx.codes.OK, far.text
        assert "We now expect service back" in _told(arrived, "We now expect")

        _link(system, LINK_UP)
        _told(arrived, f"Your report {complaint}: service was restored")
        page = _page(_told(arrived, "Are you back?"), system)
        with httpx.Client(base_url=f"http://127.0.0.1:{system.field_port}", timeout=20) as customer:
            assert customer.get(page).json()["may_answer"]
            assert customer.post(f"{page}/still-out").status_code == httpx.codes.OK

            nested = until(lambda: (one := _complaint(agent, complaint))["ticket"] and one)
            assert (nested["state"], nested["still_out_times"]) == ("open", 1)
            assert nested["earlier_incidents"]
            visit = _order_of_ticket(noc, nested["ticket"])
            for step in ("accepted", "en_route", "on_site", "done"):
                _move(phone, visit, step)
            until(lambda: _complaint(agent, complaint)["state"] == "restored")
            _asked_again(arrived)
            assert customer.post(f"{page}/back").status_code == httpx.codes.OK
            assert customer.post(f"{page}/satisfaction", json={"score": 5}).status_code == httpx.codes.OK
        ended = _complaint(agent, complaint)
    assert (ended["state"], ended["closed_reason"], ended["satisfaction"]) == ("closed", "customer_confirmed", 5)
    said = [one["outcome"] for one in reversed(ended["contacts"]) if one["channel"] == "email"]
    assert said == ["outage_known", "end_changed", "restored", "are_you_back", "restored", "are_you_back"]


def _called(agent: httpx.Client) -> str:
    asked = {"channel": "phone", "text": "no signal", "phone": PHONE, "email": EMAIL, "language": "en"}
    registered = agent.post("/api/v1/complaints", json=asked | {"category": "no_signal"})
    assert registered.status_code == httpx.codes.CREATED, registered.text
    assert registered.json()["outage"]["incident"]
    return str(registered.json()["id"])


def _told(arrived: Inboxes, words: str) -> str:
    """The text with these words, once it came both by SMS and by e-mail."""
    problem = lambda: f"nothing of {words!r} in {arrived.mails} and {arrived.hooks}"  # noqa: E731 - a sentence
    until(lambda: arrived.mailed(EMAIL, words), problem=problem)
    return until(lambda: arrived.hooked(PHONE, words), problem=problem)


def _asked_again(arrived: Inboxes) -> None:
    until(lambda: sum("Are you back?" in text for _, text in arrived.mails) == 2)


def _page(text: str, system: System) -> str:
    """The JSON beside the page that a message leads to."""
    found = re.search(rf"http://127\.0\.0\.1:{system.field_port}/track/(\S+)", text)
    assert found, text
    return f"/api/v1/track/{found[1]}"


def _complaint(agent: httpx.Client, complaint: str) -> dict[str, Any]:
    body: dict[str, Any] = agent.get(f"/api/v1/complaints/{complaint}").json()
    return body


def _incident(noc: httpx.Client) -> str:
    def look() -> str | None:
        alarms = items(noc, "/api/v1/alarms", state="active")
        return next((one["incident"] for one in alarms if one["alarm_type"] == "link-down" and one["incident"]), None)

    return until(look)


def _order_of(noc: httpx.Client, incident: str) -> dict[str, Any]:
    ticket = until(lambda: noc.get(f"/api/v1/incidents/{incident}").json()["ticket"])
    return _order_of_ticket(noc, ticket["id"] if isinstance(ticket, dict) else ticket)


def _order_of_ticket(noc: httpx.Client, ticket: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        orders = items(noc, "/api/v1/work-orders", limit=200)
        return next((one for one in orders if one["ticket"] == ticket and one["technician"] == "T1"), None)

    return until(look, problem=lambda: f"no order: {items(noc, '/api/v1/tickets')}")


def _move(phone: httpx.Client, order: dict[str, Any], to: str) -> None:
    body = {"to": to, "latitude": 31.3, "longitude": 121.6, "position_reason": "no GPS in the house"}
    if to == "done":
        body |= {"cause": "router of the house had no power", "result": "plugged in again, level -70 dBm"}
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    answer = phone.post(f"/api/v1/work-orders/{order['id']}/transitions", json=body, headers=headers)
    assert answer.status_code == httpx.codes.OK, answer.text


def _link(system: System, trap: str) -> None:
    system.snmp(
        "snmptrap",
        "2c",
        *("", trap),
        *("1.3.6.1.2.1.2.2.1.1.77", "i", "77"),
        *("1.3.6.1.2.1.2.2.1.7.77", "i", "1"),
        *("1.3.6.1.2.1.2.2.1.8.77", "i", "2" if trap == LINK_DOWN else "1"),
        source=RADIO,
    )
