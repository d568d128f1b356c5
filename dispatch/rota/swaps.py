"""Swaps of duty: one proposes, the other answers, a manager has the last word; then all of it holds, or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from dispatch.board import Board
from dispatch.model import Interval
from dispatch.moves import check_text, check_zone
from dispatch.records import Person
from dispatch.rota.fair import check_fair
from dispatch.rota.intervals import overlap
from dispatch.rota.model import OPEN_SWAPS, Entry, EntryKind, Swap, SwapState
from dispatch.rota.telling import over, tell, tell_managers
from dispatch.said import Said
from dispatch.visits.model import named
from dispatch.visits.people import known_person
from guywire.commands.rota import AnswerSwap, DecideSwap, ProposeSwap, WithdrawSwap
from guywire.errors import Refused, conflict, invalid, not_found


def propose_swap(board: Board, command: ProposeSwap, _: str) -> Said:
    """Asks the other one. Raises `Refused`, also where the two could not change at all."""
    person, other = known_person(board, command.technician), known_person(board, command.other)
    check_text("note", command.note)
    gives, takes = _span(command.since, command.until), _span(command.other_since, command.other_until)
    _check_two(person, other)
    swap = Swap(
        swap_id=named("swap", command, board.now.isoformat()),
        technician_id=person.technician_id,
        since=gives.start,
        until=gives.end,
        other_id=other.technician_id,
        other_since=takes.start,
        other_until=takes.end,
        asked_at=board.now,
        note=command.note.strip(),
    )
    _check_new(board, swap)
    check_fair(board, swap)
    board.rota.put_swap(swap)
    tell(board, swap, swap.other_id, "asked")
    return Said("swap", swap.swap_id)


def answer_swap(board: Board, command: AnswerSwap, _: str) -> Said:
    """The other one's word; where policy asks for no manager's, it holds at once. Raises `Refused`."""
    swap = _open(board, command.swap, SwapState.ASKED)
    if command.technician != swap.other_id:
        raise Refused("forbidden", "not_asked", "You were not asked: whoever was must answer.")
    check_text("reason", command.reason)
    over(board, swap, ("asked",))
    answered = replace(swap, answered_at=board.now, reason=command.reason.strip())
    if not command.agreed:
        board.rota.put_swap(replace(answered, state=SwapState.DECLINED))
        tell(board, answered, swap.technician_id, "declined")
        return Said("swap", swap.swap_id)
    check_fair(board, swap)
    if board.rota.policy.swaps.approval:
        board.rota.put_swap(replace(answered, state=SwapState.AGREED))
        tell(board, answered, swap.technician_id, "agreed")
        tell_managers(board, answered)
    else:
        _approve(board, answered, swap.other_id)
    return Said("swap", swap.swap_id)


def decide_swap(board: Board, command: DecideSwap, actor: str) -> Said:
    """A manager's word. It is looked at once more: much may have changed since it was asked. Raises `Refused`."""
    swap = _open(board, command.swap, SwapState.AGREED)
    if command.version is not None and command.version != swap.version:
        raise conflict("version_is_old", f"The swap has changed since: it is version {swap.version}. Look again.")
    check_text("reason", command.reason)
    decided = replace(swap, reason=command.reason.strip())
    if command.approved:
        check_fair(board, swap)
        _approve(board, decided, actor)
        return Said("swap", swap.swap_id)
    if not command.reason.strip():
        raise invalid("reason_missing", "Say why the swap is refused: both read it.")
    _end(board, replace(decided, decided_at=board.now, decided_by=actor), SwapState.REFUSED, "refused")
    return Said("swap", swap.swap_id)


def withdraw_swap(board: Board, command: WithdrawSwap, _: str) -> Said:
    """Takes an own proposal back, while it is open. Raises `Refused`."""
    swap = _open(board, command.swap, *OPEN_SWAPS)
    if command.technician != swap.technician_id:
        raise Refused("forbidden", "not_yours", "Only who proposed a swap takes it back. Decline it instead.")
    _end(board, swap, SwapState.WITHDRAWN, "")
    return Said("swap", swap.swap_id)


def lapse_swaps(board: Board) -> None:
    """Ends what nobody settled before one of its stretches began, and sees to it that the next one is."""
    for swap in list(board.rota.swaps.values()):
        if swap.state in OPEN_SWAPS:
            begins = min(swap.since, swap.other_since)
            if begins <= board.now:
                _end(board, swap, SwapState.LAPSED, "lapsed")
            else:
                board.look_again_at.append(begins)


def take_back_swap(board: Board, source: str, actor: str) -> None:
    """Takes back all that an approved swap wrote, and tells both. Raises `Refused` where a stretch went on since."""
    swap = next(one for one in board.rota.swaps.values() if one.source == source)
    standing = [one for one in board.rota.entries.values() if one.taken_back_at is None]
    written = [one for one in standing if one.source == source]
    for taken in written:
        if taken.kind is EntryKind.TAKEN and any(_went_on(taken, one) for one in standing):
            raise conflict("swapped_on", f"{taken.technician_id} gave it on since: take that swap back first.")
    for one in written:
        board.rota.put_entry(replace(one, taken_back_at=board.now, taken_back_by=actor))
    _end(board, swap, SwapState.TAKEN_BACK, "taken_back")


def _went_on(taken: Entry, other: Entry) -> bool:
    """Whether the other entry gives away what this one took."""
    later = other.kind is EntryKind.GIVEN and other.made_at > taken.made_at
    return later and other.technician_id == taken.technician_id and bool(overlap([other.span], taken.span))


def _approve(board: Board, swap: Swap, actor: str) -> None:
    """Writes both sides for both people."""
    for entry in swap.entries(board.now, actor):
        board.rota.put_entry(entry)
    board.candidates.clear()
    board.try_all = True
    _end(board, replace(swap, decided_at=board.now, decided_by=actor), SwapState.APPROVED, "approved")


def _end(board: Board, swap: Swap, state: SwapState, told: str) -> None:
    """Puts it into its last state; what was asked of others is over, and both hear of it."""
    ended = board.rota.put_swap(replace(swap, state=state))
    over(board, ended)
    for person in (swap.technician_id, swap.other_id) if told else ():
        tell(board, ended, person, told)


def _open(board: Board, swap_id: str, *states: SwapState) -> Swap:
    swap = board.rota.swaps.get(swap_id)
    if swap is None:
        raise not_found("swap", swap_id)
    if swap.state not in states:
        raise conflict("wrong_state", f"This swap is {swap.state} already: there is nothing to say to it now.")
    return swap


def _span(since: datetime, until: datetime) -> Interval:
    check_zone(since)
    check_zone(until)
    if until <= since:
        raise invalid("ends_before_it_begins", "The stretch ends before it begins. Say until when it lasts.")
    return Interval(since.astimezone(UTC), until.astimezone(UTC))


def _check_two(person: Person, other: Person) -> None:
    if person.technician_id == other.technician_id:
        raise invalid("same_technician", "Nobody swaps with themselves: name somebody else.")
    if (person.region, person.role) != (other.region, other.role):
        raise invalid(
            "other_area",
            f"{other.name or other.technician_id} does other work elsewhere: swap with somebody of your own area.",
        )


def _check_new(board: Board, swap: Swap) -> None:
    if min(swap.since, swap.other_since) <= board.now:
        raise invalid("begins_already", "One of the two stretches has begun: only what is to come can be swapped.")
    for one in board.rota.swaps.values():
        both = {one.technician_id, one.other_id} & {swap.technician_id, swap.other_id}
        if one.state in OPEN_SWAPS and both and _meet(one, swap):
            raise conflict("asked_already", "A swap of that time is open already: settle or withdraw it first.")


def _meet(one: Swap, other: Swap) -> bool:
    spans = (other.gives, other.takes)
    return any(overlap([one.gives, one.takes], span) for span in spans)
