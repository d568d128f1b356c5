"""What was found on a visit and wants mending: kept, and asked of alarm_correlation as a ticket of its own."""

from __future__ import annotations

from dispatch.board import Board
from dispatch.moves import check_text, check_zone, order_of
from dispatch.rounds.model import Finding
from dispatch.said import Said
from dispatch.visits.recording import order_of_crew, uuid_or_none
from guywire.commands import OpenTicket
from guywire.commands.rounds import RecordFinding
from guywire.errors import conflict, invalid
from guywire.model import NeedKind
from guywire.vague import is_vague

_PRIORITIES = {"critical": 1, "major": 2, "minor": 3, "warning": 4}
_TITLE = 120


def record_finding(board: Board, command: RecordFinding, actor: str) -> Said:
    """Keeps the finding and asks for its ticket; said again it is the same one. Raises `Refused`."""
    finding_id = uuid_or_none("finding", command.finding)
    if not finding_id:
        raise invalid("finding_malformed", "A finding needs an id of its own, a UUID.")
    if known := board.rounds.findings.get(finding_id):
        if known.work_order_id != command.work_order:
            raise conflict("finding_known", f"The finding {finding_id} is of {known.work_order_id}. Take a new id.")
        return Said("finding", finding_id)
    finding = _checked(board, command, actor, finding_id)
    board.rounds.put_finding(finding)
    board.rounds.ask(f"finding:{finding_id}", _ticket(finding))
    return Said("finding", finding_id)


def _checked(board: Board, command: RecordFinding, actor: str, finding_id: str) -> Finding:
    if command.technician:
        order = order_of_crew(board, command.work_order, command.technician)
    else:
        order = order_of(board, command.work_order)
    check_text("text", command.text)
    if is_vague(command.text):
        raise invalid("too_vague", "Say what is wrong and where, for instance: bolt missing at the 20 m platform.")
    if command.severity not in _PRIORITIES:
        raise invalid("severity", f"severity must be one of {', '.join(_PRIORITIES)}.")
    if unknown := sorted(set(command.skills) - board.known_skills):
        raise invalid("unknown_skill", f"Nobody has the skill {unknown[0]!r}. Leave it out, or name one that is known.")
    at = command.at or board.now
    check_zone(at)
    return Finding(
        finding_id=finding_id,
        work_order_id=order.work_order_id,
        site_id=order.site_id,
        domain=order.domain,
        technician_id=command.technician,
        actor=actor,
        at=min(at, board.now),
        recorded_at=board.now,
        text=command.text.strip(),
        severity=command.severity,
        skills=command.skills,
        photo_id=uuid_or_none("photo", command.photo) or "",
    )


def _ticket(finding: Finding) -> OpenTicket:
    first_line = finding.text.splitlines()[0]
    seen = f" (photo {finding.photo_id})" if finding.photo_id else ""
    return OpenTicket(
        origin=f"finding:{finding.finding_id}",
        site=finding.site_id,
        title=first_line if len(first_line) <= _TITLE else f"{first_line[: _TITLE - 1]}…",
        kind=NeedKind.REPAIR,
        skills=finding.skills,
        priority=_PRIORITIES[finding.severity],
        text=f"Found on {finding.work_order_id}{seen}: {finding.text}",
    )
