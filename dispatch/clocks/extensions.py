"""延时: more time for a clock, asked for with evidence, and granted by somebody else."""

from __future__ import annotations

from dataclasses import replace

from dispatch.board import Board
from dispatch.clocks.model import Clock, Extension
from dispatch.clocks.named import check_said, running_named
from dispatch.clocks.people import persons_for
from dispatch.moves import check_text
from dispatch.moves import clock as clock_time
from dispatch.notices import Notice
from dispatch.said import Said
from dispatch.shifts import zone_of
from guywire.commands.clocks import AskExtension, DecideExtension
from guywire.errors import Refused, conflict, invalid, not_found


def ask_extension(board: Board, command: AskExtension, actor: str) -> Said:
    """Asks for more time; whoever manages the area is told."""
    clocks = running_named(board, command.ticket, command.kind, command.need)
    _check_asker(board, command)
    most = board.clocks.policy.extension.most_minutes
    if not 1 <= command.minutes <= most:
        raise invalid("minutes", f"{command.minutes} minutes cannot be asked for at once: ask for 1 to {most}.")
    check_said("reason", command.reason)
    check_text("evidence", command.evidence)
    if not command.evidence.strip() and not command.photos:
        raise invalid("evidence_missing", "Say or show why more time is needed: a text, or a photo.")
    asked = [one for one in board.clocks.extensions.values() if one.ticket_id == command.ticket]
    if any(one.granted is None and (one.kind, one.need_id) == (command.kind, command.need) for one in asked):
        raise conflict("extension_asked", "More time is asked for already; wait until that is decided.")
    one = Extension(
        extension_id=f"{command.ticket}-X{len(asked) + 1}",
        ticket_id=command.ticket,
        kind=clocks[0].kind,
        need_id=command.need,
        minutes=command.minutes,
        reason=command.reason,
        evidence=command.evidence,
        photos=command.photos,
        asked_at=board.now,
        asked_by=actor,
        technician_id=command.technician,
    )
    board.clocks.put_extension(one)
    _tell_deciders(board, one, clocks[0])
    return Said("extension", one.extension_id)


def decide_extension(board: Board, command: DecideExtension, actor: str) -> Said:
    """Grants more time, or less than was asked for, or none; nobody decides on what they asked for themselves."""
    one = board.clocks.extensions.get(command.extension)
    if one is None:
        raise not_found("extension", command.extension)
    if one.granted is not None:
        at = clock_time(one.decided_at or board.now)
        said = "granted" if one.granted else "refused"
        raise conflict("decided", f"{one.extension_id} was {said} at {at} by {one.decided_by}. Ask for another one.")
    if actor == one.asked_by:
        raise Refused("forbidden", "asked_by_you", "Somebody else decides on what you asked for.")
    minutes = _granted_minutes(one, command)
    decided = replace(
        one,
        granted=command.granted,
        granted_minutes=minutes,
        decided_at=board.now,
        decided_by=actor,
        decision_reason=command.reason,
    )
    board.clocks.put_extension(decided)
    for clock in _meant(board, one) if minutes else ():
        board.clocks.put_clock(replace(clock, extended_minutes=clock.extended_minutes + minutes))
        board.clocks.touched.add(clock.clock_id)
    _tell_decided(board, decided)
    return Said("extension", one.extension_id)


def _meant(board: Board, one: Extension) -> list[Clock]:
    """The clocks that still ran when more time was asked for: it mends nothing that was late before."""
    clocks = board.clocks.of_ticket(one.ticket_id, one.kind, one.need_id)
    return [clock for clock in clocks if clock.stopped_at is None or clock.stopped_at >= one.asked_at]


def _granted_minutes(one: Extension, command: DecideExtension) -> int:
    check_text("reason", command.reason)
    if not command.granted:
        check_said("reason", command.reason)
        return 0
    minutes = one.minutes if command.minutes is None else command.minutes
    if not 1 <= minutes <= one.minutes:
        raise invalid("minutes", f"{one.minutes} minutes were asked for: grant 1 to {one.minutes}.")
    return minutes


def _check_asker(board: Board, command: AskExtension) -> None:
    mine = [one for one in board.open_orders() if one.ticket_id == command.ticket and command.technician in one.crew]
    if command.technician and not mine:
        raise Refused("forbidden", "not_your_order", f"You have no order of {command.ticket}. Reload your list.")


def _tell_deciders(board: Board, one: Extension, of: Clock) -> None:
    site = board.clocks.sites.get(of.site_id)
    name = site.name if site else of.site_id
    words = board.clocks.policy.extension.words.fill(
        ticket=one.ticket_id, site=name, minutes=one.minutes, reason=one.reason
    )
    zone = zone_of(of.time_zone)
    for manager in persons_for(board.people.values(), "area", of.region, board.now, zone, board.rota):
        board.notices.tell(_notice(board, one, manager.technician_id, "extension_asked", words))


def _tell_decided(board: Board, one: Extension) -> None:
    rule = board.clocks.policy.extension
    said = rule.granted if one.granted else rule.refused
    words = said.fill(ticket=one.ticket_id, minutes=one.granted_minutes, reason=one.decision_reason)
    board.notices.over.update(board.clocks.told_of.get(one.extension_id, ()))
    if one.technician_id:
        board.notices.tell(_notice(board, one, one.technician_id, "extension_decided", words))


def _notice(board: Board, one: Extension, person: str, kind: str, words: dict[str, str]) -> Notice:
    return Notice(
        notice_id=f"{one.extension_id}/{kind}/{person}",
        person_id=person,
        kind=kind,
        at=board.now,
        words=words,
        ticket_id=one.ticket_id,
        domain=board.clocks.tickets[one.ticket_id].domain,
    )
