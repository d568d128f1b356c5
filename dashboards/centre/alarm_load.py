"""How many alarms spoke to each operator, against what one can look after (ANSI/ISA-18.2-2016, EEMUA 191). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from dashboards.centre.policy import LoadPolicy

WINDOW = timedelta(minutes=10)
WINDOWS = 144
"""Windows of ten minutes in a day."""
_IN_AN_HOUR = 6
_MOMENT = timedelta(microseconds=1)

COUNTED = {
    "zh": "统计发声的告警（未被抑制、屏蔽或预约，且非基线），按产生时间每 10 分钟一档，除以当时值守的人数："
    "当小时内或此前不久动过监控台（键盘、鼠标或触屏；只开着页面不算）或有操作的值班长、值班员和管理员计为值守。人均只计有人值守的时间；无人值守的时间单独列出，"
    "图中按一人画。超过每人 10 分钟 10 条为告警泛滥，低于 5 条时结束。",
    "en": "Alarms that spoke (neither suppressed, shelved nor in a window, and no baseline) by when they were raised,"
    " in steps of ten minutes, divided by the operators who were there then: leaders, operators and administrators"
    " who used their console in that hour or shortly before it (a key or a pointer; a page that is only open is"
    " nobody), or who did anything in it. The mean is that of the time in which somebody"
    " was there; time in which nobody was stands beside, and is drawn as if one had been. More than 10 an operator in"
    " 10 minutes is a flood; it ends below 5.",
}


class Flood(msgspec.Struct, frozen=True):
    """`until` is null while it lasts; `peak` is the most alarms in one window."""

    since: datetime
    until: datetime | None
    alarms: int
    peak: int


def alarm_load(
    counts: Mapping[int, int], operators: Mapping[datetime, int], now_there: int, end: datetime, policy: LoadPolicy
) -> dict[str, Any]:
    """The `alarm_load` of the API. `counts` by window, counted back from `end`: 0 is the latest, which is not over yet.
    `operators` by the clock's hour (UTC); an hour that is missing had nobody there.
    """
    per_window = [counts.get(back, 0) for back in range(WINDOWS - 1, -1, -1)]
    since = end - WINDOWS * WINDOW
    there = [_there(operators, since + place * WINDOW) for place in range(WINDOWS)]
    hours = sum(there) / _IN_AN_HOUR
    heard = sum(count for count, people in zip(per_window, there, strict=True) if people)
    return {
        "operators": now_there,
        "per_operator_hour": round(sum(per_window[-_IN_AN_HOUR:]) / max(1, now_there), 1),
        "since": since,
        "per_10_minutes": per_window,
        "operators_there": there,
        "per_operator_hour_of_day": round(heard / hours, 1) if hours else None,
        "unmanned_hours": round(there.count(0) / _IN_AN_HOUR, 1),
        "unmanned_alarms": sum(per_window) - heard,
        "limits": {"right": policy.right, "most": policy.most, "flood": policy.flood},
        "floods": [msgspec.to_builtins(one) for one in floods(per_window, there, since, policy)],
        "counted": COUNTED,
    }


def floods(counts: Sequence[int], there: Sequence[int], since: datetime, policy: LoadPolicy) -> list[Flood]:
    """Each stretch from a window with more than `flood` alarms an operator to the first one below `flood_ends`.

    Where nobody was there it is as if one had been: a flood that nobody saw was one.
    """
    found: list[Flood] = []
    begun: int | None = None
    for place, (count, operators) in enumerate(zip(counts, (max(1, people) for people in there), strict=True)):
        if begun is None and count > policy.flood * operators:
            begun = place
        elif begun is not None and count < policy.flood_ends * operators:
            found.append(_flood(counts, begun, place, since))
            begun = None
    if begun is not None:
        found.append(_flood(counts, begun, None, since))
    return found


def _there(operators: Mapping[datetime, int], begins: datetime) -> int:
    """How many were there in a window; of one that lies in two hours, in the better manned: shifts change there."""
    ends = begins + WINDOW - _MOMENT
    return max(operators.get(_hour_of(moment), 0) for moment in (begins, ends))


def _hour_of(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _flood(counts: Sequence[int], begun: int, ended: int | None, since: datetime) -> Flood:
    heard = counts[begun:ended]
    until = None if ended is None else since + ended * WINDOW
    return Flood(since + begun * WINDOW, until, sum(heard), max(heard))
