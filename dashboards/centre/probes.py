"""Asks each service on its loopback port how it is and what it counted; one that does not answer is unreachable."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import httpx
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from guywire.settings import SERVICES, Settings

_SECONDS = 2.5  # a service's own checks take two at the most
_PROCESS = frozenset(
    {"process_resident_memory_bytes", "process_cpu_seconds", "process_open_fds", "process_start_time_seconds"}
)


async def probe_all(settings: Settings) -> list[dict[str, Any]]:
    """`[{"id", "state": "well"|"unhealthy"|"unreachable", "checks": {name: sentence}, "figures": {name: number}}]`."""
    async with httpx.AsyncClient(timeout=_SECONDS, trust_env=False) as client:
        return list(await asyncio.gather(*(_probe(client, settings, service) for service in SERVICES)))


async def _probe(client: httpx.AsyncClient, settings: Settings, service: str) -> dict[str, Any]:
    url = f"http://127.0.0.1:{settings.metrics_port_of(service)}"
    try:
        async with asyncio.timeout(_SECONDS):
            health, metrics = await asyncio.gather(client.get(f"{url}/health"), client.get(f"{url}/metrics"))
        checks = health.json()["checks"]
        found = figures(text_string_to_metric_families(metrics.text))
        if not isinstance(checks, dict) or metrics.status_code != 200:
            raise ValueError(f"answered with {metrics.status_code}")
    except (httpx.HTTPError, TimeoutError, ValueError, KeyError, TypeError) as error:
        said = str(error) or f"no answer within {_SECONDS} s"
        return {"id": service, "state": "unreachable", "checks": {"answer": said}, "figures": {}}
    well = health.status_code == 200
    return {"id": service, "state": "well" if well else "unhealthy", "checks": checks, "figures": found}


def figures(families: Iterable[Metric]) -> dict[str, float]:
    """Each counter and gauge of ours by its name without `guywire_`, added up over its labels."""
    found: dict[str, float] = defaultdict(float)
    for family in families:
        if family.type in ("counter", "gauge") and (family.name.startswith("guywire_") or family.name in _PROCESS):
            for sample in family.samples:
                if not sample.name.endswith("_created"):
                    found[family.name.removeprefix("guywire_")] += sample.value
    return dict(found)


def collector_figures(service: Mapping[str, Any]) -> dict[str, int | None]:
    """What the collector of this machine says of itself: `{"spool_events", "dropped", "refused"}`, null where it does
    not answer. Dropped is what the kernel dropped at its sockets and samples that were lost."""
    said: Mapping[str, float] = service["figures"]
    if service["state"] == "unreachable":
        return {"spool_events": None, "dropped": None, "refused": None}
    lost = said.get("collectors_socket_drops", 0) + said.get("collectors_samples_lost", 0)
    waiting = said.get("collectors_spool_depth", 0)
    return {"spool_events": int(waiting), "dropped": int(lost), "refused": int(said.get("collectors_refused", 0))}
