"""What is promised or granted to a customer: within what the category allows, kept on record, kept or broken."""

from __future__ import annotations

from datetime import timedelta

from complaints.care.checks import check_text, refuse_closed
from complaints.care.climbing import climb
from complaints.care.model import Case, Promise
from complaints.care.policy import Grant
from complaints.care.rules import Rules
from guywire.commands.complaints import DecideGrant, GrantToCustomer, KeepPromise, PromiseToCustomer
from guywire.errors import Refused, conflict, invalid, not_found


def promise(case: Case, command: PromiseToCustomer, actor: str, rules: Rules) -> None:
    """Raises `Refused` for a time that is past, or later than anything that the category allows to promise."""
    refuse_closed(case.complaint)
    text = check_text("text", command.text, longest=1000)
    if command.due_at <= rules.now:
        raise invalid("due_in_the_past", "A promise is for a time to come.")
    allowed = [rules.care.promises[name] for name in rules.care.category(case.complaint.category).may_promise]
    longest = timedelta(minutes=max((one.within_minutes for one in allowed), default=0))
    if command.due_at > rules.now + longest:
        hours = longest.total_seconds() / 3600
        raise invalid("promise_too_far", f"For this category a promise may run {hours:g} hours at most.")
    case.promises.append(
        Promise(
            complaint_id=case.complaint.complaint_id,
            kind="promise",
            text=text,
            due_at=command.due_at,
            made_at=rules.now,
            made_by=actor,
        )
    )


def grant(case: Case, command: GrantToCustomer, actor: str, rules: Rules) -> None:
    """Up to the agent's limit it stands at once; up to the leader's it waits for one."""
    refuse_closed(case.complaint)
    rule = _grant_named(case, command.grant, rules)
    if command.amount <= 0:
        raise invalid("amount", "An amount is more than nothing.")
    if command.amount > rule.leader_limit:
        raise invalid("grant_too_much", f"At most {rule.leader_limit:g} {rule.unit} may be granted here.")
    stands = command.amount <= rule.limit
    case.promises.append(
        Promise(
            complaint_id=case.complaint.complaint_id,
            kind="grant",
            text=check_text("text", command.text, needed=False, longest=1000) or rule.zh,
            grant_id=command.grant,
            amount=command.amount,
            made_at=rules.now,
            made_by=actor,
            state="standing" if stands else "wanted",
        )
    )
    if not stands:
        climb(case, f"grant:{rules.now.isoformat()}", "grant", rules)


def decide(case: Case, command: DecideGrant, actor: str, rules: Rules) -> None:
    """A leader's word on a grant that is wanted; nobody decides on their own."""
    one = _promise_named(case, command.promise)
    if one.state != "wanted":
        raise conflict("not_wanted", f"{one.promise_id} is {one.state} already.")
    if one.made_by == actor:
        raise Refused("forbidden", "own_grant", "You asked for this yourself: another leader decides.")
    one.note = check_text("note", command.note, needed=not command.granted, longest=1000)
    one.state = "standing" if command.granted else "refused"
    if not command.granted:
        one.ended_at, one.ended_by = rules.now, actor


def keep(case: Case, command: KeepPromise, actor: str, rules: Rules) -> None:
    """Kept. One that is broken stays so on record, but does not stand any more."""
    one = _promise_named(case, command.promise)
    if one.ended_at is not None or one.state == "wanted":
        raise conflict("not_standing", f"{one.promise_id} is {one.state}: there is nothing to keep.")
    if one.state == "standing":
        one.state = "kept"
    one.ended_at, one.ended_by = rules.now, actor
    one.note = check_text("note", command.note, needed=False, longest=1000)


def _grant_named(case: Case, name: str, rules: Rules) -> Grant:
    allowed = rules.care.category(case.complaint.category).grants
    if name not in allowed:
        choices = f"It allows {', '.join(allowed)}." if allowed else "It allows none."
        raise invalid("unknown_grant", f"This category has no grant {name!r}. {choices}")
    return rules.care.grants[name]


def _promise_named(case: Case, promise_id: str) -> Promise:
    for one in case.promises:
        if one.promise_id == promise_id:
            return one
    raise not_found("promise", promise_id)
