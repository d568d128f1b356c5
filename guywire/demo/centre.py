"""The response centre's people and a tenant: what they announce, claim, hand over, ask and answer, by the API."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

import httpx
import structlog

from guywire.demo.province import TENANTS
from guywire.demo.story import POWER_CUT_BEGINS, POWER_CUT_ENDS, STORM_BREAKS, STORM_IS_OVER, Plot
from guywire.inventory import Inventory, Site

_log = structlog.get_logger(__name__)

_WORKS_LAST = timedelta(minutes=30)
_LOOK_EVERY_SECONDS = 2.0
_CALL_BACK_EVERY_SECONDS = 30.0
_LEFT_TO_OTHERS = 3
_THINKS_SECONDS = 20.0

ANSWERING_TENANT = TENANTS[1]
"""The tenant who answers by itself; the first one is yours to be."""


async def ask(client: httpx.AsyncClient, method: str, path: str, body: object = None) -> Any:
    """What the API answers; None, and a line in the log, where it refuses."""
    answer = await client.request(method, f"/api/v1{path}", json=body)
    if answer.is_error:
        _log.info("centre.refused", path=path, status=answer.status_code, answer=answer.text[:200])
        return None
    return answer.json()


async def prepare_shift(
    leader: httpx.AsyncClient, inventory: Inventory, where: Plot, now: datetime, speed: float
) -> None:
    """Before anything happens: works under a window, a feeder whose trouble is known, what was announced, a handover
    that was begun."""
    await _plan_works(leader, inventory.sites[where.works], now)
    await _know_feeder(leader, inventory, where.feed)

    def at(second: float) -> str:
        return (now + timedelta(seconds=second / speed)).isoformat()

    cut = {
        "kind": "power_cut", "title": f"10 kV {where.cut_feed} 计划检修停电", "source": "95598",
        "reference": "JH-2026-118", "power_feeds": [where.cut_feed],
        "starts_at": at(POWER_CUT_BEGINS), "ends_at": at(POWER_CUT_ENDS),
    }  # fmt: skip
    storm = {
        "kind": "weather", "title": "雷暴大风黄色预警", "source": "气象台", "reference": "LB-0722", "level": "yellow",
        "regions": [inventory.power_feeds[where.storm_feeds[0]].region.rpartition("/")[0]],
        "starts_at": at(STORM_BREAKS / 2), "ends_at": at(STORM_IS_OVER),
    }  # fmt: skip
    for said in (cut, storm):
        await ask(leader, "POST", "/announcements", said)
    if begun := await ask(leader, "POST", "/handovers", {}):
        await ask(leader, "POST", f"/handovers/{begun['id']}/notes", {"text": "雷暴预警期间，备两台油机待命。"})


async def _plan_works(leader: httpx.AsyncClient, site: Site, now: datetime) -> None:
    window = {"kind": "maintenance", "title": "更换蓄电池 New batteries", "sites": [site.site_id]}
    window |= {"ends_at": (now + _WORKS_LAST).isoformat(), "time_zone": site.time_zone}
    await ask(leader, "POST", "/silences", window)


async def _know_feeder(leader: httpx.AsyncClient, inventory: Inventory, feed: str) -> None:
    """A problem whose cause is known and not gone yet: when the feeder fails again, what to do stands beside it."""
    fed = [site.site_id for site in inventory.sites.values() if site.power_feed == feed]
    problem = {
        "title": f"{feed} 雨天反复跳闸",
        "why": "上月三次，均在大雨之后",
        "sites": fed,
        "alarm_type": "mains-failure",
    }
    known = {"cause": "17 号杆电缆接头盒进水", "workaround": "联系 95598 试送电；等待时先派油机到枢纽站"}
    if opened := await ask(leader, "POST", "/problems", problem):
        await ask(leader, "POST", f"/problems/{opened['id']}/transitions", {"to": "known_error", **known})


async def work_on_feeder(operator: httpx.AsyncClient, tenants: Mapping[str, httpx.AsyncClient], where: Plot) -> None:
    """An operator claims the feeder's failure and asks its tenants about generators; those of `tenants` consent."""
    incident = await _incident_of(operator, f"feed:{where.feed}")
    await ask(operator, "POST", f"/incidents/{incident['id']}/claim", {"note": "已联系 95598"})
    for tenant in TENANTS[:2]:
        said = {
            "tenant": tenant,
            "site": await _a_site_of(operator, incident, tenant),
            "text": "电池即将耗尽，申请发电。",
        }
        await ask(operator, "POST", f"/tickets/{incident['ticket']}/consents", said)
    await asyncio.sleep(_THINKS_SECONDS)
    for client in tenants.values():
        asked = await ask(client, "GET", "/tenant/consents")
        for one in (asked or {"items": []})["items"]:
            if one["state"] == "asked":
                await ask(client, "POST", f"/tenant/consents/{one['id']}/answer", {"granted": True, "text": "同意发电"})


async def _incident_of(client: httpx.AsyncClient, resource: str) -> dict[str, Any]:
    """The open incident that is rooted there, once it has a ticket."""
    while True:
        listed = await ask(client, "GET", "/incidents?state=open&limit=100")
        for one in (listed or {"items": []})["items"]:
            if one["root"]["resource"] == resource and one["ticket"]:
                return dict(one)
        await asyncio.sleep(_LOOK_EVERY_SECONDS)


async def _a_site_of(client: httpx.AsyncClient, incident: dict[str, Any], tenant: str) -> str:
    """A site of the incident where the tenant has equipment; none: the ticket's own."""
    for outage in incident["outages"]:
        site = await ask(client, "GET", f"/sites/{outage['site']}")
        if site and tenant in site["tenants"]:
            return str(outage["site"])
    return ""


async def call_back(agent: httpx.AsyncClient, random: Random, speed: float) -> None:
    """Asks customers whose service is back, one after the other, and leaves the last few to whoever else is there."""
    while True:
        await asyncio.sleep(_CALL_BACK_EVERY_SECONDS / speed)
        listed = await ask(agent, "GET", "/complaints?queue=call_back&limit=100")
        waiting = (listed or {"items": []})["items"]
        if len(waiting) <= _LEFT_TO_OTHERS:
            continue
        outcome = random.choices(("back", "still_out", "not_reached"), (8, 1, 2))[0]
        said = {"outcome": outcome, "version": waiting[-1]["version"]}
        if outcome == "back":
            said["satisfaction"] = random.choice((3, 4, 4, 5, 5))
        await ask(agent, "POST", f"/complaints/{waiting[-1]['id']}/call-back", said)
