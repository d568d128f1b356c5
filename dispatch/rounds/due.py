"""Which sites a plan visits, and on which day each is due next. Pure: the day is passed in."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple
from zlib import crc32

from dispatch.centre.state import lies_in
from dispatch.rounds.model import Past, RoundSite
from dispatch.rounds.policy import RoundPlan


class Tolerance(NamedTuple):
    """From when on a visit counts for its day, the day's beginning, and when it is too late; UTC."""

    release_at: datetime
    due_at: datetime
    deadline: datetime


def is_visited(plan: RoundPlan, site: RoundSite) -> bool:
    """Whether the site is in the plan: what a plan does not say leaves nobody out."""
    return (
        (not plan.sites or site.site_id in plan.sites)
        and (not plan.classes or site.site_class in plan.classes)
        and (not plan.resources or bool(plan.resources & site.kinds))
        and (not plan.regions or any(lies_in(site.region, path) for path in plan.regions))
    )


def next_due(name: str, plan: RoundPlan, site_id: str, past: Past | None, today: date) -> date:
    """The day on which the site is due next.

    A visit within the tolerance does not move the days after it, so that they do not drift; one outside of it, or none
    at all, begins anew. What was missed altogether is due today, and not as often as it was missed.
    """
    if past is None:
        return _first(name, plan, site_id, today)
    due = _after(plan, past) + timedelta(days=plan.every_days)
    return due if due + timedelta(days=plan.late_days) >= today else today


def tolerance(plan: RoundPlan, due_on: date, zone: tzinfo) -> Tolerance:
    """The times around a day, as clocks at the site show them."""
    early, late = timedelta(days=plan.early_days), timedelta(days=plan.late_days + 1)
    return Tolerance(*(_midnight(day, zone) for day in (due_on - early, due_on, due_on + late)))


def _after(plan: RoundPlan, past: Past) -> date:
    """From which day on the next one is counted."""
    if past.done_on is None:
        return past.due_on
    off = (past.done_on - past.due_on).days
    return past.due_on if -plan.early_days <= off <= plan.late_days else past.done_on


def _first(name: str, plan: RoundPlan, site_id: str, today: date) -> date:
    """Some day of the first period, the same each time it is asked; or that of the period in which we are."""
    first = plan.starts_on + timedelta(days=crc32(f"{name}/{site_id}".encode()) % plan.every_days)
    missed = (today - timedelta(days=plan.late_days) - first).days
    periods = max(0, -(-missed // plan.every_days))
    return first + timedelta(days=periods * plan.every_days)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
