"""How long a fault takes from the datagram to the technician's phone, on a whole system that is otherwise idle.

Each round: a linkDown leaves, the phone's waiting request is answered with the offer; then a linkUp withdraws it.
Prints the distribution in milliseconds; machines are shared, so read the median.
"""

from __future__ import annotations

import socket
import statistics
import tempfile
import time
from pathlib import Path

import httpx

from guywire.demo.snmp import VarBind, encode_trap
from tests.acceptance.conftest import prepare
from tests.acceptance.system import System, items, running, until
from tests.acceptance.traffic import LINK_DOWN, LINK_UP

ROUNDS = 100
RADIO = "127.0.10.2"


def main() -> None:
    """Runs the rounds and prints the figures."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "data") as system:
        prepare(system, Path(folder))
        took = [_round(system, port) for port in range(1, ROUNDS + 1)]
    cuts = statistics.quantiles(took, n=100)
    print(f"trap to offer on the phone, {ROUNDS} rounds, ms: ", end="")
    print(f"min {min(took):.0f}  median {cuts[49]:.0f}  p95 {cuts[94]:.0f}  p99 {cuts[98]:.0f}  max {max(took):.0f}")


def _round(system: System, port: int) -> float:
    """Milliseconds from the datagram to the answer that holds the offer."""
    with system.field_app("near") as phone, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        device.bind((RADIO, 0))
        seen = phone.get("/api/v1/me/work-orders").json()["seen"]
        started = time.perf_counter()
        device.sendto(_trap(LINK_DOWN, port), ("127.0.0.1", system.trap_port))
        while not (offered := _offers(page := _news(phone, seen))):
            seen = page["seen"]
        took = (time.perf_counter() - started) * 1000
        assert len(offered) == 1
        device.sendto(_trap(LINK_UP, port), ("127.0.0.1", system.trap_port))
        until(lambda: not _offers({"items": items(phone, "/api/v1/me/work-orders")}))
    return took


def _news(phone: httpx.Client, seen: str) -> dict[str, object]:
    page: dict[str, object] = phone.get("/api/v1/me/work-orders", params={"seen": seen, "wait": 10}).json()
    return page


def _offers(page: dict[str, object]) -> list[dict[str, object]]:
    orders = page["items"]
    assert isinstance(orders, list)
    return [order for order in orders if order["state"] == "offered"]


def _trap(oid: str, port: int) -> bytes:
    varbinds: list[VarBind] = [(f"1.3.6.1.2.1.2.2.1.1.{port}", port)]
    return encode_trap(port, oid, varbinds, port)


if __name__ == "__main__":
    main()
