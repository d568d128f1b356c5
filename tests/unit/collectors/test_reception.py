"""The collector's sockets, as whoever sends to them finds them."""

from __future__ import annotations

import socket
from pathlib import Path

from prometheus_client import REGISTRY

from collectors.catch import Catch
from collectors.feeding.reception import Wire
from collectors.learning import Learning
from guywire.settings import Settings
from guywire.telemetry import Health

_TRAPS = 150


async def test_a_storm_that_comes_before_the_first_look_at_the_sockets_waits_in_them(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, trap_host="127.0.0.1", trap_port=0)
    wire = Wire(settings, Learning(settings), _keep, Health())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        for _ in range(_TRAPS):
            device.sendto(b"x" * 1000, ("127.0.0.1", wire.port))
    lost = REGISTRY.get_sample_value("guywire_collectors_socket_drops")
    await wire.close()
    assert lost == 0


async def _keep(catch: Catch) -> bool:
    raise AssertionError("nothing is taken before it runs")
