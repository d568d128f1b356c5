"""A sample of contacts is looked at again and scored by somebody else than who made them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from complaints.care.checks import check_text
from complaints.care.policy import InspectionPolicy
from complaints.care.rules import Rules
from guywire.commands.complaints import ScoreContact
from guywire.database import Connection, row_of
from guywire.errors import Refused, conflict, invalid, not_found

_CONTACT = """
SELECT k.complaint_id, k.actor, i.version, i.inspected_at, i.inspected_by
FROM complaints.contact k LEFT JOIN complaints.contact_inspection i USING (contact_id)
WHERE k.contact_id = %s FOR UPDATE OF k
"""
_SCORED = """
INSERT INTO complaints.contact_inspection (contact_id, complaint_id, agent, wanted_at, scores, score, passed, remark,
    inspected_at, inspected_by)
VALUES (%(contact)s, %(complaint)s, %(agent)s, %(now)s, %(scores)s::jsonb, %(score)s, %(passed)s, %(remark)s, %(now)s,
    %(actor)s)
ON CONFLICT (contact_id) DO UPDATE SET scores = excluded.scores, score = excluded.score, passed = excluded.passed,
    remark = excluded.remark, inspected_at = excluded.inspected_at, inspected_by = excluded.inspected_by,
    version = complaints.contact_inspection.version + 1
"""


async def score_contact(connection: Connection, command: ScoreContact, actor: str, rules: Rules) -> set[str]:
    """Scores a contact, drawn or not; returns its complaint, if it has one. Raises `Refused`."""
    row = await row_of(connection, _CONTACT, (command.contact,))
    if row is None:
        raise not_found("contact", command.contact)
    if row["actor"] == actor:
        raise Refused("forbidden", "own_contact", f"You made {command.contact} yourself: somebody else inspects it.")
    if row["inspected_at"] and command.version != row["version"]:
        message = f"{row['inspected_by']} inspected {command.contact} already. Look at it, then decide."
        raise conflict("version_is_old", message)
    policy = rules.care.inspection
    score = score_of(command.scores, policy)
    values = {
        "contact": command.contact,
        "complaint": row["complaint_id"],
        "agent": row["actor"],
        "now": rules.now,
        "scores": msgspec.json.encode(command.scores).decode(),
        "score": score,
        "passed": score >= policy.pass_score,
        "remark": check_text("remark", command.remark, needed=False, longest=2000),
        "actor": actor,
    }
    await connection.execute(_SCORED, values)
    return {row["complaint_id"]} - {None}


def score_of(scores: Mapping[str, int], policy: InspectionPolicy) -> float:
    """The weighted average. Raises `Refused` where an item is missing, unknown, or beyond 0 to 100."""
    if wrong := sorted(scores.keys() ^ policy.items.keys()):
        raise invalid("items", f"Give points for each of {', '.join(policy.items)}: {wrong[0]!r} is wrong or missing.")
    if any(not 0 <= points <= 100 for points in scores.values()):
        raise invalid("points", "Points are 0 to 100.")
    weights = sum(item.weight for item in policy.items.values())
    return round(sum(scores[name] * item.weight for name, item in policy.items.items()) / weights, 1)


def shown_items(policy: InspectionPolicy) -> dict[str, Any]:
    """The answer of /contact-inspection-items."""
    items = [
        {"id": name, "words": {"zh": item.zh, "en": item.en}, "weight": item.weight}
        for name, item in policy.items.items()
    ]
    return {"items": items, "next": None, "pass_score": policy.pass_score}
