"""What complaints tells alarm_correlation of: outages that customers notice and no device reports."""

from __future__ import annotations

from datetime import datetime

import msgspec

from guywire.commands.base import Command, ToCorrelation

CUSTOMERS = "customers"
"""The resource of these alarms at their site; the qualifier is the tenant whose customers call, "" is everybody's."""


class RaiseSuspicion(ToCorrelation, frozen=True, kw_only=True):
    """A suspected outage at a site, or more news of it. `since` is when the first called; `details` are shown."""

    site: str
    since: datetime
    text: str
    tenant: str = ""
    details: dict[str, str] = msgspec.field(default_factory=dict)


class ClearSuspicion(ToCorrelation, frozen=True, kw_only=True):
    """Calls are as usual again, or the outage is known by other alarms."""

    site: str
    text: str
    tenant: str = ""


COMMANDS: tuple[type[Command], ...] = (RaiseSuspicion, ClearSuspicion)
