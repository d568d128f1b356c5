"""What dispatch is asked about clocks: pauses, exemptions, extensions; and about pressing on: urges, climbs."""

from __future__ import annotations

from datetime import datetime

from guywire.commands.base import Command, ToDispatch


class PauseClock(ToDispatch, frozen=True, kw_only=True):
    """Stops a ticket's running clocks of a kind for a while, or those of one `need` of it. `reason` is a policy's."""

    ticket: str
    kind: str
    reason: str
    until: datetime
    need: str = ""
    note: str = ""


class ResumeClock(ToDispatch, frozen=True, kw_only=True):
    """Ends what a person paused; what stands paused with its ticket goes on with its ticket."""

    ticket: str
    kind: str
    need: str = ""


class ExemptClock(ToDispatch, frozen=True, kw_only=True):
    """免责: takes a stretch of time that is over off a ticket's clocks of a kind, stopped ones too."""

    ticket: str
    kind: str
    since: datetime
    until: datetime
    reason: str
    need: str = ""
    note: str = ""


class AskExtension(ToDispatch, frozen=True, kw_only=True):
    """延时: asks for more minutes. `evidence` is a text, `photos` ids of photos; `technician` where one asks for it."""

    ticket: str
    kind: str
    minutes: int
    reason: str
    need: str = ""
    evidence: str = ""
    photos: tuple[str, ...] = ()
    technician: str = ""


class DecideExtension(ToDispatch, frozen=True, kw_only=True):
    """Grants what was asked for, or `minutes` of it, or refuses it with a reason."""

    extension: str
    granted: bool
    minutes: int | None = None
    reason: str = ""


class UrgeTicket(ToDispatch, frozen=True, kw_only=True):
    """催办: presses a ticket on. Who is told depends on where it stands."""

    ticket: str
    text: str = ""


class AnswerClimb(ToDispatch, frozen=True, kw_only=True):
    """Whom a ticket climbed to has it in hand; `person` where that person says so, else somebody for them."""

    climb: str
    note: str = ""
    person: str = ""


COMMANDS: tuple[type[Command], ...] = (
    PauseClock,
    ResumeClock,
    ExemptClock,
    AskExtension,
    DecideExtension,
    UrgeTicket,
    AnswerClimb,
)
