"""A situation report as a Chinese tower company writes it, and the same in English: from facts alone. Pure.

Seven points: time, place, impact, cause, measures, expected restoration, contact. A following report says first what
changed since the last; a final one how long it took.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dashboards.centre.situation_due import Kind
from guywire.chinese import joined

Facts = Mapping[str, Any]
_WORTH_SAYING = timedelta(minutes=15)
_NAMES = {"first": ("首报", "First report"), "following": ("续报", "Report"), "final": ("终报", "Final report")}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def title(kind: Kind, number: int, facts: Facts) -> dict[str, str]:
    """`{"zh", "en"}`; following reports carry their number in the series."""
    zh, en = _NAMES[kind]
    if kind == "following":
        zh, en = f"{zh}（第 {number} 报）", f"{en} no. {number}"
    subject = facts["subject"]
    return {
        "zh": joined(f"【{zh}】关于", facts["place"], subject["zh"], "的情况报告"),
        "en": f"{en}: {subject['en']}, {facts['place']}",
    }


def text(kind: Kind, facts: Facts, before: Facts | None) -> dict[str, str]:
    """`{"zh", "en"}`, a line a point. `before` are the facts of the report before this one."""
    zh, en = _points_zh(kind, facts), _points_en(kind, facts)
    if before is not None:
        told = changes(facts, before)
        zh.insert(0, "较上次报告变化：" + ("；".join(told["zh"]) or "无明显变化") + "。")
        en.insert(0, "Since the last report: " + ("; ".join(told["en"]) or "no change to speak of") + ".")
    return {"zh": "\n".join(zh), "en": "\n".join(en)}


def changes(facts: Facts, before: Facts) -> dict[str, list[str]]:
    """What is other than at the last report, in short clauses."""
    zh: list[str] = []
    en: list[str] = []
    for name, chinese, english in (
        ("sites_out", "新增断站 {} 个", "{} more went down"),
        ("sites_back", "恢复 {} 个", "{} came back"),
        ("complaints", "新增投诉 {} 件", "complaints: {} more"),
        ("customers", "受影响用户增加 {} 户", "customers affected: {} more"),
    ):
        if (more := facts[name] - before[name]) > 0:
            zh.append(chinese.format(more))
            en.append(english.format(more))
    if (arrived := facts["orders"]["on_site"] - before["orders"]["on_site"]) > 0:
        zh.append(f"新增到站 {arrived} 组")
        en.append(f"crews on site: {arrived} more")
    if facts["cause"]["en"] != before["cause"]["en"]:
        zh.append(f"原因由“{before['cause']['zh']}”更正为“{facts['cause']['zh']}”")
        en.append(f"the cause is now {facts['cause']['en']}, no longer {before['cause']['en']}")
    if (moved := _moved(facts, before)) is not None:
        zh.append(joined("预计恢复时间", "推迟" if moved > timedelta(0) else "提前", _lasting_zh(abs(moved))))
        en.append(f"restoration is expected {_lasting_en(abs(moved))} {'later' if moved > timedelta(0) else 'earlier'}")
    return {"zh": zh, "en": en}


def _points_zh(kind: Kind, facts: Facts) -> list[str]:
    end = facts["over_at"] or facts["at"]
    lasted = _lasting_zh(_time(end) - _time(facts["since"]))
    zone = facts["time_zone"]
    ended = f"{_at_zh(end, zone)} 恢复" if facts["over_at"] else f"截至 {_at_zh(end, zone)}"
    return [
        f"一、时间：{_at_zh(facts['since'], zone)} 发生，{ended}，历时 {lasted}。",
        f"二、地点：{facts['place']}{_named(facts['down_names'], '、', '，断站站点：', '等')}。",
        f"三、影响：{'，'.join(_impact_zh(facts))}。",
        f"四、原因：{facts['cause']['zh']}{'' if facts['cause']['confirmed'] else '（系统研判，待现场确认）'}。",
        f"五、处理措施：{'，'.join(_measures_zh(facts)) or '正在组织人员'}。",
        f"六、{'恢复情况：业务已全部恢复' if kind == 'final' else '预计恢复：' + _expected_zh(facts)}。",
        f"七、联系人：{facts['contact']}。",
    ]


def _points_en(kind: Kind, facts: Facts) -> list[str]:
    end = facts["over_at"] or facts["at"]
    lasted = _lasting_en(_time(end) - _time(facts["since"]))
    zone = facts["time_zone"]
    ended = f"over at {_at_en(end, zone)}" if facts["over_at"] else f"as of {_at_en(end, zone)}"
    return [
        f"1. Time: began {_at_en(facts['since'], zone)}, {ended}, {lasted}.",
        f"2. Place: {facts['place']}{_named(facts['down_names'], ', ', '; down: ', ' and others')}.",
        f"3. Impact: {', '.join(_impact_en(facts))}.",
        f"4. Cause: {facts['cause']['en']}{'' if facts['cause']['confirmed'] else ' (to be confirmed on site)'}.",
        f"5. Measures: {', '.join(_measures_en(facts)) or 'crews are being sent'}.",
        f"6. {'Restored: all service is back' if kind == 'final' else 'Expected restoration: ' + _expected_en(facts)}.",
        f"7. Contact: {facts['contact']}.",
    ]


def _impact_zh(facts: Facts) -> list[str]:
    out = f"累计断站 {facts['sites_out']} 个，已恢复 {facts['sites_back']} 个，目前断站 {facts['sites_down']} 个"
    said = [out if facts["sites_out"] else "暂无断站"]
    if facts["hubs_down"]:
        said.append(f"其中重要站址 {facts['hubs_down']} 个")
    if facts["on_battery"]:
        said.append(f"蓄电池供电 {facts['on_battery']} 个")
        if facts["next_down_at"]:
            said.append(f"最早预计 {_at_zh(facts['next_down_at'], facts['time_zone'])} 断站")
    if facts["tenants"]:
        said.append(joined("涉及", "、".join(f"{one['name']} {one['sites']} 站" for one in facts["tenants"])))
    if facts["customers"]:
        said.append(f"影响用户约 {facts['customers']} 户")
    return [*said, f"投诉 {facts['complaints']} 件"]


def _impact_en(facts: Facts) -> list[str]:
    went_down, back = counted(facts["sites_out"], "site", "sites"), facts["sites_back"]
    said = [
        f"{went_down} went down, {back} back, {facts['sites_down']} down now" if facts["sites_out"] else "no site down"
    ]
    if facts["hubs_down"]:
        said.append(f"{facts['hubs_down']} of them class A")
    if facts["on_battery"]:
        soonest = (
            f", the first until {_at_en(facts['next_down_at'], facts['time_zone'])}" if facts["next_down_at"] else ""
        )
        said.append(f"{facts['on_battery']} on battery{soonest}")
    if facts["tenants"]:
        said.append("tenants " + " and ".join(f"{one['name']} ({one['sites']})" for one in facts["tenants"]))
    if facts["customers"]:
        said.append("about " + counted(facts["customers"], "customer", "customers"))
    return [*said, counted(facts["complaints"], "complaint", "complaints")]


def _measures_zh(facts: Facts) -> list[str]:
    orders = facts["orders"]
    said = [
        joined(words, orders[name], unit)
        for name, words, unit in (
            ("offered", "已派单", "张"),
            ("under_way", "途中", "组"),
            ("on_site", "到站抢修", "组"),
            ("done", "已回单", "张"),
        )
        if orders[name]
    ]
    if facts["generators"]:
        said.append(f"发电 {facts['generators']} 站")
    if facts["crews_needed"]:
        said.append(f"尚需抢修队伍 {facts['crews_needed']} 组")
    return said


def _measures_en(facts: Facts) -> list[str]:
    orders = facts["orders"]
    said = [
        f"{counted(orders[name], noun, noun + 's')} {words}"
        for name, noun, words in (
            ("offered", "order", "given"),
            ("under_way", "crew", "under way"),
            ("on_site", "crew", "on site"),
            ("done", "order", "done"),
        )
        if orders[name]
    ]
    if facts["generators"]:
        said.append(counted(facts["generators"], "site", "sites") + " on generators")
    if facts["crews_needed"]:
        said.append(counted(facts["crews_needed"], "crew", "crews") + " needed")
    return said


def _expected_zh(facts: Facts) -> str:
    if (one := facts["expected"]) is None:
        return "暂无法预计"
    zone = facts["time_zone"]
    return f"{_at_zh(one['at'], zone)} 前后（{_between(one, zone, _at_zh, ' 至 ')}）"


def _expected_en(facts: Facts) -> str:
    if (one := facts["expected"]) is None:
        return "not to be foreseen yet"
    zone = facts["time_zone"]
    return f"about {_at_en(one['at'], zone)} ({_between(one, zone, _at_en, ' to ')})"


def _between(expected: Mapping[str, str], zone: str, write: Callable[[str, str], str], to: str) -> str:
    """From the earliest to the latest; the day only where it is not the expected one's."""
    day = write(expected["at"], zone)[:-5]
    return to.join(write(expected[name], zone).removeprefix(day) for name in ("earliest", "latest"))


def _moved(facts: Facts, before: Facts) -> timedelta | None:
    """By how much the expected end moved, where that is worth a word."""
    if facts["expected"] is None or before["expected"] is None:
        return None
    moved = _time(facts["expected"]["at"]) - _time(before["expected"]["at"])
    return moved if abs(moved) >= _WORTH_SAYING else None


def _named(names: Sequence[str], between: str, lead: str, more: str) -> str:
    """At most five of the names."""
    return f"{lead}{between.join(names[:5])}{more if len(names) > 5 else ''}" if names else ""


def counted(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def _time(iso: str) -> datetime:
    return datetime.fromisoformat(iso)


def _at_zh(iso: str, zone: str) -> str:
    there = _time(iso).astimezone(ZoneInfo(zone))
    return f"{there.month}月{there.day}日 {there:%H:%M}"


def _at_en(iso: str, zone: str) -> str:
    there = _time(iso).astimezone(ZoneInfo(zone))
    return f"{there.day} {_MONTHS[there.month - 1]} {there:%H:%M}"


def _lasting_zh(duration: timedelta) -> str:
    hours, minutes = divmod(max(0, int(duration.total_seconds())) // 60, 60)
    return f"{hours} 小时 {minutes} 分钟" if hours else f"{minutes} 分钟"


def _lasting_en(duration: timedelta) -> str:
    hours, minutes = divmod(max(0, int(duration.total_seconds())) // 60, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
