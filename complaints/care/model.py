"""A case: a complaint with all that hangs on it, as a batch reads it, changes it and writes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from complaints.model import Expected

COMPLAINTS = "complaints"
"""The actor of what nobody asked for by name."""


class State(StrEnum):
    OPEN = "open"
    LINKED = "linked"
    RESTORED = "restored"
    CLOSED = "closed"


class Heat(StrEnum):
    CALM = "calm"
    ANNOYED = "annoyed"
    HEATED = "heated"


@dataclass(slots=True, kw_only=True)
class Complaint:
    """A row of complaints.complaint; the fields are its columns."""

    complaint_id: str
    state: State
    channel: str
    text: str
    registered_at: datetime
    registered_by: str
    phone: str = ""
    customer_id: str = ""
    site_id: str = ""
    domain: str = ""
    latitude: float | None = None
    longitude: float | None = None
    incident_id: str | None = None
    link_reason: str = ""
    promised_at: datetime | None = None
    restored_at: datetime | None = None
    version: int = 1
    category: str = "other"
    queue: str = "desk"
    heat: Heat = Heat.CALM
    owner: str = ""
    email: str = ""
    language: str = "zh"
    tell: bool = True
    unproven: bool = False
    tenant: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    parent_id: str | None = None
    respond_due_at: datetime | None = None
    solve_due_at: datetime | None = None
    answered_at: datetime | None = None
    climbed: list[str] = field(default_factory=list)
    """The steps that climbed to the leader already: each does so once."""
    leader_at: datetime | None = None
    leader_reason: str = ""
    earlier_incidents: list[str] = field(default_factory=list)
    ticket_id: str | None = None
    ticket_round: int = 0
    """One more than how often it had been still out when a ticket was last asked for."""
    ticket_key: str | None = None
    """Under which the last ticket was asked for, until that is answered."""
    call_back_at: datetime | None = None
    asked_at: datetime | None = None
    silent_at: datetime | None = None
    still_out_at: datetime | None = None
    still_out_times: int = 0
    satisfaction: int | None = None
    satisfaction_text: str = ""
    satisfied_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str = ""
    closed_reason: str = ""
    closed_text: str = ""
    token: str
    """Opens the customer's own page."""
    look_at: datetime | None = None

    @property
    def is_closed(self) -> bool:
        return self.state is State.CLOSED


@dataclass(slots=True, kw_only=True)
class Promise:
    """A row of complaints.promise; `promise_id` is empty until it is written; `ended_at`: kept or refused."""

    promise_id: str = ""
    complaint_id: str
    kind: str
    text: str
    grant_id: str = ""
    amount: float | None = None
    due_at: datetime | None = None
    made_at: datetime
    made_by: str
    state: str = "standing"
    warned_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A row of complaints.contact to be written: something that was said; a customer speaks as `customer`.

    Without a complaint there is a `sender`, digits or an address, a customer or a site. `call` is the telephone
    system's id of the call, `heard` a gateway's of the message.
    """

    complaint_id: str | None
    direction: str
    channel: str
    at: datetime
    actor: str
    text: str
    outcome: str = ""
    sender: str = ""
    call: str = ""
    heard: str | None = None
    customer_id: str = ""
    site_id: str = ""


@dataclass(slots=True, kw_only=True)
class Message:
    """A row of complaints.message. `value` says what of: the same kind of the same value is told once. Without a
    complaint it is the number or address as it is dialled.

    `about_at` is the end that it speaks of; `taken` are the targets that have it. What begins to speak with a
    `stranger` names the `sender`: digits of a number, or an address.
    """

    message_id: str = ""
    complaint_id: str | None
    kind: str
    value: str
    words: dict[str, str]
    about_at: datetime | None = None
    state: str = "waiting"
    at: datetime
    next_at: datetime | None = None
    sent_at: datetime | None = None
    tries: int = 0
    taken: list[str] = field(default_factory=list)
    sender: str = ""
    stranger: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """The customer, as far as known: the manager of a VIP answers for the complaint; what their phone wishes."""

    vip: bool = False
    manager: str = ""
    opt_out: bool = False
    at_night: bool = False


@dataclass(frozen=True, slots=True)
class Outlook:
    """How the outage of a linked complaint stands: the root's type, and when it should be over."""

    alarm_type: str
    expected: Expected | None


@dataclass(slots=True, kw_only=True)
class Case:
    """One complaint with what hangs on it. `new_contacts` and `ticket` are what a decision added."""

    complaint: Complaint
    who: Who = field(default_factory=Who)
    time_zone: str | None = None
    children: int = 0
    promises: list[Promise] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    outlook: Outlook | None = None
    out_again: bool = False
    """It is restored, and the outage that explained it goes on once more."""
    new_contacts: list[Contact] = field(default_factory=list)
    ticket: TicketWanted | None = None
    relink: bool = False
    """What explains it is to be looked for anew."""

    @property
    def open_promises(self) -> list[Promise]:
        return [one for one in self.promises if one.ended_at is None]


@dataclass(frozen=True, slots=True)
class TicketWanted:
    """A ticket to be asked of alarm_correlation for this complaint alone."""

    origin: str
    site: str
    title: str
    text: str
    kind: str
    priority: int
