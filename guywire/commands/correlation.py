"""What alarm_correlation is asked: alarms, roots, silences, tickets."""

from __future__ import annotations

from datetime import datetime

from guywire.commands.base import Command, ToCorrelation


class AcknowledgeAlarm(ToCorrelation, frozen=True, kw_only=True):
    alarm: str
    comment: str = ""


class UnacknowledgeAlarm(ToCorrelation, frozen=True, kw_only=True):
    alarm: str
    comment: str = ""


class ShelveAlarm(ToCorrelation, frozen=True, kw_only=True):
    alarm: str
    until: datetime
    comment: str = ""


class UnshelveAlarm(ToCorrelation, frozen=True, kw_only=True):
    alarm: str
    comment: str = ""


class ClearAlarm(ToCorrelation, frozen=True, kw_only=True):
    """Cleared by hand, for alarms whose device will never say so."""

    alarm: str
    comment: str = ""


class CommentAlarm(ToCorrelation, frozen=True, kw_only=True):
    alarm: str
    comment: str


class CloseAlarm(ToCorrelation, frozen=True, kw_only=True):
    """The operator is done with it (RFC 8632, operator state closed); whether it stands is another matter."""

    alarm: str
    comment: str = ""


class MoveAlarm(ToCorrelation, frozen=True, kw_only=True):
    """The alarm, and what it causes, belongs to that incident; `incident` empty: to one of its own."""

    alarm: str
    incident: str = ""
    comment: str = ""


class CorrectRoot(ToCorrelation, frozen=True, kw_only=True):
    """This alarm of the incident is its root: the same as before (then it is confirmed), or another one."""

    incident: str
    alarm: str
    comment: str = ""


class WithdrawCorrection(ToCorrelation, frozen=True, kw_only=True):
    """What an operator had corrected is the correlator's to explain again."""

    correction: str
    comment: str = ""


class PlanSilence(ToCorrelation, frozen=True, kw_only=True):
    """A maintenance window or a shelf. Lists that are empty match everything; one of them must not be.

    `weekly` such as `Sun 02:00-04:00` in `time_zone`; `ticket` the one whose work it is planned for.
    """

    kind: str
    title: str
    starts_at: datetime
    ends_at: datetime | None = None
    weekly: str = ""
    time_zone: str = "UTC"
    sites: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    alarm_types: tuple[str, ...] = ()
    place: int = 0
    reason: str = ""
    ticket: str = ""


class EndSilence(ToCorrelation, frozen=True, kw_only=True):
    """Now, instead of when it was planned; one that has not begun never does."""

    silence: str
    version: int | None = None
    comment: str = ""


class OpenTicket(ToCorrelation, frozen=True, kw_only=True):
    """A ticket by hand, or for a finding. `origin` is unique: asking twice opens one.

    `deadline` is by when somebody should have been there, `service_minutes` how long it takes, where that is known;
    `weight` what being late counts beside an outage of the site.
    """

    origin: str
    site: str
    title: str
    kind: str = "repair"
    skills: tuple[str, ...] = ()
    priority: int = 3
    text: str = ""
    deadline: datetime | None = None
    service_minutes: int | None = None
    weight: float = 1.0


class MoveTicket(ToCorrelation, frozen=True, kw_only=True):
    """A transition. Closing takes `cause`, `result` and `responsible_party`; holding takes `reason` and `until`."""

    ticket: str
    to: str
    version: int | None = None
    reason: str = ""
    until: datetime | None = None
    cause: str = ""
    result: str = ""
    responsible_party: str = ""


COMMANDS: tuple[type[Command], ...] = (
    AcknowledgeAlarm,
    UnacknowledgeAlarm,
    ShelveAlarm,
    UnshelveAlarm,
    ClearAlarm,
    CommentAlarm,
    CloseAlarm,
    MoveAlarm,
    CorrectRoot,
    WithdrawCorrection,
    PlanSilence,
    EndSilence,
    OpenTicket,
    MoveTicket,
)
