"""When an outage should be over: pure, from the state of ticket, needs and work orders, as an honest interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from complaints.model import Expected, Repair, Stage
from complaints.policy import EndPolicy, Policy, StagePolicy
from guywire.model import NeedKind, NeedState, TicketState, WorkOrderState

_STAGE_OF_ORDER = {
    WorkOrderState.OFFERED: Stage.DETECTED,
    WorkOrderState.ACCEPTED: Stage.ASSIGNED,
    WorkOrderState.EN_ROUTE: Stage.UNDER_WAY,
    WorkOrderState.ON_SITE: Stage.ON_SITE,
    WorkOrderState.DONE: Stage.ON_SITE,  # done only proposes: until the alarms are clear it counts as work on site
}
_ORDER = {state: rank for rank, state in enumerate(_STAGE_OF_ORDER)}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Rows = Sequence[Mapping[str, Any]]
"""Rows of views.need, views.work_order or views.ticket."""


def repair_of(tickets: Rows, needs: Rows, orders: Rows, site: str, root_site: str | None) -> Repair:
    """How far the work is that gives this site its service back.

    The needs of the site itself count, else those of the root's site, else all; of their orders the furthest one.
    """
    wanted = _needs_of(needs, site) or _needs_of(needs, root_site) or list(needs)
    open_ids = {need["id"] for need in wanted if need["state"] == NeedState.OPEN}
    ids = open_ids or {need["id"] for need in wanted}
    serving = [order for order in orders if order["state"] in _ORDER and ids & set(order["needs"])]
    service = [need["service_minutes"] for need in wanted if need["id"] in ids]
    held = [ticket["hold_until"] for ticket in tickets if ticket["state"] == TicketState.HELD and ticket["hold_until"]]
    return _repair(max(serving, key=_progress, default=None), max(service, default=None), max(held, default=None))


def expect(now: datetime, repair: Repair, policy: Policy) -> Expected:
    """The interval in which service should be back, rounded to a few minutes and never in the past."""
    stage: StagePolicy = getattr(policy.stage, repair.stage.value)
    left = _until_arrival(now, repair, stage, policy.end) + _work(now, repair, policy.end)
    if repair.held_until and repair.held_until > now:
        left += repair.held_until - now
    step = timedelta(minutes=policy.end.round_minutes)
    at = _rounded_up(now + left, step)
    earliest = _rounded_up(now + left * stage.earliest, step)
    return Expected(at, min(earliest, at), max(_rounded_up(now + left * stage.latest, step), at))


def _needs_of(needs: Rows, site: str | None) -> list[Mapping[str, Any]]:
    return [need for need in needs if site and need["site"] == site and need["kind"] != NeedKind.CUSTOMER_VISIT]


def _progress(order: Mapping[str, Any]) -> tuple[int, str]:
    return _ORDER[WorkOrderState(order["state"])], order["id"]


def _repair(order: Mapping[str, Any] | None, service: int | None, held_until: datetime | None) -> Repair:
    if order is None:
        return Repair(Stage.DETECTED, service_minutes=service, held_until=held_until)
    stage = _STAGE_OF_ORDER[WorkOrderState(order["state"])]
    asked_only = stage is Stage.DETECTED  # an offer is no promise: nobody is named before they accept
    return Repair(
        stage,
        technician="" if asked_only else order["technician"],
        technician_name="" if asked_only else order["technician_name"] or "",
        planned_arrival_at=order["planned_arrival_at"],
        on_site_at=order["on_site_at"],
        service_minutes=service,
        held_until=held_until,
    )


def _until_arrival(now: datetime, repair: Repair, stage: StagePolicy, policy: EndPolicy) -> timedelta:
    if repair.stage is Stage.ON_SITE:
        return timedelta(0)
    if repair.planned_arrival_at is None:
        return timedelta(minutes=stage.arrival_minutes)
    planned = repair.planned_arrival_at - now
    return planned if planned > timedelta(0) else timedelta(minutes=policy.late_minutes)


def _work(now: datetime, repair: Repair, policy: EndPolicy) -> timedelta:
    minutes = policy.service_minutes if repair.service_minutes is None else repair.service_minutes
    work = timedelta(minutes=minutes)
    if repair.stage is Stage.ON_SITE and repair.on_site_at:
        work -= now - repair.on_site_at
    return max(work, timedelta(minutes=policy.least_work_minutes))


def _rounded_up(moment: datetime, step: timedelta) -> datetime:
    return moment + (_EPOCH - moment) % step
