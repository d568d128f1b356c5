"""How many alarms spoke to each operator, against what one can look after (ANSI/ISA-18.2-2016, EEMUA 191). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from dashboards.centre.policy import LoadPolicy

WINDOW = timedelta(minutes=10)
WINDOWS = 144
"""Windows of ten minutes in a day."""
_IN_AN_HOUR = 6

COUNTED = {
    "zh": "统计发声的告警（未被抑制、屏蔽或预约，且非基线），按产生时间每10分钟一档；"
    "除以当时在岗的操作员人数，无人时按一人计。超过每人10分钟10条为告警泛滥，低于5条时结束。",
    "en": "Alarms that spoke (neither suppressed, shelved nor in a window, and no baseline) by when they were raised,"
    " in steps of ten minutes; divided by the operators who were there then, by one where nobody was. More than 10 an"
    " operator in 10 minutes is a flood; it ends below 5.",
}


class Flood(msgspec.Struct, frozen=True):
    """`until` is null while it lasts; `peak` is the most alarms in one window."""

    since: datetime
    until: datetime | None
    alarms: int
    peak: int


def alarm_load(
    counts: Mapping[int, int], operators: Mapping[int, int], now_there: int, end: datetime, policy: LoadPolicy
) -> dict[str, Any]:
    """The `alarm_load` of the API. `counts` by window and `operators` by hour count back from `end`: 0 is the latest.

    The latest window is not over yet.
    """
    per_window = [counts.get(back, 0) for back in range(WINDOWS - 1, -1, -1)]
    there = [max(1, operators.get(back // _IN_AN_HOUR, 0)) for back in range(WINDOWS - 1, -1, -1)]
    since = end - WINDOWS * WINDOW
    return {
        "operators": now_there,
        "per_operator_hour": round(sum(per_window[-_IN_AN_HOUR:]) / max(1, now_there), 1),
        "since": since,
        "per_10_minutes": per_window,
        "operators_there": there,
        "limits": {"right": policy.right, "most": policy.most, "flood": policy.flood},
        "floods": [msgspec.to_builtins(one) for one in floods(per_window, there, since, policy)],
        "counted": COUNTED,
    }


def floods(counts: Sequence[int], there: Sequence[int], since: datetime, policy: LoadPolicy) -> list[Flood]:
    """Each stretch from a window with more than `flood` alarms an operator to the first one below `flood_ends`."""
    found: list[Flood] = []
    begun: int | None = None
    for place, (count, operators) in enumerate(zip(counts, there, strict=True)):
        if begun is None and count > policy.flood * operators:
            begun = place
        elif begun is not None and count < policy.flood_ends * operators:
            found.append(_flood(counts, begun, place, since))
            begun = None
    if begun is not None:
        found.append(_flood(counts, begun, None, since))
    return found


def _flood(counts: Sequence[int], begun: int, ended: int | None, since: datetime) -> Flood:
    heard = counts[begun:ended]
    until = None if ended is None else since + ended * WINDOW
    return Flood(since + begun * WINDOW, until, sum(heard), max(heard))
