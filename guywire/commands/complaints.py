"""What complaints is asked: what comes in, what agents and leaders do, what customers answer."""

from __future__ import annotations

from datetime import datetime

import msgspec

from guywire.commands.base import Command, ToComplaints


class RegisterComplaint(ToComplaints, frozen=True, kw_only=True):
    """A complaint as it comes in. `unproven`: nobody proved whose number that is, so nothing may follow from it.

    `tenant`: whose fault report it is; a face takes it from the account of whoever asks, never from what is sent.
    `call`: the call centre's own id of the call.
    """

    channel: str
    text: str
    phone: str = ""
    customer_id: str = ""
    site: str = ""
    latitude: float | None = None
    longitude: float | None = None
    category: str = ""
    heat: str = "calm"
    email: str = ""
    language: str = ""
    answers: dict[str, str] = msgspec.field(default_factory=dict)
    tell: bool = True
    unproven: bool = False
    tenant: str = ""
    call: str = ""


class TakeComplaint(ToComplaints, frozen=True, kw_only=True):
    """The asker answers for it; as a leader, what waited for one is in hand."""

    complaint: str
    as_leader: bool = False
    version: int | None = None


class HandOverComplaint(ToComplaints, frozen=True, kw_only=True):
    """To another person, another queue, or both; a queue alone leaves it to whoever takes it there."""

    complaint: str
    note: str
    to: str = ""
    queue: str = ""
    version: int | None = None


class ChangeComplaint(ToComplaints, frozen=True, kw_only=True):
    """What is None stays as it is."""

    complaint: str
    category: str | None = None
    heat: str | None = None
    text: str | None = None
    answers: dict[str, str] | None = None
    site: str | None = None
    customer_id: str | None = None
    email: str | None = None
    language: str | None = None
    version: int | None = None


class AnswerComplaint(ToComplaints, frozen=True, kw_only=True):
    """The customer was answered; `send`: by message too; `children`: all under it alike."""

    complaint: str
    text: str
    channel: str
    outcome: str = ""
    send: bool = False
    children: bool = False
    version: int | None = None


class KeepContact(ToComplaints, frozen=True, kw_only=True):
    complaint: str
    direction: str
    channel: str
    text: str
    outcome: str = ""
    call: str = ""


class KeepAnswered(ToComplaints, frozen=True, kw_only=True):
    """Who called and was only answered: a contact that comes to no complaint, of a number, a customer or a site."""

    channel: str
    text: str
    phone: str = ""
    customer_id: str = ""
    site: str = ""
    call: str = ""


class PromiseToCustomer(ToComplaints, frozen=True, kw_only=True):
    complaint: str
    text: str
    due_at: datetime


class GrantToCustomer(ToComplaints, frozen=True, kw_only=True):
    complaint: str
    grant: str
    amount: float
    text: str = ""


class DecideGrant(ToComplaints, frozen=True, kw_only=True):
    promise: str
    granted: bool
    note: str = ""


class KeepPromise(ToComplaints, frozen=True, kw_only=True):
    promise: str
    note: str = ""


class CallBack(ToComplaints, frozen=True, kw_only=True):
    """What came of "are you back?": `back`, `still_out` or `not_reached`; `channel` is how it was learned."""

    complaint: str
    outcome: str
    text: str = ""
    satisfaction: int | None = None
    channel: str = "phone"
    version: int | None = None


class RateComplaint(ToComplaints, frozen=True, kw_only=True):
    """How satisfied the customer is, 1 to 5."""

    complaint: str
    score: int
    text: str = ""
    channel: str = "phone"


class CloseComplaint(ToComplaints, frozen=True, kw_only=True):
    complaint: str
    reason: str
    text: str
    version: int | None = None


class ReopenComplaint(ToComplaints, frozen=True, kw_only=True):
    complaint: str
    reason: str
    version: int | None = None


class MergeComplaints(ToComplaints, frozen=True, kw_only=True):
    complaint: str
    children: tuple[str, ...]


class SplitComplaint(ToComplaints, frozen=True, kw_only=True):
    complaint: str


class WishOfCustomer(ToComplaints, frozen=True, kw_only=True):
    """Whether and when the complaint's phone is sent messages; what is None stays."""

    complaint: str
    opt_out: bool | None = None
    at_night: bool | None = None


class HearMessage(ToComplaints, frozen=True, kw_only=True):
    """What a customer wrote: `sender` is a phone number, or an address of e-mail; `message_id` the gateway's own."""

    channel: str
    sender: str
    text: str
    message_id: str = ""


class ScoreContact(ToComplaints, frozen=True, kw_only=True):
    """Points of 0 to 100 for each item of the policy."""

    contact: str
    scores: dict[str, int]
    remark: str = ""
    version: int | None = None


OF_A_COMPLAINT = (
    TakeComplaint,
    HandOverComplaint,
    ChangeComplaint,
    AnswerComplaint,
    KeepContact,
    PromiseToCustomer,
    GrantToCustomer,
    CallBack,
    RateComplaint,
    CloseComplaint,
    ReopenComplaint,
    MergeComplaints,
    SplitComplaint,
    WishOfCustomer,
)
"""Those that name a complaint that stands already."""

OF_A_PROMISE = (DecideGrant, KeepPromise)

COMMANDS: tuple[type[Command], ...] = (
    RegisterComplaint,
    *OF_A_COMPLAINT,
    *OF_A_PROMISE,
    KeepAnswered,
    HearMessage,
    ScoreContact,
)
