"""A correlator told what happens, second by second: what its unit tests speak to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from alarm_correlation.causes import shipped_causes
from alarm_correlation.engine import new_state, step
from alarm_correlation.facts import Rules
from alarm_correlation.policy import shipped_policy
from alarm_correlation.work import AskedFor, Changes, Inputs, Received
from guywire.commands import Command
from guywire.errors import Refused
from guywire.inventory.csv_files import read_inventory
from guywire.inventory.topology import Topology
from guywire.model import AlarmEvent, Severity

INVENTORY = Path(__file__).parents[2] / "cases" / "alarm_correlation" / "inventory"
START = datetime(2026, 11, 21, 8, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


class Desk:
    """A correlator told what happens, second by second."""

    def __init__(self) -> None:
        self.state = new_state(Rules(Topology(read_inventory(INVENTORY)), shipped_causes(), shipped_policy()), START)
        self.seq = 0

    def hear(
        self,
        seconds: float,
        site: str,
        alarm_type: str,
        severity: Severity = Severity.MAJOR,
        *,
        resource: str = "r",
        baseline: bool = False,
        received: float | None = None,
        arrives: float | None = None,
    ) -> Changes:
        """`received` by the collector, by default at once; it `arrives` later when it waited in the spool."""
        self.seq += 1
        heard = at(seconds if received is None else received)
        now = heard if arrives is None else at(arrives)
        event = AlarmEvent(
            at=at(seconds),
            received_at=heard,
            site=site,
            resource=resource,
            alarm_type=alarm_type,
            severity=severity,
            baseline=baseline,
        )
        return step(self.state, Inputs(events=(Received(event, "c", "d", "s", self.seq),)), now)

    def clear(self, seconds: float, site: str, alarm_type: str, *, resource: str = "r") -> Changes:
        return self.hear(seconds, site, alarm_type, Severity.CLEARED, resource=resource)

    def tick(self, seconds: float) -> Changes:
        return step(self.state, Inputs(), at(seconds))

    def ask(self, seconds: float, command: Command) -> dict[str, Any] | Refused:
        changes = step(self.state, Inputs(commands=(AskedFor(1, command, "ann"),)), at(seconds))
        return changes.answers[0][1]

    def order(
        self, seconds: float, need: str, state: str, *, order_id: str = "W1", cause: str = "", result: str = ""
    ) -> Changes:
        ticket = self.state.needs[need].ticket_id
        body = {"id": order_id, "ticket": ticket, "needs": [need], "state": state, "cause": cause, "result": result}
        return step(self.state, Inputs(orders=(body,)), at(seconds))

    def needs(self) -> list[tuple[str, str, str]]:
        return [(need.site_id, need.kind, need.state) for need in self.state.needs.values()]

    @property
    def ticket(self) -> Any:
        (ticket,) = self.state.tickets.values()
        return ticket
