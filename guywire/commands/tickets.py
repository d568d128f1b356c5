"""What the response centre says of tickets beside their state: whose they are, how urgent, under which other one."""

from __future__ import annotations

from guywire.commands.base import Command, ToCorrelation


class AssignTicket(ToCorrelation, frozen=True, kw_only=True):
    """To a person of the centre, a group of theirs, or both; to nobody where both are empty."""

    ticket: str
    person: str = ""
    group: str = ""
    note: str = ""
    version: int | None = None


class SetTicketPriority(ToCorrelation, frozen=True, kw_only=True):
    """A person's word stands until it is taken back (`priority` none): then impact and urgency decide again."""

    ticket: str
    priority: int | None
    reason: str = ""
    version: int | None = None


class CommentTicket(ToCorrelation, frozen=True, kw_only=True):
    ticket: str
    text: str


class SetParent(ToCorrelation, frozen=True, kw_only=True):
    """Puts a ticket under another one, or under none (`parent` empty). `follows`: it moves as that one is moved."""

    ticket: str
    parent: str = ""
    follows: bool = True
    version: int | None = None


COMMANDS: tuple[type[Command], ...] = (AssignTicket, SetTicketPriority, CommentTicket, SetParent)
