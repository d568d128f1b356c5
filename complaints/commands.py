"""What complaints carries out: each command on the cases it speaks of, then all that follows from it by itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from complaints import find
from complaints.care import ending, family, promises, steps
from complaints.care.checks import check_version
from complaints.care.hearing import Heard, understand
from complaints.care.inspecting import score_contact
from complaints.care.model import Case, State
from complaints.care.opening import CUSTOMER
from complaints.care.rules import Rules
from complaints.care.store import Read, is_account, read_cases
from complaints.explain import refuse_unknown_site
from complaints.policy import Policy
from complaints.register import register
from complaints.settle import settle
from guywire.commands import Command, RegisterComplaint
from guywire.commands.complaints import (
    OF_A_COMPLAINT,
    OF_A_PROMISE,
    AnswerComplaint,
    CallBack,
    ChangeComplaint,
    CloseComplaint,
    DecideGrant,
    GrantToCustomer,
    HandOverComplaint,
    HearMessage,
    KeepContact,
    KeepPromise,
    MergeComplaints,
    PromiseToCustomer,
    RateComplaint,
    ReopenComplaint,
    ScoreContact,
    SplitComplaint,
    TakeComplaint,
    WishOfCustomer,
)
from guywire.database import Connection
from guywire.errors import invalid, not_found
from guywire.identity import audit

_Handler = Callable[[Case, Any, str, Rules], None]

ACTIONS: Mapping[type[Command], tuple[str, _Handler]] = {
    TakeComplaint: ("take_complaint", steps.take),
    HandOverComplaint: ("hand_over_complaint", steps.hand_over),
    ChangeComplaint: ("change_complaint", steps.change),
    AnswerComplaint: ("answer_complaint", steps.answer),
    KeepContact: ("keep_contact", steps.keep_contact),
    PromiseToCustomer: ("promise_to_customer", promises.promise),
    GrantToCustomer: ("grant_to_customer", promises.grant),
    DecideGrant: ("decide_grant", promises.decide),
    KeepPromise: ("keep_promise", promises.keep),
    CallBack: ("call_back", ending.call_back),
    RateComplaint: ("rate_complaint", ending.rate),
    CloseComplaint: ("close_complaint", ending.close),
    ReopenComplaint: ("reopen_complaint", ending.reopen),
    WishOfCustomer: ("wish_of_customer", steps.wish),
}
"""Each step on one case, and the action that the audit trail shows."""

_NOT_AUDITED = frozenset({"complaint", "promise", "version", "text"})
_PROMISE_OF = "SELECT complaint_id FROM complaints.promise WHERE promise_id = %s"
_CHILDREN = "SELECT complaint_id FROM complaints.complaint WHERE parent_id = %s AND state <> 'closed'"
_WISH = """
INSERT INTO complaints.wish AS w (phone_digits, opt_out, at_night, at, actor)
VALUES (%(phone)s, coalesce(%(opt_out)s, false), coalesce(%(at_night)s, false), %(now)s, %(actor)s)
ON CONFLICT (phone_digits) DO UPDATE SET opt_out = coalesce(%(opt_out)s, w.opt_out),
    at_night = coalesce(%(at_night)s, w.at_night), at = excluded.at, actor = excluded.actor
"""
_SAME_PHONE = "SELECT complaint_id FROM complaints.complaint WHERE phone_digits = %s AND state <> 'closed'"
_LAST_OF_SENDER = """
SELECT complaint_id FROM complaints.complaint
WHERE state <> 'closed'
AND (phone_digits = %(phone)s AND %(phone)s <> '' OR lower(email) = %(email)s AND %(email)s <> '')
ORDER BY asked_at DESC NULLS LAST, registered_at DESC LIMIT 1
"""


@dataclass(slots=True)
class Did:
    """What came of a command: its answer, the complaints that changed, what was registered with the outage."""

    answer: dict[str, Any]
    changed: set[str] = field(default_factory=set)
    registered: dict[str, Any] | None = None


async def carry_out(connection: Connection, command: Command, actor: str, rules: Rules, policy: Policy) -> Did:
    """Raises `Refused`; the caller's savepoint then takes back whatever was written."""
    match command:
        case RegisterComplaint():
            return await _register(connection, command, actor, rules, policy)
        case HearMessage():
            return await _hear(connection, command, rules, policy)
        case ScoreContact():
            complaint = await score_contact(connection, command, actor, rules)
            await audit(connection, actor, "score_contact", "contact", command.contact, {"scores": command.scores})
            return Did({"id": command.contact}, {complaint})
        case MergeComplaints():
            return await _merge(connection, command, actor, rules, policy)
        case SplitComplaint():
            reads = await _named(connection, [command.complaint])
            family.split(reads[command.complaint].case)
            await audit(connection, actor, "split_complaint", "complaint", command.complaint)
            return await _settled(connection, reads, command.complaint, rules, policy)
        case _ if isinstance(command, (*OF_A_COMPLAINT, *OF_A_PROMISE)):
            return await _step(connection, command, actor, rules, policy)
    raise invalid("unknown_command", f"complaints does not carry out {type(command).__name__}.")


async def _register(
    connection: Connection, command: RegisterComplaint, actor: str, rules: Rules, policy: Policy
) -> Did:
    begun = await register(connection, command, actor, rules, policy)
    complaint = begun.read.case.complaint.complaint_id
    did = await _settled(connection, {complaint: begun.read}, complaint, rules, policy)
    incident = begun.outage["incident"] if begun.outage else None
    await audit(connection, actor, "register_complaint", "complaint", complaint, {"incident": incident})
    answer = {**did.answer, "outage": begun.outage, "track": f"/track/{begun.read.case.complaint.token}"}
    return Did(answer, did.changed, answer)


async def _step(connection: Connection, command: Any, actor: str, rules: Rules, policy: Policy) -> Did:
    name = await _complaint_of(connection, command)
    reads = await _named(connection, [name])
    case = reads[name].case
    check_version(case.complaint, getattr(command, "version", None))
    await _refuse_unknown(connection, command)
    action, handle = ACTIONS[type(command)]
    handle(case, command, actor, rules)
    if isinstance(command, AnswerComplaint) and command.children:
        reads |= await _answered_children(connection, command, actor, rules)
    if isinstance(command, WishOfCustomer):
        reads |= await _wished(connection, case, command, actor, rules)
    await audit(connection, actor, action, "complaint", name, _detail(command))
    return await _settled(connection, reads, name, rules, policy)


async def _merge(connection: Connection, command: MergeComplaints, actor: str, rules: Rules, policy: Policy) -> Did:
    reads = await _named(connection, [command.complaint, *command.children])
    family.merge(reads[command.complaint].case, [reads[name].case for name in dict.fromkeys(command.children)])
    detail = {"children": list(command.children)}
    await audit(connection, actor, "merge_complaints", "complaint", command.complaint, detail)
    did = await _settled(connection, reads, command.complaint, rules, policy)
    return Did(did.answer, did.changed | {command.complaint})


async def _hear(connection: Connection, command: HearMessage, rules: Rules, policy: Policy) -> Did:
    """A reply to what the customer was asked last, else words on their open complaint, else a new complaint."""
    heard = understand(command.text, rules.telling.hear)
    by_mail = command.channel == "email"
    phone = "" if by_mail else find.digits_of(command.sender)
    values = {"phone": phone, "email": command.sender.strip().lower() if by_mail else ""}
    row = await (await connection.execute(_LAST_OF_SENDER, values)).fetchone()
    if heard in (Heard.STOP, Heard.START) and phone:
        wish = {"phone": phone, "opt_out": heard is Heard.STOP, "at_night": None, "now": rules.now, "actor": CUSTOMER}
        await connection.execute(_WISH, wish)
        rows = await (await connection.execute(_SAME_PHONE, (phone,))).fetchall()
        return await _heard(
            connection,
            await read_cases(connection, [one["complaint_id"] for one in rows]),
            row,
            heard,
            command,
            rules,
            policy,
        )
    if row is None:
        email, phone = (command.sender, "") if by_mail else ("", command.sender)
        new = RegisterComplaint(channel=command.channel, text=command.text, phone=phone, email=email)
        did = await _register(connection, new, CUSTOMER, rules, policy)
        return Did({"complaint": did.answer["id"], "understood": "registered"}, did.changed, did.registered)
    return await _heard(
        connection, await read_cases(connection, [row["complaint_id"]]), row, heard, command, rules, policy
    )


async def _heard(
    connection: Connection,
    reads: dict[str, Read],
    row: Mapping[str, Any] | None,
    heard: Heard,
    command: HearMessage,
    rules: Rules,
    policy: Policy,
) -> Did:
    name = row["complaint_id"] if row else None
    understood = heard.value
    if name is not None:
        case = reads[name].case
        if heard in (Heard.BACK, Heard.STILL_OUT) and case.complaint.state is State.RESTORED:
            said = CallBack(complaint=name, outcome=heard.value, text=command.text, channel=command.channel)
            ending.call_back(case, said, CUSTOMER, rules)
        else:
            kept = KeepContact(complaint=name, direction="in", channel=command.channel, text=command.text)
            steps.keep_contact(case, kept, CUSTOMER, rules)
            understood = understood if heard in (Heard.STOP, Heard.START) else "kept"
        await audit(connection, CUSTOMER, "write_message", "complaint", name, {"understood": understood})
    changed = await settle(connection, reads.values(), rules, policy)
    return Did({"complaint": name, "understood": understood}, changed)


async def _complaint_of(connection: Connection, command: Any) -> str:
    if not isinstance(command, OF_A_PROMISE):
        return str(command.complaint)
    row = await (await connection.execute(_PROMISE_OF, (command.promise,))).fetchone()
    if row is None:
        raise not_found("promise", command.promise)
    return str(row["complaint_id"])


async def _named(connection: Connection, names: Collection[str]) -> dict[str, Read]:
    reads = await read_cases(connection, names)
    if missing := [name for name in names if name not in reads]:
        raise not_found("complaint", missing[0])
    return reads


async def _refuse_unknown(connection: Connection, command: Any) -> None:
    """Raises `Refused` for a person, site or customer that a step names and that does not exist."""
    if isinstance(command, HandOverComplaint) and command.to and not await is_account(connection, command.to):
        raise invalid("unknown_person", f"{command.to!r} has no account. Name somebody who can sign in.")
    if isinstance(command, ChangeComplaint):
        await refuse_unknown_site(connection, command.site or "")
        if command.customer_id and await find.customer(connection, command.customer_id) is None:
            raise not_found("customer", command.customer_id)


async def _answered_children(
    connection: Connection, command: AnswerComplaint, actor: str, rules: Rules
) -> dict[str, Read]:
    rows = await (await connection.execute(_CHILDREN, (command.complaint,))).fetchall()
    reads = await read_cases(connection, [row["complaint_id"] for row in rows])
    for read in reads.values():
        steps.answer(read.case, command, actor, rules)
    return reads


async def _wished(
    connection: Connection, case: Case, command: WishOfCustomer, actor: str, rules: Rules
) -> dict[str, Read]:
    """Writes the wish; every complaint of that phone is read again with it."""
    phone = find.digits_of(case.complaint.phone)
    wish = {"opt_out": command.opt_out, "at_night": command.at_night, "now": rules.now, "actor": actor}
    await connection.execute(_WISH, {"phone": phone, **wish})
    rows = await (await connection.execute(_SAME_PHONE, (phone,))).fetchall()
    return await read_cases(connection, {case.complaint.complaint_id, *(row["complaint_id"] for row in rows)})


async def _settled(connection: Connection, reads: Mapping[str, Read], name: str, rules: Rules, policy: Policy) -> Did:
    changed = await settle(connection, reads.values(), rules, policy)
    return Did(await as_shown(connection, name), changed)


async def as_shown(connection: Connection, complaint: str) -> dict[str, Any]:
    """A complaint as views.complaint shows it."""
    row = await (
        await connection.execute("SELECT to_jsonb(v) AS body FROM views.complaint v WHERE v.id = %s", (complaint,))
    ).fetchone()
    assert row is not None
    return dict(row["body"])


def _detail(command: Any) -> dict[str, object]:
    """What the audit trail keeps of a step: what was said of it, but for long texts, which the contacts keep."""
    said = {name: getattr(command, name) for name in command.__struct_fields__ if name not in _NOT_AUDITED}
    shown = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in said.items()}
    return {name: value for name, value in shown.items() if value not in (None, "", ())}
