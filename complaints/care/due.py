"""What happens to a complaint by itself by now, and when to look at it again. Pure: the same case, the same answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from complaints.care.climbing import climb
from complaints.care.ending import close_in_silence
from complaints.care.model import COMPLAINTS, Case, Complaint, State, TicketWanted
from complaints.care.policy import TicketRule
from complaints.care.rules import Rules
from complaints.care.strangers import is_withheld

_TITLE = 120


def look(case: Case, rules: Rules) -> None:
    """Everything that is due; ends with the time of the next look, which lies ahead, or none."""
    for stage in (_begin_call_back, _overdue, _promises, _ticket, _ask_back, _silence):
        stage(case, rules)
    case.complaint.look_at = min((at for at in _moments(case, rules) if at > rules.now), default=None)


def ticket_rule(case: Case, rules: Rules) -> TicketRule | None:
    """When a ticket of its own is asked for while nothing explains the complaint."""
    if case.complaint.still_out_at:
        return rules.care.still_out_ticket
    return rules.care.category(case.complaint.category).ticket


def _begin_call_back(case: Case, rules: Rules) -> None:
    complaint = case.complaint
    if complaint.state is State.RESTORED and complaint.call_back_at is None:
        complaint.call_back_at = rules.now + timedelta(minutes=rules.care.call_back.after_minutes)
        complaint.silent_at = complaint.call_back_at + timedelta(hours=rules.care.call_back.silent_hours)


def _overdue(case: Case, rules: Rules) -> None:
    complaint = case.complaint
    if complaint.state not in (State.OPEN, State.LINKED):
        return
    round_ = complaint.still_out_times
    if complaint.answered_at is None and _is_past(complaint.respond_due_at, rules):
        climb(case, f"respond:{round_}", "respond_overdue", rules)
    if _is_past(complaint.solve_due_at, rules):
        climb(case, f"solve:{round_}", "solve_overdue", rules)


def _promises(case: Case, rules: Rules) -> None:
    """A warning before a promise breaks; then it is broken, and the leader hears of it."""
    warning = timedelta(minutes=rules.care.warn_minutes)
    for one in case.open_promises:
        if one.state != "standing" or one.due_at is None:
            continue
        if one.warned_at is None and one.due_at - warning <= rules.now:
            one.warned_at = rules.now
        if one.due_at <= rules.now:
            one.state = "broken"
            climb(case, f"promise:{one.promise_id}", "promise_broken", rules)


def _ticket(case: Case, rules: Rules) -> None:
    """Once a round: when it opened, and each time that it was still out."""
    complaint, rule = case.complaint, ticket_rule(case, rules)
    if rule is None or rules.shadow or not _wants_ticket(case) or not _is_past(_ticket_at(case, rule), rules):
        return
    again = f":{complaint.still_out_times + 1}" if complaint.ticket_round else ""
    complaint.ticket_round = complaint.still_out_times + 1
    complaint.ticket_key = f"complaint:{complaint.complaint_id}{again}"
    words = rules.care.category(complaint.category)
    first = next(iter(complaint.text.splitlines()), "")
    title = f"{words.zh} {words.en}: {first}" if first else f"{words.zh} {words.en}"
    case.ticket = TicketWanted(
        complaint.ticket_key,
        complaint.site_id,
        title if len(title) <= _TITLE else f"{title[: _TITLE - 1]}…",
        f"{complaint.complaint_id}: {complaint.text}",
        rule.kind,
        rule.priority,
    )


def _wants_ticket(case: Case) -> bool:
    """A stranger's word alone sends nobody out: somebody of ours has to answer for it first."""
    complaint = case.complaint
    return (
        complaint.state is State.OPEN
        and bool(complaint.site_id)
        and complaint.parent_id is None
        and not (complaint.unproven and not complaint.owner)
        and complaint.ticket_key is None
        and complaint.ticket_round <= complaint.still_out_times
    )


def _ask_back(case: Case, rules: Rules) -> None:
    """Asked by message where there is a way; a VIP is called by a person, and who has no way stands in the queue."""
    complaint = case.complaint
    if complaint.state is State.RESTORED and complaint.asked_at is None and _is_past(complaint.call_back_at, rules):
        if case.out_again:
            _link_back(complaint)
            return
        by_message = bool(rules.telling.addresses(complaint, "are_you_back"))
        wanted = complaint.tell and not case.who.opt_out and not is_withheld(case)
        allowed = wanted and not case.who.vip and not rules.shadow
        if by_message and allowed:
            complaint.asked_at = rules.now


def _link_back(complaint: Complaint) -> None:
    """The outage has come back: nobody is asked whether they are. An outage that flaps is looked at no sooner."""
    complaint.state = State.LINKED
    complaint.restored_at = complaint.call_back_at = complaint.asked_at = complaint.silent_at = None


def _silence(case: Case, rules: Rules) -> None:
    if case.complaint.state is State.RESTORED and _is_past(case.complaint.silent_at, rules):
        if case.out_again:
            _link_back(case.complaint)
        else:
            close_in_silence(case, COMPLAINTS, rules)


def _moments(case: Case, rules: Rules) -> Iterator[datetime]:
    complaint = case.complaint
    if complaint.is_closed:
        return
    times = [complaint.respond_due_at, complaint.solve_due_at, complaint.call_back_at, complaint.silent_at]
    yield from (at for at in times if at)
    for one in case.open_promises:
        if one.due_at and one.state == "standing":
            yield one.due_at
            yield one.due_at - timedelta(minutes=rules.care.warn_minutes)
    if (rule := ticket_rule(case, rules)) and _wants_ticket(case):
        yield _ticket_at(case, rule)
    if complaint.state is State.LINKED:
        yield rules.now + timedelta(minutes=rules.care.look_minutes)


def _ticket_at(case: Case, rule: TicketRule) -> datetime:
    complaint = case.complaint
    return (complaint.still_out_at or complaint.registered_at) + timedelta(minutes=rule.after_minutes)


def _is_past(moment: datetime | None, rules: Rules) -> bool:
    return moment is not None and moment <= rules.now
