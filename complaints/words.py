"""What is said to a customer: script lines in both languages, with times as the customer's clock shows them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from complaints.model import Expected, Stage
from complaints.policy import Policy, Script
from guywire.chinese import filled

_OTHER_DAY = {"zh": "{0.month}月{0.day}日 {0:%H:%M}", "en": "{0:%H:%M} on {0.day} {0:%b}"}


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of an outage when a customer asks."""

    stage: Stage
    alarm_type: str
    since: datetime
    arrival_at: datetime | None
    expected: Expected | None
    restored_at: datetime | None


def script(told: Told | None, now: datetime, time_zone: str | None, policy: Policy) -> Mapping[str, list[str]]:
    """The lines to read out, `{"zh": [...], "en": [...]}`; None is told when no outage is known."""
    zone = zone_of(time_zone)
    return {
        "zh": _lines(policy.script.zh, "zh", told, now.astimezone(zone), policy),
        "en": _lines(policy.script.en, "en", told, now.astimezone(zone), policy),
    }


def _lines(words: Script, language: str, told: Told | None, now: datetime, policy: Policy) -> list[str]:
    if told is None:
        return [words.none]
    cause = policy.cause_of(told.alarm_type)
    values = {"cause": cause.zh if language == "zh" else cause.en, **_times(told, now, language)}
    return [filled(getattr(words, name), values) for name in _said(told, now)]


def _said(told: Told, now: datetime) -> list[str]:
    """Which lines apply. An arrival that is due or unknown is not promised."""
    if told.stage is Stage.RESTORED:
        return ["affected", "restored"]
    promised = told.arrival_at is not None and told.arrival_at > now
    travelling = told.stage in (Stage.ASSIGNED, Stage.UNDER_WAY)
    stage = [told.stage.value] if promised or not travelling else []
    return ["affected", *stage, "end"] if told.expected else ["affected", *stage]


def _times(told: Told, now: datetime, language: str) -> dict[str, str]:
    moments = {
        "since": told.since,
        "arrival": told.arrival_at,
        "restored": told.restored_at,
        "at": told.expected.at if told.expected else None,
        "earliest": told.expected.earliest if told.expected else None,
        "latest": told.expected.latest if told.expected else None,
    }
    return {name: clock(moment, now, language) for name, moment in moments.items()}


def clock(moment: datetime | None, now: datetime, language: str) -> str:
    """A moment as the customer's clock shows it, with the day where it is another than today; `now` in their zone."""
    if moment is None:
        return ""
    local = moment.astimezone(now.tzinfo)
    shape = "{0:%H:%M}" if local.date() == now.date() else _OTHER_DAY[language]
    return shape.format(local)


def zone_of(name: str | None) -> tzinfo:
    """The zone of that name; UTC without one."""
    return ZoneInfo(name) if name else UTC
