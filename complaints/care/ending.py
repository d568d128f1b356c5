"""How a complaint ends, and when it does not: back, still out, satisfied or not, closed, reopened."""

from __future__ import annotations

from datetime import timedelta

from complaints.care.checks import check_one_of, check_text, refuse_closed
from complaints.care.climbing import climb, climb_if_heated
from complaints.care.model import Case, Contact, State
from complaints.care.opening import CUSTOMER, SPOKEN, set_due_times
from complaints.care.policy import CLOSED_REASONS
from complaints.care.rules import Rules
from guywire.commands.complaints import CallBack, CloseComplaint, RateComplaint, ReopenComplaint
from guywire.errors import Refused, conflict, invalid
from guywire.vague import is_vague

OUTCOMES = ("back", "still_out", "not_reached")


def call_back(case: Case, command: CallBack, actor: str, rules: Rules) -> None:
    """What came of "are you back?". A customer may still say that they are out once it is closed."""
    complaint = case.complaint
    outcome = check_one_of("outcome", command.outcome, OUTCOMES)
    text = check_text("text", command.text, needed=False)
    closed_but_out = complaint.is_closed and outcome == "still_out"
    if complaint.state is not State.RESTORED and not closed_but_out:
        raise conflict(
            "not_restored", f"{complaint.complaint_id} is {complaint.state}: there is nothing to ask back about."
        )
    if outcome == "back":
        is_back(case, command.satisfaction, actor, rules)
    elif outcome == "still_out":
        is_still_out(case, rules)
    else:
        complaint.call_back_at = rules.now + timedelta(minutes=rules.care.call_back.again_minutes)
        complaint.asked_at = None
    case.new_contacts.append(_said(case, command.channel, actor, text, outcome, rules))


def is_back(case: Case, satisfaction: int | None, actor: str, rules: Rules) -> None:
    """Satisfied and closed, unless it is a VIP who says that they are not."""
    case.complaint.satisfied_at = rules.now
    if satisfaction is not None:
        _score(case, satisfaction, rules)
    if not case.who.vip or case.complaint.satisfied_at is not None:
        _end(case, "customer_confirmed", "", actor, rules)


def is_still_out(case: Case, rules: Rules) -> None:
    """A nested fault: begun anew with a VIP's due times, the outage before on record, the link looked for again."""
    complaint = case.complaint
    if complaint.incident_id:
        complaint.earlier_incidents = [*complaint.earlier_incidents, complaint.incident_id]
    _begin_again(case)
    complaint.still_out_at = rules.now
    complaint.still_out_times += 1
    set_due_times(complaint, rules.care.category(complaint.category), vip=True, since=rules.now)
    complaint.answered_at = None


def rate(case: Case, command: RateComplaint, actor: str, rules: Rules) -> None:
    """How satisfied the customer is. Who is satisfied with what is restored ends it; a VIP who is not takes it up."""
    complaint = case.complaint
    complaint.satisfaction_text = check_text("text", command.text, needed=False, longest=1000)
    _score(case, command.score, rules)
    if complaint.satisfied_at and complaint.state is State.RESTORED:
        _end(case, "customer_confirmed", "", actor, rules)
    elif complaint.is_closed and case.who.vip and not complaint.satisfied_at:
        _take_up(case, State.RESTORED)
        complaint.restored_at = complaint.restored_at or rules.now
        complaint.call_back_at = rules.now
    case.new_contacts.append(
        _said(case, command.channel, actor, complaint.satisfaction_text, f"satisfaction {command.score}", rules)
    )


def close(case: Case, command: CloseComplaint, actor: str, rules: Rules) -> None:
    """Raises `Refused` while a VIP is not satisfied, or a promise stands."""
    refuse_closed(case.complaint)
    check_one_of("reason", command.reason, CLOSED_REASONS)
    text = check_text("text", command.text)
    if is_vague(text):
        raise invalid("text_too_vague", "Say what was found and done, such as: antenna turned, measured -85 dBm.")
    if case.who.vip and case.complaint.satisfied_at is None:
        message = "A VIP's complaint is closed once the customer is satisfied. Call back and write down what they say."
        raise Refused("conflict", "vip_not_satisfied", message)
    if standing := next((one for one in case.open_promises if one.state in ("standing", "wanted")), None):
        message = f"{standing.promise_id} ({standing.text}) is {standing.state}. Keep it, or have it decided, first."
        raise conflict("promise_stands", message)
    _end(case, command.reason, text, actor, rules)


def close_in_silence(case: Case, actor: str, rules: Rules) -> None:
    """Nobody answered. A VIP's goes to the leader instead."""
    if case.who.vip:
        climb(case, f"no_answer:{case.complaint.still_out_times}", "no_answer", rules)
    else:
        _end(case, "no_answer", "", actor, rules)


def reopen(case: Case, command: ReopenComplaint, _actor: str, rules: Rules) -> None:
    if not case.complaint.is_closed:
        raise conflict("not_closed", f"{case.complaint.complaint_id} is {case.complaint.state}; it was not closed.")
    check_text("reason", command.reason, longest=1000)
    _begin_again(case)
    category = rules.care.category(case.complaint.category)
    set_due_times(case.complaint, category, vip=case.who.vip, since=rules.now)
    climb_if_heated(case, rules)


def _score(case: Case, score: int, rules: Rules) -> None:
    if not 1 <= score <= 5:
        raise invalid("score", "A score is 1 to 5.")
    case.complaint.satisfaction = score
    if score > rules.care.dissatisfied:
        case.complaint.satisfied_at = case.complaint.satisfied_at or rules.now
    else:
        case.complaint.satisfied_at = None
        climb(case, f"dissatisfied:{case.complaint.still_out_times}", "dissatisfied", rules)


def _end(case: Case, reason: str, text: str, actor: str, rules: Rules) -> None:
    complaint = case.complaint
    complaint.state = State.CLOSED
    complaint.closed_at, complaint.closed_by = rules.now, actor
    complaint.closed_reason, complaint.closed_text = reason, text


def _take_up(case: Case, state: State) -> None:
    complaint = case.complaint
    complaint.state = state
    complaint.closed_at, complaint.closed_by, complaint.closed_reason, complaint.closed_text = None, "", "", ""


def _begin_again(case: Case) -> None:
    complaint = case.complaint
    _take_up(case, State.OPEN)
    complaint.incident_id, complaint.link_reason, complaint.restored_at = None, "", None
    complaint.call_back_at = complaint.asked_at = complaint.silent_at = None
    complaint.satisfied_at, complaint.satisfaction, complaint.satisfaction_text = None, None, ""
    case.relink = True


def _said(case: Case, channel: str, actor: str, text: str, outcome: str, rules: Rules) -> Contact:
    return Contact(
        complaint_id=case.complaint.complaint_id,
        direction="out" if channel in SPOKEN and actor != CUSTOMER else "in",
        channel=check_text("channel", channel, longest=32),
        at=rules.now,
        actor=actor,
        text=text,
        outcome=outcome,
    )
