"""What agents do with a complaint that stands: take it, hand it over, correct it, answer, keep a contact."""

from __future__ import annotations

from dataclasses import replace

from complaints.care.checks import LONGEST_WORD, check_one_of, check_text, refuse_closed
from complaints.care.climbing import climb_if_heated, come_down
from complaints.care.model import Case, Contact, Heat, Message
from complaints.care.opening import set_due_times
from complaints.care.policy import refuse_wrong_answers
from complaints.care.rules import Rules
from complaints.telling.what import words_of
from guywire.commands.complaints import (
    AnswerComplaint,
    ChangeComplaint,
    HandOverComplaint,
    KeepContact,
    TakeComplaint,
    WishOfCustomer,
)
from guywire.errors import invalid

DIRECTIONS = ("in", "out")
LANGUAGES = ("zh", "en")


def take(case: Case, command: TakeComplaint, actor: str, _rules: Rules) -> None:
    """Whoever takes it answers for it. A leader who takes it ends its wait for one, closed or not."""
    if command.as_leader:
        come_down(case.complaint)
    else:
        refuse_closed(case.complaint)
    if not case.complaint.is_closed:
        case.complaint.owner = actor


def hand_over(case: Case, command: HandOverComplaint, _actor: str, rules: Rules) -> None:
    complaint = case.complaint
    refuse_closed(complaint)
    if not command.to and not command.queue:
        raise invalid("nobody_named", "Say to whom or to which queue it goes.")
    check_text("note", command.note)
    if command.queue:
        if command.queue not in rules.care.queues:
            raise invalid("unknown_queue", f"There is no queue {command.queue!r}: {', '.join(rules.care.queues)}.")
        complaint.queue = command.queue
    if command.to or not case.who.vip:  # a VIP keeps a person who answers for it
        complaint.owner = check_text("to", command.to, needed=False, longest=LONGEST_WORD)


def change(case: Case, command: ChangeComplaint, _actor: str, rules: Rules) -> None:
    """Corrects it. Another category counts its due times from the registration; site or customer look for the link."""
    complaint = case.complaint
    refuse_closed(complaint)
    if command.category is not None:
        category = rules.care.named(command.category)
        complaint.category, complaint.queue = command.category, category.queue
        set_due_times(complaint, category, vip=case.who.vip, since=complaint.still_out_at or complaint.registered_at)
        known = {question.id for question in category.questions}
        complaint.answers = {name: value for name, value in complaint.answers.items() if name in known}
    if command.answers is not None:
        refuse_wrong_answers(rules.care.category(complaint.category), command.answers)
        complaint.answers = {**complaint.answers, **command.answers}
    if command.heat is not None:
        complaint.heat = Heat(check_one_of("heat", command.heat, [*Heat]))
        climb_if_heated(case, rules)
    if command.language is not None:
        complaint.language = check_one_of("language", command.language, LANGUAGES)
    if command.text is not None:
        complaint.text = check_text("text", command.text, needed=False)
    if command.email is not None:
        complaint.email = check_text("email", command.email, needed=False, longest=200)
    _change_place(case, command)


def _change_place(case: Case, command: ChangeComplaint) -> None:
    complaint = case.complaint
    if command.site is not None:
        complaint.site_id, complaint.latitude, complaint.longitude = command.site, None, None
    if command.customer_id is not None:
        complaint.customer_id = command.customer_id
    case.relink |= command.site is not None or command.customer_id is not None


def answer(case: Case, command: AnswerComplaint, actor: str, rules: Rules) -> None:
    """The customer was answered: kept as a contact, and sent as a message where asked."""
    complaint = case.complaint
    refuse_closed(complaint)
    text = check_text("text", command.text)
    channel = check_text("channel", command.channel, longest=32)
    complaint.answered_at = complaint.answered_at or rules.now
    if command.send and not rules.shadow:
        values = {"id": complaint.complaint_id, "text": text}
        before = sum(one.kind == "answer" for one in case.messages)
        case.messages.append(
            Message(
                complaint_id=complaint.complaint_id,
                kind="answer",
                value=f"{before} {rules.now.isoformat()} {actor}",
                words=words_of(rules.telling.texts.answer, {"zh": values, "en": values}),
                at=rules.now,
                next_at=rules.now,
            )
        )
    else:
        case.new_contacts.append(_contact(case, "out", channel, actor, text, command.outcome, rules))


def keep_contact(case: Case, command: KeepContact, actor: str, rules: Rules) -> None:
    """A contact and nothing else; it may be kept of a closed complaint too."""
    check_one_of("direction", command.direction, DIRECTIONS)
    text, channel = check_text("text", command.text), check_text("channel", command.channel, longest=32)
    kept = _contact(case, command.direction, channel, actor, text, command.outcome, rules)
    call = check_text("call", command.call, needed=False, longest=128)
    case.new_contacts.append(replace(kept, call=call))


def wish(case: Case, command: WishOfCustomer, _actor: str, _rules: Rules) -> None:
    """Whether the phone may be sent messages is a row of its own: here only what cannot be is refused."""
    if not case.complaint.phone:
        raise invalid("no_phone", f"{case.complaint.complaint_id} has no phone number to which that could apply.")
    if command.opt_out is None and command.at_night is None:
        raise invalid("nothing_said", "Say opt_out or at_night.")


def _contact(case: Case, direction: str, channel: str, actor: str, text: str, outcome: str, rules: Rules) -> Contact:
    return Contact(
        complaint_id=case.complaint.complaint_id,
        direction=direction,
        channel=channel,
        at=rules.now,
        actor=actor,
        text=text,
        outcome=check_text("outcome", outcome, needed=False, longest=200),
    )
