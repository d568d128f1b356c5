"""What complaints carries out: each command on the cases it speaks of, then all that follows from it by itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from complaints import find, mass_answer
from complaints.answered import keep_answered
from complaints.care import ending, family, promises, steps
from complaints.care.checks import check_version
from complaints.care.inspecting import score_contact
from complaints.care.model import Case
from complaints.care.rules import Rules
from complaints.care.store import Read, is_account, read_cases
from complaints.done import Did, settled
from complaints.explain import refuse_unknown_site
from complaints.hear import hear
from complaints.policy import Policy
from complaints.register import take_in
from complaints.wishes import open_of, put_wish
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
    KeepAnswered,
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


async def carry_out(connection: Connection, command: Command, actor: str, rules: Rules, policy: Policy) -> Did:
    """Raises `Refused`; the caller's savepoint then takes back whatever was written."""
    match command:
        case RegisterComplaint():
            did = await take_in(connection, command, actor, rules, policy)
        case KeepAnswered():
            did = await keep_answered(connection, command, actor, rules)
        case HearMessage():
            did = await hear(connection, command, rules, policy)
        case ScoreContact():
            changed = await score_contact(connection, command, actor, rules)
            await audit(connection, actor, "score_contact", "contact", command.contact, {"scores": command.scores})
            did = Did({"id": command.contact}, changed)
        case MergeComplaints():
            did = await _merge(connection, command, actor, rules, policy)
        case SplitComplaint():
            reads = await _named(connection, [command.complaint])
            family.split(reads[command.complaint].case)
            await audit(connection, actor, "split_complaint", "complaint", command.complaint)
            did = await settled(connection, reads, command.complaint, rules, policy)
        case _ if isinstance(command, (*OF_A_COMPLAINT, *OF_A_PROMISE)):
            did = await _step(connection, command, actor, rules, policy)
        case _:
            raise invalid("unknown_command", f"complaints does not carry out {type(command).__name__}.")
    return did


async def _step(connection: Connection, command: Any, actor: str, rules: Rules, policy: Policy) -> Did:
    name = await _complaint_of(connection, command)
    reads = await _named(connection, [name])
    case = reads[name].case
    check_version(case.complaint, getattr(command, "version", None))
    await _refuse_unknown(connection, command)
    action, handle = ACTIONS[type(command)]
    handle(case, command, actor, rules)
    if isinstance(command, AnswerComplaint) and command.children:
        await mass_answer.begin(connection, command, actor)
    if isinstance(command, WishOfCustomer):
        reads |= await _wished(connection, case, command, actor, rules)
    await audit(connection, actor, action, "complaint", name, _detail(command))
    return await settled(connection, reads, name, rules, policy)


async def _merge(connection: Connection, command: MergeComplaints, actor: str, rules: Rules, policy: Policy) -> Did:
    reads = await _named(connection, [command.complaint, *command.children])
    family.merge(reads[command.complaint].case, [reads[name].case for name in dict.fromkeys(command.children)])
    detail = {"children": list(command.children)}
    await audit(connection, actor, "merge_complaints", "complaint", command.complaint, detail)
    did = await settled(connection, reads, command.complaint, rules, policy)
    return Did(did.answer, did.changed | {command.complaint})


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


async def _wished(
    connection: Connection, case: Case, command: WishOfCustomer, actor: str, rules: Rules
) -> dict[str, Read]:
    """Writes the wish; every complaint of that phone is read again with it."""
    phone = find.digits_of(case.complaint.phone)
    await put_wish(connection, phone, actor, rules.now, opt_out=command.opt_out, at_night=command.at_night)
    return await read_cases(connection, {case.complaint.complaint_id, *await open_of(connection, phone)})


def _detail(command: Any) -> dict[str, object]:
    """What the audit trail keeps of a step: what was said of it, but for long texts, which the contacts keep."""
    said = {name: getattr(command, name) for name in command.__struct_fields__ if name not in _NOT_AUDITED}
    shown = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in said.items()}
    return {name: value for name, value in shown.items() if value not in (None, "", ())}
