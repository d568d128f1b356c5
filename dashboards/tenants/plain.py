"""An outage and a ticket in a tenant's words: cause, what is being done, when it should end. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from complaints import Policy
from complaints.expectation import expect, repair_of
from complaints.model import Expected, Stage
from guywire.model import TicketState

Row = Mapping[str, Any]

_WHEN = ("hold_until", "planned_arrival_at", "on_site_at")
ASKED_FOR = timedelta(days=7)
"""So long after it was closed a ticket waits for the tenant's word; it may be said later too."""
MAY_BE_JUDGED = frozenset({TicketState.RESOLVED, TicketState.CLOSED})


class Repairs(NamedTuple):
    """An incident's tickets, needs and work orders, without who goes."""

    tickets: Sequence[Row]
    needs: Sequence[Row]
    orders: Sequence[Row]


def repairs_of(rows: Iterable[Row]) -> dict[str, Repairs]:
    """By incident, from rows of JSON: times become times again."""
    return {
        row["incident"]: Repairs(*([_timed(one) for one in row[name]] for name in ("tickets", "needs", "orders")))
        for row in rows
    }


def outage_words(row: Row, repairs: Repairs | None, policy: Policy, now: datetime) -> dict[str, Any]:
    """`{"id", "site", ..., "state": at_risk | down | restored, "cause", "stage", "arrival_at", "expected_end"}`."""
    cause = policy.cause_of(row["alarm_type"])
    names = ("id", "site", "site_name", "time_zone", "started_at", "ended_at", "site_down_at")
    state = "restored" if row["ended_at"] else "down" if row["started_at"] else "at_risk"
    return {
        **{name: row[name] for name in names},
        "state": state,
        "cause": {"zh": cause.zh, "en": cause.en},
        **_progress(row, None if state == "restored" else repairs, policy, now),
    }


def ticket_words(row: Row, policy: Policy, now: datetime) -> dict[str, Any]:
    """A ticket without the centre's own notes: what it was about, how it stands, what the tenant said of its end."""
    cause = policy.cause_of(row["alarm_type"])
    said = ("agreed", "reason", "agreed_at", "agreed_by")
    judged, may_be_judged = row["agreed"] is not None, row["state"] in MAY_BE_JUDGED
    return {
        **{name: row[name] for name in ("id", "state", "opened_at", "resolved_at", "closed_at", "sites", "version")},
        "cause": {"zh": cause.zh, "en": cause.en},
        "may_be_judged": may_be_judged,
        "waits_for_you": may_be_judged and not judged and (row["closed_at"] or now) > now - ASKED_FOR,
        "agreement": {name: row[name] for name in said} if judged else None,
    }


def _progress(row: Row, repairs: Repairs | None, policy: Policy, now: datetime) -> dict[str, Any]:
    if repairs is None:
        return {"stage": Stage.RESTORED.value, "arrival_at": None, "expected_end": None}
    repair = repair_of(repairs.tickets, repairs.needs, repairs.orders, row["site"], row["root_site"])
    arrival = repair.planned_arrival_at
    is_coming = repair.stage in (Stage.ASSIGNED, Stage.UNDER_WAY) and arrival is not None and arrival > now
    return {
        "stage": repair.stage.value,
        "arrival_at": arrival if is_coming else None,
        "expected_end": _interval(expect(now, repair, policy)),
    }


def _interval(expected: Expected) -> dict[str, datetime]:
    return {"at": expected.at, "earliest": expected.earliest, "latest": expected.latest}


def _timed(row: Row) -> dict[str, Any]:
    return {
        name: datetime.fromisoformat(value) if name in _WHEN and value is not None else value
        for name, value in row.items()
    }
