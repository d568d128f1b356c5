"""What customers write by SMS or e-mail: each message once; an answer, words on their complaint, or a new complaint."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from complaints.care import ending, steps
from complaints.care.hearing import Heard, understand
from complaints.care.model import Case, Contact, Message, State
from complaints.care.opening import CUSTOMER
from complaints.care.rules import Rules
from complaints.care.store import Read, add_contacts, add_messages, read_cases
from complaints.done import Did
from complaints.find import digits_of
from complaints.policy import Policy
from complaints.register import take_in
from complaints.settle import settle
from complaints.telling.budget import spent_by
from complaints.telling.what import words_of
from complaints.tracking import KEPT
from complaints.wishes import open_of, put_wish
from guywire.commands import RegisterComplaint
from guywire.commands.complaints import CallBack, HearMessage, KeepContact
from guywire.database import Connection, row_of
from guywire.identity import audit

_REPLY = "nothing_open"
_ANSWERS = frozenset({Heard.BACK, Heard.STILL_OUT})
_WISHES = frozenset({Heard.STOP, Heard.START})

_HEARD = "SELECT complaint_id FROM complaints.contact WHERE heard = %s"
_LAST = """
SELECT complaint_id FROM complaints.complaint
WHERE (state <> 'closed' OR closed_at > %(since)s)
AND (phone_digits = %(phone)s AND phone_digits <> '' OR lower(email) = %(email)s AND email <> '')
ORDER BY state = 'closed', asked_at DESC NULLS LAST, registered_at DESC LIMIT 1
"""
_OPTED_OUT = "SELECT opt_out FROM complaints.wish WHERE phone_digits = %s"


@dataclass(frozen=True, slots=True)
class _Sender:
    """Who wrote: the digits of a number, or an address; the other one is empty."""

    phone: str
    email: str

    @property
    def name(self) -> str:
        return self.phone or self.email


async def hear(connection: Connection, command: HearMessage, rules: Rules, policy: Policy) -> Did:
    """A message that was heard before does nothing, however long ago that was.

    "1" and "2" answer the question that is open. With none open they are kept, and answered once; they open no
    complaint, but whoever is still out of a complaint that was closed lately is taken up again.
    """
    row = await row_of(connection, _HEARD, (_key(command),)) if command.message_id else None
    if row is not None:
        return Did({"complaint": row["complaint_id"], "understood": "repeated"})
    heard, sender = understand(command.text, rules.telling.hear), _sender(command)
    name = await _complaint_of(connection, sender, heard, rules.now)
    reads: dict[str, Read] = {}
    if heard in _WISHES:
        reads |= await _wished(connection, sender, heard, rules)
    if name is None:
        if heard is Heard.WORDS:
            return await _registered(connection, command, rules, policy)
        await _keep_alone(connection, command, sender, heard, rules)
    elif name not in reads:
        reads |= await read_cases(connection, [name])
    understood = heard.value if name is None and heard in _WISHES else _REPLY
    if name is not None:
        understood = _hear_of(reads[name].case, command, heard, rules)
        await audit(connection, CUSTOMER, "write_message", "complaint", name, {"understood": understood})
    changed = await settle(connection, reads.values(), rules, policy)
    return Did({"complaint": name, "understood": understood}, changed)


def _hear_of(case: Case, command: HearMessage, heard: Heard, rules: Rules) -> str:
    """What is written on a complaint; how it was understood."""
    complaint = case.complaint
    answers = heard in _ANSWERS and complaint.state is State.RESTORED
    if answers or (heard is Heard.STILL_OUT and complaint.is_closed):
        said = CallBack(
            complaint=complaint.complaint_id, outcome=heard.value, text=command.text, channel=command.channel
        )
        ending.call_back(case, said, CUSTOMER, rules)
        understood = heard.value
    else:
        kept = KeepContact(complaint=complaint.complaint_id, direction="in", channel=command.channel, text=command.text)
        steps.keep_contact(case, kept, CUSTOMER, rules)
        understood = heard.value if heard in _WISHES else "kept"
        if complaint.is_closed and heard is Heard.BACK:
            understood = _REPLY
            _reply(case, rules)
    case.new_contacts[-1] = replace(case.new_contacts[-1], heard=_key(command))
    return understood


def _reply(case: Case, rules: Rules) -> None:
    """Once a complaint, to whoever wants to be sent anything."""
    wanted = case.complaint.tell and not case.who.opt_out and not rules.shadow
    if wanted and not any(one.kind == _REPLY for one in case.messages):
        case.messages.append(replace(_reply_message(rules), complaint_id=case.complaint.complaint_id))


def _reply_message(rules: Rules) -> Message:
    values: dict[str, dict[str, str]] = {"zh": {}, "en": {}}
    words = words_of(rules.telling.texts.nothing_open, values)
    return Message(complaint_id=None, kind=_REPLY, value="", words=words, at=rules.now, next_at=rules.now)


async def _keep_alone(
    connection: Connection, command: HearMessage, sender: _Sender, heard: Heard, rules: Rules
) -> None:
    """Keeps what belongs to no complaint; an answer to nothing is answered, once a sender and within the budget."""
    contact = Contact(
        complaint_id=None,
        sender=sender.name,
        direction="in",
        channel=command.channel,
        at=rules.now,
        actor=CUSTOMER,
        text=command.text,
        heard=_key(command),
    )
    await add_contacts(connection, [contact], (), rules)
    opted_out = await row_of(connection, _OPTED_OUT, (sender.phone,))
    if heard not in _ANSWERS or rules.shadow or (opted_out and opted_out["opt_out"]):
        return
    spent = await spent_by(connection, [sender.name], rules.now)
    paid = spent.pay(sender.name, rules.telling.strangers)
    message = replace(_reply_message(rules), value=command.sender.strip(), sender=sender.name, stranger=True)
    await add_messages(connection, [message if paid else replace(message, state="withheld", next_at=None)])


async def _registered(connection: Connection, command: HearMessage, rules: Rules, policy: Policy) -> Did:
    by_mail = command.channel == "email"
    email, phone = (command.sender, "") if by_mail else ("", command.sender)
    new = RegisterComplaint(channel=command.channel, text=command.text, phone=phone, email=email)
    did = await take_in(connection, new, CUSTOMER, rules, policy, heard=_key(command))
    return Did({"complaint": did.answer["id"], "understood": "registered"}, did.changed, did.registered)


async def _wished(connection: Connection, sender: _Sender, heard: Heard, rules: Rules) -> dict[str, Read]:
    """Whether they are sent messages from now on: a number's wish is kept, an address has only its complaints."""
    if sender.phone:
        await put_wish(connection, sender.phone, CUSTOMER, rules.now, opt_out=heard is Heard.STOP)
    reads = await read_cases(connection, await open_of(connection, sender.phone, sender.email))
    if sender.email:
        for read in reads.values():
            read.case.complaint.tell = heard is Heard.START
    return reads


async def _complaint_of(connection: Connection, sender: _Sender, heard: Heard, now: datetime) -> str | None:
    """Their complaint that was asked about last; for words one that is open, else one closed lately will do."""
    since = now if heard is Heard.WORDS else now - KEPT
    row = await row_of(connection, _LAST, {"phone": sender.phone, "email": sender.email, "since": since})
    return row["complaint_id"] if row else None


def _sender(command: HearMessage) -> _Sender:
    if command.channel == "email":
        return _Sender("", command.sender.strip().lower())
    return _Sender(digits_of(command.sender), "")


def _key(command: HearMessage) -> str | None:
    return f"{command.channel}:{command.message_id}" if command.message_id else None
