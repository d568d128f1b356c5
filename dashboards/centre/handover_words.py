"""What the next shift should read first, in one sentence in Chinese and in English. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.centre.situation_words import counted


def sentence(picture: Mapping[str, Any]) -> dict[str, str]:
    """`{"zh", "en"}` for the picture of a handover: what is open, what falls due, what nobody may overlook."""
    incidents: Sequence[Mapping[str, Any]] = picture["incidents"]
    open_ones = picture["incidents_count"]
    down = sum(one["sites_down"] for one in incidents)
    unclaimed = sum(one["claim"] is None for one in incidents)
    zh = [f"未闭环故障 {open_ones} 起" if open_ones else "没有未闭环故障"]
    en = [counted(open_ones, "open incident", "open incidents") if open_ones else "No open incident"]
    for number, chinese, one, more in (
        (down, "断站 {} 个", "site down", "sites down"),
        (unclaimed, "{} 起无人跟进", "incident nobody works on", "incidents nobody works on"),
        (len(picture["promises"]), "下一班到期 {} 项", "thing falls due next shift", "things fall due next shift"),
        (len(picture["extensions"]), "待批延时 {} 项", "extension to decide", "extensions to decide"),
        (len(picture["emergencies"]), "应急状态 {} 个", "mass outage", "mass outages"),
        (len(picture["sos"]), "人员求助 {} 起未了", "call for help not over", "calls for help not over"),
        (len(picture["announcements"]), "停电、天气和工程公告 {} 条", "announcement", "announcements"),
    ):
        if number:
            zh.append(chinese.format(number))
            en.append(counted(number, one, more))
    return {"zh": "，".join(zh) + "。", "en": ", ".join(en) + "."}
