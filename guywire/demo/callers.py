"""The province's customers: who calls when the story wants it, who calls because nothing works, and what they say."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import NamedTuple

import httpx
import structlog

from guywire.demo.story import HUB_FAILS, Plot
from guywire.inventory import Customer, Inventory

_log = structlog.get_logger(__name__)

UNEXPLAINED_CALLS = 80.0
_UNEXPLAINED = 6
_UNEXPLAINED_EVERY = 4.0
_VIP_CALLS = HUB_FAILS + 20.0
_HEATED_CALLS = HUB_FAILS + 35.0

_SAYINGS = (
    ("no_signal", "没有信号，电话打不出去"),
    ("no_signal", "No signal at home for a while"),
    ("no_data", "手机上不了网，付款码也打不开"),
    ("slow_data", "网络很慢，视频一直转圈"),
    ("dropped_calls", "通话断断续续，说几句就断"),
)


class Call(NamedTuple):
    """One call: `second` of the story, from whose phone, about what."""

    second: float
    phone: str
    category: str
    text: str
    heat: str = "calm"


def planned_calls(inventory: Inventory, where: Plot, random: Random) -> list[Call]:
    """The calls that the story needs, in order: many from one place that no alarm explains, a VIP's, a heated one."""
    around = served_by(inventory, [where.unexplained])
    behind = served_by(inventory, _behind(inventory, where.failing_hub))
    calls = [
        Call(UNEXPLAINED_CALLS + place * _UNEXPLAINED_EVERY, one.phone, "no_signal", "这一片都没有信号，邻居也一样")
        for place, one in enumerate(around[:_UNEXPLAINED])
    ]
    if vips := [one for one in behind if one.vip]:
        calls.append(Call(_VIP_CALLS, vips[0].phone, "no_signal", "公司这边全没信号，客户联系不上我们"))
    if others := [one for one in behind if not one.vip]:
        angry = random.choice(others).phone
        calls.append(Call(_HEATED_CALLS, angry, "no_signal", "第三次打来了，再不修好我就投诉到工信部！", "heated"))
    return sorted(calls)


def served_by(inventory: Inventory, sites: Iterable[str]) -> list[Customer]:
    wanted = frozenset(sites)
    return [one for one in inventory.customers.values() if wanted.intersection(one.serving_sites)]


def chance_call(inventory: Inventory, site: str, random: Random) -> Call | None:
    """One of those whom a site serves calls because it is off the air; nobody where nobody lives."""
    if not (around := served_by(inventory, [site])):
        return None
    category, text = random.choice(_SAYINGS)
    heat = random.choices(("calm", "annoyed"), (4, 1))[0]
    return Call(0.0, random.choice(around).phone, category, text, heat)


async def call_in(client: httpx.AsyncClient, call: Call) -> None:
    """The call as an agent registers it."""
    said = {"channel": "phone", "text": call.text, "phone": call.phone, "category": call.category, "heat": call.heat}
    answer = await client.post("/api/v1/complaints", json=said)
    if answer.is_error:
        _log.info("caller.not_heard", status=answer.status_code)


def _behind(inventory: Inventory, hub: str) -> list[str]:
    """The hub and every site whose way up leads through it."""
    found = [hub]
    for site in found:
        found += [link.downstream_site_id for link in inventory.links.values() if link.upstream_site_id == site]
    return found
