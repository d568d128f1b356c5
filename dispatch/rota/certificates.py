"""Certificates for skills: recorded, ended, and told of in time before they run out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from dispatch.board import Board
from dispatch.moves import check_text
from dispatch.rota.entries import rota_changed
from dispatch.rota.model import Certificate
from dispatch.rota.telling import warn_of
from dispatch.said import Said
from dispatch.visits.model import named
from dispatch.visits.people import known_person
from guywire.commands.rota import EndCertificate, PutCertificate
from guywire.errors import conflict, invalid, not_found

_LONGEST = 200


def put_certificate(board: Board, command: PutCertificate, actor: str) -> Said:
    """Records a certificate, in the place of the one that the technician had for that skill. Raises `Refused`."""
    person = known_person(board, command.technician)
    skill, number = command.skill.strip(), command.number.strip()
    if not skill or not number or max(len(skill), len(number)) > _LONGEST:
        raise invalid("unnamed", f"A certificate has a skill and a number, of {_LONGEST} characters at the most.")
    if skill not in person.skills:
        known = ", ".join(sorted(person.skills)) or "none"
        raise invalid("not_a_skill", f"{command.technician} has no skill {skill!r}; the inventory says {known}.")
    certificate = Certificate(
        certificate_id=named("certificate", person.technician_id, skill),
        technician_id=person.technician_id,
        skill=skill,
        number=number,
        valid_until=command.valid_until,
        made_at=board.now,
        made_by=actor,
    )
    before = board.rota.certificates.get(certificate.certificate_id)
    board.rota.put_certificate(replace(certificate, version=before.version if before else 1))
    rota_changed(board)
    return Said("certificate", certificate.certificate_id)


def end_certificate(board: Board, command: EndCertificate, actor: str) -> Said:
    """Ends one before its time: withdrawn, lost. Its skill does not count from now on. Raises `Refused`."""
    certificate = board.rota.certificates.get(command.certificate)
    if certificate is None:
        raise not_found("certificate", command.certificate)
    if certificate.ended_at:
        raise conflict("ended", f"{certificate.ended_by} ended this certificate already.")
    if command.version is not None and command.version != certificate.version:
        raise conflict("version_is_old", f"The certificate is version {certificate.version} now. Look again.")
    if not command.reason.strip():
        raise invalid("reason_missing", "Say why the certificate ends: its holder reads it.")
    check_text("reason", command.reason)
    ended = replace(certificate, ended_at=board.now, ended_by=actor, end_reason=command.reason.strip())
    board.rota.put_certificate(ended)
    rota_changed(board)
    return Said("certificate", certificate.certificate_id)


def warn_of_certificates(board: Board) -> None:
    """Tells of those that run out before long, each once."""
    for one in list(board.rota.certificates.values()):
        open_one = one.ended_at is None and one.warned_at is None and one.technician_id in board.people
        if open_one and warn_from(one, board.rota.policy.warn_days) <= board.now:
            warn_of(board, one)
            board.rota.put_certificate(replace(one, warned_at=board.now))


def warn_from(certificate: Certificate, days: int) -> datetime:
    """When to tell of it."""
    last = certificate.valid_until
    return datetime(last.year, last.month, last.day, tzinfo=UTC) - timedelta(days=days)
