"""What a customer is to be told of their complaint now, and what is obsolete. Pure: nothing is said twice."""

from __future__ import annotations

from datetime import datetime, timedelta

from complaints.care.model import Case, Message, State
from complaints.care.opening import SPOKEN
from complaints.care.rules import Rules
from complaints.care.strangers import is_withheld
from complaints.model import Expected
from complaints.policy import Policy
from complaints.telling.policy import Texts, placeholders_of
from complaints.words import clock, zone_of
from guywire.chinese import filled

_OF_THE_OUTAGE = ("outage_known", "end_changed")


def tell(case: Case, rules: Rules, policy: Policy) -> None:
    """Adds what is new, then drops what waits and is true no more. Nothing in shadow, nor where nobody wants it."""
    if rules.shadow:
        return
    if case.complaint.tell and not case.who.opt_out and not is_withheld(case):
        for kind, value, about_at in _news(case, rules):
            _add(case, kind, value, about_at, rules, policy)
    for one in case.messages:
        if one.state == "waiting" and not _holds(one, case):
            one.state, one.next_at = "obsolete", None


def words_of(texts: Texts, values: dict[str, dict[str, str]]) -> dict[str, str]:
    """The text in each language; a sentence whose value is not known is left out."""
    return {language: _text(getattr(texts, language), values[language]) for language in ("zh", "en")}


def _news(case: Case, rules: Rules) -> list[tuple[str, str, datetime | None]]:
    """Kind, value and the end it speaks of, of what the customer does not know yet."""
    complaint = case.complaint
    if complaint.state is State.LINKED and case.outlook and case.outlook.expected:
        return _of_the_outage(case, case.outlook.expected, rules)
    if complaint.state is State.RESTORED and complaint.restored_at:
        value = complaint.restored_at.isoformat()
        return [("are_you_back" if complaint.asked_at else "restored", value, None)]
    if complaint.state is State.OPEN and complaint.channel not in SPOKEN and not complaint.still_out_at:
        return [("received", "", None)]
    return []


def _of_the_outage(case: Case, expected: Expected, rules: Rules) -> list[tuple[str, str, datetime | None]]:
    """The outage once, then its end whenever that has moved by much, with a pause between, and not without end."""
    told = _told(case)
    if not told:
        return [("outage_known", _round_of(case), expected.at)]
    known = [one for one in told if one.state != "obsolete"]
    if known and not _is_worth_telling(known[-1], expected, rules):
        return []
    if len(known) > rules.telling.most_changes:
        return []
    return [("end_changed", f"{_round_of(case)} {len(told)} {expected.at.isoformat()}", expected.at)]


def _is_worth_telling(last: Message, expected: Expected, rules: Rules) -> bool:
    """Whether the end moved by much since it was last told, and that is a while ago."""
    policy = rules.telling
    moved = last.about_at is not None and abs(expected.at - last.about_at) >= timedelta(minutes=policy.change_minutes)
    return moved and rules.now - last.at >= timedelta(minutes=policy.pause_minutes)


def _told(case: Case) -> list[Message]:
    """What was said of this outage so far, the oldest first; the value of each begins with the round."""
    prefix = _round_of(case)
    mine = [one for one in case.messages if one.kind in _OF_THE_OUTAGE and f"{one.value} ".startswith(f"{prefix} ")]
    return sorted(mine, key=lambda one: one.at)


def _round_of(case: Case) -> str:
    """An incident, and which time it is that the customer was out: the same one may explain it again."""
    return f"{case.complaint.incident_id}/{case.complaint.still_out_times}"


def _add(case: Case, kind: str, value: str, about_at: datetime | None, rules: Rules, policy: Policy) -> None:
    if any(one.kind == kind and one.value == value for one in case.messages):
        return
    texts: Texts = getattr(rules.telling.texts, kind)
    values = {language: values_of(case, language, rules, policy) for language in ("zh", "en")}
    case.messages.append(
        Message(
            complaint_id=case.complaint.complaint_id,
            kind=kind,
            value=value,
            words=words_of(texts, values),
            about_at=about_at,
            at=rules.now,
            next_at=rules.now,
        )
    )


def values_of(case: Case, language: str, rules: Rules, policy: Policy) -> dict[str, str]:
    """What the placeholders stand for; "" where it is not known."""
    complaint, outlook = case.complaint, case.outlook
    local = rules.now.astimezone(zone_of(case.time_zone))
    cause = policy.cause_of(outlook.alarm_type) if outlook else None
    moments = {
        "restored": complaint.restored_at,
        "at": outlook.expected.at if outlook and outlook.expected else None,
        "earliest": outlook.expected.earliest if outlook and outlook.expected else None,
        "latest": outlook.expected.latest if outlook and outlook.expected else None,
    }
    return {
        "id": complaint.complaint_id,
        "cause": (cause.zh if language == "zh" else cause.en) if cause else "",
        "link": f"{rules.telling.public_url}/track/{complaint.token}" if rules.telling.public_url else "",
        **{name: clock(moment, local, language) for name, moment in moments.items()},
    }


def _holds(message: Message, case: Case) -> bool:
    """Whether a message that waits is still worth sending."""
    complaint = case.complaint
    if case.who.opt_out or not complaint.tell:
        return False
    match message.kind:
        case "received":
            return complaint.state is State.OPEN
        case "outage_known" | "end_changed":
            told = _told(case)
            return complaint.state is State.LINKED and bool(told) and told[-1] is message
        case "restored":
            return _is_of_this_end(message, case) and complaint.asked_at is None
        case "are_you_back":
            return _is_of_this_end(message, case) and complaint.asked_at is not None
        case _:
            return True


def _is_of_this_end(message: Message, case: Case) -> bool:
    complaint = case.complaint
    return (
        complaint.state is State.RESTORED
        and complaint.restored_at is not None
        and message.value == complaint.restored_at.isoformat()
    )


def _text(sentences: tuple[str, ...], values: dict[str, str]) -> str:
    said = [filled(one, values) for one in sentences if all(values.get(name) for name in placeholders_of(one))]
    return "\n".join(said)
